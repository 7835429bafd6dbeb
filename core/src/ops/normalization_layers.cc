// Normalization by statistics of each sample: layer, group, instance and RMS norm, and normalization by a norm.
#include <algorithm>
#include <cmath>
#include <limits>

#include "chx/ops/normalization.h"
#include "ops/op_support.h"
#include "ops/wide_computation.h"

namespace chainerx {

namespace {

// (x - mean) / sqrt(var + eps) over axes; x is wide.
Array standardized(const Array& x, const Axes& axes, double eps) {
    const Array deviation = subtract(x, mean(x, axes, true));
    return divide(deviation, sqrt(add(mean(square(deviation), axes, true), eps)));
}

Array scaled_and_shifted(const Array& y, const Array& weight, const Array& bias) {
    const Array scaled = weight.is_null() ? y : multiply(y, weight);
    return bias.is_null() ? scaled : add(scaled, bias);
}

void check_parameter(
    const char* op, const char* name, const Array& parameter, DimsView expected, DimsView x) {
    if (parameter.is_null() || parameter.shape() == expected) return;
    throw DimensionError(fmt::format("{}: {} has shape {}; expected {}, as x has shape {}",
                                     op,
                                     name,
                                     to_string(parameter.shape()),
                                     to_string(expected),
                                     to_string(x)));
}

// The last axes of x, whose extents are normalized_shape.
Axes normalized_axes(const char* op, const Array& x, const Dims& normalized_shape) {
    const int n = normalized_shape.size();
    const int leading = x.ndim() - n;
    bool fits = n > 0 && leading >= 0;
    for (int i = 0; fits && i < n; ++i) fits = x.shape()[leading + i] == normalized_shape[i];
    if (!fits) {
        throw DimensionError(
            fmt::format("{}: normalized_shape is {}; expected the extents of the last axes of x, "
                        "of shape {}",
                        op,
                        to_string(normalized_shape),
                        to_string(x.shape())));
    }
    Axes axes;
    for (int i = 0; i < n; ++i) axes.push_back(leading + i);
    return axes;
}

// A parameter per channel beside (N, C, ...).
Array per_channel(const Array& parameter, int ndim) {
    if (parameter.is_null()) return parameter;
    Shape shape = Shape::filled(ndim - 1, 1);
    shape[0] = parameter.size();
    return parameter.reshape(shape);
}

Array normalize_groups(const char* op,
                       const Array& x,
                       int64_t n_groups,
                       const Array& weight,
                       const Array& bias,
                       double eps) {
    const int64_t n_channels = x.shape()[1];
    check_parameter(op, "weight", weight, Shape{n_channels}, x.shape());
    check_parameter(op, "bias", bias, Shape{n_channels}, x.shape());
    const DType dtype = internal::floating_dtype(op, {x, weight, bias});
    const int64_t n = x.shape()[0];
    // -1 can't stand for an extent where there is no element.
    const int64_t rest = x.size() == 0 ? 0 : x.size() / n / n_groups;
    const Array grouped = internal::widened(x, dtype).reshape({n, n_groups, rest});
    const Array y = standardized(grouped, Axes{2}, eps).reshape(x.shape());
    return scaled_and_shifted(y,
                              per_channel(internal::widened(weight, dtype), x.ndim()),
                              per_channel(internal::widened(bias, dtype), x.ndim()))
        .astype(dtype, false);
}

// The distance between 1 and the next number of the dtype.
double spacing(DType dtype) {
    switch (dtype) {
        case DType::kFloat16:
            return 0x1p-10;
        case DType::kBFloat16:
            return 0x1p-7;
        case DType::kFloat32:
            return std::numeric_limits<float>::epsilon();
        default:
            return std::numeric_limits<double>::epsilon();
    }
}

}  // namespace

Array layer_norm(const Array& x,
                 const Dims& normalized_shape,
                 const Array& weight,
                 const Array& bias,
                 double eps) {
    const Axes axes = normalized_axes("layer_norm", x, normalized_shape);
    check_parameter("layer_norm", "weight", weight, normalized_shape, x.shape());
    check_parameter("layer_norm", "bias", bias, normalized_shape, x.shape());
    const DType dtype = internal::floating_dtype("layer_norm", {x, weight, bias});
    const Array wide = internal::widened(x, dtype);
    const Array gamma = weight.is_null() ? ones(normalized_shape, wide.dtype(), &wide.device())
                                         : internal::widened(weight, dtype);
    const Array beta = bias.is_null() ? zeros(normalized_shape, wide.dtype(), &wide.device())
                                      : internal::widened(bias, dtype);
    auto attrs = internal::make_attrs<chx_attrs_layer_norm>();
    attrs.first_axis = axes[0];
    attrs.eps = eps;
    const Operand operands[] = {wide, gamma, beta};
    Array outputs[3];
    internal::dispatch(internal::kOps[internal::kOpLayerNorm], operands, 3, &attrs, outputs);
    return outputs[0].astype(dtype, false);
}

Array rms_norm(const Array& x,
               const Dims& normalized_shape,
               const Array& weight,
               std::optional<double> eps) {
    const Axes axes = normalized_axes("rms_norm", x, normalized_shape);
    check_parameter("rms_norm", "weight", weight, normalized_shape, x.shape());
    const DType dtype = internal::floating_dtype("rms_norm", {x, weight});
    const Array v = internal::widened(x, dtype);
    const Array mean_square = mean(square(v), axes, true);
    const Array y = divide(v, sqrt(add(mean_square, eps.value_or(spacing(dtype)))));
    return scaled_and_shifted(y, internal::widened(weight, dtype), Array()).astype(dtype, false);
}

Array group_norm(
    const Array& x, int64_t num_groups, const Array& weight, const Array& bias, double eps) {
    if (x.ndim() < 2 || num_groups < 1 || x.shape()[1] % num_groups != 0) {
        throw DimensionError(
            fmt::format("group_norm: x has shape {} and num_groups is {}; expected (N, C, ...) "
                        "with C divisible by num_groups",
                        to_string(x.shape()),
                        num_groups));
    }
    return normalize_groups("group_norm", x, num_groups, weight, bias, eps);
}

Array instance_norm(const Array& x, const Array& weight, const Array& bias, double eps) {
    if (x.ndim() < 3 || x.shape()[1] == 0) {
        throw DimensionError(fmt::format("instance_norm: x has shape {}; expected (N, C, d1, ...)",
                                         to_string(x.shape())));
    }
    return normalize_groups("instance_norm", x, x.shape()[1], weight, bias, eps);
}

Array normalize(const Array& x, double ord, int64_t axis, double eps) {
    const Axes axes{normalize_axis("normalize", axis, x.ndim())};
    if (!(ord > 0)) throw ValueError(fmt::format("normalize: ord is {}; expected above 0", ord));
    return internal::computed_wide("normalize", x, [&](const Array& v) {
        if (std::isinf(ord)) return divide(v, maximum(max(abs(v), axes, true), eps));
        // Bounded before the root, whose derivative at 0 is infinite.
        const Array powers = ord == 2 ? square(v) : power(abs(v), ord);
        const Array total = maximum(sum(powers, axes, true), std::pow(eps, ord));
        return divide(v, ord == 2 ? sqrt(total) : power(total, 1 / ord));
    });
}

Array local_response_norm(const Array& x, int64_t n, double k, double alpha, double beta) {
    if (x.ndim() < 2 || n < 1) {
        throw DimensionError(
            fmt::format("local_response_norm: x has shape {} and n is {}; expected (N, C, ...) and "
                        "at least 1",
                        to_string(x.shape()),
                        n));
    }
    return internal::computed_wide("local_response_norm", x, [&](const Array& v) {
        const int64_t n_channels = v.shape()[1];
        const Array squares = square(v);
        Array total = squares;
        for (int64_t shift = 1; shift <= std::min(n / 2, n_channels - 1); ++shift) {
            // What lies `shift` channels behind and ahead, zeros beyond the ends.
            const int64_t kept = n_channels - shift;
            Shape gap = v.shape();
            gap[1] = shift;
            const Array none = zeros(gap, v.dtype(), &v.device());
            const auto part = [&](int64_t start) {
                return internal::slice_view(squares,
                                            internal::part_along(v.shape(), 1, start, kept));
            };
            total = add(total, concatenate({part(shift), none}, 1));
            total = add(total, concatenate({none, part(0)}, 1));
        }
        return multiply(v, power(add(multiply(total, alpha), k), -beta));
    });
}

}  // namespace chainerx
