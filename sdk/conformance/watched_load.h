// What a library asks the system for while it is loaded and queried, seen call by call.
#pragma once

#include <string>
#include <vector>

namespace conformance {

enum class Watched { kFiles, kThreads };

struct WatchedLoad {
    // Why nobody could look; empty: somebody did.
    std::string not_watched;
    // kFiles: paths of what was opened, or what else was asked for ("a socket"). kThreads: one for each that was started.
    std::vector<std::string> found;
};

// Loads and queries the library in a child process whose calls are trapped by a seccomp filter: what is opened and closed
// again, or started and joined, is seen too. The loader's own files do not count. The library must not be loaded yet.
WatchedLoad watch_load(const std::string& library, Watched watched, double timeout);

}  // namespace conformance
