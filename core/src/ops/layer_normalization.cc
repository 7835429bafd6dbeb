// Layer normalization: the ops. The function is in normalization_layers.cc.
#include "chx/ops/normalization.h"
#include "ops/op_support.h"

namespace chainerx {
namespace internal {
namespace {

// What x is split into: the leading axes, which keep their statistics, and the last ones, which are normalized.
struct Split {
    Split(const char* op, DimsView x, int64_t first_axis) {
        if (first_axis < 0 || first_axis >= x.size()) {
            throw DimensionError(fmt::format(
                "{}: first_axis is {}; expected an axis of x {}", op, first_axis, to_string(x)));
        }
        for (int axis = 0; axis < x.size(); ++axis) {
            const bool is_leading = axis < first_axis;
            (is_leading ? leading : normalized).push_back(axis);
            (is_leading ? statistics : parameters).push_back(x[axis]);
            kept.push_back(is_leading ? x[axis] : 1);
            if (!is_leading) count *= x[axis];
        }
    }
    Axes leading, normalized;
    Shape statistics, parameters;
    Shape kept;         // the statistics beside x
    int64_t count = 1;  // elements per statistic
};

void check_shape(const char* op, const char* name, DimsView given, DimsView expected, DimsView x) {
    if (given == expected) return;
    throw DimensionError(fmt::format("{}: {} has shape {}; expected {}, as x has shape {}",
                                     op,
                                     name,
                                     to_string(given),
                                     to_string(expected),
                                     to_string(x)));
}

Array mean_of(const Array& x, const Split& split) {
    return divide(sum(x, split.normalized), split.count);
}

Array variance_of(const Array& x, const Array& mean, const Split& split) {
    return mean_of(square(subtract(x, mean.reshape(split.kept))), split);
}

Array sum_over_leading(const Array& x, const Split& split) {
    return split.leading.size() == 0 ? x : sum(x, split.leading);
}

// The gradients by plain ops. mean and var may depend on x or be constants that were computed from it: the formula
// holds for both, and in the first case can be differentiated again.
struct LayerNormGradients {
    Array x, gamma, beta;
};
LayerNormGradients layer_norm_gradients(const Array& gy,
                                        const Array& x,
                                        const Array& gamma,
                                        const Array& mean,
                                        const Array& var,
                                        const Split& split,
                                        double eps) {
    const Array deviation = sqrt(add(var, eps)).reshape(split.kept);
    const Array normalized = divide(subtract(x, mean.reshape(split.kept)), deviation);
    const Array g = multiply(gy, gamma);
    const Array slope = mean_of(multiply(g, normalized), split).reshape(split.kept);
    const Array offset = mean_of(g, split).reshape(split.kept);
    return {divide(subtract(subtract(g, offset), multiply(normalized, slope)), deviation),
            sum_over_leading(multiply(gy, normalized), split),
            sum_over_leading(gy, split)};
}

}  // namespace

void infer_layer_norm(InferContext& context) {
    const DimsView x = context.shape(0);
    const Split split("layer_norm", x, context.attrs<chx_attrs_layer_norm>().first_axis);
    check_shape("layer_norm", "gamma", context.shape(1), split.parameters, x);
    check_shape("layer_norm", "beta", context.shape(2), split.parameters, x);
    context.set(0, x);
    context.set(1, split.statistics);
    context.set(2, split.statistics);
}

void gradient_layer_norm(GradientContext& context) {
    const auto& attrs = context.attrs<chx_attrs_layer_norm>();
    const Array x = array_of(context.input(0));
    const Array gamma = array_of(context.input(1));
    const Array& g = context.grad();
    if (context.is_recording()) {
        const Split split("layer_norm", x.shape(), attrs.first_axis);
        const Array mean = mean_of(x, split);
        LayerNormGradients gradients =
            layer_norm_gradients(g, x, gamma, mean, variance_of(x, mean, split), split, attrs.eps);
        context.set(0, std::move(gradients.x));
        context.set(1, std::move(gradients.gamma));
        context.set(2, std::move(gradients.beta));
        return;
    }
    auto grad_attrs = make_attrs<chx_attrs_layer_norm_grad>();
    grad_attrs.first_axis = attrs.first_axis;
    grad_attrs.eps = attrs.eps;
    const Array mean = context.output(1), var = context.output(2);
    const Operand operands[] = {g, x, gamma, mean, var};
    Array gradients[3];
    dispatch(kOps[kOpLayerNormGrad], operands, 5, &grad_attrs, gradients);
    for (int i = 0; i < 3; ++i) context.set(i, std::move(gradients[i]));
}

void decompose_layer_norm(const Operand* inputs, int, const void* attributes, Array* outputs) {
    const auto& attrs = *static_cast<const chx_attrs_layer_norm*>(attributes);
    const Array x = array_of(inputs[0]);
    const Split split("layer_norm", x.shape(), attrs.first_axis);
    outputs[1] = mean_of(x, split);
    outputs[2] = variance_of(x, outputs[1], split);
    const Array normalized = divide(subtract(x, outputs[1].reshape(split.kept)),
                                    sqrt(add(outputs[2], attrs.eps)).reshape(split.kept));
    outputs[0] = add(multiply(normalized, array_of(inputs[1])), array_of(inputs[2]));
}

void infer_layer_norm_grad(InferContext& context) {
    const DimsView x = context.shape(1);
    const Split split("layer_norm_grad", x, context.attrs<chx_attrs_layer_norm_grad>().first_axis);
    check_shape("layer_norm_grad", "gy", context.shape(0), x, x);
    check_shape("layer_norm_grad", "gamma", context.shape(2), split.parameters, x);
    check_shape("layer_norm_grad", "mean", context.shape(3), split.statistics, x);
    check_shape("layer_norm_grad", "var", context.shape(4), split.statistics, x);
    context.set(0, x);
    context.set(1, split.parameters);
    context.set(2, split.parameters);
}

void decompose_layer_norm_grad(const Operand* inputs, int, const void* attributes, Array* outputs) {
    const auto& attrs = *static_cast<const chx_attrs_layer_norm_grad*>(attributes);
    const Array x = array_of(inputs[1]);
    LayerNormGradients gradients =
        layer_norm_gradients(array_of(inputs[0]),
                             x,
                             array_of(inputs[2]),
                             array_of(inputs[3]),
                             array_of(inputs[4]),
                             Split("layer_norm_grad", x.shape(), attrs.first_axis),
                             attrs.eps);
    outputs[0] = std::move(gradients.x);
    outputs[1] = std::move(gradients.gamma);
    outputs[2] = std::move(gradients.beta);
}

}  // namespace internal
}  // namespace chainerx
