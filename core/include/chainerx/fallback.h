// The ladder under every op: what happened when a device had no kernel of its own, counted, and what may happen.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "chainerx/export.h"

namespace chainerx {

// kAdapted: a kernel ran after operands were made contiguous, or scalars were made arrays. kDecomposed: other ops of the
// device did it. kHost: the operands went to the host and the results came back.
enum class FallbackStep { kAdapted, kDecomposed, kHost };

struct FallbackCount {
    std::string op;  // "chx.exp"
    std::string device;
    std::string dtype;
    FallbackStep step;
    uint64_t count;
};

// Everything that did not go straight to a kernel since the start or the last reset.
CHAINERX_EXPORT std::vector<FallbackCount> fallback_stats();
CHAINERX_EXPORT void reset_fallback_stats();

// What a step to the host does: kAuto only counts, kWarn also logs it once per op and device, kError throws FallbackError.
// Steps on the device itself are always allowed. Starts as CHAINERX_FALLBACK.
enum class FallbackMode { kAuto, kWarn, kError };
CHAINERX_EXPORT FallbackMode fallback_mode();
CHAINERX_EXPORT void set_fallback_mode(FallbackMode mode);

}  // namespace chainerx
