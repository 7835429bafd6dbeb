// Norms of vectors and matrices, condition numbers.
#include <cmath>
#include <limits>

#include "ops/linalg_support.h"

namespace chainerx {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Over all axes of x, whose last ones are kept as ones if asked for.
Array euclidean(const Array& x, const Axes& axes, bool keepdims) {
    const Array squares =
        internal::is_complex(x) ? add(square(real(x)), square(imag(x))) : square(x);
    const Array total = sum(squares, axes, keepdims);
    // The root has no derivative at zero.
    const Array is_zero = equal(total, 0);
    return where(is_zero, 0.0, sqrt(where(is_zero, 1.0, total)));
}

[[noreturn]] void throw_unknown_ord(const char* op, std::string_view ord) {
    throw ValueError(
        fmt::format("{}: ord is '{}'; expected 'fro', 'nuc', 1, -1, 2, -2, inf or -inf", op, ord));
}

// The sums of moduli along `axis`, and the greatest or least of them.
Array of_sums(const Array& x, int axis, bool is_greatest, bool keepdims) {
    const Array sums = sum(abs(x), Axes{axis}, true);
    const Array found = is_greatest ? max(sums, Axes{-2, -1}, true) : min(sums, Axes{-2, -1}, true);
    return keepdims ? found : squeeze(found, Axes{-2, -1});
}

Array of_singular_values(const Array& x, std::string_view ord, bool keepdims) {
    const Array s = linalg::svdvals(x);
    const Array found = ord == "nuc" ? sum(s, Axes{-1})
                        : ord == "2" ? max(s, Axes{-1})
                                     : min(s, Axes{-1});
    return keepdims ? expand_dims(found, {-2, -1}) : found;
}

}  // namespace

namespace linalg {

Array vector_norm(const Array& x, const std::optional<Axes>& axis, bool keepdims, double ord) {
    Axes axes;
    for (int i = 0; i < x.ndim(); ++i) axes.push_back(i);
    if (axis) axes = normalize_axes("vector_norm", *axis, x.ndim());
    const Array values = internal::as_inexact(x);
    if (ord == 2) return euclidean(values, axes, keepdims);
    if (ord == 0) {
        const Array counted = not_equal(values, 0);
        return astype(sum(counted, axes, keepdims), real_dtype(values.dtype()));
    }
    const Array moduli = abs(values);
    if (ord == kInfinity) return max(moduli, axes, keepdims);
    if (ord == -kInfinity) return min(moduli, axes, keepdims);
    if (ord == 1) return sum(moduli, axes, keepdims);
    return power(sum(power(moduli, ord), axes, keepdims), 1 / ord);
}

Array matrix_norm(const Array& x, bool keepdims, std::string_view ord) {
    internal::require_matrices("matrix_norm", x.shape());
    const Array values = internal::as_inexact(x);
    if (ord == "fro") return euclidean(values, Axes{-2, -1}, keepdims);
    if (ord == "nuc" || ord == "2" || ord == "-2") return of_singular_values(values, ord, keepdims);
    if (ord == "1" || ord == "-1") return of_sums(values, -2, ord == "1", keepdims);
    if (ord == "inf" || ord == "-inf") return of_sums(values, -1, ord == "inf", keepdims);
    throw_unknown_ord("matrix_norm", ord);
}

Array cond(const Array& x, std::string_view p) {
    internal::require_matrices("cond", x.shape());
    if (p != "2" && p != "-2")
        return multiply(matrix_norm(x, false, p), matrix_norm(inv(x), false, p));
    const Array s = svdvals(x);
    const Array greatest = max(s, Axes{-1}), least = min(s, Axes{-1});
    return p == "2" ? divide(greatest, least) : divide(least, greatest);
}

}  // namespace linalg
}  // namespace chainerx
