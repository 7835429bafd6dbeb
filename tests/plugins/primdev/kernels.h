// What primdev offers, by file.
#pragma once

#include <chx/chx_plugin.hpp>

namespace primdev {

void add_element_kernels(chx::KernelList& kernels);
void add_reduction_kernels(chx::KernelList& kernels);
void add_affine_kernels(chx::KernelList& kernels);

// The ops that only this plugin has.
inline constexpr uint32_t kOpCount = 3;
const chx_op_def* const* op_definitions();

}  // namespace primdev
