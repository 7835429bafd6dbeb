// Order between streams: by events, and only where there is none yet.
#include "device/stream_state.h"

#include <algorithm>
#include <memory>

#include "chainerx/host_language.h"
#include "device/device_state.h"
#include "device/synchronize.h"

namespace chainerx::internal {

namespace {

// What is enqueued on `to` (nullptr: the default stream) from now on comes after what `from` was given. The event has done
// its part when the calls return.
chx_status order(const DeviceState& device, chx_stream* to, chx_stream* from) {
    const chx_device_api& api = *device.api;
    chx_event* event = nullptr;
    chx_status status = api.event_create(device.handle, 0, &event);
    if (status == CHX_OK) status = api.event_record(event, from);
    if (status == CHX_OK) status = api.stream_wait_event(to, event);
    if (event != nullptr) api.event_destroy(event);
    return status;
}

}  // namespace

bool StreamState::waits_for(const StreamState& other, uint64_t call) {
    const std::lock_guard lock(mutex_);
    return std::any_of(seen_.begin(), seen_.end(), [&](const auto& entry) {
        return entry.first == &other && entry.second >= call;
    });
}

void StreamState::wait_for(StreamState& other) {
    const uint64_t call = other.issued.load();
    check_status(order(*device, handle, other.handle), *device, "order of streams");
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(
        seen_.begin(), seen_.end(), [&](const auto& entry) { return entry.first == &other; });
    if (found == seen_.end()) {
        seen_.emplace_back(&other, call);
    } else {
        found->second = std::max(found->second, call);
    }
}

void use_on_stream(Storage& storage, StreamState* stream) {
    if (stream == nullptr || storage.size_class == kForeignClass) return;
    std::vector<StreamUse> others;
    {
        const std::lock_guard lock(stream->device->streams_mutex);
        if (storage.used_by == nullptr) storage.used_by = new std::vector<StreamUse>;
        const uint64_t call = stream->issued.fetch_add(1) + 1;
        bool is_known = false;
        for (StreamUse& use : *storage.used_by) {
            if (use.stream == stream) {
                use.call = call;
                is_known = true;
            } else {
                others.push_back(use);
            }
        }
        if (!is_known) storage.used_by->push_back({stream, call});
    }
    for (const StreamUse& use : others) {
        if (!use.stream->is_closed && !stream->waits_for(*use.stream, use.call))
            stream->wait_for(*use.stream);
    }
}

void join_streams(Storage& storage) noexcept {
    const std::unique_ptr<std::vector<StreamUse>> used(std::exchange(storage.used_by, nullptr));
    const DeviceState& device = *storage.device;
    if (are_plugins_shut_down() || device.plugin->forked.load()) return;
    StreamState* own =
        storage.stream != nullptr && !storage.stream->is_closed ? storage.stream : nullptr;
    for (const StreamUse& use : *used) {
        if (use.stream == own || use.stream->is_closed ||
            (own != nullptr && own->waits_for(*use.stream, use.call)))
            continue;
        if (order(device, own != nullptr ? own->handle : nullptr, use.stream->handle) != CHX_OK)
            device.api->sync(device.handle, nullptr);
    }
}

StreamState* open_stream_state(DeviceState& device, chx_stream* handle) {
    StreamState* stream = nullptr;
    {
        const std::lock_guard lock(device.streams_mutex);
        if (device.closed_streams.empty()) {
            device.streams.push_back(std::make_unique<StreamState>());
            stream = device.streams.back().get();
        } else {
            stream = device.closed_streams.back();
            device.closed_streams.pop_back();
        }
    }
    stream->device = &device;
    stream->handle = handle;
    stream->native = nullptr;
    stream->is_closed = false;
    return stream;
}

void close_stream_state(StreamState& stream) noexcept {
    stream.is_closed = true;
    const std::lock_guard lock(stream.device->streams_mutex);
    stream.device->closed_streams.push_back(&stream);
}

void wait_for_all_streams(DeviceState& device) {
    check_usable(device);
    const UnlockedScope unlocked;
    synchronize(device, nullptr, "sync");
}

}  // namespace chainerx::internal
