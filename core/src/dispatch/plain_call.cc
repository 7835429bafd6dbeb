// Showing operands of plain calls to their kernel; everything that takes longer is left to the long way.
#include "dispatch/plain_call.h"

#include "array/alike.h"
#include "array/make_body.h"
#include "autograd/node.h"
#include "chainerx/host_language.h"
#include "device/device_state.h"
#include "dispatch/call_watcher.h"
#include "dispatch/dispatch.h"
#include "dispatch/plain_launch.h"
#include "dispatch/shown_number.h"
#include "dispatch/type_rules.h"

namespace chainerx::internal {

namespace {

// Element-wise opcodes have at most three operands.
constexpr int kMaxOperands = 3;

// Nothing in it is initialised before it is needed.
struct Shown {
    chx_tensor tensor;
    union {
        alignas(16) char element[16];  // of a number
        int64_t strides[kInlineNdim];  // of an array that is broadcast
    };
};

// The array with the most dimensions; nullptr if there is none.
const ArrayBody* find_leader(const Operand* inputs, int n_inputs) {
    const ArrayBody* leader = nullptr;
    for (int i = 0; i < n_inputs; ++i) {
        const ArrayBody* body = inputs[i].body();
        if (body != nullptr && (leader == nullptr || body->tensor.ndim > leader->tensor.ndim))
            leader = body;
    }
    return leader;
}

// False if the array does not broadcast to the leader's shape.
bool show_broadcast(Shown& shown, const chx_tensor& tensor, const chx_tensor& leader) {
    if (leader.ndim > kInlineNdim || tensor.ndim > leader.ndim) return false;
    const int added = leader.ndim - tensor.ndim;
    for (int axis = 0; axis < leader.ndim; ++axis) {
        const int own = axis - added;
        shown.strides[axis] = 0;
        if (own < 0) continue;
        if (tensor.shape[own] == leader.shape[axis]) {
            shown.strides[axis] = tensor.strides[own];
        } else if (tensor.shape[own] != 1) {
            return false;
        }
    }
    shown.tensor = tensor;
    shown.tensor.ndim = leader.ndim;
    shown.tensor.shape = leader.shape;
    shown.tensor.strides = shown.strides;
    shown.tensor.numel = leader.numel;
    shown.tensor.flags &= ~uint64_t{CHX_T_CONTIGUOUS};
    return true;
}

// What operands, shown to a kernel, ask of it.
struct Operands {
    const chx_tensor* shown[kMaxOperands];
    uint64_t needs;
    bool is_recorded;
};

// Most calls: arrays of one dtype, shape and device. False if they are not.
[[gnu::always_inline]] inline bool show_alike(const Operand* inputs,
                                              int n_inputs,
                                              Operands& operands) {
    const ArrayBody* first = inputs[0].body();
    if (first == nullptr) return false;
    operands.shown[0] = &first->tensor;
    uint64_t flags = first->tensor.flags;
    auto graphs = reinterpret_cast<uintptr_t>(first->autograd);
    for (int i = 1; i < n_inputs; ++i) {
        const ArrayBody* body = inputs[i].body();
        if (body == nullptr || !is_alike(*body, *first)) return false;
        operands.shown[i] = &body->tensor;
        flags &= body->tensor.flags;
        graphs |= reinterpret_cast<uintptr_t>(body->autograd);
    }
    operands.is_recorded = graphs != 0;
    operands.needs = (flags & CHX_T_CONTIGUOUS) != 0 ? 0 : CHX_K_STRIDED_IN;
    return true;
}

// Whether it is a number that becomes one of the dtype without a rule.
bool fits(const Operand& operand, DType dtype) {
    if (!operand.is_scalar()) return false;
    const DTypeKind kind_of_number = operand.scalar().kind();
    return kind_of_number <= kind(dtype) && kind_of_number != DTypeKind::kUInt;
}

// With numbers, and arrays that broadcast to the leader's shape. False if there are others.
bool show_mixed(const Operand* inputs,
                int n_inputs,
                const ArrayBody& leader,
                Shown* buffers,
                Operands& operands) {
    operands.needs = 0;
    operands.is_recorded = false;
    for (int i = 0; i < n_inputs; ++i) {
        const ArrayBody* body = inputs[i].body();
        operands.shown[i] = &buffers[i].tensor;
        if (body == nullptr) {
            if (!fits(inputs[i], leader.dtype)) return false;
            show_number(buffers[i].tensor, buffers[i].element, inputs[i].scalar(), leader.dtype);
            operands.needs |= CHX_K_HOST_SCALAR;
            continue;
        }
        if (body->dtype != leader.dtype || body->device != leader.device) return false;
        operands.is_recorded = operands.is_recorded || body->autograd != nullptr;
        if (body == &leader || has_same_dims(body->tensor, leader.tensor)) {
            operands.shown[i] = &body->tensor;
            operands.needs |= (body->tensor.flags & CHX_T_CONTIGUOUS) != 0 ? 0 : CHX_K_STRIDED_IN;
        } else {
            if (!show_broadcast(buffers[i], body->tensor, leader.tensor)) return false;
            operands.needs |= CHX_K_STRIDED_IN;
        }
    }
    return true;
}

// operands have been shown; leader has the result's shape. output is null.
[[gnu::always_inline]] inline bool finish(const OpDef& op,
                                          ThreadContext& context,
                                          const Operand* inputs,
                                          int n_inputs,
                                          const ArrayBody& leader,
                                          const Operands& operands,
                                          Array& output,
                                          Attempt& attempt) {
    DeviceState& device = state_of(*leader.device);
    const Kernel* kernel = find_plain_kernel(op, device, leader.dtype, leader.tensor.numel);
    if (kernel == nullptr || (operands.needs & ~kernel->caps) != 0 || device.has_streams)
        return false;
    // Differentiable through its parts only, or not at all: the long way knows.
    if (operands.is_recorded && op.gradient == nullptr) return false;
    const DType result =
        op.result == ResultRule::kSame ? leader.dtype : result_dtype(op, 0, leader.dtype, nullptr);
    ArrayBody* body = make_body(
        context, {leader.tensor.shape, leader.tensor.ndim}, leader.tensor.numel, result, device);
    new (&output) Array(body);
    const chx_status status =
        launch_plain(context, *kernel, device, operands.shown, n_inputs, nullptr, 0, &body->tensor);
    if (__builtin_expect(status != CHX_OK, 0)) {
        output.reset();
        attempt = {kernel, status};
        return false;
    }
    if (operands.is_recorded) record(context, op, inputs, n_inputs, nullptr, 0, &output, 1);
    return true;
}

[[gnu::noinline]] bool call_mixed(const OpDef& op,
                                  ThreadContext& context,
                                  const Operand* inputs,
                                  int n_inputs,
                                  Array& output,
                                  Attempt& attempt) {
    const ArrayBody* leader = find_leader(inputs, n_inputs);
    Shown buffers[kMaxOperands];
    Operands operands;
    return leader != nullptr && show_mixed(inputs, n_inputs, *leader, buffers, operands) &&
           finish(op, context, inputs, n_inputs, *leader, operands, output, attempt);
}

}  // namespace

void dispatch_plain(const OpDef& op,
                    ThreadContext& context,
                    const Operand* inputs,
                    int n_inputs,
                    Array& output,
                    Device* device) {
    Attempt attempt;
    Operands operands;
    if (__builtin_expect(n_inputs <= kMaxOperands, 1)) {
        if (show_alike(inputs, n_inputs, operands)) {
            if (finish(op, context, inputs, n_inputs, *inputs[0].body(), operands, output, attempt))
                return;
        } else if (call_mixed(op, context, inputs, n_inputs, output, attempt)) {
            return;
        }
    }
    dispatch_by_rules(op, context, inputs, n_inputs, nullptr, &output, device, attempt);
}

bool write_plain(const OpDef& op,
                 ThreadContext& context,
                 const Operand* inputs,
                 int n_inputs,
                 const Array& output) {
    ArrayBody& body = *output.body();
    DeviceState& device = state_of(*body.device);
    const Kernel* kernel = find_plain_kernel(op, device, body.dtype, body.tensor.numel);
    if (n_inputs > kMaxOperands || kernel == nullptr || device.has_streams ||
        op.result != ResultRule::kSame || (body.tensor.flags & CHX_T_READONLY) != 0 ||
        body.tensor.ndim > kMaxNdim)
        return false;
    Shown buffers[kMaxOperands];
    const chx_tensor* shown[kMaxOperands];
    uint64_t needs = output.is_contiguous() ? 0 : CHX_K_STRIDED_OUT;
    uint64_t inplace_outs = 0;
    bool has_shape = false;  // of the output: then so has the result
    for (int i = 0; i < n_inputs; ++i) {
        const ArrayBody* input = inputs[i].body();
        if (input == nullptr) {
            if (!fits(inputs[i], body.dtype)) return false;
            show_number(buffers[i].tensor, buffers[i].element, inputs[i].scalar(), body.dtype);
            shown[i] = &buffers[i].tensor;
            needs |= CHX_K_HOST_SCALAR;
            continue;
        }
        shown[i] = &input->tensor;
        needs |= (input->tensor.flags & CHX_T_CONTIGUOUS) != 0 ? 0 : CHX_K_STRIDED_IN;
        if (input == &body) {
            needs |= CHX_K_INPLACE_OK;
            inplace_outs = 1;
            has_shape = true;
            continue;
        }
        if (input->tensor.storage == body.tensor.storage) return false;  // perhaps another view
        if (is_alike(*input, body)) {
            has_shape = true;
            continue;
        }
        if (input->dtype != body.dtype || input->device != body.device ||
            !show_broadcast(buffers[i], input->tensor, body.tensor))
            return false;
        shown[i] = &buffers[i].tensor;
        needs |= CHX_K_STRIDED_IN;
    }
    if (!has_shape || (needs & ~kernel->caps) != 0) return false;
    // A kernel that fails is called again on the long way, which knows what to make of it.
    if (launch_plain(
            context, *kernel, device, shown, n_inputs, nullptr, 0, &body.tensor, inplace_outs) !=
        CHX_OK)
        return false;
    bump_version(body.storage());
    return true;
}

}  // namespace chainerx::internal
