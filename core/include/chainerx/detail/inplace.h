// In-place operators by the id of their op, for bindings.
#pragma once

#include "chainerx/array.h"
#include "chainerx/export.h"

namespace chainerx::internal {

// target = op(target, other) in target's memory and dtype. op_id: OpId of the generated dispatch/op_ids.h. Returns target.
CHAINERX_EXPORT const Array& inplace(uint16_t op_id, const Array& target, const Operand& other);

}  // namespace chainerx::internal
