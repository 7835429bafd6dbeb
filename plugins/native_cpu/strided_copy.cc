// Copies between two strided operands: run by run, or tile by tile where one is the transpose of
// the other.
#include "strided_copy.h"

#include <algorithm>

#include "host.h"

namespace native {
namespace {

constexpr int64_t kGrain = 65536;
// Elements along each side of the tiles in which transposes are copied.
constexpr int64_t kTile = 16;

template <class T>
void copy_run(char* to, int64_t to_stride, const char* from, int64_t from_stride, int64_t n) {
    if (to_stride == static_cast<int64_t>(sizeof(T))) {
        gather_run<T>(to, from, from_stride, n);
    } else if (from_stride == static_cast<int64_t>(sizeof(T))) {
        scatter_run<T>(to, to_stride, from, n);
    } else {
        for (int64_t i = 0; i < n; ++i) {
            *reinterpret_cast<T*>(to + i * to_stride) =
                *reinterpret_cast<const T*>(from + i * from_stride);
        }
    }
}

// Rows of the output lie across the columns of the input: both are read and written a few cache
// lines at a time.
template <class T>
void copy_tiles(char* to,
                int64_t to_stride,
                const char* from,
                int64_t from_stride,
                int64_t rows,
                int64_t columns) {
    for (int64_t j0 = 0; j0 < columns; j0 += kTile) {
        const int64_t j1 = std::min(j0 + kTile, columns);
        for (int64_t i = 0; i < rows; ++i) {
            T* const y = reinterpret_cast<T*>(to + i * to_stride);
            const char* const x = from + i * static_cast<int64_t>(sizeof(T));
            for (int64_t j = j0; j < j1; ++j) {
                y[j] = *reinterpret_cast<const T*>(x + j * from_stride);
            }
        }
    }
}

// The dimension along which the input is contiguous, if a transpose over it and the innermost one
// pays; else -1.
int transposed_dimension(const StridedLoop& loop, int64_t item_size) {
    const int inner = loop.ndim() - 1;
    if (inner < 1 || loop.inner_stride(0) != item_size || loop.inner_extent() < 8) {
        return -1;
    }
    for (int d = 0; d < inner; ++d) {
        if (loop.stride(1, d) == item_size && loop.extent(d) >= 8) {
            return d;
        }
    }
    return -1;
}

// Bands of kTile rows of one transpose after the other, over all outer dimensions.
template <class T>
void copy_transposed(const StridedLoop& loop, int across) {
    const int inner = loop.ndim() - 1;
    const int64_t rows = loop.extent(across);
    const int64_t columns = loop.extent(inner);
    const int64_t bands = (rows + kTile - 1) / kTile;
    int64_t shape[CHX_MAX_NDIM], to_strides[CHX_MAX_NDIM], from_strides[CHX_MAX_NDIM];
    int outer = 0;
    for (int d = 0; d < inner; ++d) {
        if (d != across) {
            shape[outer] = loop.extent(d);
            to_strides[outer] = loop.stride(0, d);
            from_strides[outer] = loop.stride(1, d);
            ++outer;
        }
    }
    StridedLoop starts(outer, shape);
    starts.add(loop.data(0), to_strides, 1);
    starts.add(loop.data(1), from_strides, 1);
    const int64_t to_stride = loop.stride(0, across);
    const int64_t from_stride = loop.stride(1, inner);
    const int64_t grain = std::max<int64_t>(1, kGrain / (kTile * columns));
    parallel_for(starts.numel() * bands, grain, [&](int64_t begin, int64_t end, int32_t) {
        for (int64_t k = begin; k < end; ++k) {
            const int64_t row = k % bands * kTile;
            starts.for_each(k / bands, k / bands + 1, [&](char* const* at, int64_t) {
                copy_tiles<T>(at[0] + row * to_stride,
                              to_stride,
                              at[1] + row * static_cast<int64_t>(sizeof(T)),
                              from_stride,
                              std::min(kTile, rows - row),
                              columns);
            });
        }
    });
}

template <class T>
void copy_runs(const StridedLoop& loop) {
    const int64_t to_stride = loop.inner_stride(0);
    const int64_t from_stride = loop.inner_stride(1);
    const auto copy = [&](int64_t begin, int64_t end, int32_t) {
        loop.for_each(begin, end, [&](char* const* at, int64_t n) {
            copy_run<T>(at[0], to_stride, at[1], from_stride, n);
        });
    };
    if (loop.numel() <= kGrain) {
        copy(0, loop.numel(), 0);
    } else {
        parallel_for(loop.numel(), kGrain, copy);
    }
}

}  // namespace

void copy_elements(const StridedLoop& loop, int64_t item_size) {
    dispatch_item_size(item_size, [&](auto tag) {
        using T = typename decltype(tag)::type;
        const int across = transposed_dimension(loop, item_size);
        if (across >= 0) {
            copy_transposed<T>(loop, across);
        } else {
            copy_runs<T>(loop);
        }
    });
}

}  // namespace native
