// Differences, integrals, interpolation and convolution of samples of functions.
#include <algorithm>

#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx {

namespace {

using internal::as_inexact;
using internal::laid_along;
using internal::part_of;

// Weights of three neighbours, given the distances between them, for the derivative at one of them (Fornberg, Generation of
// finite difference formulas, Math. Comp. 51, 1988).
struct Weights {
    Array first, second, third;
};

Weights weights_at_middle(const Array& h1, const Array& h2) {
    const Array both = add(h1, h2);
    return {negative(divide(h2, multiply(h1, both))),
            divide(subtract(h2, h1), multiply(h1, h2)),
            divide(h1, multiply(h2, both))};
}

Weights weights_at_first(const Array& h1, const Array& h2) {
    const Array both = add(h1, h2);
    return {negative(divide(add(h1, both), multiply(h1, both))),
            divide(both, multiply(h1, h2)),
            negative(divide(h1, multiply(h2, both)))};
}

Array combined(const Weights& weights, const Array& f, int axis, int64_t start, int64_t extent) {
    const auto part = [&](int64_t offset) { return part_of(f, axis, start + offset, extent); };
    return add(add(multiply(part(0), weights.first), multiply(part(1), weights.second)),
               multiply(part(2), weights.third));
}

// The distances between neighbours along an axis, with as many dimensions as f.
Array distances(const Array& f, const Operand& spacing, int axis) {
    const int64_t n = f.shape()[axis];
    const DType dtype = real_dtype(f.dtype());
    const Array given = spacing.is_scalar() ? Array() : internal::array_of(spacing);
    if (given.is_null() || given.ndim() == 0) {
        const Array h = astype(internal::as_array(spacing, f), dtype, false);
        Shape shape = Shape::filled(f.ndim(), 1);
        shape[axis] = n - 1;
        return broadcast_to(h, shape);
    }
    if (given.ndim() != 1 || given.size() != n) {
        throw DimensionError(
            fmt::format("gradient: coordinates of shape {} for axis {} of shape {}; expected a "
                        "distance, or one coordinate for each of {} elements",
                        to_string(given.shape()),
                        axis,
                        to_string(f.shape()),
                        n));
    }
    return laid_along(diff(astype(given, dtype, false)), axis, f.ndim());
}

Array derivative(const Array& f, const Operand& spacing, int axis, int64_t edge_order) {
    const int64_t n = f.shape()[axis];
    if (n <= edge_order) {
        throw DimensionError(
            fmt::format("gradient: axis {} of shape {}; expected at least {} elements",
                        axis,
                        to_string(f.shape()),
                        edge_order + 1));
    }
    const Array h = distances(f, spacing, axis);
    const auto step = [&](int64_t i) { return part_of(h, axis, i, 1); };
    const auto slope = [&](int64_t i) {
        return divide(subtract(part_of(f, axis, i + 1, 1), part_of(f, axis, i, 1)), step(i));
    };
    std::vector<Array> parts;
    if (edge_order == 1) {
        parts.push_back(slope(0));
    } else {
        parts.push_back(combined(weights_at_first(step(0), step(1)), f, axis, 0, 1));
    }
    if (n > 2) {
        const Weights middle =
            weights_at_middle(part_of(h, axis, 0, n - 2), part_of(h, axis, 1, n - 2));
        parts.push_back(combined(middle, f, axis, 0, n - 2));
    }
    if (edge_order == 1) {
        parts.push_back(slope(n - 2));
    } else {
        // As at the first, seen from the other side.
        const Weights mirrored = weights_at_first(step(n - 2), step(n - 3));
        const Weights last{
            negative(mirrored.third), negative(mirrored.second), negative(mirrored.first)};
        parts.push_back(combined(last, f, axis, n - 3, 1));
    }
    return concatenate(parts, axis);
}

Array full_convolution(const Array& a, const Array& v) {
    const int64_t m = v.size();
    const int64_t n = a.size() + m - 1;
    const Array kernel = flip(v);
    if (is_floating(a.dtype())) {
        const Array y = conv(a.reshape({1, 1, a.size()}),
                             kernel.reshape({1, 1, m}),
                             Array(),
                             Dims{1},
                             Dims{m - 1},
                             false,
                             Dims{1},
                             1);
        return y.reshape({n});
    }
    const Array rows = expand_dims(arange(0, n, 1, DType::kInt64, &a.device()), {1});
    const Array columns = arange(0, m, 1, DType::kInt64, &a.device());
    return matmul(take(pad(a, {m - 1}, "constant", 0, 0, std::nullopt), add(rows, columns), 0),
                  kernel);
}

// a is not shorter than v.
Array convolution_part(
    const char* op, const Array& a, const Array& v, std::string_view mode, int64_t same_start) {
    const Array y = full_convolution(a, v);
    if (mode == "full") return y;
    if (mode == "same") return part_of(y, 0, same_start, a.size());
    if (mode == "valid") return part_of(y, 0, v.size() - 1, a.size() - v.size() + 1);
    throw ValueError(fmt::format("{}: mode is '{}'; expected 'full', 'same' or 'valid'", op, mode));
}

// Both operands as arrays of one dtype.
std::vector<Array> signals(const char* op, const Array& a, const Array& v) {
    const DType dtype = promote_types(a.dtype(), v.dtype());
    std::vector<Array> both;
    for (const Array& x : {a, v}) {
        internal::require_ndim(op, "an operand", x, 1);
        if (x.size() == 0)
            throw DimensionError(
                fmt::format("{}: an empty array was given; expected elements", op));
        both.push_back(astype(x, dtype, false));
    }
    internal::refuse_bool(op, both[0]);
    return both;
}

}  // namespace

std::vector<Array> gradient(const Array& f,
                            const Operand& spacing,
                            const std::optional<Axes>& axis,
                            int64_t edge_order) {
    if (edge_order != 1 && edge_order != 2)
        throw ValueError(fmt::format("gradient: edge_order is {}; expected 1 or 2", edge_order));
    Axes axes;
    if (axis) {
        axes = normalize_axes("gradient", *axis, f.ndim());
    } else {
        for (int i = 0; i < f.ndim(); ++i) axes.push_back(i);
    }
    const Array samples = internal::widened(as_inexact(f));
    const DType dtype = internal::inexact_dtype(f.dtype());
    std::vector<Array> results;
    for (const int64_t along : axes) {
        const Array y = derivative(samples, spacing, static_cast<int>(along), edge_order);
        results.push_back(astype(y, dtype, false));
    }
    return results;
}

Array trapezoid(const Array& y, const Array& x, const Operand& dx, int64_t axis) {
    const int along = normalize_axis("trapezoid", axis, y.ndim());
    const int64_t n = std::max<int64_t>(y.shape()[along] - 1, 0);
    const Array samples = internal::widened(as_inexact(y));
    const Array sums =
        add(part_of(samples, along, n == 0 ? 0 : 1, n), part_of(samples, along, 0, n));
    Array areas;
    if (x.is_null()) {
        areas = multiply(multiply(sums, 0.5), dx);
    } else {
        const Array given = as_inexact(x);
        const Array widths = given.ndim() == 1 ? laid_along(diff(given), along, y.ndim())
                                               : diff(given, 1, along, Array(), Array());
        areas = multiply(multiply(sums, 0.5), widths);
    }
    const DType dtype = x.is_null() ? internal::inexact_dtype(y.dtype())
                                    : promote_types(internal::inexact_dtype(y.dtype()),
                                                    internal::inexact_dtype(x.dtype()));
    return astype(sum(areas, Axes{along}), dtype, false);
}

Array interp(const Operand& x,
             const Array& xp,
             const Array& fp,
             std::optional<double> left,
             std::optional<double> right,
             std::optional<double> period) {
    internal::require_ndim("interp", "xp", xp, 1);
    internal::require_real("interp", xp);
    if (fp.shape() != xp.shape() || xp.size() == 0) {
        throw DimensionError(
            fmt::format("interp: xp has shape {} and fp {}; expected equal shapes, not empty",
                        to_string(xp.shape()),
                        to_string(fp.shape())));
    }
    const Array given = as_inexact(internal::as_array(x, xp));
    const DType dtype = promote_types(given.dtype(), internal::inexact_dtype(xp.dtype()));
    Array at = astype(given, dtype, false);
    Array knots = astype(xp, dtype, false);
    Array values = as_inexact(fp);
    if (period) {
        if (*period == 0) throw ValueError("interp: period is 0; expected another number");
        const double turn = std::abs(*period);
        at = remainder(at, turn);
        knots = remainder(knots, turn);
        const Array order = argsort(knots, 0);
        const auto around = [&](const Array& row, double shift) {
            const Array sorted = take(row, order, 0);
            const int64_t n = sorted.size();
            return concatenate({subtract(part_of(sorted, 0, n - 1, 1), shift),
                                sorted,
                                add(part_of(sorted, 0, 0, 1), shift)},
                               0);
        };
        knots = around(knots, turn);
        values = around(values, 0);
    }
    const int64_t n = knots.size();
    const Array first = part_of(knots, 0, 0, 1).reshape({});
    const Array last = part_of(knots, 0, n - 1, 1).reshape({});
    const Array first_value = part_of(values, 0, 0, 1).reshape({});
    const Array last_value = part_of(values, 0, n - 1, 1).reshape({});
    Array y = add(multiply(at, 0), first_value);
    if (n > 1) {
        const Array place = clip(subtract(searchsorted(knots, at, "right"), 1), 0, n - 2);
        const Array next = add(place, 1);
        const Array start = take(knots, place, 0);
        const Array low = take(values, place, 0);
        const Array slope =
            divide(subtract(take(values, next, 0), low), subtract(take(knots, next, 0), start));
        y = add(low, multiply(slope, subtract(at, start)));
    }
    Operand below = first_value;
    Operand above = last_value;
    if (left && !period) below = Scalar(*left);
    if (right && !period) above = Scalar(*right);
    return where(less(at, first), below, where(greater(at, last), above, y));
}

Array convolve(const Array& a, const Array& v, std::string_view mode) {
    const std::vector<Array> both = signals("convolve", a, v);
    const bool is_swapped = v.size() > a.size();
    const Array& longer = both[is_swapped ? 1 : 0];
    const Array& shorter = both[is_swapped ? 0 : 1];
    return convolution_part("convolve", longer, shorter, mode, (shorter.size() - 1) / 2);
}

Array correlate(const Array& a, const Array& v, std::string_view mode) {
    const std::vector<Array> both = signals("correlate", a, v);
    if (v.size() > a.size()) return conj(flip(correlate(v, a, mode)));
    return convolution_part("correlate", both[0], conj(flip(both[1])), mode, (v.size() - 1) / 2);
}

Array ediff1d(const Array& ary, const Array& to_end, const Array& to_begin) {
    const Array differences = diff(ravel(ary));
    std::vector<Array> parts;
    const auto cast = [&](const Array& x) { return astype(ravel(x), ary.dtype(), false); };
    if (!to_begin.is_null()) parts.push_back(cast(to_begin));
    parts.push_back(differences);
    if (!to_end.is_null()) parts.push_back(cast(to_end));
    return parts.size() == 1 ? differences : concatenate(parts, 0);
}

Array unwrap(const Array& p, std::optional<double> discont, int64_t axis, double period) {
    internal::require_real("unwrap", p);
    if (!(period > 0))
        throw ValueError(fmt::format("unwrap: period is {}; expected more than 0", period));
    const int along = normalize_axis("unwrap", axis, p.ndim());
    const Array values = internal::widened(as_inexact(p));
    const Array steps = diff(values, 1, along, Array(), Array());
    const double half = period / 2;
    // Each step brought into [-half, half], the end that has its sign.
    const Array turned = subtract(remainder(add(steps, half), period), half);
    const Array is_end = logical_and(equal(turned, -half), greater(steps, 0));
    const Array change = subtract(where(is_end, half, turned), steps);
    const Array is_small = less(abs(steps), std::max(discont.value_or(half), half));
    const Array moved = cumsum(where(is_small, 0, change), along);
    if (values.shape()[along] == 0) return as_inexact(p);
    const int64_t n = values.shape()[along] - 1;
    const Array rest = add(part_of(values, along, n == 0 ? 0 : 1, n), moved);
    const Array result = concatenate({part_of(values, along, 0, 1), rest}, along);
    return astype(result, internal::inexact_dtype(p.dtype()), false);
}

Array polyval(const Array& p, const Operand& x) {
    internal::require_ndim("polyval", "p", p, 1);
    const Array at = internal::as_array(x, p);
    const DType dtype = promote_types(p.dtype(), at.dtype());
    Array y = zeros(at.shape(), dtype, &p.device());
    for (int64_t i = 0; i < p.size(); ++i)
        y = add(multiply(y, at), part_of(p, 0, i, 1).reshape({}));
    return y;
}

}  // namespace chainerx
