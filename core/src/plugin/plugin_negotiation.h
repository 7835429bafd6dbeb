// The one negotiation between core and plugin: may they work together, and by which minor of the
// ABI.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "chx/chx_plugin.h"

namespace chainerx::internal {

// Asks the plugin for its descriptor and checks all of it. The copy that it returns has every
// field that this core knows, zero where the plugin knows it not; no string in it is NULL except
// kernels_for and native_stream_kind. expected_name: what the manifest says, or empty. Throws
// PluginError naming both sides' versions.
chx_plugin_desc negotiate(chx_plugin_query_fn query, std::string_view expected_name);

// "0.1"
std::string abi_version_text(uint32_t major, uint32_t minor);

}  // namespace chainerx::internal
