// Element-wise functions made of others: steps, roots, degrees, multiples, and those that prefer numbers to NaN.
#include <limits>
#include <numbers>

#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx {

namespace {

using internal::as_array;
using internal::as_inexact;

// x2 where x1 is NaN, the other way round, and `chosen` where neither is.
Array unless_nan(const Array& x1, const Array& x2, const Array& chosen) {
    return where(isnan(x1), x2, where(isnan(x2), x1, chosen));
}

bool is_complex(const Operand& x) {
    return x.is_scalar() ? x.scalar().kind() == DTypeKind::kComplex
                         : internal::is_complex(internal::array_of(x));
}

// An array in another dtype; null for a number.
Array array_in(const Operand& x, DType dtype) {
    return x.is_scalar() ? Array() : astype(internal::array_of(x), dtype, false);
}

Array scaled(const Array& x, double factor) {
    internal::require_real("degrees and radians", x);
    return multiply(as_inexact(x), factor);
}

}  // namespace

Array fmax(const Operand& x1, const Operand& x2) {
    const Array a = as_array(x1, x2);
    const Array b = as_array(x2, x1);
    return unless_nan(a, b, maximum(a, b));
}

Array fmin(const Operand& x1, const Operand& x2) {
    const Array a = as_array(x1, x2);
    const Array b = as_array(x2, x1);
    return unless_nan(a, b, minimum(a, b));
}

Array heaviside(const Operand& x1, const Operand& x2) {
    const Array x = as_inexact(as_array(x1, x2));
    internal::require_real("heaviside", x);
    const Array at_zero = as_inexact(as_array(x2, x1));
    const Array step = where(less(x, 0), 0, where(equal(x, 0), at_zero, 1));
    return where(isnan(x), x.as_grad_stopped(), step);
}

Array cbrt(const Array& x) {
    internal::require_real("cbrt", x);
    const DType dtype = internal::inexact_dtype(x.dtype());
    const Array values = internal::widened(as_inexact(x));
    const Array root = power(abs(values), 1.0 / 3.0);
    return astype(where(less(values, 0), negative(root), root), dtype, false);
}

Array sinc(const Array& x) {
    const Array angle = multiply(as_inexact(x), std::numbers::pi);
    const Array is_zero = equal(angle, 0);
    const Array safe = where(is_zero, 1, angle);
    // Near zero a parabola, whose derivatives at zero are those of the function.
    const Array parabola = subtract(1, divide(square(angle), 6));
    return where(is_zero, parabola, divide(sin(safe), safe));
}

Array deg2rad(const Array& x) { return scaled(x, std::numbers::pi / 180); }

Array rad2deg(const Array& x) { return scaled(x, 180 / std::numbers::pi); }

Array angle(const Array& z, bool deg) {
    const Array radians = arctan2(imag(z), real(z));
    return deg ? rad2deg(radians) : radians;
}

Array logaddexp2(const Operand& x1, const Operand& x2) {
    const Array a = as_inexact(as_array(x1, x2));
    const Array b = as_inexact(as_array(x2, x1));
    const DType dtype = promote_types(a.dtype(), b.dtype());
    const Array y = logaddexp(multiply(internal::widened(a), std::numbers::ln2),
                              multiply(internal::widened(b), std::numbers::ln2));
    return astype(divide(y, std::numbers::ln2), dtype, false);
}

Array ldexp(const Array& x1, const Operand& x2) {
    const Array exponent = as_array(x2, x1);
    if (is_inexact(exponent.dtype())) {
        throw DtypeError(fmt::format("ldexp: an exponent of dtype {} was given; expected integers",
                                     dtype_name(exponent.dtype())));
    }
    internal::require_real("ldexp", x1);
    const Array mantissa = as_inexact(x1);
    // In two steps, so that a power of two that is out of range does not spoil a product that is not.
    const Array whole = astype(exponent, DType::kInt64, false);
    const Array half = floor_divide(whole, 2);
    const auto power_of_two = [&](const Array& n) { return exp2(astype(n, mantissa.dtype())); };
    return multiply(multiply(mantissa, power_of_two(half)), power_of_two(subtract(whole, half)));
}

std::vector<Array> frexp(const Array& x) {
    internal::require_real("frexp", x);
    const DType dtype = internal::inexact_dtype(x.dtype());
    const Array values = internal::widened(as_inexact(x));
    const Array is_plain = logical_and(isfinite(values), not_equal(values, 0));
    const Array magnitude = where(is_plain, abs(values), 1).as_grad_stopped();
    // The logarithm may be rounded over a power of two: one step in either direction mends it.
    Array exponent = astype(add(floor(log2(magnitude)), 1), DType::kInt64);
    const Array scaled_ = ldexp(magnitude, negative(exponent));
    exponent = add(exponent, astype(greater_equal(scaled_, 1), DType::kInt64));
    exponent = subtract(exponent, astype(less(scaled_, 0.5), DType::kInt64));
    const Array fraction = ldexp(where(is_plain, values, 1), negative(exponent));
    return {astype(where(is_plain, fraction, values), dtype, false),
            astype(where(is_plain, exponent, 0), DType::kInt32)};
}

Array lcm(const Operand& x1, const Operand& x2) {
    const Array a = abs(as_array(x1, x2));
    const Array b = abs(as_array(x2, x1));
    // Zero divided by zero is zero here.
    return multiply(floor_divide(a, gcd(a, b)), b);
}

Array float_power(const Operand& x1, const Operand& x2) {
    const DType dtype = is_complex(x1) || is_complex(x2) ? DType::kComplex128 : DType::kFloat64;
    const Array a = array_in(x1, dtype), b = array_in(x2, dtype);
    // Numbers stay what they are: a dtype in between would round them.
    if (!a.is_null() && !b.is_null()) return power(a, b);
    if (!a.is_null()) return power(a, x2);
    if (!b.is_null()) return power(x1, b);
    return power(full({}, x1.scalar(), dtype), x2);
}

Array spacing(const Array& x) {
    internal::require_real("spacing", x);
    const Array values = as_inexact(x);
    const double infinity = std::numeric_limits<double>::infinity();
    const Array outward = where(less(values, 0), -infinity, infinity);
    const Array next = nextafter(values, astype(outward, values.dtype(), false));
    return subtract(next, values).as_grad_stopped();
}

std::vector<Array> divmod(const Operand& x1, const Operand& x2) {
    return {floor_divide(x1, x2), remainder(x1, x2)};
}

std::vector<Array> modf(const Array& x) {
    internal::require_real("modf", x);
    const Array values = as_inexact(x);
    const Array whole = trunc(values);
    const Array fraction = subtract(values, where(isinf(values), 0, whole));
    return {copysign(where(isinf(values), 0, fraction), values), whole};
}

}  // namespace chainerx
