// Loads shared libraries; the only file that includes Boost.DLL.
#include "plugin/plugin_library.h"

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/dll/shared_library.hpp>
#include <fmt/format.h>

#include "chainerx/error.h"
#include "dispatch/fork_guard.h"
#include "plugin/elf_extent.h"

namespace chainerx::internal {
namespace {

using SharedLibrary = boost::dll::shared_library;

constexpr std::string_view kQueryPrefix = "chx_plugin_query_v";
constexpr int kLatestImaginableMajor = 9;

// Of "... (dlerror system message: TEXT): Bad file descriptor" only TEXT comes from the loader.
std::string loader_text(std::string_view what) {
    constexpr std::string_view kBefore = "dlerror system message: ";
    constexpr std::string_view kAfter = "): ";
    const std::size_t begin = what.find(kBefore);
    const std::size_t end = what.rfind(kAfter);
    if (begin == what.npos || end == what.npos || end < begin + kBefore.size()) {
        return std::string(what);
    }
    return std::string(what.substr(begin + kBefore.size(), end - begin - kBefore.size()));
}

// Boost.DLL would take the program's own path for a wish to open the program.
void refuse_own_program(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::equivalent(path, "/proc/self/exe", error) && !error) {
        throw PluginError("the library is the running program itself; expected a plugin");
    }
}

std::unique_ptr<SharedLibrary> load(const std::filesystem::path& path) {
    using boost::dll::load_mode::rtld_local;
    using boost::dll::load_mode::rtld_now;
    try {
        return std::make_unique<SharedLibrary>(path, rtld_now | rtld_local);
    } catch (const boost::dll::fs::system_error& error) {
        throw PluginError("the library can't be loaded: " + loader_text(error.what()));
    }
}

[[noreturn]] void throw_missing_query(const SharedLibrary& library) {
    for (int major = 0; major <= kLatestImaginableMajor; ++major) {
        const std::string symbol = std::string(kQueryPrefix) + std::to_string(major);
        if (library.has(symbol)) {
            throw PluginError(
                fmt::format("the library was built for ABI major {} (it exports {}), this ChainerX "
                            "speaks {} ({}); install a release of the plugin for this ChainerX",
                            major,
                            symbol,
                            CHX_ABI_MAJOR,
                            CHX_PLUGIN_QUERY_SYMBOL));
        }
    }
    throw PluginError(fmt::format(
        "the library does not export {}; expected a ChainerX plugin built with CHX_PLUGIN_QUERY",
        CHX_PLUGIN_QUERY_SYMBOL));
}

// Keeps what was opened until the process ends; never destroyed.
const SharedLibrary& keep_open(std::unique_ptr<SharedLibrary> library) {
    struct Kept {
        Kept() { keep_usable_after_fork(mutex); }
        std::mutex mutex;
        std::vector<std::unique_ptr<SharedLibrary>> libraries;
    };
    static Kept& kept = *std::make_unique<Kept>().release();
    const std::lock_guard lock(kept.mutex);
    kept.libraries.push_back(std::move(library));
    return *kept.libraries.back();
}

}  // namespace

chx_plugin_query_fn open_plugin_library(const std::filesystem::path& path) {
    std::error_code error;
    const std::filesystem::path canonical = std::filesystem::canonical(path, error);
    if (error) {
        throw PluginError(
            fmt::format("the library {} can't be opened: {}", path.string(), error.message()));
    }
    refuse_own_program(canonical);
    refuse_truncated_elf(canonical);
    const SharedLibrary& library = keep_open(load(canonical));
    if (!library.has(CHX_PLUGIN_QUERY_SYMBOL)) {
        throw_missing_query(library);
    }
    return &library.get<std::remove_pointer_t<chx_plugin_query_fn>>(CHX_PLUGIN_QUERY_SYMBOL);
}

}  // namespace chainerx::internal
