// Products of matrices so small that a BLAS call costs more than the work.
#pragma once

#include <cstdint>

namespace native {

// c = a b, or start + a b, for a (m, k), b (k, n), c (m, n) of any strides; m, n, k > 0.
template <class T>
struct SmallProduct {
    int64_t m, n, k;
    const T* a;
    int64_t a_row, a_column;
    const T* b;
    int64_t b_row, b_column;
    T* c;
    int64_t c_row, c_column;
    // Null, or what is added to the product. Either c, or one row for all of a c with contiguous rows,
    // whose start_row is 0.
    const T* start;
    int64_t start_row;

    // Measured: with more work than this gemm is as fast.
    bool is_small() const {
        constexpr int64_t kWork = 24 * 24 * 24, kDepth = 256;
        return m <= kWork && n <= kWork && k <= kDepth && m * n * k <= kWork;
    }
};

// False if a layout is too unusual to be done here. The product is_small().
bool multiply_small(const SmallProduct<float>& product);
bool multiply_small(const SmallProduct<double>& product);

}  // namespace native
