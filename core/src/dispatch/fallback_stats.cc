// Counters per op, device, dtype and step; and CHAINERX_FALLBACK.
#include "dispatch/fallback_stats.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iterator>
#include <map>
#include <mutex>
#include <string_view>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "chainerx/error.h"
#include "chainerx/log.h"
#include "device/device_state.h"
#include "dispatch/call_watcher.h"
#include "dispatch/fork_guard.h"
#include "dispatch/type_rules.h"

namespace chainerx {

namespace {

using Key = std::tuple<const internal::OpDef*, const Device*, DType, FallbackStep>;

struct Counters {
    std::mutex mutex;
    std::map<Key, uint64_t> counts;
};

Counters& counters() {
    static Counters& instance = *[] {
        auto* made = new Counters;
        internal::keep_usable_after_fork(made->mutex);
        return made;
    }();
    return instance;
}

constexpr const char* kModeNames[] = {"auto", "warn", "error"};
constexpr const char* kStepNames[] = {"adapted", "decomposed", "host"};

// The index of the word; -1 if it is none of them.
int find_word(const char* const (&words)[3], std::string_view word) {
    const auto* found = std::find(std::begin(words), std::end(words), word);
    return found == std::end(words) ? -1 : static_cast<int>(found - std::begin(words));
}

FallbackPolicy policy_from_environment() {
    const char* text = std::getenv("CHAINERX_FALLBACK");
    if (text == nullptr || *text == 0) return {};
    try {
        return parse_fallback_policy(text);
    } catch (const ValueError& error) {
        log(kLogWarning,
            "chainerx.fallback",
            fmt::format("CHAINERX_FALLBACK: {}; taking auto", error.what()));
        return {};
    }
}

std::atomic<FallbackPolicy>& current_policy() {
    static std::atomic<FallbackPolicy> policy{policy_from_environment()};
    return policy;
}

}  // namespace

std::vector<FallbackCount> fallback_stats() {
    Counters& all = counters();
    std::lock_guard lock(all.mutex);
    std::vector<FallbackCount> out;
    for (const auto& [key, count] : all.counts) {
        const auto& [op, device, dtype, step] = key;
        out.push_back({internal::full_name(*op),
                       device->name(),
                       std::string(dtype_name(dtype)),
                       step,
                       count});
    }
    return out;
}

void reset_fallback_stats() {
    Counters& all = counters();
    std::lock_guard lock(all.mutex);
    all.counts.clear();
}

FallbackPolicy fallback_policy() { return current_policy().load(std::memory_order_relaxed); }

void set_fallback_policy(FallbackPolicy policy) {
    current_policy().store(policy, std::memory_order_relaxed);
}

FallbackPolicy parse_fallback_policy(const std::string& text) {
    const size_t colon = text.find(':');
    const int mode = find_word(kModeNames, std::string_view(text).substr(0, colon));
    const int from = colon == std::string::npos
                         ? static_cast<int>(FallbackStep::kHost)
                         : find_word(kStepNames, std::string_view(text).substr(colon + 1));
    if (mode >= 0 && from >= 0)
        return {static_cast<FallbackMode>(mode), static_cast<FallbackStep>(from)};
    throw ValueError(
        fmt::format("fallback mode '{}'; expected auto, warn or error, which may be followed by "
                    ":adapted, :decomposed or :host, the step from which on it holds",
                    text));
}

std::string to_string(FallbackPolicy policy) {
    std::string mode = kModeNames[static_cast<int>(policy.mode)];
    if (policy.from == FallbackStep::kHost) return mode;
    return mode + ":" + kStepNames[static_cast<int>(policy.from)];
}

namespace internal {

namespace {

const char* how(FallbackStep step) {
    return step == FallbackStep::kAdapted      ? "after adapting its operands"
           : step == FallbackStep::kDecomposed ? "by decomposition"
                                               : "on the host";
}

}  // namespace

void check_allowed(const OpCall& call, FallbackStep step, const std::vector<std::string>& tried) {
    const FallbackPolicy policy = fallback_policy();
    if (policy.mode != FallbackMode::kError || step < policy.from) return;
    throw FallbackError(
        fmt::format("{}; {} can't serve it{}{}{}; it would run {}, which "
                    "CHAINERX_FALLBACK={} forbids",
                    describe_call(call.op, call.inputs, call.n_inputs),
                    call.device.name(),
                    tried.empty() ? "" : " (",
                    fmt::join(tried, "; "),
                    tried.empty() ? " as it is" : ")",
                    how(step),
                    to_string(policy)));
}

void count_fallback(const OpCall& call, FallbackStep step) {
    for (CallWatcher* watcher : call.context.watchers) watcher->after_fallback(call, step);
    uint64_t count = 0;
    {
        Counters& all = counters();
        std::lock_guard lock(all.mutex);
        count = ++all.counts[{&call.op, &call.device, call.dtype, step}];
    }
    if (count != 1) return;
    const FallbackPolicy policy = fallback_policy();
    const bool is_loud = policy.mode == FallbackMode::kWarn && step >= policy.from;
    const int32_t level = is_loud ? kLogWarning : kLogDebug;
    if (is_log_enabled(level)) {
        log(level,
            "chainerx.fallback",
            fmt::format("{} of {} on {} runs {}",
                        full_name(call.op),
                        dtype_name(call.dtype),
                        call.device.name(),
                        how(step)));
    }
}

}  // namespace internal
}  // namespace chainerx
