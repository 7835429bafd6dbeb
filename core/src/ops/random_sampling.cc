// Counts of what is taken without putting back: the hypergeometric distributions. Computed in float64.
#include <algorithm>
#include <cmath>
#include <utility>

#include "ops/op_support.h"
#include "ops/operand_arrays.h"
#include "ops/random_counts.h"
#include "ops/random_rejection.h"
#include "ops/random_tables.h"

namespace chainerx {
namespace internal {
namespace {

// Beyond, counts of float64 are too coarse for the probabilities, and tables too long.
constexpr double kMostOfAKind = 1e9;

// From a mean of 10 on each round accepts more than half: 34 rounds leave less than 2^-34.
constexpr int kRatioRounds = 34;

// The distribution of the rarer kind among the lesser part of the population: all others follow from it.
struct Population {
    Array rare, common, total, taken;
    Array mean() const { return divide(multiply(taken, rare), maximum(total, 1)); }
};

Array log_factorials(std::initializer_list<Array> counts) {
    Array all;
    for (const Array& count : counts) {
        const Array own = log_gamma(add(count, 1));
        all = all.is_null() ? own : add(all, own);
    }
    return all;
}

// log of the probability that none of the rare ones is taken, C(common, taken) / C(total, taken). The great terms of the four
// factorials' logarithms are cancelled by hand, since they would cancel most digits of a large population.
Array log_probability_of_none(const Population& p, const Array& rest) {
    const Array left = subtract(p.total, p.taken);
    // Stirling's formula of numbers that are all greater by 8, and what that adds.
    constexpr int kShift = 8;
    const Array base = add(rest, kShift), total = add(p.total, kShift);
    const Array cross = divide(divide(multiply(p.rare, p.taken), base), total);
    Array result = multiply(add(total, 0.5), log1p(cross));
    result = subtract(result, multiply(p.rare, log1p(divide(p.taken, base))));
    result = subtract(result, multiply(p.taken, log1p(divide(p.rare, base))));
    const auto series = [](const Array& x) { return stirling_series(add(x, kShift)); };
    result = add(result, add(series(p.common), series(left)));
    result = subtract(result, add(series(rest), series(p.total)));
    Array factor = ones({}, DType::kFloat64, &rest.device());
    for (int i = 1; i <= kShift; ++i) {
        factor = multiply(factor, divide(add(rest, i), add(p.common, i)));
        factor = multiply(factor, divide(add(p.total, i), add(left, i)));
    }
    return add(result, log(factor));
}

Array few_of(const Draw& draw, const Population& p) {
    const Array rest = maximum(subtract(p.common, p.taken), 0);
    const Array none = exp(log_probability_of_none(p, rest));
    const Array count = inverted(draw.uniform(), none, [&](int i, const Array& probability) {
        const Array ways =
            multiply(maximum(subtract(p.rare, i - 1), 0), maximum(subtract(p.taken, i - 1), 0));
        return multiply(probability, divide(ways, multiply(add(rest, i), i)));
    });
    // Rounding may leave a little beyond the greatest count.
    return minimum(count, minimum(p.rare, p.taken));
}

// HRUA of Stadlober (1990): the ratio of uniforms, with the table mountain around the mode.
Array many_of(const Draw& draw, const Population& p) {
    const Array share = divide(p.rare, p.total);
    const Array variance =
        divide(multiply(multiply(multiply(subtract(p.total, p.taken), p.taken), share),
                        subtract(1, share)),
               maximum(subtract(p.total, 1), 1));
    const Array deviation = sqrt(add(variance, 0.5));
    const Array width = add(multiply(deviation, 1.7155277699214135), 0.8989161620588988);
    const Array center = add(multiply(p.taken, share), 0.5);
    const Array mode = floor(divide(multiply(add(p.taken, 1), add(p.rare, 1)), add(p.total, 2)));
    const Array end =
        minimum(add(minimum(p.taken, p.rare), 1), floor(add(center, multiply(deviation, 16))));
    const auto log_ways = [&](const Array& k) {
        return log_factorials(
            {k, subtract(p.rare, k), subtract(p.taken, k), add(subtract(p.common, p.taken), k)});
    };
    const Array at_mode = log_ways(mode);
    return accepted(kRatioRounds, mode, [&] {
        const Array u = draw.open_uniform();
        const Array from_center = multiply(width, subtract(draw.open_uniform(), 0.5));
        const Array place = add(center, divide(from_center, u));
        const Array is_inside = logical_and(greater_equal(place, 0), less(place, end));
        const Array k = where(is_inside, floor(place), mode);
        const Array bound = subtract(at_mode, log_ways(k));
        return std::pair{k, logical_and(is_inside, less_equal(multiply(log(u), 2), bound))};
    });
}

// How many are good of nsample from good and bad ones.
Array draw_good(const Draw& draw, const Array& good, const Array& bad, const Array& nsample) {
    Population p;
    p.total = add(good, bad);
    p.rare = minimum(good, bad);
    p.common = maximum(good, bad);
    p.taken = minimum(nsample, subtract(p.total, nsample));
    const Array is_few = less(p.mean(), kInvertedMean);
    Population few = p, many = p;
    // What the other way computes has to be harmless where it is not wanted.
    few.taken = where(is_few, p.taken, 0);
    const auto or_else = [&](double other, const Array& x) { return where(is_few, other, x); };
    many.rare = or_else(40, p.rare);
    many.common = or_else(40, p.common);
    many.total = or_else(80, p.total);
    many.taken = or_else(40, p.taken);
    const Array rare = where(is_few, few_of(draw, few), many_of(draw, many));
    const Array of_taken = where(greater(good, bad), subtract(p.taken, rare), rare);
    return where(less(p.taken, nsample), subtract(good, of_taken), of_taken);
}

std::optional<Array> drawn_of_numbers(const Draw& draw) {
    if (!draw.number(0) || !draw.number(1) || !draw.number(2)) return std::nullopt;
    const double good = std::floor(*draw.number(0)), bad = std::floor(*draw.number(1));
    const double nsample = std::floor(*draw.number(2));
    if (nsample > good + bad) {
        throw ValueError(
            fmt::format("hypergeometric: nsample is {} of {} good and {} bad ones; expected no "
                        "more than there are",
                        nsample,
                        good,
                        bad));
    }
    const auto ratio = [=](double k) {
        return (good - k) / (k + 1) * ((nsample - k) / (bad - nsample + k + 1));
    };
    return drawn_by_table(draw, std::floor((nsample + 1) * (good + 1) / (good + bad + 2)), ratio);
}

}  // namespace
}  // namespace internal

namespace random {

using internal::Draw;

Array hypergeometric(const Operand& ngood,
                     const Operand& nbad,
                     const Operand& nsample,
                     const std::optional<Shape>& size,
                     std::optional<DType> dtype,
                     Device* device,
                     Generator* generator) {
    const Draw draw = internal::draw_of_integers(
        "hypergeometric", {ngood, nbad, nsample}, size, dtype, device, generator);
    const auto fits = [](double n) { return n >= 0 && n <= internal::kMostOfAKind; };
    draw.require(0, "ngood", fits, "0 to 1e9");
    draw.require(1, "nbad", fits, "0 to 1e9");
    draw.require_not_negative(2, "nsample");
    if (const std::optional<Array> counts = internal::drawn_of_numbers(draw))
        return draw.finish(*counts);
    return draw.finish(
        internal::draw_good(draw, draw.parameter(0), draw.parameter(1), draw.parameter(2)));
}

Array multivariate_hypergeometric(const Array& colors,
                                  int64_t nsample,
                                  const std::optional<Shape>& size,
                                  std::optional<DType> dtype,
                                  Device* device,
                                  Generator* generator) {
    if (colors.ndim() != 1) {
        throw DimensionError(
            fmt::format("multivariate_hypergeometric: colors has shape {}; expected (n,)",
                        to_string(colors.shape())));
    }
    if (nsample < 0) {
        throw ValueError(fmt::format(
            "multivariate_hypergeometric: nsample is {}; expected at least 0", nsample));
    }
    Shape shape = size.value_or(Shape{});
    const Draw draw = internal::draw_of_integers("multivariate_hypergeometric",
                                                 {},
                                                 shape,
                                                 dtype,
                                                 device != nullptr ? device : &colors.device(),
                                                 generator);
    const Array counts =
        colors.as_grad_stopped().to_device(draw.device()).astype(DType::kFloat64, false);
    const int64_t n = counts.size();
    Array left = full(shape, static_cast<double>(nsample), DType::kFloat64, &draw.device());
    Array others = sum(counts);
    std::vector<Array> drawn;
    // Color by color, of those that are left. The last one gets what remains.
    for (int64_t i = 0; i + 1 < n; ++i) {
        const Array own = internal::part_of(counts, 0, i, 1).reshape({});
        others = subtract(others, own);
        drawn.push_back(internal::draw_good(draw, own, others, left));
        left = subtract(left, drawn.back());
    }
    if (n == 0) {
        shape.push_back(0);
        return zeros(shape, draw.dtype(), &draw.device());
    }
    drawn.push_back(left);
    return draw.finish(stack(drawn, -1));
}

}  // namespace random
}  // namespace chainerx
