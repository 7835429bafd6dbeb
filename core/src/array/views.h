// Arrays made without a kernel: fresh ones, and views that share another array's storage.
#pragma once

#include "chainerx/array.h"
#include "device/storage.h"

namespace chainerx::internal {

struct DeviceState;
struct ThreadContext;

// Uninitialised memory, row-major. numel = total_size(shape).
Array new_array(DimsView shape, DType dtype, DeviceState& device);
ArrayBody* new_body(ThreadContext& context, DimsView shape, DType dtype, DeviceState& device);
// For a shape that is known to have numel elements.
ArrayBody* new_body(
    ThreadContext& context, DimsView shape, int64_t numel, DType dtype, DeviceState& device);

// A view of the same storage outside of every graph; offset in elements, relative to base's first one.
Array raw_view(const Array& base, DimsView shape, DimsView strides, int64_t offset = 0);
// The axes in another order: axes is a permutation of base's; reversed. Outside of every graph.
Array raw_permuted(const Array& base, const int64_t* axes);
Array raw_transposed(const Array& base);
// The same elements with another shape of no fewer; base is contiguous.
Array raw_reshaped(const Array& base, DimsView shape);
// An alias of the whole array outside of every graph.
Array raw_alias(const Array& base);
// Of the first axis, extent positions from start on, each `step` behind the one before.
Array raw_part(const Array& base, int64_t start, int64_t extent, int64_t step);
ArrayBody* new_alias(const ArrayBody& base);
// Elements of memory that is there already; byte_offset from the start of the allocation.
Array view_of_storage(
    Storage& storage, DType dtype, DimsView shape, DimsView strides, int64_t byte_offset);
// The same bytes as another dtype of the same size.
Array raw_reinterpret(const Array& base, DType dtype);
// The view that broadcasts to shape: stride 0 along new and repeated axes. Throws DimensionError.
Array raw_broadcast(const Array& base, DimsView shape);
// A view that slides a window over the trailing k axes of x (N, C, d1, ..., dk): (N, C, o1, ..., ok, k1, ..., kk).
Array raw_windows(
    const Array& x, DimsView kernel, DimsView stride, DimsView dilation, DimsView output);

// array itself if it is row-major without gaps, else a copy. Records like any op.
Array contiguous(const Array& array);

// The attributes that gradients of view ops need.
struct TransposeAttrs {
    Axes axes;
};
struct SliceAttrs {
    Dims starts, steps, shape;
};
// `extent` elements along axis, from start on, of an array of that shape.
SliceAttrs part_along(DimsView shape, int axis, int64_t start, int64_t extent);

// Basic indexing without dropping axes: along axis i, shape[i] elements from starts[i] on in steps of steps[i]. Recorded.
Array slice_view(const Array& array, const SliceAttrs& attrs);

// Writes value, broadcast and cast, into target's memory. Not recorded; target may be any view.
void copy_into(const Array& target, const Array& value);
void fill_into(const Array& target, const Scalar& value);

}  // namespace chainerx::internal
