// Sequences made of numbers: logarithmic spacing, window functions, powers.
#include <cmath>
#include <numbers>

#include "ops/op_support.h"
#include "ops/operand_arrays.h"

namespace chainerx {

namespace {

Array result(const Array& values, std::optional<DType> dtype) {
    return astype(values, dtype.value_or(DType::kFloat32), false);
}

// A sum of cosines of the multiples of the angle that runs from 0 to 2 pi over M samples (Harris, On the use of windows for
// harmonic analysis, Proc. IEEE 66, 1978).
Array cosine_window(const char* op,
                    int64_t M,
                    std::initializer_list<double> weights,
                    std::optional<DType> dtype,
                    Device* device) {
    if (M < 0) throw ValueError(fmt::format("{}: M is {}; expected zero or more", op, M));
    if (M == 1) return ones({1}, dtype, device);
    const Array angle = linspace(0.0, 2 * std::numbers::pi, M, true, DType::kFloat64, device);
    Array sum_ = full(angle.shape(), *weights.begin(), DType::kFloat64, &angle.device());
    int multiple = 1;
    for (const double* weight = weights.begin() + 1; weight != weights.end(); ++weight)
        sum_ = add(sum_, multiply(cos(multiply(angle, multiple++)), *weight));
    return result(sum_, dtype);
}

}  // namespace

Array logspace(const Scalar& start,
               const Scalar& stop,
               int64_t num,
               bool endpoint,
               double base,
               std::optional<DType> dtype,
               Device* device) {
    return result(power(base, linspace(start, stop, num, endpoint, DType::kFloat64, device)),
                  dtype);
}

Array geomspace(const Scalar& start,
                const Scalar& stop,
                int64_t num,
                bool endpoint,
                std::optional<DType> dtype,
                Device* device) {
    const double first = static_cast<double>(start);
    const double last = static_cast<double>(stop);
    if (!(first * last > 0)) {
        throw ValueError(
            fmt::format("geomspace: from {} to {}; expected numbers other than zero, of one sign",
                        first,
                        last));
    }
    const Array exponent = linspace(
        std::log(first / first), std::log(last / first), num, endpoint, DType::kFloat64, device);
    return result(multiply(exp(exponent), first), dtype);
}

Array hanning(int64_t M, std::optional<DType> dtype, Device* device) {
    return cosine_window("hanning", M, {0.5, -0.5}, dtype, device);
}

Array hamming(int64_t M, std::optional<DType> dtype, Device* device) {
    return cosine_window("hamming", M, {0.54, -0.46}, dtype, device);
}

Array blackman(int64_t M, std::optional<DType> dtype, Device* device) {
    return cosine_window("blackman", M, {0.42, -0.5, 0.08}, dtype, device);
}

Array bartlett(int64_t M, std::optional<DType> dtype, Device* device) {
    if (M < 0) throw ValueError(fmt::format("bartlett: M is {}; expected zero or more", M));
    if (M == 1) return ones({1}, dtype, device);
    const Array place = linspace(-1.0, 1.0, M, true, DType::kFloat64, device);
    return result(subtract(1, abs(place)), dtype);
}

Array kaiser(int64_t M, double beta, std::optional<DType> dtype, Device* device) {
    if (M < 0) throw ValueError(fmt::format("kaiser: M is {}; expected zero or more", M));
    if (M == 1) return ones({1}, dtype, device);
    const Array place = linspace(-1.0, 1.0, M, true, DType::kFloat64, device);
    const Array height = i0(multiply(sqrt(subtract(1, square(place))), beta));
    return result(divide(height, i0(full({}, beta, DType::kFloat64, &place.device()))), dtype);
}

Array vander(const Array& x, std::optional<int64_t> N, bool increasing) {
    internal::require_ndim("vander", "x", x, 1);
    internal::refuse_bool("vander", x);
    const int64_t n = N.value_or(x.size());
    if (n < 0) throw ValueError(fmt::format("vander: N is {}; expected zero or more", n));
    const DType exponent = is_inexact(x.dtype()) ? real_dtype(x.dtype()) : DType::kInt64;
    Array exponents = arange(0, n, 1, exponent, &x.device());
    if (!increasing) exponents = flip(exponents);
    const Array base = is_inexact(x.dtype()) ? x : astype(x, DType::kInt64, false);
    return power(expand_dims(base, {1}), exponents);
}

}  // namespace chainerx
