// Hyperbolic functions: gradients of the element-wise ops.
#include "ops/op_support.h"

namespace chainerx::internal {

void gradient_sinh(GradientContext& c) { c.set(0, multiply(c.grad(), cosh(array_of(c.input(0))))); }

void gradient_cosh(GradientContext& c) { c.set(0, multiply(c.grad(), sinh(array_of(c.input(0))))); }

void gradient_tanh(GradientContext& c) {
    c.set(0, multiply(c.grad(), subtract(1, square(c.output(0)))));
}

void gradient_arcsinh(GradientContext& c) {
    c.set(0, divide(c.grad(), sqrt(add(square(array_of(c.input(0))), 1))));
}

void gradient_arccosh(GradientContext& c) {
    const Operand x = c.input(0);
    // One root of the product would be on the wrong side of the cut for complex numbers.
    c.set(0, divide(c.grad(), multiply(sqrt(subtract(x, 1)), sqrt(add(x, 1)))));
}

void gradient_arctanh(GradientContext& c) {
    const Operand x = c.input(0);
    c.set(0, divide(c.grad(), multiply(subtract(1, x), add(x, 1))));
}

}  // namespace chainerx::internal
