// Products of matrices so small that a BLAS call costs more than the work.
#pragma once

#include "gemm.h"

namespace native {

// c = a b, or c += a b; false if the product is too large to be done here. Any strides; m, n, k > 0.
bool small_matmul(int64_t m, int64_t n, int64_t k, const MatrixView<const float>& a, const MatrixView<const float>& b,
                  bool accumulate, const MatrixView<float>& c);
bool small_matmul(int64_t m, int64_t n, int64_t k, const MatrixView<const double>& a,
                  const MatrixView<const double>& b, bool accumulate, const MatrixView<double>& c);

}  // namespace native
