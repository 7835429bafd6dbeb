// A device as the core sees it: its plugin's functions, its memory pool and its table of kernels.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "chainerx/device.h"
#include "chx/chx_plugin.h"
#include "device/memory_pool.h"
#include "device/stream_state.h"
#include "dispatch/kernel_table.h"
#include "dispatch/op_ids.h"
#include "dispatch/thread_context.h"
#include "plugin/plugin_registry.h"

namespace chainerx::internal {

struct DeviceState : Device {
    DeviceState(Backend& backend, int index, LoadedPlugin& plugin);

    LoadedPlugin* plugin;
    const chx_device_api* api;
    chx_device* handle = nullptr;
    chx_device_info info{};
    int ordinal;               // dense, process-wide
    chx_dldevice dl_device{};  // as tensors name it
    bool has_streams = false;
    bool is_host_memory = false;  // the host may address memory of kind CHX_MEM_DEVICE
    std::atomic<bool> is_lost{false};
    MemoryPool pool;
    std::atomic<const KernelTable*> kernels{
        nullptr};  // nullptr: the device is unusable, see check_usable
    // Whether the parts of an op all have kernels here: 0 not worked out yet, 1 yes, 2 no.
    std::atomic<uint8_t> decomposable[kOpBuiltinCount][kDTypeCount] = {};

    // Where this thread's work goes; nullptr: to the default stream.
    StreamState* current_stream(const ThreadContext& context) const {
        StreamState* stream =
            has_streams && ordinal < kMaxDevices ? context.streams[ordinal] : nullptr;
        return stream != nullptr && !stream->is_closed ? stream : nullptr;
    }

    std::mutex streams_mutex;  // of both lists, and of what storages know of streams
    std::vector<std::unique_ptr<StreamState>> streams;
    std::vector<StreamState*> closed_streams;
    // Shared while a call into the plugin names a stream that another thread might close; alone when one is closed.
    std::shared_mutex closing;
};

inline DeviceState& state_of(const Device& device) {
    return static_cast<DeviceState&>(const_cast<Device&>(device));
}

// device.pool.allocate(), short for small blocks that this thread has freed before.
inline Storage* allocate_storage(DeviceState& device, uint64_t bytes, ThreadContext& context) {
    if (bytes <= BlockCache::kLargest && !device.has_streams && device.ordinal < kMaxDevices) {
        BlockCache* cache = context.block_caches[device.ordinal];
        const int index = BlockCache::class_of(bytes);
        if (cache != nullptr && cache->free[index] != nullptr) {
            Storage* storage = cache->free[index];
            cache->free[index] = storage->next_free;
            --cache->count[index];
            storage->references.set(1);
            return storage;
        }
    }
    return device.pool.allocate(device, bytes, context);
}

// Whether nobody else has the storage, and its block is one of those that thread caches keep, plain as they keep them.
inline bool is_sole_small(const Storage& storage) {
    return storage.references.is_one() && storage.size_class < kSmallClasses &&
           !storage.is_marked() && storage.used_by == nullptr &&
           storage.device->ordinal < kMaxDevices;
}

// release(), short for small blocks that go back to this thread's cache.
inline void release_storage(Storage* storage, ThreadContext& context) noexcept {
    if (is_sole_small(*storage)) {
        BlockCache* cache = context.block_caches[storage->device->ordinal];
        if (cache != nullptr && cache->count[storage->size_class] < BlockCache::kKept) {
            storage->next_free = cache->free[storage->size_class];
            cache->free[storage->size_class] = storage;
            ++cache->count[storage->size_class];
            return;
        }
    }
    release(storage);
}

// Plugins of devices that have been opened.
std::vector<LoadedPlugin*> plugins_in_use();

// Throws DeviceError if the device was lost, or was opened before a fork that it does not survive.
void check_usable(const DeviceState& device);

// Throws the exception for a failing status, with the plugin's text, name and version.
[[noreturn]] void throw_status(chx_status status, const DeviceState& device, const char* what);
inline void check_status(chx_status status, const DeviceState& device, const char* what) {
    if (__builtin_expect(status != CHX_OK, 0)) throw_status(status, device, what);
}

// Host code is about to use memory of the device by its address: waits for whatever still works on it.
void wait_for_all_streams(DeviceState& device);
inline void wait_for_device(DeviceState& device) {
    if (device.has_streams) wait_for_all_streams(device);
}

// The device that host fallback runs on (the first with CHX_CAP_HOST_REFERENCE); throws BackendError if there is none.
extern std::atomic<DeviceState*> known_host_reference;  // null until it has been looked for
DeviceState& find_host_reference_device();
inline DeviceState& host_reference_device() {
    DeviceState* known = known_host_reference.load(std::memory_order_acquire);
    return known != nullptr ? *known : find_host_reference_device();
}

// The thread's default device.
inline DeviceState& default_device(const ThreadContext& context) {
    Device* device = context.default_device;
    return device != nullptr ? state_of(*device) : host_reference_device();
}

// Moves bytes between any two places. Host memory: device nullptr and base a pointer.
struct Place {
    DeviceState* device;
    chx_memref memory;
    Storage* storage = nullptr;  // where it is known: streams that use it are put in order
};
void copy_bytes(const Place& to, const Place& from, uint64_t bytes, ThreadContext& context);

}  // namespace chainerx::internal
