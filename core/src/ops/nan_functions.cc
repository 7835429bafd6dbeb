// Reductions that pass over NaN, each the plain one of an array with NaN replaced by what changes nothing.
#include <limits>

#include "ops/op_support.h"
#include "ops/operand_arrays.h"
#include "ops/reduced_axes.h"

namespace chainerx {

namespace {

using internal::inexact_dtype;
using internal::widened;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Array without_nan(const Array& a, const Scalar& value) {
    return is_inexact(a.dtype()) ? where(isnan(a), value, a) : a;
}

// How many elements over the axes are numbers, with those axes kept.
Array count_numbers(const Array& a, const Axes& axes) {
    return sum(logical_not(isnan(a)), axes, true);
}

Array dropped_unless(bool keepdims, const Array& result, const Axes& axes) {
    return keepdims ? result : squeeze(result, axes);
}

template <typename Reduce>
Array extremum(const char* op,
               Reduce reduce,
               const Array& a,
               const std::optional<Axes>& axis,
               bool keepdims,
               double neutral) {
    if (!is_inexact(a.dtype())) return reduce(a, axis, keepdims);
    internal::require_real(op, a);
    const Axes axes = internal::reduced_axes(op, axis, a.ndim());
    const Array result = reduce(without_nan(a, neutral), axes, true);
    const Array is_nothing = equal(count_numbers(a, axes), 0);
    return dropped_unless(keepdims, where(is_nothing, kNan, result), axes);
}

double highest(DType dtype) {
    switch (dtype) {
        case DType::kFloat16:
            return 65504;
        case DType::kBFloat16:
            return 0x1.fep127;
        case DType::kFloat32:
            return std::numeric_limits<float>::max();
        default:
            return std::numeric_limits<double>::max();
    }
}

}  // namespace

Array nansum(const Array& a, const std::optional<Axes>& axis, bool keepdims) {
    return sum(without_nan(a, 0), axis, keepdims);
}

Array nanprod(const Array& a, const std::optional<Axes>& axis, bool keepdims) {
    return prod(without_nan(a, 1), axis, keepdims);
}

Array nancumsum(const Array& a, std::optional<int64_t> axis) {
    return cumsum(without_nan(a, 0), axis);
}

Array nancumprod(const Array& a, std::optional<int64_t> axis) {
    return cumprod(without_nan(a, 1), axis);
}

Array nanmax(const Array& a, const std::optional<Axes>& axis, bool keepdims) {
    return extremum("nanmax", max, a, axis, keepdims, -kInfinity);
}

Array nanmin(const Array& a, const std::optional<Axes>& axis, bool keepdims) {
    return extremum("nanmin", min, a, axis, keepdims, kInfinity);
}

Array nanargmax(const Array& a, std::optional<int64_t> axis, bool keepdims) {
    internal::require_real("nanargmax", a);
    return argmax(without_nan(a, -kInfinity), axis, keepdims);
}

Array nanargmin(const Array& a, std::optional<int64_t> axis, bool keepdims) {
    internal::require_real("nanargmin", a);
    return argmin(without_nan(a, kInfinity), axis, keepdims);
}

Array nanmean(const Array& a, const std::optional<Axes>& axis, bool keepdims) {
    if (!is_inexact(a.dtype())) return mean(a, axis, keepdims);
    const Axes axes = internal::reduced_axes("nanmean", axis, a.ndim());
    const Array total = sum(without_nan(widened(a), 0), axes, true);
    const Array result = divide(total, count_numbers(a, axes));
    return astype(dropped_unless(keepdims, result, axes), a.dtype(), false);
}

Array nanvar(const Array& a, const std::optional<Axes>& axis, bool keepdims, double correction) {
    if (!is_inexact(a.dtype())) return var(a, axis, keepdims, correction);
    const Axes axes = internal::reduced_axes("nanvar", axis, a.ndim());
    const Array values = widened(a);
    const Array deviation = without_nan(subtract(values, nanmean(values, axes, true)), 0);
    const Array squares = square(internal::is_complex(deviation) ? abs(deviation) : deviation);
    const Array freedom = subtract(count_numbers(a, axes), correction);
    // As NumPy: without a degree of freedom there is no variance.
    const Array divisor = where(greater(freedom, 0), freedom, kNan);
    const Array result = divide(sum(squares, axes, true), divisor);
    return astype(dropped_unless(keepdims, result, axes), real_dtype(a.dtype()), false);
}

Array nanstd(const Array& a, const std::optional<Axes>& axis, bool keepdims, double correction) {
    return sqrt(nanvar(a, axis, keepdims, correction));
}

Array nan_to_num(const Array& x,
                 double nan,
                 std::optional<double> posinf,
                 std::optional<double> neginf) {
    if (!is_inexact(x.dtype())) return copy(x);
    if (internal::is_complex(x)) {
        const Array re = nan_to_num(real(x), nan, posinf, neginf);
        const Array im = nan_to_num(imag(x), nan, posinf, neginf);
        return add(re, multiply(im, Scalar(std::complex<double>(0, 1))));
    }
    const double greatest = highest(x.dtype());
    const Array is_infinite = isinf(x);
    const Array finite = where(isnan(x), nan, x);
    const Array bounded =
        where(logical_and(is_infinite, greater(x, 0)), posinf.value_or(greatest), finite);
    return where(logical_and(is_infinite, less(x, 0)), neginf.value_or(-greatest), bounded);
}

}  // namespace chainerx
