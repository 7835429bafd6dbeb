// Streams are handles of queues, events are positions in them.
#include "device.h"

namespace sim {

namespace {

void sync(chx_device* device, chx_stream* stream) {
    if (device->options.ignores_sync) return;
    if (stream == nullptr) return device->scheduler.wait_for_all();
    device->scheduler.wait({stream->queue, device->scheduler.enqueued(*stream->queue)});
}

void stream_create(chx_device* device, uint32_t, chx_stream** stream) {
    *stream = new chx_stream{device, device->scheduler.open(), true};
}

void stream_destroy(chx_stream* stream) {
    const std::unique_ptr<chx_stream> dying(stream);
    if (stream->is_own) stream->device->scheduler.close(stream->queue);
}

void stream_query(chx_stream* stream, int32_t* done) {
    Scheduler& scheduler = stream->device->scheduler;
    scheduler.tell_error(*stream->queue);
    *done = scheduler.is_reached({stream->queue, scheduler.enqueued(*stream->queue)}) ? 1 : 0;
}

// In our own terms a stream is the number of its queue; the default one has none that could be given.
void stream_wrap_native(chx_device* device, void* native, chx_stream** stream) {
    const auto number = reinterpret_cast<uintptr_t>(native);
    std::shared_ptr<Queue> queue = device->scheduler.find(number);
    if (queue == nullptr)
        throw chx::Error(CHX_E_INVALID, "sim: there is no queue " + std::to_string(number));
    *stream = new chx_stream{device, std::move(queue), false};
}

void stream_native(chx_stream* stream, void** native) {
    *native = reinterpret_cast<void*>(static_cast<uintptr_t>(stream->queue->number));
}

void event_create(chx_device* device, uint32_t, chx_event** event) {
    *event = new chx_event{device, nullptr};
}

void event_destroy(chx_event* event) { delete event; }

void event_record(chx_event* event, chx_stream* stream) {
    auto mark = std::make_shared<Mark>();
    mark->position = event->device->scheduler.enqueue(
        queue_of(*event->device, stream), "event_record", Scheduler::Kind::kMarker, [mark] {
            mark->time = std::chrono::steady_clock::now();
        });
    event->mark = std::move(mark);
}

void stream_wait_event(chx_stream* stream, chx_event* event) {
    if (event->mark == nullptr || event->device->options.ignores_events) return;
    event->device->scheduler.enqueue(queue_of(*event->device, stream),
                                     "stream_wait_event",
                                     Scheduler::Kind::kMarker,
                                     [] {},
                                     {event->mark->position});
}

void event_query(chx_event* event, int32_t* done) {
    *done = event->mark == nullptr || event->device->scheduler.is_reached(event->mark->position);
}

void event_sync(chx_event* event) {
    if (event->mark != nullptr) event->device->scheduler.wait(event->mark->position);
}

void event_elapsed_ns(chx_event* start, chx_event* end, uint64_t* ns) {
    if (start->mark == nullptr || end->mark == nullptr ||
        !start->device->scheduler.is_reached(start->mark->position) ||
        !end->device->scheduler.is_reached(end->mark->position))
        throw chx::Error(CHX_E_INVALID, "sim: the time of an event that has not been reached");
    *ns = static_cast<uint64_t>(
        std::chrono::nanoseconds(end->mark->time - start->mark->time).count());
}

}  // namespace

void fill_stream_entries(chx_device_api* api) {
    api->sync = chx::entry<&sync>;
    api->stream_create = chx::entry<&stream_create>;
    api->stream_destroy = chx::entry<&stream_destroy>;
    api->stream_query = chx::entry<&stream_query>;
    api->stream_wrap_native = chx::entry<&stream_wrap_native>;
    api->stream_native = chx::entry<&stream_native>;
    api->event_create = chx::entry<&event_create>;
    api->event_destroy = chx::entry<&event_destroy>;
    api->event_record = chx::entry<&event_record>;
    api->stream_wait_event = chx::entry<&stream_wait_event>;
    api->event_query = chx::entry<&event_query>;
    api->event_sync = chx::entry<&event_sync>;
    api->event_elapsed_ns = chx::entry<&event_elapsed_ns>;
}

}  // namespace sim
