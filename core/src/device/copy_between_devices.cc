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

// A copy by the device, within its memory or to and from the host's.
void run_copy(DeviceState& device,
              const Place& to,
              const Place& from,
              uint64_t bytes,
              ThreadContext& context) {
    check_usable(device);
    StreamState* stream = device.current_stream(context);
    chx_stream* handle = stream != nullptr ? stream->handle : nullptr;
    const StreamCall call(stream);
    for (const Place* place : {&to, &from}) {
        if (place->storage != nullptr && place->device == &device) call.use(*place->storage);
    }
    // To the host the plugin waits by itself.
    if (is_host(to) || is_host(from)) wait_until_done(device, handle, "copy");
    check_status(
        device.api->copy(device.handle, &to.memory, &from.memory, bytes, handle), device, "copy");
}

Place host_place(void* base) { return {nullptr, {base, 0, CHX_MEM_HOST, 0}}; }

// Memory of a device that the host addresses: what the device still does to it comes first.
void wait_if_device(const Place& place) {
    if (place.device != nullptr) wait_for_device(*place.device);
}

void copy_unwatched(const Place& to, const Place& from, uint64_t bytes, ThreadContext& context) {
    if (is_host(to)) wait_if_device(to);
    if (is_host(from)) wait_if_device(from);
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
    if (to.device == from.device) return run_copy(*to.device, to, from, bytes, context);
    if (is_host(from)) return run_copy(*to.device, to, host_place(pointer(from)), bytes, context);
    if (is_host(to)) return run_copy(*from.device, host_place(pointer(to)), from, bytes, context);
    const std::unique_ptr<char[]> staging(new char[bytes]);
    run_copy(*from.device, host_place(staging.get()), from, bytes, context);
    run_copy(*to.device, to, host_place(staging.get()), bytes, context);
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
