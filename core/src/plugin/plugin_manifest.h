// <name>.chx.json: what a plugin says about itself, read without loading its library.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/plugin_requirements.h"

namespace chainerx::internal {

struct PluginManifest {
    std::filesystem::path path;
    std::string name;  // the backend's name: [a-z][a-z0-9_]*
    std::string version;
    std::filesystem::path library;  // absolute
    uint32_t abi_major = 0;
    uint32_t abi_minor = 0;
    uint32_t abi_minor_required = 0;
    std::string kernels_for;         // empty: a device provider
    bool is_host_reference = false;  // host fallback may run on its devices
    std::vector<std::string> devices;
    std::string description;
    PluginRequirements requirements;
};

// Throws PluginError that says what is wrong with the file.
PluginManifest read_plugin_manifest(const std::filesystem::path& path);

bool is_manifest_name(const std::filesystem::path& path);  // ends in .chx.json
bool is_plugin_name(std::string_view name);

}  // namespace chainerx::internal
