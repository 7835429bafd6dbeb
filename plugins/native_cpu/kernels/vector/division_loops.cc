// Loops of floor_divide, remainder and fmod, integer power, and the greatest common divisor.
#include <cmath>
#include <cstdlib>
#include <limits>

#include "kernels/vector/targets.h"

#define HWY_TARGET_INCLUDE "kernels/vector/division_loops.cc"
#include <hwy/foreach_target.h>

#include "kernels/vector/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {
namespace {

// a - q * b, exactly, where that fits the type.
inline float exact_residue(float a, float q, float b) {
    return static_cast<float>(static_cast<double>(a) -
                              static_cast<double>(q) * static_cast<double>(b));
}
inline double exact_residue(double a, double q, double b) { return std::fma(-q, b, a); }

// Whether the quotient of two integers has no value: then the results are 0, or the dividend
// negated and wrapped.
template <class T>
bool divides_by_minus_one(T b) {
    return std::is_signed_v<T> && b == static_cast<T>(-1);
}

struct FloorDivide {
    template <class T>
    static T apply(T a, T b) {
        if constexpr (std::is_floating_point_v<T>) {
            return divide(a, b);
        } else {
            if (b == 0) {
                return 0;
            }
            if (divides_by_minus_one(b)) {
                return static_cast<T>(uint64_t{0} - static_cast<uint64_t>(a));
            }
            const T q = static_cast<T>(a / b);
            return static_cast<T>(q - ((a % b != 0) & ((a < 0) != (b < 0))));
        }
    }

    // The rounded quotient's floor is that of the exact one unless rounding reached an integer from
    // below.
    template <class T>
    static T divide(T a, T b) {
        const T quotient = a / b;
        const T floor = std::floor(quotient);
        // A zero with the sign of the quotient, as the array API standard prefers; NumPy gives -1 below zero.
        if (std::isinf(b)) return quotient;
        if (quotient == floor && std::abs(floor) <= std::numeric_limits<T>::max()) {
            const T residue = exact_residue(a, floor, b);
            return (residue < 0 && b > 0) || (residue > 0 && b < 0) ? floor - 1 : floor;
        }
        return floor;
    }
};

// The remainder of truncated division, exact as C's fmod, which is needed for very large quotients
// only.
template <class T>
T truncated_remainder(T a, T b) {
    constexpr T kLargestQuotient = std::is_same_v<T, float> ? T(1 << 22) : T(int64_t{1} << 50);
    const T quotient = std::trunc(a / b);
    if (!(std::abs(quotient) < kLargestQuotient) || std::isinf(b)) {
        return std::fmod(a, b);
    }
    T residue = exact_residue(a, quotient, b);
    // Rounding may have taken the quotient to the next integer away from zero.
    if (residue != 0 && std::signbit(residue) != std::signbit(a)) {
        residue += std::copysign(b, a);
    }
    return residue == 0 ? std::copysign(T{0}, a) : residue;
}

struct Fmod {
    template <class T>
    static T apply(T a, T b) {
        if constexpr (std::is_floating_point_v<T>) {
            return truncated_remainder(a, b);
        } else {
            return b == 0 || divides_by_minus_one(b) ? T{0} : static_cast<T>(a % b);
        }
    }
};

struct Remainder {
    template <class T>
    static T apply(T a, T b) {
        if constexpr (std::is_floating_point_v<T>) {
            const T residue = truncated_remainder(a, b);
            if (residue == 0) {
                return std::copysign(T{0}, b);
            }
            return (residue < 0) != (b < 0) ? residue + b : residue;
        } else {
            const T residue = Fmod::apply(a, b);
            return static_cast<T>(residue != 0 && (residue < 0) != (b < 0) ? residue + b : residue);
        }
    }
};

struct IntegerPower {
    template <class T>
    static T apply(T base, T exponent) {
        if (exponent < 0) {
            const bool odd = (exponent & 1) != 0;
            return static_cast<T>(base == 1 ? 1 : divides_by_minus_one(base) ? (odd ? -1 : 1) : 0);
        }
        uint64_t result = 1;
        uint64_t square = static_cast<uint64_t>(base);
        for (auto left = static_cast<uint64_t>(exponent); left != 0; left >>= 1) {
            result *= (left & 1) != 0 ? square : 1;
            square *= square;
        }
        return static_cast<T>(result);
    }
};

struct Gcd {
    // Unsigned, for the modulus of the least integer is beyond the others.
    template <class T>
    static std::make_unsigned_t<T> modulus(T x) {
        using Unsigned = std::make_unsigned_t<T>;
        const auto bits = static_cast<Unsigned>(x);
        return x < 0 ? static_cast<Unsigned>(0 - bits) : bits;
    }
    template <class T>
    static T apply(T a, T b) {
        auto divisor = modulus(a), residue = modulus(b);
        while (residue != 0) {
            const auto next = static_cast<decltype(residue)>(divisor % residue);
            divisor = residue;
            residue = next;
        }
        return static_cast<T>(divisor);
    }
};

void fill(LoopTable& table) {
    set_binary<FloorDivide>(table, CHX_OPCODE_FLOOR_DIVIDE, IntTypes{});
    set_binary<FloorDivide>(table, CHX_OPCODE_FLOOR_DIVIDE, FloatTypes{});
    set_binary<Remainder>(table, CHX_OPCODE_REMAINDER, IntTypes{});
    set_binary<Remainder>(table, CHX_OPCODE_REMAINDER, FloatTypes{});
    set_binary<Fmod>(table, CHX_OPCODE_FMOD, IntTypes{});
    set_binary<Fmod>(table, CHX_OPCODE_FMOD, FloatTypes{});
    set_binary<IntegerPower>(table, CHX_OPCODE_POWER, IntTypes{});
    set_binary<Gcd>(table, CHX_OPCODE_GCD, IntTypes{});
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(fill);
void fill_division_loops(LoopTable& table) { HWY_DYNAMIC_DISPATCH(fill)(table); }
}  // namespace native
#endif
