// Losses and accuracy.
#include "ops/index_arithmetic.h"
#include "ops/op_support.h"

namespace chainerx {
namespace internal {
namespace {

Array as_column(const Array& vector) { return vector.reshape({vector.size(), 1}); }

// (N, C): whether column i is the label's.
Array is_label(const Array& labels, int64_t n_classes) {
    return equal(as_column(labels), index_range(0, 1, n_classes, labels.device()));
}

// The gradient with respect to x; differentiable if log_p is.
Array cross_entropy_gradient(const Array& log_p, const Array& labels, const Array& g) {
    const int64_t n_classes = log_p.shape()[1];
    const Array target = where(is_label(labels, n_classes), 1, 0).astype(log_p.dtype(), false);
    const Array is_valid = logical_and(greater_equal(labels, 0), less(labels, n_classes));
    return multiply(subtract(exp(log_p), target), as_column(where(is_valid, g, 0)));
}

void check_labels(const char* op, DimsView x, DimsView t) {
    if (x.size() != 2 || t.size() != 1 || x[0] != t[0]) {
        throw DimensionError(
            fmt::format("{}: scores of shape {} and labels of shape {}; expected (N, C) and (N,)",
                        op,
                        to_string(x),
                        to_string(t)));
    }
}

void check_label_dtype(const char* op, const Array& labels) {
    if (!is_integral(labels.dtype())) {
        throw DtypeError(
            fmt::format("{}: labels have dtype {}; expected integers; convert them with astype",
                        op,
                        dtype_name(labels.dtype())));
    }
}

}  // namespace

void infer_softmax_cross_entropy(InferContext& context) {
    const DimsView x = context.shape(0);
    check_labels("softmax_cross_entropy", x, context.shape(1));
    context.set(0, context.shape(1));
    context.set(1, x);
}

void gradient_softmax_cross_entropy(GradientContext& context) {
    const Operand labels = context.input(1);
    if (context.is_recording()) {
        const Array log_p = log_softmax(array_of(context.input(0)), 1);
        context.set(0, cross_entropy_gradient(log_p, array_of(labels), context.grad()));
        return;
    }
    const Array log_p = context.output(1);
    context.set(0, call(kOps[kOpSoftmaxCrossEntropyGrad], {log_p, labels, context.grad()}));
}

void decompose_softmax_cross_entropy(const Operand* inputs, int, const void*, Array* outputs) {
    const Array x = array_of(inputs[0]);
    outputs[1] = log_softmax(x, 1);
    const Array picked = where(is_label(array_of(inputs[1]), x.shape()[1]), outputs[1], 0);
    outputs[0] = negative(sum(picked, Axes{1}));
}

void infer_softmax_cross_entropy_grad(InferContext& context) {
    const DimsView log_p = context.shape(0);
    check_labels("softmax_cross_entropy_grad", log_p, context.shape(1));
    check_labels("softmax_cross_entropy_grad", log_p, context.shape(2));
    context.set(0, log_p);
}

void decompose_softmax_cross_entropy_grad(const Operand* inputs, int, const void*, Array* outputs) {
    outputs[0] =
        cross_entropy_gradient(array_of(inputs[0]), array_of(inputs[1]), array_of(inputs[2]));
}

}  // namespace internal

Array softmax_cross_entropy(const Array& x1, const Array& x2) {
    internal::check_label_dtype("softmax_cross_entropy", x2);
    const Operand operands[] = {x1, x2};
    Array outputs[2];
    internal::dispatch(
        internal::kOps[internal::kOpSoftmaxCrossEntropy], operands, 2, nullptr, outputs);
    return std::move(outputs[0]);
}

Array sigmoid_cross_entropy(const Array& x1, const Array& x2) {
    internal::check_label_dtype("sigmoid_cross_entropy", x2);
    if (x1.shape() != x2.shape()) {
        throw DimensionError(fmt::format(
            "sigmoid_cross_entropy: x1 has shape {} and x2 has shape {}; expected the same",
            to_string(x1.shape()),
            to_string(x2.shape())));
    }
    // -t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x)), without overflow.
    const Array loss = subtract(softplus(x1), multiply(x1, x2));
    return kind(x2.dtype()) == DTypeKind::kUInt ? loss : where(equal(x2, -1), 0, loss);
}

Array squared_error(const Array& x1, const Array& x2) { return square(subtract(x1, x2)); }

Array absolute_error(const Array& x1, const Array& x2) { return abs(subtract(x1, x2)); }

Array accuracy(const Array& y, const Array& t, std::optional<int64_t> ignore_label) {
    internal::check_label_dtype("accuracy", t);
    internal::check_labels("accuracy", y.shape(), t.shape());
    const Array is_correct = equal(argmax(y, 1), t);
    if (!ignore_label.has_value())
        return divide(sum(is_correct), t.size()).astype(DType::kFloat32, false);
    const Array counts = not_equal(t, *ignore_label);
    return divide(sum(logical_and(is_correct, counts)), maximum(sum(counts), 1))
        .astype(DType::kFloat32, false);
}

}  // namespace chainerx
