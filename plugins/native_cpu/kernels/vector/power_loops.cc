// Loops of floating-point power: the C library, and plain arithmetic for the exponents that
// programs mostly use.
#include <cmath>

#include "kernels/vector/targets.h"

#define HWY_TARGET_INCLUDE "kernels/vector/power_loops.cc"
#include <hwy/foreach_target.h>

#include "kernels/vector/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {
namespace {

struct Power {
    template <class T>
    static T apply(T base, T exponent) {
        return std::pow(base, exponent);
    }
};

struct Square {
    template <class T>
    static T apply(T x) {
        return x * x;
    }
};
struct Cube {
    template <class T>
    static T apply(T x) {
        return x * x * x;
    }
};
struct Reciprocal {
    template <class T>
    static T apply(T x) {
        return 1 / x;
    }
};
// As pow has it, minus zero gives plus zero and minus infinity gives infinity.
struct SquareRoot {
    template <class T>
    static T apply(T x) {
        return x == -HUGE_VAL ? static_cast<T>(HUGE_VAL) : std::sqrt(x + T{0});
    }
};

template <class T>
void power_of_scalar_exponent(const void* a, const void* b, const void* c, void* out, int64_t n) {
    const T exponent = *static_cast<const T*>(b);
    Loop loop = binary_loop_second_scalar<Power, T, T>;
    if (exponent == 2) {
        loop = unary_loop<Square, T, T>;
    } else if (exponent == 3) {
        loop = unary_loop<Cube, T, T>;
    } else if (exponent == -1) {
        loop = unary_loop<Reciprocal, T, T>;
    } else if (exponent == T{0.5}) {
        loop = unary_loop<SquareRoot, T, T>;
    }
    loop(a, b, c, out, n);
}

void fill(LoopTable& table) {
    set_binary<Power>(table, CHX_OPCODE_POWER, FloatTypes{});
    auto& power = table.ops[CHX_OPCODE_POWER];
    power[CHX_TYPE_F32].variants[kSecondScalar] = power_of_scalar_exponent<float>;
    power[CHX_TYPE_F64].variants[kSecondScalar] = power_of_scalar_exponent<double>;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(fill);
void fill_power_loops(LoopTable& table) { HWY_DYNAMIC_DISPATCH(fill)(table); }
}  // namespace native
#endif
