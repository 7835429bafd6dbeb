// The element types of arrays, their promotion, and their names.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "chainerx/export.h"
#include "chx/chx_plugin.h"

namespace chainerx {

// The values are CHX_TYPE_* of chx_fused.h and index every table of kernels.
enum class DType : uint8_t {
    kBool,
    kInt8,
    kInt16,
    kInt32,
    kInt64,
    kUInt8,
    kUInt16,
    kUInt32,
    kUInt64,
    kFloat16,
    kBFloat16,
    kFloat32,
    kFloat64,
    kComplex64,
    kComplex128,
};
inline constexpr int kDTypeCount = 15;

enum class DTypeKind : uint8_t { kBool, kInt, kUInt, kFloat, kComplex };

namespace detail {
struct alignas(8) DTypeFacts {  // so that an element's place takes no product
    uint8_t itemsize;
    DTypeKind kind;
    chx_dtype code;
};
inline constexpr DTypeFacts kDTypeFacts[kDTypeCount] = {
    {1, DTypeKind::kBool, {CHX_DT_BOOL, 8, 1}},
    {1, DTypeKind::kInt, {CHX_DT_INT, 8, 1}},
    {2, DTypeKind::kInt, {CHX_DT_INT, 16, 1}},
    {4, DTypeKind::kInt, {CHX_DT_INT, 32, 1}},
    {8, DTypeKind::kInt, {CHX_DT_INT, 64, 1}},
    {1, DTypeKind::kUInt, {CHX_DT_UINT, 8, 1}},
    {2, DTypeKind::kUInt, {CHX_DT_UINT, 16, 1}},
    {4, DTypeKind::kUInt, {CHX_DT_UINT, 32, 1}},
    {8, DTypeKind::kUInt, {CHX_DT_UINT, 64, 1}},
    {2, DTypeKind::kFloat, {CHX_DT_FLOAT, 16, 1}},
    {2, DTypeKind::kFloat, {CHX_DT_BFLOAT, 16, 1}},
    {4, DTypeKind::kFloat, {CHX_DT_FLOAT, 32, 1}},
    {8, DTypeKind::kFloat, {CHX_DT_FLOAT, 64, 1}},
    {8, DTypeKind::kComplex, {CHX_DT_COMPLEX, 64, 1}},
    {16, DTypeKind::kComplex, {CHX_DT_COMPLEX, 128, 1}},
};
}  // namespace detail

// Bytes per element.
constexpr int64_t itemsize(DType dtype) {
    return detail::kDTypeFacts[static_cast<int>(dtype)].itemsize;
}
constexpr DTypeKind kind(DType dtype) { return detail::kDTypeFacts[static_cast<int>(dtype)].kind; }
constexpr bool is_floating(DType dtype) { return kind(dtype) == DTypeKind::kFloat; }
constexpr bool is_integral(DType dtype) {
    return kind(dtype) == DTypeKind::kInt || kind(dtype) == DTypeKind::kUInt;
}
constexpr bool is_inexact(DType dtype) { return kind(dtype) >= DTypeKind::kFloat; }

// DLPack's code, as plugins see it.
constexpr chx_dtype to_chx_dtype(DType dtype) {
    return detail::kDTypeFacts[static_cast<int>(dtype)].code;
}
CHAINERX_EXPORT std::optional<DType> from_chx_dtype(chx_dtype code) noexcept;

// NumPy's name: "float32", "bool", "bfloat16".
CHAINERX_EXPORT std::string_view dtype_name(DType dtype) noexcept;
// Throws DtypeError for a name that is none.
CHAINERX_EXPORT DType dtype_from_name(std::string_view name);

// The dtype of an operation on arrays of both: bool below integers below floats below complex numbers; within a kind
// the wider; an integer never widens a float; signed with unsigned gives the next wider signed one (uint64: float32,
// as the original did not have it and NumPy gives a float).
CHAINERX_EXPORT DType promote_types(DType a, DType b) noexcept;

// float16 -> float16 ... complex64 -> float32, complex128 -> float64; others stay.
constexpr DType real_dtype(DType dtype) {
    return dtype == DType::kComplex64    ? DType::kFloat32
           : dtype == DType::kComplex128 ? DType::kFloat64
                                         : dtype;
}

// The DType of a C++ type: dtype_of<float>().
template <typename T>
constexpr DType dtype_of();
template <>
constexpr DType dtype_of<bool>() {
    return DType::kBool;
}
template <>
constexpr DType dtype_of<int8_t>() {
    return DType::kInt8;
}
template <>
constexpr DType dtype_of<int16_t>() {
    return DType::kInt16;
}
template <>
constexpr DType dtype_of<int32_t>() {
    return DType::kInt32;
}
template <>
constexpr DType dtype_of<int64_t>() {
    return DType::kInt64;
}
template <>
constexpr DType dtype_of<uint8_t>() {
    return DType::kUInt8;
}
template <>
constexpr DType dtype_of<uint16_t>() {
    return DType::kUInt16;
}
template <>
constexpr DType dtype_of<uint32_t>() {
    return DType::kUInt32;
}
template <>
constexpr DType dtype_of<uint64_t>() {
    return DType::kUInt64;
}
template <>
constexpr DType dtype_of<float>() {
    return DType::kFloat32;
}
template <>
constexpr DType dtype_of<double>() {
    return DType::kFloat64;
}

}  // namespace chainerx
