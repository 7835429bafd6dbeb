// Loops of the arithmetic opcodes for complex types.
#include <cmath>

#include "kernels/vector/targets.h"

#define HWY_TARGET_INCLUDE "kernels/vector/complex_loops.cc"
#include <hwy/foreach_target.h>

#include "kernels/vector/loops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace native {
namespace HWY_NAMESPACE {
namespace {

struct Add {
    template <class T>
    static T apply(T a, T b) {
        return T(a.real() + b.real(), a.imag() + b.imag());
    }
};
struct Subtract {
    template <class T>
    static T apply(T a, T b) {
        return T(a.real() - b.real(), a.imag() - b.imag());
    }
};
// The plain formula: infinities are not recovered from NaN parts, which NumPy does not do either.
struct Multiply {
    template <class T>
    static T apply(T a, T b) {
        return T(a.real() * b.real() - a.imag() * b.imag(),
                 a.real() * b.imag() + a.imag() * b.real());
    }
};
// Smith's method, which scales by the larger part of the divisor (Comm. ACM 5, 1962).
struct Divide {
    template <class T>
    static T apply(T a, T b) {
        using R = real_t<T>;
        const R size_re = std::abs(b.real());
        const R size_im = std::abs(b.imag());
        if (size_re >= size_im) {
            if (size_re == 0 && size_im == 0) {
                return T(a.real() / size_re, a.imag() / size_im);
            }
            const R ratio = b.imag() / b.real();
            const R scale = 1 / (b.real() + b.imag() * ratio);
            return T((a.real() + a.imag() * ratio) * scale, (a.imag() - a.real() * ratio) * scale);
        }
        const R ratio = b.real() / b.imag();
        const R scale = 1 / (b.imag() + b.real() * ratio);
        return T((a.real() * ratio + a.imag()) * scale, (a.imag() * ratio - a.real()) * scale);
    }
};
struct Negative {
    template <class T>
    static T apply(T x) {
        return T(-x.real(), -x.imag());
    }
};
// The modulus; in double precision where that rules out overflow and underflow.
struct Abs {
    static float apply(complex64 x) {
        const double re = x.real(), im = x.imag();
        const bool infinite = (std::abs(re) == HUGE_VAL) | (std::abs(im) == HUGE_VAL);
        return infinite ? HUGE_VALF : static_cast<float>(std::sqrt(re * re + im * im));
    }
    static double apply(complex128 x) { return std::hypot(x.real(), x.imag()); }
};
struct Sign {
    template <class T>
    static T apply(T x) {
        const real_t<T> size = Abs::apply(x);
        if (size == 0) {
            return T(0, 0);
        }
        return T(x.real() / size, x.imag() / size);
    }
};
struct Square {
    template <class T>
    static T apply(T x) {
        return Multiply::apply(x, x);
    }
};
struct Reciprocal {
    template <class T>
    static T apply(T x) {
        return Divide::apply(T(1, 0), x);
    }
};

struct Real {
    template <class T>
    static real_t<T> apply(T x) {
        return x.real();
    }
};
struct Imag {
    template <class T>
    static real_t<T> apply(T x) {
        return x.imag();
    }
};
struct Conj {
    template <class T>
    static T apply(T x) {
        return T(x.real(), -x.imag());
    }
};

template <class Op>
void set_real(LoopTable& table, int opcode) {
    set_unary<Op, float>(table, opcode, Types<complex64>{});
    set_unary<Op, double>(table, opcode, Types<complex128>{});
}

void fill(LoopTable& table) {
    set_binary<Add>(table, CHX_OPCODE_ADD, ComplexTypes{});
    set_binary<Subtract>(table, CHX_OPCODE_SUBTRACT, ComplexTypes{});
    set_binary<Multiply>(table, CHX_OPCODE_MULTIPLY, ComplexTypes{});
    set_binary<Divide>(table, CHX_OPCODE_DIVIDE, ComplexTypes{});
    set_unary<Negative>(table, CHX_OPCODE_NEGATIVE, ComplexTypes{});
    set_real<Abs>(table, CHX_OPCODE_ABS);
    set_real<Real>(table, CHX_OPCODE_REAL);
    set_real<Imag>(table, CHX_OPCODE_IMAG);
    set_unary<Conj>(table, CHX_OPCODE_CONJ, ComplexTypes{});
    set_unary<Sign>(table, CHX_OPCODE_SIGN, ComplexTypes{});
    set_unary<Square>(table, CHX_OPCODE_SQUARE, ComplexTypes{});
    set_unary<Reciprocal>(table, CHX_OPCODE_RECIPROCAL, ComplexTypes{});
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace native
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace native {
HWY_EXPORT(fill);
void fill_complex_loops(LoopTable& table) { HWY_DYNAMIC_DISPATCH(fill)(table); }
}  // namespace native
#endif
