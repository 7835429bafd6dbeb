// Axes in another order or direction: transpose, flip, roll.
#include <algorithm>
#include <utility>

#include "ops/op_support.h"

namespace chainerx {

namespace {

// axes: a permutation; view: the array with them in that order.
Array recorded(const Array& a, Array view, const Axes& axes) {
    const internal::TransposeAttrs attrs{axes};
    internal::record_view(internal::kOps[internal::kOpTranspose], a, view, &attrs, sizeof(attrs));
    return view;
}

Array permuted(const Array& a, const Axes& axes) {
    Array view = internal::raw_permuted(a, axes.data());
    return a.is_connected_to_any() ? recorded(a, std::move(view), axes) : view;
}

Axes all_axes(int ndim) {
    Axes axes;
    axes.resize(ndim);
    for (int i = 0; i < ndim; ++i) axes[i] = i;
    return axes;
}

void require_ndim(const char* op, const Array& a, int least) {
    if (a.ndim() >= least) return;
    throw DimensionError(
        fmt::format("{}: array of shape {} was given; expected at least {} dimension{}",
                    op,
                    to_string(a.shape()),
                    least,
                    least == 1 ? "" : "s"));
}

// Elements moved up by shift along axis, those pushed out put back at its beginning; a itself if
// none moves.
Array rolled(const Array& a, int64_t shift, int axis) {
    const int64_t n = a.shape()[axis];
    const int64_t moved = n == 0 ? 0 : ((shift % n) + n) % n;
    if (moved == 0) return a;
    internal::SliceAttrs part{Dims::filled(a.ndim(), 0), Dims::filled(a.ndim(), 1), a.shape()};
    part.starts[axis] = n - moved;
    part.shape[axis] = moved;
    const Array pushed_out = internal::slice_view(a, part);
    part.starts[axis] = 0;
    part.shape[axis] = n - moved;
    return concatenate({pushed_out, internal::slice_view(a, part)}, axis);
}

}  // namespace

Array transpose(const Array& a, const std::optional<Axes>& axes) {
    if (!axes) {
        Array view = internal::raw_transposed(a);
        if (!a.is_connected_to_any()) return view;
        Axes reversed = all_axes(a.ndim());
        std::reverse(reversed.begin(), reversed.end());
        return recorded(a, std::move(view), reversed);
    }
    if (axes->size() != a.ndim()) {
        throw DimensionError(
            fmt::format("transpose: axes {} were given for an array of shape {}; expected a "
                        "permutation of its {} axes",
                        to_string(*axes),
                        to_string(a.shape()),
                        a.ndim()));
    }
    return permuted(a, normalize_axes("transpose", *axes, a.ndim()));
}

Array permute_dims(const Array& x, const Axes& axes) { return transpose(x, axes); }

Array matrix_transpose(const Array& x) {
    require_ndim("matrix_transpose", x, 2);
    return x.ndim() == 2 ? transpose(x) : swapaxes(x, -2, -1);
}

Array swapaxes(const Array& a, int64_t axis1, int64_t axis2) {
    Axes axes = all_axes(a.ndim());
    std::swap(axes[normalize_axis("swapaxes", axis1, a.ndim())],
              axes[normalize_axis("swapaxes", axis2, a.ndim())]);
    return permuted(a, axes);
}

Array moveaxis(const Array& a, const Axes& source, const Axes& destination) {
    const Axes from = normalize_axes("moveaxis", source, a.ndim());
    const Axes to = normalize_axes("moveaxis", destination, a.ndim());
    if (from.size() != to.size()) {
        throw DimensionError(
            fmt::format("moveaxis: source {} and destination {} differ in length; expected as many "
                        "axes in both",
                        to_string(source),
                        to_string(destination)));
    }
    Axes axes = Axes::filled(a.ndim(), -1);
    bool is_moved[kMaxViewNdim] = {};
    for (int i = 0; i < from.size(); ++i) {
        axes[static_cast<int>(to[i])] = from[i];
        is_moved[static_cast<int>(from[i])] = true;
    }
    int next = 0;
    for (int64_t& axis : axes) {
        if (axis >= 0) continue;
        while (is_moved[next]) ++next;
        axis = next++;
    }
    return permuted(a, axes);
}

Array rollaxis(const Array& a, int64_t axis, int64_t start) {
    const int from = normalize_axis("rollaxis", axis, a.ndim());
    // start may be ndim, one behind the last axis.
    int before = normalize_axis("rollaxis", start < 0 ? start + a.ndim() : start, a.ndim() + 1);
    if (from < before) --before;
    Axes axes = all_axes(a.ndim());
    axes.erase(from);
    axes.insert(before, from);
    return permuted(a, axes);
}

Array flip(const Array& m, const std::optional<Axes>& axis) {
    const Axes axes = axis ? normalize_axes("flip", *axis, m.ndim()) : all_axes(m.ndim());
    internal::SliceAttrs attrs{Dims::filled(m.ndim(), 0), Dims::filled(m.ndim(), 1), m.shape()};
    for (const int64_t i : axes) {
        const int flipped = static_cast<int>(i);
        attrs.starts[flipped] = std::max<int64_t>(m.shape()[flipped] - 1, 0);
        attrs.steps[flipped] = -1;
    }
    return internal::slice_view(m, attrs);
}

Array fliplr(const Array& m) {
    require_ndim("fliplr", m, 2);
    return flip(m, Axes{1});
}

Array flipud(const Array& m) {
    require_ndim("flipud", m, 1);
    return flip(m, Axes{0});
}

Array rot90(const Array& m, int64_t k, const Axes& axes) {
    if (axes.size() != 2) {
        throw DimensionError(
            fmt::format("rot90: axes {} were given; expected two", to_string(axes)));
    }
    const Axes plane = normalize_axes("rot90", axes, m.ndim());
    switch (((k % 4) + 4) % 4) {
        case 1:
            return swapaxes(flip(m, Axes{plane[1]}), plane[0], plane[1]);
        case 2:
            return flip(m, plane);
        case 3:
            return flip(swapaxes(m, plane[0], plane[1]), Axes{plane[1]});
        default:
            return m.view();
    }
}

Array roll(const Array& a, const Dims& shift, const std::optional<Axes>& axis) {
    if (!axis) {
        int64_t total = 0;
        for (const int64_t by : shift) total += by;
        const Array flat = ravel(a);
        const Array result = rolled(flat, total, 0);
        return result.is_same(flat) ? copy(a) : reshape(result, a.shape());
    }
    // One shift for all axes, or for one axis the sum of all shifts; otherwise pairs.
    if (shift.size() != 1 && axis->size() != 1 && shift.size() != axis->size()) {
        throw DimensionError(
            fmt::format("roll: shift {} and axis {} differ in length; expected as many of both, or "
                        "a single one",
                        to_string(shift),
                        to_string(*axis)));
    }
    Dims by_axis = Dims::filled(a.ndim(), 0);
    for (int i = 0; i < std::max(shift.size(), axis->size()); ++i) {
        const int64_t along = (*axis)[axis->size() == 1 ? 0 : i];
        by_axis[normalize_axis("roll", along, a.ndim())] += shift[shift.size() == 1 ? 0 : i];
    }
    Array result = a;
    for (int i = 0; i < a.ndim(); ++i) {
        if (by_axis[i] != 0) result = rolled(result, by_axis[i], i);
    }
    return result.is_same(a) ? copy(a) : result;
}

}  // namespace chainerx
