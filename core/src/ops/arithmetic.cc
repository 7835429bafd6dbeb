// Arithmetic: gradients of the element-wise ops, positive and clip.
#include <cmath>
#include <complex>

#include "ops/op_support.h"

namespace chainerx::internal {

void gradient_add(GradientContext& c) {
    if (c.wants(0) && c.wants(1)) c.set(0, c.grad());
    c.set(c.wants(1) ? 1 : 0, c.take_grad());
}

void gradient_subtract(GradientContext& c) {
    if (c.wants(1)) c.set(1, negative(c.grad()));
    if (c.wants(0)) c.set(0, c.take_grad());
}

void gradient_multiply(GradientContext& c) {
    if (c.wants(0)) c.set(0, multiply(c.grad(), c.input(1)));
    if (c.wants(1)) c.set(1, multiply(c.grad(), c.input(0)));
}

void gradient_divide(GradientContext& c) {
    const Operand x2 = c.input(1);
    const Array quotient = divide(c.grad(), x2);
    c.set(0, quotient);
    if (c.wants(1)) c.set(1, negative(multiply(quotient, divide(c.input(0), x2))));
}

void gradient_remainder(GradientContext& c) {
    c.set(0, c.grad());
    if (c.wants(1)) {
        c.set(1, negative(multiply(c.grad(), floor_divide(c.input(0), c.input(1)))));
    }
}

void gradient_fmod(GradientContext& c) {
    c.set(0, c.grad());
    if (c.wants(1)) {
        c.set(1, negative(multiply(c.grad(), trunc(divide(c.input(0), c.input(1))))));
    }
}

namespace {

// x2 * x1 ** (x2 - 1), without a NaN where x2 is 0.
Array power_base_derivative(const Operand& x1, const Operand& x2) {
    if (x2.is_scalar() && x2.scalar().kind() == DTypeKind::kComplex) {
        const auto exponent = static_cast<std::complex<double>>(x2.scalar());
        return multiply(power(x1, Scalar(exponent - 1.0)), Scalar(exponent));
    }
    if (x2.is_scalar()) {
        const double exponent = static_cast<double>(x2.scalar());
        if (exponent == 2) return multiply(x1, 2);
        return multiply(power(x1, exponent - 1), exponent);
    }
    // 0 * 0 ** -1 would be NaN; elsewhere an exponent of 0 does no harm, and stays for the next
    // derivative.
    const Array both_zero = logical_and(equal(x2, 0), equal(x1, 0));
    return multiply(x2, power(x1, subtract(where(both_zero, 1, x2), 1)));
}

// y * log(x1), which is 0 where x1 is 0 and x2 is not negative.
Array power_exponent_derivative(const Operand& x1, const Operand& x2, const Array& y) {
    if (x1.is_scalar() && kind(y.dtype()) == DTypeKind::kComplex)
        return multiply(y, Scalar(std::log(static_cast<std::complex<double>>(x1.scalar()))));
    if (x1.is_scalar()) return multiply(y, std::log(static_cast<double>(x1.scalar())));
    const Array no_logarithm = logical_and(equal(x1, 0), greater_equal(real(array_of(x2)), 0));
    return multiply(y, log(where(no_logarithm, 1, x1)));
}

bool is_scalar_zero(const Operand& x) {
    return x.is_scalar() && static_cast<std::complex<double>>(x.scalar()) == 0.0;
}

}  // namespace

void gradient_power(GradientContext& c) {
    const Operand x1 = c.input(0);
    const Operand x2 = c.input(1);
    // x1 ** 0 and 0 ** x2 do not depend on their arrays.
    if (c.wants(0) && !is_scalar_zero(x2)) {
        c.set(0, multiply(c.grad(), power_base_derivative(x1, x2)));
    }
    if (c.wants(1) && !is_scalar_zero(x1)) {
        c.set(1, multiply(c.grad(), power_exponent_derivative(x1, x2, c.output(0))));
    }
}

void gradient_maximum(GradientContext& c) {
    const Array takes_first = greater_equal(c.input(0), c.input(1));
    if (c.wants(0)) c.set(0, where(takes_first, c.grad(), 0));
    if (c.wants(1)) c.set(1, where(takes_first, 0, c.grad()));
}

void gradient_minimum(GradientContext& c) {
    const Array takes_first = less_equal(c.input(0), c.input(1));
    if (c.wants(0)) c.set(0, where(takes_first, c.grad(), 0));
    if (c.wants(1)) c.set(1, where(takes_first, 0, c.grad()));
}

void gradient_negative(GradientContext& c) { c.set(0, negative(c.grad())); }

// Of complex numbers d|z| is the real part of conj(sign(z)) dz.
void gradient_abs(GradientContext& c) { c.set(0, multiply(c.grad(), sign(array_of(c.input(0))))); }

// z / |z| turns with z; that of real numbers stays.
void gradient_sign(GradientContext& c) {
    const Array z = array_of(c.input(0));
    if (kind(z.dtype()) != DTypeKind::kComplex) return;
    const Array y = sign(z), modulus = abs(z);
    const Array along = multiply(y, real(multiply(conj(y), c.grad())));
    const Array is_zero = equal(modulus, 0);
    const Array inverse = where(is_zero, 0.0, reciprocal(where(is_zero, 1.0, modulus)));
    c.set(0, multiply(subtract(c.grad(), along), inverse));
}

void gradient_square(GradientContext& c) { c.set(0, multiply(c.grad(), multiply(c.input(0), 2))); }

void gradient_reciprocal(GradientContext& c) {
    c.set(0, negative(multiply(c.grad(), square(c.output(0)))));
}

void gradient_hypot(GradientContext& c) {
    const Array scaled = divide(c.grad(), c.output(0));
    if (c.wants(0)) c.set(0, multiply(scaled, c.input(0)));
    if (c.wants(1)) c.set(1, multiply(scaled, c.input(1)));
}

void gradient_copysign(GradientContext& c) {
    if (!c.wants(0)) return;
    const Operand x2 = c.input(1);
    const Array is_negative = signbit(array_of(c.input(0)));
    const Array is_flipped =
        x2.is_scalar() ? not_equal(is_negative, std::signbit(static_cast<double>(x2.scalar())))
                       : not_equal(is_negative, signbit(array_of(x2)));
    c.set(0, where(is_flipped, negative(c.grad()), c.grad()));
}

}  // namespace chainerx::internal

namespace chainerx {

Array positive(const Array& x) {
    if (x.dtype() == DType::kBool)
        throw DtypeError("positive: an array of dtype bool was given; expected numbers");
    return copy(x);
}

Array clip(const Array& a, const Operand& min, const Operand& max) {
    if (min.is_absent() && max.is_absent()) return copy(a);
    if (max.is_absent()) return maximum(a, min);
    if (min.is_absent()) return minimum(a, max);
    return minimum(maximum(a, min), max);
}

}  // namespace chainerx
