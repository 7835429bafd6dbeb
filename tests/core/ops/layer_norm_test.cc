// Layer normalization: values, gradients by both ways, the same by kernels and by decomposition.
#include "chainerx/error.h"
#include "chx/ops/normalization.h"
#include "core/ops/array_checks.h"
#include "core/ops/decomposition_checks.h"

namespace chainerx::testing {
namespace {

TEST(LayerNorm, Values) {
    const Array x = doubles({1, 3, 5, 10, 10, 13}, {2, 3});
    const double first = std::sqrt(8.0 / 3), second = std::sqrt(2.0);
    expect_array(layer_norm(x, {3}, doubles({1, 2, 1}), doubles({0, 5, 1}), 0),
                 {2, 3},
                 {-2 / first, 5, 1 + 2 / first, -1 / second, 5 - 2 / second, 1 + 2 / second},
                 1e-12);
    const Array rows = some_doubles({2, 2, 3});
    const Array y = layer_norm(rows, {2, 3}, Array(), Array(), 0);
    expect_vector(mean(y, Axes{1, 2}), {0, 0}, 1e-12);
    expect_vector(var(y, Axes{1, 2}), {1, 1}, 1e-12);
}

TEST(LayerNorm, LargeMeansCostNoAccuracy) {
    const Array x = add(doubles({1, 2, 3, 4}, {1, 4}), 1e6);
    expect_array(
        astype(layer_norm(astype(x, DType::kFloat32), {4}, Array(), Array(), 0), DType::kFloat64),
        {1, 4},
        {-1.5 / std::sqrt(1.25),
         -0.5 / std::sqrt(1.25),
         0.5 / std::sqrt(1.25),
         1.5 / std::sqrt(1.25)},
        1e-6);
}

TEST(LayerNorm, Gradients) {
    const auto run = [](const Dims& shape) {
        return [=](const std::vector<Array>& in) {
            return std::vector<Array>{layer_norm(in[0], shape, in[1], in[2], 0.1)};
        };
    };
    expect_gradients(run({3}), {some_doubles({4, 3}), some_doubles({3}), some_doubles({3})});
    expect_gradients(run({2, 3}),
                     {some_doubles({2, 2, 3}), some_doubles({2, 3}), some_doubles({2, 3})});
    expect_gradients(run({3}), {some_doubles({3}), some_doubles({3}), some_doubles({3})});
}

TEST(LayerNorm, DecomposesIntoTheSame) {
    for (const int64_t first : {0, 1, 2}) {
        auto attrs = internal::make_attrs<chx_attrs_layer_norm>();
        attrs.first_axis = first;
        attrs.eps = 0.01;
        const Array x = some_doubles({3, 2, 4});
        const Shape all{3, 2, 4};
        Shape parameters;
        Axes axes;
        for (int i = static_cast<int>(first); i < 3; ++i) {
            parameters.push_back(all[i]);
            axes.push_back(i);
        }
        const Array gamma = some_doubles(parameters);
        expect_decomposes(internal::kOpLayerNorm, {x, gamma, square(gamma)}, &attrs);
        auto grad_attrs = internal::make_attrs<chx_attrs_layer_norm_grad>();
        grad_attrs.first_axis = first;
        grad_attrs.eps = 0.01;
        expect_decomposes(internal::kOpLayerNormGrad,
                          {square(x), x, gamma, mean(x, axes), var(x, axes)},
                          &grad_attrs);
    }
}

TEST(LayerNorm, WithoutElements) {
    EXPECT_EQ(to_string(layer_norm(zeros({0, 3}), {3}).shape()), "(0, 3)");
    Array x = zeros({0, 3});
    x.require_grad();
    EXPECT_EQ(to_string(grad({layer_norm(x, {3})}, {x})[0].shape()), "(0, 3)");
}

}  // namespace
}  // namespace chainerx::testing
