// Counting the steps down the ladder.
#pragma once

#include <string>
#include <vector>

#include "chainerx/fallback.h"
#include "dispatch/op_call.h"

namespace chainerx::internal {

// Throws FallbackError if the mode forbids a step to the host. tried: why no higher rung did it.
void check_host_allowed(const OpCall& call, const std::vector<std::string>& tried);

// Counts the step; for kHost also warns if the mode says so.
void count_fallback(const OpCall& call, FallbackStep step);

}  // namespace chainerx::internal
