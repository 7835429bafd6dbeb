// Continuous distributions whose distribution function can be inverted, and those made of normal numbers.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "ops/op_support.h"
#include "ops/random_draws.h"

namespace chainerx::random {

namespace {

using internal::Draw;
constexpr auto kFloating = Draw::Result::kFloating;

// loc + scale * standard.
Array located(const Draw& draw, const Array& standard) {
    return draw.finish(add(multiply(standard, draw.parameter(1)), draw.parameter(0)));
}

// A number below bound that has few enough digits to survive a cast to dtype, and nearly the
// greatest such.
double just_below(double bound, DType dtype) {
    int exponent = 0;
    const double fraction = std::frexp(bound, &exponent);
    const int digits = internal::precision(dtype);
    return std::ldexp(std::ceil(std::ldexp(fraction, digits)) - 1, exponent - digits);
}

// Rounding may have reached the bound, which is excluded. (The other end of the interval can't be
// missed.)
Array below_bound(const Draw& draw, const Array& values) {
    if (!draw.number(0) || !draw.number(1)) {
        const Array rounded = draw.finish(values);
        const Array low = draw.finish(draw.parameter(0));
        return where(less(rounded, draw.finish(draw.parameter(1))), rounded, low);
    }
    const double low = *draw.number(0), high = *draw.number(1);
    if (low < high && high != 0)
        return draw.finish(minimum(values, std::max(low, just_below(high, draw.dtype()))));
    return draw.finish(values);
}

}  // namespace

Array uniform(const Operand& low,
              const Operand& high,
              const std::optional<Shape>& size,
              std::optional<DType> dtype,
              Device* device,
              Generator* generator) {
    const Draw draw("uniform", kFloating, {low, high}, size, dtype, device, generator);
    const Array values =
        internal::unit_uniform(
            total_size(draw.shape()), internal::precision(draw.dtype()), draw.device(), generator)
            .reshape(draw.shape());
    if (draw.number(0) == 0.0 && draw.number(1) == 1.0) return draw.finish(values);
    const Array width = subtract(draw.parameter(1), draw.parameter(0));
    return below_bound(draw, add(multiply(values, width), draw.parameter(0)));
}

Array random(const std::optional<Shape>& size,
             std::optional<DType> dtype,
             Device* device,
             Generator* generator) {
    return uniform(0, 1, size, dtype, device, generator);
}

Array normal(const Operand& loc,
             const Operand& scale,
             const std::optional<Shape>& size,
             std::optional<DType> dtype,
             Device* device,
             Generator* generator) {
    const Draw draw("normal", kFloating, {loc, scale}, size, dtype, device, generator);
    draw.require_not_negative(1, "scale");
    return located(draw, draw.normal());
}

Array standard_normal(const std::optional<Shape>& size,
                      std::optional<DType> dtype,
                      Device* device,
                      Generator* generator) {
    return normal(0, 1, size, dtype, device, generator);
}

Array lognormal(const Operand& mean,
                const Operand& sigma,
                const std::optional<Shape>& size,
                std::optional<DType> dtype,
                Device* device,
                Generator* generator) {
    const Draw draw("lognormal", kFloating, {mean, sigma}, size, dtype, device, generator);
    draw.require_not_negative(1, "sigma");
    const Array logarithm = add(multiply(draw.normal(), draw.parameter(1)), draw.parameter(0));
    return draw.finish(exp(logarithm));
}

Array exponential(const Operand& scale,
                  const std::optional<Shape>& size,
                  std::optional<DType> dtype,
                  Device* device,
                  Generator* generator) {
    const Draw draw("exponential", kFloating, {scale}, size, dtype, device, generator);
    draw.require_not_negative(0, "scale");
    return draw.finish(multiply(draw.exponential(), draw.parameter(0)));
}

Array standard_exponential(const std::optional<Shape>& size,
                           std::optional<DType> dtype,
                           Device* device,
                           Generator* generator) {
    return exponential(1, size, dtype, device, generator);
}

Array laplace(const Operand& loc,
              const Operand& scale,
              const std::optional<Shape>& size,
              std::optional<DType> dtype,
              Device* device,
              Generator* generator) {
    const Draw draw("laplace", kFloating, {loc, scale}, size, dtype, device, generator);
    draw.require_not_negative(1, "scale");
    const Array from_middle = subtract(draw.open_uniform(), 0.5);
    const Array magnitude = negative(log1p(multiply(abs(from_middle), -2.0)));
    return located(draw, multiply(sign(from_middle), magnitude));
}

Array logistic(const Operand& loc,
               const Operand& scale,
               const std::optional<Shape>& size,
               std::optional<DType> dtype,
               Device* device,
               Generator* generator) {
    const Draw draw("logistic", kFloating, {loc, scale}, size, dtype, device, generator);
    draw.require_not_negative(1, "scale");
    const Array u = draw.open_uniform();
    return located(draw, subtract(log(u), log1p(negative(u))));
}

Array gumbel(const Operand& loc,
             const Operand& scale,
             const std::optional<Shape>& size,
             std::optional<DType> dtype,
             Device* device,
             Generator* generator) {
    const Draw draw("gumbel", kFloating, {loc, scale}, size, dtype, device, generator);
    draw.require_not_negative(1, "scale");
    return located(draw, negative(log(negative(log(draw.open_uniform())))));
}

Array rayleigh(const Operand& scale,
               const std::optional<Shape>& size,
               std::optional<DType> dtype,
               Device* device,
               Generator* generator) {
    const Draw draw("rayleigh", kFloating, {scale}, size, dtype, device, generator);
    draw.require_not_negative(0, "scale");
    return draw.finish(multiply(sqrt(multiply(draw.exponential(), 2.0)), draw.parameter(0)));
}

Array weibull(const Operand& a,
              const std::optional<Shape>& size,
              std::optional<DType> dtype,
              Device* device,
              Generator* generator) {
    const Draw draw("weibull", kFloating, {a}, size, dtype, device, generator);
    draw.require_positive(0, "a");
    return draw.finish(chainerx::power(draw.exponential(), reciprocal(draw.parameter(0))));
}

Array pareto(const Operand& a,
             const std::optional<Shape>& size,
             std::optional<DType> dtype,
             Device* device,
             Generator* generator) {
    const Draw draw("pareto", kFloating, {a}, size, dtype, device, generator);
    draw.require_positive(0, "a");
    return draw.finish(expm1(divide(draw.exponential(), draw.parameter(0))));
}

Array power(const Operand& a,
            const std::optional<Shape>& size,
            std::optional<DType> dtype,
            Device* device,
            Generator* generator) {
    const Draw draw("power", kFloating, {a}, size, dtype, device, generator);
    draw.require_positive(0, "a");
    return draw.finish(chainerx::power(draw.open_uniform(), reciprocal(draw.parameter(0))));
}

Array standard_cauchy(const std::optional<Shape>& size,
                      std::optional<DType> dtype,
                      Device* device,
                      Generator* generator) {
    const Draw draw("standard_cauchy", kFloating, {}, size, dtype, device, generator);
    return draw.finish(tan(multiply(subtract(draw.open_uniform(), 0.5), std::numbers::pi)));
}

Array triangular(const Operand& left,
                 const Operand& mode,
                 const Operand& right,
                 const std::optional<Shape>& size,
                 std::optional<DType> dtype,
                 Device* device,
                 Generator* generator) {
    const Draw draw("triangular", kFloating, {left, mode, right}, size, dtype, device, generator);
    if (draw.number(0) && draw.number(1) && draw.number(2)) {
        const double l = *draw.number(0), m = *draw.number(1), r = *draw.number(2);
        if (!(l <= m && m <= r && l < r)) {
            throw ValueError(
                fmt::format("triangular: left, mode and right are {}, {} and {}; expected left <= "
                            "mode <= right and left < right",
                            l,
                            m,
                            r));
        }
    }
    const Array l = draw.parameter(0), m = draw.parameter(1), r = draw.parameter(2);
    const Array width = subtract(r, l);
    const Array u = draw.uniform();
    const Array rising = add(l, sqrt(multiply(u, multiply(width, subtract(m, l)))));
    const Array falling =
        subtract(r, sqrt(multiply(subtract(1, u), multiply(width, subtract(r, m)))));
    return draw.finish(where(less(multiply(u, width), subtract(m, l)), rising, falling));
}

Array wald(const Operand& mean,
           const Operand& scale,
           const std::optional<Shape>& size,
           std::optional<DType> dtype,
           Device* device,
           Generator* generator) {
    Draw draw("wald", kFloating, {mean, scale}, size, dtype, device, generator);
    draw.require_positive(0, "mean");
    draw.require_positive(1, "scale");
    draw.compute_in_float64();
    // Michael, Schucany and Haas (1976): one of the two roots of a quadratic.
    const Array mu = draw.parameter(0);
    const Array half = divide(mu, multiply(draw.parameter(1), 2.0));
    const Array y = multiply(square(draw.normal()), mu);
    const Array root = sqrt(add(multiply(multiply(y, draw.parameter(1)), 4.0), square(y)));
    // The lesser root, as the product of both is mu * mu: their difference would cancel.
    const Array greater_root = add(mu, multiply(half, add(y, root)));
    const Array lesser_root = divide(square(mu), greater_root);
    const Array is_lesser = less_equal(multiply(draw.uniform(), add(mu, lesser_root)), mu);
    return draw.finish(where(is_lesser, lesser_root, greater_root));
}

}  // namespace chainerx::random
