// Where plugins are looked for, and what lies there. Reads manifests, loads nothing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "chainerx/plugin.h"
#include "plugin/plugin_manifest.h"
#include "plugin/plugin_probe.h"

namespace chainerx::internal {

// Folders and manifests to search.
struct SearchSettings {
    std::string only;                           // CHAINERX_PLUGIN_ONLY: nothing else is searched
    std::string path;                           // CHAINERX_PLUGIN_PATH
    std::string disable;                        // CHAINERX_PLUGINS_DISABLE: names, * and ? allowed
    std::vector<std::filesystem::path> added;   // add_plugin_directory()
    std::vector<std::filesystem::path> beside;  // next to the core's library
    std::filesystem::path user;                 // empty: the user has no home
    std::vector<std::filesystem::path> system;
    ProbeSettings probe;
    bool is_privileged = false;  // set-user-id program: the environment can't be trusted
};

struct FoundPlugin {
    std::string origin;
    std::filesystem::path manifest_path;
    PluginState state;
    std::string reason;       // unless kFound
    PluginManifest manifest;  // name is empty if it can't be read
};

struct SearchResult {
    std::vector<PluginPlace> places;
    std::vector<FoundPlugin>
        plugins;  // the first kFound of a name is the one to use, the others are kShadowed
};

SearchSettings search_settings_from_environment();
SearchResult search_plugins(const SearchSettings& settings);

// Judges one manifest; the first step for every plugin that has one.
FoundPlugin examine_manifest(const std::filesystem::path& path,
                             const std::string& origin,
                             const std::string& disable);

}  // namespace chainerx::internal
