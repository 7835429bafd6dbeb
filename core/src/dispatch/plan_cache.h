// Remembers what supports() answered and what plan() left, so that each is asked once per kind of call.
#pragma once

#include "dispatch/kernel_table.h"
#include "dispatch/running_launch.h"

namespace chainerx::internal {

// CHX_OK if the kernel takes this launch, with launch.plan set; CHX_E_UNIMPLEMENTED if it refuses; what plan() failed
// with otherwise. Thread-safe.
chx_status prepare(const Kernel& kernel, RunningLaunch& running);

}  // namespace chainerx::internal
