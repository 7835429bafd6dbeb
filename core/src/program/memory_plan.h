// Where the buffers that a Program writes by itself lie: in one block per device, sharing memory where lives do not overlap.
#pragma once

#include <map>
#include <vector>

#include "program/ir.h"

namespace chainerx::internal {

struct MemoryPlan {
    // For every buffer of origin kInternal that is no result: its place in the device's arena; -1 for others.
    std::vector<int64_t> offsets;
    std::map<DeviceState*, int64_t> arena_bytes;
};

enum class Reuse { kNone, kAfterLastUse, kInPlace };

// kInPlace: an element-wise step may also write its result over an operand that it reads last.
MemoryPlan plan_memory(const ProgramIr& ir, Reuse reuse);

}  // namespace chainerx::internal
