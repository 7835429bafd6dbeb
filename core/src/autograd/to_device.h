// Moving an array to another device, recorded: its gradient moves back.
#pragma once

#include "chainerx/array.h"

namespace chainerx::internal {

Array to_device(const Array& array, Device& device);

}  // namespace chainerx::internal
