// Several arrays from one and one from several: concatenate, stack, split, repeat, tile.
#include <algorithm>

#include "chx/ops/manipulation.h"
#include "device/device_state.h"
#include "ops/index_arithmetic.h"
#include "ops/op_support.h"

namespace chainerx::internal {

void infer_concatenate(InferContext& c) {
    const int axis = static_cast<int>(c.attrs<chx_attrs_concatenate>().axis);
    Shape shape = c.shape(0);
    for (int i = 1; i < c.n_inputs(); ++i) {
        const DimsView other = c.shape(i);
        bool fits = other.ndim() == shape.ndim();
        for (int k = 0; fits && k < shape.ndim(); ++k) fits = k == axis || other[k] == shape[k];
        if (!fits) {
            throw DimensionError(
                fmt::format("concatenate: arrays of shapes {} and {} along axis {}; expected equal "
                            "extents along all other axes",
                            to_string(c.shape(0)),
                            to_string(other),
                            axis));
        }
        shape[axis] += other[axis];
    }
    c.set(0, shape);
}

void gradient_concatenate(GradientContext& c) {
    const int axis = static_cast<int>(c.attrs<chx_attrs_concatenate>().axis);
    int64_t start = 0;
    for (int i = 0; i < c.n_inputs(); ++i) {
        const DimsView shape = c.input_shape(i);
        if (c.wants(i)) c.set(i, slice_view(c.grad(), part_along(shape, axis, start, shape[axis])));
        start += shape[axis];
    }
}

void decompose_concatenate(const Operand* inputs, int n_inputs, const void* attrs, Array* outputs) {
    const int axis = static_cast<int>(static_cast<const chx_attrs_concatenate*>(attrs)->axis);
    const Array first = array_of(inputs[0]);
    Shape shape = first.shape();
    for (int i = 1; i < n_inputs; ++i) shape[axis] += inputs[i].body()->tensor.shape[axis];
    const Array y = new_array(shape, first.dtype(), state_of(first.device()));
    int64_t start = 0;
    for (int i = 0; i < n_inputs; ++i) {
        const Array x = array_of(inputs[i]);
        if (x.size() != 0) {
            copy_into(raw_view(y, x.shape(), y.strides(), start * y.strides()[axis]), x);
        }
        start += x.shape()[axis];
    }
    outputs[0] = y;
}

namespace {

// axis is non-negative. More arrays than an op takes are joined group by group.
Array concatenated(std::vector<Array> arrays, int axis) {
    auto attrs = make_attrs<chx_attrs_concatenate>();
    attrs.axis = axis;
    while (true) {
        std::vector<Array> joined;
        for (size_t begin = 0; begin < arrays.size(); begin += kMaxInputs) {
            const size_t n = std::min<size_t>(kMaxInputs, arrays.size() - begin);
            Operand operands[kMaxInputs];
            for (size_t i = 0; i < n; ++i) operands[i] = arrays[begin + i];
            Array output;
            dispatch(kOps[kOpConcatenate], operands, static_cast<int>(n), &attrs, &output);
            joined.push_back(std::move(output));
        }
        if (joined.size() == 1) return joined[0];
        arrays = std::move(joined);
    }
}

void require_arrays(const char* op, const std::vector<Array>& arrays) {
    if (!arrays.empty()) return;
    throw ValueError(fmt::format("{}: no arrays were given; expected at least one", op));
}

template <typename Function>
std::vector<Array> each(const std::vector<Array>& arrays, Function function) {
    std::vector<Array> results;
    results.reserve(arrays.size());
    for (const Array& array : arrays) results.push_back(function(array));
    return results;
}

// A copy of a with each element along axis repeated `count` times in a row, or, if whole, all of it
// `count` times.
Array repeated_along(const Array& a, int axis, int64_t count, bool whole) {
    const int inserted = whole ? axis : axis + 1;
    const Array expanded = expand_dims(a, {inserted});
    Shape shape = expanded.shape();
    shape[inserted] = count;
    Shape result = a.shape();
    result[axis] *= count;
    return reshape(copy(broadcast_to(expanded, shape)), result);
}

}  // namespace

}  // namespace chainerx::internal

namespace chainerx {

Array concatenate(const std::vector<Array>& arrays, std::optional<int64_t> axis) {
    internal::require_arrays("concatenate", arrays);
    if (!axis) return internal::concatenated(internal::each(arrays, ravel), 0);
    if (arrays[0].ndim() == 0) {
        throw DimensionError("concatenate: a 0-d array was given; expected at least one dimension");
    }
    return internal::concatenated(arrays, normalize_axis("concatenate", *axis, arrays[0].ndim()));
}

Array stack(const std::vector<Array>& arrays, int64_t axis) {
    internal::require_arrays("stack", arrays);
    const DimsView shape = arrays[0].shape();
    for (const Array& array : arrays) {
        if (array.shape() == shape) continue;
        throw DimensionError(
            fmt::format("stack: arrays of shapes {} and {} were given; expected equal shapes",
                        to_string(shape),
                        to_string(array.shape())));
    }
    const int inserted = normalize_axis("stack", axis, shape.ndim() + 1);
    const auto expand = [&](const Array& array) { return expand_dims(array, {inserted}); };
    return internal::concatenated(internal::each(arrays, expand), inserted);
}

Array hstack(const std::vector<Array>& arrays) {
    internal::require_arrays("hstack", arrays);
    return concatenate(internal::each(arrays, atleast_1d), arrays[0].ndim() <= 1 ? 0 : 1);
}

Array vstack(const std::vector<Array>& arrays) {
    internal::require_arrays("vstack", arrays);
    return concatenate(internal::each(arrays, atleast_2d), 0);
}

Array dstack(const std::vector<Array>& arrays) {
    internal::require_arrays("dstack", arrays);
    return concatenate(internal::each(arrays, atleast_3d), 2);
}

Array column_stack(const std::vector<Array>& tup) {
    internal::require_arrays("column_stack", tup);
    const auto as_columns = [](const Array& array) {
        return array.ndim() >= 2 ? array : expand_dims(ravel(array), {1});
    };
    return concatenate(internal::each(tup, as_columns), 1);
}

Array append(const Array& arr, const Array& values, std::optional<int64_t> axis) {
    return concatenate({arr, values}, axis);
}

Array resize(const Array& a, const Shape& new_shape) {
    const int64_t n = total_size(new_shape);
    if (n == a.size()) return copy(a).reshape(new_shape);
    if (a.size() == 0) return zeros(new_shape, a.dtype(), &a.device());
    const Array place = remainder(internal::index_range(0, 1, n, a.device()), a.size());
    return take(ravel(a), place, 0).reshape(new_shape);
}

std::vector<Array> split(const Array& ary, const std::vector<int64_t>& indices, int64_t axis) {
    const int along = normalize_axis("split", axis, ary.ndim());
    const int64_t n = ary.shape()[along];
    std::vector<Array> parts;
    parts.reserve(indices.size() + 1);
    int64_t begin = 0;
    const auto add_part = [&](int64_t end) {
        const int64_t extent = std::max<int64_t>(end - begin, 0);
        const int64_t start = extent != 0 ? begin : 0;
        parts.push_back(
            internal::slice_view(ary, internal::part_along(ary.shape(), along, start, extent)));
        begin = end;
    };
    // Indices count as in a slice: from the end if negative, beyond the ends no further than these.
    for (const int64_t index : indices) {
        add_part(std::clamp<int64_t>(index < 0 ? index + n : index, 0, n));
    }
    add_part(n);
    return parts;
}

std::vector<Array> unstack(const Array& x, int64_t axis) {
    const int along = normalize_axis("unstack", axis, x.ndim());
    std::vector<Array> parts;
    for (int64_t i = 0; i < x.shape()[along]; ++i) {
        const auto part = internal::part_along(x.shape(), along, i, 1);
        parts.push_back(squeeze(internal::slice_view(x, part), Axes{along}));
    }
    return parts;
}

std::vector<Array> split_sections(const Array& ary, int64_t sections, int64_t axis) {
    const int along = normalize_axis("split", axis, ary.ndim());
    const int64_t n = ary.shape()[along];
    if (sections <= 0 || n % sections != 0) {
        throw ValueError(fmt::format(
            "split: axis {} of extent {} into {} parts; expected a number that divides the extent",
            along,
            n,
            sections));
    }
    const int64_t extent = n / sections;
    std::vector<Array> parts;
    parts.reserve(static_cast<size_t>(sections));
    for (int64_t i = 0; i < sections; ++i) {
        parts.push_back(internal::slice_view(
            ary, internal::part_along(ary.shape(), along, i * extent, extent)));
    }
    return parts;
}

Array repeat(const Array& a, const std::vector<int64_t>& repeats, std::optional<int64_t> axis) {
    if (!axis) return repeat(ravel(a), repeats, 0);
    const int along = normalize_axis("repeat", *axis, a.ndim());
    for (const int64_t count : repeats) {
        if (count >= 0) continue;
        throw ValueError(
            fmt::format("repeat: {} repeats were given; expected zero or more", count));
    }
    if (repeats.size() == 1) return internal::repeated_along(a, along, repeats[0], false);
    if (static_cast<int64_t>(repeats.size()) != a.shape()[along]) {
        throw DimensionError(
            fmt::format("repeat: {} repeats were given for axis {} of shape {}; expected one, or "
                        "one per element",
                        repeats.size(),
                        along,
                        to_string(a.shape())));
    }
    std::vector<int64_t> indices;
    for (size_t i = 0; i < repeats.size(); ++i) {
        indices.insert(indices.end(), static_cast<size_t>(repeats[i]), static_cast<int64_t>(i));
    }
    const auto n = static_cast<int64_t>(indices.size());
    return take(a, array(indices, {n}, &a.device()), along);
}

Array tile(const Array& a, const Dims& reps) {
    Array result = a;
    // As many repetitions as axes: the shorter of both is continued in front.
    Dims counts = reps;
    while (counts.size() < result.ndim()) counts.insert(0, 1);
    while (result.ndim() < counts.size()) result = expand_dims(result, {0});
    for (int i = 0; i < counts.size(); ++i) {
        if (counts[i] < 0) {
            throw ValueError(fmt::format("tile: repetitions {} were given; expected zero or more",
                                         to_string(reps)));
        }
    }
    bool is_copy = false;
    // The last axis first: its copies are the shortest and are made when the array is smallest.
    for (int i = counts.size() - 1; i >= 0; --i) {
        if (counts[i] == 1) continue;
        result = internal::repeated_along(result, i, counts[i], true);
        is_copy = true;
    }
    return is_copy ? result : copy(result);
}

}  // namespace chainerx
