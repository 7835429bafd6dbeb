// Tier 1: what streams and events promise about order, checked by litmus tests that a wrong order shows in.
#include <chrono>
#include <cstring>
#include <thread>

#include "cases.h"
#include "device_under_test.h"
#include "test_stream.h"

namespace conformance {
namespace {

constexpr std::size_t kLarge = std::size_t{1} << 20;
constexpr int kRounds = 30;

class Event {
public:
    explicit Event(const DeviceUnderTest& subject, uint32_t flags = 0) : api_(subject.api()) {
        expect_ok(api_.event_create(subject.device.get(), flags, &event_), "event_create");
        require(event_ != nullptr, "event_create succeeded without an event");
    }
    ~Event() { api_.event_destroy(event_); }
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    void record(const Stream& stream) const {
        expect_ok(api_.event_record(event_, stream.get()), "event_record");
    }
    void hold(const Stream& stream) const {
        expect_ok(api_.stream_wait_event(stream.get(), event_), "stream_wait_event");
    }
    void sync() const { expect_ok(api_.event_sync(event_), "event_sync"); }
    bool is_done() const {
        int32_t done = -1;
        expect_ok(api_.event_query(event_, &done), "event_query");
        require(done == 0 || done == 1, "event_query gave {}; expected 0 or 1", done);
        return done == 1;
    }
    chx_event* get() const { return event_; }

private:
    const chx_device_api& api_;
    chx_event* event_ = nullptr;
};

// Three buffers of the device: two with contents of their own, which a late or early copy mixes up.
class Litmus {
public:
    explicit Litmus(Context& context) : subject(context) {
        if (!subject.plugin.has_streams()) skip("the device has no streams");
        for (const unsigned char value : {1, 2, 0, 0}) {
            buffers_.emplace_back(*subject.memory, kLarge);
            fill(buffers_.size() - 1, value);
        }
    }
    chx_memref one() const { return buffers_[0].get(); }
    chx_memref two() const { return buffers_[1].get(); }
    chx_memref x() const { return buffers_[2].get(); }
    chx_memref y() const { return buffers_[3].get(); }
    void clear() const {
        fill(2, 0);
        fill(3, 0);
    }
    // The value that all bytes of a buffer have, read in the order of a stream.
    int value_of(const chx_memref& buffer, chx_stream* stream) const {
        std::vector<unsigned char> bytes(kLarge, 0xee);
        const chx_memref to = host_place(bytes.data());
        expect_ok(subject.api().copy(subject.device.get(), &to, &buffer, kLarge, stream),
                  "copy to the host on a stream");
        for (std::size_t i = 1; i < kLarge; ++i) {
            if (bytes[i] != bytes[0]) return -1;
        }
        return bytes[0];
    }
    // Keeps a stream busy for a while; changes nothing that is looked at.
    void delay(const Stream& stream) const {
        for (int i = 0; i < 8; ++i) stream.copy(spare_.get(), one(), kLarge);
    }

    DeviceUnderTest subject;

private:
    void fill(std::size_t i, unsigned char value) const {
        const std::vector<unsigned char> bytes(kLarge, value);
        subject.memory->write(buffers_[i].get(), bytes.data(), kLarge);
    }

    std::vector<Block> buffers_;
    Block spare_{*subject.memory, kLarge};
};

void check_lifecycle(Context& context) {
    const Litmus litmus(context);
    for (int i = 0; i < 100; ++i) {
        const Stream stream(litmus.subject);
        const Event event(litmus.subject);
        event.record(stream);
        event.sync();
        require(event.is_done(), "an event is not done after event_sync");
    }
}

void check_order(Context& context) {
    const Litmus litmus(context);
    const Stream stream(litmus.subject);
    for (int round = 0; round < kRounds; ++round) {
        litmus.clear();
        stream.copy(litmus.x(), litmus.one(), kLarge);
        stream.copy(litmus.x(), litmus.two(), kLarge);
        stream.copy(litmus.y(), litmus.x(), kLarge);
        stream.copy(litmus.x(), litmus.one(), kLarge);
        stream.sync();
        const int x = litmus.value_of(litmus.x(), stream.get()),
                  y = litmus.value_of(litmus.y(), stream.get());
        require(
            x == 1 && y == 2,
            "round {}: four copies on one stream left x = {}, y = {}; in their order they leave "
            "x = 1, y = 2",
            round,
            x,
            y);
    }
}

void check_host_copy(Context& context) {
    const Litmus litmus(context);
    const Stream stream(litmus.subject);
    for (int round = 0; round < kRounds; ++round) {
        litmus.clear();
        litmus.delay(stream);
        stream.copy(litmus.x(), litmus.two(), kLarge);
        const int x = litmus.value_of(litmus.x(), stream.get());
        require(
            x == 2,
            "round {}: a copy to the host read {} behind a copy of 2 on the same stream; it has to "
            "come after it and be complete on return",
            round,
            x);
    }
}

void check_null_stream(Context& context) {
    const Litmus litmus(context);
    const Stream stream(litmus.subject);
    for (int round = 0; round < kRounds; ++round) {
        litmus.clear();
        litmus.delay(stream);
        stream.copy(litmus.x(), litmus.two(), kLarge);
        const int x = litmus.value_of(litmus.x(), nullptr);
        require(x == 2,
                "round {}: a copy on the NULL stream read {} behind a copy of 2 on another one; "
                "NULL is "
                "ordered with everything on the device",
                round,
                x);
        litmus.clear();
        litmus.delay(stream);
        stream.copy(litmus.x(), litmus.one(), kLarge);
        expect_ok(litmus.subject.api().sync(litmus.subject.device.get(), nullptr), "sync of all");
        int32_t done = 0;
        expect_ok(litmus.subject.api().stream_query(stream.get(), &done), "stream_query");
        require(done == 1, "round {}: a stream is not done after sync of all streams", round);
    }
}

void check_wait_event(Context& context) {
    const Litmus litmus(context);
    const Stream first(litmus.subject), second(litmus.subject);
    const Event event(litmus.subject);
    for (int round = 0; round < kRounds; ++round) {
        litmus.clear();
        litmus.delay(first);
        first.copy(litmus.x(), litmus.two(), kLarge);
        event.record(first);
        event.hold(second);
        second.copy(litmus.y(), litmus.x(), kLarge);
        const int y = litmus.value_of(litmus.y(), second.get());
        require(
            y == 2,
            "round {}: a stream that waits for an event of another one read {}; the other stream "
            "wrote 2 before it recorded the event",
            round,
            y);
        first.sync();
    }
}

// Store buffering: each stream writes its own place, then reads the other's behind the other's event.
void check_store_buffer(Context& context) {
    const Litmus litmus(context);
    const Stream first(litmus.subject), second(litmus.subject);
    const Event wrote_x(litmus.subject), wrote_y(litmus.subject);
    for (int round = 0; round < kRounds; ++round) {
        litmus.clear();
        litmus.delay(round % 2 == 0 ? first : second);
        first.copy(litmus.x(), litmus.one(), kLarge);
        wrote_x.record(first);
        second.copy(litmus.y(), litmus.two(), kLarge);
        wrote_y.record(second);
        wrote_y.hold(first);
        wrote_x.hold(second);
        const int y = litmus.value_of(litmus.y(), first.get()),
                  x = litmus.value_of(litmus.x(), second.get());
        require(x == 1 && y == 2,
                "round {}: two streams read x = {}, y = {} of each other behind their events; they "
                "wrote "
                "x = 1, y = 2",
                round,
                x,
                y);
    }
}

void check_event_sync(Context& context) {
    const Litmus litmus(context);
    const Stream stream(litmus.subject), other(litmus.subject);
    const Event event(litmus.subject);
    for (int round = 0; round < kRounds; ++round) {
        litmus.clear();
        litmus.delay(stream);
        stream.copy(litmus.x(), litmus.two(), kLarge);
        event.record(stream);
        if (round % 2 == 0) {
            event.sync();
        } else {
            while (!event.is_done()) std::this_thread::yield();
        }
        const int x = litmus.value_of(litmus.x(), other.get());
        require(x == 2,
                "round {}: an event was done while x was {}; the copy of 2 before it had not "
                "completed",
                round,
                x);
        stream.sync();
    }
}

void check_liveness(Context& context) {
    const Litmus litmus(context);
    const Stream stream(litmus.subject);
    litmus.delay(stream);
    stream.copy(litmus.x(), litmus.two(), kLarge);
    // Nobody waits: the work has to go on by itself. A stream that never does runs into the time limit.
    for (;;) {
        int32_t done = -1;
        expect_ok(litmus.subject.api().stream_query(stream.get(), &done), "stream_query");
        require(done == 0 || done == 1, "stream_query gave {}; expected 0 or 1", done);
        if (done == 1) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    const Stream other(litmus.subject);
    const int x = litmus.value_of(litmus.x(), other.get());
    require(x == 2, "a stream was done while x was {}; its copy of 2 had not completed", x);
}

void check_elapsed(Context& context) {
    const Litmus litmus(context);
    const Stream stream(litmus.subject);
    const Event start(litmus.subject, CHX_EVENT_TIMING), end(litmus.subject, CHX_EVENT_TIMING);
    const auto before = std::chrono::steady_clock::now();
    start.record(stream);
    litmus.delay(stream);
    end.record(stream);
    end.sync();
    const std::chrono::nanoseconds most = std::chrono::steady_clock::now() - before;
    uint64_t ns = 0;
    expect_ok(litmus.subject.api().event_elapsed_ns(start.get(), end.get(), &ns),
              "event_elapsed_ns");
    require(ns > 0, "event_elapsed_ns says that 8 MiB of copies took no time");
    // Clocks of devices are their own: a tenth of tolerance.
    require(static_cast<double>(ns) <= 1.1 * static_cast<double>(most.count()),
            "event_elapsed_ns says {} ns; less than {} ns had passed on the host",
            ns,
            most.count());
}

// Memory freed on a stream may be reused there, but no earlier than the work before it.
void check_free_order(Context& context) {
    const Litmus litmus(context);
    const chx_device_api& api = litmus.subject.api();
    chx_device* device = litmus.subject.device.get();
    const Stream stream(litmus.subject), other(litmus.subject);
    for (int round = 0; round < kRounds; ++round) {
        litmus.clear();
        chx_memref passing{};
        expect_ok(api.alloc(device, kLarge, 64, CHX_MEM_DEVICE, stream.get(), &passing), "alloc");
        stream.copy(passing, litmus.two(), kLarge);
        litmus.delay(stream);
        stream.copy(litmus.x(), passing, kLarge);
        expect_ok(api.free(device, &passing, stream.get()), "free");
        // Another stream, which waits for nobody, fills what it gets while the first one is busy.
        chx_memref next[2]{};
        for (chx_memref& memory : next) {
            expect_ok(api.alloc(device, kLarge, 64, CHX_MEM_DEVICE, other.get(), &memory), "alloc");
            other.copy(memory, litmus.one(), kLarge);
        }
        other.sync();
        const int x = litmus.value_of(litmus.x(), stream.get());
        for (const chx_memref& memory : next)
            expect_ok(api.free(device, &memory, other.get()), "free");
        require(x == 2,
                "round {}: memory was reused before the work enqueued ahead of its free had "
                "completed: x "
                "is {}; expected 2",
                round,
                x);
    }
}

void check_native(Context& context) {
    const Litmus litmus(context);
    const chx_device_api& api = litmus.subject.api();
    const Stream stream(litmus.subject);
    void* native = nullptr;
    clear_error();
    chx_status status = api.stream_native(stream.get(), &native);
    if (status != CHX_OK) {
        expect_error(status, "stream_native");
        skip("no native streams: {}", last_error().text);
    }
    chx_stream* wrapped = nullptr;
    clear_error();
    status = api.stream_wrap_native(litmus.subject.device.get(), native, &wrapped);
    if (status != CHX_OK) {
        expect_error(status, "stream_wrap_native");
        skip("native streams can't be wrapped: {}", last_error().text);
    }
    const chx_memref to = litmus.x(), from = litmus.two();
    expect_ok(api.copy(litmus.subject.device.get(), &to, &from, kLarge, wrapped), "copy");
    require(litmus.value_of(litmus.x(), wrapped) == 2, "a copy on a wrapped stream did not happen");
    expect_ok(api.stream_destroy(wrapped), "stream_destroy of a wrapped stream");
    litmus.delay(stream);
    stream.sync();
}

}  // namespace

void add_stream_cases(CaseList& cases) {
    const auto add = [&](const char* name, const char* what, void (*run)(Context&)) {
        cases.push_back({name, 1, what, run});
    };
    add("streams.lifecycle", "streams and events come and go", check_lifecycle);
    add("streams.order", "one stream keeps its order", check_order);
    add("streams.host_copy",
        "copies to the host are ordered, and complete on return",
        check_host_copy);
    add("streams.null_stream", "the NULL stream is ordered with all others", check_null_stream);
    add("streams.liveness", "work goes on although nobody waits", check_liveness);
    add("streams.free_order",
        "freed memory is reused in the order of its stream",
        check_free_order);
    add("streams.native", "native streams go there and back", check_native);
    add("events.wait", "a stream that waits for an event comes after it", check_wait_event);
    add("events.store_buffer",
        "two streams that wait for each other see each other's writes",
        check_store_buffer);
    add("events.sync", "an event is done when the work before it is", check_event_sync);
    add("events.elapsed", "time passes between events", check_elapsed);
}

}  // namespace conformance
