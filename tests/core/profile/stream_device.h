// streamdev: a device with streams inside of the test program. Its clock is its own: a kernel takes 1000 ns of it.
#pragma once

#include "chainerx/device.h"

namespace chainerx::testing {

// Adds f32, and nothing else. The host may address its memory.
Device& streamdev();

struct StreamDeviceState {
    int64_t clock_ns = 0;
    int events = 0;         // that exist
    bool has_times = true;  // whether events for times can be made
    bool is_held = false;   // no event is passed before somebody waits for it
};
StreamDeviceState& streamdev_state();

}  // namespace chainerx::testing
