// What a thread keeps between calls, behind one 8-byte thread-local pointer: free lists, default device, recording mode.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "chainerx/device.h"
#include "chx/ops/creation.h"

namespace chainerx::internal {

struct Node;
struct DeviceState;
struct BlockCache;
struct StreamState;
class CallWatcher;
class ProgramRecorder;

// A NoBackpropMode or ForceBackpropMode in effect. Covers graphs [first, last].
struct BackpropMode {
    bool enable;
    uint64_t first, last;
};

// Small metadata blocks come in these sizes: 64, 128, ... 1024 bytes.
inline constexpr int kMetaClasses = 16;
inline constexpr size_t kMetaGranule = 64;
inline constexpr uint16_t kMetaKept = 256;  // at most that many free blocks a class

inline constexpr int kMaxDevices =
    64;  // with a block cache of their own; further devices use the shared pool

// Elements from which a kernel takes so long that others should get the host language's lock: about 100 us of work.
inline constexpr int64_t kLongKernel = 1 << 18;
inline constexpr int64_t kNeverQuick = INT64_MIN;

struct ThreadContext {
    struct FreeBlock {
        FreeBlock* next;
    };
    FreeBlock* meta_free[kMetaClasses] = {};
    uint16_t meta_count[kMetaClasses] = {};
    BlockCache* block_caches[kMaxDevices] = {};

    Device* default_device = nullptr;
    StreamState* streams[kMaxDevices] = {};  // nullptr: the device's default
    std::vector<BackpropMode> modes;         // innermost last
    uint64_t sequence = 0;                   // Lamport clock of autograd nodes
    std::vector<Node*> dying;  // nodes to free, so that freeing a long chain does not recurse
    bool is_freeing = false;
    // Kernels with fewer elements are called straight away; kNeverQuick while somebody watches.
    int64_t quick_below = kLongKernel;
    std::vector<CallWatcher*> watchers;
    ProgramRecorder* recorder = nullptr;  // of the Program that this thread records, if it does
    int no_record_depth =
        0;  // > 0 below the door: kernels, decompositions and fallback record nothing

    // Those of the last vector that was filled, beyond whose extent all is zero: the next one is spared that.
    chx_attrs_fill vector_attrs = {sizeof(chx_attrs_fill), {}, 1, {}};

    bool is_watched() const { return quick_below < 0; }
};

// The slow path: makes this thread's context. Outlives every use on the thread; freed at thread exit.
ThreadContext& make_thread_context();

extern __thread ThreadContext* current_thread_context __attribute__((tls_model("initial-exec")));

inline ThreadContext& thread_context() {
    ThreadContext* context = current_thread_context;
    return context != nullptr ? *context : make_thread_context();
}

// A block of at least `bytes`, 64-byte granules. For bodies, nodes and other small things that come and go.
void* allocate_meta_slow(ThreadContext& context, size_t bytes);
void free_meta_slow(void* block) noexcept;

inline void* allocate_meta(ThreadContext& context, size_t bytes) {
    const size_t index = (bytes - 1) / kMetaGranule;
    if (index < kMetaClasses && context.meta_free[index] != nullptr) {
        ThreadContext::FreeBlock* block = context.meta_free[index];
        context.meta_free[index] = block->next;
        --context.meta_count[index];
        return block;
    }
    return allocate_meta_slow(context, bytes);
}

inline void free_meta(ThreadContext& context, void* memory, size_t bytes) noexcept {
    const size_t index = (bytes - 1) / kMetaGranule;
    if (index < kMetaClasses && context.meta_count[index] < kMetaKept) {
        auto* block = static_cast<ThreadContext::FreeBlock*>(memory);
        block->next = context.meta_free[index];
        context.meta_free[index] = block;
        ++context.meta_count[index];
        return;
    }
    free_meta_slow(memory);
}

// Below the door nothing is recorded.
class NoRecordScope {
public:
    explicit NoRecordScope(ThreadContext& context) : context_{context} {
        ++context_.no_record_depth;
    }
    ~NoRecordScope() { --context_.no_record_depth; }
    NoRecordScope(const NoRecordScope&) = delete;
    NoRecordScope& operator=(const NoRecordScope&) = delete;

private:
    ThreadContext& context_;
};

}  // namespace chainerx::internal
