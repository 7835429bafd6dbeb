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
using internal::StreamState;

namespace {

DeviceState& device_with_streams(Device& device) {
    DeviceState& state = state_of(device);
    internal::check_usable(state);
    if (!state.has_streams) {
        throw NotImplementedError(
            fmt::format("{}: the plugin offers no streams; work on this device is ordered already",
                        device.name()));
    }
    return state;
}

StreamState* open(DeviceState& device, chx_stream* handle) {
    StreamState* stream = internal::open_stream_state(device, handle);
    internal::check_status(
        device.api->stream_native(handle, &stream->native), device, "stream_native");
    return stream;
}

StreamState* make_stream(Device& device) {
    DeviceState& state = device_with_streams(device);
    chx_stream* stream = nullptr;
    internal::check_status(
        state.api->stream_create(state.handle, 0, &stream), state, "stream_create");
    return open(state, stream);
}

}  // namespace

Stream::Stream(Device& device, StreamState* state) : device_{&device}, state_{state} {}

Stream::Stream(Device& device) : Stream(device, make_stream(device)) {}

std::unique_ptr<Stream> Stream::from_native(Device& device, void* native) {
    DeviceState& state = device_with_streams(device);
    chx_stream* stream = nullptr;
    internal::check_status(
        state.api->stream_wrap_native(state.handle, native, &stream), state, "stream_wrap_native");
    return std::unique_ptr<Stream>(new Stream(device, open(state, stream)));
}

Stream::~Stream() {
    DeviceState& state = state_of(*device_);
    if (internal::are_plugins_shut_down() || state.plugin->forked.load()) return;
    try {
        const internal::UnlockedScope unlocked;
        internal::synchronize(state, state_->handle, "~Stream");
    } catch (const SyncTimeoutError& error) {
        // Its work may still come: the stream, and the blocks that follow it, are left to the device.
        log(kLogError, "chainerx.device", error.what());
        return;
    } catch (const ChainerxError&) {
        // Who waited for the work has been told, or did not want to know.
    }
    chx_stream* handle = state_->handle;
    internal::close_stream_state(*state_);
    state.api->stream_destroy(handle);
}

void Stream::synchronize() {
    DeviceState& state = state_of(*device_);
    internal::check_usable(state);
    const internal::UnlockedScope unlocked;
    internal::synchronize(state, state_->handle, "synchronize");
}

bool Stream::is_done() const {
    DeviceState& state = state_of(*device_);
    internal::check_usable(state);
    int32_t done = 0;
    internal::check_status(state.api->stream_query(state_->handle, &done), state, "stream_query");
    return done != 0;
}

void* Stream::native() const { return state_->native; }

StreamScope::StreamScope(Stream& stream) : device_{&stream.device()}, previous_{nullptr} {
    const int ordinal = state_of(*device_).ordinal;
    if (ordinal >= internal::kMaxDevices)
        throw NotImplementedError("stream: only the first 64 devices of a process have streams");
    StreamState*& current = internal::thread_context().streams[ordinal];
    previous_ = current;
    current = stream.state_;
}

StreamScope::~StreamScope() {
    internal::thread_context().streams[state_of(*device_).ordinal] = previous_;
}

}  // namespace chainerx
