// Batch normalization: values, running statistics, gradients by both ways.
#include "chx/ops/normalization.h"

#include "chainerx/error.h"
#include "core/ops/array_checks.h"
#include "core/ops/decomposition_checks.h"

namespace chainerx::testing {
namespace {

TEST(BatchNorm, Values) {
    const Array x = doubles({1, 10, 3, 10, 5, 13}, {3, 2});
    const Array y = batch_norm(x, doubles({1, 2}), doubles({0, 5}), Array(), Array(), 0);
    const double deviation = std::sqrt(8.0 / 3);
    expect_array(y,
                 {3, 2},
                 {-2 / deviation,
                  5 - 2 / std::sqrt(2.0),
                  0,
                  5 - 2 / std::sqrt(2.0),
                  2 / deviation,
                  5 + 4 / std::sqrt(2.0)},
                 1e-12);
    // Over all axes but the channels.
    const Array images = some_doubles({2, 3, 2, 2});
    const Array normalized = batch_norm(images,
                                        ones({3}, DType::kFloat64),
                                        zeros({3}, DType::kFloat64),
                                        Array(),
                                        Array(),
                                        0,
                                        0.9,
                                        Axes{0, 2, 3});
    expect_vector(mean(normalized, Axes{0, 2, 3}), {0, 0, 0}, 1e-12);
    expect_vector(var(normalized, Axes{0, 2, 3}), {1, 1, 1}, 1e-12);
}

TEST(BatchNorm, UpdatesRunningStatistics) {
    const Array x = doubles({1, 3, 5}, {3, 1}).require_grad();
    const Array running_mean = doubles({10});
    const Array running_var = doubles({20});
    const Array y =
        batch_norm(x, doubles({1}), doubles({0}), running_mean, running_var, 2e-5, 0.75);
    expect_vector(running_mean, {0.75 * 10 + 0.25 * 3}, 1e-12);
    expect_vector(running_var, {0.75 * 20 + 0.25 * 4}, 1e-12);
    EXPECT_FALSE(running_mean.is_connected_to_any());
    EXPECT_TRUE(y.is_connected_to_any());
    EXPECT_THROW(batch_norm(x, doubles({1}), doubles({0}), running_mean), ValueError);
    EXPECT_THROW(batch_norm(x, doubles({1}), doubles({0}), doubles({1, 2}), running_var),
                 DimensionError);
    EXPECT_THROW(
        batch_norm(x, doubles({1}), doubles({0}), doubles({1}).require_grad(), running_var),
        GradientError);
}

TEST(BatchNorm, Gradients) {
    const auto run = [](const Axes& axes) {
        return [=](const std::vector<Array>& in) {
            return std::vector<Array>{
                batch_norm(in[0], in[1], in[2], Array(), Array(), 0.1, 0.9, axes)};
        };
    };
    expect_gradients(run({0}), {some_doubles({4, 3}), some_doubles({3}), some_doubles({3})});
    expect_gradients(run({0, 2}), {some_doubles({2, 2, 3}), some_doubles({2}), some_doubles({2})});
    expect_gradients(run({1}),
                     {some_doubles({2, 3, 2}), some_doubles({2, 2}), some_doubles({2, 2})});
}

TEST(BatchNorm, DecomposesIntoTheSame) {
    auto attrs = internal::make_attrs<chx_attrs_batch_norm>();
    internal::set_attr(attrs.n_axes, attrs.axes, {0, 2});
    attrs.eps = 0.01;
    const Array x = some_doubles({3, 2, 4});
    const Array gamma = some_doubles({2});
    expect_decomposes(internal::kOpBatchNorm, {x, gamma, doubles({1, 2})}, &attrs);
    auto grad_attrs = internal::make_attrs<chx_attrs_batch_norm_grad>();
    internal::set_attr(grad_attrs.n_axes, grad_attrs.axes, {0, 2});
    grad_attrs.eps = 0.01;
    expect_decomposes(internal::kOpBatchNormGrad,
                      {square(x), x, gamma, mean(x, Axes{0, 2}), var(x, Axes{0, 2})},
                      &grad_attrs);
}

TEST(FixedBatchNorm, UsesGivenStatistics) {
    const Array x = doubles({1, 10, 3, 12}, {2, 2});
    const auto run = [](const std::vector<Array>& in) {
        return std::vector<Array>{fixed_batch_norm(in[0], in[1], in[2], in[3], in[4], 1)};
    };
    const std::vector<Array> inputs{
        x, doubles({1, 2}), doubles({0, 5}), doubles({1, 10}), doubles({3, 8})};
    expect_array(run(inputs)[0], {2, 2}, {0, 5, 1, 5 + 4.0 / 3}, 1e-12);
    expect_gradients(run, inputs);
    EXPECT_THROW(
        fixed_batch_norm(x, doubles({1}), doubles({0, 5}), doubles({1, 10}), doubles({3, 8})),
        DimensionError);
}

}  // namespace
}  // namespace chainerx::testing
