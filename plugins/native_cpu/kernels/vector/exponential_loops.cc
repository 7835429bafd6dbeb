// Loops of exponential and logarithmic opcodes, of erf and of sigmoid.
#include <cmath>
#include <limits>

#include "kernels/vector/targets.h"

#define HWY_TARGET_INCLUDE "kernels/vector/exponential_loops.cc"
#include <hwy/foreach_target.h>

#include "kernels/vector/loops-inl.h"
#include "kernels/vector/math_loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {
namespace {

struct Exp : NothingSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        return exp_of(d, x);
    }
};

struct Expm1 : NothingSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        const V low = either(d, -110, -760);
        const V high = either(d, 100, 720);
        const V y = hn::Expm1(d, hn::Min(hn::Max(x, low), high));
        // Zeros keep their sign, and the smallest numbers are their own result.
        const V tiny = either(d, 1e-9, 1e-18);
        return hn::IfThenElse(hn::Lt(hn::Abs(x), tiny), x, keep_nan(d, x, y));
    }
};

// 2^x = 2^k exp(r ln 2) with k the nearest integer and r the rest.
struct Exp2 : NothingSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        using T = hn::TFromD<D>;
        const hn::RebindToSigned<D> di;
        constexpr int kMantissa = is_single_v<D> ? 23 : 52;
        const V bounded = hn::Min(hn::Max(x, either(d, -160, -1100)), either(d, 130, 1030));
        const V k = hn::Round(bounded);
        const V fraction = hn::Exp(
            d, hn::Mul(hn::Sub(bounded, k), hn::Set(d, static_cast<T>(0.693147180559945309417))));
        // In two factors, since 2^k alone may not be representable.
        const auto exponent = hn::ConvertTo(di, k);
        const auto half = hn::ShiftRight<1>(exponent);
        const auto bias = hn::Set(di, is_single_v<D> ? 127 : 1023);
        const V factor1 = hn::BitCast(d, hn::ShiftLeft<kMantissa>(hn::Add(half, bias)));
        const V factor2 =
            hn::BitCast(d, hn::ShiftLeft<kMantissa>(hn::Add(hn::Sub(exponent, half), bias)));
        return keep_nan(d, x, hn::Mul(hn::Mul(fraction, factor1), factor2));
    }
};

// The logarithm of what is positive and finite, given by Op::log; the others' results are known.
template <class Op>
struct Logarithm : NothingSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        using T = hn::TFromD<D>;
        const V zero = hn::Zero(d);
        const V infinity = hn::Inf(d);
        const V y = Op::log(d, x);
        const V of_others = hn::IfThenElse(
            hn::Eq(x, zero), hn::Neg(infinity), hn::IfThenElse(hn::Lt(x, zero), hn::NaN(d), x));
        const auto ordinary =
            hn::And(hn::Gt(x, zero), hn::Le(x, hn::Set(d, std::numeric_limits<T>::max())));
        return hn::IfThenElse(ordinary, y, of_others);
    }
};
struct LogBody {
    template <class D, class V>
    static V log(D d, V x) {
        return hn::Log(d, x);
    }
};
#if HWY_TARGET <= HWY_AVX3
// log(x) = k ln(2) + log(1 + f), -1/4 <= f < 1/2, with a least-maximum fit to
// (log(1 + f) - f + f^2 / 2) / f^3. Zeros, infinities, NaN and negative numbers come out right by themselves.
template <class D, class V>
HWY_INLINE V log_of_single(D d, V x) {
    const auto set = [d](double value) { return hn::Set(d, static_cast<float>(value)); };
    const V mantissa = mantissa_of(x);
    const V k = hn::Sub(exponent_of(x), exponent_of(mantissa));
    const V f = hn::Sub(mantissa, set(1));
    const V square = hn::Mul(f, f);
    V sum = set(-0.0450748168);
    for (const double coefficient : {0.104630232,
                                     -0.131611928,
                                     0.144783944,
                                     -0.16647312,
                                     0.199908614,
                                     -0.250000954,
                                     0.333334506}) {
        sum = hn::MulAdd(sum, f, set(coefficient));
    }
    // ln(2) in two parts, of which the first one has few digits.
    const V rest = hn::MulAdd(k, set(9.0580006145e-06), hn::Mul(hn::Mul(square, f), sum));
    return hn::MulAdd(k, set(6.9313812256e-01), hn::Add(f, hn::NegMulAdd(square, set(0.5), rest)));
}
#endif

struct Log : NothingSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
#if HWY_TARGET <= HWY_AVX3
        if constexpr (is_single_v<D>) {
            return log_of_single(d, x);
        }
#endif
        return Logarithm<LogBody>::apply(d, x);
    }
};
struct Log2Body {
    template <class D, class V>
    static V log(D d, V x) {
        return hn::Log2(d, x);
    }
};
struct Log10Body {
    template <class D, class V>
    static V log(D d, V x) {
        return hn::Log10(d, x);
    }
};

struct Log1p : HasSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        const V tiny = either(d, 1e-9, 1e-18);
        return hn::IfThenElse(hn::Lt(hn::Abs(x), tiny), x, hn::Log1p(d, x));
    }
    template <class D, class V>
    static MaskOf<D> special(D d, V x) {
        return hn::Not(hn::And(hn::Gt(x, hn::Set(d, -1)), hn::Lt(x, either(d, 1e37, 1e307))));
    }
    template <class T>
    static T scalar(T x) {
        return std::log1p(x);
    }
};

// erf(x) = x P(x^2) for |x| < 1, and sign(x) (1 - exp(-Q(|x|))) beyond.
struct Erf : NothingSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        const V size = hn::Abs(x);
        const V inner = hn::Mul(x, polynomial(d, hn::Mul(x, x), kInner));
        const V bounded = hn::Min(size, hn::Set(d, 4.0f));
        const V tail = hn::Exp(d, hn::Neg(polynomial(d, bounded, kOuter)));
        const V outer = hn::CopySign(hn::Sub(hn::Set(d, 1.0f), tail), x);
        return keep_nan(d, x, hn::IfThenElse(hn::Lt(size, hn::Set(d, 1.0f)), inner, outer));
    }

private:
    // Least-maximum fits to erf(sqrt(t)) / sqrt(t) on [0, 1] and to -log(erfc(x)) on [1, 4].
    static constexpr float kInner[] = {7.85384691e-05f,
                                       -0.000801018905f,
                                       0.00518832728f,
                                       -0.026853811f,
                                       0.112835854f,
                                       -0.37612626f,
                                       1.12837911f};
    static constexpr float kOuter[] = {2.16978751e-05f,
                                       -0.0004414758f,
                                       0.00420530047f,
                                       -0.0252103824f,
                                       0.108422168f,
                                       0.633216321f,
                                       1.12958038f,
                                       -0.000188475169f};

    // Highest power first.
    template <class D, class V, size_t kCount>
    static V polynomial(D d, V x, const float (&coefficients)[kCount]) {
        V y = hn::Set(d, coefficients[0]);
        for (size_t i = 1; i < kCount; ++i) {
            y = hn::MulAdd(y, x, hn::Set(d, coefficients[i]));
        }
        return y;
    }
};
struct ErfDouble {
    static double apply(double x) { return std::erf(x); }
};

// The greater one and what the other adds to it; infinities of one sign have no difference.
struct Logaddexp {
    template <class T>
    static T apply(T a, T b) {
        return a == b ? a + static_cast<T>(0.693147180559945309417)
                      : (a > b ? a : b) + std::log1p(std::exp(-std::abs(a - b)));
    }
};

// By exp(-|x|), which does not overflow.
struct Sigmoid : NothingSpecial {
    template <class D, class V>
    static V apply(D d, V x) {
        const V one = hn::Set(d, 1);
        const V e = exp_of(d, hn::Neg(hn::Abs(x)));
        return hn::Div(hn::IfThenElse(hn::Lt(x, hn::Zero(d)), e, one), hn::Add(one, e));
    }
};

void fill(LoopTable& table) {
    set_math<Exp>(table, CHX_OPCODE_EXP);
    set_math<Expm1>(table, CHX_OPCODE_EXPM1);
    set_math<Exp2>(table, CHX_OPCODE_EXP2);
    set_math<Log>(table, CHX_OPCODE_LOG);
    set_math<Logarithm<Log2Body>>(table, CHX_OPCODE_LOG2);
    set_math<Logarithm<Log10Body>>(table, CHX_OPCODE_LOG10);
    set_math<Log1p>(table, CHX_OPCODE_LOG1P);
    set_math<Erf, float>(table, CHX_OPCODE_ERF);
    set_unary<ErfDouble>(table, CHX_OPCODE_ERF, Types<double>{});
    set_math<Sigmoid>(table, CHX_OPCODE_SIGMOID);
    set_binary<Logaddexp>(table, CHX_OPCODE_LOGADDEXP, FloatTypes{});
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(fill);
void fill_exponential_loops(LoopTable& table) { HWY_DYNAMIC_DISPATCH(fill)(table); }
}  // namespace native
#endif
