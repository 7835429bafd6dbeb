// Implements the search for a plugin's files; names are looked up as the core does.
#include "plugin_files.h"

#include <dlfcn.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "chainerx/plugin.h"
#include "child_process.h"

namespace conformance {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kManifestSuffix = ".chx.json";

bool ends_with(const std::string& text, const std::string& suffix) {
    return text.size() > suffix.size() &&
           text.compare(text.size() - suffix.size(), suffix.size(), suffix) == 0;
}

Json read_json(const std::string& path) {
    std::ifstream stream(path);
    const Json json = Json::parse(stream, nullptr, false);
    if (!stream || !json.is_object())
        throw std::runtime_error(
            fmt::format("{}: the manifest can't be read as a JSON object", path));
    return json;
}

// In a child process: the core's search may start what must not be there when cases fork.
std::string manifest_of(const std::string& name) {
    const ChildResult result = run_in_child(
        [&] {
            for (const auto& plugin : chainerx::doctor_report().plugins) {
                if (plugin.name == name && plugin.state == chainerx::PluginState::kFound)
                    return plugin.manifest;
            }
            return std::string();
        },
        30);
    if (result.answer.empty())
        throw std::runtime_error(fmt::format(
            "there is no plugin \"{}\" where ChainerX looks (python -m chainerx doctor lists the "
            "places), "
            "and no file of that name; expected a name, a library (.so) or a manifest (.chx.json)",
            name));
    return result.answer;
}

void read_manifest(Settings& settings) {
    const Json json = read_json(settings.manifest);
    if (!json.contains("library") || !json["library"].is_string())
        throw std::runtime_error(
            fmt::format("{}: the manifest names no \"library\"", settings.manifest));
    settings.library =
        (fs::path(settings.manifest).parent_path() / json["library"].get<std::string>())
            .lexically_normal();
    const Json libs = json.value("requires", Json::object()).value("libs", Json::array());
    for (const Json& lib : libs) {
        if (lib.is_object() && lib.contains("soname") && lib["soname"].is_string())
            settings.libraries.push_back(lib["soname"]);
    }
}

std::string default_reference() {
    Dl_info core{};
    if (dladdr(reinterpret_cast<void*>(&chainerx::plugin_names), &core) == 0) return {};
    return fs::weakly_canonical(core.dli_fname).parent_path() / "chainerx/plugins/native.so";
}

}  // namespace

void find_plugin(const std::string& path_or_name, Settings& settings) {
    if (fs::exists(path_or_name) && !fs::is_directory(path_or_name)) {
        const std::string path = fs::canonical(path_or_name);
        if (ends_with(path, kManifestSuffix)) {
            settings.manifest = path;
        } else {
            settings.library = path;
            settings.manifest = file_beside_library(settings, kManifestSuffix);
        }
    } else if (path_or_name.find('/') != std::string::npos || ends_with(path_or_name, ".so")) {
        throw std::runtime_error(fmt::format("{}: there is no such file", path_or_name));
    } else {
        settings.manifest = manifest_of(path_or_name);
    }
    const std::string given = settings.library;
    if (!settings.manifest.empty()) read_manifest(settings);
    if (!given.empty()) settings.library = given;
    if (settings.reference.empty()) settings.reference = default_reference();
    if (!fs::exists(settings.reference))
        throw std::runtime_error(
            fmt::format("the plugin native, which kernels are compared with, is not at {}; give "
                        "its library with "
                        "--reference",
                        settings.reference));
}

std::string file_beside_library(const Settings& settings, const std::string& suffix) {
    const fs::path library(settings.library);
    const fs::path file = library.parent_path() / (library.stem().string() + suffix);
    return fs::exists(file) ? file.string() : std::string();
}

}  // namespace conformance
