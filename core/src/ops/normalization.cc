// Batch normalization.
#include "chx/ops/normalization.h"

#include <algorithm>

#include "ops/op_support.h"
#include "ops/reduced_axes.h"

namespace chainerx {
namespace internal {
namespace {

// What is left of shape without the axes that are reduced, in order; and how these extents stand
// beside x again.
struct Statistics {
    Statistics(DimsView x, DimsView axes) : axes{axes} {
        for (int axis = 0; axis < x.size(); ++axis) {
            const bool is_reduced = std::find(axes.begin(), axes.end(), axis) != axes.end();
            if (!is_reduced) shape.push_back(x[axis]);
            kept.push_back(is_reduced ? 1 : x[axis]);
            if (is_reduced) count *= x[axis];
        }
    }
    Axes axes;
    Shape shape;
    Shape kept;         // the same with extent 1 along the reduced axes
    int64_t count = 1;  // elements per statistic
};

Statistics statistics_of(DimsView x, const chx_attrs_batch_norm& attrs) {
    return {x, DimsView(attrs.axes, static_cast<int>(attrs.n_axes))};
}
Statistics statistics_of(DimsView x, const chx_attrs_batch_norm_grad& attrs) {
    return {x, DimsView(attrs.axes, static_cast<int>(attrs.n_axes))};
}

void check_statistic(
    const char* op, const char* name, DimsView given, DimsView x, const Statistics& statistics) {
    if (given == DimsView(statistics.shape)) return;
    throw DimensionError(
        fmt::format("{}: {} has shape {}; expected {}, the extents of x {} without the axes {}",
                    op,
                    name,
                    to_string(given),
                    to_string(statistics.shape),
                    to_string(x),
                    to_string(statistics.axes)));
}

// The gradients by plain ops. mean and var may depend on x or be constants that were computed from
// it: the formula holds for both, and in the first case can be differentiated again.
struct BatchNormGradients {
    Array x, gamma, beta;
};
BatchNormGradients batch_norm_gradients(const Array& gy,
                                        const Array& x,
                                        const Array& gamma,
                                        const Array& mean,
                                        const Array& var,
                                        const Statistics& statistics,
                                        double eps) {
    const Array deviation = sqrt(add(var, eps));
    const Array normalized =
        divide(subtract(x, mean.reshape(statistics.kept)), deviation.reshape(statistics.kept));
    BatchNormGradients gradients;
    gradients.gamma = sum(multiply(gy, normalized), statistics.axes);
    gradients.beta = sum(gy, statistics.axes);
    const Array common = divide(add(multiply(normalized, gradients.gamma.reshape(statistics.kept)),
                                    gradients.beta.reshape(statistics.kept)),
                                statistics.count);
    gradients.x = multiply(divide(gamma, deviation).reshape(statistics.kept), subtract(gy, common));
    return gradients;
}

}  // namespace

void infer_batch_norm(InferContext& context) {
    const DimsView x = context.shape(0);
    const Statistics statistics = statistics_of(x, context.attrs<chx_attrs_batch_norm>());
    check_statistic("batch_norm", "gamma", context.shape(1), x, statistics);
    check_statistic("batch_norm", "beta", context.shape(2), x, statistics);
    context.set(0, x);
    context.set(1, statistics.shape);
    context.set(2, statistics.shape);
}

void gradient_batch_norm(GradientContext& context) {
    const auto& attrs = context.attrs<chx_attrs_batch_norm>();
    const Array x = array_of(context.input(0));
    const Array gamma = array_of(context.input(1));
    const Array& g = context.grad();
    if (context.is_recording()) {
        const Statistics statistics = statistics_of(x.shape(), attrs);
        const Array mean = divide(sum(x, statistics.axes), statistics.count);
        const Array var =
            divide(sum(square(subtract(x, mean.reshape(statistics.kept))), statistics.axes),
                   statistics.count);
        BatchNormGradients gradients =
            batch_norm_gradients(g, x, gamma, mean, var, statistics, attrs.eps);
        context.set(0, std::move(gradients.x));
        context.set(1, std::move(gradients.gamma));
        context.set(2, std::move(gradients.beta));
        return;
    }
    auto grad_attrs = make_attrs<chx_attrs_batch_norm_grad>();
    set_attr(grad_attrs.n_axes, grad_attrs.axes, {attrs.axes, static_cast<int>(attrs.n_axes)});
    grad_attrs.eps = attrs.eps;
    const Array mean = context.output(1);
    const Array var = context.output(2);
    const Operand operands[] = {g, x, gamma, mean, var};
    Array gradients[3];
    dispatch(kOps[kOpBatchNormGrad], operands, 5, &grad_attrs, gradients);
    for (int i = 0; i < 3; ++i) context.set(i, std::move(gradients[i]));
}

void decompose_batch_norm(const Operand* inputs, int, const void* attributes, Array* outputs) {
    const auto& attrs = *static_cast<const chx_attrs_batch_norm*>(attributes);
    const Array x = array_of(inputs[0]);
    const Array gamma = array_of(inputs[1]);
    const Array beta = array_of(inputs[2]);
    const Statistics statistics = statistics_of(x.shape(), attrs);
    outputs[1] = divide(sum(x, statistics.axes), statistics.count);
    const Array centered = subtract(x, outputs[1].reshape(statistics.kept));
    outputs[2] = divide(sum(square(centered), statistics.axes), statistics.count);
    const Array scale = divide(gamma, sqrt(add(outputs[2], attrs.eps)));
    outputs[0] =
        add(multiply(centered, scale.reshape(statistics.kept)), beta.reshape(statistics.kept));
}

void infer_batch_norm_grad(InferContext& context) {
    constexpr const char* kNames[] = {"gy", "x", "gamma", "mean", "var"};
    const DimsView x = context.shape(1);
    const Statistics statistics = statistics_of(x, context.attrs<chx_attrs_batch_norm_grad>());
    if (context.shape(0) != x) {
        throw DimensionError(fmt::format("batch_norm_grad: gy has shape {}; expected {}, that of x",
                                         to_string(context.shape(0)),
                                         to_string(x)));
    }
    for (int i = 2; i < 5; ++i)
        check_statistic("batch_norm_grad", kNames[i], context.shape(i), x, statistics);
    context.set(0, x);
    context.set(1, statistics.shape);
    context.set(2, statistics.shape);
}

void decompose_batch_norm_grad(const Operand* inputs, int, const void* attributes, Array* outputs) {
    const auto& attrs = *static_cast<const chx_attrs_batch_norm_grad*>(attributes);
    const Array x = array_of(inputs[1]);
    BatchNormGradients gradients = batch_norm_gradients(array_of(inputs[0]),
                                                        x,
                                                        array_of(inputs[2]),
                                                        array_of(inputs[3]),
                                                        array_of(inputs[4]),
                                                        statistics_of(x.shape(), attrs),
                                                        attrs.eps);
    outputs[0] = std::move(gradients.x);
    outputs[1] = std::move(gradients.gamma);
    outputs[2] = std::move(gradients.beta);
}

namespace {

// None means the first axis.
Statistics statistics_over(const char* op, const Array& x, const std::optional<Axes>& axis) {
    return {x.shape(),
            reduced_axes(op, axis.has_value() ? axis : std::optional<Axes>(Axes{0}), x.ndim())};
}

// running = decay * running + (1 - decay) * factor * batch, outside of every graph.
void update_running(
    const char* name, const Array& running, const Array& batch, double decay, double factor) {
    if (running.is_connected_to_any()) {
        throw GradientError(
            fmt::format("batch_norm: {} is part of a graph and can't be updated in place; pass an "
                        "array without require_grad()",
                        name));
    }
    const NoBackpropModeScope unrecorded;
    const Array next = add(multiply(running, decay), multiply(batch, (1 - decay) * factor));
    copy_into(running, next);
}

}  // namespace
}  // namespace internal

Array batch_norm(const Array& x,
                 const Array& gamma,
                 const Array& beta,
                 const Array& running_mean,
                 const Array& running_var,
                 double eps,
                 double decay,
                 const std::optional<Axes>& axis) {
    const internal::Statistics statistics = internal::statistics_over("batch_norm", x, axis);
    if (running_mean.is_null() != running_var.is_null()) {
        throw ValueError(
            "batch_norm: only one of running_mean and running_var was given; pass both or none");
    }
    if (!running_mean.is_null()) {
        internal::check_statistic(
            "batch_norm", "running_mean", running_mean.shape(), x.shape(), statistics);
        internal::check_statistic(
            "batch_norm", "running_var", running_var.shape(), x.shape(), statistics);
    }
    auto attrs = internal::make_attrs<chx_attrs_batch_norm>();
    internal::set_attr(attrs.n_axes, attrs.axes, statistics.axes);
    attrs.eps = eps;
    const Operand operands[] = {x, gamma, beta};
    Array outputs[3];
    internal::dispatch(internal::kOps[internal::kOpBatchNorm], operands, 3, &attrs, outputs);
    if (!running_mean.is_null()) {
        const auto count = static_cast<double>(statistics.count);
        internal::update_running("running_mean", running_mean, outputs[1], decay, 1);
        internal::update_running(
            "running_var", running_var, outputs[2], decay, count / std::max(count - 1, 1.0));
    }
    return outputs[0];
}

Array fixed_batch_norm(const Array& x,
                       const Array& gamma,
                       const Array& beta,
                       const Array& mean,
                       const Array& var,
                       double eps,
                       const std::optional<Axes>& axis) {
    constexpr const char* kName = "fixed_batch_norm";
    if (!is_floating(x.dtype())) {
        throw DtypeError(
            fmt::format("{}: x is {}; expected floating-point numbers; cast it with astype",
                        kName,
                        dtype_name(x.dtype())));
    }
    const internal::Statistics statistics = internal::statistics_over(kName, x, axis);
    internal::check_statistic(kName, "gamma", gamma.shape(), x.shape(), statistics);
    internal::check_statistic(kName, "beta", beta.shape(), x.shape(), statistics);
    internal::check_statistic(kName, "mean", mean.shape(), x.shape(), statistics);
    internal::check_statistic(kName, "var", var.shape(), x.shape(), statistics);
    const Array scale = divide(gamma, sqrt(add(var, eps)));
    return add(multiply(subtract(x, mean.reshape(statistics.kept)), scale.reshape(statistics.kept)),
               beta.reshape(statistics.kept));
}

}  // namespace chainerx
