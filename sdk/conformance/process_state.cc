// Implements the view of the process, by /proc.
#include "process_state.h"

#include <dirent.h>
#include <unistd.h>

namespace conformance {
namespace {

std::set<std::string> names_in(const char* folder) {
    std::set<std::string> names;
    DIR* stream = opendir(folder);
    if (stream == nullptr) return names;
    const std::string own = std::to_string(dirfd(stream));
    while (const dirent* entry = readdir(stream)) {
        if (own != entry->d_name && entry->d_name[0] != '.') names.insert(entry->d_name);
    }
    closedir(stream);
    return names;
}

}  // namespace

std::set<std::string> threads_of_process() { return names_in("/proc/self/task"); }
std::set<std::string> files_of_process() { return names_in("/proc/self/fd"); }

std::string target_of_file(const std::string& descriptor) {
    char target[512] = {};
    const std::string path = "/proc/self/fd/" + descriptor;
    const ssize_t n = readlink(path.c_str(), target, sizeof target - 1);
    return n > 0 ? target : "?";
}

}  // namespace conformance
