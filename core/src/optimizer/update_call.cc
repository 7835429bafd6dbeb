// What is not contiguous, has its kernel on a stream or shares memory is left to the door.
#include "optimizer/update_call.h"

#include "array/alike.h"
#include "dispatch/dispatch.h"
#include "dispatch/plain_launch.h"
#include "dispatch/shown_number.h"
#include "dispatch/type_rules.h"

namespace chainerx::internal {

namespace {

constexpr int kGradient = 1;  // of the arrays the one that is not written

template <int kArrays, int kNumbers>
[[gnu::noinline]] void dispatch_update(const OpDef& op,
                                       const Array* const (&arrays)[kArrays],
                                       const Operand (&numbers)[kNumbers]) {
    Operand operands[kArrays + kNumbers];
    Array written[kArrays - 1];
    for (int i = 0; i < kArrays; ++i) {
        operands[i] = Operand(*arrays[i]);
        if (i != kGradient) written[i > kGradient ? i - 1 : i] = *arrays[i];
    }
    for (int i = 0; i < kNumbers; ++i) operands[kArrays + i] = numbers[i];
    dispatch_into(op, operands, kArrays + kNumbers, nullptr, written);
}

}  // namespace

template <int kNumbers>
bool UpdateCall::is_prepared(DType dtype, const Operand (&numbers)[kNumbers]) const {
    if (dtype != dtype_ || n_numbers_ != kNumbers) return false;
    for (int i = 0; i < kNumbers; ++i) {
        if (!numbers[i].is_scalar() || numbers[i].scalar().kind() != DTypeKind::kFloat ||
            static_cast<double>(numbers[i].scalar()) != numbers_[i].value)
            return false;
    }
    return true;
}

// False if there is an array among the numbers.
template <int kNumbers>
[[gnu::noinline]] bool UpdateCall::prepare(DType dtype, const Operand (&numbers)[kNumbers]) {
    n_numbers_ = -1;
    for (int i = 0; i < kNumbers; ++i) {
        if (!numbers[i].is_scalar()) return false;
        Number& number = numbers_[i];
        number.value = static_cast<double>(numbers[i].scalar());
        show_number(number.tensor, number.element, number.value, dtype);
    }
    dtype_ = dtype;
    n_numbers_ = kNumbers;
    return true;
}

template <int kArrays, int kNumbers>
[[gnu::always_inline]] inline bool UpdateCall::run_shortly(const OpDef& op,
                                                           const Array* const (&arrays)[kArrays],
                                                           const Operand (&numbers)[kNumbers]) {
    ThreadContext& context = thread_context();
    const ArrayBody& param = *arrays[0]->body();
    DeviceState& device = state_of(*param.device);
    const Kernel* kernel = find_plain_kernel(op, device, param.dtype, param.tensor.numel);
    constexpr uint64_t kNeeds = CHX_K_HOST_SCALAR | CHX_K_INPLACE_OK;
    if (context.is_watched() || device.has_streams || kernel == nullptr ||
        (kNeeds & ~kernel->caps) != 0 || param.tensor.ndim > kMaxNdim)
        return false;
    if (!is_prepared(param.dtype, numbers) && !prepare(param.dtype, numbers)) return false;
    const chx_tensor* shown[kArrays + kNumbers];
    chx_tensor* written[kArrays - 1];
    uint64_t flags = CHX_T_CONTIGUOUS, flags_of_written = 0;
    for (int i = 0; i < kArrays; ++i) {
        ArrayBody& array = *arrays[i]->body();
        if (i > 0 && !is_alike(array, param)) return false;
        for (int before = 0; before < i; ++before) {
            if (shown[before]->storage == array.tensor.storage) return false;
        }
        shown[i] = &array.tensor;
        flags &= array.tensor.flags;
        if (i == kGradient) continue;
        written[i > kGradient ? i - 1 : i] = &array.tensor;
        flags_of_written |= array.tensor.flags;
    }
    if ((flags & CHX_T_CONTIGUOUS) == 0 || (flags_of_written & CHX_T_READONLY) != 0) return false;
    for (int i = 0; i < kNumbers; ++i) shown[kArrays + i] = &numbers_[i].tensor;
    // A kernel that fails is called again on the long way, which knows what to make of it.
    if (launch_direct(context,
                      *kernel,
                      device,
                      shown,
                      kArrays + kNumbers,
                      nullptr,
                      0,
                      written,
                      kArrays - 1,
                      param.tensor.numel,
                      (uint64_t{1} << (kArrays - 1)) - 1) != CHX_OK)
        return false;
    for (int i = 0; i < kArrays; ++i) {
        if (i != kGradient) bump_version(arrays[i]->body()->storage());
    }
    return true;
}

template <int kArrays, int kNumbers>
void UpdateCall::run(const OpDef& op,
                     const Array* const (&arrays)[kArrays],
                     const Operand (&numbers)[kNumbers]) {
    if (!run_shortly(op, arrays, numbers)) dispatch_update(op, arrays, numbers);
}

template void UpdateCall::run(const OpDef&, const Array* const (&)[2], const Operand (&)[1]);
template void UpdateCall::run(const OpDef&, const Array* const (&)[3], const Operand (&)[2]);
template void UpdateCall::run(const OpDef&, const Array* const (&)[4], const Operand (&)[4]);

}  // namespace chainerx::internal
