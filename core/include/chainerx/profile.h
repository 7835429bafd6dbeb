// Where the time of a program goes: op calls, kernels, transfers and backward passes, as a table and as a Chrome trace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chainerx/export.h"

namespace chainerx {

namespace internal {
class ProfileRecorder;
}

// kOp: calls of an op. kKernel: kernels that were called outside of any op. kTransfer: bytes copied from a device to another
// or between a device and host memory that it does not share. kBackward: backward() and grad(). kProgram: replays of compiled functions. kRegion:
// see ProfileRegion.
enum class ProfileKind { kOp, kKernel, kTransfer, kBackward, kProgram, kRegion };
// "op", "kernel", "transfer", "backward", "program", "region".
CHAINERX_EXPORT const char* profile_kind_name(ProfileKind kind);

// All calls of one kind, name and device. An op that is called by another (by a decomposition, a gradient, a step to the
// host) has an entry of its own, and what it takes is no part of the caller's host_ns and kernel_ns. On devices with streams
// kernel_ns is what their own events measure, complete once the profile is stopped, and host_ns includes enqueueing; where
// they have no times, or while a stream is captured, kernel_ns is the time to enqueue.
struct ProfileEntry {
    ProfileKind kind;
    std::string name;  // "chx.add"; "transfer"; "backward"; "program"; the region's name
    std::string
        device;  // "native:0"; of transfers "native:0 -> acme:0"; of passes and regions empty
    uint64_t calls = 0;
    uint64_t kernel_calls = 0;
    int64_t host_ns = 0;  // in the calls, but neither in kernels nor in nested calls; 0 for regions
    int64_t kernel_ns = 0;  // in the kernels that the calls made themselves
    int64_t total_ns = 0;   // from begin to end on the host, nested calls included
    // Read and written by kernels, each element that an operand has in memory once, numbers not at all; or transferred.
    uint64_t bytes = 0;
    uint64_t adapted = 0, decomposed = 0, on_host = 0;  // steps down the ladder, see FallbackStep
};

struct ProfileOptions {
    // Calls and kernels kept for the trace: 40 bytes each, and 4 for each operand and each of its dimensions; memory is taken
    // as they come, 2 MiB at a time. Those beyond are only summed up.
    size_t max_events = 1'000'000;
};

// Sees what the thread that made it does until stop() or its end; other threads are not seen. Profiles nest: each sees all.
// While one exists a call takes about 0.12 us longer; while none does, two instructions. To be stopped and read by the thread
// that made it; once stopped it can be read by any.
class CHAINERX_EXPORT Profile {
public:
    explicit Profile(const ProfileOptions& options = {});
    ~Profile();
    Profile(const Profile&) = delete;
    Profile& operator=(const Profile&) = delete;

    // Ends what is still under way and waits for kernels that devices still time. Does nothing if it was stopped before.
    void stop();

    // From the start until stop(), or until now.
    int64_t total_ns() const;
    // Calls kept for the trace, and those that found no more room.
    size_t event_count() const;
    uint64_t dropped_event_count() const;

    // Ended calls, by descending total_ns.
    std::vector<ProfileEntry> summary() const;
    // The summary as text with a line of sums.
    std::string table() const;
    // JSON that chrome://tracing and ui.perfetto.dev show. The latter function throws ValueError if the file can't be
    // written.
    std::string chrome_trace() const;
    void write_chrome_trace(const std::string& path) const;

private:
    const internal::ProfileRecorder& readable() const;

    std::unique_ptr<internal::ProfileRecorder> recorder_;
};

// A part of the program, by name: an event of the profiles of this thread. Without one it costs a look at a flag.
class CHAINERX_EXPORT ProfileRegion {
public:
    explicit ProfileRegion(std::string_view name);
    ~ProfileRegion();
    ProfileRegion(const ProfileRegion&) = delete;
    ProfileRegion& operator=(const ProfileRegion&) = delete;

private:
    bool is_watched_;
};

}  // namespace chainerx
