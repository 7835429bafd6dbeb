// Writes the report on plugins for people.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "chainerx/plugin.h"

namespace chainerx {
namespace {

void add_fact(std::string& text, const char* label, const std::string& fact) {
    if (!fact.empty()) {
        text += fmt::format("      {:<12} {}\n", label, fact);
    }
}

std::string place_title(const PluginPlace& place) {
    return place.path.empty() ? place.origin : fmt::format("{} {}", place.origin, place.path);
}

void add_places(std::string& text, const std::vector<PluginPlace>& places) {
    std::size_t width = 0;
    for (const PluginPlace& place : places) {
        width = std::max(width, place_title(place).size());
    }
    text += "Places searched, first to last\n";
    for (const PluginPlace& place : places) {
        text += fmt::format("  {:<{}}  {}\n", place_title(place), width, place.verdict);
    }
}

void add_plugin(std::string& text, const PluginReport& plugin) {
    text += fmt::format("  {}{}{}: {}\n",
                        plugin.name.empty() ? "(unknown name)" : plugin.name,
                        plugin.version.empty() ? "" : " ",
                        plugin.version,
                        plugin_state_name(plugin.state));
    add_fact(text, "reason", plugin.reason);
    add_fact(text, "description", plugin.description);
    add_fact(text, "library", plugin.library);
    add_fact(text, "manifest", plugin.manifest);
    add_fact(text, "found by", plugin.origin);
    add_fact(text, "ABI", plugin.abi);
    add_fact(text, "vendor", plugin.vendor);
    add_fact(text, "build", plugin.build_info);
    add_fact(text, "devices", fmt::format("{}", fmt::join(plugin.devices, ", ")));
    add_fact(text, "kernels for", plugin.kernels_for);
    for (const std::string& requirement : plugin.missing) add_fact(text, "missing", requirement);
}

}  // namespace

const char* plugin_state_name(PluginState state) {
    switch (state) {
        case PluginState::kFound:
            return "found";
        case PluginState::kLoaded:
            return "loaded";
        case PluginState::kFailed:
            return "failed";
        case PluginState::kShadowed:
            return "shadowed";
        case PluginState::kDenied:
            return "denied";
        case PluginState::kDisabled:
            return "disabled";
        case PluginState::kQuarantined:
            return "quarantined";
    }
    return "unknown";
}

std::string doctor_text(const DoctorReport& report) {
    std::string text = fmt::format("ChainerX plugins; this core speaks ABI {}\n\n", report.abi);
    add_places(text, report.places);
    text += report.plugins.empty() ? "\nNo plugin was found.\n" : "\nPlugins\n";
    for (const PluginReport& plugin : report.plugins) {
        add_plugin(text, plugin);
    }
    return text;
}

}  // namespace chainerx
