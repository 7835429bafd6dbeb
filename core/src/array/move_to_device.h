// Copying an array's elements to another device.
#pragma once

#include "chainerx/array.h"
#include "device/device_state.h"

namespace chainerx::internal {

// Row-major, outside of every graph.
Array move_to_device(const Array& array, DeviceState& device);

}  // namespace chainerx::internal
