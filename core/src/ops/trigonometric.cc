// Trigonometric functions: gradients of the element-wise ops.
#include "ops/op_support.h"

namespace chainerx::internal {

void gradient_sin(GradientContext& c) { c.set(0, multiply(c.grad(), cos(array_of(c.input(0))))); }

void gradient_cos(GradientContext& c) {
    c.set(0, negative(multiply(c.grad(), sin(array_of(c.input(0))))));
}

void gradient_tan(GradientContext& c) { c.set(0, multiply(c.grad(), add(square(c.output(0)), 1))); }

namespace {

// sqrt(1 - x * x), the derivative's denominator.
Array unit_circle(GradientContext& c) {
    const Array x = array_of(c.input(0));
    return sqrt(multiply(subtract(1, x), add(x, 1)));
}

}  // namespace

void gradient_arcsin(GradientContext& c) { c.set(0, divide(c.grad(), unit_circle(c))); }

void gradient_arccos(GradientContext& c) { c.set(0, negative(divide(c.grad(), unit_circle(c)))); }

void gradient_arctan(GradientContext& c) {
    c.set(0, divide(c.grad(), add(square(array_of(c.input(0))), 1)));
}

void gradient_arctan2(GradientContext& c) {
    const Operand x1 = c.input(0);
    const Operand x2 = c.input(1);
    // At most one of them is a scalar.
    const double scalar = static_cast<double>(x1.is_scalar() ? x1.scalar() : x2.scalar());
    const Array radius = x1.is_scalar()   ? add(square(array_of(x2)), scalar * scalar)
                         : x2.is_scalar() ? add(square(array_of(x1)), scalar * scalar)
                                          : add(square(array_of(x1)), square(array_of(x2)));
    const Array scaled = divide(c.grad(), radius);
    if (c.wants(0)) c.set(0, multiply(scaled, x2));
    if (c.wants(1)) c.set(1, negative(multiply(scaled, x1)));
}

}  // namespace chainerx::internal
