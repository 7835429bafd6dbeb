// The shapes of a call's results: stock rules of the kinds, or the op's own.
#pragma once

#include "dispatch/op_def.h"

namespace chainerx::internal {

// What the results of a call are.
struct OutputTypes {
    Shape shapes[kMaxOutputs];
    DType dtypes[kMaxOutputs];
};

// Throws DimensionError.
void infer_outputs(const OpDef& op,
                   const Operand* inputs,
                   int n_inputs,
                   const void* attrs,
                   DType dtype,
                   OutputTypes& outputs);

}  // namespace chainerx::internal
