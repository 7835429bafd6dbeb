// All plugins of the process: found by their manifests, loaded when somebody names them, kept for
// ever.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chainerx/plugin.h"
#include "plugin/loaded_plugin.h"
#include "plugin/plugin_search.h"

namespace chainerx::internal {

// Loads the plugin that brings these devices. Throws PluginError (defective) or BackendError
// (missing) with the reason, the loader's text and all places searched; a failure is remembered and
// not tried again.
LoadedPlugin& require_device_plugin(std::string_view name);

// nullptr if it can't be had.
LoadedPlugin* find_device_plugin(std::string_view name);

// Loads all that bring kernels for this kind of memory. Failures are logged once and remembered.
std::vector<LoadedPlugin*> kernel_providers(std::string_view memory_kind);

// Of plugins that have not failed.
std::vector<std::string> known_device_plugin_names();
// Those among them whose manifest says that host fallback may run on their devices.
std::vector<std::string> host_reference_plugin_names();

// Calls prepare_exit of every plugin, once; runs by itself when the process exits. Afterwards
// memory and handles of plugins are left to the system: call nothing of a plugin any more.
void shutdown_plugins() noexcept;
bool are_plugins_shut_down() noexcept;

// One set of plugins; the functions above use the one of the process. Calls neither plugins nor the
// loader with its lock held.
class PluginRegistry {
public:
    using SettingsSource = std::function<SearchSettings()>;

    explicit PluginRegistry(SettingsSource read_settings);
    ~PluginRegistry();
    PluginRegistry(const PluginRegistry&) = delete;
    PluginRegistry& operator=(const PluginRegistry&) = delete;

    std::string load(const std::string& path);
    std::string register_static(chx_plugin_query_fn query);
    void add_directory(const std::string& directory);

    LoadedPlugin& require_device(std::string_view name);
    LoadedPlugin* find_device(std::string_view name);
    std::vector<LoadedPlugin*> kernel_providers(std::string_view memory_kind);

    enum class Kind { kAll, kDevices, kHostReferences };
    std::vector<std::string> names(Kind kind);
    DoctorReport report(DoctorDepth depth);

    void prepare_exit();
    bool is_exiting();

    // The registry is locked across a fork; the child also learns which plugins did not survive it.
    void lock_for_fork();
    void unlock_in_parent();
    void unlock_in_child();

private:
    struct Entry;
    using Lock = std::unique_lock<std::mutex>;

    void discover();
    Entry* find(std::string_view name);
    LoadedPlugin* find_loaded(Lock& lock, std::string_view name);
    Entry& prefer(std::unique_ptr<Entry> entry);
    bool is_loaded_already(Lock& lock, const Entry& entry);

    void wait_until_settled(Lock& lock, std::string_view name);
    LoadedPlugin* load_entry(Lock& lock, Entry& entry);
    [[noreturn]] void throw_not_found(std::string_view name) const;
    [[noreturn]] void throw_failure(const Entry& entry) const;
    std::string searched_text(std::string_view name, const Entry* except) const;

    std::mutex mutex_;
    // Behind a pointer, since the child of a fork can't use one that others waited on.
    std::unique_ptr<std::condition_variable> settled_;
    SettingsSource read_settings_;
    std::vector<std::filesystem::path> added_;
    std::vector<PluginPlace> places_;
    std::vector<std::unique_ptr<Entry>> entries_;  // in the order of precedence
    bool is_discovered_ = false;
    bool is_exiting_ = false;
};

}  // namespace chainerx::internal
