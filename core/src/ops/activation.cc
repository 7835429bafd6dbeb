// Activation functions: composites, gradients, and softmax with its decompositions.
#include "chx/ops/activation.h"

#include "ops/op_support.h"

namespace chainerx::internal {

void gradient_relu(GradientContext& c) {
    c.set(0, call(kOps[kOpReluGrad], {c.output(0), c.grad()}));
}

void gradient_relu_grad(GradientContext& c) {
    // A step function of y: only gy has a gradient.
    if (c.wants(1)) c.set(1, call(kOps[kOpReluGrad], {c.input(0), c.grad()}));
}

void gradient_sigmoid(GradientContext& c) {
    const Array y = c.output(0);
    c.set(0, multiply(c.grad(), multiply(y, subtract(1, y))));
}

namespace {

template <typename Attrs>
Array along_axis(const OpDef& op, const Array& x, std::optional<int64_t> axis) {
    auto attrs = make_attrs<Attrs>();
    attrs.axis = normalize_axis(op.name, axis.value_or(1), x.ndim());
    return call(op, {x}, &attrs);
}

// x less its greatest element along axis, so that exp does not overflow.
Array shifted_down(const Array& x, const Axes& axes) { return subtract(x, max(x, axes, true)); }

}  // namespace

void infer_softmax(InferContext& c) { c.set(0, c.shape(0)); }

void gradient_softmax(GradientContext& c) {
    const Axes axes{c.attrs<chx_attrs_softmax>().axis};
    const Array y = c.output(0);
    const Array scaled = multiply(c.grad(), y);
    c.set(0, subtract(scaled, multiply(y, sum(scaled, axes, true))));
}

void decompose_softmax(const Operand* inputs, int, const void* attrs, Array* outputs) {
    const Array x = array_of(inputs[0]);
    const Axes axes{static_cast<const chx_attrs_softmax*>(attrs)->axis};
    if (x.size() == 0) {
        outputs[0] = empty_like(x);
        return;
    }
    const Array powers = exp(shifted_down(x, axes));
    outputs[0] = divide(powers, sum(powers, axes, true));
}

void infer_log_softmax(InferContext& c) { c.set(0, c.shape(0)); }

void gradient_log_softmax(GradientContext& c) {
    const Axes axes{c.attrs<chx_attrs_log_softmax>().axis};
    const Array& g = c.grad();
    c.set(0, subtract(g, multiply(exp(c.output(0)), sum(g, axes, true))));
}

void decompose_log_softmax(const Operand* inputs, int, const void* attrs, Array* outputs) {
    const Array x = array_of(inputs[0]);
    const Axes axes{static_cast<const chx_attrs_log_softmax*>(attrs)->axis};
    if (x.size() == 0) {
        outputs[0] = empty_like(x);
        return;
    }
    const Array shifted = shifted_down(x, axes);
    outputs[0] = subtract(shifted, log(sum(exp(shifted), axes, true)));
}

}  // namespace chainerx::internal

namespace chainerx {

Array leaky_relu(const Array& x, double slope) {
    return where(greater(x, 0), x, multiply(x, slope));
}

Array clipped_relu(const Array& x, double z) { return minimum(relu(x), z); }

Array elu(const Array& x, double alpha) {
    // expm1 sees no positive x: an overflow that is not taken would still make a NaN of its
    // gradient.
    return where(greater(x, 0), x, multiply(expm1(minimum(x, 0)), alpha));
}

Array softplus(const Array& x, double beta) {
    const Array scaled = multiply(x, beta);
    const Array is_positive = greater(scaled, 0);
    // max(scaled, 0) + log1p(exp(-|scaled|)), written so that the derivatives at 0 are right as
    // well.
    const Array linear = where(is_positive, scaled, 0);
    const Array negated_magnitude = where(is_positive, negative(scaled), scaled);
    return divide(add(linear, log1p(exp(negated_magnitude))), beta);
}

Array softmax(const Array& x, std::optional<int64_t> axis) {
    return internal::along_axis<chx_attrs_softmax>(internal::kOps[internal::kOpSoftmax], x, axis);
}

Array log_softmax(const Array& x, std::optional<int64_t> axis) {
    return internal::along_axis<chx_attrs_log_softmax>(
        internal::kOps[internal::kOpLogSoftmax], x, axis);
}

}  // namespace chainerx
