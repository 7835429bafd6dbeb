// Remembers what supports() answered and what plan() left, so that each is asked once per kind of call.
#pragma once

#include "dispatch/kernel_table.h"
#include "dispatch/running_launch.h"

namespace chainerx::internal {

// Whether the kernel takes this launch; sets launch.plan. Thread-safe.
bool prepare(const Kernel& kernel, RunningLaunch& running);

}  // namespace chainerx::internal
