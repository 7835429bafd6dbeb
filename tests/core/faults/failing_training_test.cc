// A training step on a device that fails at the n-th call of some kind, for every n: each time an error or a result, and
// neither memory nor another device's arrays are lost.
#include <gtest/gtest.h>

#include "core/faults/faulty_process.h"
#include "device/device_state.h"

namespace chainerx::testing {
namespace {

// Some of its ops run by the device's kernel, others by decomposition or on the host.
class Step {
public:
    Step() { optimizer_.add_params({weights_, bias_}); }

    std::vector<Array> operator()(const std::vector<Array>& in) {
        const Array y = relu(add(matmul(in[0], weights_), bias_));
        const Array loss = sum(multiply(y, y));
        loss.backward();
        optimizer_.update();
        optimizer_.zero_grad();
        return {loss};
    }

private:
    Array weights_ = floats_on(faulty(), 0.5F, 8).reshape({4, 2}).copy().require_grad();
    Array bias_ = floats_on(faulty(), 0.25F, 2).require_grad();
    SGD optimizer_{0.01};
};

void train(bool is_compiled) {
    Step step;
    const Array x = floats_on(faulty(), 1, 12).reshape({3, 4});
    const CompiledFunction compiled =
        compile([&](const std::vector<Array>& in) { return step(in); });
    for (int i = 0; i < 3; ++i) {
        const std::vector<Array> loss = is_compiled ? compiled({x}) : step({x});
        faulty().synchronize();
        const double value = static_cast<double>(loss[0].item());
        if (i == 0) {
            EXPECT_NEAR(value, 6 * 2.25 * 2.25, 1e-4);
        }
    }
}

class FailingTraining : public ::testing::TestWithParam<std::tuple<std::string, bool>> {};

TEST_P(FailingTraining, LosesNothing) {
    const auto [fault, is_compiled] = GetParam();
    int failures = 0;
    // Until nothing fails any more.
    for (int n = 1; n < 400; ++n) {
        SCOPED_TRACE(fault + "=" + std::to_string(n));
        const int status = status_with_faults(fault + "=" + std::to_string(n), [&] {
            const Array on_host = floats_on(native(), 5);
            bool has_failed = false;
            try {
                train(is_compiled);
            } catch (const ChainerxError& error) {
                has_failed = true;
                EXPECT_NE(std::string(error.what()), "");
            }
            faulty().trim_memory();  // of this thread's cache, whose blocks count as used
            EXPECT_EQ(faulty().memory().used, 0u);
            expect_filled(on_host + on_host, 10);
            return has_failed ? kHasFailed : 0;
        });
        ASSERT_TRUE(status == 0 || status == kHasFailed) << "status " << status;
        if (status == 0) break;
        ++failures;
    }
    EXPECT_GE(failures, 1);
    EXPECT_LT(failures, 399);
}

INSTANTIATE_TEST_SUITE_P(Faults,
                         FailingTraining,
                         ::testing::Combine(::testing::Values(std::string("oom_from"),
                                                              "copy_fails_at",
                                                              "kernel_fails_at",
                                                              "late_error_at",
                                                              "sync_fails_at"),
                                            ::testing::Bool()));

}  // namespace
}  // namespace chainerx::testing
