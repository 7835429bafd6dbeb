// Making and freeing array bodies; what every call that returns an array pays for.
#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "array/make_body.h"
#include "autograd/node.h"
#include "program/recorder.h"

namespace chainerx::internal {

namespace {

// Room for shape and strides: inline, or a block of its own.
[[gnu::always_inline]] inline int64_t* place_dims(ThreadContext& context,
                                                  ArrayBody* body,
                                                  int ndim) {
    if (ndim <= kInlineNdim) return body->inline_dims;
    return static_cast<int64_t*>(
        allocate_meta(context, 2 * sizeof(int64_t) * static_cast<size_t>(ndim)));
}

// Inline: all of it is a handful of stores.
[[gnu::always_inline]] inline ArrayBody* blank_body(ThreadContext& context,
                                                    int ndim,
                                                    DType dtype,
                                                    DeviceState& device) {
    auto* body = static_cast<ArrayBody*>(allocate_meta(context, sizeof(ArrayBody)));
    body->references.set(1);
    body->dtype = dtype;
    body->device = &device;
    body->autograd = nullptr;
    body->foreign.store(nullptr, std::memory_order_relaxed);
    body->tensor.ndim = ndim;
    body->tensor.dtype = to_chx_dtype(dtype);
    body->tensor.reserved = 0;
    body->tensor.device = device.dl_device;
    return body;
}

}  // namespace

ArrayBody* assemble_body(
    ThreadContext& context, DimsView shape, int64_t numel, DType dtype, DeviceState& device) {
    if (shape.size() > kMaxNdim) throw_too_many_dimensions(shape.size());
    const auto bytes = static_cast<uint64_t>(std::max<int64_t>(numel * itemsize(dtype), 1));
    Storage* storage = allocate_storage(device, bytes, context);
    ArrayBody* body = blank_body(context, shape.size(), dtype, device);
    body->tensor.data = storage->memory.base;
    body->tensor.storage = reinterpret_cast<chx_storage*>(storage);
    lay_out(body, place_dims(context, body, shape.size()), shape, numel);
    return body;
}

ArrayBody* new_body(
    ThreadContext& context, DimsView shape, int64_t numel, DType dtype, DeviceState& device) {
    return make_body(context, shape, numel, dtype, device);
}

ArrayBody* new_body(ThreadContext& context, DimsView shape, DType dtype, DeviceState& device) {
    // A shape rule may come up with an absurd shape: check before anything is taken.
    int64_t numel = 1;
    bool is_sound = true;
    for (const int64_t extent : shape) {
        is_sound = is_sound && extent > 0 && !__builtin_mul_overflow(numel, extent, &numel);
    }
    if (!is_sound) numel = total_size(shape);
    int64_t bytes;
    if (__builtin_mul_overflow(numel, itemsize(dtype), &bytes)) total_size({INT64_MAX, INT64_MAX});
    return new_body(context, shape, numel, dtype, device);
}

Array new_array(DimsView shape, DType dtype, DeviceState& device) {
    ThreadContext& context = thread_context();
    Array array(new_body(context, shape, dtype, device));
    if (__builtin_expect(context.recorder != nullptr, 0)) context.recorder->note_fresh(array);
    return array;
}

namespace {

// A view of base's elements whose axis i has extent_of(i) and stride_of(i); offset in elements.
template <typename ExtentOf, typename StrideOf>
[[gnu::always_inline]] inline Array make_view(
    const ArrayBody& from, int ndim, int64_t offset, ExtentOf extent_of, StrideOf stride_of) {
    ThreadContext& context = thread_context();
    ArrayBody* body = blank_body(context, ndim, from.dtype, state_of(*from.device));
    int64_t* dims = place_dims(context, body, ndim);
    int64_t expected = 1;  // stride of a row-major array; in the end the number of elements
    bool is_contiguous = true;
    for (int i = ndim - 1; i >= 0; --i) {
        const int64_t extent = extent_of(i);
        const int64_t stride = stride_of(i, expected);
        dims[i] = extent;
        dims[ndim + i] = stride;
        if (extent != 1) {
            is_contiguous = is_contiguous && stride == expected;
            expected = wrapping_product(expected, extent);
        }
    }
    body->tensor.shape = dims;
    body->tensor.strides = dims + ndim;
    body->tensor.data = from.tensor.data;
    body->tensor.byte_offset =
        from.tensor.byte_offset + static_cast<uint64_t>(offset * itemsize(from.dtype));
    body->tensor.flags = (is_contiguous || expected == 0 ? CHX_T_CONTIGUOUS : 0) |
                         (from.tensor.flags & CHX_T_READONLY);
    body->tensor.numel = expected;
    body->tensor.storage = from.tensor.storage;
    retain(from.storage());
    return Array(body);
}

}  // namespace

Array raw_view(const Array& base, DimsView shape, DimsView strides, int64_t offset) {
    return make_view(
        *base.body(),
        shape.size(),
        offset,
        [&](int i) { return shape[i]; },
        [&](int i, int64_t) { return strides[i]; });
}

Array raw_part(const Array& base, int64_t start, int64_t extent, int64_t step) {
    const chx_tensor& from = base.body()->tensor;
    return make_view(
        *base.body(),
        from.ndim,
        from.numel == 0 || extent == 0 ? 0 : start * from.strides[0],
        [&](int i) { return i == 0 ? extent : from.shape[i]; },
        [&](int i, int64_t) { return i == 0 ? step * from.strides[0] : from.strides[i]; });
}

Array raw_permuted(const Array& base, const int64_t* axes) {
    const chx_tensor& from = base.body()->tensor;
    return make_view(
        *base.body(),
        from.ndim,
        0,
        [&](int i) { return from.shape[axes[i]]; },
        [&](int i, int64_t) { return from.strides[axes[i]]; });
}

Array raw_transposed(const Array& base) {
    const chx_tensor& from = base.body()->tensor;
    const int last = from.ndim - 1;
    return make_view(
        *base.body(),
        from.ndim,
        0,
        [&](int i) { return from.shape[last - i]; },
        [&](int i, int64_t) { return from.strides[last - i]; });
}

Array raw_reshaped(const Array& base, DimsView shape) {
    return make_view(
        *base.body(),
        shape.size(),
        0,
        [&](int i) { return shape[i]; },
        [](int, int64_t expected) { return expected; });
}

Array view_of_storage(
    Storage& storage, DType dtype, DimsView shape, DimsView strides, int64_t byte_offset) {
    ArrayBody base;  // of which make_view() reads what follows
    base.dtype = dtype;
    base.device = storage.device;
    base.tensor.data = storage.memory.base;
    base.tensor.byte_offset = static_cast<uint64_t>(byte_offset);
    base.tensor.flags = storage.is_readonly ? CHX_T_READONLY : 0;
    base.tensor.storage = reinterpret_cast<chx_storage*>(&storage);
    return make_view(
        base,
        shape.size(),
        0,
        [&](int i) { return shape[i]; },
        [&](int i, int64_t) { return strides[i]; });
}

ArrayBody* new_alias(const ArrayBody& base) {
    ThreadContext& context = thread_context();
    const int ndim = base.tensor.ndim;
    auto* body = static_cast<ArrayBody*>(allocate_meta(context, sizeof(ArrayBody)));
    int64_t* dims = place_dims(context, body, ndim);
    body->tensor = base.tensor;
    body->references.set(1);
    body->dtype = base.dtype;
    body->device = base.device;
    body->autograd = nullptr;
    body->foreign.store(nullptr, std::memory_order_relaxed);
    // Strides follow the shape.
    if (ndim <= kInlineNdim) {
        std::memcpy(dims, base.inline_dims, sizeof base.inline_dims);
    } else {
        std::memcpy(dims, base.tensor.shape, 2 * sizeof(int64_t) * static_cast<size_t>(ndim));
    }
    body->tensor.shape = dims;
    body->tensor.strides = dims + ndim;
    retain(body->storage());
    return body;
}

Array raw_alias(const Array& base) { return Array(new_alias(*base.body())); }

Array raw_reinterpret(const Array& base, DType dtype) {
    Array view = raw_alias(base);
    view.body()->dtype = dtype;
    view.body()->tensor.dtype = to_chx_dtype(dtype);
    return view;
}

void free_body(ArrayBody* body) noexcept {
    ThreadContext& context = thread_context();
    if (body->autograd != nullptr) free_autograd(context, body->autograd);
    if (__builtin_expect(body->storage()->references.is_one(), 1)) {
        if (__builtin_expect(keep_whole(context, body), 1)) return;
        release_storage(body->storage(), context);
    } else {
        release(body->storage());
    }
    if (body->tensor.ndim > kInlineNdim) {
        free_meta(context,
                  const_cast<int64_t*>(body->tensor.shape),
                  2 * sizeof(int64_t) * static_cast<size_t>(body->tensor.ndim));
    }
    free_meta(context, body, sizeof(ArrayBody));
}

}  // namespace chainerx::internal
