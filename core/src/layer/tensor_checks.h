// What the layer "validate" checks of a kernel call's operands.
#pragma once

#include <string>
#include <vector>

#include "chx/chx_plugin.h"
#include "layer/layer.h"
#include "layer/live_memory.h"

namespace chainerx::internal {

// What is wrong with the launch as the core made it for this kernel; empty if nothing is.
std::string launch_complaint(const chx_kernel_def& kernel,
                             const chx_launch& launch,
                             const LiveMemory& memory);

// Bytes that the kernel must not change: inputs that are no outputs, and the outputs' blocks outside of what the views span.
std::vector<KeptContent> contents_to_keep(const chx_launch& launch, const LiveMemory& memory);
std::string changed_content(const std::vector<KeptContent>& contents);

}  // namespace chainerx::internal
