// Passes that make a Program shorter without changing what it computes, beyond rounding.
#pragma once

#include "program/ir.h"

namespace chainerx::internal {

// Drops steps whose results nobody sees.
void remove_dead_code(ProgramIr& ir);
// Computes what is computed twice once.
void share_common_subexpressions(ProgramIr& ir);
// Keeps small results that depend on constants only, as computed while recording.
void fold_constants(ProgramIr& ir);
// Lets readers of a copy read its source, where they take it as it lies: transposes and reshapes that cancel.
void cancel_copies(ProgramIr& ir);
// Joins chains of element-wise steps on that many elements or more into chx.fused_elementwise or, with a reduction at their end,
// chx.fused_reduction.
void fuse_elementwise(ProgramIr& ir, int64_t fuse_from);

}  // namespace chainerx::internal
