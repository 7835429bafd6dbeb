// Inverses and solutions with regard to tensordot: those of matrices made of groups of axes.
#include <algorithm>

#include "ops/linalg_support.h"

namespace chainerx::linalg {

namespace {

Shape extents(const Array& a, int first, int last) {
    Shape shape;
    for (int i = first; i < last; ++i) shape.push_back(a.shape()[i]);
    return shape;
}

// The axes of an array with those moved to the end, in their order.
Axes moved_to_end(const Dims& given, int ndim) {
    const Axes moved = normalize_axes("tensorsolve", Axes(given), ndim);
    Axes order;
    for (int i = 0; i < ndim; ++i) {
        if (std::find(moved.begin(), moved.end(), i) == moved.end()) order.push_back(i);
    }
    for (const int64_t axis : moved) order.push_back(axis);
    return order;
}

}  // namespace

Array tensorinv(const Array& a, int64_t ind) {
    if (ind < 1) throw ValueError(fmt::format("tensorinv: ind is {}; expected 1 or more", ind));
    const int split = static_cast<int>(std::min<int64_t>(ind, a.ndim()));
    const Shape rows = extents(a, 0, split), columns = extents(a, split, a.ndim());
    const int64_t n = total_size(rows);
    if (n != total_size(columns)) {
        throw DimensionError(
            fmt::format("tensorinv: a has shape {} and ind is {}; expected as many elements along "
                        "the first {} axes as along the others",
                        to_string(a.shape()),
                        ind,
                        ind));
    }
    Shape shape = columns;
    for (const int64_t extent : rows) shape.push_back(extent);
    return inv(a.reshape({n, n})).reshape(shape);
}

Array tensorsolve(const Array& a, const Array& b, const std::optional<Dims>& axes) {
    const Array moved = axes ? transpose(a, moved_to_end(*axes, a.ndim())) : a;
    const Shape shape = extents(moved, std::min(b.ndim(), a.ndim()), a.ndim());
    const int64_t n = total_size(shape);
    if (n != b.size() || n * n != a.size()) {
        throw DimensionError(
            fmt::format("tensorsolve: a has shape {} and b {}; expected as many elements along "
                        "a's axes behind the first {} as b has, and along those",
                        to_string(moved.shape()),
                        to_string(b.shape()),
                        b.ndim()));
    }
    return solve(moved.reshape({n, n}), ravel(b)).reshape(shape);
}

}  // namespace chainerx::linalg
