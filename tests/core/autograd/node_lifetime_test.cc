// Graphs free what they hold: in time, without recursion, and whichever thread lets go last.
#include <thread>

#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "chainerx/function.h"
#include "core/ops/array_checks.h"
#include "core/test_devices.h"

namespace chainerx::testing {
namespace {

constexpr int64_t kLarge =
    4096;  // elements: too many for the per-thread caches, which count as used
constexpr int kDeep = 200000;

class NodeLifetime : public ::testing::Test {
protected:
    void SetUp() override {
        device.trim_memory();
        used_before = device.memory().used;
    }
    // Nothing of the test may be left.
    void TearDown() override {
        device.trim_memory();
        EXPECT_EQ(device.memory().used, used_before);
    }
    Array large(double value) { return full({kLarge}, value, DType::kFloat64, &device); }

    Device& device = native(1);
    uint64_t used_before = 0;
};

BackwardOptions twice() {
    BackwardOptions options;
    options.enable_double_backprop = true;
    return options;
}

TEST_F(NodeLifetime, ADeepChainIsFreed) {
    const Array x = full({1}, 1.0, DType::kFloat64, &device).require_grad();
    Array y = x;
    for (int i = 0; i < kDeep; ++i) y = y + x;
    y.reset();
}

TEST_F(NodeLifetime, ADeepChainThatSavesOperandsIsFreed) {
    const Array x = full({1}, 1.0, DType::kFloat64, &device).require_grad();
    Array y = x;
    for (int i = 0; i < kDeep / 4; ++i) y = exp(y * x) * 0.1;
    y.reset();
}

TEST_F(NodeLifetime, ADeepChainIsDifferentiated) {
    const Array x = full({1}, 1.0, DType::kFloat64, &device).require_grad();
    Array y = x;
    for (int i = 0; i < kDeep; ++i) y = y + x;
    y.backward();
    expect_vector(x.grad(), {kDeep + 1});
}

TEST_F(NodeLifetime, ADeepChainOfViewsIsFreed) {
    const Array x = large(1).require_grad();
    Array y = x;
    for (int i = 0; i < kDeep / 4; ++i) y = flip(y);
    y.reset();
}

TEST_F(NodeLifetime, BackwardFreesSavedArraysOnTheWay) {
    const Array x = large(0.5).require_grad();
    Array y = x;
    for (int i = 0; i < 20; ++i) y = tanh(y);
    const uint64_t with_graph = device.memory().used;
    y.backward();
    EXPECT_LT(device.memory().used, with_graph - 15 * kLarge * sizeof(double));
}

TEST_F(NodeLifetime, AGradientWithAGraphOfItsOwnMakesNoCycle) {
    const Array x = large(0.5).require_grad();
    (x * x).backward(twice());
    EXPECT_TRUE(x.grad().is_connected());
}

TEST_F(NodeLifetime, NorDoGradientsOfIntermediates) {
    const Array x = large(0.5).require_grad();
    const Array early = (x * 2).require_grad();
    const Array late = early * early;
    const Array y = late * late * x;
    late.require_grad();  // after it was used
    y.require_grad();
    y.backward(twice());
    EXPECT_TRUE(early.grad().is_connected());
    EXPECT_TRUE(late.grad().is_connected());
}

TEST_F(NodeLifetime, NorDoGradientsInInnerGraphs) {
    const BackpropScope scope("inner");
    const Array x = large(0.5).require_grad().require_grad(scope.backprop_id());
    BackwardOptions options = twice();
    options.backprop_id = scope.backprop_id();
    exp(x * x).backward(options);
    EXPECT_TRUE(x.grad(scope.backprop_id()).is_connected());
}

TEST_F(NodeLifetime, AnArrayMayDieBeforeItsGraph) {
    Array y;
    {
        const Array x = large(0.5).require_grad();
        y = x * x;
    }
    y.backward();
    EXPECT_NO_THROW((y.as_grad_stopped() * 2));
}

TEST_F(NodeLifetime, AnAbandonedBackwardLeavesNothing) {
    const Array x = large(0.5).require_grad();
    const Array middle = x * x;
    const Array y = square(middle.as_grad_stopped());
    connect_function("throws", {middle}, {y}, [](const auto&, const auto&) -> std::vector<Array> {
        throw ValueError("on purpose");
    });
    EXPECT_THROW((y * x).backward(), ValueError);
    EXPECT_TRUE(is_backprop_required()) << "the modes are as before";
    EXPECT_TRUE((x * 2).is_connected());
}

TEST_F(NodeLifetime, AnotherThreadMayLetGo) {
    const Array x = large(0.5).require_grad();
    Array y = x;
    for (int i = 0; i < 1000; ++i) y = y + x;
    std::thread([moved = std::move(y)]() mutable { moved.reset(); }).join();
    std::thread([x] { (x * x).backward(); }).join();
    expect_vector(x.grad().at({Slice{0, 2}}), {1, 1});
}

TEST_F(NodeLifetime, ThreadsMayShareLeaves) {
    const Array x = large(0.5).require_grad();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([x] {
            for (int j = 0; j < 50; ++j) grad({x * x + x}, {x});
        });
    }
    for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace chainerx::testing
