// Facts, memory and copies, all in the order of streams.
#include "device.h"

#include <cstdio>
#include <cstring>

namespace sim {

namespace {

void device_count(chx_plugin*, int32_t* count) { *count = kDeviceCount; }

void device_open(chx_plugin* plugin, int32_t index, chx_device** device) {
    if (index < 0 || index >= kDeviceCount)
        throw chx::Error(CHX_E_INVALID, "sim: no such device; expected index 0 or 1");
    const std::lock_guard lock(plugin->mutex);
    if (plugin->devices[index] == nullptr)
        plugin->devices[index] =
            std::make_unique<chx_device>(index, plugin->options, plugin->definitions);
    *device = plugin->devices[index].get();
}

void device_close(chx_device*) {}

void device_info(chx_device* device, chx_device_info* info) {
    info->dl_device_type = device->options.dlpack_type;
    std::snprintf(info->name, sizeof info->name, "simulated accelerator %d", device->index);
    std::snprintf(info->uuid, sizeof info->uuid, "sim-%d", device->index);
    std::snprintf(info->memory_kind, sizeof info->memory_kind, "sim");
    info->memory_total = device->memory.limit();
    info->memory_free = device->memory.limit() - device->memory.in_use();
    info->alignment = 256;
    info->host_accessible_kinds = 1u << CHX_MEM_PINNED_HOST | 1u << CHX_MEM_HOST;
    if (device->options.has_host_memory) info->host_accessible_kinds |= 1u << CHX_MEM_DEVICE;
}

void allocate(chx_device* device,
              uint64_t bytes,
              uint64_t align,
              int32_t kind,
              chx_stream*,
              chx_memref* out) {
    try {
        *out = device->memory.allocate(bytes, align, kind);
    } catch (const chx::Error& error) {
        if (error.status() != CHX_E_OOM) throw;
        // What has been freed in the order of streams becomes free when they get there.
        device->scheduler.wait_for_frees();
        *out = device->memory.allocate(bytes, align, kind);
    }
}

void release(chx_device* device, const chx_memref* memory, chx_stream* stream) {
    device->memory.mark_freed(*memory);
    device->scheduler.enqueue_free(queue_of(*device, stream),
                                   [device, base = memory->base] { device->memory.release(base); });
}

// Where a place will be when its turn comes.
struct Place {
    Place(const chx_device& owner, const chx_memref& memory, uint64_t bytes)
        : device{owner}, place{memory}, size{static_cast<int64_t>(bytes)} {
        if (place.kind != CHX_MEM_HOST)
            device.memory.check(place.base, static_cast<int64_t>(place.offset), size);
    }
    char* address() const {
        if (place.kind == CHX_MEM_HOST) return static_cast<char*>(place.base) + place.offset;
        return device.memory.address(place.base, static_cast<int64_t>(place.offset), size);
    }
    const chx_device& device;
    chx_memref place;
    int64_t size;
};

void copy(chx_device* device,
          const chx_memref* to,
          const chx_memref* from,
          uint64_t bytes,
          chx_stream* stream) {
    const std::shared_ptr<Queue>& queue = queue_of(*device, stream);
    device->scheduler.tell_error(*queue);
    const bool is_host = to->kind == CHX_MEM_HOST || from->kind == CHX_MEM_HOST;
    if (is_host && device->options.ignores_copies) {
        std::memcpy(
            Place(*device, *to, bytes).address(), Place(*device, *from, bytes).address(), bytes);
        return;
    }
    const Position done = device->scheduler.enqueue(
        queue,
        "copy",
        is_host ? Scheduler::Kind::kHost : Scheduler::Kind::kWork,
        [target = Place(*device, *to, bytes), source = Place(*device, *from, bytes), bytes] {
            std::memcpy(target.address(), source.address(), bytes);
        });
    if (is_host) device->scheduler.wait(done);
}

}  // namespace

void fill_memory_entries(chx_device_api* api) {
    api->device_count = chx::entry<&device_count>;
    api->device_open = chx::entry<&device_open>;
    api->device_close = chx::entry<&device_close>;
    api->device_info = chx::entry<&device_info>;
    api->alloc = chx::entry<&allocate>;
    api->free = chx::entry<&release>;
    api->copy = chx::entry<&copy>;
}

}  // namespace sim
