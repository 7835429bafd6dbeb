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
// Near zero x + x^3 P(x^2), whose polynomial is that of tanhf in Cephes (S. Moshier, 1989).
template <class D, class V>
HWY_INLINE V tanh_by_scaling(D d, V x) {
    const auto set = [d](double value) { return hn::Set(d, static_cast<float>(value)); };
    const V size = hn::Abs(x);
    const V square = hn::Mul(x, x);
    V sum = set(-5.70498872745e-3);
    for (const double coefficient :
         {2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1}) {
        sum = hn::MulAdd(sum, square, set(coefficient));
    }
    const V inner = hn::MulAdd(hn::Mul(sum, square), size, size);
    const V e = exp_by_scaling(d, hn::Add(size, size));
    const V outer = hn::Sub(set(1), hn::Div(set(2), hn::Add(e, set(1))));
    return hn::CopySign(hn::IfThenElse(hn::Lt(size, set(0.625)), inner, outer), x);
}
#endif

struct Tanh : NothingSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
#if HWY_TARGET <= HWY_AVX3
        if constexpr (is_single_v<D>) {
            return tanh_by_scaling(d, x);
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
