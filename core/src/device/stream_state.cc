// Order between streams: by events, and only where there is none yet.
#include "device/stream_state.h"

#include <algorithm>
#include <memory>
#include <shared_mutex>
#include <utility>

#include "chainerx/host_language.h"
#include "device/device_state.h"
#include "device/synchronize.h"

namespace chainerx::internal {

namespace {

// What is enqueued on `to` (nullptr: the default stream) from now on comes after what `from` was given. The event has done
// its part when the calls return. Nothing happens if one of them has been closed.
chx_status order(DeviceState& device, StreamState* to, StreamState& from) {
    const std::shared_lock lock(device.closing);
    if (from.is_closed || (to != nullptr && to->is_closed)) return CHX_OK;
    const chx_device_api& api = *device.api;
    chx_event* event = nullptr;
    chx_status status = api.event_create(device.handle, 0, &event);
    if (status == CHX_OK) status = api.event_record(event, from.handle);
    if (status == CHX_OK)
        status = api.stream_wait_event(to != nullptr ? to->handle : nullptr, event);
    if (event != nullptr) api.event_destroy(event);
    return status;
}

void raise_to(std::atomic<uint64_t>& value, uint64_t least) {
    uint64_t now = value.load();
    while (now < least && !value.compare_exchange_weak(now, least)) {
    }
}

}  // namespace

bool StreamState::waits_for(const StreamState& other, uint64_t call) {
    const std::lock_guard lock(mutex_);
    return std::any_of(seen_.begin(), seen_.end(), [&](const auto& entry) {
        return entry.first == &other && entry.second >= call;
    });
}

void StreamState::wait_for(StreamState& other) {
    const uint64_t call = other.enqueued_.load();
    check_status(order(*device, this, other), *device, "order of streams");
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(
        seen_.begin(), seen_.end(), [&](const auto& entry) { return entry.first == &other; });
    if (found == seen_.end()) {
        seen_.emplace_back(&other, call);
    } else {
        found->second = std::max(found->second, call);
    }
}

void StreamCall::begin() noexcept {
    stream_->open_calls_.fetch_add(1);
    number_ = stream_->begun_.fetch_add(1) + 1;
}

void StreamCall::end() noexcept {
    const uint64_t begun = stream_->begun_.load();
    // While another thread is about to enqueue something as well, nobody knows which calls are through.
    if (stream_->open_calls_.fetch_sub(1) == 1) raise_to(stream_->enqueued_, begun);
}

void StreamCall::use(Storage& storage) const {
    if (stream_ == nullptr || storage.size_class == kForeignClass) return;
    std::vector<StreamUse> others;
    {
        const std::lock_guard lock(stream_->device->streams_mutex);
        if (storage.used_by == nullptr) storage.used_by = new std::vector<StreamUse>;
        bool is_known = false;
        for (StreamUse& use : *storage.used_by) {
            if (use.stream == stream_) {
                use.call = number_;
                is_known = true;
            } else {
                others.push_back(use);
            }
        }
        if (!is_known) storage.used_by->push_back({stream_, number_});
    }
    for (const StreamUse& use : others) {
        if (!use.stream->is_closed && !stream_->waits_for(*use.stream, use.call))
            stream_->wait_for(*use.stream);
    }
}

void join_streams(Storage& storage) noexcept {
    const std::unique_ptr<std::vector<StreamUse>> used(std::exchange(storage.used_by, nullptr));
    DeviceState& device = *storage.device;
    if (are_plugins_shut_down() || device.plugin->forked.load()) return;
    StreamState* own =
        storage.stream != nullptr && !storage.stream->is_closed ? storage.stream : nullptr;
    for (const StreamUse& use : *used) {
        if (use.stream == own || use.stream->is_closed ||
            (own != nullptr && own->waits_for(*use.stream, use.call)))
            continue;
        if (order(device, own, *use.stream) != CHX_OK) device.api->sync(device.handle, nullptr);
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
    const std::unique_lock lock(device.closing);
    stream->device = &device;
    stream->handle = handle;
    stream->native = nullptr;
    stream->is_closed = false;
    return stream;
}

void close_stream_state(StreamState& stream) noexcept {
    {
        const std::unique_lock lock(stream.device->closing);
        stream.is_closed = true;
    }
    const std::lock_guard lock(stream.device->streams_mutex);
    stream.device->closed_streams.push_back(&stream);
}

void wait_for_all_streams(DeviceState& device) {
    check_usable(device);
    const UnlockedScope unlocked;
    synchronize(device, nullptr, "sync");
}

}  // namespace chainerx::internal
