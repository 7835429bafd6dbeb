// From the door to a kernel: look-up, launch record, indirect call. Inline, as all of it is a handful of stores.
#pragma once

#include "device/device_state.h"
#include "dispatch/op_call.h"

namespace chainerx::internal {

// The best kernel for a dtype that is the op's own and results of so many elements, unless it may refuse; else nullptr.
[[gnu::always_inline]] inline const Kernel* find_plain_kernel(const OpDef& op,
                                                              const DeviceState& device,
                                                              DType dtype,
                                                              int64_t elements) {
    // Tables have no kernel for dtypes that the op has no meaning for.
    if (op.dispatch == DispatchRule::kFloat && !is_inexact(dtype)) return nullptr;
    const KernelTable* table = device.kernels.load(std::memory_order_acquire);
    const Kernel* kernel = table != nullptr ? table->find(op.id, dtype) : nullptr;
    if (kernel != nullptr) kernel = kernel->first_for(elements);
    return kernel != nullptr && (kernel->caps & CHX_K_MAY_REFUSE) == 0 ? kernel : nullptr;
}

// Calls it with outputs that exist, on a device without streams. largest: elements of the largest operand or output.
[[gnu::always_inline]] inline chx_status launch_direct(ThreadContext& context,
                                                       const Kernel& kernel,
                                                       DeviceState& device,
                                                       const chx_tensor* const* inputs,
                                                       int n_inputs,
                                                       const void* attrs,
                                                       uint32_t attrs_size,
                                                       chx_tensor* const* outputs,
                                                       int n_outputs,
                                                       int64_t largest,
                                                       uint64_t inplace_outs = 0) {
    RunningLaunch running{&device,
                          {sizeof(chx_launch),
                           static_cast<uint16_t>(n_inputs),
                           static_cast<uint16_t>(n_outputs),
                           inputs,
                           outputs,
                           attrs,
                           attrs_size,
                           0,
                           kernel.device,
                           nullptr,
                           nullptr,
                           nullptr,
                           inplace_outs}};
    return call_kernel(context, kernel, running.launch, largest);
}

// The same with one output of the largest operand's size.
[[gnu::always_inline]] inline chx_status launch_plain(ThreadContext& context,
                                                      const Kernel& kernel,
                                                      DeviceState& device,
                                                      const chx_tensor* const* inputs,
                                                      int n_inputs,
                                                      const void* attrs,
                                                      uint32_t attrs_size,
                                                      chx_tensor* output,
                                                      uint64_t inplace_outs = 0) {
    return launch_direct(context,
                         kernel,
                         device,
                         inputs,
                         n_inputs,
                         attrs,
                         attrs_size,
                         &output,
                         1,
                         output->numel,
                         inplace_outs);
}

}  // namespace chainerx::internal
