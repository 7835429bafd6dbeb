// The devices that have been opened so far.
#pragma once

#include <vector>

namespace chainerx::internal {

struct DeviceState;

// In the order in which they were opened.
std::vector<DeviceState*> open_devices();

}  // namespace chainerx::internal
