// Streams, and which one this thread's work goes to.
#include <fmt/format.h>

#include "chainerx/device.h"
#include "chainerx/error.h"
#include "chainerx/host_language.h"
#include "chainerx/log.h"
#include "device/device_state.h"
#include "device/synchronize.h"
#include "dispatch/thread_context.h"

namespace chainerx {

using internal::DeviceState;
using internal::state_of;

Stream::Stream(Device& device) : device_{&device}, handle_{nullptr} {
    DeviceState& state = state_of(device);
    internal::check_usable(state);
    if (!state.has_streams) {
        throw NotImplementedError(
            fmt::format("{}: the plugin offers no streams; work on this device is ordered already",
                        device.name()));
    }
    chx_stream* stream = nullptr;
    internal::check_status(
        state.api->stream_create(state.handle, 0, &stream), state, "stream_create");
    handle_ = stream;
}

Stream::~Stream() {
    // Freed blocks follow this stream's order: they go back before it does.
    DeviceState& state = state_of(*device_);
    if (internal::are_plugins_shut_down() || state.plugin->forked) return;
    try {
        internal::synchronize(state, static_cast<chx_stream*>(handle_), "~Stream");
    } catch (const SyncTimeoutError& error) {
        // Its work may still come: the stream, and the blocks that follow it, are left to the device.
        log(kLogError, "chainerx.device", error.what());
        return;
    } catch (const ChainerxError&) {
        // Who waited for the work has been told, or did not want to know.
    }
    state.pool.forget_stream(static_cast<chx_stream*>(handle_));
    state.api->stream_destroy(static_cast<chx_stream*>(handle_));
}

void Stream::synchronize() {
    DeviceState& state = state_of(*device_);
    internal::check_usable(state);
    internal::UnlockedScope unlocked;
    internal::synchronize(state, static_cast<chx_stream*>(handle_), "synchronize");
}

bool Stream::is_done() const {
    DeviceState& state = state_of(*device_);
    internal::check_usable(state);
    int32_t done = 0;
    internal::check_status(
        state.api->stream_query(static_cast<chx_stream*>(handle_), &done), state, "stream_query");
    return done != 0;
}

StreamScope::StreamScope(Stream& stream) : device_{&stream.device()}, previous_{nullptr} {
    const int ordinal = state_of(*device_).ordinal;
    if (ordinal >= internal::kMaxDevices)
        throw NotImplementedError("stream: only the first 64 devices of a process have streams");
    void*& current = internal::thread_context().streams[ordinal];
    previous_ = current;
    current = stream.handle_;
}

StreamScope::~StreamScope() {
    internal::thread_context().streams[state_of(*device_).ordinal] = previous_;
}

}  // namespace chainerx
