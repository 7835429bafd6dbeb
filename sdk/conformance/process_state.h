// Threads and open files of this process.
#pragma once

#include <set>
#include <string>

namespace conformance {

// Numbers of threads and file descriptors, as the kernel names them.
std::set<std::string> threads_of_process();
std::set<std::string> files_of_process();
// What a file descriptor leads to: a path, "socket:[...]", or "?".
std::string target_of_file(const std::string& descriptor);

}  // namespace conformance
