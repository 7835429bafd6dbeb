// Random counts with parameters that are numbers: inversion by a table of the distribution function.
#pragma once

#include <functional>
#include <optional>

#include "ops/random_draws.h"

namespace chainerx::internal {

// Counts of a distribution with one mode, in draw's shape, float64: each uniform number of 53 bits finds its
// place in a table that the host makes, the same for every device. ratio(k): the probability of k + 1 over
// that of k. What lies where it is below 1e-20 of the mode's is left out. Nothing if the table were to have
// more than 2^20 entries.
std::optional<Array> drawn_by_table(const Draw& draw,
                                    double mode,
                                    const std::function<double(double)>& ratio);

}  // namespace chainerx::internal
