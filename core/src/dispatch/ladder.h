// What the ladder answers without a call.
#pragma once

#include "dispatch/op_def.h"

namespace chainerx::internal {

struct DeviceState;

// Whether the op's decomposition runs on the device: all its parts have kernels there. Worked out once.
bool can_decompose(DeviceState& device, const OpDef& op, DType dtype);

// Whether the device, or a provider for its memory, has a kernel for the op.
bool has_kernel(DeviceState& device, const OpDef& op, DType dtype);

}  // namespace chainerx::internal
