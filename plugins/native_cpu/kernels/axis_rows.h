// Walks the rows of a tensor along one axis, each with the row of a contiguous result that belongs to it.
#pragma once

#include <algorithm>
#include <cstring>

#include "host.h"
#include "kernels/reduction_layout.h"

namespace native {

template <class T>
T load(const char* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}
template <class T>
void store(char* at, T value) {
    std::memcpy(at, &value, sizeof value);
}

// Extents and strides, in bytes, along the axis: n and stride of x, n_out and out_stride() of y.
struct AxisRows {
    Dimensions outer, inner;  // of x
    const char* x;
    char* y;
    int64_t n, n_out, stride, n_inner, out_size;

    AxisRows(const chx_tensor& from, chx_tensor& to, int64_t axis)
        : x{chx::data<const char>(from)},
          y{chx::data<char>(to)},
          n{from.shape[axis]},
          n_out{to.shape[axis]},
          out_size{chx::item_size(to.dtype)} {
        const int64_t size = chx::item_size(from.dtype);
        stride = from.strides[axis] * size;
        for (int d = 0; d < from.ndim; ++d) {
            if (d != axis) (d < axis ? outer : inner).push(from.shape[d], from.strides[d] * size);
        }
        n_inner = inner.numel();
    }
    int64_t out_stride() const { return n_inner * out_size; }

    // Calls f(first element of x, first element of y) for each row; make() -> f once per thread's share.
    template <class Make>
    void for_each(const Make& make) const {
        constexpr int64_t kGrainElements = 8 * 1024;
        parallel_for(outer.numel() * n_inner,
                     std::max<int64_t>(1, kGrainElements / std::max<int64_t>(n, 1)),
                     [&](int64_t begin, int64_t end, int32_t) {
                         auto f = make();
                         for (int64_t row = begin; row < end; ++row) {
                             const int64_t o = row / n_inner, i = row % n_inner;
                             f(x + outer.offset_of(o) + inner.offset_of(i),
                               y + (o * n_out * n_inner + i) * out_size);
                         }
                     });
    }
};

}  // namespace native
