// A plugin's shared library: opened once, never closed.
#pragma once

#include <filesystem>

#include "chx/chx_plugin.h"

namespace chainerx::internal {

// Loads the library and returns its query function. Throws PluginError with the loader's own text.
// There is no way to unload: code and static objects of a plugin may be in use until the very end
// of the process.
chx_plugin_query_fn open_plugin_library(const std::filesystem::path& path);

}  // namespace chainerx::internal
