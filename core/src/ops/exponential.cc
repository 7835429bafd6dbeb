// Exponentials and logarithms: gradients of the element-wise ops, and logsumexp.
#include <numbers>

#include "ops/op_support.h"
#include "ops/reduced_axes.h"

namespace chainerx::internal {

void gradient_sqrt(GradientContext& c) { c.set(0, divide(c.grad(), multiply(c.output(0), 2))); }

void gradient_exp(GradientContext& c) { c.set(0, multiply(c.grad(), c.output(0))); }

void gradient_expm1(GradientContext& c) { c.set(0, multiply(c.grad(), add(c.output(0), 1))); }

void gradient_exp2(GradientContext& c) {
    c.set(0, multiply(c.grad(), multiply(c.output(0), std::numbers::ln2)));
}

void gradient_log(GradientContext& c) { c.set(0, divide(c.grad(), c.input(0))); }

void gradient_log1p(GradientContext& c) { c.set(0, divide(c.grad(), add(c.input(0), 1))); }

void gradient_log2(GradientContext& c) {
    c.set(0, divide(c.grad(), multiply(c.input(0), std::numbers::ln2)));
}

void gradient_log10(GradientContext& c) {
    c.set(0, divide(c.grad(), multiply(c.input(0), std::numbers::ln10)));
}

void gradient_erf(GradientContext& c) {
    const Array bell = exp(negative(square(array_of(c.input(0)))));
    c.set(0, multiply(c.grad(), multiply(bell, 2 * std::numbers::inv_sqrtpi)));
}

void gradient_logaddexp(GradientContext& c) {
    const Array share = sigmoid(subtract(c.input(0), c.input(1)));
    if (c.wants(0)) c.set(0, multiply(c.grad(), share));
    if (c.wants(1)) c.set(1, multiply(c.grad(), subtract(1, share)));
}

}  // namespace chainerx::internal

namespace chainerx {

Array logsumexp(const Array& x, const std::optional<Axes>& axis, bool keepdims) {
    const Array values = is_inexact(x.dtype()) ? x : astype(x, DType::kFloat32);
    const Axes axes = internal::reduced_axes("logsumexp", axis, x.ndim());
    // The result does not depend on the shift, so that it needs no gradient; an infinite one would
    // make NaN.
    const Array greatest = max(values.as_grad_stopped(), axes, true);
    const Array shift = where(isfinite(greatest), greatest, 0);
    const Array total = add(log(sum(exp(subtract(values, shift)), axes, true)), shift);
    return keepdims ? total : squeeze(total, axes);
}

}  // namespace chainerx
