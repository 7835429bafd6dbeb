// Reads CHAINERX_PLUGIN_OPTIONS.
#include "plugin/plugin_options.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "chainerx/log.h"

namespace chainerx::internal {
namespace {

bool is_known_option(const chx_plugin_desc& desc, std::string_view name) {
    return std::any_of(
        desc.option_defs, desc.option_defs + desc.n_option_defs, [&](const chx_option_def* def) {
            return def != nullptr && def->name == name;
        });
}

std::string known_options(const chx_plugin_desc& desc) {
    std::string names;
    for (uint32_t i = 0; i < desc.n_option_defs; ++i) {
        if (desc.option_defs[i] != nullptr) {
            names += (names.empty() ? "" : ", ") + std::string(desc.option_defs[i]->name);
        }
    }
    return names.empty() ? "none" : names;
}

void warn(std::string_view entry, const std::string& expected) {
    log(kLogWarning,
        "chainerx.plugin",
        fmt::format("CHAINERX_PLUGIN_OPTIONS: '{}' given; {}; it is ignored", entry, expected));
}

void add_entry(std::string_view entry,
               const chx_plugin_desc& desc,
               std::vector<PluginOption>& out) {
    const std::size_t dot = entry.find('.');
    const std::size_t equals = entry.find('=');
    if (dot == entry.npos || equals == entry.npos || equals < dot) {
        warn(entry, "expected plugin.option=value");
        return;
    }
    if (entry.substr(0, dot) != desc.name) {
        return;
    }
    const std::string_view name = entry.substr(dot + 1, equals - dot - 1);
    if (!is_known_option(desc, name)) {
        warn(entry, fmt::format("{} knows the options: {}", desc.name, known_options(desc)));
        return;
    }
    out.push_back({std::string(name), std::string(entry.substr(equals + 1))});
}

}  // namespace

std::vector<PluginOption> options_for(const chx_plugin_desc& desc) {
    std::vector<PluginOption> options;
    const char* given = std::getenv("CHAINERX_PLUGIN_OPTIONS");
    std::string_view rest = given == nullptr ? "" : given;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        if (end > 0) {
            add_entry(rest.substr(0, end), desc, options);
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return options;
}

}  // namespace chainerx::internal
