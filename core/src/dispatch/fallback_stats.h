// Counting the steps down the ladder.
#pragma once

#include <string>
#include <vector>

#include "chainerx/fallback.h"
#include "dispatch/op_call.h"

namespace chainerx::internal {

// Throws FallbackError if the mode forbids the step. tried: why no higher rung did it.
void check_allowed(const OpCall& call, FallbackStep step, const std::vector<std::string>& tried);

// Counts the step, and warns of its first time if the mode says so.
void count_fallback(const OpCall& call, FallbackStep step);

}  // namespace chainerx::internal
