// Waiting for a device, for ever or as long as CHAINERX_SYNC_TIMEOUT allows.
#pragma once

#include <chrono>
#include <optional>

#include "chx/chx_plugin.h"

namespace chainerx::internal {

struct DeviceState;

// CHAINERX_SYNC_TIMEOUT in seconds, read once; nothing if it is not set. Throws ValueError if it is no positive number.
std::optional<std::chrono::nanoseconds> sync_timeout();

// Waits for the stream, or with nullptr for all work of the device. Throws what its failing throws, SyncTimeoutError if
// the time is over. Without a limit, and on devices without events, it is one call into the plugin.
void synchronize(DeviceState& device, chx_stream* stream, const char* what);

// Only the limited part: returns at once without a limit. To be called before calls into the plugin that wait by themselves.
void wait_until_done(DeviceState& device, chx_stream* stream, const char* what);

}  // namespace chainerx::internal
