// Pooling against its definition, decompositions against kernels, and gradients.
#include "chx/ops/pooling.h"

#include <limits>

#include "chainerx/error.h"
#include "core/ops/array_checks.h"
#include "core/ops/decomposition_checks.h"

namespace chainerx::testing {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(MaxPool, Values) {
    const Array x = doubles({1, 5, 2, 0, 3, 4, 8, 7, 6, 9, -1, -2}, {1, 1, 3, 4});
    expect_array(max_pool(x, {2}), {1, 1, 1, 2}, {5, 8});
    expect_array(max_pool(x, {2}, Dims{1}), {1, 1, 2, 3}, {5, 8, 8, 9, 9, 8});
    expect_array(max_pool(x, {2, 1}, Dims{2, 3}, {1, 0}), {1, 1, 2, 2}, {1, 0, 6, 7});
    expect_array(max_pool(x, {2}, std::nullopt, {0}, true), {1, 1, 2, 2}, {5, 8, 9, -1});
    const Array whole = max_pool(x.astype(DType::kInt32), {3, 4});
    EXPECT_EQ(whole.dtype(), DType::kInt32);
    expect_array(whole, {1, 1, 1, 1}, {9});
    expect_array(max_pool(doubles({3, 1, 2}, {1, 1, 3}), {2}, Dims{1}), {1, 1, 2}, {3, 2});
    expect_array(max_pool(zeros({0, 2, 3, 3}), {2}), {0, 2, 1, 1}, {});
}

TEST(MaxPool, Gradients) {
    const Array x = some_doubles({2, 2, 5, 4});
    expect_gradient([](const Array& a) { return max_pool(a, {2}); }, x);
    expect_gradient([](const Array& a) { return max_pool(a, {3, 2}, Dims{2, 1}, {1, 0}, true); },
                    x);
    expect_gradient([](const Array& a) { return square(max_pool(a, {2}, Dims{1})); },
                    some_doubles({1, 2, 5}));
    // Equal elements: the first one gets it all.
    expect_array(
        gradient([](const Array& a) { return max_pool(a, {3}); }, doubles({1, 2, 2}, {1, 1, 3})),
        {1, 1, 3},
        {0, 1, 0});
}

chx_attrs_max_pool max_attrs(DimsView kernel, DimsView stride, DimsView pad, DimsView output) {
    auto attrs = internal::make_attrs<chx_attrs_max_pool>();
    internal::set_attr(attrs.n_kernel, attrs.kernel, kernel);
    internal::set_attr(attrs.n_stride, attrs.stride, stride);
    internal::set_attr(attrs.n_pad, attrs.pad, pad);
    internal::set_attr(attrs.n_output, attrs.output, output);
    return attrs;
}

TEST(MaxPool, DecomposesIntoTheSame) {
    const Array x = some_doubles({2, 3, 5, 4});
    const auto attrs = max_attrs({3, 2}, {2, 1}, {1, 1}, {3, 5});
    expect_decomposes(internal::kOpMaxPool, {x}, &attrs);
    const auto line = max_attrs({2}, {2}, {0}, {3});
    expect_decomposes(internal::kOpMaxPool, {some_doubles({2, 1, 5})}, &line);
    expect_decomposes(internal::kOpMaxPool, {full({1, 1, 5}, 0, DType::kUInt8)}, &line);
    expect_decomposes(internal::kOpMaxPool, {full({1, 1, 5}, -kInfinity)}, &line);
    const auto padded = max_attrs({3}, {2}, {2}, {3});
    expect_decomposes(internal::kOpMaxPool, {full({1, 1, 4}, 0, DType::kUInt8)}, &padded);

    const Operand operand(x);
    Array outputs[2];
    internal::dispatch(internal::kOps[internal::kOpMaxPool], &operand, 1, &attrs, outputs);
    auto grad_attrs = internal::make_attrs<chx_attrs_max_pool_grad>();
    internal::set_attr(grad_attrs.n_input, grad_attrs.input, {5, 4});
    expect_decomposes(
        internal::kOpMaxPoolGrad, {some_doubles(outputs[0].shape()), outputs[1]}, &grad_attrs);
    expect_decomposes(internal::kOpPoolGather, {x, outputs[1]});
}

TEST(AveragePool, Values) {
    const Array x = doubles({1, 2, 3, 4, 5, 6}, {1, 1, 2, 3});
    expect_array(average_pool(x, {2}, Dims{1}), {1, 1, 1, 2}, {3, 4});
    expect_array(average_pool(x, {2}, std::nullopt, {1}, "ignore"), {1, 1, 2, 2}, {1, 2.5, 4, 5.5});
    expect_array(
        average_pool(x, {2}, std::nullopt, {1}, "zero"), {1, 1, 2, 2}, {0.25, 1.25, 1, 2.75});
}

TEST(AveragePool, Gradients) {
    for (const char* mode : {"ignore", "zero"}) {
        expect_gradient(
            [&](const Array& a) { return average_pool(a, {3, 2}, Dims{2, 1}, {1, 1}, mode); },
            some_doubles({2, 2, 5, 3}));
        expect_gradient(
            [&](const Array& a) { return average_pool(a, {2}, std::nullopt, {0}, mode); },
            some_doubles({1, 2, 5}));
    }
}

TEST(AveragePool, DecomposesIntoTheSame) {
    for (const int32_t count_pad : {0, 1}) {
        auto attrs = internal::make_attrs<chx_attrs_average_pool>();
        internal::set_attr(attrs.n_kernel, attrs.kernel, {3, 2});
        internal::set_attr(attrs.n_stride, attrs.stride, {2, 1});
        internal::set_attr(attrs.n_pad, attrs.pad, {1, 1});
        internal::set_attr(attrs.n_output, attrs.output, {3, 5});
        attrs.count_pad = count_pad;
        expect_decomposes(internal::kOpAveragePool, {some_doubles({2, 3, 5, 4})}, &attrs);
        auto grad_attrs = internal::make_attrs<chx_attrs_average_pool_grad>();
        internal::set_attr(grad_attrs.n_kernel, grad_attrs.kernel, {3, 2});
        internal::set_attr(grad_attrs.n_stride, grad_attrs.stride, {2, 1});
        internal::set_attr(grad_attrs.n_pad, grad_attrs.pad, {1, 1});
        internal::set_attr(grad_attrs.n_input, grad_attrs.input, {5, 4});
        grad_attrs.count_pad = count_pad;
        expect_decomposes(internal::kOpAveragePoolGrad, {some_doubles({2, 3, 3, 5})}, &grad_attrs);
    }
}

TEST(Pooling, Errors) {
    const Array x = ones({1, 1, 3, 3});
    EXPECT_THROW(max_pool(x, {4}), DimensionError);
    EXPECT_THROW(max_pool(x, {0}), ValueError);
    EXPECT_THROW(max_pool(x, {2, 2, 2}), DimensionError);
    EXPECT_THROW(max_pool(ones({3, 3}), {2}), DimensionError);
    EXPECT_THROW(average_pool(x, {2}, std::nullopt, {0}, "nothing"), ValueError);
}

}  // namespace
}  // namespace chainerx::testing
