// Loops of hyperbolic opcodes.
#include <cmath>
#include <limits>

#include "kernels/vector/targets.h"

#define HWY_TARGET_INCLUDE "kernels/vector/hyperbolic_loops.cc"
#include <hwy/foreach_target.h>

#include "kernels/vector/loops-inl.h"
#include "kernels/vector/math_loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {
namespace {

// Where exp(|x|) is near overflow, or NaN.
template <class D, class V>
MaskOf<D> near_overflow(D d, V x) {
    return hn::Not(hn::Le(hn::Abs(x), either(d, 88, 709)));
}

// Odd functions are their own argument near zero, with its sign.
template <class D, class V>
V identity_near_zero(D d, V x, V y) {
    return hn::IfThenElse(hn::Lt(hn::Abs(x), either(d, 1e-5, 1e-9)), x, y);
}

struct Sinh : HasSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        return identity_near_zero(d, x, hn::Sinh(d, x));
    }
    template <class D, class V>
    static MaskOf<D> special(D d, V x) {
        return near_overflow(d, x);
    }
    template <class T>
    static T scalar(T x) {
        return std::sinh(x);
    }
};

struct Cosh : HasSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        const V half = hn::Set(d, static_cast<hn::TFromD<D>>(0.5));
        const V e = exp_of(d, hn::Abs(x));
        return hn::MulAdd(half, e, hn::Div(half, e));
    }
    template <class D, class V>
    static MaskOf<D> special(D d, V x) {
        return near_overflow(d, x);
    }
    template <class T>
    static T scalar(T x) {
        return std::cosh(x);
    }
};

#if HWY_TARGET <= HWY_AVX3
// e / (e + 2) with e = exp(2 |x|) - 1, which keeps its accuracy near zero.
template <class D, class V>
HWY_INLINE V tanh_of_single(D d, V x) {
    const V one = hn::Set(d, 1.0f), two = hn::Set(d, 2.0f);
    // Beyond 10 the result is 1. NaN is the second operand's, which is kept.
    const V size = hn::Min(hn::Set(d, 10.0f), hn::Abs(x));
    const auto [k, rest] = exp_parts(d, hn::Add(size, size));
    const V power = scaled(one, k);
    const V e = hn::MulAdd(rest, power, hn::Sub(power, one));
    return hn::CopySign(hn::Div(e, hn::Add(e, two)), x);
}
#endif

struct Tanh : NothingSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
#if HWY_TARGET <= HWY_AVX3
        if constexpr (is_single_v<D>) {
            return tanh_of_single(d, x);
        }
#endif
        return identity_near_zero(d, x, hn::Tanh(d, x));
    }
};

struct Arcsinh : HasSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        return identity_near_zero(d, x, hn::Asinh(d, x));
    }
    template <class D, class V>
    static MaskOf<D> special(D d, V x) {
        return hn::Not(hn::Le(hn::Abs(x), either(d, 1e18, 1e150)));
    }
    template <class T>
    static T scalar(T x) {
        return std::asinh(x);
    }
};

struct Arccosh : HasSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        return hn::Acosh(d, x);
    }
    template <class D, class V>
    static MaskOf<D> special(D d, V x) {
        return hn::Not(hn::And(hn::Ge(x, hn::Set(d, 1)), hn::Le(x, either(d, 1e18, 1e150))));
    }
    template <class T>
    static T scalar(T x) {
        return std::acosh(x);
    }
};

struct Arctanh : HasSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        return identity_near_zero(d, x, hn::Atanh(d, x));
    }
    template <class D, class V>
    static MaskOf<D> special(D d, V x) {
        return hn::Not(hn::Lt(hn::Abs(x), hn::Set(d, 1)));
    }
    template <class T>
    static T scalar(T x) {
        return std::atanh(x);
    }
};

void fill(LoopTable& table) {
    set_math<Sinh>(table, CHX_OPCODE_SINH);
    set_math<Cosh>(table, CHX_OPCODE_COSH);
    set_math<Tanh>(table, CHX_OPCODE_TANH);
    set_math<Arcsinh>(table, CHX_OPCODE_ARCSINH);
    set_math<Arccosh>(table, CHX_OPCODE_ARCCOSH);
    set_math<Arctanh>(table, CHX_OPCODE_ARCTANH);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(fill);
void fill_hyperbolic_loops(LoopTable& table) { HWY_DYNAMIC_DISPATCH(fill)(table); }
}  // namespace native
#endif
