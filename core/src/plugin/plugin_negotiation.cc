// Implements the checks of a plugin's descriptor.
#include "plugin/plugin_negotiation.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include <fmt/format.h>

#include "chainerx/error.h"
#include "plugin/plugin_manifest.h"

namespace chainerx::internal {
namespace {

// These fields never move, whatever the major.
constexpr uint32_t kEternalPrefix = offsetof(chx_plugin_desc, flags);
// create is the last field that no plugin can do without.
constexpr uint32_t kLeastDescriptionSize = offsetof(chx_plugin_desc, create) + sizeof(void*);

std::string host_version() { return abi_version_text(CHX_ABI_MAJOR, CHX_ABI_MINOR); }

void check_versions(const chx_plugin_desc& given) {
    if (given.struct_size < kEternalPrefix || given.magic != CHX_MAGIC) {
        throw PluginError(fmt::format(
            "the descriptor begins with size {} and magic 0x{:08x}; expected magic 0x{:08x}: the "
            "plugin is defective or no ChainerX plugin",
            given.struct_size,
            given.struct_size < kEternalPrefix ? 0 : given.magic,
            CHX_MAGIC));
    }
    if (given.abi_major != CHX_ABI_MAJOR) {
        throw PluginError(fmt::format(
            "the plugin was built for ABI {}, this ChainerX speaks {}; the majors must be equal: "
            "install a release of the plugin for this ChainerX",
            abi_version_text(given.abi_major, given.abi_minor),
            host_version()));
    }
    if (given.struct_size < kLeastDescriptionSize) {
        throw PluginError(
            fmt::format("the descriptor has {} bytes; expected at least {}: the plugin is "
                        "defective",
                        given.struct_size,
                        kLeastDescriptionSize));
    }
    if (CHX_ABI_MAJOR == 0 && given.layout_hash != CHX_ABI_LAYOUT_HASH) {
        throw PluginError(fmt::format(
            "the plugin was built against another layout of ABI {} (hash 0x{:016x}), this ChainerX "
            "has ABI {} (hash 0x{:016x}); before ABI 1.0 both must be equal: rebuild the plugin "
            "against this ChainerX's SDK",
            abi_version_text(given.abi_major, given.abi_minor),
            given.layout_hash,
            host_version(),
            CHX_ABI_LAYOUT_HASH));
    }
    if (given.abi_minor_required > CHX_ABI_MINOR) {
        throw PluginError(
            fmt::format("the plugin needs ABI {} or newer, this ChainerX speaks {}; update "
                        "ChainerX or install an older release of the plugin",
                        abi_version_text(CHX_ABI_MAJOR, given.abi_minor_required),
                        host_version()));
    }
}

void check_name(const char* name, std::string_view expected_name) {
    if (name == nullptr || !is_plugin_name(name)) {
        throw PluginError(
            fmt::format("the plugin calls itself \"{}\"; expected lower-case letters, digits and "
                        "_, a letter first",
                        name == nullptr ? "" : name));
    }
    if (!expected_name.empty() && expected_name != name) {
        throw PluginError(
            fmt::format("the library calls itself \"{}\", its manifest says \"{}\"; the two "
                        "must be equal: correct the manifest or its \"library\"",
                        name,
                        expected_name));
    }
}

void replace_null(const char*& text) { text = text == nullptr ? "" : text; }

}  // namespace

chx_plugin_desc negotiate(chx_plugin_query_fn query, std::string_view expected_name) {
    const chx_plugin_desc* given = query(CHX_ABI_MAJOR, CHX_ABI_MINOR);
    if (given == nullptr) {
        throw PluginError(fmt::format(
            "the plugin declined to serve ABI {} of this ChainerX; install a release of the plugin "
            "for it",
            host_version()));
    }
    check_versions(*given);
    chx_plugin_desc known{};
    std::memcpy(&known, given, std::min<std::size_t>(given->struct_size, sizeof known));
    known.struct_size = sizeof known;
    check_name(known.name, expected_name);
    if (known.create == nullptr) {
        throw PluginError("the descriptor has no create function: the plugin is defective");
    }
    if (known.n_option_defs > 0 && known.option_defs == nullptr) {
        throw PluginError(
            fmt::format("the descriptor counts {} options but lists none: the plugin is "
                        "defective",
                        known.n_option_defs));
    }
    replace_null(known.version);
    replace_null(known.vendor);
    replace_null(known.build_info);
    return known;
}

std::string abi_version_text(uint32_t major, uint32_t minor) {
    return fmt::format("{}.{}", major, minor);
}

}  // namespace chainerx::internal
