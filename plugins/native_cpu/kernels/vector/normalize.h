// The inner loops of batch and layer normalization on contiguous elements, compiled for several instruction
// sets.
#pragma once

#include <cstdint>

namespace native {

// x, g, y: data of one channel, or rows of n channels each; the other arrays hold one value per
// channel.
template <class T>
struct NormalizeKernels {
    // Sum of (x - mean)^2, pairwise.
    T (*squares)(const T* x, int64_t n, T mean);
    // Sum of g (x - mean), pairwise.
    T (*products)(const T* x, const T* g, int64_t n, T mean);
    // y = (x - mean) scale + shift
    void (*apply)(const T* x, int64_t n, T mean, T scale, T shift, T* y);
    // y = (g - offset - (x - mean) slope) scale
    void (*gradient)(const T* x, const T* g, int64_t n, T mean, T offset, T slope, T scale, T* y);
    // The same for each of n channels; sums are added to acc[0 .. n - 1].
    void (*row_squares)(const T* x, int64_t n, const T* mean, T* acc);
    void (*row_products)(const T* x, const T* g, int64_t n, const T* mean, T* acc);
    void (*row_apply)(const T* x, int64_t n, const T* mean, const T* scale, const T* shift, T* y);
    void (*row_gradient)(const T* x,
                         const T* g,
                         int64_t n,
                         const T* mean,
                         const T* offset,
                         const T* slope,
                         const T* scale,
                         T* y);
    // For rows that have a mean and scale each, and factors and terms of their n elements:
    // y = (x - mean) scale factor + term
    void (*scale_and_shift)(
        const T* x, int64_t n, T mean, T scale, const T* factor, const T* term, T* y);
    // y = g factor
    void (*weigh)(const T* g, int64_t n, const T* factor, T* y);
    // acc += g (x - mean) scale
    void (*add_products)(const T* x, const T* g, int64_t n, T mean, T scale, T* acc);
};

// For float and double.
template <class T>
const NormalizeKernels<T>& normalize_kernels();

}  // namespace native
