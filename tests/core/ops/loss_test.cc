// Losses: values, ignored labels, gradients by both ways.
#include "chainerx/error.h"
#include "core/ops/array_checks.h"
#include "core/ops/decomposition_checks.h"

namespace chainerx::testing {
namespace {

TEST(SoftmaxCrossEntropy, Values) {
    const Array x = doubles({1, 2, 3, 0, 0, 0}, {2, 3});
    const double total = std::exp(1.0) + std::exp(2.0) + std::exp(3.0);
    const std::vector<double> expected{std::log(total) - 3, std::log(3.0)};
    expect_vector(softmax_cross_entropy(x, integers({2, 0})), expected, 1e-12);
    expect_vector(
        softmax_cross_entropy(x, integers({2, 0}).astype(DType::kInt32)), expected, 1e-12);
    expect_vector(
        softmax_cross_entropy(x, integers({2, 0}).astype(DType::kUInt8)), expected, 1e-12);
    expect_vector(softmax_cross_entropy(x, integers({-1, 3})), {0, 0});
    EXPECT_THROW(softmax_cross_entropy(x, doubles({2, 0})), DtypeError);
    EXPECT_THROW(softmax_cross_entropy(x, integers({2, 0, 1})), DimensionError);
}

TEST(SoftmaxCrossEntropy, Gradients) {
    const Array x = some_doubles({3, 4});
    for (const Array& labels :
         {integers({3, 0, 1}), integers({-1, 2, 4}), integers({1, 1, 1}).astype(DType::kInt8)}) {
        expect_gradient([&](const Array& a) { return softmax_cross_entropy(a, labels); }, x);
    }
}

TEST(SoftmaxCrossEntropy, DecomposesIntoTheSame) {
    const Array x = some_doubles({3, 4});
    const Array labels = integers({3, -1, 1});
    expect_decomposes(internal::kOpSoftmaxCrossEntropy, {x, labels});
    expect_decomposes(internal::kOpSoftmaxCrossEntropyGrad,
                      {log_softmax(x, 1), labels, doubles({1, 2, -3})});
}

TEST(SigmoidCrossEntropy, ValuesAndGradients) {
    const Array x = doubles({0.5, -2, 3, 800});
    const Array labels = integers({1, 0, -1, 1});
    expect_vector(sigmoid_cross_entropy(x, labels),
                  {std::log1p(std::exp(-0.5)), std::log1p(std::exp(-2.0)), 0, 0},
                  1e-12);
    expect_gradient([](const Array& a) { return sigmoid_cross_entropy(a, integers({1, 0, -1})); },
                    doubles({0.5, -2, 3}));
    EXPECT_THROW(sigmoid_cross_entropy(x, integers({1, 0})), DimensionError);
}

TEST(Errors, SquaredAndAbsolute) {
    const Array a = doubles({1, 2.5, -3});
    const Array b = doubles({2, 2, 1});
    expect_vector(squared_error(a, b), {1, 0.25, 16});
    expect_vector(absolute_error(a, b), {1, 0.5, 4});
    expect_gradient([](const Array& x, const Array& y) { return squared_error(x, y); }, a, b);
    expect_gradient([](const Array& x, const Array& y) { return absolute_error(x, y); }, a, b);
}

TEST(Accuracy, CountsRows) {
    const Array y = doubles({1, 2, 3, 9, 5, 6, 7, 8, 1}, {3, 3});
    const Array share = accuracy(y, integers({2, 0, 0}));
    EXPECT_EQ(share.dtype(), DType::kFloat32);
    expect_array(share, {}, {2.0 / 3}, 1e-6);
    expect_array(accuracy(y, integers({2, -1, 0}), -1), {}, {0.5});
    expect_array(accuracy(y, integers({-1, -1, -1}), -1), {}, {0});
}

}  // namespace
}  // namespace chainerx::testing
