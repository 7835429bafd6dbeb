// One call on its way from the door to a kernel, and the tensors that the kernel is shown.
#pragma once

#include <cstdint>

#include "dispatch/kernel_table.h"
#include "dispatch/op_def.h"
#include "dispatch/running_launch.h"
#include "dispatch/shape_rules.h"
#include "dispatch/thread_context.h"

namespace chainerx::internal {

struct DeviceState;

// Operands are of their dtypes already; shapes have been inferred.
struct OpCall {
    const OpDef& op;
    ThreadContext& context;
    DeviceState& device;
    DType dtype;
    const Operand* inputs;
    int n_inputs;
    const void* attrs;
    const OutputTypes& types;  // of the results; element-wise ops have one shape
    Array* outputs;            // to be made, or (is_into) given
    bool is_into;
};

// What kernels see of the operands. Lives on the stack; nothing in it is initialised before it is needed.
class OperandTensors {
public:
    OperandTensors() {}  // NOLINT: leaves the buffers as they are
    OperandTensors(const OperandTensors&) = delete;
    OperandTensors& operator=(const OperandTensors&) = delete;

    // Shows all operands of the call anew; those of element-wise ops with the shape given.
    void show(const OpCall& call, const Shape& shape);
    const chx_tensor* const* data() const { return pointers_; }
    uint64_t needs() const { return needs_; }  // CHX_K_STRIDED_IN, CHX_K_HOST_SCALAR
    int64_t largest() const { return largest_; }

    void show_array(int i, const ArrayBody* body) {
        pointers_[i] = &body->tensor;
        needs_ |= (body->tensor.flags & CHX_T_CONTIGUOUS) != 0 ? 0 : CHX_K_STRIDED_IN;
        largest_ = body->tensor.numel > largest_ ? body->tensor.numel : largest_;
    }
    void show_scalar(int i, const Scalar& scalar, DType dtype);
    void show_broadcast(int i, const ArrayBody* body, DimsView shape);
    void show_nothing(int i) { pointers_[i] = nullptr; }

private:
    struct HostScalar {
        chx_tensor tensor;
        alignas(16) char element[16];
    };
    struct Broadcast {
        chx_tensor tensor;
        int64_t strides[kMaxNdim];
    };
    static constexpr int kMaxScalars = 16;
    static constexpr int kMaxBroadcast = 16;

    const chx_tensor* pointers_[kMaxInputs];
    uint64_t needs_ = 0;
    int64_t largest_ = 0;
    int n_scalars_ = 0;
    int n_broadcast_ = 0;
    HostScalar scalars_[kMaxScalars];
    Broadcast broadcast_[kMaxBroadcast];
};

// A call that somebody watches, or that others should get the host language's lock for.
chx_status call_kernel_slowly(ThreadContext& context,
                              const Kernel& kernel,
                              const chx_launch& record,
                              int64_t largest);

// Every kernel call goes through here. largest: elements of the largest operand.
[[gnu::always_inline]] inline chx_status call_kernel(ThreadContext& context,
                                                     const Kernel& kernel,
                                                     const chx_launch& record,
                                                     int64_t largest) {
    return largest < context.quick_below ? kernel.fn(kernel.state, &record)
                                         : call_kernel_slowly(context, kernel, record, largest);
}

// Calls the kernel with outputs that exist. Returns its status; CHX_E_UNIMPLEMENTED if it refuses.
chx_status launch(const OpCall& call, const Kernel& kernel, const OperandTensors& operands);

// Elements of the largest operand or result.
int64_t largest_of(const OpCall& call);

// Writes into outputs that exist: by a kernel where it can, else through fresh ones.
void run_into(const OpCall& call);

// Below the first rung: finds any way to serve the call, or throws. Fills call.outputs. refused: the first kernel, if it
// was tried already.
void run_ladder(const OpCall& call,
                const OperandTensors& operands,
                const Kernel* refused = nullptr);

// The exception for a kernel's failing status, with op, shapes and device in it.
[[noreturn]] void throw_call_status(chx_status status, const OpCall& call);

}  // namespace chainerx::internal
