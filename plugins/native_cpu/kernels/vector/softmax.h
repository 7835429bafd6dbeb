// Softmax, its logarithm and the gradients of both, of contiguous rows or adjacent columns, compiled for
// several instruction sets.
#pragma once

#include <cstdint>

namespace native {

template <class T>
struct SoftmaxKernels {
    // Columns that are worked on together, at most.
    static constexpr int64_t kColumns = 256;

    // Of x[0] .. x[n - 1]; y may be x. n > 0.
    void (*row)(const T* x, int64_t n, T* y, bool logarithm);
    // Of n <= kColumns columns: element r of column j is x[r * stride + j]; y alike. rows > 0.
    void (*columns)(const T* x, int64_t stride, int64_t rows, int64_t n, T* y, bool logarithm);
    // gx, given y and its gradient gy; gx may be either.
    void (*row_grad)(const T* y, const T* gy, int64_t n, T* gx, bool logarithm);
    void (*columns_grad)(
        const T* y, const T* gy, int64_t stride, int64_t rows, int64_t n, T* gx, bool logarithm);
    // y[j] = exp(x[j]) * factor
    void (*scaled_exp)(const T* x, int64_t n, T factor, T* y);
};

// For float and double.
template <class T>
const SoftmaxKernels<T>& softmax_kernels();

}  // namespace native
