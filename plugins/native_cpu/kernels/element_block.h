// Elements of any dtype and stride to and from contiguous blocks of the type they are reduced in.
#pragma once

#include <cstdint>

#include <chx/chx_plugin.hpp>

namespace native {

// Converts n elements, `stride` bytes apart, to n contiguous ones.
using LoadBlock = void (*)(const char* from, int64_t stride, int64_t n, void* to);
// Converts n contiguous elements to n contiguous ones.
using StoreBlock = void (*)(const void* from, int64_t n, void* to);

// T to sum_t<T>: 64-bit integers, float for 16-bit floats, else T itself.
LoadBlock load_wide(chx_dtype dtype);
// T to uint8_t: 1 where an element is not zero.
LoadBlock load_truth(chx_dtype dtype);
// From sum_t<T> to T.
StoreBlock store_narrow(chx_dtype dtype);

// Contiguous conversions of whole arrays between a 16-bit float dtype (or float32, copied) and
// float32.
void to_float(chx_dtype dtype, const void* from, int64_t n, float* to);
void from_float(const float* from, int64_t n, chx_dtype dtype, void* to);

// Whether elements of this dtype are of the type that load_wide makes of them.
bool is_wide(chx_dtype dtype);

}  // namespace native
