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

Array softmax_gradient(const Array& y, const Array& gy, const Axes& axes) {
    const Array scaled = multiply(gy, y);
    return subtract(scaled, multiply(y, sum(scaled, axes, true)));
}

Array log_softmax_gradient(const Array& y, const Array& gy, const Axes& axes) {
    return subtract(gy, multiply(exp(y), sum(gy, axes, true)));
}

// By the op, or, if that is to be differentiated itself, by what it is made of.
void differentiate(GradientContext& c,
                   const OpDef& op,
                   Array (*gradient)(const Array&, const Array&, const Axes&),
                   int64_t axis) {
    const Array y = c.output(0);
    if (c.is_recording()) {
        c.set(0, gradient(y, c.grad(), {axis}));
        return;
    }
    auto attrs = make_attrs<chx_attrs_softmax_grad>();
    attrs.axis = axis;
    c.set(0, call(op, {y, c.grad()}, &attrs));
}

// The attributes of both ops have one layout.
static_assert(sizeof(chx_attrs_softmax_grad) == sizeof(chx_attrs_log_softmax_grad));

void infer_gradient(InferContext& c, const char* op) {
    const DimsView y = c.shape(0), gy = c.shape(1);
    if (y != gy) {
        throw DimensionError(
            fmt::format("{}: y has shape {} and gy has shape {}; expected the same",
                        op,
                        to_string(y),
                        to_string(gy)));
    }
    c.set(0, y);
}

}  // namespace

void infer_softmax(InferContext& c) { c.set(0, c.shape(0)); }

void gradient_softmax(GradientContext& c) {
    differentiate(c, kOps[kOpSoftmaxGrad], softmax_gradient, c.attrs<chx_attrs_softmax>().axis);
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
    differentiate(
        c, kOps[kOpLogSoftmaxGrad], log_softmax_gradient, c.attrs<chx_attrs_log_softmax>().axis);
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

void infer_softmax_grad(InferContext& c) { infer_gradient(c, "softmax_grad"); }

void decompose_softmax_grad(const Operand* inputs, int, const void* attrs, Array* outputs) {
    const Axes axes{static_cast<const chx_attrs_softmax_grad*>(attrs)->axis};
    outputs[0] = softmax_gradient(array_of(inputs[0]), array_of(inputs[1]), axes);
}

void infer_log_softmax_grad(InferContext& c) { infer_gradient(c, "log_softmax_grad"); }

void decompose_log_softmax_grad(const Operand* inputs, int, const void* attrs, Array* outputs) {
    const Axes axes{static_cast<const chx_attrs_log_softmax_grad*>(attrs)->axis};
    outputs[0] = log_softmax_gradient(array_of(inputs[0]), array_of(inputs[1]), axes);
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
