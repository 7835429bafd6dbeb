// Gradients of gradients.
#include <gtest/gtest.h>

#include "chainerx/chainerx.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

BackwardOptions twice() {
    BackwardOptions options;
    options.enable_double_backprop = true;
    return options;
}

GradOptions grad_twice() {
    GradOptions options;
    options.enable_double_backprop = true;
    return options;
}

TEST(DoubleBackward, GradientsAreRecordedOnRequest) {
    const Array x = doubles({1, 2}).require_grad();
    (x * x * x).backward();
    EXPECT_FALSE(x.grad().is_connected());
    x.clear_grad();
    (x * x * x).backward(twice());
    EXPECT_TRUE(x.grad().is_connected());
    const Array first = x.grad();
    x.clear_grad();
    first.backward();
    expect_vector(x.grad(), {6, 12});
}

TEST(DoubleBackward, TheGraphIsKept) {
    const Array x = doubles({1, 2}).require_grad();
    const Array y = x * x;
    y.backward(twice());
    y.backward();
    expect_vector(x.grad(), {4, 8});
    EXPECT_THROW(y.backward(), GradientError);
}

TEST(DoubleBackward, HigherDerivatives) {
    const Array x = doubles({1, 2}).require_grad();
    const Array y = square(square(x));  // x^4
    const Array first = grad({y}, {x}, grad_twice())[0];
    const Array second = grad({first}, {x}, grad_twice())[0];
    const Array third = grad({second}, {x}, grad_twice())[0];
    expect_vector(first, {4, 32});
    expect_vector(second, {12, 48});
    expect_vector(third, {24, 48});
    expect_vector(grad({third}, {x})[0], {24, 24});
}

TEST(DoubleBackward, ThroughResultsThatAreSaved) {
    // exp, tanh and sigmoid compute their gradient from their result.
    const Array x = doubles({0.5, -0.25}).require_grad();
    const Array first = grad({exp(x * 2)}, {x}, grad_twice())[0];
    expect_vector(grad({first}, {x})[0], {4 * std::exp(1.0), 4 * std::exp(-0.5)}, 1e-12);
    expect_gradient([](const Array& a) { return tanh(a) * sigmoid(a) / exp(a); },
                    doubles({0.5, -0.25}));
}

TEST(DoubleBackward, AGradientPenalty) {
    const Array x = doubles({1, 2}).require_grad(), w = doubles({3, 4}).require_grad();
    const Array loss = sum(x * x * w);
    const Array gradient = grad({loss}, {x}, grad_twice())[0];  // 2 x w
    (loss + sum(gradient * gradient)).backward();
    expect_vector(w.grad(), {1 + 8 * 3, 4 + 8 * 4 * 4});
    expect_vector(x.grad(), {2 * 3 + 8 * 9, 4 * 4 + 8 * 2 * 16});
}

TEST(DoubleBackward, AnArrayWrittenSinceItWasUsedIsAnError) {
    const Array x = doubles({1, 2}).require_grad();
    const Array gradient = grad({x * x * x}, {x}, grad_twice())[0];
    const NoBackpropModeScope unrecorded;
    x += Scalar(1);
    EXPECT_THROW(gradient.backward(), GradientError);
}

}  // namespace
}  // namespace chainerx::testing
