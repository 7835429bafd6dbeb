// Products of integer matrices, which wrap around.
#pragma once

#include "gemm.h"

namespace native {

// c = a b for a of any strides and c with contiguous rows that follow each other. Works on blocks
// of k, so that the rows of b in use stay in the cache. For the unsigned types of 8 to 64 bits.
template <class T>
void integer_matmul(
    int64_t m, int64_t n, int64_t k, MatrixView<const T> a, MatrixView<const T> b, T* c);

}  // namespace native
