// Decompositions of softmax, logical reductions, linear layers and joins give what their kernels give.
#include "chx/ops/activation.h"
#include "chx/ops/manipulation.h"
#include "chx/ops/reduction.h"
#include "core/ops/array_checks.h"
#include "core/ops/decomposition_checks.h"

namespace chainerx::testing {
namespace {

TEST(Decompositions, Softmax) {
    auto attrs = internal::make_attrs<chx_attrs_softmax>();
    attrs.axis = 1;
    expect_decomposes(internal::kOpSoftmax, {some_doubles({3, 4})}, &attrs);
    auto log_attrs = internal::make_attrs<chx_attrs_log_softmax>();
    expect_decomposes(internal::kOpLogSoftmax, {transpose(some_doubles({3, 4}))}, &log_attrs);
}

TEST(Decompositions, SoftmaxGradients) {
    const Array y = some_doubles({3, 4}), gy = cos(y);
    auto attrs = internal::make_attrs<chx_attrs_softmax_grad>();
    auto log_attrs = internal::make_attrs<chx_attrs_log_softmax_grad>();
    for (const int axis : {0, 1}) {
        attrs.axis = log_attrs.axis = axis;
        expect_decomposes(internal::kOpSoftmaxGrad, {y, gy}, &attrs);
        expect_decomposes(internal::kOpLogSoftmaxGrad, {y, gy}, &log_attrs);
    }
    EXPECT_THROW(
        internal::call(internal::kOps[internal::kOpSoftmaxGrad], {y, transpose(gy)}, &attrs),
        DimensionError);
}

TEST(Decompositions, LinearGradients) {
    const Array gy = some_doubles({3, 2}), x = some_doubles({3, 4}), w = cos(some_doubles({2, 4}));
    expect_decomposes(internal::kOpLinearWeightGrad, {gy, x});
    expect_decomposes(internal::kOpLinearGrad, {gy, x, w});
    Array gradients[3];
    const Operand operands[] = {gy, x, transpose(w)};
    EXPECT_THROW(internal::dispatch(
                     internal::kOps[internal::kOpLinearGrad], operands, 3, nullptr, gradients),
                 DimensionError);
}

TEST(Decompositions, Mean) {
    auto attrs = internal::make_attrs<chx_attrs_mean>();
    attrs.n_axes = 1;
    for (const bool keepdims : {false, true}) {
        attrs.keepdims = keepdims;
        for (const DType dtype : {DType::kFloat64, DType::kFloat16, DType::kComplex128})
            expect_decomposes(internal::kOpMean, {astype(some_doubles({4, 3}), dtype)}, &attrs);
    }
}

TEST(Decompositions, AnyAll) {
    const Array x = doubles({0, 0, 1, 0, 2, 3}, {3, 2});
    for (const Array& operand : {x, astype(x, DType::kBool), zeros({0, 2}, DType::kFloat64)}) {
        for (const int keepdims : {0, 1}) {
            auto any_attrs = internal::make_attrs<chx_attrs_any>();
            internal::set_attr(any_attrs.n_axes, any_attrs.axes, {0});
            any_attrs.keepdims = keepdims;
            expect_decomposes(internal::kOpAny, {operand}, &any_attrs);
            auto all_attrs = internal::make_attrs<chx_attrs_all>();
            internal::set_attr(all_attrs.n_axes, all_attrs.axes, {0});
            all_attrs.keepdims = keepdims;
            expect_decomposes(internal::kOpAll, {operand}, &all_attrs);
        }
    }
}

TEST(Decompositions, Linear) {
    const Array x = some_doubles({3, 4}), w = some_doubles({2, 4}), b = some_doubles({2});
    expect_decomposes(internal::kOpLinear, {x, w, b});
    expect_decomposes(internal::kOpLinear, {transpose(some_doubles({4, 3})), w});
    expect_decomposes(internal::kOpLinearWeightGrad, {some_doubles({3, 2}), x});
}

TEST(Decompositions, Joins) {
    auto attrs = internal::make_attrs<chx_attrs_concatenate>();
    attrs.axis = 1;
    expect_decomposes(
        internal::kOpConcatenate, {some_doubles({2, 3}), transpose(some_doubles({1, 2}))}, &attrs);
    auto unslice = internal::make_attrs<chx_attrs_unslice>();
    internal::set_attr(unslice.n_starts, unslice.starts, {3});
    internal::set_attr(unslice.n_steps, unslice.steps, {-2});
    internal::set_attr(unslice.n_shape, unslice.shape, {5});
    expect_decomposes(internal::kOpUnslice, {doubles({1, 2})}, &unslice);
    Array output;
    const Array x = doubles({1, 2});
    const Operand operand(x);
    internal::kOps[internal::kOpUnslice].decompose(&operand, 1, &unslice, &output);
    expect_vector(output, {0, 2, 0, 1, 0});
}

}  // namespace
}  // namespace chainerx::testing
