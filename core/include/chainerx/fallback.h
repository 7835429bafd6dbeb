// The ladder under every op: what happened when a device had no kernel of its own, counted, and what may happen.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "chainerx/export.h"

namespace chainerx {

class Device;

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

// What a step down the ladder does: kAuto only counts, kWarn also logs it once per op, device and dtype, kError throws
// FallbackError.
enum class FallbackMode { kAuto, kWarn, kError };

// The mode, and the step from which on it holds; steps above it are only counted. With kError from kAdapted on, nothing
// but a kernel that takes the operands as they are will do, on any device.
struct FallbackPolicy {
    FallbackMode mode = FallbackMode::kAuto;
    FallbackStep from = FallbackStep::kHost;
};

// Starts as CHAINERX_FALLBACK says: "auto", "warn" or "error", which may be followed by ":adapted", ":decomposed" or
// ":host".
CHAINERX_EXPORT FallbackPolicy fallback_policy();
CHAINERX_EXPORT void set_fallback_policy(FallbackPolicy policy);

// "error:decomposed" and the like. Throws ValueError if it can't be read.
CHAINERX_EXPORT FallbackPolicy parse_fallback_policy(const std::string& text);
// What parse_fallback_policy() reads; without the step where that is the host.
CHAINERX_EXPORT std::string to_string(FallbackPolicy policy);

// Where an op of one dtype runs on a device, when its operands are as its kernels like them.
enum class ServiceRung { kKernel, kDecomposition, kHost, kNone };
struct OpService {
    std::string op;  // "chx.exp"
    std::string dtype;
    ServiceRung rung;
    // kKernel: the plugins whose kernels are tried, best first; kDecomposition: the ops it is made of; else empty.
    std::vector<std::string> by;
};

// The ladder's own answer for all ops and the dtypes they are defined for, those of plugins included. Calls no kernel;
// a kernel may still refuse a launch by its shapes.
CHAINERX_EXPORT std::vector<OpService> op_services(Device& device);

}  // namespace chainerx
