// The kernels, by file. Each runs in the calling thread and is done when it returns; what it refuses it throws.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include <chx/chx_plugin.hpp>

namespace sim {

// What becomes a chx_kernel_def, in whatever way the device runs its kernels.
struct Definition {
    const char* op;
    uint32_t version;
    const char* dtypes;
    uint64_t caps;
    std::function<void(const chx_launch&)> run;
};
using Definitions = std::deque<Definition>;  // at stable addresses

// The primitive set: all that a device needs to keep every op but scatter, nonzero and those that sort.
void add_element_kernels(Definitions& kernels);
void add_reduction_kernels(Definitions& kernels);
// Beyond it: one kernel for each element-wise op, which takes numbers and strides as they come.
void add_elementwise_kernels(Definitions& kernels);

}  // namespace sim
