// The last rung: operands to the host, the op there, results back.
#pragma once

#include "dispatch/op_call.h"

namespace chainerx::internal {

void run_on_host(const OpCall& call);

// A 0-d array of the device. Kept for the most recent values, since the same constants come again and again.
Array scalar_array(const Scalar& value, DType dtype, DeviceState& device);

// A row-major copy, unrecorded: by the device's copy kernel, or through the host.
Array copy_contiguous(const Array& array);

}  // namespace chainerx::internal
