// Closeness and equality of whole arrays, and tests for infinities of one sign.
#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx {

namespace {

// Integers as float64, so that neighbours stay different.
Array precise(const Array& x) {
    return is_inexact(x.dtype()) ? x : astype(x, DType::kFloat64, false);
}

Array infinite_of_sign(const char* op, const Array& x, bool is_positive) {
    internal::require_real(op, x);
    return logical_and(isinf(x), is_positive ? greater(x, 0) : less(x, 0));
}

Array equal_or_both_nan(const Array& a, const Array& b, bool equal_nan) {
    const Array is_equal = equal(a, b);
    return equal_nan ? logical_or(is_equal, logical_and(isnan(a), isnan(b))) : is_equal;
}

bool broadcasts(const Array& a, const Array& b) {
    const int n = std::min(a.ndim(), b.ndim());
    for (int i = 1; i <= n; ++i) {
        const int64_t x = a.shape()[a.ndim() - i];
        const int64_t y = b.shape()[b.ndim() - i];
        if (x != y && x != 1 && y != 1) return false;
    }
    return true;
}

}  // namespace

Array isclose(const Operand& a, const Operand& b, double rtol, double atol, bool equal_nan) {
    const Array x = precise(internal::as_array(a, b)).as_grad_stopped();
    const Array y = precise(internal::as_array(b, a)).as_grad_stopped();
    // In float32 at least: 1e-8 is nothing to a float16.
    const Array wide_x = internal::widened(x);
    const Array wide_y = internal::widened(y);
    const Array distance = abs(subtract(wide_x, wide_y));
    const Array is_near = less_equal(distance, add(multiply(abs(wide_y), rtol), atol));
    const Array are_finite = logical_and(isfinite(x), isfinite(y));
    return where(are_finite, is_near, equal_or_both_nan(x, y, equal_nan));
}

bool allclose(const Operand& a, const Operand& b, double rtol, double atol, bool equal_nan) {
    return static_cast<bool>(all(isclose(a, b, rtol, atol, equal_nan)).item());
}

bool array_equal(const Array& a1, const Array& a2, bool equal_nan) {
    if (a1.shape() != a2.shape()) return false;
    return static_cast<bool>(all(equal_or_both_nan(a1, a2, equal_nan)).item());
}

bool array_equiv(const Array& a1, const Array& a2) {
    return broadcasts(a1, a2) && static_cast<bool>(all(equal(a1, a2)).item());
}

Array isposinf(const Array& x) { return infinite_of_sign("isposinf", x, true); }

Array isneginf(const Array& x) { return infinite_of_sign("isneginf", x, false); }

Array isreal(const Array& x) { return equal(imag(x.as_grad_stopped()), 0); }

Array iscomplex(const Array& x) { return not_equal(imag(x.as_grad_stopped()), 0); }

}  // namespace chainerx
