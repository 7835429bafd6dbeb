// What the registry tells about a plugin that can't be had: why, and where it looked.
#include <fmt/format.h>

#include "chainerx/error.h"
#include "plugin/plugin_entry.h"
#include "plugin/plugin_registry.h"

namespace chainerx::internal {

std::string PluginRegistry::searched_text(std::string_view name, const Entry* except) const {
    std::string text = "searched, in this order:";
    for (const PluginPlace& place : places_) {
        text += fmt::format("\n  {}{}{}: {}",
                            place.origin,
                            place.path.empty() ? "" : " ",
                            place.path,
                            place.verdict);
    }
    std::string refused;
    for (const auto& entry : entries_) {
        // One without a name could be the one that was meant.
        const bool is_related = entry->name().empty() || entry->name() == name;
        if (is_related && !entry->is_usable() && entry.get() != except) {
            refused += fmt::format("\n  {}: {}: {}",
                                   entry->path_text(),
                                   plugin_state_name(entry->found.state),
                                   entry->found.reason);
        }
    }
    return refused.empty() ? text : text + "\nother candidates:" + refused;
}

void PluginRegistry::throw_not_found(std::string_view name) const {
    std::string known;
    for (const auto& entry : entries_) {
        if (entry->name() == name) {
            throw_failure(*entry);
        }
        if (entry->is_preferred() && entry->is_usable() &&
            entry->found.manifest.kernels_for.empty()) {
            known += (known.empty() ? "" : ", ") + entry->name();
        }
    }
    throw BackendError(
        fmt::format("backend '{}': no plugin of that name was found; known are: {}; install it, or "
                    "name its folder "
                    "in CHAINERX_PLUGIN_PATH\n{}",
                    name,
                    known.empty() ? "none" : known,
                    searched_text(name, nullptr)));
}

void PluginRegistry::throw_failure(const Entry& entry) const {
    const std::string reason =
        entry.found.state == PluginState::kFound
            ? "the process is about to end, nothing is loaded any more"
            : fmt::format("{}: {}", plugin_state_name(entry.found.state), entry.found.reason);
    const std::string text = fmt::format("backend '{}': the plugin {} can't be used: {}\n{}",
                                         entry.name(),
                                         entry.path_text(),
                                         reason,
                                         searched_text(entry.name(), &entry));
    const PluginState state = entry.found.state;
    const bool is_defective = state == PluginState::kFailed || state == PluginState::kQuarantined;
    if (is_defective && !entry.is_unavailable) {
        throw PluginError(text);
    }
    throw BackendError(text);
}

}  // namespace chainerx::internal
