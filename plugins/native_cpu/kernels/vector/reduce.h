// Reductions of contiguous elements of an accumulator type, compiled for several instruction sets.
#pragma once

#include <complex>
#include <cstdint>

namespace native {

enum class Reduction { kSum, kProd, kMax, kMin };

// One function per Reduction; a null one has no meaning for T. Sums add up pairwise; NaN wins in
// max and min.
template <class T>
struct ReduceKernels {
    // The reduction of x[0] .. x[n - 1]; n > 0.
    T (*row[4])(const T* x, int64_t n);
    // out[r] = the reduction of x[r * stride] .. x[r * stride + n - 1] for all r < rows; n > 0.
    void (*rows[4])(const T* x, int64_t stride, int64_t rows, int64_t n, T* out);
    // acc[j] = op(acc[j], x[r * stride + j]) for all j < n and, in blocks of four, r < rows.
    void (*columns[4])(T* acc, const T* x, int64_t stride, int64_t rows, int64_t n);
};

// For int64_t, uint64_t, uint8_t, float, double and std::complex of the latter two.
template <class T>
const ReduceKernels<T>& reduce_kernels();

}  // namespace native
