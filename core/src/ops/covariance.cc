// Weighted averages, ranges, covariances and correlation coefficients.
#include <algorithm>

#include "ops/op_support.h"
#include "ops/operand_arrays.h"
#include "ops/reduced_axes.h"

namespace chainerx {

namespace {

using internal::as_inexact;
using internal::widened;

// Weights for some axes of an array, with axes of extent 1 for the others.
Array weights_along(const Array& weights, const Array& a, const Axes& axes) {
    if (weights.shape() == a.shape()) return weights;
    bool fits = weights.ndim() == axes.size();
    Shape shape = Shape::filled(a.ndim(), 1);
    Axes order;  // of the weights' axes, ascending as those of a that they lie along
    for (int along = 0; fits && along < a.ndim(); ++along) {
        const auto* place = std::find(axes.begin(), axes.end(), along);
        if (place == axes.end()) continue;
        order.push_back(place - axes.begin());
        shape[along] = weights.shape()[static_cast<int>(order.back())];
        fits = shape[along] == a.shape()[along];
    }
    if (fits) return transpose(weights, order).reshape(shape);
    throw DimensionError(
        fmt::format("average: weights have shape {} for an array of shape {} averaged over the "
                    "axes {}; expected the same shape, or that of those axes",
                    to_string(weights.shape()),
                    to_string(a.shape()),
                    to_string(axes)));
}

// Rows of variables.
Array observations(const char* op, const Array& m, bool rowvar) {
    if (m.ndim() > 2) {
        throw DimensionError(
            fmt::format("{}: an array of shape {} was given; expected one or two dimensions",
                        op,
                        to_string(m.shape())));
    }
    const Array rows = atleast_2d(widened(as_inexact(m)));
    return rowvar || m.ndim() == 1 ? rows : transpose(rows);
}

Array checked_weights(const char* name, const Array& weights, int64_t n) {
    if (weights.ndim() == 1 && weights.size() == n) return weights;
    throw DimensionError(fmt::format("cov: {} have shape {}; expected one for each of {} columns",
                                     name,
                                     to_string(weights.shape()),
                                     n));
}

Array joint_observations(const char* op, const Array& m, const Array& y, bool rowvar) {
    const Array rows = observations(op, m, rowvar);
    return y.is_null() ? rows : concatenate({rows, observations(op, y, rowvar)}, 0);
}

DType joint_dtype(const Array& m, const Array& y) {
    const DType dtype = internal::inexact_dtype(m.dtype());
    return y.is_null() ? dtype : promote_types(dtype, internal::inexact_dtype(y.dtype()));
}

}  // namespace

Array average(const Array& a,
              const std::optional<Axes>& axis,
              const Array& weights,
              bool keepdims) {
    if (weights.is_null()) return mean(a, axis, keepdims);
    const Axes axes = axis ? normalize_axes("average", *axis, a.ndim())
                           : internal::reduced_axes("average", axis, a.ndim());
    const DType dtype =
        promote_types(internal::inexact_dtype(a.dtype()), internal::inexact_dtype(weights.dtype()));
    const Array values = widened(astype(a, dtype, false));
    const Array factors = widened(astype(weights_along(weights, a, axes), dtype, false));
    const Array total = sum(multiply(values, factors), axes, keepdims);
    const Array scale = sum(broadcast_to(factors, a.shape()), axes, keepdims);
    return astype(divide(total, scale), dtype, false);
}

Array ptp(const Array& a, const std::optional<Axes>& axis, bool keepdims) {
    return subtract(max(a, axis, keepdims), min(a, axis, keepdims));
}

Array cov(const Array& m,
          const Array& y,
          bool rowvar,
          bool bias,
          std::optional<int64_t> ddof,
          const Array& fweights,
          const Array& aweights) {
    const Array rows = joint_observations("cov", m, y, rowvar);
    const int64_t n = rows.shape()[1];
    const double correction = static_cast<double>(ddof.value_or(bias ? 0 : 1));
    const DType dtype = joint_dtype(m, y);
    if (fweights.is_null() && aweights.is_null()) {
        const Array centred = subtract(rows, mean(rows, Axes{1}, true));
        const Array products = matmul(centred, conj(transpose(centred)));
        return squeeze(astype(divide(products, static_cast<double>(n) - correction), dtype, false));
    }
    const DType real = real_dtype(rows.dtype());
    Array weights = ones({n}, real, &rows.device());
    if (!fweights.is_null())
        weights = multiply(weights, astype(checked_weights("fweights", fweights, n), real, false));
    if (!aweights.is_null())
        weights = multiply(weights, astype(checked_weights("aweights", aweights, n), real, false));
    const Array total = sum(weights);
    Array lost = full_like(total, correction);
    if (!aweights.is_null())
        lost = divide(multiply(sum(multiply(weights, aweights)), correction), total);
    const Array centre = divide(sum(multiply(rows, weights), Axes{1}, true), total);
    const Array centred = subtract(rows, centre);
    const Array products = matmul(multiply(centred, weights), conj(transpose(centred)));
    return squeeze(astype(divide(products, subtract(total, lost)), dtype, false));
}

Array corrcoef(const Array& x, const Array& y, bool rowvar) {
    const Array c = cov(x, y, rowvar, false, std::nullopt, Array(), Array());
    if (c.ndim() == 0) return divide(c, c);
    const Array deviation = sqrt(real(diagonal(c)));
    const Array scaled =
        divide(divide(c, expand_dims(deviation, {1})), expand_dims(deviation, {0}));
    return internal::is_complex(scaled) ? scaled : clip(scaled, -1, 1);
}

}  // namespace chainerx
