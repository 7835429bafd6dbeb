// Counting the owners of what threads share. Not an API.
#pragma once

#include <atomic>
#include <cstdint>

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#define CHAINERX_HAS_SINGLE_THREADED 1
#endif

namespace chainerx::internal {

// Whether the process has had a single thread so far: then no instruction has to lock the bus, which takes as long as
// twenty others. The C library keeps the answer; std::shared_ptr asks it too.
inline bool is_single_threaded() noexcept {
#ifdef CHAINERX_HAS_SINGLE_THREADED
    return __libc_single_threaded != 0;
#else
    return false;
#endif
}

class ReferenceCount {
public:
    // For a block that is made into something new.
    void set(uint32_t owners) noexcept { owners_.store(owners, std::memory_order_relaxed); }
    bool is_one() const noexcept { return owners_.load(std::memory_order_acquire) == 1; }
    void add() noexcept {
        if (is_single_threaded()) {
            set(owners_.load(std::memory_order_relaxed) + 1);
        } else {
            owners_.fetch_add(1, std::memory_order_relaxed);
        }
    }
    // Whether it was the last: then the count is left as it is.
    bool drop() noexcept {
        const uint32_t before = owners_.load(std::memory_order_acquire);
        // A sole owner needs no read-modify-write: nobody else can see the object any more.
        if (before == 1) return true;
        if (!is_single_threaded()) return owners_.fetch_sub(1, std::memory_order_acq_rel) == 1;
        set(before - 1);
        return false;
    }

private:
    std::atomic<uint32_t> owners_{1};
};

}  // namespace chainerx::internal
