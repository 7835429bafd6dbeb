// Implements the use of a device.
#include "device_use.h"

namespace conformance {

void use_memory(const DeviceUnderTest& subject) {
    char bytes[512] = {};
    const Block a(*subject.memory, sizeof bytes), b(*subject.memory, sizeof bytes);
    subject.memory->write(a.get(), bytes, sizeof bytes);
    const chx_memref from = a.get(), to = b.get();
    expect_ok(subject.api().copy(subject.device.get(), &to, &from, sizeof bytes, nullptr), "copy");
    expect_ok(subject.api().sync(subject.device.get(), nullptr), "sync");
    subject.memory->read(bytes, b.get(), sizeof bytes);
}

void use_streams(const DeviceUnderTest& subject) {
    const chx_device_api& api = subject.api();
    chx_stream* stream = nullptr;
    chx_event* event = nullptr;
    expect_ok(api.stream_create(subject.device.get(), 0, &stream), "stream_create");
    expect_ok(api.event_create(subject.device.get(), 0, &event), "event_create");
    expect_ok(api.event_record(event, stream), "event_record");
    expect_ok(api.event_sync(event), "event_sync");
    expect_ok(api.event_destroy(event), "event_destroy");
    expect_ok(api.sync(subject.device.get(), stream), "sync");
    expect_ok(api.stream_destroy(stream), "stream_destroy");
}

}  // namespace conformance
