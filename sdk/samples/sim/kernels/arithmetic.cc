// The instructions of chx.fused_elementwise, one element at a time.
#include <cmath>
#include <complex>
#include <limits>
#include <utility>

#include <chx/chx_plugin.hpp>
#include <chx/ops/opcodes.h>

#include "value.h"

namespace sim {

namespace {

using Complex = std::complex<double>;

[[noreturn]] void refuse(int opcode) {
    throw chx::Error(CHX_E_UNIMPLEMENTED,
                     "no instruction " + std::to_string(opcode) + " for this dtype");
}

Value truth(bool value) { return {value, 0, 0}; }
Value real(double value) { return {0, value, 0}; }
Value complex(Complex value) { return {0, value.real(), value.imag()}; }

bool is_zero(Kind kind, const Value& x) {
    return kind >= Kind::kFloat ? x.re == 0 && x.im == 0 : x.i == 0;
}

bool is_less(Kind kind, const Value& a, const Value& b) {
    if (kind == Kind::kFloat) return a.re < b.re;
    return kind == Kind::kUInt ? static_cast<uint64_t>(a.i) < static_cast<uint64_t>(b.i)
                               : a.i < b.i;
}

bool is_equal(Kind kind, const Value& a, const Value& b) {
    return kind >= Kind::kFloat ? a.re == b.re && a.im == b.im : a.i == b.i;
}

// Instructions that compare; false if it is another one.
bool compare(int opcode, Kind kind, const Value& a, const Value& b, bool& result) {
    switch (opcode) {
        case CHX_OPCODE_EQUAL:
            result = is_equal(kind, a, b);
            return true;
        case CHX_OPCODE_NOT_EQUAL:
            result = !is_equal(kind, a, b);
            return true;
        case CHX_OPCODE_LESS:
            result = is_less(kind, a, b);
            return true;
        case CHX_OPCODE_LESS_EQUAL:
            result = is_less(kind, a, b) || is_equal(kind, a, b);
            return true;
        case CHX_OPCODE_GREATER:
            result = is_less(kind, b, a);
            return true;
        case CHX_OPCODE_GREATER_EQUAL:
            result = is_less(kind, b, a) || is_equal(kind, a, b);
            return true;
        case CHX_OPCODE_ISNAN:
            result = std::isnan(a.re) || std::isnan(a.im);
            return true;
        case CHX_OPCODE_ISINF:
            result = std::isinf(a.re) || std::isinf(a.im);
            return true;
        case CHX_OPCODE_ISFINITE:
            result = std::isfinite(a.re) && std::isfinite(a.im);
            return true;
        case CHX_OPCODE_SIGNBIT:
            result = std::signbit(a.re);
            return true;
        case CHX_OPCODE_LOGICAL_AND:
            result = !is_zero(kind, a) && !is_zero(kind, b);
            return true;
        case CHX_OPCODE_LOGICAL_OR:
            result = !is_zero(kind, a) || !is_zero(kind, b);
            return true;
        case CHX_OPCODE_LOGICAL_XOR:
            result = is_zero(kind, a) != is_zero(kind, b);
            return true;
        case CHX_OPCODE_LOGICAL_NOT:
            result = is_zero(kind, a);
            return true;
        default:
            return false;
    }
}

int64_t wrap(uint64_t value) { return static_cast<int64_t>(value); }

int64_t negated(int64_t x) { return wrap(uint64_t{0} - static_cast<uint64_t>(x)); }

// Quotient towards zero and remainder. Without a value they are 0, and -1 negates.
std::pair<int64_t, int64_t> divide(bool is_signed, int64_t a, int64_t b) {
    if (b == 0) return {0, 0};
    if (is_signed) return b == -1 ? std::pair{negated(a), int64_t{0}} : std::pair{a / b, a % b};
    const auto ua = static_cast<uint64_t>(a), ub = static_cast<uint64_t>(b);
    return {wrap(ua / ub), wrap(ua % ub)};
}

int64_t power(bool is_signed, int64_t base, int64_t exponent) {
    if (is_signed && exponent < 0)
        return base == 1 ? 1 : base != -1 ? 0 : exponent % 2 == 0 ? 1 : -1;
    uint64_t result = 1, square = static_cast<uint64_t>(base);
    for (auto left = static_cast<uint64_t>(exponent); left != 0; left >>= 1, square *= square) {
        if ((left & 1) != 0) result *= square;
    }
    return wrap(result);
}

int64_t gcd(uint64_t a, uint64_t b) {
    while (b != 0) a = std::exchange(b, a % b);
    return wrap(a);
}

int64_t of_integers(int opcode, int type, int64_t a, int64_t b) {
    const bool is_signed = kind_of(type) == Kind::kInt;
    const bool is_bool = kind_of(type) == Kind::kBool;
    const auto ua = static_cast<uint64_t>(a), ub = static_cast<uint64_t>(b);
    const bool is_shift_out =
        (is_signed && b < 0) || ub >= static_cast<uint64_t>(8 * item_size(type));
    const auto modulus = [&](int64_t x) {
        return static_cast<uint64_t>(is_signed && x < 0 ? negated(x) : x);
    };
    const auto [quotient, remainder] = divide(is_signed, a, b);
    const bool is_rounded_up = is_signed && remainder != 0 && (remainder < 0) != (b < 0);
    switch (opcode) {
        case CHX_OPCODE_ADD:
            return is_bool ? a | b : wrap(ua + ub);
        case CHX_OPCODE_SUBTRACT:
            return wrap(ua - ub);
        case CHX_OPCODE_MULTIPLY:
            return wrap(ua * ub);
        case CHX_OPCODE_SQUARE:
            return wrap(ua * ua);
        case CHX_OPCODE_FLOOR_DIVIDE:
            return quotient - (is_rounded_up ? 1 : 0);
        case CHX_OPCODE_REMAINDER:
            return remainder + (is_rounded_up ? b : 0);
        case CHX_OPCODE_FMOD:
            return remainder;
        case CHX_OPCODE_POWER:
            return power(is_signed, a, b);
        case CHX_OPCODE_GCD:
            return gcd(modulus(a), modulus(b));
        case CHX_OPCODE_NEGATIVE:
            return negated(a);
        case CHX_OPCODE_ABS:
            return wrap(modulus(a));
        case CHX_OPCODE_SIGN:
            return a == 0 ? 0 : is_signed && a < 0 ? -1 : 1;
        case CHX_OPCODE_CEIL:
        case CHX_OPCODE_FLOOR:
        case CHX_OPCODE_TRUNC:
        case CHX_OPCODE_ROUND:
            return a;
        case CHX_OPCODE_RELU:
            return is_signed && a < 0 ? 0 : a;
        case CHX_OPCODE_BITWISE_AND:
            return a & b;
        case CHX_OPCODE_BITWISE_OR:
            return a | b;
        case CHX_OPCODE_BITWISE_XOR:
            return a ^ b;
        case CHX_OPCODE_BITWISE_NOT:
            return is_bool ? a == 0 : ~a;
        case CHX_OPCODE_LEFT_SHIFT:
            return is_shift_out ? 0 : wrap(ua << b);
        case CHX_OPCODE_RIGHT_SHIFT:
            if (!is_signed) return is_shift_out ? 0 : wrap(ua >> b);
            return a >> (is_shift_out ? 63 : b);
        default:
            refuse(opcode);
    }
}

double floor_quotient(double a, double b) {
    const double quotient = std::floor(a / b);
    // The quotient may have been rounded up to an integer.
    const double rest = std::isfinite(quotient) && std::isfinite(b) ? std::fma(-quotient, b, a) : 0;
    return (rest < 0 && b > 0) || (rest > 0 && b < 0) ? quotient - 1 : quotient;
}

double floor_remainder(double a, double b) {
    const double rest = std::fmod(a, b);
    if (rest == 0) return std::copysign(0.0, b);
    return (rest < 0) != (b < 0) ? rest + b : rest;
}

double of_reals(int opcode, double a, double b) {
    switch (opcode) {
        case CHX_OPCODE_ADD:
            return a + b;
        case CHX_OPCODE_SUBTRACT:
            return a - b;
        case CHX_OPCODE_MULTIPLY:
            return a * b;
        case CHX_OPCODE_DIVIDE:
            return a / b;
        case CHX_OPCODE_FLOOR_DIVIDE:
            return floor_quotient(a, b);
        case CHX_OPCODE_REMAINDER:
            return floor_remainder(a, b);
        case CHX_OPCODE_FMOD:
            return std::fmod(a, b);
        case CHX_OPCODE_POWER:
            return std::pow(a, b);
        case CHX_OPCODE_NEGATIVE:
            return -a;
        case CHX_OPCODE_ABS:
            return std::abs(a);
        case CHX_OPCODE_SIGN:
            return a > 0 ? 1 : a < 0 ? -1 : a;
        case CHX_OPCODE_SQUARE:
            return a * a;
        case CHX_OPCODE_RECIPROCAL:
            return 1 / a;
        case CHX_OPCODE_SQRT:
            return std::sqrt(a);
        case CHX_OPCODE_EXP:
            return std::exp(a);
        case CHX_OPCODE_EXPM1:
            return std::expm1(a);
        case CHX_OPCODE_EXP2:
            return std::exp2(a);
        case CHX_OPCODE_LOG:
            return std::log(a);
        case CHX_OPCODE_LOG1P:
            return std::log1p(a);
        case CHX_OPCODE_LOG2:
            return std::log2(a);
        case CHX_OPCODE_LOG10:
            return std::log10(a);
        case CHX_OPCODE_ERF:
            return std::erf(a);
        case CHX_OPCODE_SIN:
            return std::sin(a);
        case CHX_OPCODE_COS:
            return std::cos(a);
        case CHX_OPCODE_TAN:
            return std::tan(a);
        case CHX_OPCODE_ARCSIN:
            return std::asin(a);
        case CHX_OPCODE_ARCCOS:
            return std::acos(a);
        case CHX_OPCODE_ARCTAN:
            return std::atan(a);
        case CHX_OPCODE_ARCTAN2:
            return std::atan2(a, b);
        case CHX_OPCODE_SINH:
            return std::sinh(a);
        case CHX_OPCODE_COSH:
            return std::cosh(a);
        case CHX_OPCODE_TANH:
            return std::tanh(a);
        case CHX_OPCODE_ARCSINH:
            return std::asinh(a);
        case CHX_OPCODE_ARCCOSH:
            return std::acosh(a);
        case CHX_OPCODE_ARCTANH:
            return std::atanh(a);
        case CHX_OPCODE_CEIL:
            return std::ceil(a);
        case CHX_OPCODE_FLOOR:
            return std::floor(a);
        case CHX_OPCODE_TRUNC:
            return std::trunc(a);
        case CHX_OPCODE_ROUND:
            return std::nearbyint(a);
        case CHX_OPCODE_RELU:
            return a > 0 || std::isnan(a) ? a : 0;
        case CHX_OPCODE_RELU_GRAD:
            return a > 0 ? b : 0;
        case CHX_OPCODE_SIGMOID:
            return a >= 0 ? 1 / (1 + std::exp(-a)) : std::exp(a) / (1 + std::exp(a));
        case CHX_OPCODE_HYPOT:
            return std::hypot(a, b);
        case CHX_OPCODE_COPYSIGN:
            return std::copysign(a, b);
        case CHX_OPCODE_LOGADDEXP:
            return a == b ? a + std::log(2.0)
                          : (a > b ? a : b) + std::log1p(std::exp(-std::abs(a - b)));
        default:
            refuse(opcode);
    }
}

Complex of_complex(int opcode, Complex a, Complex b) {
    switch (opcode) {
        case CHX_OPCODE_ADD:
            return a + b;
        case CHX_OPCODE_SUBTRACT:
            return a - b;
        case CHX_OPCODE_MULTIPLY:
            return a * b;
        case CHX_OPCODE_DIVIDE:
            return a / b;
        case CHX_OPCODE_POWER:
            return std::pow(a, b);
        case CHX_OPCODE_NEGATIVE:
            return -a;
        case CHX_OPCODE_ABS:
            return std::abs(a);
        case CHX_OPCODE_SIGN:
            return a == 0.0 ? a : a / std::abs(a);
        case CHX_OPCODE_SQUARE:
            return a * a;
        case CHX_OPCODE_RECIPROCAL:
            return 1.0 / a;
        case CHX_OPCODE_SQRT:
            return std::sqrt(a);
        case CHX_OPCODE_EXP:
            return std::exp(a);
        case CHX_OPCODE_EXPM1:
            return std::exp(a) - 1.0;
        case CHX_OPCODE_EXP2:
            return std::exp(a * std::log(2.0));
        case CHX_OPCODE_LOG:
            return std::log(a);
        case CHX_OPCODE_LOG1P:
            return std::log(1.0 + a);
        case CHX_OPCODE_LOG2:
            return std::log(a) / std::log(2.0);
        case CHX_OPCODE_LOG10:
            return std::log10(a);
        case CHX_OPCODE_SIN:
            return std::sin(a);
        case CHX_OPCODE_COS:
            return std::cos(a);
        case CHX_OPCODE_TAN:
            return std::tan(a);
        case CHX_OPCODE_ARCSIN:
            return std::asin(a);
        case CHX_OPCODE_ARCCOS:
            return std::acos(a);
        case CHX_OPCODE_ARCTAN:
            return std::atan(a);
        case CHX_OPCODE_SINH:
            return std::sinh(a);
        case CHX_OPCODE_COSH:
            return std::cosh(a);
        case CHX_OPCODE_TANH:
            return std::tanh(a);
        case CHX_OPCODE_ARCSINH:
            return std::asinh(a);
        case CHX_OPCODE_ARCCOSH:
            return std::acosh(a);
        case CHX_OPCODE_ARCTANH:
            return std::atanh(a);
        case CHX_OPCODE_ROUND:
            return {std::nearbyint(a.real()), std::nearbyint(a.imag())};
        case CHX_OPCODE_REAL:
            return a.real();
        case CHX_OPCODE_IMAG:
            return a.imag();
        case CHX_OPCODE_CONJ:
            return std::conj(a);
        default:
            refuse(opcode);
    }
}

}  // namespace

Value apply(const chx_instruction& instruction, const Value& a, const Value& b, const Value& c) {
    const int opcode = instruction.opcode, type = instruction.type;
    const Kind kind = kind_of(type);
    if (opcode == CHX_OPCODE_CAST) return convert(type, instruction.result_type, a);
    if (opcode == CHX_OPCODE_WHERE) return a.i != 0 ? b : c;
    bool holds = false;
    if (compare(opcode, kind, a, b, holds)) return truth(holds);
    if (opcode == CHX_OPCODE_MAXIMUM || opcode == CHX_OPCODE_MINIMUM) {
        if (std::isnan(a.re) || std::isnan(b.re))
            return real(std::numeric_limits<double>::quiet_NaN());
        return is_less(kind, a, b) == (opcode == CHX_OPCODE_MAXIMUM) ? b : a;
    }
    if (opcode == CHX_OPCODE_NEXTAFTER) {
        return real(type == CHX_TYPE_F32
                        ? std::nextafter(static_cast<float>(a.re), static_cast<float>(b.re))
                        : std::nextafter(a.re, b.re));
    }
    if (kind == Kind::kFloat)
        return rounded(instruction.result_type, real(of_reals(opcode, a.re, b.re)));
    if (kind == Kind::kComplex)
        return rounded(instruction.result_type,
                       complex(of_complex(opcode, {a.re, a.im}, {b.re, b.im})));
    return rounded(instruction.result_type, {of_integers(opcode, type, a.i, b.i), 0, 0});
}

Value apply(int opcode, int type, const Value& a, const Value& b) {
    chx_instruction instruction{};
    instruction.opcode = static_cast<uint16_t>(opcode);
    instruction.type = instruction.result_type = static_cast<uint8_t>(type);
    return apply(instruction, a, b, {});
}

}  // namespace sim
