// Runs a function in a child process, whose crash or hang is then a result like any other.
#pragma once

#include <functional>
#include <string>

namespace conformance {

struct ChildResult {
    enum class Ending { kReturned, kExited, kKilled, kTimedOut };
    Ending ending = Ending::kReturned;
    int code = 0;        // exit status, or number of the signal
    std::string answer;  // what the function returned; empty unless it did
    std::string output;  // what was written to stderr, shortened in the middle
};

// For people: "crashed with SIGSEGV (Segmentation fault)"; empty if all went well.
std::string describe_ending(const ChildResult& result, double timeout);

// function's result comes back; ends_by_exit: the child runs its exit handlers afterwards. The caller may have no
// thread but its own. Processes that the child leaves behind are killed.
ChildResult run_in_child(const std::function<std::string()>& function,
                         double timeout,
                         bool ends_by_exit = false);

}  // namespace conformance
