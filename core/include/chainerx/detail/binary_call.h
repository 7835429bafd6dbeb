// Element-wise ops of two operands by id, where shapes that do not fit are told without an exception: unwinding takes as
// long as ten calls. For bindings.
#pragma once

#include <string>

#include "chainerx/array.h"
#include "chainerx/export.h"

namespace chainerx::internal {

// What the op's function returns; no array if that would throw DimensionError. op_id: OpId of the generated
// dispatch/op_ids.h.
CHAINERX_EXPORT Array call_binary(uint16_t op_id, const Operand (&operands)[2]);

// The message of that DimensionError.
CHAINERX_EXPORT std::string shape_mismatch(uint16_t op_id, const Operand (&operands)[2]);

}  // namespace chainerx::internal
