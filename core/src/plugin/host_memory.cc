// Implements the cache behind host_alloc: blocks of rounded sizes in one bounded, mutex-protected
// set of lists.
#include "plugin/host_memory.h"

#include <pthread.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <vector>

namespace chainerx::internal {
namespace {

constexpr uint64_t kLeastAlignment = 64;
constexpr uint64_t kLargestAlignment = 4096;
// Between two powers of two there are four sizes, so that rounding wastes a quarter at most.
constexpr uint64_t kLeastSize = 256;
constexpr uint64_t kLargestCachedSize = uint64_t{32} << 20;
constexpr std::size_t kBlockSizes = 72;
constexpr uint32_t kNotCached = UINT32_MAX;
#if defined(__SANITIZE_ADDRESS__)
constexpr uint64_t kCacheLimit = 0;  // reuse would hide a use after free
#else
constexpr uint64_t kCacheLimit = uint64_t{64} << 20;
#endif

// Lies right before the block that the caller sees.
struct Header {
    void* allocation;
    uint32_t size_class;
    uint32_t reserved;
};

struct Cache {
    std::mutex mutex;
    uint64_t bytes = 0;
    std::array<std::vector<void*>, kBlockSizes> blocks;
};

Cache& cache() {
    static Cache& instance = *[] {
        auto created = std::make_unique<Cache>();
        pthread_atfork([] { cache().mutex.lock(); },
                       [] { cache().mutex.unlock(); },
                       [] { cache().mutex.unlock(); });
        return created.release();
    }();
    return instance;
}

struct BlockSize {
    uint32_t index;
    uint64_t bytes;
};

BlockSize block_size_of(uint64_t bytes) {
    bytes = std::max(bytes, kLeastSize);
    const uint64_t power = std::bit_floor(bytes);
    const uint64_t step = power / 4;
    const uint64_t quarters = (bytes - power + step - 1) / step;
    const auto octave = static_cast<uint64_t>(std::bit_width(power / kLeastSize) - 1);
    return {static_cast<uint32_t>(octave * 4 + quarters), power + quarters * step};
}

Header& header_of(void* block) { return *(static_cast<Header*>(block) - 1); }

void* take_cached(const BlockSize& size) {
    Cache& memory = cache();
    const std::lock_guard lock(memory.mutex);
    std::vector<void*>& list = memory.blocks[size.index];
    if (list.empty()) {
        return nullptr;
    }
    void* block = list.back();
    list.pop_back();
    memory.bytes -= size.bytes;
    return block;
}

void* allocate_new(uint64_t bytes, uint64_t align, uint32_t size_class) {
    const uint64_t total = (align + bytes + align - 1) / align * align;
    void* allocation = std::aligned_alloc(align, total);
    if (allocation == nullptr) {
        trim_host_memory();
        allocation = std::aligned_alloc(align, total);
    }
    if (allocation == nullptr) {
        return nullptr;
    }
    void* block = static_cast<char*>(allocation) + align;
    header_of(block) = {allocation, size_class, 0};
    return block;
}

uint64_t bytes_of_class(uint32_t index) {
    const uint64_t power = kLeastSize << (index / 4);
    return power + power / 4 * (index % 4);
}

}  // namespace

void* allocate_host_memory(uint64_t bytes, uint64_t align) noexcept {
    if (!std::has_single_bit(align) || align > kLargestAlignment ||
        bytes > UINT64_MAX - 2 * kLargestAlignment) {
        return nullptr;
    }
    if (align > kLeastAlignment || bytes > kLargestCachedSize) {
        return allocate_new(bytes, std::max(align, kLeastAlignment), kNotCached);
    }
    const BlockSize size = block_size_of(bytes);
    void* block = take_cached(size);
    return block != nullptr ? block : allocate_new(size.bytes, kLeastAlignment, size.index);
}

void free_host_memory(void* block) noexcept {
    if (block == nullptr) {
        return;
    }
    const uint32_t index = header_of(block).size_class;
    if (index != kNotCached) {
        const uint64_t bytes = bytes_of_class(index);
        Cache& memory = cache();
        const std::lock_guard lock(memory.mutex);
        if (memory.bytes + bytes <= kCacheLimit) {
            try {
                memory.blocks[index].push_back(block);
                memory.bytes += bytes;
                return;
            } catch (...) {  // no memory for the list: free the block instead
            }
        }
    }
    std::free(header_of(block).allocation);
}

void trim_host_memory() noexcept {
    Cache& memory = cache();
    const std::lock_guard lock(memory.mutex);
    for (std::vector<void*>& list : memory.blocks) {
        for (void* block : list) {
            std::free(header_of(block).allocation);
        }
        list.clear();
    }
    memory.bytes = 0;
}

}  // namespace chainerx::internal
