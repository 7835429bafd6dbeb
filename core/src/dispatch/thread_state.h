// What the core keeps for each thread: the pending error text and what the thread is busy with.
#pragma once

#include <string>

namespace chainerx::internal {

struct ThreadState {
    std::string error_text;           // of the next failing return, see chx_host_api.set_error
    bool is_in_parallel_for = false;  // nested runs go inline
    bool is_in_log_sink = false;
};

// On the heap behind one thread-local pointer, since room for thread-local data is scarce in
// libraries that are loaded late. Freed when the thread ends.
ThreadState& thread_state();

// Returns and clears the text that a plugin left for its failing return; empty if it left none.
std::string take_error_text();

void put_error_text(std::string text);

}  // namespace chainerx::internal
