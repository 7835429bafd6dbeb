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
    // Calls that were about to be enqueued so far. Never goes back.
    std::atomic<uint64_t> issued{0};

    // Whether it already waits for that call of another stream.
    bool waits_for(const StreamState& other, uint64_t call);
    // Makes what is enqueued from now on wait for what the other stream has been given so far.
    void wait_for(StreamState& other);

private:
    std::mutex mutex_;
    std::vector<std::pair<const StreamState*, uint64_t>> seen_;
};

// The last call of a stream that an operand was part of.
struct StreamUse {
    StreamState* stream;
    uint64_t call;
};

// Says that a stream is about to use a storage: it waits for other streams that did. The default stream is in order with
// all others, so that nobody has to wait for it and it for nobody.
void use_on_stream(Storage& storage, StreamState* stream);
// Nobody uses the storage any more: its own stream waits for the others before the block is used again.
void join_streams(Storage& storage) noexcept;

// Makes one for a handle of the plugin.
StreamState* open_stream_state(DeviceState& device, chx_stream* handle);
// Its work has completed; what belonged to it follows the default order.
void close_stream_state(StreamState& stream) noexcept;

}  // namespace chainerx::internal
