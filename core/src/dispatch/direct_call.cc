// Everything that takes a cast, a broadcast, a number or a stream is left to the long way.
#include "dispatch/direct_call.h"

#include <algorithm>
#include <new>

#include "array/make_body.h"
#include "autograd/node.h"
#include "dispatch/plain_call.h"
#include "dispatch/plain_launch.h"
#include "dispatch/shape_rules.h"
#include "dispatch/type_rules.h"

namespace chainerx::internal {

namespace {

constexpr int kMaxDirectInputs = 8;

// What the operands, shown to a kernel, tell.
struct DirectOperands {
    const chx_tensor* shown[kMaxDirectInputs];
    uint64_t needs;
    int64_t largest;
    bool is_recorded;
};

// False if an operand is a number, or of another device or dtype.
[[gnu::always_inline]] inline bool show_as_they_are(const OpDef& op,
                                                    const Operand* inputs,
                                                    int n_inputs,
                                                    DirectOperands& operands) {
    const ArrayBody* first = inputs[0].body();
    uint64_t flags = CHX_T_CONTIGUOUS;
    uintptr_t graphs = 0;
    int64_t largest = 0;
    for (int i = 0; i < n_inputs; ++i) {
        const ArrayBody* body = inputs[i].body();
        if (body == nullptr) {
            if (inputs[i].is_scalar()) return false;
            operands.shown[i] = nullptr;
            continue;
        }
        const uint8_t wanted = op.input_dtypes[i];
        if (wanted == kFreeDType
                ? body->dtype != first->dtype
                : wanted != kAnyDType && wanted != static_cast<uint8_t>(body->dtype))
            return false;
        if (body->device != first->device || body->tensor.ndim > kMaxNdim) return false;
        operands.shown[i] = &body->tensor;
        flags &= body->tensor.flags;
        graphs |= reinterpret_cast<uintptr_t>(body->autograd);
        largest = body->tensor.numel > largest ? body->tensor.numel : largest;
    }
    operands.needs = (flags & CHX_T_CONTIGUOUS) != 0 ? 0 : CHX_K_STRIDED_IN;
    operands.largest = largest;
    operands.is_recorded = graphs != 0;
    return true;
}

// False if no array can have one of the shapes.
[[gnu::noinline]] bool measure_others(const OutputTypes& types,
                                      int n_outputs,
                                      int64_t* sizes,
                                      int64_t& largest) {
    for (int i = 1; i < n_outputs; ++i) {
        sizes[i] = sound_size(types.shapes[i]);
        if (sizes[i] < 0) return false;
        largest = std::max(largest, sizes[i]);
    }
    return true;
}

[[gnu::noinline]] void make_others(ThreadContext& context,
                                   const OutputTypes& types,
                                   int n_outputs,
                                   const int64_t* sizes,
                                   DeviceState& device,
                                   Array* outputs,
                                   chx_tensor** made) {
    for (int i = 1; i < n_outputs; ++i) {
        ArrayBody* body = new_body(context, types.shapes[i], sizes[i], types.dtypes[i], device);
        new (&outputs[i]) Array(body);
        made[i] = &body->tensor;
    }
}

// Infers the results, calls the best kernel and records the autograd node. False if the call needs the long way: nothing
// has happened but, perhaps, an attempt, whose outputs are there.
[[gnu::always_inline]] inline bool call_direct(const OpDef& op,
                                               ThreadContext& context,
                                               const Operand* inputs,
                                               int n_inputs,
                                               const void* attrs,
                                               Array* outputs,
                                               Attempt& attempt) {
    if (n_inputs > kMaxDirectInputs || !inputs[0].is_array()) return false;
    const ArrayBody& first = *inputs[0].body();
    const DType dtype = first.dtype;
    DeviceState& device = state_of(*first.device);
    const KernelTable* table = device.kernels.load(std::memory_order_acquire);
    const Kernel* kernel = table != nullptr ? table->find(op.id, dtype) : nullptr;
    DirectOperands operands;
    if (kernel == nullptr || device.has_streams || !supports_dtype(op, dtype) ||
        (op.dispatch == DispatchRule::kFloat && !is_inexact(dtype)) ||
        !show_as_they_are(op, inputs, n_inputs, operands))
        return false;
    // Differentiable through its parts only, or not at all: the long way knows.
    if (operands.is_recorded && op.gradient == nullptr) return false;
    OutputTypes types;
    infer_outputs(op, inputs, n_inputs, attrs, dtype, types);
    // Most ops have one output: the others are seen to elsewhere.
    const int n_outputs = op.n_outputs;
    int64_t sizes[kMaxOutputs];
    sizes[0] = sound_size(types.shapes[0]);
    if (sizes[0] < 0) return false;
    int64_t largest = std::max(operands.largest, sizes[0]);
    if (n_outputs > 1 && !measure_others(types, n_outputs, sizes, largest)) return false;
    kernel = kernel->first_for(largest);
    if (kernel == nullptr || (kernel->caps & CHX_K_MAY_REFUSE) != 0 ||
        (operands.needs & ~kernel->caps) != 0)
        return false;
    chx_tensor* made[kMaxOutputs];
    ArrayBody* const first_made =
        new_body(context, types.shapes[0], sizes[0], types.dtypes[0], device);
    new (&outputs[0]) Array(first_made);
    made[0] = &first_made->tensor;
    if (n_outputs > 1) make_others(context, types, n_outputs, sizes, device, outputs, made);
    const chx_status status = launch_direct(context,
                                            *kernel,
                                            device,
                                            operands.shown,
                                            n_inputs,
                                            attrs,
                                            op.attrs_size,
                                            made,
                                            n_outputs,
                                            largest);
    if (__builtin_expect(status != CHX_OK, 0)) {
        attempt = {kernel, status};
        return false;
    }
    if (operands.is_recorded)
        record(context, op, inputs, n_inputs, attrs, op.attrs_size, outputs, n_outputs);
    return true;
}

}  // namespace

void dispatch_direct(const OpDef& op,
                     const Operand* inputs,
                     int n_inputs,
                     const void* attrs,
                     Array* outputs,
                     Device* device) {
    ThreadContext& context = thread_context();
    Attempt attempt;
    if (call_direct(op, context, inputs, n_inputs, attrs, outputs, attempt)) return;
    dispatch_by_rules(op, context, inputs, n_inputs, attrs, outputs, device, attempt);
}

}  // namespace chainerx::internal
