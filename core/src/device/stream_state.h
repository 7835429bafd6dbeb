// What the core knows about a stream that is not the device's default one: how much it was given, and for what it waits.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "chx/chx_plugin.h"

namespace chainerx::internal {

struct DeviceState;
struct Storage;

// Outlives its stream, for storages remember which one used them. A closed one is used again for the next stream.
struct StreamState {
    DeviceState* device = nullptr;
    chx_stream* handle = nullptr;
    void* native = nullptr;
    std::atomic<bool> is_closed{false};

    // Whether it already waits for that call of another stream.
    bool waits_for(const StreamState& other, uint64_t call);
    // Makes what is enqueued from now on wait for what the other stream has been given so far.
    void wait_for(StreamState& other);

private:
    friend class StreamCall;

    // Calls that began so far, of which those up to `enqueued_` have been given to the plugin: what another stream waits for
    // now comes after these only. Neither goes back.
    std::atomic<uint64_t> begun_{0}, enqueued_{0};
    std::atomic<uint32_t> open_calls_{0};
    std::mutex mutex_;
    std::vector<std::pair<const StreamState*, uint64_t>> seen_;
};

// The last call of a stream that an operand was part of.
struct StreamUse {
    StreamState* stream;
    uint64_t call;
};

// From before a call, or a run of a Program, is enqueued on a stream until after that. nullptr: on the default stream, which is
// in order with all others, so that nobody has to wait for it and it for nobody.
class StreamCall {
public:
    explicit StreamCall(StreamState* stream) noexcept : stream_{stream} {
        if (stream_ != nullptr) begin();
    }
    StreamCall(StreamCall&& other) noexcept
        : stream_{std::exchange(other.stream_, nullptr)}, number_{other.number_} {}
    StreamCall& operator=(StreamCall&&) = delete;
    ~StreamCall() {
        if (stream_ != nullptr) end();
    }

    StreamState* stream() const { return stream_; }
    // Says that the call uses a storage: its stream waits for others that did.
    void use(Storage& storage) const;

private:
    void begin() noexcept;
    void end() noexcept;

    StreamState* stream_;
    uint64_t number_ = 0;
};

// Nobody uses the storage any more: its own stream waits for the others before the block is used again.
void join_streams(Storage& storage) noexcept;

// Makes one for a handle of the plugin.
StreamState* open_stream_state(DeviceState& device, chx_stream* handle);
// Its work has completed; what belonged to it follows the default order.
void close_stream_state(StreamState& stream) noexcept;

}  // namespace chainerx::internal
