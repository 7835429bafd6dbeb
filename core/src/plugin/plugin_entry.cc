// Implements the way of one plugin from its manifest to its functions.
#include "plugin/plugin_entry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "chainerx/error.h"
#include "plugin/plugin_library.h"
#include "plugin/plugin_negotiation.h"

namespace chainerx::internal {
namespace {

constexpr const char* kStaticPath = "(part of the program)";

// Providers are chosen by the manifest, so it has to tell the truth.
void check_kernels_for(const chx_plugin_desc& desc, const PluginManifest& manifest) {
    const std::string actual = desc.kernels_for == nullptr ? "" : desc.kernels_for;
    if (!manifest.path.empty() && actual != manifest.kernels_for) {
        throw PluginError(fmt::format(
            "the library brings kernels for '{}', its manifest says '{}'; the two must be equal: "
            "correct \"kernels_for\" in the manifest",
            actual,
            manifest.kernels_for));
    }
}

std::string missing_text(const PluginManifest& manifest) {
    const auto missing = missing_requirements(manifest.requirements);
    return missing.empty()
               ? std::string()
               : fmt::format("\nits manifest requires {}", fmt::join(missing, "; and "));
}

}  // namespace

std::string PluginRegistry::Entry::path_text() const {
    if (static_query != nullptr) {
        return kStaticPath;
    }
    const std::filesystem::path& library = found.manifest.library;
    return library.empty() ? found.manifest_path.string() : library.string();
}

std::unique_ptr<LoadedPlugin> PluginRegistry::Entry::activate(const ProbeSettings& probe) {
    // What is missing may be found in ways of the plugin's own: it is the explanation only if the plugin fails.
    try {
        return load(probe);
    } catch (const QuarantineError& error) {
        throw QuarantineError(error.what() + missing_text(found.manifest));
    } catch (const PluginError& error) {
        const std::string missing = missing_text(found.manifest);
        if (missing.empty()) throw;
        throw BackendError(error.what() + missing);
    } catch (const BackendError& error) {
        throw BackendError(error.what() + missing_text(found.manifest));
    }
}

std::unique_ptr<LoadedPlugin> PluginRegistry::Entry::load(const ProbeSettings& probe) {
    if (!desc) {
        if (static_query == nullptr) {
            probe_plugin(probe, found.manifest.library);
        }
        const auto query =
            static_query != nullptr ? static_query : open_plugin_library(found.manifest.library);
        desc = negotiate(query, name());
    }
    check_kernels_for(*desc, found.manifest);
    return create_plugin(*desc, path_text());
}

PluginReport PluginRegistry::Entry::report(const ProbeSettings& probe) const {
    const PluginManifest& manifest = found.manifest;
    PluginReport report;
    report.name = manifest.name;
    report.state = found.state;
    report.reason = found.reason;
    if (found.state == PluginState::kFound && static_query == nullptr) {
        report.reason = known_quarantine(probe, manifest.library);
        if (!report.reason.empty()) {
            report.state = PluginState::kQuarantined;
        }
    }
    report.origin = found.origin;
    report.manifest = found.manifest_path.string();
    report.library = static_query != nullptr ? kStaticPath : manifest.library.string();
    report.version = manifest.version;
    report.kernels_for = manifest.kernels_for;
    report.description = manifest.description;
    report.devices = manifest.devices;
    report.missing = missing_requirements(manifest.requirements);
    if (!manifest.path.empty()) {
        report.abi = abi_version_text(manifest.abi_major, manifest.abi_minor);
    }
    if (!is_loading && desc) {
        report.version = desc->version;
        report.vendor = desc->vendor;
        report.build_info = desc->build_info;
        report.abi = abi_version_text(desc->abi_major, desc->abi_minor);
    }
    return report;
}

}  // namespace chainerx::internal
