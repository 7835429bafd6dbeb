// Views that need some thought: broadcasting, windows, slices; and writing through views.
#include "array/views.h"

#include <fmt/format.h>

#include "autograd/node.h"
#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "chx/ops/creation.h"
#include "chx/ops/manipulation.h"
#include "device/device_state.h"
#include "dispatch/dispatch.h"

namespace chainerx::internal {

Array raw_broadcast(const Array& base, DimsView shape) {
    const int added = shape.size() - base.ndim();
    if (added < 0) {
        throw DimensionError(
            fmt::format("broadcast_to: an array of shape {} has more dimensions than the target {}",
                        to_string(base.shape()),
                        to_string(shape)));
    }
    if (shape.size() > kMaxNdim && added > 0) throw_too_many_dimensions(shape.size());
    Strides strides = Dims::filled(shape.size(), 0);
    for (int i = 0; i < base.ndim(); ++i) {
        const int64_t extent = base.shape()[i];
        if (extent == shape[added + i]) {
            strides[added + i] = extent == 1 ? 0 : base.strides()[i];
        } else if (extent != 1) {
            throw DimensionError(
                fmt::format("broadcast_to: shape {} can't be broadcast to {}; axis {} has extent "
                            "{}, expected 1 or {}",
                            to_string(base.shape()),
                            to_string(shape),
                            i,
                            extent,
                            shape[added + i]));
        }
    }
    return raw_view(base, shape, strides);
}

Array raw_windows(
    const Array& x, DimsView kernel, DimsView stride, DimsView dilation, DimsView output) {
    const int k = kernel.size();
    if (2 + 2 * k > kMaxNdim) throw_too_many_dimensions(2 + 2 * k);
    Shape shape = {x.shape()[0], x.shape()[1]};
    Strides strides = {x.strides()[0], x.strides()[1]};
    for (int i = 0; i < k; ++i) {
        shape.push_back(output[i]);
        strides.push_back(x.strides()[2 + i] * stride[i]);
    }
    for (int i = 0; i < k; ++i) {
        shape.push_back(kernel[i]);
        strides.push_back(x.strides()[2 + i] * dilation[i]);
    }
    return raw_view(x, shape, strides);
}

Array contiguous(const Array& array) {
    return array.is_contiguous() ? array : chainerx::copy(array);
}

SliceAttrs part_along(DimsView shape, int axis, int64_t start, int64_t extent) {
    SliceAttrs part{Dims::filled(shape.ndim(), 0), Dims::filled(shape.ndim(), 1), shape};
    part.starts[axis] = start;
    part.shape[axis] = extent;
    return part;
}

Array slice_view(const Array& array, const SliceAttrs& attrs) {
    Strides strides;
    int64_t offset = 0;
    for (int i = 0; i < array.ndim(); ++i) {
        strides.push_back(array.strides()[i] * attrs.steps[i]);
        if (attrs.shape[i] > 0) offset += array.strides()[i] * attrs.starts[i];
    }
    if (total_size(attrs.shape) == 0) offset = 0;
    Array view = raw_view(array, attrs.shape, strides, offset);
    record_view(kOps[kOpSlice], array, view, &attrs, sizeof attrs);
    return view;
}

void copy_into(const Array& target, const Array& value) {
    Array source = raw_alias(value);
    if (&source.device() != &target.device()) source = source.to_device(target.device());
    if (source.shape() != target.shape()) source = raw_broadcast(source, target.shape());
    auto attrs = make_attrs<chx_attrs_copy>();
    attrs.dtype = to_chx_dtype(target.dtype());
    const Operand operand(source);
    dispatch_into(kOps[kOpCopy], &operand, 1, &attrs, &target);
}

void fill_into(const Array& target, const Scalar& value) {
    auto attrs = make_attrs<chx_attrs_fill>();
    attrs.dtype = to_chx_dtype(target.dtype());
    set_attr(attrs.n_shape, attrs.shape, target.shape());
    const Operand operand(value);
    dispatch_into(kOps[kOpFill], &operand, 1, &attrs, &target);
}

}  // namespace chainerx::internal
