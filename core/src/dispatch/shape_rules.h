// The shapes of a call's results: stock rules of the kinds, or the op's own.
#pragma once

#include "dispatch/op_def.h"

namespace chainerx::internal {

// What the results of a call are; nothing in it is initialised before it is needed.
struct OutputTypes {
    OutputTypes() {}  // NOLINT: leaves the shapes as they are
    union {
        Shape shapes[kMaxOutputs];
    };
    DType dtypes[kMaxOutputs];
};

// Makes as many shapes and dtypes as the op has results. Throws DimensionError.
void infer_outputs(const OpDef& op,
                   const Operand* inputs,
                   int n_inputs,
                   const void* attrs,
                   DType dtype,
                   OutputTypes& outputs);

}  // namespace chainerx::internal
