// What the handles of the ABI are here.
#pragma once

#include <chrono>
#include <memory>

#include <chx/chx_capture.h>
#include <chx/chx_graph.h>

#include "kernels/kernels.h"
#include "memory.h"
#include "options.h"
#include "queue.h"

struct chx_device {
    chx_device(int number, const sim::Options& chosen, const sim::Definitions& definitions)
        : index{number},
          options{chosen},
          kernels{definitions},
          memory{number, chosen.memory_bytes, !chosen.has_host_memory},
          scheduler{chosen} {}

    const int32_t index;
    const sim::Options& options;
    const sim::Definitions& kernels;
    sim::Memory memory;  // before the scheduler: its threads end first
    sim::Scheduler scheduler;
};

struct chx_stream {
    chx_device* device;
    std::shared_ptr<sim::Queue> queue;
    bool is_own;  // not one that somebody else made and we were given
};

namespace sim {

inline constexpr int kDeviceCount = 2;

// Where an event was recorded last, and when that was reached.
struct Mark {
    Position position;
    std::chrono::steady_clock::time_point time;
};

inline const std::shared_ptr<Queue>& queue_of(const chx_device& device, const chx_stream* stream) {
    return stream != nullptr ? stream->queue : device.scheduler.default_queue();
}

void fill_memory_entries(chx_device_api* api);
void fill_stream_entries(chx_device_api* api);

// A kernel that is enqueued. state: its Definition.
extern const chx_kernel_fn kEnqueueKernel;

extern const chx_capture_api kCapture;
extern const chx_graph_api kGraph;

}  // namespace sim

struct chx_event {
    chx_device* device;
    std::shared_ptr<sim::Mark> mark;  // nullptr before it is recorded
};

struct chx_plugin {
    explicit chx_plugin(const sim::Options& chosen) : options{chosen} {}

    const sim::Options options;
    sim::Definitions definitions;
    chx::KernelList kernels;
    std::mutex mutex;
    std::unique_ptr<chx_device> devices[sim::kDeviceCount];  // once opened
};
