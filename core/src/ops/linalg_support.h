// What the files on matrices in this folder share: conjugate transposes, identities, checks of shapes.
#pragma once

#include <utility>
#include <vector>

#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx::internal {

inline Array adjoint(const Array& x) { return conj(matrix_transpose(x)); }

// x @ diag(s) and diag(s) @ x.
inline Array scale_columns(const Array& x, const Array& s) {
    return multiply(x, expand_dims(s, {-2}));
}
inline Array scale_rows(const Array& x, const Array& s) {
    return multiply(x, expand_dims(s, {-1}));
}

inline DType complex_dtype(DType dtype) {
    return dtype == DType::kFloat64 || dtype == DType::kComplex128 ? DType::kComplex128
                                                                   : DType::kComplex64;
}

inline bool is_half(DType dtype) { return dtype == DType::kFloat16 || dtype == DType::kBFloat16; }
inline Array narrowed(const Array& y, DType dtype) {
    return y.dtype() == DType::kFloat32 ? astype(y, dtype) : y;
}
inline std::vector<Array> narrowed(std::vector<Array> ys, DType dtype) {
    for (Array& y : ys) y = narrowed(y, dtype);
    return ys;
}

// f(a); of 16-bit floats in float32, which comes back as a's dtype.
template <class F>
auto in_single(const Array& a, const F& f) {
    if (!is_half(a.dtype())) return f(a);
    return narrowed(f(widened(a)), a.dtype());
}

// The results of an op of one operand.
template <int kOutputs>
std::vector<Array> call_for_all(uint16_t op, const Array& a, const void* attrs = nullptr) {
    return in_single(a, [&](const Array& wide) {
        const Operand operand = wide;
        Array outputs[kOutputs];
        dispatch(kOps[op], &operand, 1, attrs, outputs);
        return std::vector<Array>(outputs, outputs + kOutputs);
    });
}
inline Array call_for_one(uint16_t op, const Array& a, const void* attrs = nullptr) {
    return call_for_all<1>(op, a, attrs)[0];
}

inline Array identity_of(const Array& like, int64_t n) {
    return eye(n, std::nullopt, 0, inexact_dtype(like.dtype()), &like.device());
}

inline int64_t n_rows(DimsView shape) { return shape[shape.size() - 2]; }
inline int64_t n_columns(DimsView shape) { return shape[shape.size() - 1]; }

// The batch of shape (..., m, n), followed by tail.
inline Shape batch_and(DimsView shape, std::initializer_list<int64_t> tail) {
    Shape joined{DimsView(shape.data(), shape.size() - 2)};
    for (const int64_t extent : tail) joined.push_back(extent);
    return joined;
}

// Throw DimensionError.
void require_matrices(const char* op, DimsView shape);
void require_square(const char* op, DimsView shape);

// Of two operands of matrices: their batches broadcast.
std::pair<Array, Array> with_common_batch(const char* op, const Array& a, const Array& b);

}  // namespace chainerx::internal
