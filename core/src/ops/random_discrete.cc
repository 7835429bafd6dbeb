// Distributions of integers: Bernoulli's, Poisson's, binomial and those made of them. All computed in float64.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "ops/op_support.h"
#include "ops/random_counts.h"
#include "ops/random_draws.h"
#include "ops/random_rejection.h"
#include "ops/random_tables.h"

namespace chainerx {
namespace internal {

Array stirling_series(const Array& z) {
    const Array inverse = reciprocal(z);
    const Array inverse2 = square(inverse);
    Array series = multiply(inverse2, 1.0 / 1188);
    for (const double term : {-1.0 / 1680, 1.0 / 1260, -1.0 / 360})
        series = multiply(add(series, term), inverse2);
    return multiply(add(series, 1.0 / 12), inverse);
}

Array log_gamma(const Array& x) {
    const Array z = add(x, 8);
    Array product = x;
    for (int i = 1; i < 8; ++i) product = multiply(product, add(x, i));
    const Array main = subtract(multiply(subtract(z, 0.5), log(z)), z);
    const Array all = add(add(main, 0.5 * std::log(2 * std::numbers::pi)), stirling_series(z));
    return subtract(all, log(product));
}

Draw draw_of_integers(const char* op,
                      std::initializer_list<Operand> parameters,
                      const std::optional<Shape>& size,
                      std::optional<DType> dtype,
                      Device* device,
                      random::Generator* generator) {
    Draw draw(op, Draw::Result::kInteger, parameters, size, dtype, device, generator);
    draw.compute_in_float64();
    return draw;
}

namespace {

// Greater means are rejected from a transformed uniform, by rounds of which each accepts 70 % or more: 20 rounds
// leave less than 2^-34.
constexpr int kRounds = 20;

// Whether some mean may be below, or not below, where inversion ends. Numbers are known; elements of
// arrays would have to be waited for.
bool may_be_small(const std::optional<double>& mean) { return !mean || *mean < kInvertedMean; }
bool may_be_great(const std::optional<double>& mean) { return !mean || *mean >= kInvertedMean; }

Array chosen(const Array& mean, const Array& small, const Array& great) {
    if (great.is_null()) return small;
    if (small.is_null()) return great;
    return where(less(mean, kInvertedMean), small, great);
}

// The middle of a hat for transformed rejection (Hoermann, 1993), and its height there.
struct Hat {
    Array a, b;
    // The candidate for a u in (-1/2, 1/2), and the logarithm of the height of the hat at it.
    std::pair<Array, Array> at(const Array& u, const Array& center) const {
        const Array from_edge = subtract(0.5, abs(u));
        const Array scaled = multiply(add(divide(multiply(a, 2.0), from_edge), b), u);
        const Array height = log(add(divide(a, square(from_edge)), b));
        return {floor(add(scaled, center)), height};
    }
};

Array small_poisson(const Draw& draw, const Array& mean) {
    return inverted(draw.uniform(), exp(negative(mean)), [&](int i, const Array& p) {
        return multiply(p, divide(mean, i));
    });
}

// PTRS of Hoermann (1993).
Array great_poisson(const Draw& draw, const Array& mean) {
    Hat hat;
    hat.b = add(multiply(sqrt(mean), 2.53), 0.931);
    hat.a = add(multiply(hat.b, 0.02483), -0.059);
    const Array log_scale = log(add(divide(1.1328, subtract(hat.b, 3.4)), 1.1239));
    const Array log_mean = log(mean);
    const Array center = add(mean, 0.43);
    return accepted(kRounds, floor(mean), [&] {
        const auto [k, height] = hat.at(subtract(draw.open_uniform(), 0.5), center);
        const Array is_inside = greater_equal(k, 0);
        const Array inside = maximum(k, 0);
        const Array log_probability =
            subtract(subtract(multiply(inside, log_mean), mean), log_gamma(add(inside, 1)));
        const Array log_v = subtract(add(log(draw.open_uniform()), log_scale), height);
        return std::pair{k, logical_and(is_inside, less_equal(log_v, log_probability))};
    });
}

Array draw_poisson(const Draw& draw, const Array& mean, const std::optional<double>& number) {
    if (number && *number > 0) {
        const double lam = *number;
        const auto ratio = [lam](double k) { return lam / (k + 1); };
        if (const auto counts = drawn_by_table(draw, std::floor(lam), ratio)) return *counts;
    }
    Array small, great;
    if (may_be_small(number)) small = small_poisson(draw, minimum(mean, kInvertedMean));
    if (may_be_great(number)) great = great_poisson(draw, maximum(mean, kInvertedMean));
    return chosen(mean, small, great);
}

Array small_binomial(const Draw& draw, const Array& n, const Array& p) {
    const Array odds = divide(p, subtract(1, p));
    const Array none = exp(multiply(n, log1p(negative(p))));
    return inverted(draw.uniform(), none, [&](int i, const Array& probability) {
        const Array left = maximum(subtract(n, i - 1), 0);
        return multiply(probability, multiply(divide(left, i), odds));
    });
}

// BTRS of Hoermann (1993).
Array great_binomial(const Draw& draw, const Array& n, const Array& p) {
    const Array deviation = sqrt(multiply(multiply(n, p), subtract(1, p)));
    Hat hat;
    hat.b = add(multiply(deviation, 2.53), 1.15);
    hat.a = add(add(multiply(hat.b, 0.0248), multiply(p, 0.01)), -0.0873);
    const Array log_scale = log(multiply(add(divide(5.1, hat.b), 2.83), deviation));
    const Array mode = floor(multiply(add(n, 1), p));
    const Array log_odds = log(divide(p, subtract(1, p)));
    const Array at_mode = add(log_gamma(add(mode, 1)), log_gamma(add(subtract(n, mode), 1)));
    const Array center = add(multiply(n, p), 0.5);
    return accepted(kRounds, mode, [&] {
        const auto [k, height] = hat.at(subtract(draw.open_uniform(), 0.5), center);
        const Array is_inside = logical_and(greater_equal(k, 0), less_equal(k, n));
        const Array inside = minimum(maximum(k, 0), n);
        const Array coefficient = subtract(subtract(at_mode, log_gamma(add(inside, 1))),
                                           log_gamma(add(subtract(n, inside), 1)));
        const Array bound = add(coefficient, multiply(subtract(inside, mode), log_odds));
        const Array log_v = subtract(add(log(draw.open_uniform()), log_scale), height);
        return std::pair{k, logical_and(is_inside, less_equal(log_v, bound))};
    });
}

// Any n and p; known: n * min(p, 1 - p), if both are numbers.
Array draw_binomial(const Draw& draw,
                    const Array& n,
                    const Array& p,
                    const std::optional<double>& known) {
    const Array is_flipped = greater(p, 0.5);
    const Array q = where(is_flipped, subtract(1, p), p);
    const Array mean = multiply(n, q);
    Array small, great;
    const Array is_small = less(mean, kInvertedMean);
    if (may_be_small(known)) small = small_binomial(draw, n, where(is_small, q, 0));
    if (may_be_great(known)) {
        great =
            great_binomial(draw, where(is_small, 2 * kInvertedMean, n), where(is_small, 0.5, q));
    }
    const Array count = chosen(mean, small, great);
    return where(is_flipped, subtract(n, count), count);
}

// By a table, where both parameters are numbers and leave something to chance.
Array draw_binomial(const Draw& draw) {
    std::optional<double> mean;
    if (draw.number(0) && draw.number(1)) {
        const double n = std::floor(*draw.number(0)), p = *draw.number(1);
        if (p > 0 && p < 1) {
            const auto ratio = [=](double k) { return (n - k) / (k + 1) * (p / (1 - p)); };
            const double mode = std::min(std::floor((n + 1) * p), n);
            if (const auto counts = drawn_by_table(draw, mode, ratio)) return *counts;
        }
        mean = n * std::min(p, 1 - p);
    }
    return draw_binomial(draw, draw.parameter(0), draw.parameter(1), mean);
}

}  // namespace
}  // namespace internal

namespace random {

using internal::Draw;
using internal::draw_of_integers;

Array bernoulli(const Operand& p,
                const std::optional<Shape>& size,
                std::optional<DType> dtype,
                Device* device,
                Generator* generator) {
    Draw draw("bernoulli", Draw::Result::kBool, {p}, size, dtype, device, generator);
    draw.require_probability(0, "p");
    draw.compute_in_float64();
    return draw.finish(less(draw.uniform(), draw.parameter(0)));
}

Array poisson(const Operand& lam,
              const std::optional<Shape>& size,
              std::optional<DType> dtype,
              Device* device,
              Generator* generator) {
    const Draw draw = draw_of_integers("poisson", {lam}, size, dtype, device, generator);
    draw.require_not_negative(0, "lam");
    return draw.finish(internal::draw_poisson(draw, draw.parameter(0), draw.number(0)));
}

Array binomial(const Operand& n,
               const Operand& p,
               const std::optional<Shape>& size,
               std::optional<DType> dtype,
               Device* device,
               Generator* generator) {
    const Draw draw = draw_of_integers("binomial", {n, p}, size, dtype, device, generator);
    draw.require_not_negative(0, "n");
    draw.require_probability(1, "p");
    return draw.finish(internal::draw_binomial(draw));
}

Array negative_binomial(const Operand& n,
                        const Operand& p,
                        const std::optional<Shape>& size,
                        std::optional<DType> dtype,
                        Device* device,
                        Generator* generator) {
    const Draw draw = draw_of_integers("negative_binomial", {n, p}, size, dtype, device, generator);
    draw.require_positive(0, "n");
    draw.require(1, "p", [](double p) { return p > 0 && p <= 1; }, "a probability above 0");
    if (draw.number(0) && draw.number(1)) {
        const double n_number = *draw.number(0), q = 1 - *draw.number(1);
        const auto ratio = [=](double k) { return (n_number + k) / (k + 1) * q; };
        const double mode = std::max(std::floor((n_number - 1) * q / (1 - q)), 0.0);
        if (const auto counts = internal::drawn_by_table(draw, mode, ratio))
            return draw.finish(*counts);
    }
    // Poisson's with a gamma-distributed mean.
    const Array odds = divide(subtract(1, draw.parameter(1)), draw.parameter(1));
    const Array mean =
        multiply(gamma(draw.parameter(0), 1, draw.shape(), {}, &draw.device(), generator), odds);
    return draw.finish(internal::draw_poisson(draw, mean, std::nullopt));
}

Array geometric(const Operand& p,
                const std::optional<Shape>& size,
                std::optional<DType> dtype,
                Device* device,
                Generator* generator) {
    const Draw draw = draw_of_integers("geometric", {p}, size, dtype, device, generator);
    draw.require(0, "p", [](double p) { return p > 0 && p <= 1; }, "a probability above 0");
    const Array failures =
        floor(divide(log(draw.open_uniform()), log1p(negative(draw.parameter(0)))));
    return draw.finish(add(failures, 1));
}

Array logseries(const Operand& p,
                const std::optional<Shape>& size,
                std::optional<DType> dtype,
                Device* device,
                Generator* generator) {
    const Draw draw = draw_of_integers("logseries", {p}, size, dtype, device, generator);
    draw.require(0, "p", [](double p) { return p > 0 && p < 1; }, "a number between 0 and 1");
    // Kemp (1981): a geometric number whose parameter is random.
    const Array u = draw.open_uniform();
    const Array q =
        negative(expm1(multiply(log1p(negative(draw.parameter(0))), draw.open_uniform())));
    return draw.finish(add(floor(divide(log(u), log(q))), 1));
}

Array zipf(const Operand& a,
           const std::optional<Shape>& size,
           std::optional<DType> dtype,
           Device* device,
           Generator* generator) {
    const Draw draw = draw_of_integers("zipf", {a}, size, dtype, device, generator);
    draw.require(0, "a", [](double a) { return a > 1; }, "a number above 1");
    // Devroye (1986), X.6.1, of what an int64 holds. Each round accepts 69 % or more: 21 leave less than 2^-34.
    constexpr int kZipfRounds = 21;
    constexpr double kLogGreatest = 63 * std::numbers::ln2;
    const Array power_ = subtract(draw.parameter(0), 1);
    const Array least = exp(multiply(power_, -kLogGreatest));
    const Array log_b = multiply(power_, std::numbers::ln2);
    const Array ratio = reciprocal(negative(expm1(negative(log_b))));  // b / (b - 1)
    return draw.finish(
        internal::accepted(kZipfRounds, ones({}, DType::kFloat64, &draw.device()), [&] {
            const Array u = add(least, multiply(subtract(1, least), draw.open_uniform()));
            const Array k = floor(exp(divide(negative(log(u)), power_)));
            // (1 + 1 / k) ** (a - 1) - 1
            const Array rise = expm1(multiply(power_, log1p(reciprocal(k))));
            const Array share = multiply(multiply(draw.open_uniform(), k), multiply(rise, ratio));
            const Array is_accepted = less_equal(share, add(rise, 1));
            return std::pair{k, logical_and(is_accepted, less(k, 0x1p63))};
        }));
}

Array multinomial(int64_t n,
                  const Array& pvals,
                  const std::optional<Shape>& size,
                  std::optional<DType> dtype,
                  Device* device,
                  Generator* generator) {
    if (pvals.ndim() == 0)
        throw DimensionError("multinomial: pvals has no dimension; expected (..., categories)");
    if (n < 0) throw ValueError(fmt::format("multinomial: n is {}; expected at least 0", n));
    const int last = pvals.ndim() - 1;
    const int64_t n_categories = pvals.shape()[last];
    Shape shape = size.value_or(Shape{});
    for (int i = 0; i < last; ++i) shape.push_back(pvals.shape()[i]);
    const Draw draw = draw_of_integers(
        "multinomial", {}, shape, dtype, device != nullptr ? device : &pvals.device(), generator);
    const Array p = pvals.as_grad_stopped().to_device(draw.device()).astype(DType::kFloat64);
    Array left = full(shape, static_cast<double>(n), DType::kFloat64, &draw.device());
    Array probability_left = ones({}, DType::kFloat64, &draw.device());
    std::vector<Array> counts;
    // Category by category, of those that are left. The last one gets what remains.
    for (int64_t i = 0; i + 1 < n_categories; ++i) {
        const Array own = squeeze(
            internal::slice_view(p, internal::part_along(p.shape(), last, i, 1)), Axes{last});
        const Array share =
            minimum(divide(own, where(greater(probability_left, 0), probability_left, 1)), 1);
        counts.push_back(internal::draw_binomial(draw, left, share, std::nullopt));
        left = subtract(left, counts.back());
        probability_left = subtract(probability_left, own);
    }
    if (n_categories == 0) {
        shape.push_back(0);
        return zeros(shape, draw.dtype(), &draw.device());
    }
    counts.push_back(left);
    return draw.finish(stack(counts, -1));
}

}  // namespace random
}  // namespace chainerx
