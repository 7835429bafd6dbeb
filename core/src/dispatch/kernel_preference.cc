// Keeps the preferences and lets the devices' kernel tables follow them.
#include "dispatch/kernel_preference.h"

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "chainerx/error.h"
#include "chainerx/kernel_preference.h"
#include "chainerx/log.h"
#include "chainerx/plugin.h"
#include "dispatch/fork_guard.h"
#include "dispatch/op_def.h"

namespace chainerx {

namespace internal {

namespace {

struct Preference {
    uint64_t id;
    std::string plugin;
    std::string op;  // its full name; empty: all
};

struct Preferences {
    std::mutex mutex;
    std::vector<Preference> all;  // the one that goes first at the front
    uint64_t last_id = 0;
};

// "conv" is short for "chx.conv".
std::string full_op_name(std::string_view op) {
    const bool is_full = op.empty() || op.find('.') != op.npos;
    return is_full ? std::string(op) : "chx." + std::string(op);
}

void read_environment(Preferences& preferences) {
    const char* given = std::getenv("CHAINERX_KERNEL_PREFER");
    std::string_view rest = given == nullptr ? "" : given;
    while (!rest.empty()) {
        const size_t end = std::min(rest.find(','), rest.size());
        const std::string_view entry = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (entry.empty()) continue;
        const size_t colon = std::min(entry.find(':'), entry.size());
        const std::string op = full_op_name(entry.substr(std::min(colon + 1, entry.size())));
        if (!op.empty() && find_op(op) == nullptr) {
            log(kLogWarning,
                "chainerx.plugin",
                fmt::format("CHAINERX_KERNEL_PREFER: '{}' given; expected plugin or plugin:op; no "
                            "op is called {} so far",
                            entry,
                            op));
        }
        preferences.all.push_back({++preferences.last_id, std::string(entry.substr(0, colon)), op});
    }
}

Preferences& preferences() {
    static auto* instance = [] {
        auto* made = new Preferences;
        read_environment(*made);
        keep_usable_after_fork(made->mutex);
        return made;
    }();
    return *instance;
}

}  // namespace

int preference_rank(const std::string& provider, const char* op) {
    Preferences& known = preferences();
    const std::lock_guard lock(known.mutex);
    const auto found = std::find_if(known.all.begin(), known.all.end(), [&](const Preference& p) {
        return p.plugin == provider && (p.op.empty() || p.op == op);
    });
    return found == known.all.end() ? INT_MAX : static_cast<int>(found - known.all.begin());
}

std::string preference_key() {
    Preferences& known = preferences();
    const std::lock_guard lock(known.mutex);
    std::string key;
    for (const Preference& p : known.all) key += p.plugin + ':' + p.op + ',';
    return key;
}

}  // namespace internal

uint64_t prefer(const std::string& plugin, const std::string& op) {
    const std::string name = internal::full_op_name(op);
    if (!name.empty() && internal::find_op(name) == nullptr)
        throw ValueError(fmt::format(
            "prefer: op '{}' given; there is none of that name; see op_services()", op));
    const std::vector<std::string> known = plugin_names();
    if (std::find(known.begin(), known.end(), plugin) == known.end())
        throw ValueError(
            fmt::format("prefer: plugin '{}' given; expected one of: {}; `python -m chainerx "
                        "doctor` says where they are looked for",
                        plugin,
                        fmt::join(known, ", ")));
    internal::Preferences& all = internal::preferences();
    uint64_t id = 0;
    {
        const std::lock_guard lock(all.mutex);
        id = ++all.last_id;
        all.all.insert(all.all.begin(), {id, plugin, name});
    }
    internal::reorder_kernels();
    return id;
}

void forget_preference(uint64_t preference) {
    internal::Preferences& all = internal::preferences();
    {
        const std::lock_guard lock(all.mutex);
        const auto gone = std::remove_if(
            all.all.begin(), all.all.end(), [&](const auto& p) { return p.id == preference; });
        if (gone == all.all.end()) return;
        all.all.erase(gone, all.all.end());
    }
    internal::reorder_kernels();
}

}  // namespace chainerx
