// Functions composed of several ops compute in float32 or float64 and round to a 16-bit dtype once, at the end.
#pragma once

#include "ops/op_support.h"

namespace chainerx::internal {

// The dtype of what a function of floating-point numbers makes of x: float32 for integers and bool.
// Throws DtypeError for complex numbers.
inline DType floating_dtype(const char* op, const Array& x) {
    if (kind(x.dtype()) == DTypeKind::kComplex) {
        throw DtypeError(fmt::format(
            "{}: an array of {} was given; expected real numbers", op, dtype_name(x.dtype())));
    }
    return is_floating(x.dtype()) ? x.dtype() : DType::kFloat32;
}

inline DType floating_dtype(const char* op, std::initializer_list<Array> arrays) {
    DType dtype = floating_dtype(op, *arrays.begin());
    for (const Array& array : arrays) {
        if (!array.is_null()) dtype = promote_types(dtype, floating_dtype(op, array));
    }
    return dtype;
}

// What to compute in for results of that dtype.
inline DType wide_dtype(DType dtype) {
    return dtype == DType::kFloat64 ? DType::kFloat64 : DType::kFloat32;
}

inline Array widened(const Array& x, DType result) {
    return x.is_null() ? x : x.astype(wide_dtype(result), false);
}

// function(x) computed wide, in the dtype that results have.
template <typename Function>
Array computed_wide(const char* op, const Array& x, Function function) {
    const DType dtype = floating_dtype(op, x);
    return Array(function(widened(x, dtype))).astype(dtype, false);
}

}  // namespace chainerx::internal
