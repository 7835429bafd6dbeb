// Scalars: their printing, and single elements as bytes.
#include "array/scalar.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>

namespace chainerx {

namespace {

// IEEE 754 binary16, rounding to nearest even.
uint16_t float_to_half(float value) {
    const auto bits = std::bit_cast<uint32_t>(value);
    const uint32_t sign = (bits >> 16) & 0x8000u;
    const uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u)
        return static_cast<uint16_t>(sign | 0x7e00u | ((magnitude >> 13) & 0x3ffu));
    if (magnitude >= 0x477ff000u) return static_cast<uint16_t>(sign | 0x7c00u);
    if (magnitude < 0x38800000u) {  // subnormal: scale so that the float adder rounds
        const float scaled = std::bit_cast<float>(magnitude) + 0.5f;
        return static_cast<uint16_t>(sign | (std::bit_cast<uint32_t>(scaled) - 0x3f000000u));
    }
    const uint32_t rounded = magnitude + 0xfffu + ((magnitude >> 13) & 1u);
    return static_cast<uint16_t>(sign | ((rounded - 0x38000000u) >> 13));
}

float half_to_float(uint16_t half) {
    const uint32_t sign = (half & 0x8000u) << 16;
    const uint32_t exponent = (half >> 10) & 0x1fu;
    const uint32_t fraction = half & 0x3ffu;
    if (exponent == 0) {
        const float value = std::ldexp(static_cast<float>(fraction), -24);
        return sign != 0 ? -value : value;
    }
    const uint32_t bits = exponent == 31 ? 0x7f800000u | (fraction << 13)
                                         : ((exponent + 112) << 23) | (fraction << 13);
    return std::bit_cast<float>(sign | bits);
}

uint16_t float_to_bfloat(float value) {
    const auto bits = std::bit_cast<uint32_t>(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<uint16_t>((bits >> 16) | 0x40u);
    return static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

template <typename T>
void put(void* out, T value) {
    std::memcpy(out, &value, sizeof(T));
}
template <typename T>
T get(const void* data) {
    T value;
    std::memcpy(&value, data, sizeof(T));
    return value;
}

std::string format_double(double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
    std::string text = fmt::format("{}", value);
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

}  // namespace

DType Scalar::default_dtype() const {
    switch (kind_) {
        case DTypeKind::kBool:
            return DType::kBool;
        case DTypeKind::kInt:
            return DType::kInt64;
        case DTypeKind::kUInt:
            return DType::kUInt64;
        case DTypeKind::kFloat:
            return DType::kFloat32;
        case DTypeKind::kComplex:
            return DType::kComplex64;
    }
    return DType::kFloat32;
}

Scalar Scalar::operator-() const {
    if (kind_ == DTypeKind::kComplex) return Scalar(std::complex<double>(-real_, -imag_));
    if (kind_ == DTypeKind::kFloat) return Scalar(-real_);
    return Scalar(static_cast<int64_t>(0 - static_cast<uint64_t>(int_)));
}

std::string Scalar::to_string() const {
    switch (kind_) {
        case DTypeKind::kBool:
            return int_ != 0 ? "True" : "False";
        case DTypeKind::kInt:
            return fmt::format("{}", int_);
        case DTypeKind::kUInt:
            return fmt::format("{}", static_cast<uint64_t>(int_));
        case DTypeKind::kFloat:
            return format_double(real_);
        case DTypeKind::kComplex:
            return fmt::format("({}{:+}j)", real_, imag_);
    }
    return "";
}

namespace internal {

void store_scalar(const Scalar& value, DType dtype, void* out) noexcept {
    switch (dtype) {
        case DType::kBool:
            return put<uint8_t>(out, static_cast<bool>(value) ? 1 : 0);
        case DType::kInt8:
            return put(out, static_cast<int8_t>(static_cast<int64_t>(value)));
        case DType::kInt16:
            return put(out, static_cast<int16_t>(static_cast<int64_t>(value)));
        case DType::kInt32:
            return put(out, static_cast<int32_t>(static_cast<int64_t>(value)));
        case DType::kInt64:
            return put(out, static_cast<int64_t>(value));
        case DType::kUInt8:
            return put(out, static_cast<uint8_t>(static_cast<int64_t>(value)));
        case DType::kUInt16:
            return put(out, static_cast<uint16_t>(static_cast<int64_t>(value)));
        case DType::kUInt32:
            return put(out, static_cast<uint32_t>(static_cast<int64_t>(value)));
        case DType::kUInt64:
            return put(out, static_cast<uint64_t>(value));
        case DType::kFloat16:
            return put(out, float_to_half(static_cast<float>(value)));
        case DType::kBFloat16:
            return put(out, float_to_bfloat(static_cast<float>(value)));
        case DType::kFloat32:
            return put(out, static_cast<float>(value));
        case DType::kFloat64:
            return put(out, static_cast<double>(value));
        case DType::kComplex64:
            return put(out, std::complex<float>(static_cast<std::complex<double>>(value)));
        case DType::kComplex128:
            return put(out, static_cast<std::complex<double>>(value));
    }
}

Scalar load_scalar(DType dtype, const void* data) noexcept {
    switch (dtype) {
        case DType::kBool:
            return Scalar(get<uint8_t>(data) != 0);
        case DType::kInt8:
            return Scalar(get<int8_t>(data));
        case DType::kInt16:
            return Scalar(get<int16_t>(data));
        case DType::kInt32:
            return Scalar(get<int32_t>(data));
        case DType::kInt64:
            return Scalar(get<int64_t>(data));
        case DType::kUInt8:
            return Scalar(get<uint8_t>(data));
        case DType::kUInt16:
            return Scalar(get<uint16_t>(data));
        case DType::kUInt32:
            return Scalar(get<uint32_t>(data));
        case DType::kUInt64:
            return Scalar(get<uint64_t>(data));
        case DType::kFloat16:
            return Scalar(half_to_float(get<uint16_t>(data)));
        case DType::kBFloat16:
            return Scalar(std::bit_cast<float>(static_cast<uint32_t>(get<uint16_t>(data)) << 16));
        case DType::kFloat32:
            return Scalar(get<float>(data));
        case DType::kFloat64:
            return Scalar(get<double>(data));
        case DType::kComplex64:
            return Scalar(std::complex<double>(get<std::complex<float>>(data)));
        case DType::kComplex128:
            return Scalar(get<std::complex<double>>(data));
    }
    return Scalar();
}

}  // namespace internal
}  // namespace chainerx
