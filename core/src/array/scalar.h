// Converting single scalars to and from the bytes of an element; all the arithmetic that the core does.
#pragma once

#include "chainerx/scalar.h"

namespace chainerx::internal {

// Writes value as one element of dtype. Integers wrap, floats to integers truncate.
void store_scalar(const Scalar& value, DType dtype, void* out) noexcept;
Scalar load_scalar(DType dtype, const void* data) noexcept;

}  // namespace chainerx::internal
