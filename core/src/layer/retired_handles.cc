// Implements the keeping.
#include "layer/retired_handles.h"

#include <deque>
#include <memory>
#include <mutex>

#include "dispatch/fork_guard.h"

namespace chainerx::internal {

namespace {

constexpr size_t kMostKept = 4096;

template <typename Handle>
void keep_for_a_while(Handle* handle) {
    struct Kept {
        Kept() { keep_usable_after_fork(mutex); }
        std::mutex mutex;
        std::deque<std::unique_ptr<Handle>> handles;
    };
    static Kept& kept = *std::make_unique<Kept>().release();
    std::unique_ptr<Handle> oldest;
    const std::lock_guard lock(kept.mutex);
    if (handle->is_destroyed) return;
    handle->is_destroyed = true;
    kept.handles.emplace_back(handle);
    if (kept.handles.size() <= kMostKept) return;
    oldest = std::move(kept.handles.front());
    kept.handles.pop_front();
}

}  // namespace

void retire(InterposedStream* stream) { keep_for_a_while(stream); }
void retire(InterposedEvent* event) { keep_for_a_while(event); }

}  // namespace chainerx::internal
