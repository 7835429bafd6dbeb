// The short way through the door for element-wise calls that need no rule: arrays of one dtype on one device, numbers that
// fit it, and one array that has the result's shape.
#pragma once

#include "dispatch/kernel_table.h"
#include "dispatch/op_def.h"

namespace chainerx::internal {

// A kernel that was called, but did not do it.
struct Attempt {
    const Kernel* kernel = nullptr;
    chx_status status = CHX_OK;
};

// dispatch() for a plain op, which nobody watches. device: as there.
void dispatch_plain(const OpDef& op,
                    ThreadContext& context,
                    const Operand* inputs,
                    int n_inputs,
                    Array& output,
                    Device* device);

// dispatch() with rules of dtype and shape, casts, and all that can become of a call. attempt: of the short way, which is
// not made again.
void dispatch_by_rules(const OpDef& op,
                       ThreadContext& context,
                       const Operand* inputs,
                       int n_inputs,
                       const void* attrs,
                       Array* outputs,
                       Device* device,
                       Attempt attempt = {});

// The same into an existing array; bumps its version and records nothing. Operands of other shapes, results of another
// dtype and operands that overlap the output partly take the long way.
bool write_plain(const OpDef& op,
                 ThreadContext& context,
                 const Operand* inputs,
                 int n_inputs,
                 const Array& output);

}  // namespace chainerx::internal
