// Products of matrices of float or double that are copied, block by block, to where the processor
// reads them fastest.
#pragma once

#include "gemm.h"

namespace native {

// Elements of scratch memory that a product of these extents takes.
template <class T>
int64_t packed_product_scratch(int64_t n, int64_t k);

// c = a b, or c += a b if `accumulate`, for plain matrices a (m, k), b (k, n), and c (m, n) with
// contiguous rows; m, n, k > 0. For float and double.
template <class T>
void packed_product(int64_t m,
                    int64_t n,
                    int64_t k,
                    MatrixView<const T> a,
                    MatrixView<const T> b,
                    bool accumulate,
                    MatrixView<T> c,
                    T* scratch);

}  // namespace native
