// Remembers outcomes, a file for each library's path. Whatever is wrong with such a file, it counts as not there.
#include "plugin/plugin_probe.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "chainerx/log.h"
#include "chainerx/plugin.h"
#include "chx/chx_plugin.h"
#include "plugin/plugin_search.h"
#include "plugin/sha256.h"

namespace chainerx::internal {

QuarantineError::~QuarantineError() = default;

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kFormat = 1;
constexpr const char* kExtension = ".json";

// Changes whenever the file does, and is cheap to get.
json stamp_of(const fs::path& library) {
    struct stat facts{};
    if (stat(library.c_str(), &facts) != 0) {
        return {};
    }
    return {facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec};
}

fs::path file_for(const ProbeSettings& settings, const fs::path& library) {
    return settings.cache /
           fmt::format("{:016x}{}", std::hash<std::string>()(library.string()), kExtension);
}

struct Outcome {
    json stamp;
    std::string sha256;
    std::string quarantine;  // empty: all was well
};

std::optional<Outcome> read_outcome(const ProbeSettings& settings, const fs::path& library) {
    if (settings.cache.empty()) {
        return std::nullopt;
    }
    try {
        std::ifstream stream(file_for(settings, library));
        if (!stream) {
            return std::nullopt;
        }
        const json read = json::parse(stream);
        // A core with another ABI asks other questions.
        if (read.at("format") != kFormat || read.at("abi") != CHX_ABI_LAYOUT_HASH ||
            read.at("library") != library.string()) {
            return std::nullopt;
        }
        return Outcome{read.at("stamp"), read.at("sha256"), read.at("quarantine")};
    } catch (const json::exception&) {
        return std::nullopt;
    }
}

// Whole or not at all, however many processes do it at once. Failing means that it is looked at again next time.
void write_outcome(const ProbeSettings& settings, const fs::path& library, const Outcome& outcome) {
    if (settings.cache.empty()) {
        return;
    }
    std::error_code error;
    fs::create_directories(settings.cache, error);
    const fs::path file = file_for(settings, library);
    std::string temporary = file.string() + ".XXXXXX";
    const int descriptor = mkstemp(temporary.data());
    if (descriptor < 0) {
        log(kLogDebug,
            "chainerx.plugin",
            fmt::format("{} can't be written: {} is looked at again next time",
                        settings.cache.string(),
                        library.string()));
        return;
    }
    const std::string text = json{
        {"format", kFormat},
        {"abi", CHX_ABI_LAYOUT_HASH},
        {"library", library.string()},
        {"stamp", outcome.stamp},
        {"sha256", outcome.sha256},
        {"quarantine",
         outcome.quarantine}}.dump(2, ' ', false, json::error_handler_t::replace);
    const bool is_written =
        write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    close(descriptor);
    if (is_written) {
        fs::rename(temporary, file, error);
    }
    if (!is_written || error) {
        fs::remove(temporary, error);
    }
}

[[noreturn]] void throw_quarantine(const std::string& why) {
    throw QuarantineError(fmt::format(
        "the library is quarantined: {}; install another version of the plugin, or lift the "
        "quarantine with `python -m chainerx doctor --forget` (CHAINERX_PLUGIN_PROBE=0 loads it "
        "without a look)",
        why));
}

bool is_trusted(const ProbeSettings& settings, const fs::path& library) {
    return std::any_of(
        settings.trusted.begin(), settings.trusted.end(), [&](const fs::path& folder) {
            std::error_code error;
            return fs::equivalent(library.parent_path(), folder, error) && !error;
        });
}

fs::path canonical_or_empty(const fs::path& library) {
    std::error_code error;
    const fs::path canonical = fs::canonical(library, error);
    return error ? fs::path() : canonical;
}

}  // namespace

bool probe_plugin(const ProbeSettings& settings, const fs::path& given) {
    const fs::path library = canonical_or_empty(given);
    if (settings.program.empty() || library.empty() || is_trusted(settings, library)) {
        return false;
    }
    const json stamp = stamp_of(library);
    std::optional<Outcome> outcome = read_outcome(settings, library);
    bool is_new = false;
    if (!outcome || outcome->stamp != stamp) {
        std::string sha256 = sha256_of_file(library);
        is_new = !outcome || outcome->sha256 != sha256;
        std::string quarantine = is_new ? run_probe(settings, library) : outcome->quarantine;
        outcome = Outcome{stamp, std::move(sha256), std::move(quarantine)};
        write_outcome(settings, library, *outcome);
    }
    if (!outcome->quarantine.empty()) {
        throw_quarantine(outcome->quarantine);
    }
    return is_new;
}

std::string known_quarantine(const ProbeSettings& settings, const fs::path& given) {
    const fs::path library = canonical_or_empty(given);
    if (settings.program.empty() || library.empty() || is_trusted(settings, library)) {
        return {};
    }
    const std::optional<Outcome> outcome = read_outcome(settings, library);
    return outcome && outcome->stamp == stamp_of(library) ? outcome->quarantine : std::string();
}

}  // namespace chainerx::internal

namespace chainerx {

int forget_plugin_probes() {
    namespace fs = std::filesystem;
    const fs::path folder = internal::probe_settings_from_environment().cache;
    std::error_code error;
    int count = 0;
    for (fs::directory_iterator file(folder, error), end; !error && file != end;
         file.increment(error)) {
        std::error_code failed;
        if (file->path().extension() == internal::kExtension && fs::remove(file->path(), failed)) {
            ++count;
        }
    }
    return count;
}

}  // namespace chainerx
