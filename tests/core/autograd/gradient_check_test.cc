// The numerical checks: they accept right gradients and show where wrong ones differ.
#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "chainerx/function.h"
#include "core/ops/array_checks.h"
#include "core/plugin/expect_error.h"
#include "core/test_devices.h"

namespace chainerx::testing {
namespace {

using internal::expect_contains;
using internal::message_of;

// x * x with a gradient that is wrong at one element.
std::vector<Array> wrong_square(const std::vector<Array>& in) {
    const Array x = in[0];
    const Array y = square(x.as_grad_stopped());
    connect_function(
        "wrong_square",
        {x},
        {y},
        [x](const std::vector<Array>& gradients, const std::vector<bool>&) {
            return std::vector<Array>{gradients[0] * x * array<double>({2, 2.5}, {2}, &x.device())};
        });
    return {y};
}

std::vector<Array> right_square(const std::vector<Array>& in) { return {square(in[0])}; }

TEST(GradientCheck, AcceptsWhatIsRight) {
    const Array x = doubles({1, 2}).require_grad(), eps = doubles({1e-4, 1e-4});
    EXPECT_NO_THROW(check_backward(right_square, {x}, {doubles({3, -1})}, {eps}));
    EXPECT_NO_THROW(check_backward(right_square, {x}, {}, {eps})) << "without start values";
    EXPECT_TRUE(x.grad().is_null());
}

TEST(GradientCheck, ShowsWhatIsWrong) {
    const Array x = doubles({1, 2}).require_grad();
    const std::string text = message_of<GradientCheckError>(
        [&] { check_backward(wrong_square, {x}, {}, {doubles({1e-4, 1e-4})}); });
    expect_contains(text, "input 0 (shape (2,)) at flat index 1 is 5, but central differences");
}

TEST(GradientCheck, AMissingGradientCountsAsZero) {
    const Array x = doubles({1, 2}).require_grad(), eps = doubles({1e-4, 1e-4});
    const CheckedFunction stopped = [](const std::vector<Array>& in) {
        return std::vector<Array>{square(in[0].as_grad_stopped())};
    };
    EXPECT_THROW(check_backward(stopped, {x}, {}, {eps}), GradientCheckError);
    EXPECT_NO_THROW(check_backward(right_square, {doubles({1, 2})}, {}, {eps}))
        << "an input that asked for none is not checked";
}

TEST(GradientCheck, StepsMustFit) {
    const Array x = doubles({1, 2}).require_grad();
    EXPECT_THROW(check_backward(right_square, {x}, {}, {}), ValueError);
    EXPECT_THROW(check_backward(right_square, {x}, {}, {doubles({1e-4})}), ValueError);
}

TEST(GradientCheck, SecondDerivatives) {
    const Array x = doubles({1, 2}).require_grad(), gy = doubles({3, -1}).require_grad();
    const std::vector<Array> eps = {doubles({1e-4, 1e-4}), doubles({1e-4, 1e-4})};
    EXPECT_NO_THROW(check_double_backward(right_square, {x}, {gy}, {doubles({1, 1})}, eps));
    // Its gradient is a function of x with the right derivative: only the first check sees the
    // fault.
    EXPECT_NO_THROW(check_double_backward(wrong_square, {x}, {gy}, {doubles({1, 1})}, eps));
    const CheckedFunction forgetful = [](const std::vector<Array>& in) {
        const Array a = in[0], y = square(a.as_grad_stopped());
        connect_function("forgetful",
                         {a},
                         {y},
                         [a](const std::vector<Array>& gradients, const std::vector<bool>&) {
                             return std::vector<Array>{gradients[0] * a.as_grad_stopped() * 2};
                         });
        return std::vector<Array>{y};
    };
    EXPECT_NO_THROW(check_backward(forgetful, {x}, {}, {eps[0]}));
    EXPECT_THROW(check_double_backward(forgetful, {x}, {gy}, {doubles({1, 1})}, eps),
                 GradientCheckError);
}

TEST(GradientCheck, WorksOnOtherDevices) {
    for (Device* device : {&primdev(), &nulldev(), &sim()}) {
        const Array x = doubles({1, 2}).to_device(*device).require_grad();
        EXPECT_NO_THROW(check_backward(right_square, {x}, {}, {full_like(x, 1e-4)}))
            << device->name();
        EXPECT_THROW(check_backward(wrong_square, {x}, {}, {full_like(x, 1e-4)}),
                     GradientCheckError)
            << device->name();
    }
}

TEST(ConnectFunction, ChecksWhatTheGradientReturns) {
    const Array x = doubles({1, 2}).require_grad();
    const auto with = [&](CustomGradient gradient) {
        const Array y = square(x.as_grad_stopped());
        EXPECT_TRUE(connect_function("custom", {x, Array()}, {y}, std::move(gradient)));
        return y;
    };
    const Array none = with([](const std::vector<Array>&, const std::vector<bool>& wanted) {
        EXPECT_EQ(wanted, (std::vector<bool>{true, false}));
        return std::vector<Array>{Array(), Array()};
    });
    none.backward();
    EXPECT_TRUE(x.grad().is_null());
    EXPECT_THROW(with([](const auto&, const auto&) { return std::vector<Array>{}; }).backward(),
                 GradientError);
    EXPECT_THROW(with([](const auto&, const auto&) {
                     return std::vector<Array>{doubles({1}), Array()};
                 }).backward(),
                 GradientError);
    EXPECT_THROW(connect_function("custom", {x}, {square(x)}, {}), GradientError)
        << "the result is connected already";
    EXPECT_THROW(connect_function("custom", {x}, {}, {}), ValueError);
    const NoBackpropModeScope off;
    EXPECT_FALSE(connect_function("custom", {x}, {square(x)}, {}));
}

}  // namespace
}  // namespace chainerx::testing
