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

// Rows of b and c are contiguous. Rows i .. i + rows - 1, `vectors` vectors of columns from j on;
// with `masked`, only the first `columns` of them.
template <int rows, int vectors, bool masked, class D, class T = hn::TFromD<D>>
HWY_INLINE void block(D d, const SmallProduct<T>& o, int64_t i, int64_t j, int64_t columns) {
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
    const T* b = o.b + j;
    for (int64_t p = 0; p < o.k; ++p, a += o.a_column, b += o.b_row) {
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
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) {
            T* c = o.c + (i + r) * o.c_row + j + v * lanes;
            const auto result = o.accumulate ? hn::Add(load(c), sum[r][v]) : sum[r][v];
            if (masked) {
                hn::BlendedStore(result, mask, d, c);
            } else {
                hn::StoreU(result, d, c);
            }
        }
    }
}

template <int vectors, bool masked, class D, class T = hn::TFromD<D>>
HWY_INLINE void column_block(D d, const SmallProduct<T>& o, int64_t j, int64_t columns) {
    int64_t i = 0;
    for (; i + 4 <= o.m; i += 4) {
        block<4, vectors, masked>(d, o, i, j, columns);
    }
    if (i + 2 <= o.m) {
        block<2, vectors, masked>(d, o, i, j, columns);
        i += 2;
    }
    if (i < o.m) {
        block<1, vectors, masked>(d, o, i, j, columns);
    }
}

template <class T>
HWY_INLINE void multiply_rows(const SmallProduct<T>& o) {
    const hn::ScalableTag<T> d;
    const hn::CappedTag<T, 4> d4;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d)),
                  lanes4 = static_cast<int64_t>(hn::Lanes(d4));
    int64_t j = 0;
    for (; j + 2 * lanes <= o.n; j += 2 * lanes) {
        column_block<2, false>(d, o, j, lanes);
    }
    for (; j + lanes <= o.n; j += lanes) {
        column_block<1, false>(d, o, j, lanes);
    }
    for (; j + lanes4 <= o.n; j += lanes4) {
        column_block<1, false>(d4, o, j, lanes4);
    }
    if (j < o.n) {
        column_block<1, true>(d4, o, j, o.n - j);
    }
}

// With a copy of b whose rows are contiguous.
template <class T>
HWY_NOINLINE bool multiply_packed(SmallProduct<T> o) {
    constexpr int64_t kPacked = 1024;
    if (o.k * o.n > kPacked) {
        return false;
    }
    T packed[kPacked];
    for (int64_t j = 0; j < o.n; ++j) {
        for (int64_t p = 0; p < o.k; ++p) {
            packed[p * o.n + j] = o.b[p * o.b_row + j * o.b_column];
        }
    }
    o.b = packed;
    o.b_row = o.n;
    multiply_rows(o);
    return true;
}

template <class T>
bool multiply(const SmallProduct<T>& o) {
    if (o.c_column == 1 || o.n == 1) {
        if (o.b_column == 1 || o.n == 1) {
            multiply_rows(o);
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
                                    o.accumulate});
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
