// Device memory: bytes in a private table, found by handles that are no addresses. What nobody has written is garbage.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>

#include <chx/chx_plugin.hpp>

namespace sim {

class Memory {
public:
    Memory(int device, uint64_t limit, bool has_handles)
        : device_{device}, limit_{limit}, has_handles_{has_handles} {}

    // Throws chx::Error with CHX_E_OOM.
    chx_memref allocate(uint64_t bytes, uint64_t align, int32_t kind);
    // From now on nobody may ask for it. Throws if it is not allocated.
    void mark_freed(const chx_memref& memory);
    void release(const void* base);

    // Throws unless bytes [first, first + bytes) are a part of one allocation that has not been freed.
    void check(const void* base, int64_t first, int64_t bytes) const {
        find(base, first, bytes, false);
    }
    // Where they are, for work that was enqueued before the allocation was freed.
    char* address(const void* base, int64_t first, int64_t bytes) const {
        return find(base, first, bytes, true);
    }

    uint64_t limit() const { return limit_; }
    uint64_t in_use() const;

private:
    struct FreeBytes {
        void operator()(char* bytes) const { std::free(bytes); }
    };
    struct Block {
        std::unique_ptr<char, FreeBytes> bytes;
        uint64_t size;
        int32_t kind;
        bool is_freed;
    };
    char* find(const void* base, int64_t first, int64_t bytes, bool may_be_freed) const;

    const int device_;
    const uint64_t limit_;
    const bool has_handles_;
    mutable std::mutex mutex_;
    std::map<uintptr_t, Block> blocks_;  // by handle; pinned ones by address
    uint64_t in_use_ = 0;
    uint64_t last_number_ = 0;
};

}  // namespace sim
