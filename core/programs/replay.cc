// chainerx-replay FILE: makes the kernel calls of a recording again.
#include "chainerx/replay.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

namespace {

constexpr const char* kUsage =
    "usage: chainerx-replay FILE [--device NAME] [--plugin NAME] [--only CALL] [--rtol X] [--atol "
    "X]\n"
    "Makes the kernel calls of a recording (CHAINERX_LAYERS=record) again and says which results "
    "differ.\n"
    "--device: on this device instead of each call's own; --plugin: with the kernels of this "
    "plugin.\n";

}  // namespace

int main(int argc, char** argv) {
    chainerx::ReplayOptions options;
    std::string file;
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        if (name.rfind("--", 0) != 0 && file.empty()) {
            file = name;
            continue;
        }
        const char* value = i + 1 < argc ? argv[++i] : nullptr;
        if (value == nullptr) {
            file.clear();
            break;
        }
        if (name == "--device") {
            options.device = value;
        } else if (name == "--plugin") {
            options.plugin = value;
        } else if (name == "--only") {
            options.only = std::atoll(value);
        } else if (name == "--rtol") {
            options.rtol = std::atof(value);
        } else if (name == "--atol") {
            options.atol = std::atof(value);
        } else {
            file.clear();
            break;
        }
    }
    if (file.empty()) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    try {
        const chainerx::ReplayReport report = chainerx::replay_recording(file, options);
        std::fputs(report.text.c_str(), stdout);
        return report.differing == 0 ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "chainerx-replay: %s\n", error.what());
        return 2;
    }
}
