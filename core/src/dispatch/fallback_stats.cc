// Counters per op, device, dtype and step; and CHAINERX_FALLBACK.
#include "dispatch/fallback_stats.h"

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string_view>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "chainerx/error.h"
#include "chainerx/log.h"
#include "device/device_state.h"
#include "dispatch/type_rules.h"

namespace chainerx {

namespace {

using Key = std::tuple<const internal::OpDef*, const Device*, DType, FallbackStep>;

struct Counters {
    std::mutex mutex;
    std::map<Key, uint64_t> counts;
};

Counters& counters() {
    static auto* instance = new Counters;
    return *instance;
}

FallbackMode mode_from_environment() {
    const char* text = std::getenv("CHAINERX_FALLBACK");
    const std::string_view mode = text != nullptr ? text : "auto";
    if (mode == "warn") return FallbackMode::kWarn;
    if (mode == "error") return FallbackMode::kError;
    if (mode != "auto" && !mode.empty()) {
        log(kLogWarning,
            "chainerx.fallback",
            fmt::format("CHAINERX_FALLBACK is '{}'; expected auto, warn or error; taking auto",
                        mode));
    }
    return FallbackMode::kAuto;
}

std::atomic<FallbackMode>& current_mode() {
    static std::atomic<FallbackMode> mode{mode_from_environment()};
    return mode;
}

std::string full_name(const internal::OpDef& op) {
    return std::string_view(op.name).find('.') == std::string_view::npos
               ? fmt::format("chx.{}", op.name)
               : op.name;
}

}  // namespace

std::vector<FallbackCount> fallback_stats() {
    Counters& all = counters();
    std::lock_guard lock(all.mutex);
    std::vector<FallbackCount> out;
    for (const auto& [key, count] : all.counts) {
        const auto& [op, device, dtype, step] = key;
        out.push_back(
            {full_name(*op), device->name(), std::string(dtype_name(dtype)), step, count});
    }
    return out;
}

void reset_fallback_stats() {
    Counters& all = counters();
    std::lock_guard lock(all.mutex);
    all.counts.clear();
}

FallbackMode fallback_mode() { return current_mode().load(std::memory_order_relaxed); }

void set_fallback_mode(FallbackMode mode) { current_mode().store(mode, std::memory_order_relaxed); }

namespace internal {

void check_host_allowed(const OpCall& call, const std::vector<std::string>& tried) {
    if (fallback_mode() != FallbackMode::kError) return;
    throw FallbackError(
        fmt::format("{}; {} can't serve it ({}); it would run on the host, which "
                    "CHAINERX_FALLBACK=error forbids",
                    describe_call(call.op, call.inputs, call.n_inputs),
                    call.device.name(),
                    fmt::join(tried, "; ")));
}

void count_fallback(const OpCall& call, FallbackStep step) {
    uint64_t count = 0;
    {
        Counters& all = counters();
        std::lock_guard lock(all.mutex);
        count = ++all.counts[{&call.op, &call.device, call.dtype, step}];
    }
    if (count != 1) return;
    const char* how = step == FallbackStep::kAdapted      ? "after adapting its operands"
                      : step == FallbackStep::kDecomposed ? "by decomposition"
                                                          : "on the host";
    const bool is_loud = step == FallbackStep::kHost && fallback_mode() == FallbackMode::kWarn;
    const int32_t level = is_loud ? kLogWarning : kLogDebug;
    if (is_log_enabled(level)) {
        log(level,
            "chainerx.fallback",
            fmt::format("{} of {} on {} runs {}",
                        full_name(call.op),
                        dtype_name(call.dtype),
                        call.device.name(),
                        how));
    }
}

}  // namespace internal
}  // namespace chainerx
