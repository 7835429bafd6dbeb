// Pairs of events around kernels, read when the device has passed them.
#include "profile/device_timer.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "device/device_state.h"
#include "plugin/plugin_registry.h"

namespace chainerx::internal {

namespace {

constexpr size_t kMostTracks = 255;

int64_t host_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

DeviceTimer::~DeviceTimer() {
    if (are_plugins_shut_down()) return;
    for (const Pending& pending : pending_) {
        DeviceState& device = *tracks_[pending.track - 1u].device;
        give_back(device, pending.begin);
        give_back(device, pending.end);
    }
    if (begun_ != nullptr) give_back(*tracks_[begun_track_ - 1u].device, begun_);
    for (const DeviceTrack& track : tracks_) {
        if (track.origin != nullptr) give_back(*track.device, track.origin);
    }
    for (const auto& [device, events] : free_) {
        for (chx_event* event : events) device->api->event_destroy(event);
    }
}

chx_event* DeviceTimer::take_event(DeviceState& device) {
    std::vector<chx_event*>& free = free_[&device];
    chx_event* event = nullptr;
    if (!free.empty()) {
        event = free.back();
        free.pop_back();
    } else if (device.api->event_create(device.handle, CHX_EVENT_TIMING, &event) != CHX_OK) {
        return nullptr;
    }
    return event;
}

uint8_t DeviceTimer::track_of(DeviceState& device, chx_stream* stream) {
    for (size_t i = 0; i < tracks_.size(); ++i) {
        if (tracks_[i].device == &device && tracks_[i].stream == stream)
            return tracks_[i].origin != nullptr ? static_cast<uint8_t>(i + 1) : 0;
    }
    if (tracks_.size() == kMostTracks) return 0;
    DeviceTrack track{&device, stream, take_event(device), 0, {}};
    if (track.origin != nullptr && (device.api->event_record(track.origin, stream) != CHX_OK ||
                                    device.api->event_sync(track.origin) != CHX_OK)) {
        give_back(device, std::exchange(track.origin, nullptr));
    }
    track.origin_ns = host_ns();
    track.name = stream == nullptr ? fmt::format("{} default stream", device.name())
                                   : fmt::format("{} stream {}", device.name(), tracks_.size() + 1);
    tracks_.push_back(std::move(track));
    return tracks_.back().origin != nullptr ? static_cast<uint8_t>(tracks_.size()) : 0;
}

bool DeviceTimer::begin(DeviceState& device, const chx_launch& launch) {
    if ((launch.flags & CHX_L_CAPTURING) != 0) return false;
    begun_track_ = track_of(device, launch.stream);
    if (begun_track_ == 0) return false;
    chx_event* event = take_event(device);
    if (event == nullptr) return false;
    if (device.api->event_record(event, launch.stream) != CHX_OK) {
        give_back(device, event);
        return false;
    }
    begun_ = event;
    return true;
}

bool DeviceTimer::end(uint32_t op_row, const Event* call) {
    const DeviceTrack& track = tracks_[begun_track_ - 1u];
    chx_event* begin = std::exchange(begun_, nullptr);
    chx_event* end = take_event(*track.device);
    if (end != nullptr && track.device->api->event_record(end, track.stream) == CHX_OK) {
        pending_.push_back({begin, end, op_row, call, begun_track_});
        return true;
    }
    give_back(*track.device, begin);
    if (end != nullptr) give_back(*track.device, end);
    return false;
}

void DeviceTimer::collect(const Report& report, bool waits) {
    if (are_plugins_shut_down()) return;
    for (; !pending_.empty(); pending_.pop_front()) {
        const Pending& kernel = pending_.front();
        const DeviceTrack& track = tracks_[kernel.track - 1u];
        const chx_device_api& api = *track.device->api;
        int32_t is_done = 1;
        const chx_status status =
            waits ? api.event_sync(kernel.end) : api.event_query(kernel.end, &is_done);
        if (status == CHX_OK && is_done == 0) return;
        uint64_t before = 0, took = 0;
        if (status == CHX_OK &&
            api.event_elapsed_ns(track.origin, kernel.begin, &before) == CHX_OK &&
            api.event_elapsed_ns(kernel.begin, kernel.end, &took) == CHX_OK) {
            const int64_t begin = track.origin_ns + static_cast<int64_t>(before);
            report({kernel.op_row,
                    kernel.call,
                    kernel.track,
                    begin,
                    begin + static_cast<int64_t>(took)});
        }
        give_back(*track.device, kernel.begin);
        give_back(*track.device, kernel.end);
    }
}

}  // namespace chainerx::internal
