// Variance and standard deviation, composed of means and sums.
#include "ops/op_support.h"
#include "ops/reduced_axes.h"

namespace chainerx {

namespace {

bool is_half(DType dtype) { return dtype == DType::kFloat16 || dtype == DType::kBFloat16; }

DType statistic_dtype(DType dtype) { return is_inexact(dtype) ? dtype : DType::kFloat32; }

// 16-bit floats would overflow in the sum.
Array widened(const Array& a) { return is_half(a.dtype()) ? astype(a, DType::kFloat32) : a; }

Array narrowed(const Array& result, DType dtype) { return astype(result, dtype, false); }

}  // namespace

Array var(const Array& a, const std::optional<Axes>& axis, bool keepdims, double correction) {
    const Axes axes = internal::reduced_axes("var", axis, a.ndim());
    const int64_t n = internal::reduced_count(a.shape(), axes);
    // In two passes: the square of the mean would cancel most digits of the mean of squares.
    const Array values = widened(a);
    const Array deviation = subtract(values, mean(values, axes, true));
    const bool is_complex = kind(deviation.dtype()) == DTypeKind::kComplex;
    const Array squares = square(is_complex ? abs(deviation) : deviation);
    const Array result = divide(sum(squares, axes, keepdims), static_cast<double>(n) - correction);
    return narrowed(result, real_dtype(statistic_dtype(a.dtype())));
}

Array std(const Array& a, const std::optional<Axes>& axis, bool keepdims, double correction) {
    return sqrt(var(a, axis, keepdims, correction));
}

}  // namespace chainerx
