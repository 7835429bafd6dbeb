// Products of small matrices, tried before anything is set up for larger ones.
#pragma once

#include "gemm.h"
#include "kernels/vector/small_matmul.h"

namespace native {

// c = a b, or start + a b, for a (m, k), b (k, n), c (m, n) of any strides; m, n, k > 0. start: see SmallProduct. False, and
// nothing is written, if the matrices are large or a layout is too unusual.
template <class T>
bool multiply_if_small(int64_t m,
                       int64_t n,
                       int64_t k,
                       MatrixView<const T> a,
                       MatrixView<const T> b,
                       MatrixView<T> c,
                       const T* start = nullptr,
                       int64_t start_row = 0) {
    const SmallProduct<T> product{m,
                                  n,
                                  k,
                                  a.data,
                                  a.row_stride,
                                  a.column_stride,
                                  b.data,
                                  b.row_stride,
                                  b.column_stride,
                                  c.data,
                                  c.row_stride,
                                  c.column_stride,
                                  start,
                                  start_row};
    return product.is_small() && multiply_small(product);
}

}  // namespace native
