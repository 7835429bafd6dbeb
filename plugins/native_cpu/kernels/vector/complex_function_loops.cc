// Loops of exponential, trigonometric and hyperbolic opcodes for complex types: the C library, one
// element at a time, so that one instruction set, the compiler's baseline, is enough.
#include <cmath>
#include <complex>

#include "kernels/vector/loops-inl.h"

namespace native {
namespace {

using namespace HWY_NAMESPACE;

constexpr double kLn2 = 0.693147180559945309417;
constexpr double kLn10 = 2.302585092994045684018;

// Each function is computed in double precision and rounded once.
template <complex128 (*kFunction)(complex128)>
struct Rounded {
    template <class T>
    static T apply(T x) {
        return convert<T>(kFunction(convert<complex128>(x)));
    }
};

complex128 sqrt(complex128 z) { return std::sqrt(z); }
complex128 exp(complex128 z) { return std::exp(z); }
complex128 sin(complex128 z) { return std::sin(z); }
complex128 cos(complex128 z) { return std::cos(z); }
complex128 tan(complex128 z) { return std::tan(z); }
complex128 arcsin(complex128 z) { return std::asin(z); }
complex128 arccos(complex128 z) { return std::acos(z); }
complex128 arctan(complex128 z) { return std::atan(z); }
complex128 sinh(complex128 z) { return std::sinh(z); }
complex128 cosh(complex128 z) { return std::cosh(z); }
complex128 tanh(complex128 z) {
    // The array API standard has the sign of the imaginary part, C that of its doubled angle's sine.
    if (std::isinf(z.real()) && std::isfinite(z.imag()))
        return {std::copysign(1.0, z.real()), std::copysign(0.0, z.imag())};
    return std::tanh(z);
}
complex128 arcsinh(complex128 z) { return std::asinh(z); }
complex128 arccosh(complex128 z) { return std::acosh(z); }
complex128 arctanh(complex128 z) { return std::atanh(z); }
complex128 log(complex128 z) { return std::log(z); }
complex128 log2(complex128 z) {
    const complex128 w = std::log(z);
    return {w.real() / kLn2, w.imag() / kLn2};
}
complex128 log10(complex128 z) {
    const complex128 w = std::log(z);
    return {w.real() / kLn10, w.imag() / kLn10};
}
complex128 exp2(complex128 z) { return std::exp(complex128(z.real() * kLn2, z.imag() * kLn2)); }

// Where a part is not finite, as the array API standard has it.
complex128 expm1_of_infinite(double x, double y) {
    if (x == -HUGE_VAL) return {-1, std::copysign(0.0, std::isfinite(y) ? std::sin(y) : y)};
    if (y == 0) return {x, y};
    if (x == HUGE_VAL && std::isfinite(y)) return {x * std::cos(y), x * std::sin(y)};
    return {x == HUGE_VAL ? x : NAN, NAN};
}

// exp(x) cos(y) - 1 = expm1(x) cos(y) - 2 sin(y / 2)^2, which does not cancel near zero.
complex128 expm1(complex128 z) {
    if (!std::isfinite(z.real()) || !std::isfinite(z.imag()))
        return expm1_of_infinite(z.real(), z.imag());
    const double half = std::sin(z.imag() / 2);
    const double re = std::expm1(z.real()) * std::cos(z.imag()) - 2 * half * half;
    // The standard wants +0 for a real part of either zero.
    return {re + 0.0, std::exp(z.real()) * std::sin(z.imag())};
}

// log|1 + z| = log1p(2x + x^2 + y^2) / 2, where that does not overflow.
complex128 log1p(complex128 z) {
    const double x = z.real(), y = z.imag();
    const bool small = std::abs(x) < 0.5 && std::abs(y) < 0.5;
    const double re =
        small ? std::log1p(2 * x + x * x + y * y) / 2 : std::log(std::hypot(1 + x, y));
    return {re, std::atan2(y, 1 + x)};
}

template <complex128 (*kFunction)(complex128)>
void set(LoopTable& table, int opcode) {
    set_unary<Rounded<kFunction>>(table, opcode, ComplexTypes{});
}

// Small integer exponents by multiplication, so that results are as exact as those of `x * x`.
struct Power {
    template <class T>
    static T apply(T base, T exponent) {
        return convert<T>(power(convert<complex128>(base), convert<complex128>(exponent)));
    }

    static complex128 power(complex128 base, complex128 exponent) {
        const double n = exponent.real();
        if (n == 0 && exponent.imag() == 0) {
            return 1;
        }
        if (base == 0.0) {
            return n > 0 ? complex128(0) : complex128(NAN, NAN);
        }
        if (exponent.imag() == 0 && std::abs(n) <= 64 && n == std::trunc(n)) {
            complex128 result = 1;
            for (int i = 0; i < std::abs(n); ++i) {
                result = complex128(result.real() * base.real() - result.imag() * base.imag(),
                                    result.real() * base.imag() + result.imag() * base.real());
            }
            return n < 0 ? 1.0 / result : result;
        }
        return std::exp(exponent * std::log(base));
    }
};

}  // namespace

void fill_complex_function_loops(LoopTable& table) {
    set<sqrt>(table, CHX_OPCODE_SQRT);
    set<exp>(table, CHX_OPCODE_EXP);
    set<expm1>(table, CHX_OPCODE_EXPM1);
    set<exp2>(table, CHX_OPCODE_EXP2);
    set<log>(table, CHX_OPCODE_LOG);
    set<log1p>(table, CHX_OPCODE_LOG1P);
    set<log2>(table, CHX_OPCODE_LOG2);
    set<log10>(table, CHX_OPCODE_LOG10);
    set<sin>(table, CHX_OPCODE_SIN);
    set<cos>(table, CHX_OPCODE_COS);
    set<tan>(table, CHX_OPCODE_TAN);
    set<arcsin>(table, CHX_OPCODE_ARCSIN);
    set<arccos>(table, CHX_OPCODE_ARCCOS);
    set<arctan>(table, CHX_OPCODE_ARCTAN);
    set<sinh>(table, CHX_OPCODE_SINH);
    set<cosh>(table, CHX_OPCODE_COSH);
    set<tanh>(table, CHX_OPCODE_TANH);
    set<arcsinh>(table, CHX_OPCODE_ARCSINH);
    set<arccosh>(table, CHX_OPCODE_ARCCOSH);
    set<arctanh>(table, CHX_OPCODE_ARCTANH);
    set_binary<Power>(table, CHX_OPCODE_POWER, ComplexTypes{});
}

}  // namespace native
