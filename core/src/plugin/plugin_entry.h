// What the registry knows about one plugin, from its manifest to the loaded library.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "chainerx/plugin.h"
#include "plugin/loaded_plugin.h"
#include "plugin/plugin_registry.h"
#include "plugin/plugin_search.h"

namespace chainerx::internal {

struct PluginRegistry::Entry {
    FoundPlugin found;
    chx_plugin_query_fn static_query = nullptr;
    std::optional<chx_plugin_desc> desc;  // once negotiated
    std::unique_ptr<LoadedPlugin> loaded;
    bool is_given = false;   // by load_plugin() or register_static_plugin(): no search forgets it
    bool was_tried = false;  // loading it was tried: the outcome is remembered
    bool is_unavailable = false;  // it failed for want of a driver or device: no defect
    bool is_loading = false;
    std::thread::id loading_thread;

    const std::string& name() const { return found.manifest.name; }
    bool is_tried_or(PluginState state) const { return was_tried || found.state == state; }
    // Whether this is the plugin that its name means.
    bool is_preferred() const {
        return found.state != PluginState::kShadowed && is_tried_or(PluginState::kFound);
    }
    bool is_usable() const {
        return found.state == PluginState::kFound || found.state == PluginState::kLoaded;
    }
    std::string path_text() const;  // of the library if known, else of the manifest

    // Opens, negotiates and creates; touches only what no other thread does while is_loading.
    std::unique_ptr<LoadedPlugin> activate(const ProbeSettings& probe);
    PluginReport report(const ProbeSettings& probe) const;

private:
    std::unique_ptr<LoadedPlugin> load(const ProbeSettings& probe);
};

}  // namespace chainerx::internal
