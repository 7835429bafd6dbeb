// The door: dtypes, shapes, outputs, kernel, autograd node - in that order, for every op.
#include "dispatch/dispatch.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "array/views.h"
#include "autograd/node.h"
#include "chainerx/error.h"
#include "chainerx/ops.h"
#include "device/device_state.h"
#include "dispatch/call_watcher.h"
#include "dispatch/direct_call.h"
#include "dispatch/op_call.h"
#include "dispatch/plain_call.h"
#include "dispatch/shape_rules.h"
#include "dispatch/type_rules.h"
#include "program/recorder.h"

namespace chainerx::internal {

namespace {

[[noreturn]] void throw_device_mismatch(
    const OpDef& op, const Operand* inputs, int n_inputs, const Device& a, const Device& b) {
    throw DeviceError(
        fmt::format("{}; operands live on {} and {}; expected one device; move one with to_device",
                    describe_call(op, inputs, n_inputs),
                    a.name(),
                    b.name()));
}

[[noreturn]] void throw_too_many_dimensions(const OpDef& op, const Operand* inputs, int n_inputs) {
    throw DimensionError(fmt::format(
        "{}; kernels take at most {} dimensions; expected arrays of no more; reshape them first",
        describe_call(op, inputs, n_inputs),
        kMaxNdim));
}

// What one look at the operands tells.
struct Glance {
    Device* device = nullptr;
    bool is_recorded = false;  // some operand is part of a graph
    bool has_numbers = false;
    // Arrays are of one dtype and numbers, if there are any, of no higher kind.
    bool is_uniform = true;
    DType dtype{};  // of the first array
};

// Shows arrays to the kernel on the way, as they are.
[[gnu::always_inline]] inline Glance glance(const OpDef& op,
                                            const Operand* inputs,
                                            int n_inputs,
                                            OperandTensors& tensors) {
    Glance seen;
    const ArrayBody* first = nullptr;
    DTypeKind highest = DTypeKind::kBool;  // of numbers
    for (int i = 0; i < n_inputs; ++i) {
        const ArrayBody* body = inputs[i].body();
        if (body == nullptr) {
            tensors.show_nothing(i);
            if (!inputs[i].is_scalar()) continue;
            seen.has_numbers = true;
            highest = std::max(highest, inputs[i].scalar().kind());
            continue;
        }
        tensors.show_array(i, body);
        if (first == nullptr) first = body;
        if (body->device != first->device)
            throw_device_mismatch(op, inputs, n_inputs, *first->device, *body->device);
        if (__builtin_expect(body->tensor.ndim > kMaxNdim, 0))
            throw_too_many_dimensions(op, inputs, n_inputs);
        seen.is_uniform = seen.is_uniform && body->dtype == first->dtype;
        seen.is_recorded = seen.is_recorded || body->autograd != nullptr;
    }
    if (first != nullptr) {
        seen.device = first->device;
        seen.dtype = first->dtype;
    }
    seen.is_uniform = seen.is_uniform && first != nullptr && highest <= kind(seen.dtype) &&
                      highest != DTypeKind::kUInt;
    return seen;
}

DType dtype_of_call(
    const OpDef& op, const Operand* inputs, int n_inputs, const void* attrs, const Glance& seen) {
    const bool is_clear = seen.is_uniform && op.dispatch != DispatchRule::kAttribute &&
                          op.takes_one_dtype && supports_dtype(op, seen.dtype) &&
                          (op.dispatch != DispatchRule::kFloat || is_inexact(seen.dtype));
    return is_clear ? seen.dtype : dispatch_dtype(op, inputs, n_inputs, attrs);
}

bool needs_cast(
    const OpDef& op, const Operand* inputs, int n_inputs, DType dtype, const Glance& seen) {
    if (seen.is_uniform && op.takes_one_dtype) return dtype != seen.dtype;
    for (int i = 0; i < n_inputs; ++i) {
        if (inputs[i].is_array() &&
            inputs[i].body()->dtype != operand_dtype(op, i, dtype, inputs[i].body()->dtype))
            return true;
    }
    return false;
}

// Arrays of other dtypes go through the door themselves first, so that their casts are recorded too.
struct CastOperands {
    CastOperands(const OpDef& op, const Operand* inputs, int n_inputs, DType dtype)
        : operands(inputs, inputs + n_inputs) {
        arrays.reserve(static_cast<size_t>(n_inputs));
        for (int i = 0; i < n_inputs; ++i) {
            if (!inputs[i].is_array()) continue;
            const DType own = inputs[i].body()->dtype;
            const DType wanted = operand_dtype(op, i, dtype, own);
            if (own == wanted) continue;
            retain(inputs[i].body());
            arrays.push_back(Array(inputs[i].body()).astype(wanted));
            operands[static_cast<size_t>(i)] = Operand(arrays.back());
        }
    }
    std::vector<Operand> operands;
    std::vector<Array> arrays;
};

void run(const OpCall& call, const OperandTensors& operands, const Attempt& attempt) {
    const KernelTable* table = call.device.kernels.load(std::memory_order_acquire);
    const Kernel* kernel = table != nullptr ? table->find(call.op.id, call.dtype) : nullptr;
    if (kernel != nullptr && kernel->least_elements > operands.largest())
        kernel = kernel->first_for(largest_of(call));
    if (__builtin_expect(kernel == nullptr || (operands.needs() & ~kernel->caps) != 0, 0))
        return run_ladder(call, operands);
    chx_status status = attempt.status;
    if (attempt.kernel != kernel) {
        for (int i = 0; i < call.op.n_outputs; ++i) {
            call.outputs[i] = Array(
                new_body(call.context, call.types.shapes[i], call.types.dtypes[i], call.device));
        }
        status = launch(call, *kernel, operands);
        // A provider that goes first leaves what is small to the next one, which needs no ladder. Its words are for failures.
        for (const Kernel* next = kernel->next; status == CHX_E_UNIMPLEMENTED && next != nullptr &&
                                                (operands.needs() & ~next->caps) == 0;
             next = next->next)
            status = launch(call, *next, operands);
    }
    if (__builtin_expect(status == CHX_OK, 1)) return;
    if (status != CHX_E_UNIMPLEMENTED) throw_call_status(status, call);
    for (int i = 0; i < call.op.n_outputs; ++i) call.outputs[i].reset();
    run_ladder(call, operands, kernel);
}

}  // namespace

void dispatch_by_rules(const OpDef& op,
                       ThreadContext& context,
                       const Operand* inputs,
                       int n_inputs,
                       const void* attrs,
                       Array* outputs,
                       Device* device,
                       Attempt attempt) {
    OperandTensors tensors;
    const Glance seen = glance(op, inputs, n_inputs, tensors);
    const DType dtype = dtype_of_call(op, inputs, n_inputs, attrs, seen);
    if (__builtin_expect(needs_cast(op, inputs, n_inputs, dtype, seen), 0)) {
        const CastOperands cast(op, inputs, n_inputs, dtype);
        return dispatch_unwatched(op, cast.operands.data(), n_inputs, attrs, outputs, device);
    }
    DeviceState& state = state_of(seen.device != nullptr ? *seen.device
                                  : device != nullptr    ? *device
                                                         : get_default_device());
    const bool is_recorded = seen.is_recorded && wants_recording(context, inputs, n_inputs);
    if (is_recorded && op.gradient == nullptr && op.opcode == 0 && op.decompose != nullptr &&
        is_inexact(dtype)) {
        // Differentiable through its parts, which come through this door again.
        return op.decompose(inputs, n_inputs, attrs, outputs);
    }
    OutputTypes types;
    infer_outputs(op, inputs, n_inputs, attrs, dtype, types);
    const OpCall call{op, context, state, dtype, inputs, n_inputs, attrs, types, outputs, false};
    // Numbers are of the dtype, arrays of the shape that have just been found.
    if (seen.has_numbers || op.kind == OpKind::kElementwise) tensors.show(call, types.shapes[0]);
    run(call, tensors, attempt);
    if (is_recorded)
        record(context, op, inputs, n_inputs, attrs, op.attrs_size, outputs, op.n_outputs);
}

namespace {

[[gnu::noinline]] void dispatch_watched(const OpDef& op,
                                        const Operand* inputs,
                                        int n_inputs,
                                        const void* attrs,
                                        Array* outputs,
                                        Device* device) {
    const OpScope watched(thread_context(), op, inputs, n_inputs, device);
    dispatch_unwatched(op, inputs, n_inputs, attrs, outputs, device);
}

[[gnu::always_inline]] inline void dispatch_shortly(const OpDef& op,
                                                    ThreadContext& context,
                                                    const Operand* inputs,
                                                    int n_inputs,
                                                    const void* attrs,
                                                    Array* outputs,
                                                    Device* device) {
    if (op.is_plain) return dispatch_plain(op, context, inputs, n_inputs, outputs[0], device);
    if (op.is_direct) return dispatch_direct(op, inputs, n_inputs, attrs, outputs, device);
    dispatch_by_rules(op, context, inputs, n_inputs, attrs, outputs, device);
}

}  // namespace

void dispatch_unwatched(const OpDef& op,
                        const Operand* inputs,
                        int n_inputs,
                        const void* attrs,
                        Array* outputs,
                        Device* device) {
    dispatch_shortly(op, thread_context(), inputs, n_inputs, attrs, outputs, device);
}

void dispatch(const OpDef& op,
              const Operand* inputs,
              int n_inputs,
              const void* attrs,
              Array* outputs,
              Device* device) {
    ThreadContext& context = thread_context();
    if (__builtin_expect(context.is_watched(), 0))
        return dispatch_watched(op, inputs, n_inputs, attrs, outputs, device);
    dispatch_shortly(op, context, inputs, n_inputs, attrs, outputs, device);
}

namespace {

[[gnu::noinline]] void dispatch_into_by_rules(const OpDef& op,
                                              ThreadContext& context,
                                              const Operand* inputs,
                                              int n_inputs,
                                              const void* attrs,
                                              const Array* outputs) {
    for (int i = 0; i < op.n_outputs; ++i) {
        if (outputs[i].ndim() > kMaxNdim) throw_too_many_dimensions(op, inputs, n_inputs);
    }
    OperandTensors tensors;
    const Glance seen = glance(op, inputs, n_inputs, tensors);
    Device& device = outputs[0].device();
    if (seen.device != nullptr && seen.device != &device)
        throw_device_mismatch(op, inputs, n_inputs, device, *seen.device);
    const DType dtype = dtype_of_call(op, inputs, n_inputs, attrs, seen);
    const NoRecordScope unrecorded(context);
    if (needs_cast(op, inputs, n_inputs, dtype, seen)) {
        const CastOperands cast(op, inputs, n_inputs, dtype);
        return dispatch_into_by_rules(op, context, cast.operands.data(), n_inputs, attrs, outputs);
    }
    OutputTypes types;
    infer_outputs(op, inputs, n_inputs, attrs, dtype, types);
    for (int i = 0; i < op.n_outputs; ++i) {
        const Array& output = outputs[i];
        const DType expected = types.dtypes[i];
        if (output.shape() != DimsView(types.shapes[i]) || output.dtype() != expected) {
            throw DimensionError(
                fmt::format("{}; the result is {} {} and can't be written into an array of {} {}",
                            describe_call(op, inputs, n_inputs),
                            dtype_name(expected),
                            to_string(types.shapes[i]),
                            dtype_name(output.dtype()),
                            to_string(output.shape())));
        }
        if ((output.body()->tensor.flags & CHX_T_READONLY) != 0) {
            throw ValueError(fmt::format("{}; the array to be written is read-only; copy it first",
                                         describe_call(op, inputs, n_inputs)));
        }
    }
    run_into({op,
              context,
              state_of(device),
              dtype,
              inputs,
              n_inputs,
              attrs,
              types,
              const_cast<Array*>(outputs),
              true});
    for (int i = 0; i < op.n_outputs; ++i) bump_version(outputs[i].body()->storage());
}

[[gnu::always_inline]] inline void dispatch_into_unwatched(const OpDef& op,
                                                           ThreadContext& context,
                                                           const Operand* inputs,
                                                           int n_inputs,
                                                           const void* attrs,
                                                           const Array* outputs) {
    if (op.is_plain && write_plain(op, context, inputs, n_inputs, outputs[0])) return;
    dispatch_into_by_rules(op, context, inputs, n_inputs, attrs, outputs);
}

[[gnu::noinline]] void dispatch_into_watched(const OpDef& op,
                                             ThreadContext& context,
                                             const Operand* inputs,
                                             int n_inputs,
                                             const void* attrs,
                                             const Array* outputs) {
    const OpScope watched(context, op, inputs, n_inputs, &outputs[0].device());
    if (context.recorder != nullptr) {
        for (int i = 0; i < op.n_outputs; ++i) context.recorder->note_written(outputs[i]);
    }
    dispatch_into_unwatched(op, context, inputs, n_inputs, attrs, outputs);
}

}  // namespace

void dispatch_into(
    const OpDef& op, const Operand* inputs, int n_inputs, const void* attrs, const Array* outputs) {
    ThreadContext& context = thread_context();
    if (__builtin_expect(context.is_watched(), 0))
        return dispatch_into_watched(op, context, inputs, n_inputs, attrs, outputs);
    dispatch_into_unwatched(op, context, inputs, n_inputs, attrs, outputs);
}

}  // namespace chainerx::internal
