// Copies runs of elements between strided and contiguous memory, by element size.
#pragma once

#include <cstdint>
#include <cstring>

#include "scalar_types.h"
#include "strided.h"

namespace native {

// n elements from `from`, stride bytes apart (0: one element repeated), to contiguous memory.
using GatherRun = void (*)(char* to, const char* from, int64_t stride, int64_t n);
// n contiguous elements to memory with a stride in bytes.
using ScatterRun = void (*)(char* to, int64_t stride, const char* from, int64_t n);

template <class T>
void gather_run(char* to, const char* from, int64_t stride, int64_t n) {
    T* const y = reinterpret_cast<T*>(to);
    if (stride == static_cast<int64_t>(sizeof(T))) {
        const T* const x = reinterpret_cast<const T*>(from);
        if (n >= 32) {
            std::memcpy(y, x, static_cast<size_t>(n) * sizeof(T));
            return;
        }
        for (int64_t i = 0; i < n; ++i) {
            y[i] = x[i];
        }
    } else if (stride == 0) {
        const T x = *reinterpret_cast<const T*>(from);
        for (int64_t i = 0; i < n; ++i) {
            y[i] = x;
        }
    } else {
        for (int64_t i = 0; i < n; ++i) {
            y[i] = *reinterpret_cast<const T*>(from + i * stride);
        }
    }
}

template <class T>
void scatter_run(char* to, int64_t stride, const char* from, int64_t n) {
    const T* const x = reinterpret_cast<const T*>(from);
    for (int64_t i = 0; i < n; ++i) {
        *reinterpret_cast<T*>(to + i * stride) = x[i];
    }
}

// All elements of operand 1 of a collapsed loop to operand 0, on all threads.
void copy_elements(const StridedLoop& loop, int64_t item_size);

inline GatherRun gather_of(int64_t item_size) {
    return dispatch_item_size(
        item_size, [](auto tag) -> GatherRun { return gather_run<typename decltype(tag)::type>; });
}
inline ScatterRun scatter_of(int64_t item_size) {
    return dispatch_item_size(item_size, [](auto tag) -> ScatterRun {
        return scatter_run<typename decltype(tag)::type>;
    });
}

}  // namespace native
