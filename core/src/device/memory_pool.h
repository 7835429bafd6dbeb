// The caching allocator above every plugin's alloc: freed blocks wait by size class for the next array.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <mutex>
#include <vector>

#include "chainerx/detail/array_body.h"
#include "device/storage.h"

namespace chainerx::internal {

struct ThreadContext;
struct StreamState;
struct DeviceState;

// Classes 0 .. 6 are 64 B to 4 KiB in powers of two and cached per thread; above, four classes per power of two up to
// 2^47 bytes are shared by all threads.
inline constexpr int kSmallClasses = 7;
inline constexpr int kSizeClasses = kSmallClasses + 4 * 35;
static_assert(kSizeClasses < kForeignClass);

struct SizeClass {
    uint8_t index;
    uint64_t bytes;
};
SizeClass size_class_of(uint64_t bytes);

// Free small blocks of one device on one thread. Bounded; the overflow goes to the pool.
struct BlockCache {
    static constexpr uint16_t kKept = 64;
    static constexpr uint64_t kLargest = 4096;
    static int class_of(uint64_t bytes) {  // of at most kLargest
        return bytes <= 64 ? 0 : static_cast<int>(std::bit_width(bytes - 1)) - 6;
    }
    Storage* free[kSmallClasses] = {};
    // Dead arrays that had their block for themselves and still name it: the next array finds most of itself filled in.
    ArrayBody* whole[kSmallClasses] = {};
    uint16_t count[kSmallClasses] = {};
    uint16_t whole_count[kSmallClasses] = {};
    DeviceState* device = nullptr;

    // nullptr if there is none.
    [[gnu::always_inline]] ArrayBody* take_whole(int size_class) {
        ArrayBody* body = whole[size_class];
        if (body == nullptr) return nullptr;
        whole[size_class] = static_cast<ArrayBody*>(body->foreign.load(std::memory_order_relaxed));
        --whole_count[size_class];
        return body;
    }
    // Linked by the member `foreign`, which a dead array has no use for. False if there are enough.
    [[gnu::always_inline]] bool keep_whole(ArrayBody* body, int size_class) {
        if (whole_count[size_class] >= kKept) return false;
        body->foreign.store(whole[size_class], std::memory_order_relaxed);
        whole[size_class] = body;
        ++whole_count[size_class];
        return true;
    }
};
void destroy_block_cache(BlockCache* cache) noexcept;

class MemoryPool {
public:
    // A storage of at least `bytes` with one reference, for the given stream. Throws OutOfMemoryError after having
    // trimmed, collected the host language's garbage and tried once more.
    Storage* allocate(DeviceState& device, uint64_t bytes, ThreadContext& context);
    // Takes a storage without references back.
    void recycle(Storage* storage, ThreadContext& context) noexcept;
    // The same, past the thread's cache.
    void shelve(Storage* storage) noexcept;
    // Returns all cached blocks to the plugin.
    void trim(DeviceState& device) noexcept;

    // Once, when the pool is there to stay.
    void survive_forks();

    std::atomic<uint64_t> used{0}, peak{0}, cached{0}, plugin_allocations{0};

private:
    Storage* allocate_slow(DeviceState& device, SizeClass size_class, StreamState* stream);
    Storage* take_free(uint8_t size_class, StreamState* stream);
    void give_back(Storage* storage) noexcept;
    void count_use(uint64_t bytes);

    std::mutex mutex_;
    // A single list per class: blocks of other streams are skipped.
    std::array<std::vector<Storage*>, kSizeClasses> free_;
};

// Most bytes that a pool keeps for reuse: CHAINERX_CACHE_LIMIT, else a quarter of the physical memory.
uint64_t cache_limit();

// Wraps memory that belongs to somebody else.
Storage* make_foreign_storage(DeviceState& device,
                              chx_memref memory,
                              uint64_t bytes,
                              std::function<void()> release);

}  // namespace chainerx::internal
