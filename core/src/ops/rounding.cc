// Rounding: constant between the steps, so that no gradient flows.
#include <algorithm>
#include <cmath>

#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx::internal {

void gradient_ceil(GradientContext&) {}
void gradient_floor(GradientContext&) {}
void gradient_trunc(GradientContext&) {}
void gradient_round(GradientContext&) {}

}  // namespace chainerx::internal

namespace chainerx {

namespace {

// To multiples of 10 ** digits, halves to the even multiple, without leaving the integers.
Array rounded_integers(const Array& a, int64_t digits) {
    // A greater power than any integer of 64 bits: all are nearer to zero than to it.
    if (digits > 19) return zeros_like(a);
    int64_t unit = 1;
    for (int64_t i = 0; i < std::min<int64_t>(digits, 18); ++i) unit *= 10;
    const Array values = astype(a, DType::kInt64, false);
    const Array quotient = floor_divide(values, unit);
    const Array rest = subtract(values, multiply(quotient, unit));
    const Array is_odd = not_equal(remainder(quotient, 2), 0);
    const Array goes_up =
        logical_or(greater(rest, unit / 2), logical_and(equal(rest, unit / 2), is_odd));
    const Array result = multiply(add(quotient, astype(goes_up, DType::kInt64)), unit);
    return astype(result, a.dtype(), false);
}

}  // namespace

Array around(const Array& a, int64_t decimals) {
    internal::refuse_bool("around", a);
    if (!is_inexact(a.dtype())) {
        return decimals >= 0 ? copy(a) : rounded_integers(a.as_grad_stopped(), -decimals);
    }
    if (decimals == 0) return round(a);
    const double unit = std::pow(10.0, static_cast<double>(std::abs(decimals)));
    const Array values = internal::widened(a);
    const Array result = decimals > 0 ? divide(round(multiply(values, unit)), unit)
                                      : multiply(round(divide(values, unit)), unit);
    return astype(where(isfinite(values), result, values.as_grad_stopped()), a.dtype(), false);
}

}  // namespace chainerx
