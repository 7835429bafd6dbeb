// Blobs that kernels keep with a storage, and scratch memory: the host services that need arrays to work.
#include <algorithm>
#include <cstring>

#include "device/device_state.h"
#include "device/storage.h"
#include "dispatch/running_launch.h"
#include "dispatch/thread_context.h"
#include "dispatch/thread_state.h"
#include "plugin/host_services.h"

namespace chainerx::internal {

namespace {

chx_status fail(chx_status status, const char* text) {
    put_error_text(text);
    return status;
}

chx_status CHX_CALL get_blob(const chx_launch* launch,
                             const chx_tensor* tensor,
                             const void* key,
                             uint64_t key_bytes,
                             void** blob) {
    *blob = nullptr;
    auto* storage = reinterpret_cast<Storage*>(tensor->storage);
    if (storage == nullptr || storage->is_shared)
        return fail(CHX_E_UNIMPLEMENTED, "storage cache: others may write this memory");
    StorageCache* cache = storage->cache.load(std::memory_order_acquire);
    if (cache == nullptr) return CHX_OK;
    std::lock_guard lock(cache->mutex);
    if (cache->version != storage->version.load(std::memory_order_acquire)) {
        cache->blobs.clear();
        return CHX_OK;
    }
    for (const StorageCache::Blob& entry : cache->blobs) {
        if (entry.key.size() == key_bytes && std::memcmp(entry.key.data(), key, key_bytes) == 0) {
            *blob = entry.data.get();
            running_launch_of(launch).pin(entry.data);
        }
    }
    return CHX_OK;
}

chx_status CHX_CALL put_blob(const chx_launch* launch,
                             const chx_tensor* tensor,
                             const void* key,
                             uint64_t key_bytes,
                             void* blob,
                             uint64_t,
                             void(CHX_CALL* destroy)(void*)) {
    std::shared_ptr<void> owned(blob, destroy);
    // On every way out it lives until the launch has completed.
    running_launch_of(launch).pin(owned);
    auto* storage = reinterpret_cast<Storage*>(tensor->storage);
    if (storage == nullptr || storage->is_shared)
        return fail(CHX_E_UNIMPLEMENTED, "storage cache: others may write this memory");
    StorageCache* cache = storage->cache.load(std::memory_order_acquire);
    if (cache == nullptr) {
        auto* fresh = new StorageCache;
        fresh->version = storage->version.load(std::memory_order_acquire);
        cache = storage->cache.compare_exchange_strong(cache, fresh)
                    ? fresh
                    : (delete fresh, storage->cache.load());
    }
    std::lock_guard lock(cache->mutex);
    const uint64_t version = storage->version.load(std::memory_order_acquire);
    if (cache->version != version) cache->blobs.clear();
    cache->version = version;
    cache->blobs.push_back(
        {std::string(static_cast<const char*>(key), key_bytes), std::move(owned)});
    return CHX_OK;
}

chx_status CHX_CALL scratch(const chx_launch* launch,
                            uint64_t bytes,
                            uint64_t align,
                            chx_memref* out) noexcept {
    try {
        DeviceState& device = *running_launch_of(launch).device;
        // Blocks are as aligned as the device likes; a kernel that wants more gets room to round up.
        const uint64_t natural = std::max<uint64_t>(64, device.info.alignment);
        const uint64_t extra = align > natural ? align : 0;
        Storage* storage =
            device.pool.allocate(device, std::max<uint64_t>(bytes + extra, 1), thread_context());
        running_launch_of(launch).keep(storage);
        *out = storage->memory;
        if (extra != 0 && device.is_host_memory) {
            const auto address = reinterpret_cast<uint64_t>(out->base) + out->offset;
            out->offset += (align - address % align) % align;
        }
        return CHX_OK;
    } catch (const std::exception& error) {
        return fail(CHX_E_OOM, error.what());
    }
}

[[maybe_unused]] const bool kInstalled = [] {
    set_host_hooks({scratch, get_blob, put_blob});
    return true;
}();

}  // namespace
}  // namespace chainerx::internal
