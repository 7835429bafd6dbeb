// The ops that only primdev has.
#pragma once

#include <chx/chx_plugin.hpp>

namespace primdev {

void add_affine_kernels(chx::KernelList& kernels);

inline constexpr uint32_t kOpCount = 3;
const chx_op_def* const* op_definitions();

}  // namespace primdev
