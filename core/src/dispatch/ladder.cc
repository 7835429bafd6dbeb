// The ladder under the first kernel: the next one, adapted operands, decomposition, the host, an error that lists it all.
#include "dispatch/ladder.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "array/views.h"
#include "chainerx/error.h"
#include "device/device_state.h"
#include "dispatch/dispatch.h"
#include "dispatch/fallback_stats.h"
#include "dispatch/host_fallback.h"
#include "dispatch/op_call.h"
#include "dispatch/thread_state.h"
#include "dispatch/type_rules.h"

namespace chainerx::internal {

namespace {

void make_outputs(const OpCall& call) {
    if (call.is_into) return;
    for (int i = 0; i < call.op.n_outputs; ++i) {
        call.outputs[i] =
            Array(new_body(call.context, call.types.shapes[i], call.types.dtypes[i], call.device));
    }
}

std::string refusal_of(const Kernel& kernel) {
    const std::string reason = take_error_text();
    return fmt::format(
        "kernel of {}: {}", kernel.provider->name, reason.empty() ? "refused" : reason);
}

// Makes the call with this kernel; false if it refuses.
bool try_kernel(const OpCall& call,
                const Kernel& kernel,
                const OperandTensors& operands,
                std::vector<std::string>& tried) {
    make_outputs(call);
    const chx_status status = launch(call, kernel, operands);
    if (status == CHX_OK) return true;
    if (status != CHX_E_UNIMPLEMENTED) throw_call_status(status, call);
    tried.push_back(refusal_of(kernel));
    if (!call.is_into) {
        for (int i = 0; i < call.op.n_outputs; ++i) call.outputs[i].reset();
    }
    return false;
}

// Copies of operands that the kernel can't take as they are.
struct Adapted {
    Adapted(const OpCall& call, uint64_t missing)
        : operands(call.inputs, call.inputs + call.n_inputs) {
        arrays.reserve(operands.size());
        const bool broadcasts = call.op.kind == OpKind::kElementwise;
        for (size_t i = 0; i < operands.size(); ++i) {
            Operand& operand = operands[i];
            if (operand.is_scalar() && (missing & CHX_K_HOST_SCALAR) != 0) {
                const DType dtype = operand_dtype(
                    call.op, static_cast<int>(i), call.dtype, operand.scalar().default_dtype());
                Array array = scalar_array(operand.scalar(), dtype, call.device);
                if (broadcasts && (missing & CHX_K_STRIDED_IN) != 0)
                    array = spread(array, call.types.shapes[0]);
                arrays.push_back(std::move(array));
                operand = Operand(arrays.back());
            } else if (operand.is_array() && (missing & CHX_K_STRIDED_IN) != 0) {
                retain(operand.body());
                const Array array{operand.body()};
                const bool is_spread =
                    broadcasts && array.shape() != DimsView(call.types.shapes[0]);
                if (!is_spread && array.is_contiguous()) continue;
                arrays.push_back(is_spread ? spread(array, call.types.shapes[0])
                                           : copy_contiguous(array));
                operand = Operand(arrays.back());
            }
        }
    }

    static Array spread(const Array& array, const Shape& shape) {
        return copy_contiguous(raw_broadcast(array, shape));
    }

    std::vector<Operand> operands;
    std::vector<Array> arrays;
};

bool try_adapted(const OpCall& call,
                 const Kernel& kernel,
                 uint64_t missing,
                 std::vector<std::string>& tried) {
    // A device without a strided copy of its own makes an operand contiguous on the host: then it is a host fallback.
    const KernelTable* table = call.device.kernels.load(std::memory_order_acquire);
    if ((missing & CHX_K_STRIDED_IN) != 0 && table->find(kOpCopy, call.dtype) == nullptr) {
        tried.push_back(fmt::format(
            "kernel of {}: takes contiguous operands only, and there is no chx.copy to make them",
            kernel.provider->name));
        return false;
    }
    check_allowed(call, FallbackStep::kAdapted, tried);
    // A 0-d array stands for the scalar, and is broadcast by a stride of 0: one adaptation may ask for the other.
    uint64_t all_missing = missing;
    if ((missing & CHX_K_HOST_SCALAR) != 0 && call.op.kind == OpKind::kElementwise &&
        (kernel.caps & CHX_K_STRIDED_IN) == 0) {
        all_missing |= CHX_K_STRIDED_IN;
    }
    const Adapted adapted(call, all_missing);
    const OpCall inner{call.op,
                       call.context,
                       call.device,
                       call.dtype,
                       adapted.operands.data(),
                       call.n_inputs,
                       call.attrs,
                       call.types,
                       call.outputs,
                       call.is_into};
    OperandTensors operands;
    operands.show(inner, call.types.shapes[0]);
    if ((operands.needs() & ~kernel.caps) != 0 || !try_kernel(inner, kernel, operands, tried))
        return false;
    count_fallback(call, FallbackStep::kAdapted);
    return true;
}

// For kernels that can't write outputs of these strides: results of their own, which the device's
// copy kernel spreads.
bool try_through_fresh(const OpCall& call,
                       const Kernel& kernel,
                       const OperandTensors& operands,
                       std::vector<std::string>& tried) {
    const KernelTable* table = call.device.kernels.load(std::memory_order_acquire);
    for (int i = 0; i < call.op.n_outputs; ++i) {
        const Kernel* copy = table->find(kOpCopy, call.outputs[i].dtype());
        if (call.op.id == kOpCopy || copy == nullptr || (copy->caps & CHX_K_STRIDED_OUT) == 0) {
            tried.push_back(
                fmt::format("kernel of {}: writes contiguous results only", kernel.provider->name));
            return false;
        }
    }
    check_allowed(call, FallbackStep::kAdapted, tried);
    Array results[kMaxOutputs];
    const OpCall fresh{call.op,
                       call.context,
                       call.device,
                       call.dtype,
                       call.inputs,
                       call.n_inputs,
                       call.attrs,
                       call.types,
                       results,
                       false};
    const uint64_t missing = operands.needs() & ~kernel.caps;
    if (!(missing == 0 ? try_kernel(fresh, kernel, operands, tried)
                       : try_adapted(fresh, kernel, missing, tried)))
        return false;
    if (missing == 0) count_fallback(call, FallbackStep::kAdapted);
    for (int i = 0; i < call.op.n_outputs; ++i) copy_into(call.outputs[i], results[i]);
    return true;
}

// Whether the op, or all it is made of, has kernels on this device.
bool is_served(DeviceState& device, uint16_t id, DType dtype) {
    const KernelTable* table = device.kernels.load(std::memory_order_acquire);
    const OpDef& op = kOps[id];
    // Decompositions compute indices and conditions beside values; those come in int64 and bool.
    const DType own = supports_dtype(op, dtype)           ? dtype
                      : supports_dtype(op, DType::kInt64) ? DType::kInt64
                                                          : DType::kBool;
    if (table->find(id, own) != nullptr) return true;
    if (op.leaves[0] == kNoOp) return false;
    for (const uint16_t* leaf = op.leaves; *leaf != kNoOp; ++leaf) {
        if (!is_served(device, *leaf, dtype)) return false;
    }
    return true;
}

void decompose(const OpCall& call) {
    count_fallback(call, FallbackStep::kDecomposed);
    const NoRecordScope unrecorded(call.context);
    if (!call.is_into)
        return call.op.decompose(call.inputs, call.n_inputs, call.attrs, call.outputs);
    Array results[kMaxOutputs];
    call.op.decompose(call.inputs, call.n_inputs, call.attrs, results);
    for (int i = 0; i < call.op.n_outputs; ++i) copy_into(call.outputs[i], results[i]);
}

[[noreturn]] void throw_unserved(const OpCall& call, const std::vector<std::string>& tried) {
    throw NotImplementedError(fmt::format("{}; nothing on {} serves it: {}",
                                          describe_call(call.op, call.inputs, call.n_inputs),
                                          call.device.name(),
                                          fmt::join(tried, "; ")));
}

}  // namespace

bool can_decompose(DeviceState& device, const OpDef& op, DType dtype) {
    if (op.decompose == nullptr) return false;
    // The host itself has no lower rung than its parts.
    if ((device.info.caps & CHX_CAP_HOST_REFERENCE) != 0 && op.opcode == 0) return true;
    if (op.id >= kOpBuiltinCount) return false;
    std::atomic<uint8_t>& known = device.decomposable[op.id][static_cast<int>(dtype)];
    uint8_t answer = known.load(std::memory_order_relaxed);
    if (answer == 0) {
        bool all = true;
        for (const uint16_t* leaf = op.leaves; all && *leaf != kNoOp; ++leaf)
            all = is_served(device, *leaf, dtype);
        answer = all ? 1 : 2;
        known.store(answer, std::memory_order_relaxed);
    }
    return answer == 1;
}

bool has_kernel(DeviceState& device, const OpDef& op, DType dtype) {
    const KernelTable* table = device.kernels.load(std::memory_order_acquire);
    return table != nullptr && table->find(op.id, dtype) != nullptr;
}

void throw_call_status(chx_status status, const OpCall& call) {
    throw_status(status, call.device, describe_call(call.op, call.inputs, call.n_inputs).c_str());
}

void run_ladder(const OpCall& call, const OperandTensors& operands, const Kernel* refused) {
    std::vector<std::string> tried;
    const KernelTable* table = call.device.kernels.load(std::memory_order_acquire);
    if (table == nullptr) check_usable(call.device);
    const Kernel* kernel = table != nullptr ? table->find(call.op.id, call.dtype) : nullptr;
    if (kernel == nullptr) tried.push_back(fmt::format("no kernel for {}", dtype_name(call.dtype)));
    if (refused != nullptr) {
        tried.push_back(refusal_of(*refused));
        kernel = refused->next;
    }
    const NoRecordScope unrecorded(call.context);
    uint64_t out_needs = 0;
    for (int i = 0; call.is_into && i < call.op.n_outputs; ++i) {
        out_needs |= call.outputs[i].is_contiguous() ? 0 : CHX_K_STRIDED_OUT;
    }
    for (; kernel != nullptr; kernel = kernel->next) {
        if ((out_needs & ~kernel->caps) != 0) {
            if (try_through_fresh(call, *kernel, operands, tried)) return;
            continue;
        }
        const uint64_t missing = operands.needs() & ~kernel->caps;
        if (missing == 0 ? try_kernel(call, *kernel, operands, tried)
                         : try_adapted(call, *kernel, missing, tried))
            return;
    }
    if (can_decompose(call.device, call.op, call.dtype)) {
        check_allowed(call, FallbackStep::kDecomposed, tried);
        return decompose(call);
    }
    tried.emplace_back(call.op.decompose == nullptr
                           ? "no decomposition"
                           : "no kernels for all parts of its decomposition");
    if ((call.device.info.caps & CHX_CAP_HOST_REFERENCE) != 0) throw_unserved(call, tried);
    check_allowed(call, FallbackStep::kHost, tried);
    run_on_host(call);
}

namespace {

bool is_same_view(const chx_tensor& a, const chx_tensor& b) {
    return a.byte_offset == b.byte_offset &&
           DimsView(a.shape, a.ndim) == DimsView(b.shape, b.ndim) &&
           DimsView(a.strides, a.ndim) == DimsView(b.strides, b.ndim);
}

// Operands that overlap an output must be that very view, and the kernel must allow it.
bool needs_copy(const OpCall& call, const Operand& operand, bool is_inplace_ok) {
    if (!operand.is_array()) return false;
    const chx_tensor& input = operand.body()->tensor;
    for (int i = 0; i < call.op.n_outputs; ++i) {
        const chx_tensor& output = call.outputs[i].body()->tensor;
        if (input.storage == output.storage && !(is_inplace_ok && is_same_view(input, output)))
            return true;
    }
    return false;
}

void run_separate(const OpCall& call, const Kernel* kernel) {
    OperandTensors tensors;
    tensors.show(call, call.types.shapes[0]);
    uint64_t needs = tensors.needs();
    for (int i = 0; i < call.op.n_outputs; ++i)
        needs |= call.outputs[i].is_contiguous() ? 0 : CHX_K_STRIDED_OUT;
    if (kernel == nullptr || (needs & ~kernel->caps) != 0) return run_ladder(call, tensors);
    const chx_status status = launch(call, *kernel, tensors);
    if (status == CHX_OK) return;
    if (status != CHX_E_UNIMPLEMENTED) throw_call_status(status, call);
    run_ladder(call, tensors, kernel);
}

}  // namespace

void run_into(const OpCall& call) {
    const KernelTable* table = call.device.kernels.load(std::memory_order_acquire);
    const Kernel* kernel = table != nullptr ? table->find(call.op.id, call.dtype) : nullptr;
    if (kernel != nullptr) kernel = kernel->first_for(largest_of(call));
    const bool is_inplace_ok = kernel != nullptr && (kernel->caps & CHX_K_INPLACE_OK) != 0;
    int first = 0;
    while (first < call.n_inputs && !needs_copy(call, call.inputs[first], is_inplace_ok)) ++first;
    if (first == call.n_inputs) return run_separate(call, kernel);
    std::vector<Operand> operands(call.inputs, call.inputs + call.n_inputs);
    std::vector<Array> copies;
    copies.reserve(operands.size());
    for (Operand& operand : operands) {
        if (!needs_copy(call, operand, is_inplace_ok)) continue;
        retain(operand.body());
        copies.push_back(copy_contiguous(Array(operand.body())));
        operand = Operand(copies.back());
    }
    run_separate({call.op,
                  call.context,
                  call.device,
                  call.dtype,
                  operands.data(),
                  call.n_inputs,
                  call.attrs,
                  call.types,
                  call.outputs,
                  true},
                 kernel);
}

}  // namespace chainerx::internal
