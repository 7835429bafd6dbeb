// Counting the steps down the ladder.
#pragma once

#include "chainerx/fallback.h"
#include "dispatch/op_call.h"

namespace chainerx::internal {

// Counts the step; for kHost also warns or throws FallbackError as the mode says.
void count_fallback(const OpCall& call, FallbackStep step);

}  // namespace chainerx::internal
