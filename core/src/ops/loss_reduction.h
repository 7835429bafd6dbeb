// What losses share: the reduction argument, and the check of shapes.
#pragma once

#include "ops/op_support.h"

namespace chainerx::internal {

// Throws ValueError unless reduction is 'none', 'mean' or 'sum'.
void check_reduction(const char* op, std::string_view reduction);

// The loss itself, its mean or its sum, cast to dtype.
Array reduced_loss(const Array& loss, std::string_view reduction, DType dtype);
// The mean weighted: the sum of loss, in which the weights are, divided by that of the weights.
Array reduced_loss(const Array& loss,
                   std::string_view reduction,
                   DType dtype,
                   const Array& weights);

// Throws DimensionError unless the arrays have one shape.
void check_same_shape(const char* op, const Array& x1, const Array& x2);

}  // namespace chainerx::internal
