// Which dtype a call runs in, what its operands are cast to, and what its results have.
#pragma once

#include "dispatch/op_def.h"

namespace chainerx::internal {

// The dispatch dtype by the op's rule. Throws DtypeError if the op has no meaning for it.
DType dispatch_dtype(const OpDef& op, const Operand* inputs, int n_inputs, const void* attrs);

// What operand i has to be of; its own dtype if any will do.
inline DType operand_dtype(const OpDef& op, int i, DType dispatch, DType own) {
    const uint8_t code = op.input_dtypes[op.is_variadic && i > op.n_inputs ? op.n_inputs : i];
    return code == kFreeDType ? dispatch : code == kAnyDType ? own : static_cast<DType>(code);
}

DType result_dtype(const OpDef& op, int output, DType dispatch, const void* attrs);

// The dtype attribute, which comes first where there is one.
DType dtype_attribute(const OpDef& op, const void* attrs);

// A dtype that holds both an array of `dtype` and the scalar, which never widens within its own kind.
DType promote_with_scalar(DType dtype, DTypeKind scalar);

// "add: float32 (2, 3), int64 (3,)": what the call was given, for messages.
std::string describe_call(const OpDef& op, const Operand* inputs, int n_inputs);

}  // namespace chainerx::internal
