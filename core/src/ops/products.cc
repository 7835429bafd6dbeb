// Products over chosen axes, all by way of matmul.
#include <algorithm>

#include "ops/op_support.h"

namespace chainerx {

namespace {

// The axes of an array that are not among those, in order.
Axes other_axes(int ndim, const Axes& axes) {
    Axes others;
    for (int i = 0; i < ndim; ++i) {
        if (std::find(axes.begin(), axes.end(), i) == axes.end()) others.push_back(i);
    }
    return others;
}

Shape extents(const Array& a, const Axes& axes) {
    Shape shape;
    for (const int64_t axis : axes) shape.push_back(a.shape()[static_cast<int>(axis)]);
    return shape;
}

Axes joined(const Axes& first, const Axes& second) {
    Axes axes = first;
    for (const int64_t axis : second) axes.push_back(axis);
    return axes;
}

void require_equal(const char* op, const Array& a, const Array& b, int64_t in_a, int64_t in_b) {
    if (in_a == in_b) return;
    throw DimensionError(fmt::format("{}: shapes {} and {} do not align ({} != {})",
                                     op,
                                     to_string(a.shape()),
                                     to_string(b.shape()),
                                     in_a,
                                     in_b));
}

}  // namespace

Array tensordot_axes(const Array& x1, const Array& x2, const Axes& axes1, const Axes& axes2) {
    const Axes own1 = normalize_axes("tensordot", axes1, x1.ndim());
    const Axes own2 = normalize_axes("tensordot", axes2, x2.ndim());
    if (own1.size() != own2.size()) {
        throw DimensionError(
            fmt::format("tensordot: axes {} and {} were given; expected as many in both",
                        to_string(axes1),
                        to_string(axes2)));
    }
    for (int i = 0; i < own1.size(); ++i) {
        require_equal("tensordot",
                      x1,
                      x2,
                      x1.shape()[static_cast<int>(own1[i])],
                      x2.shape()[static_cast<int>(own2[i])]);
    }
    const Axes rest1 = other_axes(x1.ndim(), own1);
    const Axes rest2 = other_axes(x2.ndim(), own2);
    const Shape rows = extents(x1, rest1);
    const Shape columns = extents(x2, rest2);
    const int64_t k = total_size(extents(x1, own1));
    const Array y = matmul(transpose(x1, joined(rest1, own1)).reshape({total_size(rows), k}),
                           transpose(x2, joined(own2, rest2)).reshape({k, total_size(columns)}));
    Shape shape = rows;
    for (const int64_t extent : columns) shape.push_back(extent);
    return y.reshape(shape);
}

Array matvec(const Array& x1, const Array& x2) {
    if (x1.ndim() < 2 || x2.ndim() < 1) {
        throw DimensionError(
            fmt::format("matvec: shapes {} and {}; expected (..., m, n) and (..., n)",
                        to_string(x1.shape()),
                        to_string(x2.shape())));
    }
    require_equal("matvec", x1, x2, x1.shape()[x1.ndim() - 1], x2.shape()[x2.ndim() - 1]);
    return squeeze(matmul(x1, expand_dims(x2, {-1})), Axes{-1});
}

Array vecmat(const Array& x1, const Array& x2) {
    if (x1.ndim() < 1 || x2.ndim() < 2) {
        throw DimensionError(
            fmt::format("vecmat: shapes {} and {}; expected (..., n) and (..., n, m)",
                        to_string(x1.shape()),
                        to_string(x2.shape())));
    }
    require_equal("vecmat", x1, x2, x1.shape()[x1.ndim() - 1], x2.shape()[x2.ndim() - 2]);
    return squeeze(matmul(expand_dims(conj(x1), {-2}), x2), Axes{-2});
}

Array vecdot(const Array& x1, const Array& x2, int64_t axis) {
    const int at1 = normalize_axis("vecdot", axis, x1.ndim());
    const int at2 = normalize_axis("vecdot", axis, x2.ndim());
    const int64_t n = x1.shape()[at1];
    require_equal("vecdot", x1, x2, n, x2.shape()[at2]);
    // (..., 1, n) and (..., n, 1)
    const Array rows = expand_dims(moveaxis(conj(x1), {at1}, {-1}), {-2});
    const Array columns = expand_dims(moveaxis(x2, {at2}, {-1}), {-1});
    return squeeze(matmul(rows, columns), Axes{-2, -1});
}

Array vdot(const Array& a, const Array& b) {
    require_equal("vdot", a, b, a.size(), b.size());
    return vecdot(ravel(a), ravel(b), -1);
}

Array inner(const Array& a, const Array& b) {
    if (a.ndim() == 0 || b.ndim() == 0) return multiply(a, b);
    return tensordot_axes(a, b, {-1}, {-1});
}

Array outer(const Array& a, const Array& b) {
    return multiply(expand_dims(ravel(a), {1}), expand_dims(ravel(b), {0}));
}

Array kron(const Array& a, const Array& b) {
    const int n = std::max(a.ndim(), b.ndim());
    // Each axis of the result is one of a and one of b; the shorter one has leading axes of extent 1.
    Shape of_a = Shape::filled(2 * n, 1), of_b = Shape::filled(2 * n, 1), shape;
    for (int i = 0; i < n; ++i) {
        const int in_a = i - (n - a.ndim()), in_b = i - (n - b.ndim());
        if (in_a >= 0) of_a[2 * i] = a.shape()[in_a];
        if (in_b >= 0) of_b[2 * i + 1] = b.shape()[in_b];
        shape.push_back(of_a[2 * i] * of_b[2 * i + 1]);
    }
    return multiply(a.reshape(of_a), b.reshape(of_b)).reshape(shape);
}

Array cross(const Array& a, const Array& b, int64_t axis) {
    const int64_t extent_a = a.shape()[normalize_axis("cross", axis, a.ndim())];
    const int64_t extent_b = b.shape()[normalize_axis("cross", axis, b.ndim())];
    if (extent_a != 3 || extent_b != 3) {
        throw DimensionError(
            fmt::format("cross: shapes {} and {} were given; expected three elements along axis {}",
                        to_string(a.shape()),
                        to_string(b.shape()),
                        axis));
    }
    const Array x = moveaxis(a, {axis}, {-1});
    const Array y = moveaxis(b, {axis}, {-1});
    const Array z =
        subtract(multiply(x, roll(y, {-1}, Axes{-1})), multiply(roll(x, {-1}, Axes{-1}), y));
    return moveaxis(roll(z, {-1}, Axes{-1}), {-1}, {axis});
}

}  // namespace chainerx
