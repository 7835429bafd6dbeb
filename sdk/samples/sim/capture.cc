// chx.capture: what is enqueued on a stream meanwhile is kept, and enqueued as one piece of work later.
#include "device.h"

struct chx_captured {
    chx_device* device;
    std::shared_ptr<const sim::Recording> recording;
};

namespace sim {

namespace {

void begin(chx_device* device, chx_stream* stream) {
    device->scheduler.tell_error(*stream->queue);
    device->scheduler.begin_recording(*stream->queue);
}

void end(chx_device* device, chx_stream* stream, chx_captured** captured) {
    std::shared_ptr<const Recording> recording = device->scheduler.end_recording(*stream->queue);
    if (captured == nullptr) return;
    if (*captured == nullptr) *captured = new chx_captured{device, nullptr};
    (*captured)->recording = std::move(recording);
}

void launch(chx_captured* captured, chx_stream* stream) {
    chx_device& device = *captured->device;
    const std::shared_ptr<Queue>& queue = queue_of(device, stream);
    device.scheduler.tell_error(*queue);
    device.scheduler.enqueue(
        queue, "a capture", Scheduler::Kind::kWork, [recording = captured->recording] {
            for (const Task& task : recording->tasks) task.work();
        });
}

void destroy(chx_captured* captured) { delete captured; }

}  // namespace

const chx_capture_api kCapture = {sizeof(chx_capture_api),
                                  0,
                                  chx::entry<&begin>,
                                  chx::entry<&end>,
                                  chx::entry<&launch>,
                                  chx::entry<&destroy>};

}  // namespace sim
