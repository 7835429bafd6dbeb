// pad: arrays continued beyond their ends, axis by axis.
#include <algorithm>

#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx {

namespace {

using internal::part_of;

struct Padding {
    std::string_view mode;
    Operand constant, end;
    std::optional<int64_t> stat_length;
};

// The element that stands at place i beyond the n elements of an axis.
int64_t source_of(std::string_view mode, int64_t i, int64_t n) {
    const auto wrapped = [&](int64_t period) { return ((i % period) + period) % period; };
    if (mode == "edge") return std::clamp<int64_t>(i, 0, n - 1);
    if (mode == "wrap") return wrapped(n);
    if (mode == "symmetric") {
        const int64_t place = wrapped(2 * n);
        return place < n ? place : 2 * n - 1 - place;
    }
    if (n == 1) return 0;
    const int64_t place = wrapped(2 * n - 2);  // reflect: the ends are not repeated
    return place < n ? place : 2 * n - 2 - place;
}

Array continued(const Array& x, int axis, int64_t from, int64_t count, std::string_view mode) {
    std::vector<int64_t> sources;
    for (int64_t i = from; i < from + count; ++i)
        sources.push_back(source_of(mode, i, x.shape()[axis]));
    return take(x, array(sources, {count}, &x.device()), axis);
}

Array constant_part(const Array& x, int axis, int64_t count, const Operand& value) {
    Shape shape = x.shape();
    shape[axis] = count;
    return full(shape, value, x.dtype(), &x.device());
}

// From the value of the end to the edge, which is not reached.
Array ramp(const Array& x, int axis, int64_t count, bool is_before, const Operand& end) {
    const int64_t n = x.shape()[axis];
    const bool is_exact = !is_inexact(x.dtype());
    const Array edge = part_of(x, axis, is_before ? 0 : n - 1, 1);
    const Array target = is_exact ? astype(edge, DType::kFloat64) : internal::widened(edge);
    Array steps = arange(0, count, 1, real_dtype(target.dtype()), &x.device());
    if (!is_before) steps = flip(steps);
    const Array share =
        internal::laid_along(divide(steps, static_cast<double>(count)), axis, x.ndim());
    const Array values = add(multiply(subtract(target, end), share), end);
    return astype(is_exact ? floor(values) : values, x.dtype(), false);
}

Array statistic(const Array& x, int axis, bool is_before, const Padding& padding) {
    const int64_t n = x.shape()[axis];
    const int64_t count = std::min(padding.stat_length.value_or(n), n);
    if (count < 1) {
        throw ValueError(
            fmt::format("pad: stat_length is {}; expected 1 or more", *padding.stat_length));
    }
    const Array values = part_of(x, axis, is_before ? 0 : n - count, count);
    const Axes axes{axis};
    if (padding.mode == "maximum") return max(values, axes, true);
    if (padding.mode == "minimum") return min(values, axes, true);
    const bool is_exact = !is_inexact(x.dtype());
    const Array precise = is_exact ? astype(values, DType::kFloat64) : values;
    const Array middle =
        padding.mode == "mean" ? mean(precise, axes, true) : median(precise, axes, true);
    return is_exact ? astype(round(middle), x.dtype()) : middle;
}

Array padding_part(const Array& x, int axis, int64_t count, bool is_before, const Padding& how) {
    const std::string_view mode = how.mode;
    if (mode == "constant") return constant_part(x, axis, count, how.constant);
    const int64_t n = x.shape()[axis];
    if (n == 0) {
        throw ValueError(
            fmt::format("pad: axis {} of shape {} is empty; expected elements, which "
                        "mode '{}' continues",
                        axis,
                        to_string(x.shape()),
                        mode));
    }
    if (mode == "edge" || mode == "wrap" || mode == "symmetric" || mode == "reflect")
        return continued(x, axis, is_before ? -count : n, count, mode);
    if (mode == "linear_ramp") return ramp(x, axis, count, is_before, how.end);
    if (mode == "maximum" || mode == "minimum" || mode == "mean" || mode == "median") {
        Shape shape = x.shape();
        shape[axis] = count;
        return broadcast_to(statistic(x, axis, is_before, how), shape);
    }
    throw ValueError(
        fmt::format("pad: mode is '{}'; expected 'constant', 'edge', 'linear_ramp', 'maximum', "
                    "'mean', 'median', 'minimum', 'reflect', 'symmetric' or 'wrap'",
                    mode));
}

// (before, after) for every axis, from one number, two, or two per axis.
std::vector<int64_t> widths_per_side(const std::vector<int64_t>& given, int ndim) {
    const size_t n = 2 * static_cast<size_t>(ndim);
    if (given.size() != 1 && given.size() != 2 && given.size() != n) {
        throw ValueError(
            fmt::format("pad: {} widths were given; expected 1, 2, or two for each of {} axes",
                        given.size(),
                        ndim));
    }
    std::vector<int64_t> widths(n);
    for (size_t i = 0; i < n; ++i) {
        widths[i] = given[i % given.size()];
        if (widths[i] < 0) {
            throw ValueError(
                fmt::format("pad: a width of {} was given; expected zero or more", widths[i]));
        }
    }
    return widths;
}

}  // namespace

Array pad(const Array& array,
          const std::vector<int64_t>& pad_width,
          std::string_view mode,
          const Operand& constant_values,
          const Operand& end_values,
          std::optional<int64_t> stat_length) {
    const std::vector<int64_t> widths = widths_per_side(pad_width, array.ndim());
    const Padding how{mode, constant_values, end_values, stat_length};
    Array result = array;
    for (int axis = 0; axis < array.ndim(); ++axis) {
        const int64_t before = widths[2 * static_cast<size_t>(axis)];
        const int64_t after = widths[2 * static_cast<size_t>(axis) + 1];
        std::vector<Array> parts;
        if (before != 0) parts.push_back(padding_part(result, axis, before, true, how));
        parts.push_back(result);
        if (after != 0) parts.push_back(padding_part(result, axis, after, false, how));
        if (parts.size() > 1) result = concatenate(parts, axis);
    }
    return result.is_same(array) ? copy(array) : result;
}

}  // namespace chainerx
