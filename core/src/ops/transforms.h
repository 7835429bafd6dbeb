// Calls of the ops of Fourier transforms.
#pragma once

#include "ops/op_support.h"

namespace chainerx::internal {

// axis is not negative; x is complex.
Array transform(const Array& x, int64_t axis, bool is_inverse, double scale);
// x is float32 or float64.
Array transform_real(const Array& x, int64_t axis, double scale);
// x is complex and has n / 2 + 1 elements along axis.
Array transform_to_real(const Array& x, int64_t axis, int64_t n, double scale);

// x, cut or filled with zeros to that extent.
Array with_extent(const Array& x, int64_t axis, int64_t n);

}  // namespace chainerx::internal
