// linear and its gradients.
#include <algorithm>

#include <chx/ops/linear_algebra.h>

#include "gemm.h"
#include "host.h"
#include "kernel_list.h"
#include "kernels/matrix_product.h"
#include "kernels/small_product.h"

namespace native {
namespace {

// The bias goes into the rows of y first, the product is added to it.
template <class T>
void fill_rows(const chx_tensor& b, int64_t rows, int64_t columns, T* y) {
    const auto* from = chx::data<const T>(b);
    const int64_t stride = b.strides[0];
    constexpr int64_t kGrainElements = 65536;
    const auto body = [&](int64_t begin, int64_t end, int32_t) {
        for (int64_t i = begin; i < end; ++i) {
            for (int64_t j = 0; j < columns; ++j) {
                y[i * columns + j] = from[j * stride];
            }
        }
    };
    if (rows * columns <= kGrainElements) {
        body(0, rows, 0);
    } else {
        parallel_for(rows, std::max<int64_t>(1, kGrainElements / columns), body);
    }
}

// y = a b, or y += a b, for matrices of any strides.
template <class T>
[[gnu::noinline]] void multiply_matrices(const chx_launch& launch,
                                         int64_t m,
                                         int64_t n,
                                         int64_t k,
                                         MatrixView<const T> a,
                                         MatrixView<const T> b,
                                         bool accumulate,
                                         T* y) {
    const auto bytes = [](int64_t count) { return static_cast<uint64_t>(count) * sizeof(T); };
    if (!a.is_plain(m, k)) {
        a = copy_matrix(a, m, k, static_cast<T*>(chx::scratch(launch, bytes(m * k))));
    }
    if (!b.is_plain(k, n)) {
        b = copy_matrix(b, k, n, static_cast<T*>(chx::scratch(launch, bytes(k * n))));
    }
    multiply_in_panels<T>(m, n, k, a, b, accumulate, {y, n, 1}, panel_scratch<T>(launch, m, n, k));
}

template <class T>
void linear_of(const chx_launch& launch) {
    const chx_tensor& x = chx::input(launch, 0);
    const chx_tensor& w = chx::input(launch, 1);
    const chx_tensor* bias = launch.n_in > 2 ? launch.in[2] : nullptr;
    const int64_t m = x.shape[0], n = w.shape[0], k = x.shape[1];
    const MatrixView<const T> a{chx::data<const T>(x), x.strides[0], x.strides[1]};
    const MatrixView<const T> b{chx::data<const T>(w), w.strides[1], w.strides[0]};
    T* y = chx::data<T>(chx::output(launch, 0));
    if (k > 0 && (bias == nullptr || bias->strides[0] == 1)) {
        const T* start = bias != nullptr ? chx::data<const T>(*bias) : nullptr;
        if (multiply_if_small<T>(m, n, k, a, b, {y, n, 1}, start)) {
            return;
        }
    }
    if (bias != nullptr) {
        fill_rows(*bias, m, n, y);
    } else if (k == 0) {
        std::fill_n(y, m * n, T(0));
    }
    if (k > 0) {
        multiply_matrices<T>(launch, m, n, k, a, b, bias != nullptr, y);
    }
}

void linear(const chx_launch& launch) {
    const chx_tensor& y = chx::output(launch, 0);
    if (y.numel > 0) {
        y.dtype.bits == 32 ? linear_of<float>(launch) : linear_of<double>(launch);
    }
}

// The sums of columns of a few rows, at least one.
template <class T>
void sum_few_rows(const MatrixView<const T>& x, int64_t rows, int64_t columns, T* sums) {
    constexpr int64_t kTogether = 4;
    int64_t j = 0;
    for (; x.column_stride == 1 && j + kTogether <= columns; j += kTogether) {
        T sum[kTogether];
        std::copy_n(x.data + j, kTogether, sum);
        for (int64_t i = 1; i < rows; ++i) {
            for (int64_t c = 0; c < kTogether; ++c) {
                sum[c] += x.data[i * x.row_stride + j + c];
            }
        }
        std::copy_n(sum, kTogether, sums + j);
    }
    for (; j < columns; ++j) {
        const T* column = x.data + j * x.column_stride;
        T sum = *column;
        for (int64_t i = 1; i < rows; ++i) {
            sum += column[i * x.row_stride];
        }
        sums[j] = sum;
    }
}

// The sums of columns begin .. end - 1, block by block of rows so that few roundings follow each other.
template <class T>
void sum_columns(const chx_tensor& x, int64_t begin, int64_t end, T* sums) {
    constexpr int64_t kRows = 64, kColumns = 256;
    const auto* data = chx::data<const T>(x);
    for (int64_t first = begin; first < end; first += kColumns) {
        const int64_t n = std::min(kColumns, end - first);
        std::fill_n(sums + first, n, T(0));
        for (int64_t row = 0; row < x.shape[0]; row += kRows) {
            T block[kColumns];
            std::fill_n(block, n, T(0));
            for (int64_t i = row; i < std::min(row + kRows, x.shape[0]); ++i) {
                const T* from = data + i * x.strides[0] + first * x.strides[1];
                for (int64_t j = 0; j < n; ++j) {
                    block[j] += from[j * x.strides[1]];
                }
            }
            for (int64_t j = 0; j < n; ++j) {
                sums[first + j] += block[j];
            }
        }
    }
}

// y = a b for matrices of any strides and extents.
template <class T>
[[gnu::always_inline]] inline void multiply_any(const chx_launch& launch,
                                                int64_t m,
                                                int64_t n,
                                                int64_t k,
                                                MatrixView<const T> a,
                                                MatrixView<const T> b,
                                                T* y) {
    if (k == 0) {
        std::fill_n(y, m * n, T(0));
    } else if (m * n > 0 && !multiply_if_small<T>(m, n, k, a, b, {y, n, 1})) {
        multiply_matrices<T>(launch, m, n, k, a, b, false, y);
    }
}

template <class T>
MatrixView<const T> view_of(const chx_tensor& x) {
    return {chx::data<const T>(x), x.strides[0], x.strides[1]};
}

// The gradients of w and b, into what is there.
template <class T>
void weight_gradients(const chx_launch& launch,
                      const chx_tensor& g,
                      const chx_tensor& x,
                      const chx_tensor* to_weights,
                      const chx_tensor* to_bias) {
    const int64_t rows = g.shape[0], n = g.shape[1], k = x.shape[1];
    if (to_weights != nullptr) {
        multiply_any<T>(launch,
                        n,
                        k,
                        rows,
                        view_of<T>(g).transposed(),
                        view_of<T>(x),
                        chx::data<T>(*to_weights));
    }
    if (to_bias == nullptr) {
        return;
    }
    T* gb = chx::data<T>(*to_bias);
    constexpr int64_t kGrainElements = 65536, kFewRows = 8;
    if (rows > 0 && rows <= kFewRows && rows * n <= kGrainElements) {
        sum_few_rows(view_of<T>(g), rows, n, gb);
    } else if (rows * n <= kGrainElements) {
        sum_columns(g, 0, n, gb);
    } else {
        parallel_for(n,
                     std::max<int64_t>(16, kGrainElements / rows),
                     [&](int64_t begin, int64_t end, int32_t) { sum_columns(g, begin, end, gb); });
    }
}

void linear_weight_grad(const chx_launch& launch) {
    const chx_tensor &g = chx::input(launch, 0), &x = chx::input(launch, 1);
    const auto gradients = g.dtype.bits == 32 ? weight_gradients<float> : weight_gradients<double>;
    gradients(launch, g, x, launch.out[0], launch.out[1]);
}

template <class T>
void linear_grad_of(const chx_launch& launch) {
    const chx_tensor &g = chx::input(launch, 0), &x = chx::input(launch, 1);
    if (launch.out[0] != nullptr) {
        const chx_tensor& w = chx::input(launch, 2);
        multiply_any<T>(launch,
                        g.shape[0],
                        w.shape[1],
                        g.shape[1],
                        view_of<T>(g),
                        view_of<T>(w),
                        chx::data<T>(*launch.out[0]));
    }
    weight_gradients<T>(launch, g, x, launch.out[1], launch.out[2]);
}

void linear_grad(const chx_launch& launch) {
    chx::input(launch, 0).dtype.bits == 32 ? linear_grad_of<float>(launch)
                                           : linear_grad_of<double>(launch);
}

}  // namespace

void register_linear(KernelList& kernels) {
    kernels.add(CHX_OP_LINEAR,
                CHX_OP_LINEAR_VERSION,
                "f32 f64",
                kPlainCaps | CHX_K_STRIDED_IN,
                chx::kernel<&linear>);
    kernels.add(CHX_OP_LINEAR_WEIGHT_GRAD,
                CHX_OP_LINEAR_WEIGHT_GRAD_VERSION,
                "f32 f64",
                kPlainCaps | CHX_K_STRIDED_IN,
                chx::kernel<&linear_weight_grad>);
    kernels.add(CHX_OP_LINEAR_GRAD,
                CHX_OP_LINEAR_GRAD_VERSION,
                "f32 f64",
                kPlainCaps | CHX_K_STRIDED_IN,
                chx::kernel<&linear_grad>);
}

}  // namespace native
