// Images of other extents: interpolate, and channels that become pixels or pixels that become channels.
#include <algorithm>
#include <cmath>

#include "ops/op_support.h"
#include "ops/wide_computation.h"
#include "ops/windows.h"

namespace chainerx {

namespace {

// Where the elements of a resized axis come from: between `lower` and `upper`, `weight` of the way.
struct Sources {
    Sources(int64_t n, int64_t extent, bool align_corners, DType dtype, Device& device) {
        std::vector<int64_t> lower_of, upper_of;
        std::vector<double> weight_of;
        for (int64_t i = 0; i < n; ++i) {
            const double place = align_corners ? aligned(i, n, extent) : centered(i, n, extent);
            const auto below = static_cast<int64_t>(place);
            lower_of.push_back(below);
            upper_of.push_back(std::min(below + 1, extent - 1));
            weight_of.push_back(place - static_cast<double>(below));
        }
        lower = array_from_host(lower_of.data(), {n}, DType::kInt64, &device);
        upper = array_from_host(upper_of.data(), {n}, DType::kInt64, &device);
        weight =
            array_from_host(weight_of.data(), {n}, DType::kFloat64, &device).astype(dtype, false);
    }
    // The outermost elements' centers stay where they are.
    static double aligned(int64_t i, int64_t n, int64_t extent) {
        return n == 1 ? 0
                      : static_cast<double>(i) * static_cast<double>(extent - 1) /
                            static_cast<double>(n - 1);
    }
    // The outermost elements' outer edges stay where they are.
    static double centered(int64_t i, int64_t n, int64_t extent) {
        const double place =
            (static_cast<double>(i) + 0.5) * static_cast<double>(extent) / static_cast<double>(n) -
            0.5;
        return std::clamp(place, 0.0, static_cast<double>(extent - 1));
    }
    Array lower, upper, weight;
};

Array nearest(const Array& x, int axis, int64_t n) {
    std::vector<int64_t> source;
    for (int64_t i = 0; i < n; ++i) source.push_back(i * x.shape()[axis] / n);
    return take(x, array_from_host(source.data(), {n}, DType::kInt64, &x.device()), axis);
}

Array linear_between(const Array& x, int axis, int64_t n, bool align_corners) {
    const Sources sources(n, x.shape()[axis], align_corners, x.dtype(), x.device());
    Shape beside = Shape::filled(x.ndim() - axis, 1);
    beside[0] = n;
    const Array lower = take(x, sources.lower, axis);
    const Array step = subtract(take(x, sources.upper, axis), lower);
    return add(lower, multiply(step, sources.weight.reshape(beside)));
}

void check_block(const char* op, const Array& x, int64_t factor) {
    internal::check_spatial(op, "x", x.shape());
    if (factor < 1) {
        throw ValueError(fmt::format("{}: the factor is {}; expected at least 1", op, factor));
    }
}

}  // namespace

Array interpolate(const Array& x, const Dims& size, std::string_view mode, bool align_corners) {
    internal::check_spatial("interpolate", "x", x.shape());
    const int n = x.ndim() - 2;
    const Dims extents = internal::per_axis("interpolate", "size", size, n, 1);
    const bool is_linear = mode == "linear" || mode == "bilinear" || mode == "trilinear";
    if (!is_linear && mode != "nearest") {
        throw ValueError(fmt::format(
            "interpolate: mode is '{}'; expected 'nearest', 'linear', 'bilinear' or 'trilinear'",
            mode));
    }
    if (align_corners && !is_linear)
        throw ValueError(
            "interpolate: align_corners has no meaning in mode 'nearest'; leave it out");
    for (const int64_t extent : internal::spatial(x.shape())) {
        if (extent > 0) continue;
        throw DimensionError(
            fmt::format("interpolate: x has shape {}; expected elements along all "
                        "spatial axes",
                        to_string(x.shape())));
    }
    if (!is_linear) {
        Array y = x;
        for (int i = 0; i < n; ++i) y = nearest(y, i + 2, extents[i]);
        return y;
    }
    return internal::computed_wide("interpolate", x, [&](const Array& v) {
        Array y = v;
        for (int i = 0; i < n; ++i) y = linear_between(y, i + 2, extents[i], align_corners);
        return y;
    });
}

Array pixel_shuffle(const Array& x, int64_t upscale_factor) {
    check_block("pixel_shuffle", x, upscale_factor);
    const int n = x.ndim() - 2;
    int64_t block = 1;
    for (int i = 0; i < n; ++i) block *= upscale_factor;
    if (x.shape()[1] % block != 0) {
        throw DimensionError(
            fmt::format("pixel_shuffle: x has shape {}; expected a multiple of {} channels",
                        to_string(x.shape()),
                        block));
    }
    // (N, C, r, ..., r, d1, ..., dk) -> (N, C, d1, r, ..., dk, r)
    Shape split{x.shape()[0], x.shape()[1] / block}, joined = split;
    Axes order{0, 1};
    for (int i = 0; i < n; ++i) split.push_back(upscale_factor);
    for (int i = 0; i < n; ++i) {
        split.push_back(x.shape()[i + 2]);
        joined.push_back(x.shape()[i + 2] * upscale_factor);
        order.push_back(2 + n + i);
        order.push_back(2 + i);
    }
    return transpose(x.reshape(split), order).reshape(joined);
}

Array pixel_unshuffle(const Array& x, int64_t downscale_factor) {
    check_block("pixel_unshuffle", x, downscale_factor);
    const int n = x.ndim() - 2;
    Shape split{x.shape()[0], x.shape()[1]};
    Axes order{0, 1};
    int64_t n_channels = x.shape()[1];
    for (int i = 0; i < n; ++i) {
        const int64_t extent = x.shape()[i + 2];
        if (extent % downscale_factor != 0) {
            throw DimensionError(
                fmt::format("pixel_unshuffle: x has shape {}; expected spatial extents that are "
                            "multiples of {}",
                            to_string(x.shape()),
                            downscale_factor));
        }
        split.push_back(extent / downscale_factor);
        split.push_back(downscale_factor);
        n_channels *= downscale_factor;
        order.push_back(3 + 2 * i);
    }
    Shape joined{x.shape()[0], n_channels};
    for (int i = 0; i < n; ++i) {
        order.push_back(2 + 2 * i);
        joined.push_back(x.shape()[i + 2] / downscale_factor);
    }
    return transpose(x.reshape(split), order).reshape(joined);
}

}  // namespace chainerx
