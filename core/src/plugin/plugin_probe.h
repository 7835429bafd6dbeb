// The first look at a plugin's library, in a process of its own: one that crashes or hangs there never gets into ours.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "chainerx/error.h"

namespace chainerx::internal {

struct ProbeSettings {
    std::filesystem::path program;  // chainerx-probe; empty: nothing is probed
    std::filesystem::path cache;    // folder of remembered outcomes; empty: none is remembered
    std::vector<std::filesystem::path> trusted;  // folders of this very installation
    std::chrono::milliseconds limit{5000};
};

ProbeSettings probe_settings_from_environment();

// Why a plugin is not let in. The registry reports it as quarantined.
class QuarantineError : public PluginError {
public:
    using PluginError::PluginError;
    ~QuarantineError() override;
};

// Throws QuarantineError if the library crashes or hangs a process that loads and queries it, now or when it was last looked
// at. Every other defect is left to the loader. Returns whether a process was started for it.
bool probe_plugin(const ProbeSettings& settings, const std::filesystem::path& library);

// What is remembered against a library; empty: nothing, or it is not the same file any more.
std::string known_quarantine(const ProbeSettings& settings, const std::filesystem::path& library);

// Starts the process and waits for it. Empty: all is well, or the loader will say itself what is not.
std::string run_probe(const ProbeSettings& settings, const std::filesystem::path& library);

}  // namespace chainerx::internal
