// Reads requirements, and looks for libraries where the loader would.
#include "plugin/plugin_requirements.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <nlohmann/json.hpp>

#include "chainerx/error.h"

namespace chainerx::internal {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string string_in(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end() || found->is_null()) return {};
    if (!found->is_string()) {
        throw PluginError(fmt::format(
            "manifest: \"requires\": \"{}\" is {}; expected a string", key, found->dump()));
    }
    return found->get<std::string>();
}

RequiredLibrary read_library(const Json& json) {
    RequiredLibrary library;
    if (json.is_object()) library = {string_in(json, "soname"), string_in(json, "hint")};
    if (library.soname.empty() || library.soname.find('/') != std::string::npos) {
        throw PluginError(fmt::format(
            "manifest: \"requires\": \"libs\" has {}; expected {{\"soname\": \"libacme.so.2\"}}",
            json.dump()));
    }
    return library;
}

// The loader's index of the system's libraries: paths among other things, each ended by a zero.
const std::string& loader_cache() {
    static const std::string& text = *[] {
        std::ifstream stream("/etc/ld.so.cache", std::ios::binary);
        return new std::string{std::istreambuf_iterator<char>(stream),
                               std::istreambuf_iterator<char>()};
    }();
    return text;
}

bool is_in_cache(const std::string& soname) {
    const std::string& text = loader_cache();
    const std::string wanted = '/' + soname + '\0';
    for (size_t at = text.find(wanted); at != text.npos; at = text.find(wanted, at + 1)) {
        const size_t begin = text.rfind('\0', at) + 1;
        std::error_code error;
        if (fs::exists(text.substr(begin, at + wanted.size() - 1 - begin), error)) return true;
    }
    return false;
}

bool is_found(const std::string& soname) {
    if (void* handle = dlopen(soname.c_str(), RTLD_LAZY | RTLD_NOLOAD)) {
        dlclose(handle);
        return true;
    }
    std::error_code error;
    const char* given = secure_getenv("LD_LIBRARY_PATH");
    const std::string folders = std::string(given == nullptr ? "" : given) + ":/lib:/usr/lib";
    for (size_t begin = 0; begin < folders.size();) {
        const size_t end = std::min(folders.find_first_of(":;", begin), folders.size());
        if (end > begin && fs::exists(folders.substr(begin, end - begin) + '/' + soname, error))
            return true;
        begin = end + 1;
    }
    return is_in_cache(soname);
}

}  // namespace

PluginRequirements read_requirements(const Json& manifest) {
    PluginRequirements requirements;
    const auto found = manifest.find("requires");
    if (found == manifest.end() || found->is_null()) return requirements;
    if (!found->is_object()) {
        throw PluginError(
            fmt::format("manifest: \"requires\" is {}; expected an object", found->dump()));
    }
    requirements.glibc = string_in(*found, "glibc");
    const auto libraries = found->find("libs");
    if (libraries == found->end()) return requirements;
    if (!libraries->is_array()) {
        throw PluginError(fmt::format("manifest: \"requires\": \"libs\" is {}; expected an array",
                                      libraries->dump()));
    }
    for (const Json& library : *libraries) requirements.libraries.push_back(read_library(library));
    return requirements;
}

std::vector<std::string> missing_requirements(const PluginRequirements& requirements) {
    std::vector<std::string> missing;
    const std::string& glibc = requirements.glibc;
    if (!glibc.empty() && strverscmp(glibc.c_str(), gnu_get_libc_version()) > 0) {
        missing.push_back(
            fmt::format("glibc {}, while this system has {}: use a newer system, or a "
                        "build of the plugin for older ones",
                        glibc,
                        gnu_get_libc_version()));
    }
    for (const RequiredLibrary& library : requirements.libraries) {
        if (is_found(library.soname)) continue;
        missing.push_back(fmt::format("{}, which the loader does not find{}{}",
                                      library.soname,
                                      library.hint.empty() ? "" : ": ",
                                      library.hint));
    }
    return missing;
}

}  // namespace chainerx::internal
