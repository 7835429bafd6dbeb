// Reads the search settings from the environment and from where the core's library lies.
#include <dlfcn.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <cstdlib>

#include "plugin/plugin_search.h"

namespace chainerx::internal {
namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

std::filesystem::path core_library_folder() {
    Dl_info info{};
    if (dladdr(reinterpret_cast<const void*>(&core_library_folder), &info) == 0 ||
        info.dli_fname == nullptr) {
        return {};
    }
    std::error_code error;
    const std::filesystem::path library = std::filesystem::canonical(info.dli_fname, error);
    return error ? std::filesystem::path() : library.parent_path();
}

std::filesystem::path user_folder() {
    std::filesystem::path data_home = environment("XDG_DATA_HOME");
    if (!data_home.is_absolute()) {
        const std::filesystem::path home = environment("HOME");
        if (!home.is_absolute()) {
            return {};
        }
        data_home = home / ".local/share";
    }
    return data_home / "chainerx/plugins.d";
}

std::filesystem::path cache_folder() {
    const std::filesystem::path cache_home = environment("XDG_CACHE_HOME");
    if (cache_home.is_absolute()) {
        return cache_home / "chainerx/probe";
    }
    const std::filesystem::path home = environment("HOME");
    return home.is_absolute() ? home / ".cache/chainerx/probe" : std::filesystem::path();
}

bool is_privileged_program() { return getauxval(AT_SECURE) != 0; }

}  // namespace

ProbeSettings probe_settings_from_environment() {
    ProbeSettings settings;
    const std::filesystem::path folder = core_library_folder();
    const std::filesystem::path program = folder / "chainerx/chainerx-probe";
    if (environment("CHAINERX_PLUGIN_PROBE") != "0" && !folder.empty() &&
        access(program.c_str(), X_OK) == 0) {
        settings.program = program;
    }
    // What a set-user-id program believes must not lie in a folder of the user's choice.
    if (!is_privileged_program()) {
        settings.cache = cache_folder();
    }
    settings.trusted = {folder / "chainerx/plugins"};
    return settings;
}

SearchSettings search_settings_from_environment() {
    SearchSettings settings;
    settings.only = environment("CHAINERX_PLUGIN_ONLY");
    settings.path = environment("CHAINERX_PLUGIN_PATH");
    settings.disable = environment("CHAINERX_PLUGINS_DISABLE");
    if (const std::filesystem::path folder = core_library_folder(); !folder.empty()) {
        settings.beside = {folder / "chainerx/plugins", folder / "plugins"};
    }
    settings.user = user_folder();
    settings.system = {"/etc/chainerx/plugins.d",
                       "/usr/local/share/chainerx/plugins.d",
                       "/usr/share/chainerx/plugins.d"};
    settings.probe = probe_settings_from_environment();
    settings.is_privileged = is_privileged_program();
    return settings;
}

}  // namespace chainerx::internal
