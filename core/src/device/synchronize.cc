// Waits by asking again and again if there is a limit, since nobody can be called back from a plugin's own wait.
#include "device/synchronize.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <thread>

#include <fmt/format.h>

#include "chainerx/error.h"
#include "device/device_state.h"
#include "dispatch/thread_state.h"

namespace chainerx::internal {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::nanoseconds kFirstPause = std::chrono::microseconds(2);
constexpr std::chrono::nanoseconds kLongestPause = std::chrono::milliseconds(1);
constexpr double kMostSeconds = 1e9;

std::optional<std::chrono::nanoseconds> read_timeout() {
    const char* text = std::getenv("CHAINERX_SYNC_TIMEOUT");
    if (text == nullptr || *text == '\0') return std::nullopt;
    double seconds = 0;
    const char* end = text + std::strlen(text);
    const auto parsed = std::from_chars(text, end, seconds);
    if (parsed.ec != std::errc() || parsed.ptr != end || !(seconds > 0) ||
        !std::isfinite(seconds)) {
        throw ValueError(fmt::format(
            "CHAINERX_SYNC_TIMEOUT: '{}' given; expected a number of seconds greater than 0",
            text));
    }
    return std::chrono::nanoseconds(static_cast<int64_t>(std::min(seconds, kMostSeconds) * 1e9));
}

[[noreturn]] void throw_timeout(const DeviceState& device,
                                const char* what,
                                const char* waited_for,
                                std::chrono::nanoseconds limit) {
    throw SyncTimeoutError(fmt::format(
        "{} on {}: {} has not completed within {} s (CHAINERX_SYNC_TIMEOUT; plugin {} {}); what it "
        "was to compute is not there yet: the device hangs, or the limit is too short for this "
        "work",
        what,
        device.name(),
        waited_for,
        std::chrono::duration<double>(limit).count(),
        device.plugin->name,
        device.plugin->desc->version));
}

// is_done(int32_t*) -> chx_status
template <typename Query>
void poll(const Query& is_done,
          const DeviceState& device,
          const char* what,
          const char* waited_for,
          std::chrono::nanoseconds limit) {
    const Clock::time_point deadline = Clock::now() + limit;
    for (std::chrono::nanoseconds pause = kFirstPause;;
         pause = std::min(pause * 2, kLongestPause)) {
        int32_t done = 0;
        check_status(is_done(&done), device, what);
        if (done != 0) return;
        if (Clock::now() >= deadline) throw_timeout(device, what, waited_for, limit);
        std::this_thread::sleep_for(pause);
    }
}

// An event of the time of one wait. One that never completes is left to the device: destroying it could wait as well.
class PassingEvent {
public:
    PassingEvent(DeviceState& device, chx_stream* stream, const char* what) : device_{device} {
        check_status(device.api->event_create(device.handle, 0, &event_), device, what);
        const chx_status status = device.api->event_record(event_, stream);
        if (status != CHX_OK) {
            const std::string text = take_error_text();
            destroy();
            put_error_text(text);
        }
        check_status(status, device, what);
    }
    PassingEvent(const PassingEvent&) = delete;
    PassingEvent& operator=(const PassingEvent&) = delete;

    chx_status query(int32_t* done) const { return device_.api->event_query(event_, done); }
    void destroy() { device_.api->event_destroy(event_); }

private:
    DeviceState& device_;
    chx_event* event_ = nullptr;
};

}  // namespace

std::optional<std::chrono::nanoseconds> sync_timeout() {
    static const std::optional<std::chrono::nanoseconds> limit = read_timeout();
    return limit;
}

void wait_until_done(DeviceState& device, chx_stream* stream, const char* what) {
    const std::optional<std::chrono::nanoseconds> limit = sync_timeout();
    if (!limit || !device.has_streams) return;
    if (stream != nullptr) {
        const auto query = [&](int32_t* done) { return device.api->stream_query(stream, done); };
        return poll(query, device, what, "a stream", *limit);
    }
    // What is recorded without a stream comes after all work of the device.
    PassingEvent event(device, nullptr, what);
    const auto query = [&](int32_t* done) { return event.query(done); };
    poll(query, device, what, "an event after all work", *limit);
    event.destroy();
}

void synchronize(DeviceState& device, chx_stream* stream, const char* what) {
    wait_until_done(device, stream, what);
    check_status(device.api->sync(device.handle, stream), device, what);
}

}  // namespace chainerx::internal
