// Showing operands to a kernel and calling it.
#include <cstring>

#include <fmt/format.h>

#include "array/views.h"
#include "chainerx/error.h"
#include "device/device_state.h"
#include "dispatch/op_call.h"
#include "dispatch/plan_cache.h"
#include "dispatch/shown_number.h"
#include "dispatch/type_rules.h"

namespace chainerx::internal {

namespace {

void use_operands(const OpCall& call, const StreamCall& enqueued) {
    for (int i = 0; i < call.n_inputs; ++i) {
        if (call.inputs[i].is_array()) enqueued.use(*call.inputs[i].body()->storage());
    }
    for (int i = 0; i < call.op.n_outputs; ++i) enqueued.use(*call.outputs[i].body()->storage());
}

}  // namespace

void OperandTensors::show_scalar(int i, const Scalar& scalar, DType dtype) {
    if (n_scalars_ == kMaxScalars)
        throw ValueError(fmt::format("dispatch: a call takes at most {} scalars", kMaxScalars));
    HostScalar& shown = scalars_[n_scalars_++];
    show_number(shown.tensor, shown.element, scalar, dtype);
    pointers_[i] = &shown.tensor;
    needs_ |= CHX_K_HOST_SCALAR;
}

void OperandTensors::show_broadcast(int i, const ArrayBody* body, DimsView shape) {
    if (n_broadcast_ == kMaxBroadcast)
        throw ValueError(
            fmt::format("dispatch: a call broadcasts at most {} operands", kMaxBroadcast));
    Broadcast& shown = broadcast_[n_broadcast_++];
    shown.tensor = body->tensor;
    const int added = shape.size() - body->tensor.ndim;
    for (int axis = 0; axis < shape.size(); ++axis) {
        const int own = axis - added;
        const bool is_repeated = own < 0 || body->tensor.shape[own] != shape[axis];
        shown.strides[axis] = is_repeated ? 0 : body->tensor.strides[own];
    }
    shown.tensor.ndim = shape.size();
    shown.tensor.shape = shape.data();
    shown.tensor.strides = shown.strides;
    shown.tensor.numel = total_size(shape);
    shown.tensor.flags &= ~uint64_t{CHX_T_CONTIGUOUS};
    pointers_[i] = &shown.tensor;
    needs_ |= CHX_K_STRIDED_IN;
    largest_ = std::max(largest_, shown.tensor.numel);
}

void OperandTensors::show(const OpCall& call, const Shape& shape) {
    const bool broadcasts = call.op.kind == OpKind::kElementwise;
    needs_ = 0;
    largest_ = 0;
    n_scalars_ = 0;
    n_broadcast_ = 0;
    for (int i = 0; i < call.n_inputs; ++i) {
        const Operand& input = call.inputs[i];
        if (input.is_absent()) {
            show_nothing(i);
        } else if (input.is_scalar()) {
            show_scalar(i,
                        input.scalar(),
                        operand_dtype(call.op, i, call.dtype, input.scalar().default_dtype()));
        } else if (broadcasts && DimsView(input.body()->tensor.shape, input.body()->tensor.ndim) !=
                                     DimsView(shape)) {
            show_broadcast(i, input.body(), shape);
        } else {
            show_array(i, input.body());
        }
    }
}

int64_t largest_of(const OpCall& call) {
    int64_t largest = 0;
    for (int i = 0; i < call.n_inputs; ++i) {
        if (call.inputs[i].is_array())
            largest = std::max(largest, call.inputs[i].body()->tensor.numel);
    }
    for (int i = 0; i < call.op.n_outputs; ++i)
        largest = std::max(largest, total_size(call.types.shapes[i]));
    return largest;
}

chx_status launch(const OpCall& call, const Kernel& kernel, const OperandTensors& operands) {
    chx_tensor* outputs[kMaxOutputs];
    uint64_t in_place = 0;
    int64_t largest = operands.largest();
    for (int i = 0; i < call.op.n_outputs; ++i) {
        ArrayBody* body = call.outputs[i].body();
        outputs[i] = &body->tensor;
        largest = std::max(largest, body->tensor.numel);
        if (!call.is_into) continue;
        for (int j = 0; j < call.n_inputs; ++j) {
            const chx_tensor* input = operands.data()[j];
            if (input != nullptr && input->storage == body->tensor.storage)
                in_place |= uint64_t{1} << i;
        }
    }
    RunningLaunch running{&call.device,
                          {sizeof(chx_launch),
                           static_cast<uint16_t>(call.n_inputs),
                           call.op.n_outputs,
                           operands.data(),
                           outputs,
                           call.attrs,
                           call.op.attrs_size,
                           0,
                           kernel.device,
                           nullptr,
                           nullptr,
                           nullptr,
                           in_place}};
    chx_launch& record = running.launch;
    const StreamCall enqueued(call.device.current_stream(call.context));
    if (const StreamState* stream = enqueued.stream()) {
        record.stream = stream->handle;
        record.native_stream = stream->native;
        use_operands(call, enqueued);
    }
    if ((kernel.caps & CHX_K_MAY_REFUSE) != 0) {
        const chx_status status = prepare(kernel, running);
        if (status != CHX_OK) return status;
    }
    return call_kernel(call.context, kernel, record, largest);
}

}  // namespace chainerx::internal
