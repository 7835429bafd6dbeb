// Reads and checks plugin manifests.
#include "plugin/plugin_manifest.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "chainerx/error.h"

namespace chainerx::internal {
namespace {

using Json = nlohmann::json;

constexpr int64_t kManifestVersion = 1;
constexpr std::uintmax_t kLargestManifest = 1 << 20;
constexpr std::string_view kManifestSuffix = ".chx.json";

std::string read_text(const std::filesystem::path& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (!error && size > kLargestManifest) {
        throw PluginError(
            fmt::format("the manifest has {} bytes; expected at most {}", size, kLargestManifest));
    }
    std::ifstream stream(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (error || !stream) {
        throw PluginError("the manifest can't be read" +
                          (error ? ": " + error.message() : std::string()));
    }
    return text;
}

Json parse(const std::string& text) {
    try {
        Json json = Json::parse(text);
        if (json.is_object()) {
            return json;
        }
    } catch (const Json::parse_error& error) {
        throw PluginError(fmt::format("the manifest is not valid JSON: {}", error.what()));
    }
    throw PluginError("the manifest is not a JSON object");
}

const Json& member(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end()) {
        throw PluginError(fmt::format("the manifest lacks \"{}\"", key));
    }
    return *found;
}

std::string string_of(const Json& value, const char* key) {
    if (!value.is_string()) {
        throw PluginError(
            fmt::format("manifest: \"{}\" is {}; expected a string", key, value.dump()));
    }
    return value.get<std::string>();
}

std::string optional_string(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found == json.end() || found->is_null() ? std::string() : string_of(*found, key);
}

bool optional_flag(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end()) return false;
    if (!found->is_boolean()) {
        throw PluginError(
            fmt::format("manifest: \"{}\" is {}; expected true or false", key, found->dump()));
    }
    return found->get<bool>();
}

uint32_t number_of(const Json& value, const char* key) {
    if (!value.is_number_unsigned() ||
        value.get<uint64_t>() > std::numeric_limits<uint32_t>::max()) {
        throw PluginError(
            fmt::format("manifest: \"{}\" is {}; expected a whole number", key, value.dump()));
    }
    return value.get<uint32_t>();
}

void check_version(const Json& json) {
    const Json& version = member(json, "manifest_version");
    if (!version.is_number_integer() || version.get<int64_t>() < 1) {
        throw PluginError(fmt::format(
            "manifest: \"manifest_version\" is {}; expected {}", version.dump(), kManifestVersion));
    }
    if (version.get<int64_t>() > kManifestVersion) {
        throw PluginError(fmt::format(
            "manifest_version {} is newer than {}, the newest that this ChainerX understands; "
            "update ChainerX or install an older release of the plugin",
            version.get<int64_t>(),
            kManifestVersion));
    }
}

std::vector<std::string> read_devices(const Json& json) {
    std::vector<std::string> devices;
    const auto found = json.find("devices");
    if (found == json.end()) {
        return devices;
    }
    if (!found->is_array()) {
        throw PluginError(
            fmt::format("manifest: \"devices\" is {}; expected an array", found->dump()));
    }
    for (const Json& device : *found) {
        devices.push_back(string_of(device, "devices"));
    }
    return devices;
}

}  // namespace

PluginManifest read_plugin_manifest(const std::filesystem::path& path) {
    const Json json = parse(read_text(path));
    check_version(json);

    PluginManifest manifest;
    manifest.path = path;
    manifest.name = string_of(member(json, "name"), "name");
    if (!is_plugin_name(manifest.name)) {
        throw PluginError(
            fmt::format("manifest: \"name\" is \"{}\"; expected lower-case letters, digits and _, "
                        "a letter first",
                        manifest.name));
    }
    manifest.version = string_of(member(json, "version"), "version");
    const std::string library = string_of(member(json, "library"), "library");
    if (library.empty()) {
        throw PluginError(
            "manifest: \"library\" is empty; expected a path relative to the manifest");
    }
    manifest.library = (path.parent_path() / library).lexically_normal();

    const Json& abi = member(json, "abi");
    if (!abi.is_object()) {
        throw PluginError(fmt::format(
            "manifest: \"abi\" is {}; expected {{\"major\": , \"minor\": }}", abi.dump()));
    }
    manifest.abi_major = number_of(member(abi, "major"), "abi.major");
    manifest.abi_minor = number_of(member(abi, "minor"), "abi.minor");
    if (abi.contains("minor_required")) {
        manifest.abi_minor_required = number_of(abi["minor_required"], "abi.minor_required");
    }
    manifest.kernels_for = optional_string(json, "kernels_for");
    manifest.is_host_reference = optional_flag(json, "host_reference");
    manifest.devices = read_devices(json);
    manifest.description = optional_string(json, "description");
    manifest.requirements = read_requirements(json);
    return manifest;
}

bool is_manifest_name(const std::filesystem::path& path) {
    const std::string name = path.filename().string();
    return name.size() > kManifestSuffix.size() && name.ends_with(kManifestSuffix);
}

bool is_plugin_name(std::string_view name) {
    const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
    return !name.empty() && is_lower(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) {
               return is_lower(c) || (c >= '0' && c <= '9') || c == '_';
           });
}

}  // namespace chainerx::internal
