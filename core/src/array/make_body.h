// new_body(), inline for calls that can't afford another one: most arrays are made of one that this thread has freed.
#pragma once

#include "array/views.h"
#include "array/wrapping_product.h"
#include "device/device_state.h"
#include "dispatch/thread_context.h"

namespace chainerx::internal {

// An array that this thread has freed, with at least `bytes` of memory; nullptr if there is none.
[[gnu::always_inline]] inline ArrayBody* take_whole(ThreadContext& context,
                                                    const DeviceState& device,
                                                    int64_t bytes) {
    if (__builtin_expect(bytes > static_cast<int64_t>(BlockCache::kLargest), 0) ||
        __builtin_expect(device.ordinal >= kMaxDevices, 0))
        return nullptr;
    BlockCache* cache = context.block_caches[device.ordinal];
    if (__builtin_expect(cache == nullptr, 0)) return nullptr;
    return cache->take_whole(BlockCache::class_of(static_cast<uint64_t>(bytes)));
}

// Keeps a dead array that is part of no graph, and whose storage nobody else has, for take_whole(). False if that can't be.
[[gnu::always_inline]] inline bool keep_whole(ThreadContext& context, ArrayBody* body) noexcept {
    const Storage& storage = *body->storage();
    if (__builtin_expect(body->tensor.ndim > kInlineNdim, 0) ||
        __builtin_expect(storage.whole_cache == kNoCache, 0) ||
        __builtin_expect(storage.is_marked(), 0))
        return false;
    BlockCache* cache = context.block_caches[storage.whole_cache];
    return cache != nullptr && cache->keep_whole(body, storage.size_class);
}

// The number of elements; negative if no array can have the shape. new_body() says why.
inline int64_t sound_size(DimsView shape) {
    constexpr int64_t kMost = INT64_MAX / 16;  // of the largest elements
    int64_t numel = 1;
    for (const int64_t extent : shape) {
        if (extent < 0 || __builtin_mul_overflow(numel, extent, &numel)) return -1;
    }
    return numel <= kMost ? numel : -1;
}

// Row-major dimensions of a body whose storage is known.
[[gnu::always_inline]] inline void lay_out(ArrayBody* body,
                                           int64_t* dims,
                                           DimsView shape,
                                           int64_t numel) {
    const int ndim = shape.size();
    int64_t stride = 1;
    for (int i = ndim - 1; i >= 0; --i) {
        const int64_t extent = shape[i];
        dims[i] = extent;
        dims[ndim + i] = stride;
        stride = wrapping_product(stride, extent > 1 ? extent : 1);
    }
    body->tensor.ndim = ndim;
    body->tensor.shape = dims;
    body->tensor.strides = dims + ndim;
    body->tensor.byte_offset = body->storage()->memory.offset;
    body->tensor.flags = CHX_T_CONTIGUOUS;
    body->tensor.numel = numel;
}

// From a free block of memory and a free body.
ArrayBody* assemble_body(
    ThreadContext& context, DimsView shape, int64_t numel, DType dtype, DeviceState& device);

[[gnu::always_inline]] inline ArrayBody* make_body(
    ThreadContext& context, DimsView shape, int64_t numel, DType dtype, DeviceState& device) {
    ArrayBody* body = __builtin_expect(shape.size() <= kInlineNdim, 1)
                          ? take_whole(context, device, numel * itemsize(dtype))
                          : nullptr;
    if (__builtin_expect(body == nullptr, 0))
        return assemble_body(context, shape, numel, dtype, device);
    body->references.set(1);
    body->dtype = dtype;
    body->autograd = nullptr;
    body->foreign.store(nullptr, std::memory_order_relaxed);
    body->tensor.dtype = to_chx_dtype(dtype);
    lay_out(body, body->inline_dims, shape, numel);
    return body;
}

}  // namespace chainerx::internal
