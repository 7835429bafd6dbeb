// Reading the counters of the ladder in tests.
#pragma once

#include <string>
#include <vector>

#include "chainerx/device.h"
#include "chainerx/fallback.h"

namespace chainerx::testing {

// How often calls of the op took a step on a device since the last reset.
inline uint64_t count_of(const std::string& op, const Device& device, FallbackStep step) {
    uint64_t count = 0;
    for (const FallbackCount& entry : fallback_stats()) {
        if (entry.op == op && entry.device == device.name() && entry.step == step)
            count += entry.count;
    }
    return count;
}

// All steps on a device.
inline uint64_t count_on(const Device& device) {
    uint64_t count = 0;
    for (const FallbackCount& entry : fallback_stats()) {
        if (entry.device == device.name()) count += entry.count;
    }
    return count;
}

class FallbackModeScope {
public:
    explicit FallbackModeScope(FallbackMode mode, FallbackStep from = FallbackStep::kHost)
        : previous_{fallback_policy()} {
        set_fallback_policy({mode, from});
    }
    ~FallbackModeScope() { set_fallback_policy(previous_); }
    FallbackModeScope(const FallbackModeScope&) = delete;
    FallbackModeScope& operator=(const FallbackModeScope&) = delete;

private:
    FallbackPolicy previous_;
};

}  // namespace chainerx::testing
