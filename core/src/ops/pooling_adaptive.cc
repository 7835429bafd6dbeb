// Pooling whose windows follow from the extents of the result, and by a power mean.
#include <algorithm>
#include <cmath>

#include "ops/op_support.h"
#include "ops/wide_computation.h"
#include "ops/windows.h"

namespace chainerx {

namespace {

// Window i of n over an axis of `extent`: from floor(i * extent / n) to ceil((i + 1) * extent / n).
struct Span {
    Span(int64_t i, int64_t n, int64_t extent)
        : begin{i * extent / n}, end{((i + 1) * extent + n - 1) / n} {}
    int64_t begin, end;
};

// (extent, n): what each element counts in each window's mean.
Array averaging_matrix(int64_t extent, int64_t n, DType dtype, Device& device) {
    std::vector<double> weights(static_cast<size_t>(extent * n));
    for (int64_t i = 0; i < n; ++i) {
        const Span span(i, n, extent);
        for (int64_t k = span.begin; k < span.end; ++k)
            weights[static_cast<size_t>(k * n + i)] =
                1 / static_cast<double>(span.end - span.begin);
    }
    return array_from_host(weights.data(), {extent, n}, DType::kFloat64, &device)
        .astype(dtype, false);
}

// (n, longest window): the indices of each window's elements; shorter ones repeat their last element.
Array window_indices(int64_t extent, int64_t n, Device& device) {
    int64_t longest = 0;
    for (int64_t i = 0; i < n; ++i) {
        const Span span(i, n, extent);
        longest = std::max(longest, span.end - span.begin);
    }
    std::vector<int64_t> indices;
    for (int64_t i = 0; i < n; ++i) {
        const Span span(i, n, extent);
        for (int64_t k = 0; k < longest; ++k)
            indices.push_back(std::min(span.begin + k, span.end - 1));
    }
    return array_from_host(indices.data(), {n, longest}, DType::kInt64, &device);
}

Dims output_extents(const char* op, const Array& x, const Dims& output_size) {
    internal::check_spatial(op, "x", x.shape());
    for (const int64_t extent : internal::spatial(x.shape())) {
        if (extent > 0) continue;
        throw DimensionError(
            fmt::format("{}: x has shape {}; expected at least one element along each spatial axis",
                        op,
                        to_string(x.shape())));
    }
    return internal::per_axis(op, "output_size", output_size, x.ndim() - 2, 1);
}

}  // namespace

Array adaptive_average_pool(const Array& x, const Dims& output_size) {
    const Dims output = output_extents("adaptive_average_pool", x, output_size);
    return internal::computed_wide("adaptive_average_pool", x, [&](const Array& v) {
        Array y = v;
        for (int i = 0; i < output.size(); ++i) {
            const int axis = i + 2;
            const Array matrix =
                averaging_matrix(y.shape()[axis], output[i], y.dtype(), y.device());
            y = moveaxis(matmul(moveaxis(y, {axis}, {-1}), matrix), {-1}, {axis});
        }
        return y;
    });
}

Array adaptive_max_pool(const Array& x, const Dims& output_size) {
    const Dims output = output_extents("adaptive_max_pool", x, output_size);
    Array y = x;
    for (int i = 0; i < output.size(); ++i) {
        const int axis = i + 2;
        const Array indices = window_indices(y.shape()[axis], output[i], y.device());
        y = max(take(y, indices, axis), Axes{axis + 1});
    }
    return y;
}

Array lp_pool(const Array& x,
              double norm_type,
              const Dims& ksize,
              const std::optional<Dims>& stride) {
    if (!(norm_type > 0)) {
        throw ValueError(fmt::format("lp_pool: norm_type is {}; expected above 0", norm_type));
    }
    internal::check_spatial("lp_pool", "x", x.shape());
    double count = 1;
    for (const int64_t extent : internal::per_axis("lp_pool", "ksize", ksize, x.ndim() - 2, 1))
        count *= static_cast<double>(extent);
    return internal::computed_wide("lp_pool", x, [&](const Array& v) {
        const Array powers = power(abs(v), norm_type);
        const Array total = multiply(average_pool(powers, ksize, stride), count);
        return power(total, 1 / norm_type);
    });
}

}  // namespace chainerx
