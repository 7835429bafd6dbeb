// Storage: one block of device memory that arrays and their views share, with a count of the writes to it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "chainerx/detail/reference_count.h"
#include "chx/chx_plugin.h"
#include "device/stream_state.h"

namespace chainerx {
class Device;
}

namespace chainerx::internal {

struct ArrayBody;
struct DeviceState;

// Blobs that kernels keep with a storage; see chx_host_api.storage_cache_get.
struct StorageCache {
    struct Blob {
        std::string key;
        std::shared_ptr<void> data;
    };
    std::mutex mutex;
    uint64_t version = 0;  // of the storage when the blobs were made
    std::vector<Blob> blobs;
};

// What a storage needs only if its memory belongs to somebody else.
struct ForeignOwner {
    std::function<void()> release;
};

struct Storage {
    ReferenceCount references;
    uint8_t size_class;  // of the pool; kForeignClass if the memory is not the pool's
    bool is_shared;      // others can write it unseen (NumPy aliases, DLPack); set for good
    bool is_readonly;
    uint8_t
        whole_cache;  // the thread caches that dead arrays of such a block are kept in whole; kNoCache if they aren't
    DeviceState* device;
    chx_memref memory;
    uint64_t bytes;  // of the block, at least what was asked for
    std::atomic<uint64_t> version;
    StreamState* stream;  // whose order the block follows; nullptr: the default one
    std::atomic<StorageCache*> cache;
    union {
        ForeignOwner* owner;              // size_class == kForeignClass
        std::vector<StreamUse>* used_by;  // by streams other than the default one; or nullptr
    };
    Storage* next_free;

    // Whether a block that goes back to the pool has to be made plain again.
    bool is_marked() const {
        return is_shared || is_readonly || cache.load(std::memory_order_relaxed) != nullptr;
    }
};

inline constexpr uint8_t kForeignClass = 255;
inline constexpr uint8_t kNoCache = 255;

void free_storage(Storage* storage) noexcept;

inline void retain(Storage* storage) noexcept { storage->references.add(); }
inline void release(Storage* storage) noexcept {
    if (storage->references.drop()) free_storage(storage);
}

// To be called after every write.
inline void bump_version(Storage* storage) noexcept {
    // Two writes at once may count as one, which is enough to tell that there was a write.
    storage->version.store(storage->version.load(std::memory_order_relaxed) + 1,
                           std::memory_order_release);
}

}  // namespace chainerx::internal
