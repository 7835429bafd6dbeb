// Element-wise ops that write into their first operand: a += b.
#pragma once

#include "chainerx/array.h"
#include "dispatch/op_def.h"

namespace chainerx::internal {

// Throws GradientError if target is part of a graph that this thread records, or asked for its gradient.
void check_inplace(const char* op, const Array& target);

// target = op(target, other), in target's dtype. Throws DtypeError if the result does not fit its kind. Returns target.
CHAINERX_EXPORT const Array& inplace(const OpDef& op, const Array& target, const Operand& other);

}  // namespace chainerx::internal
