// Moving bytes: within a device, to and from the host, and between devices through host memory.
#include <cstring>
#include <memory>

#include "chainerx/error.h"
#include "chainerx/host_language.h"
#include "device/device_state.h"
#include "device/synchronize.h"
#include "dispatch/call_watcher.h"
#include "dispatch/thread_context.h"

namespace chainerx::internal {

namespace {

constexpr uint64_t kUnlockFrom =
    1u << 20;  // bytes; below, handing the host language's lock over costs more than the copy

bool is_host(const Place& place) { return place.device == nullptr || place.device->is_host_memory; }

void* pointer(const Place& place) {
    return static_cast<char*>(place.memory.base) + place.memory.offset;
}

void run_copy(DeviceState& device,
              const chx_memref& to,
              const chx_memref& from,
              uint64_t bytes,
              ThreadContext& context) {
    check_usable(device);
    // To the host the plugin waits by itself.
    if (to.kind == CHX_MEM_HOST || from.kind == CHX_MEM_HOST)
        wait_until_done(device, device.current_stream(context), "copy");
    check_status(device.api->copy(device.handle, &to, &from, bytes, device.current_stream(context)),
                 device,
                 "copy");
}

chx_memref host_memory(void* base) { return {base, 0, CHX_MEM_HOST, 0}; }

void copy_unwatched(const Place& to, const Place& from, uint64_t bytes, ThreadContext& context) {
    if (is_host(to) && is_host(from)) {
        if (bytes < kUnlockFrom) {
            std::memcpy(pointer(to), pointer(from), bytes);
            return;
        }
        UnlockedScope unlocked;
        std::memcpy(pointer(to), pointer(from), bytes);
        return;
    }
    UnlockedScope unlocked;
    if (to.device == from.device)
        return run_copy(*to.device, to.memory, from.memory, bytes, context);
    if (is_host(from))
        return run_copy(*to.device, to.memory, host_memory(pointer(from)), bytes, context);
    if (is_host(to))
        return run_copy(*from.device, host_memory(pointer(to)), from.memory, bytes, context);
    const std::unique_ptr<char[]> staging(new char[bytes]);
    run_copy(*from.device, host_memory(staging.get()), from.memory, bytes, context);
    run_copy(*to.device, to.memory, host_memory(staging.get()), bytes, context);
}

[[gnu::noinline]] void copy_watched(const Place& to,
                                    const Place& from,
                                    uint64_t bytes,
                                    ThreadContext& context) {
    struct Watched {
        const Place &to, &from;
        uint64_t bytes;
        ThreadContext& context;
        ~Watched() {
            for (CallWatcher* watcher : context.watchers) watcher->after_copy(to, from, bytes);
        }
    };
    for (CallWatcher* watcher : context.watchers) watcher->before_copy(to, from, bytes);
    const Watched watched{to, from, bytes, context};
    copy_unwatched(to, from, bytes, context);
}

}  // namespace

void copy_bytes(const Place& to, const Place& from, uint64_t bytes, ThreadContext& context) {
    if (bytes == 0) return;
    if (__builtin_expect(context.is_watched(), 0)) return copy_watched(to, from, bytes, context);
    copy_unwatched(to, from, bytes, context);
}

}  // namespace chainerx::internal
