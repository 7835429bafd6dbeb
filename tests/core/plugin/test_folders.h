// Folders for plugin tests: temporary ones, and those of the plugins built for tests.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>

#include "plugin/plugin_search.h"

namespace chainerx::internal {

// Removed with all that is in it.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = std::filesystem::temp_directory_path() / "chainerx-test-XXXXXX";
        path_ = mkdtemp(name.data());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

    std::filesystem::path write(const std::string& name, const std::string& text) const {
        const std::filesystem::path file = path_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
        return file;
    }

private:
    std::filesystem::path path_;
};

inline std::filesystem::path plugin_folder(const std::string& kind) {
    return std::filesystem::path(CHAINERX_TEST_PLUGIN_DIR) / kind;
}

inline std::filesystem::path plugin_library(const std::string& kind) {
    return plugin_folder(kind) / (kind + ".so");
}

inline std::filesystem::path plugin_manifest(const std::string& kind) {
    return plugin_folder(kind) / (kind + ".chx.json");
}

// Searches these test plugins and nothing else.
inline SearchSettings settings_for(std::initializer_list<const char*> kinds) {
    SearchSettings settings;
    for (const char* kind : kinds) {
        settings.path += (settings.path.empty() ? "" : ":") + plugin_folder(kind).string();
    }
    return settings;
}

inline std::string manifest_text(const std::string& name, const std::string& library) {
    return R"({"manifest_version": 1, "name": ")" + name +
           R"(", "version": "2.5", "abi": {"major": 0, "minor": 1}, "library": ")" + library +
           "\"}";
}

}  // namespace chainerx::internal
