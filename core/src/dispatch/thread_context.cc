// Making, and at thread exit freeing, the per-thread context.
#include "dispatch/thread_context.h"

#include <cstdlib>
#include <new>

#include "device/memory_pool.h"

namespace chainerx::internal {

__thread ThreadContext* current_thread_context __attribute__((tls_model("initial-exec"))) = nullptr;

namespace {

// Touched on the slow path only, so that the fast one has no guard: its destructor runs at thread exit.
struct ThreadExit {
    bool armed = false;
    ~ThreadExit() {
        ThreadContext* context = current_thread_context;
        if (!armed || context == nullptr) return;
        for (BlockCache* cache : context->block_caches) {
            if (cache != nullptr) destroy_block_cache(cache);
        }
        for (ThreadContext::FreeBlock* block : context->meta_free) {
            while (block != nullptr) {
                ThreadContext::FreeBlock* next = block->next;
                free_meta_slow(block);
                block = next;
            }
        }
        // Other thread-local destructors may still free arrays: they get a fresh context, which is leaked.
        current_thread_context = nullptr;
        delete context;
    }
};

thread_local ThreadExit thread_exit;

}  // namespace

ThreadContext& make_thread_context() {
    auto* context = new ThreadContext;
    current_thread_context = context;
    thread_exit.armed = true;
    return *context;
}

void* allocate_meta_slow(ThreadContext&, size_t bytes) {
    const size_t rounded = (bytes + kMetaGranule - 1) / kMetaGranule * kMetaGranule;
    void* memory = std::aligned_alloc(kMetaGranule, rounded);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

void free_meta_slow(void* block) noexcept { std::free(block); }

}  // namespace chainerx::internal
