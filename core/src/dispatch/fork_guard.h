// Mutexes that the child of a fork finds unlocked, whatever other threads of the parent were doing.
#pragma once

#include <mutex>

namespace chainerx::internal {

// For a mutex that lives as long as the process and is held only briefly: while holding it, take no other one that was
// registered before, call no plugin and write no log.
void keep_usable_after_fork(std::mutex& mutex);

}  // namespace chainerx::internal
