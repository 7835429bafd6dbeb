// Implements the search: places in order, entries sorted, each file once, the first of a name wins.
#include "plugin/plugin_search.h"

#include <fnmatch.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "chainerx/error.h"
#include "plugin/plugin_negotiation.h"
#include "plugin/plugin_permissions.h"

namespace chainerx::internal {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> split(std::string_view text, std::string_view separators) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(separators), text.size());
        if (end > 0) {
            parts.emplace_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

bool is_disabled(const std::string& name, const std::string& disable) {
    const std::vector<std::string> patterns = split(disable, ",:");
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
    });
}

void set_state(FoundPlugin& plugin, PluginState state, std::string reason) {
    plugin.state = state;
    plugin.reason = std::move(reason);
}

// Collects places and plugins in the order in which they are visited.
class Search {
public:
    explicit Search(const SearchSettings& settings) : settings_(settings) {}

    void visit_list(const std::string& origin, const std::string& list) {
        if (list.empty()) {
            add_place(origin, {}, "not set");
            return;
        }
        for (const std::string& entry : split(list, ":")) {
            visit(origin, entry);
        }
    }

    void visit(const std::string& origin, const fs::path& path) {
        if (!path.is_absolute()) {
            add_place(origin,
                      path.string(),
                      "refused: a relative path means another folder in every program; give an "
                      "absolute one");
            return;
        }
        std::error_code error;
        const fs::file_status status = fs::status(path, error);
        if (!fs::exists(status)) {
            const bool is_absent = status.type() == fs::file_type::not_found;
            add_place(origin, path.string(), is_absent ? "does not exist" : error.message());
        } else if (fs::is_directory(status)) {
            visit_folder(origin, path);
        } else if (is_manifest_name(path)) {
            add_place(origin, path.string(), "1 manifest");
            add_plugin(origin, path);
        } else {
            add_place(origin,
                      path.string(),
                      "refused: neither a folder nor a manifest (<name>.chx.json)");
        }
    }

    void add_place(const std::string& origin, std::string path, std::string verdict) {
        result_.places.push_back({origin, std::move(path), std::move(verdict)});
    }

    SearchResult take_result() { return std::move(result_); }

private:
    void visit_folder(const std::string& origin, const fs::path& folder) {
        std::error_code error;
        std::vector<fs::path> manifests;
        for (fs::directory_iterator it(folder, error), end; !error && it != end;
             it.increment(error)) {
            if (is_manifest_name(it->path())) {
                manifests.push_back(it->path());
            }
        }
        if (error) {
            add_place(origin, folder.string(), "can't be read: " + error.message());
            return;
        }
        const char* plural = manifests.size() == 1 ? "" : "s";
        add_place(origin, folder.string(), fmt::format("{} manifest{}", manifests.size(), plural));
        std::sort(manifests.begin(), manifests.end());
        for (const fs::path& manifest : manifests) {
            add_plugin(origin, manifest);
        }
    }

    void add_plugin(const std::string& origin, const fs::path& path) {
        if (is_known_file(path)) {
            return;  // the same file by another way: lib and lib64, a link, a folder named twice
        }
        FoundPlugin plugin = examine_manifest(path, origin, settings_.disable);
        if (plugin.state == PluginState::kFound) {
            const auto [first, is_first] =
                first_of_name_.emplace(plugin.manifest.name, plugin.manifest_path.string());
            if (!is_first) {
                set_state(plugin, PluginState::kShadowed, first->second + " goes before it");
            }
        }
        result_.plugins.push_back(std::move(plugin));
    }

    bool is_known_file(const fs::path& path) {
        struct stat status{};
        return stat(path.c_str(), &status) == 0 &&
               !known_files_.emplace(status.st_dev, status.st_ino).second;
    }

    const SearchSettings& settings_;
    SearchResult result_;
    std::set<std::pair<dev_t, ino_t>> known_files_;
    std::map<std::string, std::string> first_of_name_;
};

void check_manifest(FoundPlugin& plugin, const std::string& disable) {
    PluginManifest& manifest = plugin.manifest;
    manifest = read_plugin_manifest(plugin.manifest_path);
    if (is_disabled(manifest.name, disable)) {
        set_state(plugin,
                  PluginState::kDisabled,
                  fmt::format("CHAINERX_PLUGINS_DISABLE is '{}'", disable));
        return;
    }
    if (manifest.abi_major != CHX_ABI_MAJOR || manifest.abi_minor_required > CHX_ABI_MINOR) {
        throw PluginError(fmt::format(
            "the manifest says that the plugin was built for ABI {} and needs {}, this ChainerX "
            "speaks {}; install a release of the plugin for this ChainerX",
            abi_version_text(manifest.abi_major, manifest.abi_minor),
            abi_version_text(manifest.abi_major, manifest.abi_minor_required),
            abi_version_text(CHX_ABI_MAJOR, CHX_ABI_MINOR)));
    }
    std::error_code error;
    const fs::path library = fs::canonical(manifest.library, error);
    if (error) {
        throw PluginError(
            fmt::format("the library {} can't be opened: {}; install the plugin again",
                        manifest.library.string(),
                        error.message()));
    }
    manifest.library = library;
    if (std::string problem = permission_problem(library); !problem.empty()) {
        set_state(plugin, PluginState::kDenied, std::move(problem));
    }
}

}  // namespace

FoundPlugin examine_manifest(const fs::path& path,
                             const std::string& origin,
                             const std::string& disable) {
    std::error_code error;
    const fs::path canonical = fs::canonical(path, error);
    FoundPlugin plugin{origin, error ? path : canonical, PluginState::kFound, {}, {}};
    for (const fs::path& checked : {path, plugin.manifest_path}) {  // a link and what it leads to
        if (std::string problem = permission_problem(checked); !problem.empty()) {
            set_state(plugin, PluginState::kDenied, std::move(problem));
            return plugin;
        }
    }
    try {
        check_manifest(plugin, disable);
    } catch (const PluginError& failure) {
        set_state(plugin, PluginState::kFailed, failure.what());
    }
    return plugin;
}

SearchResult search_plugins(const SearchSettings& settings) {
    Search search(settings);
    if (settings.is_privileged) {
        search.add_place("environment", {}, "ignored: this program runs with raised privileges");
    } else {
        search.visit_list("CHAINERX_PLUGIN_ONLY", settings.only);
        if (!settings.only.empty()) {
            search.add_place("all other places", {}, "ignored: CHAINERX_PLUGIN_ONLY is set");
            return search.take_result();
        }
        search.visit_list("CHAINERX_PLUGIN_PATH", settings.path);
    }
    for (const fs::path& path : settings.added) {
        search.visit("add_plugin_directory", path);
    }
    for (const fs::path& path : settings.beside) {
        search.visit("beside the library", path);
    }
    if (settings.is_privileged || settings.user.empty()) {
        search.add_place(
            "user", {}, settings.is_privileged ? "ignored: raised privileges" : "HOME is not set");
    } else {
        search.visit("user", settings.user);
    }
    for (const fs::path& path : settings.system) {
        search.visit("system", path);
    }
    return search.take_result();
}

}  // namespace chainerx::internal
