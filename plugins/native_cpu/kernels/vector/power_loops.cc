// Loops of floating-point power: floats by logarithms in double precision, doubles by the C library,
// and plain arithmetic for the exponents that programs mostly use.
#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/vector/targets.h"

#define HWY_TARGET_INCLUDE "kernels/vector/power_loops.cc"
#include <hwy/foreach_target.h>

#include "kernels/vector/loops-inl.h"
#include "kernels/vector/math_loops-inl.h"

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

// Where an operand is one number instead of an array.
enum class OneNumber { kNeither, kBase, kExponent };

#if HWY_TARGET != HWY_SCALAR
// exp(exponent log(base)) is exact to many more digits than a float has, if both are finite and the
// base is positive; others go to the C library.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V power_of(D d, V base, V exponent) {
    const hn::Rebind<double, D> wide;
    const auto logarithm = hn::Log(wide, hn::PromoteTo(wide, base));
    const V y = hn::DemoteTo(d, exp_of(wide, hn::Mul(hn::PromoteTo(wide, exponent), logarithm)));
    const V greatest = hn::Set(d, std::numeric_limits<float>::max());
    const auto ordinary = hn::And(hn::And(hn::Gt(base, hn::Zero(d)), hn::Le(base, greatest)),
                                  hn::Le(hn::Abs(exponent), greatest));
    if (HWY_LIKELY(hn::AllTrue(d, ordinary))) {
        return y;
    }
    HWY_ALIGN float bases[kMaxLanes<float>], exponents[kMaxLanes<float>], results[kMaxLanes<float>];
    uint8_t bits[8] = {};
    hn::Store(base, d, bases);
    hn::Store(exponent, d, exponents);
    hn::Store(y, d, results);
    hn::StoreMaskBits(d, ordinary, bits);
    for (size_t i = 0; i < hn::Lanes(d); ++i) {
        if ((bits[i / 8] >> (i % 8) & 1) == 0) {
            results[i] = std::pow(bases[i], exponents[i]);
        }
    }
    return hn::Load(d, results);
}

template <OneNumber which>
void power_of_floats(const void* a, const void* b, const void*, void* out, int64_t n) {
    const hn::Rebind<float, hn::ScalableTag<double>> d;
    const auto step = static_cast<int64_t>(hn::Lanes(d));
    const auto* const bases = static_cast<const float*>(a);
    const auto* const exponents = static_cast<const float*>(b);
    auto* const y = static_cast<float*>(out);
    const auto one_base = hn::Set(d, *bases), one_exponent = hn::Set(d, *exponents);
    int64_t i = 0;
    for (; i + step <= n; i += step) {
        const auto base = which == OneNumber::kBase ? one_base : hn::LoadU(d, bases + i);
        const auto exponent =
            which == OneNumber::kExponent ? one_exponent : hn::LoadU(d, exponents + i);
        hn::StoreU(power_of(d, base, exponent), d, y + i);
    }
    if (i < n) {
        HWY_ALIGN float base[kMaxLanes<float>], exponent[kMaxLanes<float>];
        hn::Store(one_base, d, base);
        hn::Store(one_exponent, d, exponent);
        if (which != OneNumber::kBase) {
            std::copy(bases + i, bases + n, base);
        }
        if (which != OneNumber::kExponent) {
            std::copy(exponents + i, exponents + n, exponent);
        }
        hn::Store(power_of(d, hn::Load(d, base), hn::Load(d, exponent)), d, base);
        std::copy(base, base + (n - i), y + i);
    }
}
#else
template <OneNumber which>
void power_of_floats(const void* a, const void* b, const void* c, void* out, int64_t n) {
    constexpr int kVariants[] = {kArrays, kFirstScalar, kSecondScalar};
    binary_loops<Power, float, float>().variants[kVariants[static_cast<int>(which)]](
        a, b, c, out, n);
}
#endif

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
    if constexpr (sizeof(T) == 4) {
        loop = power_of_floats<OneNumber::kExponent>;
    }
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
    power[CHX_TYPE_F32].variants[kArrays] = power_of_floats<OneNumber::kNeither>;
    power[CHX_TYPE_F32].variants[kFirstScalar] = power_of_floats<OneNumber::kBase>;
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
