// Matrix products by BLIS, which is linked statically and used on one thread at a time.
#include "gemm.h"

#include <blis.h>

#include <complex>

#include "kernels/vector/small_matmul.h"

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

// BLIS' path that skips packing is the faster one for small products and for few columns, and slow for all others.
bool without_packing(int64_t m, int64_t n, int64_t k, bool contiguous_rows) {
    constexpr int64_t kSmall = 256, kFewColumns = 128, kRows = 512;
    return (m <= kSmall && n <= kSmall && k <= kSmall) || (contiguous_rows && n <= kFewColumns && m <= kRows);
}

constexpr auto kAsIs = BLIS_NO_TRANSPOSE;

void blis_gemm(int64_t m, int64_t n, int64_t k, const float* a, inc_t ra, inc_t ca, const float* b, inc_t rb, inc_t cb,
               float beta, float* c, inc_t rc, inc_t cc, rntm_t* runtime) {
    float one = 1;
    bli_sgemm_ex(kAsIs, kAsIs, m, n, k, &one, const_cast<float*>(a), ra, ca, const_cast<float*>(b), rb, cb, &beta, c,
                 rc, cc, nullptr, runtime);
}
void blis_gemm(int64_t m, int64_t n, int64_t k, const double* a, inc_t ra, inc_t ca, const double* b, inc_t rb,
               inc_t cb, double beta, double* c, inc_t rc, inc_t cc, rntm_t* runtime) {
    double one = 1;
    bli_dgemm_ex(kAsIs, kAsIs, m, n, k, &one, const_cast<double*>(a), ra, ca, const_cast<double*>(b), rb, cb, &beta,
                 c, rc, cc, nullptr, runtime);
}
void blis_gemm(int64_t m, int64_t n, int64_t k, const std::complex<float>* a, inc_t ra, inc_t ca,
               const std::complex<float>* b, inc_t rb, inc_t cb, std::complex<float> beta, std::complex<float>* c,
               inc_t rc, inc_t cc, rntm_t* runtime) {
    scomplex one{1, 0}, factor{beta.real(), beta.imag()};
    const auto as_blis = [](const std::complex<float>* x) {
        return reinterpret_cast<scomplex*>(const_cast<std::complex<float>*>(x));
    };
    bli_cgemm_ex(kAsIs, kAsIs, m, n, k, &one, as_blis(a), ra, ca, as_blis(b), rb, cb, &factor, as_blis(c), rc, cc,
                 nullptr, runtime);
}
void blis_gemm(int64_t m, int64_t n, int64_t k, const std::complex<double>* a, inc_t ra, inc_t ca,
               const std::complex<double>* b, inc_t rb, inc_t cb, std::complex<double> beta, std::complex<double>* c,
               inc_t rc, inc_t cc, rntm_t* runtime) {
    dcomplex one{1, 0}, factor{beta.real(), beta.imag()};
    const auto as_blis = [](const std::complex<double>* x) {
        return reinterpret_cast<dcomplex*>(const_cast<std::complex<double>*>(x));
    };
    bli_zgemm_ex(kAsIs, kAsIs, m, n, k, &one, as_blis(a), ra, ca, as_blis(b), rb, cb, &factor, as_blis(c), rc, cc,
                 nullptr, runtime);
}

// c = beta c + a x for a matrix a (m, k) and vectors.
void blis_gemv(int64_t m, int64_t k, MatrixView<const float> a, const float* x, inc_t step_x, float beta, float* y,
               inc_t step_y) {
    float one = 1;
    bli_sgemv(kAsIs, BLIS_NO_CONJUGATE, m, k, &one, const_cast<float*>(a.data), a.row_stride, a.column_stride,
              const_cast<float*>(x), step_x, &beta, y, step_y);
}
void blis_gemv(int64_t m, int64_t k, MatrixView<const double> a, const double* x, inc_t step_x, double beta, double* y,
               inc_t step_y) {
    double one = 1;
    bli_dgemv(kAsIs, BLIS_NO_CONJUGATE, m, k, &one, const_cast<double*>(a.data), a.row_stride, a.column_stride,
              const_cast<double*>(x), step_x, &beta, y, step_y);
}

}  // namespace

template <class T>
void gemm(int64_t m, int64_t n, int64_t k, MatrixView<const T> a, MatrixView<const T> b, bool accumulate,
          MatrixView<T> c) {
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
    constexpr bool kIsReal = std::is_floating_point_v<T>;
    if constexpr (kIsReal) {
        if (small_matmul(m, n, k, a, b, accumulate, c)) {
            return;
        }
    }
    a = normalized(a, m, k);
    b = normalized(b, k, n);
    c = normalized(c, m, n);
    const T beta = accumulate ? T(1) : T(0);
    if constexpr (kIsReal) {
        if (n == 1) {
            blis_gemv(m, k, a, b.data, b.row_stride, beta, c.data, c.row_stride);
            return;
        }
        if (m == 1) {
            blis_gemv(n, k, b.transposed(), a.data, a.column_stride, beta, c.data, c.column_stride);
            return;
        }
    }
    rntm_t runtime = BLIS_RNTM_INITIALIZER;
    bli_rntm_set_l3_sup(without_packing(m, n, k, b.column_stride == 1 && c.column_stride == 1), &runtime);
    blis_gemm(m, n, k, a.data, a.row_stride, a.column_stride, b.data, b.row_stride, b.column_stride, beta, c.data,
              c.row_stride, c.column_stride, &runtime);
}

template void gemm(int64_t, int64_t, int64_t, MatrixView<const float>, MatrixView<const float>, bool,
                   MatrixView<float>);
template void gemm(int64_t, int64_t, int64_t, MatrixView<const double>, MatrixView<const double>, bool,
                   MatrixView<double>);
template void gemm(int64_t, int64_t, int64_t, MatrixView<const std::complex<float>>,
                   MatrixView<const std::complex<float>>, bool, MatrixView<std::complex<float>>);
template void gemm(int64_t, int64_t, int64_t, MatrixView<const std::complex<double>>,
                   MatrixView<const std::complex<double>>, bool, MatrixView<std::complex<double>>);

}  // namespace native
