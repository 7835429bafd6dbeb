// backward and grad: what they compute, where gradients go, and which uses are errors.
#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/ops/array_checks.h"
#include "core/plugin/expect_error.h"

namespace chainerx::testing {
namespace {

using internal::expect_contains;
using internal::message_of;

TEST(Backward, SumsOverEveryUse) {
    const Array x = doubles({1, 2, 3}).require_grad();
    const Array y = x * x + x * 2 + x;
    y.backward();
    expect_vector(x.grad(), {5, 7, 9});
}

TEST(Backward, ThroughMoreBranchesThanFitOnTheStack) {
    std::vector<Array> leaves, branches;
    for (int i = 0; i < 50; ++i) {
        leaves.push_back(doubles({1, 2}).require_grad());
        branches.push_back(leaves.back() * i);
    }
    concatenate(branches, 0).backward();
    for (int i = 0; i < 50; ++i)
        expect_vector(leaves[static_cast<size_t>(i)].grad(),
                      {static_cast<double>(i), static_cast<double>(i)});
}

TEST(Backward, AddsToWhatIsThere) {
    const Array x = doubles({1, 2}).require_grad();
    EXPECT_TRUE(x.grad().is_null());
    (x * 2).backward();
    (x * 3).backward();
    expect_vector(x.grad(), {5, 5});
    x.clear_grad();
    EXPECT_TRUE(x.grad().is_null());
    (x * 4).backward();
    expect_vector(x.grad(), {4, 4});
}

TEST(Backward, BroadcastOperandsGetSums) {
    const Array x = doubles({1, 2, 3}, {3, 1}).require_grad(),
                row = doubles({10, 20}).require_grad(), number = doubles({2}, {}).require_grad();
    (x * row * number).backward();
    expect_array(x.grad(), {3, 1}, {60, 60, 60});
    expect_vector(row.grad(), {12, 12});
    expect_array(number.grad(), {}, {180});
}

TEST(Backward, StartsFromTheOutputsOwnGradient) {
    const Array x = doubles({1, 2}).require_grad();
    const Array y = (x * 3).require_grad();
    y.set_grad(doubles({10, 100}));
    y.backward();
    expect_vector(x.grad(), {30, 300});
    expect_vector(y.grad(), {10, 100});
}

TEST(Backward, FromSeveralOutputs) {
    const Array x = doubles({1, 2}).require_grad();
    const Array shared = x * 2;
    backward({shared * 3, exp(shared * 0), sum(shared)});
    expect_vector(x.grad(), {8, 8});
}

TEST(Backward, KeepsIntermediateGradientsOnRequest) {
    const Array x = doubles({1, 2}).require_grad();
    const Array kept = (x * 3).require_grad();
    const Array y = kept * kept;
    y.backward();
    expect_vector(kept.grad(), {6, 12});
    expect_vector(x.grad(), {18, 36});
    EXPECT_THROW(y.grad(), GradientError);
}

TEST(Backward, ReachesWhatIsGivenBackToTheCaller) {
    const Array x = doubles({1, 2}).require_grad();
    const Array alias = x.view(), part = x.at({0});
    (alias * 2).backward();
    (part * 5).backward();
    expect_vector(x.grad(), {7, 2});
    EXPECT_FALSE(x.as_grad_stopped().is_connected());
    (x + x.as_grad_stopped()).backward();
    expect_vector(x.grad(), {8, 3});
}

TEST(Backward, LossScaleCancelsOut) {
    const Array x = doubles({1, 2}).require_grad();
    const Array kept = (x * 3).require_grad();
    BackwardOptions options;
    options.loss_scale = 1024;
    (kept * x).backward(options);
    expect_vector(x.grad(), {6, 12});
    expect_vector(kept.grad(), {1, 2});
    // On its way the gradient passes through 1e-8, which float16 does not have.
    const Array half = floats({1}).astype(DType::kFloat16).require_grad();
    (half * 1000 * 1e-4 * 1e-4).backward();
    expect_vector(half.grad(), {0});
    (half * 1000 * 1e-4 * 1e-4).backward(options);
    expect_vector(half.grad(), {1e-5}, 1e-7);
}

TEST(Backward, GradientsHaveTheDtypeOfTheirArray) {
    const Array x = floats({1, 2}).require_grad(), w = doubles({3, 4}).require_grad();
    (x * w).backward();
    EXPECT_EQ(x.grad().dtype(), DType::kFloat32);
    EXPECT_EQ(w.grad().dtype(), DType::kFloat64);
    expect_vector(x.grad(), {3, 4});
}

TEST(Backward, TheGraphIsFreedOnTheWay) {
    const Array x = doubles({1, 2}).require_grad();
    const Array y = x * x;
    y.backward();
    expect_contains(message_of<GradientError>([&] { y.backward(); }),
                    "was freed by an earlier backward");
    EXPECT_THROW((y * 2).backward(), GradientError);
    expect_vector(x.grad(), {2, 4});
    (x * x).backward();
    expect_vector(x.grad(), {4, 8});
}

TEST(Backward, AnArrayWrittenSinceItWasUsedIsAnError) {
    const Array x = doubles({1, 2}).require_grad();
    const Array w = doubles({3, 4});
    const Array y = x * w;
    w.at({0}) += Scalar(1);  // through a view
    expect_contains(message_of<GradientError>([&] { y.backward(); }), "written in place");

    const Array z = exp(x);
    {
        const NoBackpropModeScope unrecorded;
        z += Scalar(1);
    }
    EXPECT_THROW(z.backward(), GradientError) << "exp needs its result";

    const Array sum_of = x + w;
    w += Scalar(1);
    EXPECT_NO_THROW(sum_of.backward()) << "addition needs neither";
}

TEST(Backward, WritingIntoAGraphIsAnError) {
    const Array x = doubles({1, 2}).require_grad();
    const Array free = doubles({3, 4});
    EXPECT_THROW(x += free, GradientError);
    EXPECT_THROW(x.fill(0), GradientError);
    EXPECT_THROW(x.set_at({0}, Scalar(5)), GradientError);
    EXPECT_THROW(free += x, GradientError);
    EXPECT_THROW(free.set_at({0}, x.at({0})), GradientError);
    expect_vector(x, {1, 2});
    expect_vector(free, {3, 4});
    const NoBackpropModeScope unrecorded;
    x += free;
    expect_vector(x, {4, 6});
}

TEST(Backward, RequireGradIsForInexactNumbersOnly) {
    EXPECT_THROW(integers({1}).require_grad(), DtypeError);
    EXPECT_NO_THROW(array<float>({1}, {1}).astype(DType::kComplex64).require_grad());
    EXPECT_THROW(doubles({1}).grad(), GradientError);
    EXPECT_THROW(doubles({1}).set_grad(doubles({1})), GradientError);
    EXPECT_NO_THROW(doubles({1}).backward()) << "nothing to do";
}

TEST(Backward, AGradientMustFitItsArray) {
    const Array x = doubles({1, 2}).require_grad();
    EXPECT_THROW(x.set_grad(doubles({1})), GradientError);
    EXPECT_THROW(x.set_grad(floats({1, 2})), GradientError);
    EXPECT_THROW(x.set_grad(doubles({1, 2}).to_device(get_device("native:1"))), GradientError);
    x.set_grad(doubles({5, 6}));
    expect_vector(x.grad(), {5, 6});
}

TEST(Backward, NothingFlowsThroughIntegers) {
    const Array x = doubles({1.5, 2.5}).require_grad();
    EXPECT_FALSE(astype(x, DType::kInt32).is_connected());
    EXPECT_FALSE((x > 2).is_connected());
    EXPECT_FALSE(argmax(x).is_connected());
}

TEST(Grad, WithRespectToIntermediates) {
    const Array x = doubles({1, 2}).require_grad();
    const Array middle = x * 3;
    const Array unrelated = doubles({1}).require_grad();
    const std::vector<Array> gradients =
        grad({middle * middle}, {middle, x, unrelated, doubles({1})});
    expect_vector(gradients[0], {6, 12});
    expect_vector(gradients[1], {18, 36});
    EXPECT_TRUE(gradients[2].is_null());
    EXPECT_TRUE(gradients[3].is_null());
    EXPECT_TRUE(x.grad().is_null()) << "grad() leaves .grad() alone";
}

TEST(Grad, StartValuesAndSettingTheResult) {
    const Array x = doubles({1, 2}).require_grad();
    GradOptions options;
    options.grad_outputs = {doubles({10, 100}), Array()};
    options.set_grad = true;
    options.loss_scale = 2;
    const Array gradient = grad({x * 2, x * 3}, {x}, options)[0];
    // The first start value is as given, the second is the loss scale; both are divided by it.
    expect_vector(gradient, {13, 103});
    expect_vector(x.grad(), {13, 103});
}

TEST(Grad, TheGraphIsKeptOnRequest) {
    const Array x = doubles({1, 2}).require_grad();
    const Array y = x * x;
    GradOptions options;
    options.retain_graph = true;
    EXPECT_FALSE(grad({y}, {x}, options)[0].is_connected());
    expect_vector(grad({y}, {x})[0], {2, 4});
    EXPECT_THROW(grad({y}, {x}), GradientError);
}

TEST(Grad, AcrossDevices) {
    const Array x = doubles({1, 2}).require_grad();
    const Array there = x.to_device("native:1") * 3;
    EXPECT_EQ(there.device().name(), "native:1");
    const Array y = there.to_device("native:0") * x;
    y.backward();
    expect_vector(x.grad(), {6, 12});
    EXPECT_EQ(x.grad().device().name(), "native:0");
    EXPECT_THROW(there + x, DeviceError);
}

}  // namespace
}  // namespace chainerx::testing
