// Distributions made of gamma-distributed numbers: gamma, beta, chisquare, F, Student's t, Dirichlet; and von Mises's.
#include <cmath>
#include <numbers>
#include <utility>

#include "ops/op_support.h"
#include "ops/random_draws.h"
#include "ops/random_rejection.h"

namespace chainerx {
namespace internal {
namespace {

// A gamma-distributed number of scale 1 is value * exp(logarithm), which may underflow for a small shape
// parameter where its logarithm does not.
struct Gamma {
    Array value, logarithm;
    Array product() const { return multiply(value, exp(logarithm)); }
    Array log() const { return add(chainerx::log(value), logarithm); }
};

// Marsaglia and Tsang (2000): a round accepts 95 % or more, so that 8 rounds leave less than 2^-34.
Gamma draw_gamma(const Draw& draw, const Array& shape) {
    const Array is_small = less(shape, 1);
    const Array d = subtract(where(is_small, add(shape, 1), shape), 1.0 / 3);
    const Array c = reciprocal(sqrt(multiply(d, 9.0)));
    const Array value = accepted(8, d, [&] {
        const Array x = draw.normal();
        const Array base = add(multiply(x, c), 1);
        const Array is_inside = greater(base, 0);
        const Array inside = where(is_inside, base, 1);
        const Array v = multiply(square(inside), inside);
        const Array bound =
            add(multiply(square(x), 0.5), multiply(d, add(subtract(1, v), chainerx::log(v))));
        const Array is_accepted = less(chainerx::log(draw.open_uniform()), bound);
        return std::pair{multiply(d, v), logical_and(is_inside, is_accepted)};
    });
    // That of shape + 1, times u ** (1 / shape).
    const Array boost = divide(chainerx::log(draw.open_uniform()), where(is_small, shape, 1));
    return {value, where(is_small, boost, 0)};
}

Array draw_chisquare(const Draw& draw, const Array& df) {
    return multiply(draw_gamma(draw, multiply(df, 0.5)).product(), 2.0);
}

}  // namespace
}  // namespace internal

namespace random {

using internal::Draw;

Array gamma(const Operand& shape,
            const Operand& scale,
            const std::optional<Shape>& size,
            std::optional<DType> dtype,
            Device* device,
            Generator* generator) {
    const Draw draw(
        "gamma", Draw::Result::kFloating, {shape, scale}, size, dtype, device, generator);
    draw.require_positive(0, "shape");
    draw.require_not_negative(1, "scale");
    const internal::Gamma gamma = internal::draw_gamma(draw, draw.parameter(0));
    return draw.finish(multiply(gamma.product(), draw.parameter(1)));
}

Array standard_gamma(const Operand& shape,
                     const std::optional<Shape>& size,
                     std::optional<DType> dtype,
                     Device* device,
                     Generator* generator) {
    return gamma(shape, 1, size, dtype, device, generator);
}

Array beta(const Operand& a,
           const Operand& b,
           const std::optional<Shape>& size,
           std::optional<DType> dtype,
           Device* device,
           Generator* generator) {
    const Draw draw("beta", Draw::Result::kFloating, {a, b}, size, dtype, device, generator);
    draw.require_positive(0, "a");
    draw.require_positive(1, "b");
    // x / (x + y), by logarithms: both may underflow.
    const Array log_x = internal::draw_gamma(draw, draw.parameter(0)).log();
    const Array log_y = internal::draw_gamma(draw, draw.parameter(1)).log();
    return draw.finish(sigmoid(subtract(log_x, log_y)));
}

Array chisquare(const Operand& df,
                const std::optional<Shape>& size,
                std::optional<DType> dtype,
                Device* device,
                Generator* generator) {
    const Draw draw("chisquare", Draw::Result::kFloating, {df}, size, dtype, device, generator);
    draw.require_positive(0, "df");
    return draw.finish(internal::draw_chisquare(draw, draw.parameter(0)));
}

Array noncentral_chisquare(const Operand& df,
                           const Operand& nonc,
                           const std::optional<Shape>& size,
                           std::optional<DType> dtype,
                           Device* device,
                           Generator* generator) {
    const Draw draw("noncentral_chisquare",
                    Draw::Result::kFloating,
                    {df, nonc},
                    size,
                    dtype,
                    device,
                    generator);
    draw.require_positive(0, "df");
    draw.require_not_negative(1, "nonc");
    // chisquare with as many more degrees of freedom as twice a Poisson number.
    const Array half = multiply(draw.parameter(1), 0.5);
    const Array more =
        poisson(half, draw.shape(), draw.parameter(0).dtype(), &draw.device(), generator);
    const Array total = add(draw.parameter(0), multiply(more, 2.0));
    return draw.finish(internal::draw_chisquare(draw, total));
}

Array noncentral_f(const Operand& dfnum,
                   const Operand& dfden,
                   const Operand& nonc,
                   const std::optional<Shape>& size,
                   std::optional<DType> dtype,
                   Device* device,
                   Generator* generator) {
    const Draw draw("noncentral_f",
                    Draw::Result::kFloating,
                    {dfnum, dfden, nonc},
                    size,
                    dtype,
                    device,
                    generator);
    const Array df = draw.parameter(0);
    const Array numerator =
        noncentral_chisquare(dfnum, nonc, draw.shape(), df.dtype(), &draw.device(), generator);
    const Array denominator = chisquare(dfden, draw.shape(), df.dtype(), &draw.device(), generator);
    return draw.finish(divide(divide(numerator, df), divide(denominator, draw.parameter(1))));
}

Array f(const Operand& dfnum,
        const Operand& dfden,
        const std::optional<Shape>& size,
        std::optional<DType> dtype,
        Device* device,
        Generator* generator) {
    const Draw draw("f", Draw::Result::kFloating, {dfnum, dfden}, size, dtype, device, generator);
    draw.require_positive(0, "dfnum");
    draw.require_positive(1, "dfden");
    const auto mean_square = [&](int i) {
        return divide(internal::draw_chisquare(draw, draw.parameter(i)), draw.parameter(i));
    };
    const Array numerator = mean_square(0);
    return draw.finish(divide(numerator, mean_square(1)));
}

Array standard_t(const Operand& df,
                 const std::optional<Shape>& size,
                 std::optional<DType> dtype,
                 Device* device,
                 Generator* generator) {
    const Draw draw("standard_t", Draw::Result::kFloating, {df}, size, dtype, device, generator);
    draw.require_positive(0, "df");
    const Array normal = draw.normal();
    const Array mean_square =
        divide(internal::draw_chisquare(draw, draw.parameter(0)), draw.parameter(0));
    return draw.finish(divide(normal, sqrt(mean_square)));
}

Array dirichlet(const Array& alpha,
                const std::optional<Shape>& size,
                std::optional<DType> dtype,
                Device* device,
                Generator* generator) {
    if (alpha.ndim() == 0)
        throw DimensionError("dirichlet: alpha has no dimension; expected (..., n)");
    Shape shape = size.value_or(Shape{});
    for (const int64_t extent : alpha.shape()) shape.push_back(extent);
    const Draw draw("dirichlet", Draw::Result::kFloating, {alpha}, shape, dtype, device, generator);
    if (total_size(shape) == 0) return zeros(shape, draw.dtype(), &draw.device());
    // x / sum(x), by logarithms: all of them may underflow.
    const Array logarithms = internal::draw_gamma(draw, draw.parameter(0)).log();
    return draw.finish(softmax(logarithms, -1));
}

Array vonmises(const Operand& mu,
               const Operand& kappa,
               const std::optional<Shape>& size,
               std::optional<DType> dtype,
               Device* device,
               Generator* generator) {
    Draw draw("vonmises", Draw::Result::kFloating, {mu, kappa}, size, dtype, device, generator);
    draw.require_not_negative(1, "kappa");
    draw.compute_in_float64();
    // Best and Fisher (1979): a round accepts 65 % or more, so that 24 rounds leave less than 2^-36. A
    // kappa below 1e-6 counts as that, which moves no more than that much probability.
    const Array k = maximum(draw.parameter(1), 1e-6);
    const Array r = add(sqrt(add(multiply(square(k), 4.0), 1)), 1);
    const Array rho = divide(subtract(r, sqrt(multiply(r, 2.0))), multiply(k, 2.0));
    const Array s = divide(add(square(rho), 1), multiply(rho, 2.0));
    const Array cosine = internal::accepted(24, ones({}, DType::kFloat64, &draw.device()), [&] {
        const Array z = cos(multiply(draw.uniform(), std::numbers::pi));
        const Array w = divide(add(multiply(s, z), 1), add(s, z));
        const Array y = multiply(k, subtract(s, w));
        const Array v = draw.open_uniform();
        return std::pair{w, greater_equal(subtract(add(log(divide(y, v)), 1), y), 0)};
    });
    const Array angle = arccos(minimum(maximum(cosine, -1), 1));
    const Array is_left = less(draw.uniform(), 0.5);
    const Array turned = add(where(is_left, negative(angle), angle), draw.parameter(0));
    const double circle = 2 * std::numbers::pi;
    const Array wrapped =
        subtract(remainder(add(turned, std::numbers::pi), circle), std::numbers::pi);
    return draw.finish(wrapped);
}

}  // namespace random
}  // namespace chainerx
