// Matrix products: with vectors of 512 bits large real ones are packed for our own tiles; BLIS, which is
// linked statically and used on one thread at a time, does all others.
#include "gemm.h"

#include <blis.h>

#include <algorithm>
#include <complex>

#include "kernels/packed_product.h"
#include "kernels/small_product.h"
#include "kernels/vector/product_tile.h"

namespace native {
namespace {

// The same matrix with strides that BLIS takes for those of extents of one.
template <class T>
MatrixView<T> normalized(MatrixView<T> x, int64_t rows, int64_t columns) {
    if (rows == 1 && columns == 1) {
        x.row_stride = x.column_stride = 1;
    } else if (rows == 1) {
        x.row_stride = columns * x.column_stride;
    } else if (columns == 1) {
        x.column_stride = rows * x.row_stride;
    }
    return x;
}

// Measured: with fewer rows or columns packing costs more than it saves.
bool pays_for_packing(int64_t m, int64_t n) { return std::min(m, n) > 12; }

bool is_small(int64_t m, int64_t n, int64_t k) {
    constexpr int64_t kSmall = 256;
    return m <= kSmall && n <= kSmall && k <= kSmall;
}

// With vectors of 256 bits BLIS is a tenth faster (measured on Zen 3), but for small transposed matrices; of wider ones it
// makes no use where it does not know the processor's model.
template <class T>
bool is_packed_here(int64_t m, int64_t n, int64_t k, bool is_transposed) {
    return pays_for_packing(m, n) &&
           (product_tile<T>().has_wide_vectors || (is_transposed && is_small(m, n, k)));
}

// BLIS' path that skips packing is the faster one for small products and for few rows or columns, and
// slow for all others.
bool without_packing(int64_t m, int64_t n, int64_t k, bool contiguous_rows) {
    constexpr int64_t kFewColumns = 128, kRows = 512;
    return !pays_for_packing(m, n) || is_small(m, n, k) ||
           (contiguous_rows && n <= kFewColumns && m <= kRows);
}

// BLIS' functions and scalar type for T.
template <class T>
struct Blis;
template <>
struct Blis<float> {
    using Scalar = float;
    static constexpr auto kGemm = &bli_sgemm_ex;
    static constexpr auto kGemv = &bli_sgemv;
};
template <>
struct Blis<double> {
    using Scalar = double;
    static constexpr auto kGemm = &bli_dgemm_ex;
    static constexpr auto kGemv = &bli_dgemv;
};
template <>
struct Blis<std::complex<float>> {
    using Scalar = scomplex;
    static constexpr auto kGemm = &bli_cgemm_ex;
    static constexpr auto kGemv = &bli_cgemv;
};
template <>
struct Blis<std::complex<double>> {
    using Scalar = dcomplex;
    static constexpr auto kGemm = &bli_zgemm_ex;
    static constexpr auto kGemv = &bli_zgemv;
};

// What BLIS takes for a pointer to T.
template <class T>
auto* blis(const T* x) {
    return reinterpret_cast<typename Blis<T>::Scalar*>(const_cast<T*>(x));
}

// y = beta y + a x for a matrix a (m, k) and vectors.
template <class T>
void blis_gemv(int64_t m,
               int64_t k,
               MatrixView<const T> a,
               const T* x,
               inc_t step_x,
               T beta,
               T* y,
               inc_t step_y) {
    const T one(1);
    Blis<T>::kGemv(BLIS_NO_TRANSPOSE,
                   BLIS_NO_CONJUGATE,
                   m,
                   k,
                   blis(&one),
                   blis(a.data),
                   a.row_stride,
                   a.column_stride,
                   blis(x),
                   step_x,
                   blis(&beta),
                   blis(y),
                   step_y);
}

template <class T>
void blis_gemm(int64_t m,
               int64_t n,
               int64_t k,
               MatrixView<const T> a,
               MatrixView<const T> b,
               T beta,
               MatrixView<T> c) {
    const T one(1);
    rntm_t runtime = BLIS_RNTM_INITIALIZER;
    bli_rntm_set_l3_sup(without_packing(m, n, k, b.column_stride == 1 && c.column_stride == 1),
                        &runtime);
    Blis<T>::kGemm(BLIS_NO_TRANSPOSE,
                   BLIS_NO_TRANSPOSE,
                   m,
                   n,
                   k,
                   blis(&one),
                   blis(a.data),
                   a.row_stride,
                   a.column_stride,
                   blis(b.data),
                   b.row_stride,
                   b.column_stride,
                   blis(&beta),
                   blis(c.data),
                   c.row_stride,
                   c.column_stride,
                   nullptr,
                   &runtime);
}

}  // namespace

template <class T>
int64_t gemm_scratch(int64_t m, int64_t n, int64_t k) {
    if constexpr (std::is_floating_point_v<T>) {
        return is_packed_here<T>(m, n, k, true) && k > 0 ? packed_product_scratch<T>(n, k) : 0;
    }
    return 0;
}

template <class T>
void gemm(int64_t m,
          int64_t n,
          int64_t k,
          MatrixView<const T> a,
          MatrixView<const T> b,
          bool accumulate,
          MatrixView<T> c,
          T* scratch) {
    if (m == 0 || n == 0 || (k == 0 && accumulate)) {
        return;
    }
    if (k == 0) {
        for (int64_t i = 0; i < m; ++i) {
            for (int64_t j = 0; j < n; ++j) {
                c.data[i * c.row_stride + j * c.column_stride] = T(0);
            }
        }
        return;
    }
    if constexpr (std::is_floating_point_v<T>) {
        if (multiply_if_small<T>(m, n, k, a, b, c, accumulate ? c.data : nullptr, c.row_stride)) {
            return;
        }
        if (is_packed_here<T>(m, n, k, a.column_stride != 1 || b.column_stride != 1)) {
            packed_product<T>(m, n, k, a, b, accumulate, c, scratch);
            return;
        }
    }
    a = normalized(a, m, k);
    b = normalized(b, k, n);
    c = normalized(c, m, n);
    const T beta = accumulate ? T(1) : T(0);
    if (n == 1) {
        blis_gemv(m, k, a, b.data, b.row_stride, beta, c.data, c.row_stride);
    } else if (m == 1) {
        blis_gemv(n, k, b.transposed(), a.data, a.column_stride, beta, c.data, c.column_stride);
    } else {
        blis_gemm(m, n, k, a, b, beta, c);
    }
}

template int64_t gemm_scratch<float>(int64_t, int64_t, int64_t);
template int64_t gemm_scratch<double>(int64_t, int64_t, int64_t);
template int64_t gemm_scratch<std::complex<float>>(int64_t, int64_t, int64_t);
template int64_t gemm_scratch<std::complex<double>>(int64_t, int64_t, int64_t);
template void gemm(int64_t,
                   int64_t,
                   int64_t,
                   MatrixView<const float>,
                   MatrixView<const float>,
                   bool,
                   MatrixView<float>,
                   float*);
template void gemm(int64_t,
                   int64_t,
                   int64_t,
                   MatrixView<const double>,
                   MatrixView<const double>,
                   bool,
                   MatrixView<double>,
                   double*);
template void gemm(int64_t,
                   int64_t,
                   int64_t,
                   MatrixView<const std::complex<float>>,
                   MatrixView<const std::complex<float>>,
                   bool,
                   MatrixView<std::complex<float>>,
                   std::complex<float>*);
template void gemm(int64_t,
                   int64_t,
                   int64_t,
                   MatrixView<const std::complex<double>>,
                   MatrixView<const std::complex<double>>,
                   bool,
                   MatrixView<std::complex<double>>,
                   std::complex<double>*);

}  // namespace native
