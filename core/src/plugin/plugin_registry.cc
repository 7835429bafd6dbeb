// Implements the registry: discovery once, loading on demand, every outcome remembered.
#include "plugin/plugin_registry.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "chainerx/error.h"
#include "chainerx/log.h"
#include "layer/layer.h"
#include "plugin/plugin_entry.h"
#include "plugin/plugin_library.h"
#include "plugin/plugin_negotiation.h"
#include "plugin/plugin_permissions.h"

namespace chainerx::internal {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLogComponent = "chainerx.plugin";
constexpr const char* kGivenOrigin = "load_plugin";

// What load_plugin() was given: a manifest, a library with its manifest beside it, or a library
// alone.
FoundPlugin examine_given(const fs::path& path) {
    std::error_code error;
    const fs::path canonical = fs::canonical(path, error);
    if (error) {
        return {kGivenOrigin, path, PluginState::kFailed, error.message(), {}};
    }
    if (is_manifest_name(canonical)) {
        return examine_manifest(canonical, kGivenOrigin, {});
    }
    const fs::path beside = canonical.parent_path() / (canonical.stem().string() + ".chx.json");
    if (fs::exists(beside, error)) {
        FoundPlugin found = examine_manifest(beside, kGivenOrigin, {});
        if (found.state != PluginState::kFound || found.manifest.library == canonical) {
            return found;
        }
    }
    FoundPlugin found{kGivenOrigin, {}, PluginState::kFound, permission_problem(canonical), {}};
    found.manifest.library = canonical;
    if (!found.reason.empty()) {
        found.state = PluginState::kDenied;
    }
    return found;
}

void describe_by_library(FoundPlugin& found, const chx_plugin_desc& desc) {
    found.manifest.name = desc.name;
    found.manifest.version = desc.version;
    found.manifest.kernels_for = desc.kernels_for == nullptr ? "" : desc.kernels_for;
}

}  // namespace

PluginRegistry::PluginRegistry(SettingsSource read_settings)
    : settled_(std::make_unique<std::condition_variable>()),
      read_settings_(std::move(read_settings)) {}

PluginRegistry::~PluginRegistry() = default;

void PluginRegistry::discover() {
    if (is_discovered_) {
        return;
    }
    is_discovered_ = true;
    std::erase_if(entries_,
                  [](const auto& entry) { return !entry->is_given && !entry->was_tried; });
    SearchSettings settings = read_settings_();
    settings.added.insert(settings.added.end(), added_.begin(), added_.end());
    SearchResult result = search_plugins(settings);
    places_ = std::move(result.places);
    for (FoundPlugin& found : result.plugins) {
        const bool is_known = std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
            return entry->found.manifest_path == found.manifest_path;
        });
        if (is_known) {
            continue;
        }
        const Entry* preferred = find(found.manifest.name);
        if (preferred != nullptr && found.state == PluginState::kFound) {
            found.state = PluginState::kShadowed;
            found.reason = preferred->path_text() + " goes before it";
        }
        auto entry = std::make_unique<Entry>();
        entry->found = std::move(found);
        entries_.push_back(std::move(entry));
    }
}

PluginRegistry::Entry* PluginRegistry::find(std::string_view name) {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const auto& entry) {
        return entry->is_preferred() && entry->name() == name;
    });
    return found == entries_.end() ? nullptr : found->get();
}

void PluginRegistry::wait_until_settled(Lock& lock, std::string_view name) {
    for (Entry* entry = find(name); entry != nullptr && entry->is_loading; entry = find(name)) {
        if (entry->loading_thread == std::this_thread::get_id()) {
            throw PluginError(fmt::format(
                "backend '{}': it is being loaded by this very thread; a plugin's create "
                "must not ask for its own devices",
                name));
        }
        settled_->wait(lock);
    }
}

LoadedPlugin* PluginRegistry::load_entry(Lock& lock, Entry& entry) {
    if (entry.was_tried || is_exiting_) {
        return entry.loaded.get();
    }
    requested_layers();  // a mistake in their names is the user's, not the plugin's
    entry.was_tried = true;
    entry.is_loading = true;
    entry.loading_thread = std::this_thread::get_id();
    lock.unlock();

    std::unique_ptr<LoadedPlugin> loaded;
    std::string reason;
    bool is_unavailable = false;
    PluginState failure = PluginState::kFailed;
    try {
        loaded = entry.activate(read_settings_().probe);
        log(kLogDebug, kLogComponent, fmt::format("loaded {} ({})", entry.name(), loaded->path));
    } catch (const QuarantineError& error) {
        reason = error.what();
        failure = PluginState::kQuarantined;
    } catch (const PluginError& error) {
        reason = error.what();
    } catch (const BackendError& error) {
        reason = error.what();
        is_unavailable = true;
    } catch (const std::exception& error) {
        reason = fmt::format("an exception was thrown: {}", error.what());
    } catch (...) {
        reason = "an exception of unknown type was thrown";
    }

    lock.lock();
    entry.is_unavailable = is_unavailable;
    entry.found.state = loaded != nullptr ? PluginState::kLoaded : failure;
    entry.found.reason = std::move(reason);
    entry.loaded = std::move(loaded);
    entry.is_loading = false;
    settled_->notify_all();
    return entry.loaded.get();
}

bool PluginRegistry::is_loaded_already(Lock& lock, const Entry& entry) {
    wait_until_settled(lock, entry.name());
    const Entry* preferred = find(entry.name());
    if (preferred == nullptr || preferred->loaded == nullptr) {
        return false;
    }
    if (preferred->static_query == entry.static_query &&
        preferred->found.manifest.library == entry.found.manifest.library) {
        return true;
    }
    throw PluginError(
        fmt::format("load_plugin: {} is a plugin named '{}'; one of that name is already "
                    "loaded from {} and stays until the process ends",
                    entry.path_text(),
                    entry.name(),
                    preferred->path_text()));
}

// What is given explicitly goes before everything found so far, and before earlier failures.
PluginRegistry::Entry& PluginRegistry::prefer(std::unique_ptr<Entry> entry) {
    if (Entry* previous = find(entry->name())) {
        previous->found.state = PluginState::kShadowed;
        previous->found.reason = entry->path_text() + " goes before it";
    }
    entry->is_given = true;
    entries_.insert(entries_.begin(), std::move(entry));
    return *entries_.front();
}

std::string PluginRegistry::load(const std::string& path) {
    auto entry = std::make_unique<Entry>();
    entry->found = examine_given(path);
    if (entry->found.state == PluginState::kFound && entry->name().empty()) {
        try {
            probe_plugin(read_settings_().probe, entry->found.manifest.library);
            entry->desc = negotiate(open_plugin_library(entry->found.manifest.library), {});
            describe_by_library(entry->found, *entry->desc);
        } catch (const QuarantineError& error) {
            entry->found.state = PluginState::kQuarantined;
            entry->found.reason = error.what();
        } catch (const PluginError& error) {
            entry->found.state = PluginState::kFailed;
            entry->found.reason = error.what();
        }
    }
    Lock lock(mutex_);
    if (entry->found.state != PluginState::kFound) {
        const std::string text =
            fmt::format("load_plugin: '{}' given; {}", path, entry->found.reason);
        entry->is_given = true;
        entries_.push_back(std::move(entry));
        throw PluginError(text);
    }
    const std::string name = entry->name();
    if (is_loaded_already(lock, *entry)) {
        return name;
    }
    Entry& preferred = prefer(std::move(entry));
    if (load_entry(lock, preferred) == nullptr) {
        throw_failure(preferred);
    }
    return name;
}

std::string PluginRegistry::register_static(chx_plugin_query_fn query) {
    auto entry = std::make_unique<Entry>();
    entry->static_query = query;
    entry->desc = negotiate(query, {});
    entry->found = {"register_static_plugin", {}, PluginState::kFound, {}, {}};
    describe_by_library(entry->found, *entry->desc);
    std::string name = entry->name();
    Lock lock(mutex_);
    const Entry* known = find(name);
    const bool is_registered = known != nullptr && known->static_query == query;
    if (!is_registered && !is_loaded_already(lock, *entry)) {
        prefer(std::move(entry));
    }
    return name;
}

void PluginRegistry::add_directory(const std::string& directory) {
    const fs::path path = directory;
    if (!path.is_absolute()) {
        throw ValueError(
            fmt::format("add_plugin_directory: '{}' given; expected an absolute path", directory));
    }
    const Lock lock(mutex_);
    if (std::find(added_.begin(), added_.end(), path) == added_.end()) {
        added_.push_back(path);
        is_discovered_ = false;
    }
}

LoadedPlugin* PluginRegistry::find_loaded(Lock& lock, std::string_view name) {
    discover();
    wait_until_settled(lock, name);
    Entry* entry = find(name);
    return entry == nullptr ? nullptr : load_entry(lock, *entry);
}

LoadedPlugin& PluginRegistry::require_device(std::string_view name) {
    Lock lock(mutex_);
    LoadedPlugin* plugin = find_loaded(lock, name);
    const Entry* entry = find(name);
    if (entry == nullptr) {
        throw_not_found(name);
    }
    if (plugin == nullptr) {
        throw_failure(*entry);
    }
    if (plugin->desc->kernels_for != nullptr) {
        throw BackendError(
            fmt::format("backend '{}': the plugin {} brings kernels for '{}' memory, but "
                        "no devices; name a device of that kind",
                        name,
                        plugin->path,
                        plugin->desc->kernels_for));
    }
    return *plugin;
}

LoadedPlugin* PluginRegistry::find_device(std::string_view name) {
    Lock lock(mutex_);
    LoadedPlugin* plugin = find_loaded(lock, name);
    return plugin != nullptr && plugin->desc->kernels_for == nullptr ? plugin : nullptr;
}

std::vector<LoadedPlugin*> PluginRegistry::kernel_providers(std::string_view memory_kind) {
    Lock lock(mutex_);
    discover();
    std::vector<std::string> candidates;
    for (const auto& entry : entries_) {
        if (entry->is_preferred() && entry->found.manifest.kernels_for == memory_kind) {
            candidates.push_back(entry->name());
        }
    }
    std::vector<LoadedPlugin*> providers;
    std::vector<std::string> warnings;
    for (const std::string& name : candidates) {
        wait_until_settled(lock, name);
        Entry* entry = find(name);
        if (entry == nullptr) {
            continue;
        }
        const bool is_first_try = !entry->was_tried;
        if (LoadedPlugin* plugin = load_entry(lock, *entry)) {
            providers.push_back(plugin);
        } else if (is_first_try) {
            warnings.push_back(fmt::format(
                "{} ({}) is not used: {}", name, entry->path_text(), entry->found.reason));
        }
    }
    lock.unlock();
    for (const std::string& warning : warnings) {
        log(kLogWarning, kLogComponent, warning);
    }
    return providers;
}

std::vector<std::string> PluginRegistry::names(Kind kind) {
    const Lock lock(mutex_);
    discover();
    std::vector<std::string> names;
    for (const auto& entry : entries_) {
        const PluginManifest& manifest = entry->found.manifest;
        const bool is_wanted = kind == Kind::kAll ||
                               (kind == Kind::kDevices && manifest.kernels_for.empty()) ||
                               (kind == Kind::kHostReferences && manifest.is_host_reference);
        if (entry->is_preferred() && entry->is_usable() && is_wanted) {
            names.push_back(entry->name());
        }
    }
    return names;
}

DoctorReport PluginRegistry::report(DoctorDepth depth) {
    if (depth == DoctorDepth::kLoadAll) {
        for (const std::string& name : names(Kind::kAll)) {
            Lock lock(mutex_);
            find_loaded(lock, name);
        }
    }
    const Lock lock(mutex_);
    discover();
    DoctorReport report;
    report.abi = abi_version_text(CHX_ABI_MAJOR, CHX_ABI_MINOR);
    report.places = places_;
    const ProbeSettings probe = read_settings_().probe;
    for (const auto& entry : entries_) {
        report.plugins.push_back(entry->report(probe));
    }
    return report;
}

void PluginRegistry::prepare_exit() {
    std::vector<LoadedPlugin*> plugins;
    {
        const Lock lock(mutex_);
        if (std::exchange(is_exiting_, true)) {
            return;
        }
        for (const auto& entry : entries_) {
            if (entry->loaded != nullptr) {
                plugins.push_back(entry->loaded.get());
            }
        }
    }
    for (LoadedPlugin* plugin : plugins) {
        // In the child of a fork there are no threads to join.
        if (plugin->desc->prepare_exit != nullptr && !plugin->forked) {
            plugin->desc->prepare_exit(plugin->handle);
        }
    }
}

bool PluginRegistry::is_exiting() {
    const Lock lock(mutex_);
    return is_exiting_;
}

void PluginRegistry::lock_for_fork() { mutex_.lock(); }

void PluginRegistry::unlock_in_parent() { mutex_.unlock(); }

void PluginRegistry::unlock_in_child() {
    // The old one may count waiting threads that do not exist here; it can't be destroyed either.
    static_cast<void>(settled_.release());
    settled_ = std::make_unique<std::condition_variable>();
    std::vector<LoadedPlugin*> plugins;
    for (const auto& entry : entries_) {
        if (entry->is_loading && entry->loading_thread != std::this_thread::get_id()) {
            entry->is_loading = false;
            entry->found.state = PluginState::kFailed;
            entry->found.reason = "the process forked while another thread was loading the plugin";
        }
        if (entry->loaded != nullptr) {
            plugins.push_back(entry->loaded.get());
        }
    }
    mutex_.unlock();
    for (LoadedPlugin* plugin : plugins) {
        if (plugin->desc->after_fork_child != nullptr) {
            plugin->desc->after_fork_child(plugin->handle);
        } else {
            plugin->forked = true;
        }
    }
}

}  // namespace chainerx::internal
