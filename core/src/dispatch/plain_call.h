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

// Calls the best kernel of a plain op and records the autograd node. False if the call needs the long way: nothing has
// happened but, perhaps, an attempt.
bool call_plain(const OpDef& op,
                ThreadContext& context,
                const Operand* inputs,
                int n_inputs,
                Array& output,
                Attempt& attempt);

// The best kernel for a dtype that is the op's own, unless it may refuse; else nullptr.
const Kernel* find_plain_kernel(const OpDef& op, const DeviceState& device, DType dtype);

// Calls it with an output that exists. largest: elements of the largest operand.
chx_status launch_plain(const Kernel& kernel,
                        DeviceState& device,
                        const chx_tensor* const* inputs,
                        int n_inputs,
                        const void* attrs,
                        uint32_t attrs_size,
                        ArrayBody* output,
                        int64_t largest);

// For ops that make an array from at most three numbers: call() where the result's shape and dtype, which is the dispatch
// dtype, are in the attributes.
Array make_from_numbers(const OpDef& op,
                        const Scalar* numbers,
                        int n_numbers,
                        const void* attrs,
                        DimsView shape,
                        DType dtype,
                        Device& device);

}  // namespace chainerx::internal
