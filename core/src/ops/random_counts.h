// What random counts are computed with where their parameters are arrays: inversion step by step, and logarithms of factorials.
#pragma once

#include <initializer_list>
#include <optional>

#include "ops/op_support.h"
#include "ops/random_draws.h"

namespace chainerx::internal {

// Means below are inverted step by step: of a mean of 10, less than 2^-53 lies beyond 48 steps.
constexpr double kInvertedMean = 10;
constexpr int kInversionSteps = 48;

// What Stirling's formula leaves of log(gamma(z)), for z of 8 or more: the next term is below 1e-13.
Array stirling_series(const Array& z);

// log(gamma(x)) for x of 1 or more, by Stirling's formula of x + 8.
Array log_gamma(const Array& x);

// A call whose result is of integers and which is computed in float64.
Draw draw_of_integers(const char* op,
                      std::initializer_list<Operand> parameters,
                      const std::optional<Shape>& size,
                      std::optional<DType> dtype,
                      Device* device,
                      random::Generator* generator);

// How many of the partial sums of probabilities u exceeds. first: that of 0; next(i, p): that of i, given
// that of i - 1.
template <typename Next>
Array inverted(const Array& u, const Array& first, Next next) {
    Array probability = first, sum = first;
    Array count = greater(u, sum).astype(DType::kFloat64);
    for (int i = 1; i < kInversionSteps; ++i) {
        probability = next(i, probability);
        sum = add(sum, probability);
        count = add(count, greater(u, sum));
    }
    return count;
}

}  // namespace chainerx::internal
