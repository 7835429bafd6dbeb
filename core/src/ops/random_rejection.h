// Rejection in a fixed number of rounds, so that every device does the same work and draws the same bits.
#pragma once

#include "ops/op_support.h"

namespace chainerx::internal {

// The first candidate of each element that is accepted. round() gives {candidates, whether accepted}. What
// no round accepted stays at `start`: a value in the middle of the distribution. With rounds that accept
// with probability p or more, at most (1 - p) ** n_rounds of the probability is misplaced.
template <typename Round>
Array accepted(int n_rounds, const Array& start, Round round) {
    Array result = start;
    Array is_done;
    for (int i = 0; i < n_rounds; ++i) {
        const auto [candidates, is_accepted] = round();
        if (is_done.is_null()) {
            result = where(is_accepted, candidates, start);
            is_done = is_accepted;
        } else {
            result = where(logical_and(is_accepted, logical_not(is_done)), candidates, result);
            is_done = logical_or(is_done, is_accepted);
        }
    }
    return result;
}

}  // namespace chainerx::internal
