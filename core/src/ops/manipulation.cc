// Casts and copies, and the gradients of views: what the ops of this family are made of.
#include "chx/ops/manipulation.h"

#include "device/device_state.h"
#include "ops/op_support.h"

namespace chainerx::internal {

void infer_copy(InferContext& c) { c.set(0, c.shape(0)); }

void gradient_copy(GradientContext& c) { c.set(0, astype(c.grad(), c.input_dtype(0), false)); }

void gradient_reshape(GradientContext& c) { c.set(0, reshape(c.grad(), c.input_shape(0))); }

void gradient_transpose(GradientContext& c) {
    const Axes& axes = c.attrs<TransposeAttrs>().axes;
    Axes inverse = axes;
    for (int i = 0; i < axes.size(); ++i) inverse[static_cast<int>(axes[i])] = i;
    c.set(0, transpose(c.grad(), inverse));
}

void gradient_broadcast_to(GradientContext& c) { c.set(0, sum_to(c.grad(), c.input_shape(0))); }

void gradient_slice(GradientContext& c) {
    const SliceAttrs& slice = c.attrs<SliceAttrs>();
    auto attrs = make_attrs<chx_attrs_unslice>();
    set_attr(attrs.n_starts, attrs.starts, slice.starts);
    set_attr(attrs.n_steps, attrs.steps, slice.steps);
    set_attr(attrs.n_shape, attrs.shape, c.input_shape(0));
    c.set(0, call(kOps[kOpUnslice], {c.grad()}, &attrs));
}

void infer_unslice(InferContext& c) {
    const auto& attrs = c.attrs<chx_attrs_unslice>();
    c.set(0, DimsView(attrs.shape, static_cast<int>(attrs.n_shape)));
}

void gradient_unslice(GradientContext& c) {
    const auto& attrs = c.attrs<chx_attrs_unslice>();
    const int n = static_cast<int>(attrs.n_shape);
    c.set(0,
          slice_view(c.grad(),
                     {DimsView(attrs.starts, n), DimsView(attrs.steps, n), c.input_shape(0)}));
}

void decompose_unslice(const Operand* inputs, int, const void* attrs, Array* outputs) {
    const Array x = array_of(inputs[0]);
    const auto& slice = *static_cast<const chx_attrs_unslice*>(attrs);
    const int n = static_cast<int>(slice.n_shape);
    const Array y = zeros(DimsView(slice.shape, n), x.dtype(), &x.device());
    if (x.size() != 0) {
        int64_t offset = 0;
        Strides strides = y.strides();
        for (int i = 0; i < n; ++i) {
            offset += slice.starts[i] * strides[i];
            strides[i] *= slice.steps[i];
        }
        copy_into(raw_view(y, x.shape(), strides, offset), x);
    }
    outputs[0] = y;
}

}  // namespace chainerx::internal

namespace chainerx {

Array astype(const Array& a, DType dtype, bool copy, Device* device) {
    if (device != nullptr && device != &a.device())
        return astype(a.to_device(*device), dtype, false);
    if (!copy && a.dtype() == dtype) return a;
    auto attrs = internal::make_attrs<chx_attrs_copy>();
    attrs.dtype = to_chx_dtype(dtype);
    return internal::call(internal::kOps[internal::kOpCopy], {a}, &attrs);
}

}  // namespace chainerx
