// Plugins: where they are looked for, which there are, and what became of each.
#pragma once

#include <string>
#include <vector>

#include "chainerx/export.h"
#include "chx/chx_plugin.h"

namespace chainerx {

enum class PluginState {
    kFound,        // its manifest is all that was read
    kLoaded,       // in use
    kFailed,       // its manifest or its library is defective, see reason
    kShadowed,     // another plugin of that name goes before it
    kDenied,       // others could have tampered with it
    kDisabled,     // CHAINERX_PLUGINS_DISABLE
    kQuarantined,  // its library crashed or hung a process that only looked at it
};
CHAINERX_EXPORT const char* plugin_state_name(PluginState state);

// A place that was searched, in the order of precedence.
struct PluginPlace {
    std::string origin;   // "CHAINERX_PLUGIN_PATH"
    std::string path;     // empty if the origin is not set
    std::string verdict;  // "2 manifests", "does not exist", "not set"
};

struct PluginReport {
    std::string name;  // empty if the manifest can't be read
    PluginState state;
    std::string reason;    // why it is not found or loaded
    std::string origin;    // how it was found
    std::string manifest;  // path, or empty
    std::string library;   // path, or empty for a plugin that is part of the program
    std::string version;
    std::string vendor;  // once loaded, as build_info
    std::string build_info;
    std::string abi;          // "0.1": what it was built against
    std::string kernels_for;  // kind of memory that it brings kernels for; empty: it brings devices
    std::string description;
    std::vector<std::string> devices;
    std::vector<std::string> missing;  // what its manifest requires and this system does not have
};

struct DoctorReport {
    std::string abi;  // of this core
    std::vector<PluginPlace> places;
    std::vector<PluginReport> plugins;
};

// Loads a plugin now, given its library or its manifest, and returns its name. Goes before anything
// that a search finds. Throws PluginError if it is defective, BackendError if what it needs is
// missing.
CHAINERX_EXPORT std::string load_plugin(const std::string& path);

// Makes a plugin known that is linked into the program; it is created when it is first needed.
// Returns its name.
CHAINERX_EXPORT std::string register_static_plugin(chx_plugin_query_fn query);

// Searches one more folder, or takes one more manifest. The path must be absolute.
CHAINERX_EXPORT void add_plugin_directory(const std::string& directory);

// Names of all plugins that were found and have not failed. Loads none.
CHAINERX_EXPORT std::vector<std::string> plugin_names();

// Forgets what was found out about plugins' libraries when they were first seen, quarantines
// included, and returns how many were known. They are looked at again when they are next needed.
CHAINERX_EXPORT int forget_plugin_probes();

enum class DoctorDepth { kManifests, kLoadAll };

// What was searched and found. kLoadAll tries every plugin first.
CHAINERX_EXPORT DoctorReport doctor_report(DoctorDepth depth = DoctorDepth::kManifests);
// The same for people.
CHAINERX_EXPORT std::string doctor_text(DoctorDepth depth = DoctorDepth::kManifests);
CHAINERX_EXPORT std::string doctor_text(const DoctorReport& report);

}  // namespace chainerx
