// Quantiles, percentiles and medians, of sorted elements.
#include <limits>

#include "ops/op_support.h"
#include "ops/operand_arrays.h"
#include "ops/reduced_axes.h"

namespace chainerx {

namespace {

using internal::as_inexact;
using internal::widened;

enum class NanPolicy { kPropagate, kSkip };

// Between which elements a quantile lies, and how far behind the first.
struct Place {
    Array low, high, fraction;
};

// position: of the quantile among the sorted elements, the first being 0. Hyndman and Fan, Sample quantiles in statistical
// packages, Am. Stat. 50 (1996), definition 7 and its roundings.
Place place_of(const char* op, std::string_view method, const Array& position) {
    const Array low = floor(position);
    const Array high = ceil(position);
    if (method == "linear") return {low, high, subtract(position, low)};
    if (method == "lower") return {low, low, Array()};
    if (method == "higher") return {high, high, Array()};
    if (method == "midpoint") return {low, high, multiply(subtract(high, low), 0.5)};
    if (method == "nearest") {
        const Array nearest = round(position);
        return {nearest, nearest, Array()};
    }
    throw ValueError(
        fmt::format("{}: method is '{}'; expected 'linear', 'lower', 'higher', 'midpoint' or "
                    "'nearest'",
                    op,
                    method));
}

// The reduced axes as one, behind the others.
Array rows_of(const Array& a, const Axes& axes, Shape& rest) {
    Axes order;
    for (int i = 0; i < a.ndim(); ++i) {
        bool is_reduced = false;
        for (const int64_t axis : axes) is_reduced = is_reduced || axis == i;
        if (is_reduced) continue;
        order.push_back(i);
        rest.push_back(a.shape()[i]);
    }
    for (const int64_t axis : axes) order.push_back(axis);
    Shape shape = rest;
    shape.push_back(internal::reduced_count(a.shape(), axes));
    return transpose(a, order).reshape(shape);
}

Array quantile_fractions(const char* op, const Array& a, const Operand& q, double scale) {
    if (!q.is_scalar()) {
        const Array given = internal::array_of(q);
        internal::require_real(op, given);
        const Array fraction = astype(given, DType::kFloat64, false);
        return scale == 1 ? fraction : divide(fraction, scale);
    }
    const double value = static_cast<double>(q.scalar());
    if (!(value >= 0 && value <= scale)) {
        throw ValueError(fmt::format("{}: q is {}; expected 0 to {}", op, value, scale));
    }
    return full({}, value / scale, DType::kFloat64, &a.device());
}

Array quantiles(const char* op,
                const Array& a,
                const Operand& q,
                double scale,
                const std::optional<Axes>& axis,
                std::string_view method,
                bool keepdims,
                NanPolicy policy) {
    internal::require_real(op, a);
    const Axes axes = internal::reduced_axes(op, axis, a.ndim());
    Shape rest;
    const Array rows = rows_of(a, axes, rest);
    const int last_axis = rows.ndim() - 1;
    const int64_t n = rows.shape()[last_axis];
    if (n == 0) {
        throw DimensionError(
            fmt::format("{}: array of shape {} has no elements along the axes {}; expected at "
                        "least one",
                        op,
                        to_string(a.shape()),
                        to_string(axes)));
    }
    const Array given = quantile_fractions(op, a, q, scale);
    const Array is_valid = logical_and(greater_equal(given, 0), less_equal(given, 1));
    const Array fractions = ravel(where(is_valid, given, 0));

    const Array sorted = sort(rows, -1);  // NaN comes last
    const bool skips = policy == NanPolicy::kSkip && is_inexact(a.dtype());
    Array position;
    if (skips) {
        const Array count = sum(logical_not(isnan(rows)), Axes{-1}, true);
        position = multiply(astype(maximum(subtract(count, 1), 0), DType::kFloat64), fractions);
    } else {
        position = multiply(fractions, static_cast<double>(n - 1));
    }
    const Place place = place_of(op, method, position);
    const auto pick = [&](const Array& where_) {
        const Array index = astype(where_, DType::kInt64);
        return skips ? take_along_axis(sorted, index, -1) : take(sorted, index, last_axis);
    };
    Array result = pick(place.low);
    if (!place.fraction.is_null()) {
        const Array low = widened(as_inexact(result));
        const Array high = widened(as_inexact(pick(place.high)));
        const Array step = multiply(subtract(high, low), astype(place.fraction, low.dtype()));
        // Between two infinities there is nothing to add.
        const Array between = where(equal(place.fraction, 0), low, add(low, step));
        result = astype(between, internal::inexact_dtype(a.dtype()), false);
    }
    if (is_inexact(result.dtype())) {
        Array is_known = ravel(is_valid);
        if (!skips && is_inexact(a.dtype())) {
            const Array greatest = internal::part_of(sorted, last_axis, n - 1, 1);
            is_known = logical_and(is_known, logical_not(isnan(greatest)));
        }
        result = where(is_known, result, std::numeric_limits<double>::quiet_NaN());
    }
    Shape shape = given.shape();
    const Shape kept = keepdims ? internal::shape_with_kept_axes(a.shape(), axes) : rest;
    for (const int64_t extent : kept) shape.push_back(extent);
    return moveaxis(result, {-1}, {0}).reshape(shape);
}

}  // namespace

Array quantile(const Array& a,
               const Operand& q,
               const std::optional<Axes>& axis,
               std::string_view method,
               bool keepdims) {
    return quantiles("quantile", a, q, 1, axis, method, keepdims, NanPolicy::kPropagate);
}

Array percentile(const Array& a,
                 const Operand& q,
                 const std::optional<Axes>& axis,
                 std::string_view method,
                 bool keepdims) {
    return quantiles("percentile", a, q, 100, axis, method, keepdims, NanPolicy::kPropagate);
}

Array median(const Array& a, const std::optional<Axes>& axis, bool keepdims) {
    return quantiles("median", a, 0.5, 1, axis, "linear", keepdims, NanPolicy::kPropagate);
}

Array nanquantile(const Array& a,
                  const Operand& q,
                  const std::optional<Axes>& axis,
                  std::string_view method,
                  bool keepdims) {
    return quantiles("nanquantile", a, q, 1, axis, method, keepdims, NanPolicy::kSkip);
}

Array nanpercentile(const Array& a,
                    const Operand& q,
                    const std::optional<Axes>& axis,
                    std::string_view method,
                    bool keepdims) {
    return quantiles("nanpercentile", a, q, 100, axis, method, keepdims, NanPolicy::kSkip);
}

Array nanmedian(const Array& a, const std::optional<Axes>& axis, bool keepdims) {
    return quantiles("nanmedian", a, 0.5, 1, axis, "linear", keepdims, NanPolicy::kSkip);
}

}  // namespace chainerx
