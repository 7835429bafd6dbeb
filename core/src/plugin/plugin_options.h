// Options for plugins from the environment:
// CHAINERX_PLUGIN_OPTIONS="acme.key=value,acme.other=value".
#pragma once

#include <string>
#include <vector>

#include "chx/chx_plugin.h"

namespace chainerx::internal {

struct PluginOption {
    std::string name;
    std::string value;
};

// Those that the user set for this plugin and that it knows; others are logged as warnings.
std::vector<PluginOption> options_for(const chx_plugin_desc& desc);

}  // namespace chainerx::internal
