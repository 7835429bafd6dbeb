// When devices with streams ran their kernels, by events of their own.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "chx/chx_plugin.h"
#include "profile/event_log.h"

namespace chainerx::internal {

struct DeviceState;

// A stream that kernels were timed on. Its origin is an event whose time the host knows.
struct DeviceTrack {
    DeviceState* device;
    chx_stream* stream;
    chx_event* origin;  // nullptr: the device has no events with times
    int64_t origin_ns;
    std::string name;
};

struct TimedKernel {
    uint32_t op_row;
    const Event* call;  // the host's; nullptr if there was no room for it
    uint8_t track;      // one more than the index in tracks()
    int64_t begin_ns, end_ns;
};

class DeviceTimer {
public:
    using Report = std::function<void(const TimedKernel&)>;

    DeviceTimer() = default;
    ~DeviceTimer();
    DeviceTimer(const DeviceTimer&) = delete;
    DeviceTimer& operator=(const DeviceTimer&) = delete;

    // Before and after a kernel is enqueued; false if it won't be timed.
    bool begin(DeviceState& device, const chx_launch& launch);
    bool end(uint32_t op_row, const Event* call);

    // Reports kernels that are done, oldest first; the second function waits for all of them.
    void report_done(const Report& report) { collect(report, false); }
    void wait_for_all(const Report& report) { collect(report, true); }

    size_t pending_count() const { return pending_.size(); }
    const std::vector<DeviceTrack>& tracks() const { return tracks_; }

private:
    struct Pending {
        chx_event *begin, *end;
        uint32_t op_row;
        const Event* call;
        uint8_t track;
    };

    // 0 if the device has no times.
    uint8_t track_of(DeviceState& device, chx_stream* stream);
    chx_event* take_event(DeviceState& device);
    void give_back(DeviceState& device, chx_event* event) { free_[&device].push_back(event); }
    void collect(const Report& report, bool waits);

    std::vector<DeviceTrack> tracks_;
    std::deque<Pending> pending_;
    std::map<DeviceState*, std::vector<chx_event*>> free_;
    chx_event* begun_ = nullptr;
    uint8_t begun_track_ = 0;
};

}  // namespace chainerx::internal
