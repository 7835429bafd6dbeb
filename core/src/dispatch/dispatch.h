// The single door: every op call passes through here on its way to a kernel.
#pragma once

#include <initializer_list>

#include "dispatch/op_def.h"
#include "dispatch/op_ids.h"

namespace chainerx::internal {

// Promotes dtypes, infers shapes, allocates, finds the kernel (or the next rung of the ladder) and records the autograd
// node. inputs: op.n_inputs operands (a variadic op: any number). device: for ops without array operands; nullptr: the
// default device.
void dispatch(const OpDef& op,
              const Operand* inputs,
              int n_inputs,
              const void* attrs,
              Array* outputs,
              Device* device = nullptr);

// dispatch(), for a call that those who watch have been told of.
void dispatch_unwatched(const OpDef& op,
                        const Operand* inputs,
                        int n_inputs,
                        const void* attrs,
                        Array* outputs,
                        Device* device);

// dispatch() into existing arrays of the right shape and dtype (views allowed); records nothing, bumps versions. An output may
// be the very same view as an input; on partial overlap the inputs are copied first.
void dispatch_into(
    const OpDef& op, const Operand* inputs, int n_inputs, const void* attrs, const Array* outputs);

// For ops with one output.
inline Array call(const OpDef& op,
                  std::initializer_list<Operand> inputs,
                  const void* attrs = nullptr,
                  Device* device = nullptr) {
    Array output;
    dispatch(op, inputs.begin(), static_cast<int>(inputs.size()), attrs, &output, device);
    return output;
}

// An attribute struct, zeroed and sized.
template <typename T>
T make_attrs() {
    T attrs{};
    attrs.struct_size = sizeof(T);
    return attrs;
}

// Fills a pair `n_name`, `name` of an attribute struct.
inline void set_attr(int64_t& n, int64_t (&values)[CHX_MAX_NDIM], DimsView from) {
    if (from.size() > CHX_MAX_NDIM) throw_too_many_dimensions(from.size());
    n = from.size();
    for (int i = 0; i < from.size(); ++i) values[i] = from[i];
}

}  // namespace chainerx::internal
