// The C++ types of the dtypes, conversions between them, and the step from a run-time dtype to a
// type.
#pragma once

#include <bit>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <type_traits>

#include <chx/chx_plugin.hpp>

namespace native {

using complex64 = std::complex<float>;
using complex128 = std::complex<double>;

// A double rounded to float so that rounding once more, to fewer bits, is correct: inexact results
// get an odd last bit.
inline float round_to_odd(double x) {
    const float nearest = static_cast<float>(x);
    const double back = nearest;
    if (back == x || !(std::abs(back) <= std::numeric_limits<double>::max())) {
        return nearest;
    }
    uint32_t bits = std::bit_cast<uint32_t>(nearest);
    if (std::abs(back) > std::abs(x)) {
        --bits;
    }
    return std::bit_cast<float>(bits | 1u);
}

inline float float16_to_float(uint16_t half) {
    const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
    const uint32_t magnitude = half & 0x7fffu;
    if (magnitude >= 0x7c00u) {
        const uint32_t quiet = magnitude > 0x7c00u ? 0x00400000u : 0u;
        return std::bit_cast<float>(sign | 0x7f800000u | ((magnitude & 0x3ffu) << 13) | quiet);
    }
    if (magnitude >= 0x0400u) {
        return std::bit_cast<float>(sign | ((magnitude << 13) + (112u << 23)));
    }
    const float subnormal = static_cast<float>(magnitude) * 0x1p-24f;
    return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(subnormal));
}

// To nearest, ties to even.
inline uint16_t float_to_float16(float x) {
    const uint32_t bits = std::bit_cast<uint32_t>(x);
    const uint32_t sign = (bits >> 16) & 0x8000u;
    const uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) {
        return static_cast<uint16_t>(sign | 0x7e00u | ((magnitude >> 13) & 0x1ffu));
    }
    if (magnitude >= 0x477ff000u) {
        return static_cast<uint16_t>(sign | 0x7c00u);
    }
    if (magnitude < 0x38800000u) {
        // Adding 0.5 leaves the subnormal's bits, rounded by the addition, at the end of the
        // mantissa.
        const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
        return static_cast<uint16_t>(sign | (std::bit_cast<uint32_t>(shifted) - 0x3f000000u));
    }
    const uint32_t odd = (magnitude >> 13) & 1u;
    return static_cast<uint16_t>(sign | ((magnitude - 0x38000000u + 0xfffu + odd) >> 13));
}

inline float bfloat16_to_float(uint16_t bits) {
    return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}

// To nearest, ties to even.
inline uint16_t float_to_bfloat16(float x) {
    const uint32_t bits = std::bit_cast<uint32_t>(x);
    const uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    const uint32_t nan = (bits >> 16) | 0x40u;
    return static_cast<uint16_t>((bits & 0x7fffffffu) > 0x7f800000u ? nan : rounded);
}

// Storage of IEEE binary16; arithmetic happens in float.
struct Float16 {
    uint16_t bits = 0;
    Float16() = default;
    explicit Float16(float x) : bits(float_to_float16(x)) {}
    explicit Float16(double x) : Float16(round_to_odd(x)) {}
    explicit operator float() const { return float16_to_float(bits); }
};

// Storage of bfloat16; arithmetic happens in float.
struct BFloat16 {
    uint16_t bits = 0;
    BFloat16() = default;
    explicit BFloat16(float x) : bits(float_to_bfloat16(x)) {}
    explicit BFloat16(double x) : BFloat16(round_to_odd(x)) {}
    explicit operator float() const { return bfloat16_to_float(bits); }
};

template <class T>
inline constexpr bool is_half_v = std::is_same_v<T, Float16> || std::is_same_v<T, BFloat16>;
template <class T>
inline constexpr bool is_complex_v = std::is_same_v<T, complex64> || std::is_same_v<T, complex128>;

// The type that arithmetic on T happens in.
template <class T>
using compute_t = std::conditional_t<is_half_v<T>, float, T>;

template <class T>
struct RealOf {
    using type = T;
};
template <class T>
struct RealOf<std::complex<T>> {
    using type = T;
};
// The type of the parts of T.
template <class T>
using real_t = typename RealOf<T>::type;

// The type that sums and products of T add up in, by the op table's `sum` rule (16-bit floats:
// before rounding back).
template <class T>
using sum_t = std::conditional_t<
    std::is_integral_v<T>,
    std::conditional_t<std::is_unsigned_v<T> && !std::is_same_v<T, bool>, uint64_t, int64_t>,
    compute_t<T>>;

// A value in another type, as chx.copy converts.
template <class To, class From>
inline To convert(From x) {
    if constexpr (std::is_same_v<To, From>) {
        return x;
    } else if constexpr (is_half_v<From>) {
        return convert<To>(static_cast<float>(x));
    } else if constexpr (is_complex_v<From>) {
        if constexpr (is_complex_v<To>) {
            return To(static_cast<real_t<To>>(x.real()), static_cast<real_t<To>>(x.imag()));
        } else if constexpr (std::is_same_v<To, bool>) {
            return x.real() != 0 || x.imag() != 0;
        } else {
            return convert<To>(x.real());
        }
    } else if constexpr (is_complex_v<To>) {
        return To(static_cast<real_t<To>>(x), 0);
    } else if constexpr (std::is_same_v<To, bool>) {
        return x != 0;
    } else if constexpr (is_half_v<To>) {
        if constexpr (sizeof(From) <= 2 || std::is_same_v<From, float>) {
            return To(static_cast<float>(x));
        } else {
            return To(static_cast<double>(x));
        }
    } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To> &&
                         sizeof(To) < 8) {
        // By way of 64 bits, so that values which fit an unsigned or narrow type modulo 2^n are
        // well defined.
        return static_cast<To>(static_cast<int64_t>(x));
    } else {
        return static_cast<To>(x);
    }
}

// The CHX_TYPE_* of a type.
template <class T>
inline constexpr int type_code_of = -1;
template <>
inline constexpr int type_code_of<bool> = CHX_TYPE_BOOL;
template <>
inline constexpr int type_code_of<int8_t> = CHX_TYPE_I8;
template <>
inline constexpr int type_code_of<int16_t> = CHX_TYPE_I16;
template <>
inline constexpr int type_code_of<int32_t> = CHX_TYPE_I32;
template <>
inline constexpr int type_code_of<int64_t> = CHX_TYPE_I64;
template <>
inline constexpr int type_code_of<uint8_t> = CHX_TYPE_U8;
template <>
inline constexpr int type_code_of<uint16_t> = CHX_TYPE_U16;
template <>
inline constexpr int type_code_of<uint32_t> = CHX_TYPE_U32;
template <>
inline constexpr int type_code_of<uint64_t> = CHX_TYPE_U64;
template <>
inline constexpr int type_code_of<Float16> = CHX_TYPE_F16;
template <>
inline constexpr int type_code_of<BFloat16> = CHX_TYPE_BF16;
template <>
inline constexpr int type_code_of<float> = CHX_TYPE_F32;
template <>
inline constexpr int type_code_of<double> = CHX_TYPE_F64;
template <>
inline constexpr int type_code_of<complex64> = CHX_TYPE_C64;
template <>
inline constexpr int type_code_of<complex128> = CHX_TYPE_C128;

// Bytes of an element by CHX_TYPE_*.
inline constexpr int kItemSizes[CHX_N_TYPES] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 2, 4, 8, 8, 16};

// What dispatch_type hands to its function: `using T = typename decltype(tag)::type`.
template <class T>
struct TypeTag {
    using type = T;
};

// Calls f with the TypeTag of dtype.
template <class F>
decltype(auto) dispatch_type(chx_dtype dtype, F&& f) {
    switch (chx::type_code(dtype)) {
        case CHX_TYPE_BOOL:
            return f(TypeTag<bool>{});
        case CHX_TYPE_I8:
            return f(TypeTag<int8_t>{});
        case CHX_TYPE_I16:
            return f(TypeTag<int16_t>{});
        case CHX_TYPE_I32:
            return f(TypeTag<int32_t>{});
        case CHX_TYPE_I64:
            return f(TypeTag<int64_t>{});
        case CHX_TYPE_U8:
            return f(TypeTag<uint8_t>{});
        case CHX_TYPE_U16:
            return f(TypeTag<uint16_t>{});
        case CHX_TYPE_U32:
            return f(TypeTag<uint32_t>{});
        case CHX_TYPE_U64:
            return f(TypeTag<uint64_t>{});
        case CHX_TYPE_F16:
            return f(TypeTag<Float16>{});
        case CHX_TYPE_BF16:
            return f(TypeTag<BFloat16>{});
        case CHX_TYPE_F32:
            return f(TypeTag<float>{});
        case CHX_TYPE_F64:
            return f(TypeTag<double>{});
        case CHX_TYPE_C64:
            return f(TypeTag<complex64>{});
        case CHX_TYPE_C128:
            return f(TypeTag<complex128>{});
        default:
            throw chx::Error(CHX_E_UNIMPLEMENTED, "a dtype that has no arithmetic; cast it first");
    }
}

// The same for the four floating-point dtypes.
template <class F>
decltype(auto) dispatch_float_type(chx_dtype dtype, F&& f) {
    switch (chx::type_code(dtype)) {
        case CHX_TYPE_F16:
            return f(TypeTag<Float16>{});
        case CHX_TYPE_BF16:
            return f(TypeTag<BFloat16>{});
        case CHX_TYPE_F32:
            return f(TypeTag<float>{});
        case CHX_TYPE_F64:
            return f(TypeTag<double>{});
        default:
            throw chx::Error(CHX_E_UNIMPLEMENTED,
                             "a dtype that is no floating-point dtype; cast it first");
    }
}

// The same for types of a size only, where bytes are moved: 1, 2, 4, 8 or 16 bytes.
struct Bytes16 {
    uint64_t low, high;
};
template <class F>
decltype(auto) dispatch_item_size(int64_t bytes, F&& f) {
    switch (bytes) {
        case 1:
            return f(TypeTag<uint8_t>{});
        case 2:
            return f(TypeTag<uint16_t>{});
        case 4:
            return f(TypeTag<uint32_t>{});
        case 8:
            return f(TypeTag<uint64_t>{});
        case 16:
            return f(TypeTag<Bytes16>{});
        default:
            throw chx::Error(CHX_E_UNIMPLEMENTED, "elements of an unusual size; cast them first");
    }
}

}  // namespace native
