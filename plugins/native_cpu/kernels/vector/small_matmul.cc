// Small matrix products with Highway: blocks of four rows and up to two vectors of columns are kept
// in registers.
#include "kernels/vector/small_matmul.h"

#include "kernels/vector/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/vector/small_matmul.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace native::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// b with contiguous rows.
template <class T>
struct Rows {
    const T* data;
    int64_t stride;
};

// Rows of c are contiguous. Rows i .. i + rows - 1, `vectors` vectors of columns from j on; with
// `masked`, only the first `columns` of them.
template <int rows, int vectors, bool masked, class D, class T = hn::TFromD<D>>
HWY_INLINE void block(
    D d, const SmallProduct<T>& o, Rows<T> b_rows, int64_t i, int64_t j, int64_t columns) {
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    const auto mask = hn::FirstN(d, static_cast<size_t>(columns));
    const auto load = [&](const T* p) HWY_ATTR {
        return masked ? hn::MaskedLoad(mask, d, p) : hn::LoadU(d, p);
    };
    hn::Vec<D> sum[rows][vectors];
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) {
            sum[r][v] = hn::Zero(d);
        }
    }
    const T* a = o.a + i * o.a_row;
    const T* b = b_rows.data + j;
    for (int64_t p = 0; p < o.k; ++p, a += o.a_column, b += b_rows.stride) {
        hn::Vec<D> row[vectors];
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) {
            row[v] = load(b + v * lanes);
        }
#pragma GCC unroll 8
        for (int r = 0; r < rows; ++r) {
            const auto factor = hn::Set(d, a[r * o.a_row]);
#pragma GCC unroll 8
            for (int v = 0; v < vectors; ++v) {
                sum[r][v] = hn::MulAdd(factor, row[v], sum[r][v]);
            }
        }
    }
    if (o.start != nullptr) {
        const T* start = o.start + i * o.start_row + j;
#pragma GCC unroll 8
        for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
            for (int v = 0; v < vectors; ++v) {
                sum[r][v] = hn::Add(load(start + r * o.start_row + v * lanes), sum[r][v]);
            }
        }
    }
    T* c = o.c + i * o.c_row + j;
    const int64_t c_row = o.c_row;
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) {
            T* to = c + r * c_row + v * lanes;
            if (masked) {
                hn::BlendedStore(sum[r][v], mask, d, to);
            } else {
                hn::StoreU(sum[r][v], d, to);
            }
        }
    }
}

template <int vectors, bool masked, class D, class T = hn::TFromD<D>>
HWY_INLINE void column_block(D d, const SmallProduct<T>& o, Rows<T> b, int64_t j, int64_t columns) {
    int64_t i = 0;
    for (; i + 4 <= o.m; i += 4) {
        block<4, vectors, masked>(d, o, b, i, j, columns);
    }
    if (i + 2 <= o.m) {
        block<2, vectors, masked>(d, o, b, i, j, columns);
        i += 2;
    }
    if (i < o.m) {
        block<1, vectors, masked>(d, o, b, i, j, columns);
    }
}

// Columns in whole vectors; returns how many.
template <class T>
HWY_NOINLINE int64_t multiply_wide(const SmallProduct<T>& o, Rows<T> b) {
    const hn::ScalableTag<T> d;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    int64_t j = 0;
    for (; j + 2 * lanes <= o.n; j += 2 * lanes) {
        column_block<2, false>(d, o, b, j, lanes);
    }
    for (; j + lanes <= o.n; j += lanes) {
        column_block<1, false>(d, o, b, j, lanes);
    }
    return j;
}

// The columns from j on, a few at a time. A function of its own, as it needs fewer registers.
template <class T>
HWY_NOINLINE void multiply_narrow(const SmallProduct<T>& o, Rows<T> b, int64_t j) {
    const hn::CappedTag<T, 4> d;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    for (; j + lanes <= o.n; j += lanes) {
        column_block<1, false>(d, o, b, j, lanes);
    }
    if (j < o.n && o.n >= lanes && o.start != o.c) {
        // The last vector computes some columns again, which is faster than a mask.
        column_block<1, false>(d, o, b, o.n - lanes, lanes);
    } else if (j < o.n) {
        column_block<1, true>(d, o, b, j, o.n - j);
    }
}

template <class T>
HWY_INLINE void multiply_rows(const SmallProduct<T>& o, Rows<T> b) {
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(hn::ScalableTag<T>()));
    const int64_t j = o.n < lanes ? 0 : multiply_wide(o, b);
    if (j < o.n) {
        multiply_narrow(o, b, j);
    }
}

#if HWY_TARGET != HWY_SCALAR
// to[p * to_stride + j] = from[j * stride + p] for a square of 16 bytes' width.
HWY_INLINE void transpose_square(const float* from, int64_t stride, float* to, int64_t to_stride) {
    const hn::Full128<float> d;
    const auto x0 = hn::LoadU(d, from), x1 = hn::LoadU(d, from + stride);
    const auto x2 = hn::LoadU(d, from + 2 * stride), x3 = hn::LoadU(d, from + 3 * stride);
    const auto low02 = hn::InterleaveLower(d, x0, x2), low13 = hn::InterleaveLower(d, x1, x3);
    const auto high02 = hn::InterleaveUpper(d, x0, x2), high13 = hn::InterleaveUpper(d, x1, x3);
    hn::StoreU(hn::InterleaveLower(d, low02, low13), d, to);
    hn::StoreU(hn::InterleaveUpper(d, low02, low13), d, to + to_stride);
    hn::StoreU(hn::InterleaveLower(d, high02, high13), d, to + 2 * to_stride);
    hn::StoreU(hn::InterleaveUpper(d, high02, high13), d, to + 3 * to_stride);
}
HWY_INLINE void transpose_square(const double* from,
                                 int64_t stride,
                                 double* to,
                                 int64_t to_stride) {
    const hn::Full128<double> d;
    const auto x0 = hn::LoadU(d, from), x1 = hn::LoadU(d, from + stride);
    hn::StoreU(hn::InterleaveLower(d, x0, x1), d, to);
    hn::StoreU(hn::InterleaveUpper(d, x0, x1), d, to + to_stride);
}
#endif

// Elements of b from row p and column j on, before column j_end, to a copy with contiguous rows.
template <class T>
HWY_INLINE void pack_elements(
    const SmallProduct<T>& o, int64_t first, int64_t j, int64_t j_end, T* packed) {
    for (; j < j_end; ++j) {
        for (int64_t p = first; p < o.k; ++p) {
            packed[p * o.n + j] = o.b[p * o.b_row + j * o.b_column];
        }
    }
}

template <class T>
HWY_INLINE void pack(const SmallProduct<T>& o, T* packed) {
    int64_t j = 0;
#if HWY_TARGET != HWY_SCALAR
    constexpr auto kSquare = static_cast<int64_t>(16 / sizeof(T));
    for (; o.b_row == 1 && j + kSquare <= o.n; j += kSquare) {
        int64_t p = 0;
        for (; p + kSquare <= o.k; p += kSquare) {
            transpose_square(o.b + j * o.b_column + p, o.b_column, packed + p * o.n + j, o.n);
        }
        pack_elements(o, p, j, j + kSquare, packed);
    }
#endif
    pack_elements(o, 0, j, o.n, packed);
}

// With a copy of b whose rows are contiguous.
template <class T>
HWY_NOINLINE bool multiply_packed(const SmallProduct<T>& o) {
    constexpr int64_t kPacked = 1024;
    if (o.k * o.n > kPacked) {
        return false;
    }
    T packed[kPacked];
    pack(o, packed);
    multiply_rows<T>(o, {packed, o.n});
    return true;
}

template <class T>
bool multiply(const SmallProduct<T>& o) {
    if (o.c_column == 1 || o.n == 1) {
        if (o.b_column == 1 || o.n == 1) {
            multiply_rows<T>(o, {o.b, o.b_row});
            return true;
        }
        return multiply_packed(o);
    }
    if (o.c_row != 1) {
        return false;
    }
    // Contiguous columns are rows of the transposed product.
    return multiply(SmallProduct<T>{o.n,
                                    o.m,
                                    o.k,
                                    o.b,
                                    o.b_column,
                                    o.b_row,
                                    o.a,
                                    o.a_column,
                                    o.a_row,
                                    o.c,
                                    o.c_column,
                                    o.c_row,
                                    o.start,
                                    o.c_column});
}

bool multiply_f32(const SmallProduct<float>& o) { return multiply(o); }
bool multiply_f64(const SmallProduct<double>& o) { return multiply(o); }

}  // namespace native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(multiply_f32);
HWY_EXPORT(multiply_f64);

bool multiply_small(const SmallProduct<float>& product) {
    return HWY_DYNAMIC_DISPATCH(multiply_f32)(product);
}
bool multiply_small(const SmallProduct<double>& product) {
    return HWY_DYNAMIC_DISPATCH(multiply_f64)(product);
}
}  // namespace native
#endif
