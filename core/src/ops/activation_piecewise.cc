// Activation functions made of linear pieces, and those that halve or double an axis.
#include "ops/op_support.h"
#include "ops/wide_computation.h"

namespace chainerx {

namespace {

Array between(const Array& x, double low, double high) { return minimum(maximum(x, low), high); }

Array hard_gate(const Array& x, double slope, double offset) {
    return between(add(multiply(x, slope), offset), 0, 1);
}

}  // namespace

Array relu6(const Array& x) { return clipped_relu(x, 6); }

Array hard_tanh(const Array& x, double min, double max) {
    if (min > max) {
        throw ValueError(fmt::format(
            "hard_tanh: min is {} and max is {}; expected min not above max", min, max));
    }
    return internal::computed_wide(
        "hard_tanh", x, [&](const Array& v) { return between(v, min, max); });
}

Array hard_sigmoid(const Array& x, double slope, double offset) {
    return internal::computed_wide(
        "hard_sigmoid", x, [&](const Array& v) { return hard_gate(v, slope, offset); });
}

Array hard_swish(const Array& x) {
    return internal::computed_wide(
        "hard_swish", x, [](const Array& v) { return multiply(v, hard_gate(v, 1.0 / 6, 0.5)); });
}

Array prelu(const Array& x, const Array& w) {
    Array slope = w;
    if (w.size() != 1) {
        bool fits = w.ndim() < x.ndim();
        for (int i = 0; fits && i < w.ndim(); ++i) fits = w.shape()[i] == x.shape()[i + 1];
        if (!fits) {
            throw DimensionError(
                fmt::format("prelu: w has shape {} and x has shape {}; expected one slope, or the "
                            "extents of x's axes from 1 on",
                            to_string(w.shape()),
                            to_string(x.shape())));
        }
        Shape shape = Shape::filled(x.ndim(), 1);
        for (int i = 0; i < w.ndim(); ++i) shape[i + 1] = w.shape()[i];
        slope = w.reshape(shape);
    } else {
        slope = w.reshape(Shape{});
    }
    const DType dtype = internal::floating_dtype("prelu", {x, w});
    const Array v = internal::widened(x, dtype);
    const Array negative_part = multiply(v, internal::widened(slope, dtype));
    return where(greater(v, 0), v, negative_part).astype(dtype, false);
}

Array glu(const Array& x, int64_t axis) {
    const int along = normalize_axis("glu", axis, x.ndim());
    const int64_t n = x.shape()[along];
    if (n % 2 != 0) {
        throw DimensionError(
            fmt::format("glu: axis {} has {} elements; expected an even number", axis, n));
    }
    return internal::computed_wide("glu", x, [&](const Array& v) {
        const Array value =
            internal::slice_view(v, internal::part_along(v.shape(), along, 0, n / 2));
        const Array gate =
            internal::slice_view(v, internal::part_along(v.shape(), along, n / 2, n / 2));
        return multiply(value, sigmoid(gate));
    });
}

Array crelu(const Array& x, int64_t axis) {
    const int along = normalize_axis("crelu", axis, x.ndim());
    return concatenate({relu(x), relu(negative(x))}, along);
}

Array maxout(const Array& x, int64_t pool_size, int64_t axis) {
    const int along = normalize_axis("maxout", axis, x.ndim());
    const int64_t n = x.shape()[along];
    if (pool_size < 1 || n % pool_size != 0) {
        throw DimensionError(fmt::format(
            "maxout: axis {} has {} elements; expected a multiple of pool_size {}, at least 1",
            axis,
            n,
            pool_size));
    }
    Shape shape;
    for (int i = 0; i < x.ndim(); ++i) {
        shape.push_back(i == along ? n / pool_size : x.shape()[i]);
        if (i == along) shape.push_back(pool_size);
    }
    return max(x.reshape(shape), Axes{along + 1});
}

}  // namespace chainerx
