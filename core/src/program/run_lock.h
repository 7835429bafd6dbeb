// One run of a Program at a time. Taking the lock is a plain store while the process has a single thread, and giving it back
// always: a mutex takes as long as ten of a Program's steps do.
#pragma once

#include <atomic>

#include "chainerx/detail/reference_count.h"

namespace chainerx::internal {

class RunLock {
public:
    bool try_lock() noexcept {
        if (!is_single_threaded()) return !is_held_.exchange(true, std::memory_order_acquire);
        const bool was_held = is_held_.load(std::memory_order_relaxed);
        is_held_.store(true, std::memory_order_relaxed);
        return !was_held;
    }
    void lock() noexcept {
        while (!try_lock()) is_held_.wait(true, std::memory_order_relaxed);
    }
    void unlock() noexcept {
        is_held_.store(false, std::memory_order_release);
        if (!is_single_threaded()) is_held_.notify_one();
    }

private:
    std::atomic<bool> is_held_{false};
};

}  // namespace chainerx::internal
