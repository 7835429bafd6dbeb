// Small matrix products with Highway: blocks of four rows and up to two vectors of columns are kept in registers.
#include "kernels/vector/small_matmul.h"

#include "kernels/vector/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/vector/small_matmul.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace native::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
struct Operands {
    int64_t k;
    const T* a;
    int64_t a_row, a_column;
    const T* b;  // rows are contiguous
    int64_t b_row;
    T* c;  // rows are contiguous
    int64_t c_row;
    bool accumulate;
};

// Rows i .. i + rows - 1, `vectors` vectors of columns from j on; with `masked`, only the first `columns` of them.
template <int rows, int vectors, bool masked, class D, class T = hn::TFromD<D>>
HWY_INLINE void block(D d, const Operands<T>& o, int64_t i, int64_t j, int64_t columns) {
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
    const auto mask = hn::FirstN(d, static_cast<size_t>(columns));
    const auto load = [&](const T* p) HWY_ATTR { return masked ? hn::MaskedLoad(mask, d, p) : hn::LoadU(d, p); };
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
HWY_INLINE void column_block(D d, const Operands<T>& o, int64_t m, int64_t j, int64_t columns) {
    int64_t i = 0;
    for (; i + 4 <= m; i += 4) {
        block<4, vectors, masked>(d, o, i, j, columns);
    }
    if (i + 2 <= m) {
        block<2, vectors, masked>(d, o, i, j, columns);
        i += 2;
    }
    if (i < m) {
        block<1, vectors, masked>(d, o, i, j, columns);
    }
}

template <class T>
void multiply(int64_t m, int64_t n, const Operands<T>& o) {
    const hn::ScalableTag<T> d;
    const hn::CappedTag<T, 4> d4;
    const int64_t lanes = static_cast<int64_t>(hn::Lanes(d)), lanes4 = static_cast<int64_t>(hn::Lanes(d4));
    int64_t j = 0;
    for (; j + 2 * lanes <= n; j += 2 * lanes) {
        column_block<2, false>(d, o, m, j, lanes);
    }
    for (; j + lanes <= n; j += lanes) {
        column_block<1, false>(d, o, m, j, lanes);
    }
    for (; j + lanes4 <= n; j += lanes4) {
        column_block<1, false>(d4, o, m, j, lanes4);
    }
    if (j < n) {
        column_block<1, true>(d4, o, m, j, n - j);
    }
}


template <class T>
bool small_by_rows(int64_t m, int64_t n, int64_t k, const MatrixView<const T>& a, const MatrixView<const T>& b,
                   bool accumulate, const MatrixView<T>& c) {
    Operands<T> o{k, a.data, a.row_stride, a.column_stride, b.data, b.row_stride, c.data, c.row_stride, accumulate};
    if (b.column_stride == 1 || n == 1) {
        multiply(m, n, o);
        return true;
    }
    constexpr int64_t kPacked = 1024;
    if (k * n > kPacked) {
        return false;
    }
    T packed[kPacked];
    for (int64_t j = 0; j < n; ++j) {
        for (int64_t p = 0; p < k; ++p) {
            packed[p * n + j] = b.data[p * b.row_stride + j * b.column_stride];
        }
    }
    o.b = packed;
    o.b_row = n;
    multiply(m, n, o);
    return true;
}

template <class T>
HWY_INLINE bool small(int64_t m, int64_t n, int64_t k, const MatrixView<const T>& a, const MatrixView<const T>& b,
                      bool accumulate, const MatrixView<T>& c) {
    if (c.column_stride == 1 || n == 1) {
        return small_by_rows(m, n, k, a, b, accumulate, c);
    }
    // Contiguous columns are rows of the transposed product.
    return c.row_stride == 1 && small_by_rows(n, m, k, b.transposed(), a.transposed(), accumulate, c.transposed());
}

bool small_f32(int64_t m, int64_t n, int64_t k, const MatrixView<const float>& a, const MatrixView<const float>& b,
               bool accumulate, const MatrixView<float>& c) {
    return small<float>(m, n, k, a, b, accumulate, c);
}
bool small_f64(int64_t m, int64_t n, int64_t k, const MatrixView<const double>& a, const MatrixView<const double>& b,
               bool accumulate, const MatrixView<double>& c) {
    return small<double>(m, n, k, a, b, accumulate, c);
}

}  // namespace native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(small_f32);
HWY_EXPORT(small_f64);

namespace {
// Measured: from here on BLIS is as fast.
constexpr int64_t kSmallWork = 24 * 24 * 24;
constexpr int64_t kSmallDepth = 256;

bool is_small(int64_t m, int64_t n, int64_t k) {
    return m <= kSmallWork && n <= kSmallWork && k <= kSmallDepth && m * n * k <= kSmallWork;
}
}  // namespace

bool small_matmul(int64_t m, int64_t n, int64_t k, const MatrixView<const float>& a, const MatrixView<const float>& b,
                  bool accumulate, const MatrixView<float>& c) {
    return is_small(m, n, k) && HWY_DYNAMIC_DISPATCH(small_f32)(m, n, k, a, b, accumulate, c);
}
bool small_matmul(int64_t m, int64_t n, int64_t k, const MatrixView<const double>& a,
                  const MatrixView<const double>& b, bool accumulate, const MatrixView<double>& c) {
    return is_small(m, n, k) && HWY_DYNAMIC_DISPATCH(small_f64)(m, n, k, a, b, accumulate, c);
}
}  // namespace native
#endif
