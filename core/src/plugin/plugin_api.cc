// The registry of the process, its ends (exit, fork), and the public functions on it.
#include <pthread.h>

#include <cstdlib>
#include <memory>

#include "chainerx/plugin.h"
#include "plugin/plugin_registry.h"

namespace chainerx {
namespace internal {
namespace {

// Never destroyed: plugins outlive all static objects.
PluginRegistry& registry() {
    static PluginRegistry& instance = *[] {
        auto created = std::make_unique<PluginRegistry>(search_settings_from_environment);
        pthread_atfork([] { registry().lock_for_fork(); },
                       [] { registry().unlock_in_parent(); },
                       [] { registry().unlock_in_child(); });
        std::atexit([] { shutdown_plugins(); });
        return created.release();
    }();
    return instance;
}

}  // namespace

LoadedPlugin& require_device_plugin(std::string_view name) {
    return registry().require_device(name);
}

LoadedPlugin* find_device_plugin(std::string_view name) { return registry().find_device(name); }

std::vector<LoadedPlugin*> kernel_providers(std::string_view memory_kind) {
    return registry().kernel_providers(memory_kind);
}

std::vector<std::string> known_device_plugin_names() {
    return registry().names(PluginRegistry::Kind::kDevices);
}

std::vector<std::string> host_reference_plugin_names() {
    return registry().names(PluginRegistry::Kind::kHostReferences);
}

void shutdown_plugins() noexcept { registry().prepare_exit(); }

bool are_plugins_shut_down() noexcept { return registry().is_exiting(); }

}  // namespace internal

std::string load_plugin(const std::string& path) { return internal::registry().load(path); }

std::string register_static_plugin(chx_plugin_query_fn query) {
    return internal::registry().register_static(query);
}

void add_plugin_directory(const std::string& directory) {
    internal::registry().add_directory(directory);
}

std::vector<std::string> plugin_names() {
    return internal::registry().names(internal::PluginRegistry::Kind::kAll);
}

DoctorReport doctor_report(DoctorDepth depth) { return internal::registry().report(depth); }

std::string doctor_text(DoctorDepth depth) { return doctor_text(doctor_report(depth)); }

}  // namespace chainerx
