// Connectionist temporal classification (Graves et al., 2006): labels whose places in a sequence nobody knows.
#include <limits>

#include "ops/index_arithmetic.h"
#include "ops/loss_reduction.h"
#include "ops/op_support.h"
#include "ops/wide_computation.h"

namespace chainerx {

namespace {

// The logarithm of a probability of 0: finite, as differences of infinities would make NaN of gradients.
constexpr double kImpossible = -1e30;

void check_ctc(const Array& log_probs,
               const Array& targets,
               const Array& input_lengths,
               const Array& target_lengths,
               int64_t blank) {
    constexpr const char* kName = "ctc_loss";
    bool fits = log_probs.ndim() == 3 && targets.ndim() == 2 && log_probs.shape()[0] > 0;
    const int64_t n = fits ? log_probs.shape()[1] : 0;
    fits = fits && targets.shape()[0] == n;
    for (const Array& lengths : {input_lengths, target_lengths})
        fits = fits && lengths.ndim() == 1 && lengths.size() == n;
    if (!fits) {
        throw DimensionError(
            fmt::format("{}: log_probs, targets, input_lengths and target_lengths have shapes {}, "
                        "{}, {} and {}; expected (T, N, C), (N, S), (N,) and (N,)",
                        kName,
                        to_string(log_probs.shape()),
                        to_string(targets.shape()),
                        to_string(input_lengths.shape()),
                        to_string(target_lengths.shape())));
    }
    for (const Array& integers : {targets, input_lengths, target_lengths}) {
        if (is_integral(integers.dtype())) continue;
        throw DtypeError(fmt::format("{}: labels or lengths are {}; expected integers",
                                     kName,
                                     dtype_name(integers.dtype())));
    }
    if (blank < 0 || blank >= log_probs.shape()[2]) {
        throw ValueError(fmt::format(
            "{}: blank is {}; expected one of {} classes", kName, blank, log_probs.shape()[2]));
    }
}

Array columns(const Array& a, int64_t start, int64_t n) {
    return internal::slice_view(a, internal::part_along(a.shape(), 1, start, n));
}

// (N, 2 * S + 1): blank, label, blank, ..., label, blank. Labels behind the target's end count as blank.
Array with_blanks(const Array& targets, const Array& target_lengths, int64_t blank) {
    const int64_t n = targets.shape()[0], n_labels = targets.shape()[1];
    const Array places = internal::index_range(0, 1, n_labels, targets.device());
    const Array is_label = less(places, expand_dims(target_lengths, {1}));
    const Array labels = where(is_label, targets.astype(DType::kInt64, false), blank);
    const Array blanks = full({n, n_labels}, blank, DType::kInt64, &targets.device());
    const Array pairs = stack({blanks, labels}, 2).reshape({n, 2 * n_labels});
    return concatenate({pairs, full({n, 1}, blank, DType::kInt64, &targets.device())}, 1);
}

// The columns of a, `shift` places further on; what comes in is impossible.
Array shifted(const Array& a, int64_t shift) {
    const int64_t kept = a.shape()[1] - shift;
    const Array none = full({a.shape()[0], shift}, kImpossible, a.dtype(), &a.device());
    return concatenate({none, columns(a, 0, kept)}, 1);
}

// log of the probability of all ways to be at each symbol after the last step of each sequence: (N, 2 * S + 1).
Array forward_variables(const Array& log_p, const Array& symbols, const Array& input_lengths) {
    const int64_t n = symbols.shape()[0], n_symbols = symbols.shape()[1];
    const Array at_symbols = take_along_axis(log_p, expand_dims(symbols, {0}), 2);
    const std::vector<Array> steps = unstack(at_symbols);
    const Array places = internal::index_range(0, 1, n_symbols, symbols.device());
    // A label may follow another one without a blank between if it is another.
    Array may_skip;
    if (n_symbols > 2) {
        const Array differs =
            not_equal(columns(symbols, 2, n_symbols - 2), columns(symbols, 0, n_symbols - 2));
        may_skip = concatenate({zeros({n, 2}, DType::kBool, &symbols.device()), differs}, 1);
    }
    Array alpha = where(less(places, 2), steps[0], kImpossible);
    for (size_t t = 1; t < steps.size(); ++t) {
        Array reached = alpha;
        if (n_symbols > 1) reached = logaddexp(reached, shifted(alpha, 1));
        if (n_symbols > 2)
            reached = logaddexp(reached, where(may_skip, shifted(alpha, 2), kImpossible));
        const Array goes_on = greater(expand_dims(input_lengths, {1}), static_cast<int64_t>(t));
        alpha = where(goes_on, add(reached, steps[t]), alpha);
    }
    return alpha;
}

}  // namespace

Array ctc_loss(const Array& log_probs,
               const Array& targets,
               const Array& input_lengths,
               const Array& target_lengths,
               int64_t blank,
               std::string_view reduction,
               bool zero_infinity) {
    internal::check_reduction("ctc_loss", reduction);
    check_ctc(log_probs, targets, input_lengths, target_lengths, blank);
    const DType dtype = internal::floating_dtype("ctc_loss", log_probs);
    const Array lengths = target_lengths.astype(DType::kInt64, false);
    const Array symbols = with_blanks(targets, lengths, blank);
    const Array alpha = forward_variables(
        internal::widened(log_probs, dtype), symbols, input_lengths.astype(DType::kInt64, false));
    // At the end, at the last label or the blank behind it.
    const Array last = expand_dims(multiply(lengths, 2), {1});
    const auto at = [&](const Array& place) {
        return squeeze(take_along_axis(alpha, place, 1), Axes{1});
    };
    const Array at_label =
        where(greater(lengths, 0), at(maximum(subtract(last, 1), 0)), kImpossible);
    const Array loss = negative(logaddexp(at(last), at_label));
    const double unreachable = zero_infinity ? 0 : std::numeric_limits<double>::infinity();
    const Array losses = where(less(loss, -kImpossible / 2), loss, unreachable);
    if (reduction != "mean") return internal::reduced_loss(losses, reduction, dtype);
    return mean(divide(losses, maximum(lengths, 1))).astype(dtype, false);
}

}  // namespace chainerx
