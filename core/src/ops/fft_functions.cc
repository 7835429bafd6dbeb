// The functions of the array API standard and NumPy for Fourier transforms.
#include <cmath>

#include "ops/linalg_support.h"
#include "ops/transforms.h"

namespace chainerx {
namespace {

enum class Direction { kForward, kInverse };

double factor(const char* op, std::string_view norm, Direction direction, int64_t n) {
    const bool is_inverse = direction == Direction::kInverse;
    if (norm == "ortho") return 1 / std::sqrt(static_cast<double>(n));
    if (norm == "backward") return is_inverse ? 1 / static_cast<double>(n) : 1;
    if (norm == "forward") return is_inverse ? 1 : 1 / static_cast<double>(n);
    throw ValueError(
        fmt::format("{}: norm is '{}'; expected 'backward', 'ortho' or 'forward'", op, norm));
}

// Where the factor goes in the opposite direction.
std::string_view opposite(std::string_view norm) {
    return norm == "backward" ? "forward" : norm == "forward" ? "backward" : norm;
}

int64_t require_extent(const char* op, int64_t n) {
    if (n >= 1) return n;
    throw ValueError(fmt::format("{}: n is {}; expected at least one element", op, n));
}

Array complex(const Array& x) { return astype(x, internal::complex_dtype(x.dtype()), false); }

Array real_operand(const char* op, const Array& x) {
    if (kind(x.dtype()) == DTypeKind::kComplex) {
        throw DtypeError(fmt::format(
            "{}: {} was given; expected real numbers; use fft", op, dtype_name(x.dtype())));
    }
    return astype(x, x.dtype() == DType::kFloat64 ? x.dtype() : DType::kFloat32, false);
}

Array along(const char* op,
            const Array& x,
            std::optional<int64_t> n,
            int64_t axis,
            std::string_view norm,
            Direction direction) {
    const int at = normalize_axis(op, axis, x.ndim());
    const int64_t extent = require_extent(op, n.value_or(x.shape()[at]));
    return internal::transform(internal::with_extent(complex(x), at, extent),
                               at,
                               direction == Direction::kInverse,
                               factor(op, norm, direction, extent));
}

Array real_along(
    const char* op, const Array& x, std::optional<int64_t> n, int64_t axis, std::string_view norm) {
    const Array values = real_operand(op, x);
    const int at = normalize_axis(op, axis, x.ndim());
    const int64_t extent = require_extent(op, n.value_or(x.shape()[at]));
    return internal::transform_real(internal::with_extent(values, at, extent),
                                    at,
                                    factor(op, norm, Direction::kForward, extent));
}

Array to_real_along(
    const char* op, const Array& x, std::optional<int64_t> n, int64_t axis, std::string_view norm) {
    const int at = normalize_axis(op, axis, x.ndim());
    const int64_t extent = require_extent(op, n.value_or(2 * (x.shape()[at] - 1)));
    return internal::transform_to_real(internal::with_extent(complex(x), at, extent / 2 + 1),
                                       at,
                                       extent,
                                       factor(op, norm, Direction::kInverse, extent));
}

// The axes of a transform along several, and the extent along each, if one is asked for.
struct Several {
    Axes axes;
    std::optional<Dims> extents;

    std::optional<int64_t> extent(int i) const {
        if (!extents || (*extents)[i] == -1) return std::nullopt;
        return (*extents)[i];
    }
};

Several several(const char* op,
                const Array& x,
                const std::optional<Dims>& s,
                const std::optional<Axes>& axes) {
    Several found;
    found.extents = s;
    if (axes) {
        for (const int64_t axis : *axes) found.axes.push_back(normalize_axis(op, axis, x.ndim()));
    } else {
        const int n = s ? s->size() : x.ndim();
        for (int i = 0; i < n; ++i) found.axes.push_back(normalize_axis(op, i - n, x.ndim()));
    }
    if (s && s->size() != found.axes.size()) {
        throw ValueError(fmt::format("{}: {} extents were given for {} axes; expected one each",
                                     op,
                                     s->size(),
                                     found.axes.size()));
    }
    return found;
}

Several require_an_axis(const char* op, Several found) {
    if (found.axes.size() != 0) return found;
    throw ValueError(fmt::format("{}: no axis was given; expected at least one", op));
}

Array along_several(const char* op,
                    const Array& x,
                    const std::optional<Dims>& s,
                    const std::optional<Axes>& axes,
                    std::string_view norm,
                    Direction direction) {
    const Several what = several(op, x, s, axes);
    factor(op, norm, direction, 1);
    Array y = complex(x);
    for (int i = what.axes.size() - 1; i >= 0; --i)
        y = along(op, y, what.extent(i), what.axes[i], norm, direction);
    return y;
}

Array arange_over(double start, double stop, double divisor, DType dtype, Device* device) {
    return divide(arange(start, stop, 1.0, dtype, device), divisor);
}

void require_count(const char* op, int64_t n) {
    if (n < 1) throw ValueError(fmt::format("{}: n is {}; expected at least 1", op, n));
}

Array shifted(const char* op, const Array& x, const std::optional<Axes>& axes, bool is_inverse) {
    Axes all;
    for (int i = 0; i < x.ndim(); ++i) all.push_back(i);
    if (axes) all = normalize_axes(op, *axes, x.ndim());
    Dims shifts;
    for (const int64_t axis : all) {
        const int64_t half = x.shape()[static_cast<int>(axis)] / 2;
        shifts.push_back(is_inverse ? -half : half);
    }
    return all.size() == 0 ? copy(x) : roll(x, shifts, all);
}

}  // namespace

namespace fft {

Array fft(const Array& a, std::optional<int64_t> n, int64_t axis, std::string_view norm) {
    return along("fft", a, n, axis, norm, Direction::kForward);
}
Array ifft(const Array& a, std::optional<int64_t> n, int64_t axis, std::string_view norm) {
    return along("ifft", a, n, axis, norm, Direction::kInverse);
}
Array rfft(const Array& a, std::optional<int64_t> n, int64_t axis, std::string_view norm) {
    return real_along("rfft", a, n, axis, norm);
}
Array irfft(const Array& a, std::optional<int64_t> n, int64_t axis, std::string_view norm) {
    return to_real_along("irfft", a, n, axis, norm);
}
Array hfft(const Array& a, std::optional<int64_t> n, int64_t axis, std::string_view norm) {
    return to_real_along("hfft", conj(a), n, axis, opposite(norm));
}
Array ihfft(const Array& a, std::optional<int64_t> n, int64_t axis, std::string_view norm) {
    return conj(real_along("ihfft", a, n, axis, opposite(norm)));
}

Array fftn(const Array& a,
           const std::optional<Dims>& s,
           const std::optional<Axes>& axes,
           std::string_view norm) {
    return along_several("fftn", a, s, axes, norm, Direction::kForward);
}
Array ifftn(const Array& a,
            const std::optional<Dims>& s,
            const std::optional<Axes>& axes,
            std::string_view norm) {
    return along_several("ifftn", a, s, axes, norm, Direction::kInverse);
}

Array rfftn(const Array& a,
            const std::optional<Dims>& s,
            const std::optional<Axes>& axes,
            std::string_view norm) {
    const Several what = require_an_axis("rfftn", several("rfftn", a, s, axes));
    const int last = what.axes.size() - 1;
    Array y = real_along("rfftn", a, what.extent(last), what.axes[last], norm);
    for (int i = last - 1; i >= 0; --i)
        y = along("rfftn", y, what.extent(i), what.axes[i], norm, Direction::kForward);
    return y;
}

Array irfftn(const Array& a,
             const std::optional<Dims>& s,
             const std::optional<Axes>& axes,
             std::string_view norm) {
    const Several what = require_an_axis("irfftn", several("irfftn", a, s, axes));
    const int last = what.axes.size() - 1;
    Array y = a;
    for (int i = 0; i < last; ++i)
        y = along("irfftn", y, what.extent(i), what.axes[i], norm, Direction::kInverse);
    return to_real_along("irfftn", y, what.extent(last), what.axes[last], norm);
}

Array fft2(const Array& a, const std::optional<Dims>& s, const Axes& axes, std::string_view norm) {
    return fftn(a, s, axes, norm);
}
Array ifft2(const Array& a, const std::optional<Dims>& s, const Axes& axes, std::string_view norm) {
    return ifftn(a, s, axes, norm);
}
Array rfft2(const Array& a, const std::optional<Dims>& s, const Axes& axes, std::string_view norm) {
    return rfftn(a, s, axes, norm);
}
Array irfft2(const Array& a,
             const std::optional<Dims>& s,
             const Axes& axes,
             std::string_view norm) {
    return irfftn(a, s, axes, norm);
}

Array fftfreq(int64_t n, double d, std::optional<DType> dtype, Device* device) {
    require_count("fftfreq", n);
    const DType of = dtype.value_or(DType::kFloat32);
    const double divisor = static_cast<double>(n) * d;
    const auto half = static_cast<double>((n - 1) / 2 + 1);
    return concatenate({arange_over(0, half, divisor, of, device),
                        arange_over(-static_cast<double>(n / 2), 0, divisor, of, device)},
                       0);
}

Array rfftfreq(int64_t n, double d, std::optional<DType> dtype, Device* device) {
    require_count("rfftfreq", n);
    const double divisor = static_cast<double>(n) * d;
    return arange_over(
        0, static_cast<double>(n / 2 + 1), divisor, dtype.value_or(DType::kFloat32), device);
}

Array fftshift(const Array& x, const std::optional<Axes>& axes) {
    return shifted("fftshift", x, axes, false);
}
Array ifftshift(const Array& x, const std::optional<Axes>& axes) {
    return shifted("ifftshift", x, axes, true);
}

}  // namespace fft
}  // namespace chainerx
