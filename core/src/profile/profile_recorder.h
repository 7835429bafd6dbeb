// What a profile writes down while it watches a thread.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "chainerx/profile.h"
#include "dispatch/call_watcher.h"
#include "profile/device_timer.h"
#include "profile/event_log.h"

namespace chainerx::internal {

// What events share: their name, and what is added up of them. That of a kernel sums up calls outside of ops only.
struct ProfileRow {
    ProfileEntry sum;
    std::string plugin;  // of a kernel
    int64_t device_ns =
        0;  // what of sum.kernel_ns devices took by themselves, while the host went on
    const Device* device = nullptr;
    uint32_t next_of_op = 0;  // the row of the same op on another device; 0: none
    // The kernel that the op called last, and its row.
    const Kernel* kernel = nullptr;
    uint32_t kernel_row = 0;
};

class ProfileRecorder final : public CallWatcher {
public:
    ProfileRecorder(ThreadContext& context, size_t max_events);
    ~ProfileRecorder() override { stop(); }

    void stop();
    bool is_running() const { return watch_.has_value(); }
    bool is_of(const ThreadContext& context) const { return &context == &context_; }

    int64_t begin_ns() const { return begin_ns_; }
    int64_t total_ns() const { return (is_running() ? now() : end_ns_) - begin_ns_; }
    int thread_id() const { return thread_id_; }
    const std::vector<ProfileRow>& rows() const { return rows_; }
    const EventLog& events() const { return events_; }
    const std::vector<DeviceTrack>& device_tracks() const { return timer_.tracks(); }

    void before_kernel(const Kernel& kernel, const chx_launch& launch) override;
    void after_kernel(const Kernel& kernel, const chx_launch& launch, chx_status status) override;
    void before_op(const OpDef& op,
                   const Operand* inputs,
                   int n_inputs,
                   const Device& device) override;
    void after_op(const OpDef& op) override;
    void after_fallback(const OpCall& call, FallbackStep step) override;
    void before_copy(const Place& to, const Place& from, uint64_t bytes) override;
    void after_copy(const Place& to, const Place& from, uint64_t bytes) override;
    void before_backward() override;
    void after_backward() override;
    void before_program() override;
    void after_program() override;
    void before_region(std::string_view name) override;
    void after_region() override;

private:
    // A call that has not ended.
    struct Frame {
        ProfileKind kind;
        uint32_t row;
        Event* event;
        int64_t begin_ns;
        int64_t nested_ns;  // in calls and kernels inside
    };
    // What tells rows apart that are not those of ops: a kernel, two devices, or nothing but a name.
    using Key = std::tuple<ProfileKind, const void*, const void*, std::string>;

    static int64_t now() {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(
                   std::chrono::steady_clock::now().time_since_epoch())
            .count();
    }
    uint32_t add_row(ProfileKind kind, std::string name, std::string device);
    uint32_t row_of_op(const OpDef& op, const Device& device);
    uint32_t row_of_kernel(const Kernel& kernel, const chx_launch& launch);
    uint32_t row_of_transfer(const Place& to, const Place& from);
    uint32_t row_of_name(ProfileKind kind, std::string_view name);

    void open(ProfileKind kind, uint32_t row, Event* event) {
        frames_.push_back({kind, row, event, 0, 0});
        frames_.back().begin_ns = now();
    }
    // Ends the innermost call of the kind, and with it what was begun later and never ended.
    void close(ProfileKind kind, int64_t end_ns, uint64_t bytes = 0);
    void close_last(int64_t end_ns, uint64_t bytes);
    void add_timed(const TimedKernel& kernel);

    ThreadContext& context_;
    const int thread_id_;
    EventLog events_;
    std::vector<ProfileRow> rows_;     // the first is none
    std::vector<uint32_t> row_of_id_;  // by op id; 0: none yet
    std::map<Key, uint32_t> row_by_key_;
    std::vector<Frame> frames_;
    DeviceTimer timer_;
    bool is_timed_ = false;  // the kernel that is being called, by its device
    Event* kernel_event_ = nullptr;
    uint32_t kernel_row_ = 0;
    int64_t kernel_begin_ns_ = 0;
    int64_t begin_ns_ = 0, end_ns_ = 0;
    std::optional<WatchScope> watch_;
};

}  // namespace chainerx::internal
