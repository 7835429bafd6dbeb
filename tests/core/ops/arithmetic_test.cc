// Arithmetic: values, and gradients of first and second order.
#include "chainerx/error.h"
#include "core/ops/array_checks.h"

namespace chainerx::testing {
namespace {

TEST(Arithmetic, GradientsOfBinaryOps) {
    const Array x1 = doubles({0.7, -1.2, 2.5, -0.3});
    const Array x2 = doubles({1.3, 0.8, -1.1, 2.2});
    expect_gradient([](const Array& a, const Array& b) { return add(a, b); }, x1, x2);
    expect_gradient([](const Array& a, const Array& b) { return subtract(a, b); }, x1, x2);
    expect_gradient([](const Array& a, const Array& b) { return multiply(a, b); }, x1, x2);
    expect_gradient([](const Array& a, const Array& b) { return divide(a, b); }, x1, x2);
    expect_gradient([](const Array& a, const Array& b) { return remainder(a, b); }, x1, x2);
    expect_gradient([](const Array& a, const Array& b) { return fmod(a, b); }, x1, x2);
    expect_gradient([](const Array& a, const Array& b) { return maximum(a, b); }, x1, x2);
    expect_gradient([](const Array& a, const Array& b) { return minimum(a, b); }, x1, x2);
    expect_gradient([](const Array& a, const Array& b) { return power(a, b); },
                    doubles({0.7, 1.2, 2.5}),
                    doubles({1.3, 2.0, -1.1}));
}

TEST(Arithmetic, GradientsSumOverBroadcastAxes) {
    const Array column = some_doubles({3, 1});
    const Array row = doubles({0.2, -0.5});
    expect_gradient([](const Array& a, const Array& b) { return multiply(a, b); }, column, row);
    expect_gradient(
        [](const Array& a, const Array& b) { return divide(a, add(b, 3)); }, column, row);
    expect_gradient([](const Array& a, const Array& b) { return maximum(a, b); }, column, row);
}

TEST(Arithmetic, GradientsWithScalars) {
    const Array x = doubles({0.7, 1.2, -2.5});
    const Array positive = doubles({0.7, 1.2, 2.5});
    expect_gradient([](const Array& a) { return subtract(2.0, a); }, x);
    expect_gradient([](const Array& a) { return multiply(a, 3); }, x);
    expect_gradient([](const Array& a) { return divide(1, a); }, x);
    expect_gradient([](const Array& a) { return divide(a, 4); }, x);
    expect_gradient([](const Array& a) { return power(a, 3); }, x);
    expect_gradient([](const Array& a) { return power(a, 2); }, x);
    expect_gradient([](const Array& a) { return power(a, 0.5); }, positive);
    expect_gradient([](const Array& a) { return power(2, a); }, x);
    expect_gradient([](const Array& a) { return remainder(a, 0.9); }, x);
    expect_gradient([](const Array& a) { return maximum(0.9, a); }, x);
}

TEST(Arithmetic, GradientsOfUnaryOps) {
    const Array x = doubles({0.7, -1.2, 2.5});
    expect_gradient([](const Array& a) { return negative(a); }, x);
    expect_gradient([](const Array& a) { return abs(a); }, x);
    expect_gradient([](const Array& a) { return square(a); }, x);
    expect_gradient([](const Array& a) { return reciprocal(a); }, x);
    EXPECT_NO_FATAL_FAILURE(
        expect_vector(gradient([](const Array& a) { return abs(a); }, doubles({0, -2})), {0, -1}));
}

TEST(Arithmetic, PowerAtZero) {
    const auto by_base = [](const std::vector<double>& x1, const std::vector<double>& x2) {
        return gradient([&](const Array& a) { return power(a, doubles(x2)); }, doubles(x1));
    };
    const auto by_exponent = [](const std::vector<double>& x1, const std::vector<double>& x2) {
        return gradient([&](const Array& a) { return power(doubles(x1), a); }, doubles(x2));
    };
    expect_vector(by_base({0, 0, 3, 0}, {0, 2, 0, 1}), {0, 0, 0, 1});
    expect_vector(by_exponent({0, 0, 2}, {2, 0, 0}), {0, 0, std::log(2.0)}, 1e-15);
    // The derivative with respect to the exponent at 0 depends on the base.
    expect_gradient([](const Array& a, const Array& b) { return power(a, b); },
                    doubles({1.5, 0.4}),
                    doubles({0, 0}));
}

TEST(Arithmetic, TiesGoToTheFirst) {
    const auto both = [](const auto& op) {
        return gradients(
            [&](const std::vector<Array>& in) { return std::vector<Array>{op(in[0], in[1])}; },
            {doubles({1, 2}), doubles({1, 3})});
    };
    const auto greatest = both([](const Array& a, const Array& b) { return maximum(a, b); });
    expect_vector(greatest[0], {1, 0});
    expect_vector(greatest[1], {0, 1});
    const auto least = both([](const Array& a, const Array& b) { return minimum(a, b); });
    expect_vector(least[0], {1, 1});
    expect_vector(least[1], {0, 0});
}

TEST(Arithmetic, Clip) {
    const Array x = doubles({-2, 0.5, 3});
    expect_vector(clip(x, -1, 1), {-1, 0.5, 1});
    expect_vector(clip(x, {}, 1), {-2, 0.5, 1});
    expect_vector(clip(x, doubles({-1, 1, 0}), doubles({0, 2, 0})), {-1, 1, 0});
    expect_vector(clip(x, Scalar(0)), {0, 0.5, 3});
    expect_vector(clip(integers({-2, 0, 9}), Scalar(-1), Scalar(4)), {-1, 0, 4});
    EXPECT_EQ(clip(integers({1}), Scalar(0), Scalar(2)).dtype(), DType::kInt64);
    expect_vector(clip(x), values_of(x));
    expect_gradient([](const Array& a) { return clip(a, -1, 1); }, x);
}

}  // namespace
}  // namespace chainerx::testing
