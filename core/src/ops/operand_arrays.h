// What functions composed of several ops ask of their operands: numbers as arrays, floating-point dtypes, real numbers.
#pragma once

#include "chainerx/array.h"

namespace chainerx::internal {

// The operand as an array: a number becomes a 0-d array of the dtype that it has beside `other`, on that device; beside
// another number its default dtype.
Array as_array(const Operand& operand, const Operand& other);

// What functions of floating-point numbers compute in: integers and bool become float32.
constexpr DType inexact_dtype(DType dtype) { return is_inexact(dtype) ? dtype : DType::kFloat32; }
Array as_inexact(const Array& x);

// float16 and bfloat16 as float32, where partial results would lose too much.
Array widened(const Array& x);

inline bool is_complex(const Array& x) { return kind(x.dtype()) == DTypeKind::kComplex; }

// Throw DtypeError for complex numbers, for bool.
void require_real(const char* op, const Array& x);
void refuse_bool(const char* op, const Array& x);

// Throws DimensionError unless x has that many dimensions.
void require_ndim(const char* op, const char* name, const Array& x, int ndim);

// x with axes of extent 1 in front and behind, so that its one axis lies along `axis` of `ndim`.
Array laid_along(const Array& x, int axis, int ndim);

// `extent` elements along axis from start on: a view, recorded.
Array part_of(const Array& x, int axis, int64_t start, int64_t extent);

}  // namespace chainerx::internal
