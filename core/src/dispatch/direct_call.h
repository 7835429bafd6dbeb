// The short way through the door for ops with a shape rule: arrays on one device that have the dtypes that the op asks for.
#pragma once

#include "dispatch/op_def.h"

namespace chainerx::internal {

// dispatch() for an op that is direct, in a call that nobody watches.
void dispatch_direct(const OpDef& op,
                     const Operand* inputs,
                     int n_inputs,
                     const void* attrs,
                     Array* outputs,
                     Device* device);

}  // namespace chainerx::internal
