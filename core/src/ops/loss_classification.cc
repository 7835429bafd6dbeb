// Losses of scores or probabilities and labels.
#include <algorithm>

#include "ops/index_arithmetic.h"
#include "ops/loss_reduction.h"
#include "ops/op_support.h"
#include "ops/wide_computation.h"

namespace chainerx {

namespace {

// Throws unless t has the shape of x (N, C, d1, ...) without C, and integers.
void check_classes(const char* op, const Array& x, const Array& t) {
    if (!is_integral(t.dtype())) {
        throw DtypeError(
            fmt::format("{}: labels have dtype {}; expected integers; convert them with astype",
                        op,
                        dtype_name(t.dtype())));
    }
    bool fits = x.ndim() >= 2 && t.ndim() == x.ndim() - 1 && t.shape()[0] == x.shape()[0];
    for (int i = 1; fits && i < t.ndim(); ++i) fits = t.shape()[i] == x.shape()[i + 1];
    if (fits) return;
    throw DimensionError(
        fmt::format("{}: scores of shape {} and labels of shape {}; expected (N, C, ...) and "
                    "(N, ...)",
                    op,
                    to_string(x.shape()),
                    to_string(t.shape())));
}

void check_class_weight(const char* op, const Array& weight, const Array& x) {
    if (weight.is_null() || (weight.ndim() == 1 && weight.size() == x.shape()[1])) return;
    throw DimensionError(fmt::format("{}: weight has shape {}; expected ({},), one per class",
                                     op,
                                     to_string(weight.shape()),
                                     x.shape()[1]));
}

// A vector over the classes beside (N, C, d1, ...).
Array beside_scores(const Array& weight, const Array& x) {
    Shape shape = Shape::filled(x.ndim() - 1, 1);
    shape[0] = weight.size();
    return weight.reshape(shape);
}

// Labels with 0 for those to be ignored, whether each counts, and the weight of each.
struct Labels {
    Labels(const Array& t, int64_t ignore_index, const Array& weight, DType dtype) {
        const Array given = t.astype(DType::kInt64, false);
        counts = not_equal(given, ignore_index);
        valid = where(counts, given, 0);
        const Array ones = counts.astype(dtype);
        weights = weight.is_null() ? ones : multiply(take(weight, valid, 0), ones);
    }
    Array valid, counts, weights;
};

// Of log_p (N, C, ...) what is at the labels, (N, ...).
Array at_labels(const Array& log_p, const Array& labels) {
    return squeeze(take_along_axis(log_p, expand_dims(labels, {1}), 1), Axes{1});
}

// sum over the classes of t * -log_p, for probabilities t.
Array soft_cross_entropy(const Array& log_p, const Array& t, const Array& weight) {
    const Array losses = multiply(t, log_p);
    return negative(
        sum(weight.is_null() ? losses : multiply(losses, beside_scores(weight, log_p)), Axes{1}));
}

}  // namespace

Array nll_loss(const Array& x,
               const Array& t,
               const Array& weight,
               int64_t ignore_index,
               std::string_view reduction) {
    internal::check_reduction("nll_loss", reduction);
    check_classes("nll_loss", x, t);
    check_class_weight("nll_loss", weight, x);
    const DType dtype = internal::floating_dtype("nll_loss", x);
    const Array log_p = internal::widened(x, dtype);
    const Labels labels(t, ignore_index, internal::widened(weight, dtype), log_p.dtype());
    const Array picked = where(labels.counts, at_labels(log_p, labels.valid), 0);
    const Array loss = negative(multiply(picked, labels.weights));
    return internal::reduced_loss(loss, reduction, dtype, labels.weights);
}

Array cross_entropy(const Array& x,
                    const Array& t,
                    const Array& weight,
                    int64_t ignore_index,
                    std::string_view reduction,
                    double label_smoothing) {
    constexpr const char* kName = "cross_entropy";
    internal::check_reduction(kName, reduction);
    if (!(label_smoothing >= 0 && label_smoothing <= 1)) {
        throw ValueError(
            fmt::format("{}: label_smoothing is {}; expected 0 to 1", kName, label_smoothing));
    }
    const bool is_soft = is_floating(t.dtype());
    if (is_soft) {
        internal::check_same_shape(kName, x, t);
        if (x.ndim() < 2) {
            throw DimensionError(fmt::format(
                "{}: x has shape {}; expected (N, C, ...)", kName, to_string(x.shape())));
        }
    } else {
        check_classes(kName, x, t);
    }
    check_class_weight(kName, weight, x);
    const DType dtype = internal::floating_dtype(kName, x);
    const Array log_p = log_softmax(internal::widened(x, dtype), 1);
    const Array wide_weight = internal::widened(weight, dtype);
    const double even = label_smoothing / static_cast<double>(std::max<int64_t>(x.shape()[1], 1));
    if (is_soft) {
        Array target = internal::widened(t, dtype);
        if (label_smoothing != 0) target = add(multiply(target, 1 - label_smoothing), even);
        return internal::reduced_loss(
            soft_cross_entropy(log_p, target, wide_weight), reduction, dtype);
    }
    const Labels labels(t, ignore_index, wide_weight, log_p.dtype());
    Array loss = multiply(negative(at_labels(log_p, labels.valid)), labels.weights);
    if (label_smoothing != 0) {
        const Array spread =
            soft_cross_entropy(log_p, full({}, even, log_p.dtype(), &x.device()), wide_weight);
        loss = add(multiply(loss, 1 - label_smoothing), where(labels.counts, spread, 0));
    }
    return internal::reduced_loss(where(labels.counts, loss, 0), reduction, dtype, labels.weights);
}

Array binary_cross_entropy(const Array& x,
                           const Array& t,
                           const Array& weight,
                           std::string_view reduction) {
    constexpr const char* kName = "binary_cross_entropy";
    internal::check_reduction(kName, reduction);
    internal::check_same_shape(kName, x, t);
    const DType dtype = internal::floating_dtype(kName, {x, t, weight});
    const Array p = internal::widened(x, dtype);
    const Array target = internal::widened(t, dtype);
    // The logarithm of 0 counts as -100, so that losses stay finite.
    const Array if_true = multiply(target, maximum(log(p), -100.0));
    const Array if_false = multiply(subtract(1, target), maximum(log1p(negative(p)), -100.0));
    const Array loss = negative(add(if_true, if_false));
    return internal::reduced_loss(
        weight.is_null() ? loss : multiply(loss, weight), reduction, dtype);
}

Array binary_cross_entropy_with_logits(const Array& x,
                                       const Array& t,
                                       const Array& weight,
                                       const Array& pos_weight,
                                       std::string_view reduction) {
    constexpr const char* kName = "binary_cross_entropy_with_logits";
    internal::check_reduction(kName, reduction);
    internal::check_same_shape(kName, x, t);
    const DType dtype = internal::floating_dtype(kName, {x, t, weight, pos_weight});
    const Array logits = internal::widened(x, dtype);
    const Array target = internal::widened(t, dtype);
    Array log_part = softplus(negative(logits));
    if (!pos_weight.is_null()) {
        const Array excess = subtract(internal::widened(pos_weight, dtype), 1);
        log_part = multiply(log_part, add(multiply(target, excess), 1));
    }
    const Array loss = add(multiply(subtract(1, target), logits), log_part);
    return internal::reduced_loss(
        weight.is_null() ? loss : multiply(loss, weight), reduction, dtype);
}

Array hinge(const Array& x1, const Array& x2, double norm, std::string_view reduction) {
    internal::check_reduction("hinge", reduction);
    if (norm != 1 && norm != 2) {
        throw ValueError(fmt::format("hinge: norm is {}; expected 1 or 2", norm));
    }
    if (x1.ndim() != 2) {
        throw DimensionError(
            fmt::format("hinge: x1 has shape {}; expected (N, C)", to_string(x1.shape())));
    }
    check_classes("hinge", x1, x2);
    const DType dtype = internal::floating_dtype("hinge", x1);
    const Array scores = internal::widened(x1, dtype);
    const Array is_label =
        equal(expand_dims(x2, {1}), internal::index_range(0, 1, x1.shape()[1], x1.device()));
    const Array margin = relu(add(where(is_label, negative(scores), scores), 1));
    return internal::reduced_loss(norm == 1 ? margin : square(margin), reduction, dtype);
}

}  // namespace chainerx
