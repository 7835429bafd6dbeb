// Showing operands of plain calls to their kernel; everything that takes longer is left to the long way.
#include "dispatch/plain_call.h"

#include "array/scalar.h"
#include "array/views.h"
#include "autograd/node.h"
#include "chainerx/host_language.h"
#include "device/device_state.h"
#include "dispatch/dispatch.h"
#include "dispatch/op_call.h"
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

bool has_same_dims(const chx_tensor& a, const chx_tensor& b) {
    return DimsView(a.shape, a.ndim) == DimsView(b.shape, b.ndim);
}

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

void show_number(Shown& shown, const Scalar& scalar, DType dtype) {
    store_scalar(scalar, dtype, shown.element);
    shown.tensor = {shown.element,
                    {1, 0},
                    0,
                    to_chx_dtype(dtype),
                    nullptr,
                    nullptr,
                    0,
                    CHX_T_CONTIGUOUS | CHX_T_READONLY | CHX_T_HOST_SCALAR,
                    1,
                    nullptr,
                    0};
}

// False if the array does not broadcast to the leader's shape.
bool show_broadcast(Shown& shown, const chx_tensor& tensor, const chx_tensor& leader) {
    if (leader.ndim > kInlineNdim) return false;
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

}  // namespace

const Kernel* find_plain_kernel(const OpDef& op, const DeviceState& device, DType dtype) {
    // Tables have no kernel for dtypes that the op has no meaning for.
    if (op.dispatch == DispatchRule::kFloat && !is_inexact(dtype)) return nullptr;
    const KernelTable* table = device.kernels.load(std::memory_order_acquire);
    const Kernel* kernel = table != nullptr ? table->find(op.id, dtype) : nullptr;
    return kernel != nullptr && (kernel->caps & CHX_K_MAY_REFUSE) == 0 ? kernel : nullptr;
}

chx_status launch_plain(const Kernel& kernel,
                        DeviceState& device,
                        const chx_tensor* const* inputs,
                        int n_inputs,
                        const void* attrs,
                        uint32_t attrs_size,
                        ArrayBody* output,
                        int64_t largest) {
    chx_tensor* out = &output->tensor;
    RunningLaunch running;
    running.device = &device;
    running.launch.struct_size = sizeof(chx_launch);
    running.launch.n_in = static_cast<uint16_t>(n_inputs);
    running.launch.n_out = 1;
    running.launch.in = inputs;
    running.launch.out = &out;
    running.launch.attrs = attrs;
    running.launch.attrs_size = attrs_size;
    running.launch.device = kernel.device;
    return call_kernel(kernel, running.launch, largest);
}

bool call_plain(const OpDef& op,
                ThreadContext& context,
                const Operand* inputs,
                int n_inputs,
                Array& output,
                Attempt& attempt) {
    const ArrayBody* leader = find_leader(inputs, n_inputs);
    if (leader == nullptr || n_inputs > kMaxOperands) return false;
    DeviceState& device = state_of(*leader->device);
    const DType dtype = leader->dtype;
    const Kernel* kernel = find_plain_kernel(op, device, dtype);
    if (kernel == nullptr || device.has_streams) return false;

    const chx_tensor* shown[kMaxOperands];
    Shown buffers[kMaxOperands];
    uint64_t needs = 0;
    bool is_recorded = false;
    for (int i = 0; i < n_inputs; ++i) {
        const ArrayBody* body = inputs[i].body();
        shown[i] = &buffers[i].tensor;
        if (body == nullptr) {
            const DTypeKind kind_of_number = inputs[i].scalar().kind();
            if (inputs[i].is_absent() || kind_of_number > kind(dtype) ||
                kind_of_number == DTypeKind::kUInt)
                return false;
            show_number(buffers[i], inputs[i].scalar(), dtype);
            needs |= CHX_K_HOST_SCALAR;
            continue;
        }
        if (body->dtype != dtype || body->device != &device) return false;
        is_recorded = is_recorded || body->autograd != nullptr;
        if (body == leader || has_same_dims(body->tensor, leader->tensor)) {
            shown[i] = &body->tensor;
            needs |= (body->tensor.flags & CHX_T_CONTIGUOUS) != 0 ? 0 : CHX_K_STRIDED_IN;
        } else {
            if (!show_broadcast(buffers[i], body->tensor, leader->tensor)) return false;
            needs |= CHX_K_STRIDED_IN;
        }
    }
    if ((needs & ~kernel->caps) != 0) return false;

    const DType result =
        op.result == ResultRule::kSame ? dtype : result_dtype(op, 0, dtype, nullptr);
    output = Array(new_body(context,
                            {leader->tensor.shape, leader->tensor.ndim},
                            leader->tensor.numel,
                            result,
                            device));
    const chx_status status = launch_plain(
        *kernel, device, shown, n_inputs, nullptr, 0, output.body(), leader->tensor.numel);
    if (__builtin_expect(status != CHX_OK, 0)) {
        output.reset();
        attempt = {kernel, status};
        return false;
    }
    if (is_recorded && wants_recording(context, inputs, n_inputs))
        record(context, op, inputs, n_inputs, nullptr, 0, &output, 1);
    return true;
}

Array make_from_numbers(const OpDef& op,
                        const Scalar* numbers,
                        int n_numbers,
                        const void* attrs,
                        DimsView shape,
                        DType dtype,
                        Device& device) {
    DeviceState& state = state_of(device);
    const Kernel* kernel = find_plain_kernel(op, state, dtype);
    if (kernel != nullptr && !state.has_streams && (kernel->caps & CHX_K_HOST_SCALAR) != 0) {
        const chx_tensor* shown[kMaxOperands];
        Shown buffers[kMaxOperands];
        for (int i = 0; i < n_numbers; ++i) {
            show_number(buffers[i], numbers[i], dtype);
            shown[i] = &buffers[i].tensor;
        }
        Array output(new_body(thread_context(), shape, dtype, state));
        const chx_status status = launch_plain(
            *kernel, state, shown, n_numbers, attrs, op.attrs_size, output.body(), output.size());
        if (__builtin_expect(status == CHX_OK, 1)) return output;
    }
    Operand operands[kMaxOperands];
    for (int i = 0; i < n_numbers; ++i) operands[i] = Operand(numbers[i]);
    Array output;
    dispatch(op, operands, n_numbers, attrs, &output, &device);
    return output;
}

}  // namespace chainerx::internal
