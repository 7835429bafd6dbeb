// Making the kernel calls of a recording (CHAINERX_LAYERS=record) again, without the program that it is of.
#pragma once

#include <cstdint>
#include <string>

#include "chainerx/export.h"

namespace chainerx {

struct ReplayOptions {
    std::string device;  // "acme:0"; empty: each call's own
    std::string
        plugin;  // whose kernels are called; empty: each call's own, or with a device that device's
    int64_t only = -1;  // the number of the one call to make; -1: all
    double rtol = 1e-5,
           atol = 1e-6;  // what results of floating point may differ from those recorded
};

struct ReplayReport {
    int64_t calls = 0;      // made
    int64_t differing = 0;  // with another status or other results
    int64_t skipped = 0;    // without recorded operands, or without a kernel
    bool is_truncated = false;
    std::string
        text;  // for people: a line for each call that differs or was skipped, and a summary
};

// Throws ValueError if the file is no recording.
CHAINERX_EXPORT ReplayReport replay_recording(const std::string& path,
                                              const ReplayOptions& options = {});

}  // namespace chainerx
