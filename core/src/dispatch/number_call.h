// Calls of ops that make an array from numbers alone. Inline, so that what is known of numbers and shapes is made use of.
#pragma once

#include "array/make_body.h"
#include "dispatch/dispatch.h"
#include "dispatch/plain_launch.h"
#include "dispatch/shown_number.h"

namespace chainerx::internal {

// A copy of the attributes: those of the thread may be written meanwhile.
template <int kNumbers, typename Attrs>
[[gnu::noinline]] Array make_by_rules(const OpDef& op,
                                      const Scalar* numbers,
                                      Attrs attrs,
                                      DeviceState& device) {
    Operand operands[kNumbers];
    for (int i = 0; i < kNumbers; ++i) operands[i] = Operand(numbers[i]);
    Array output;
    dispatch(op, operands, kNumbers, &attrs, &output, &device);
    return output;
}

// call() where the result's shape and dtype, which is the dispatch dtype, are in the attributes.
template <int kNumbers, typename Attrs>
[[gnu::always_inline]] inline Array make_from_numbers(const OpDef& op,
                                                      ThreadContext& context,
                                                      const Scalar* numbers,
                                                      const Attrs& attrs,
                                                      DimsView shape,
                                                      DType dtype,
                                                      DeviceState& device) {
    const int64_t numel = sound_size(shape);
    const Kernel* kernel = nullptr;
    if (__builtin_expect(numel >= 0 && !context.is_watched() && !device.has_streams, 1))
        kernel = find_plain_kernel(op, device, dtype, numel);
    if (__builtin_expect(kernel == nullptr || (kernel->caps & CHX_K_HOST_SCALAR) == 0, 0))
        return make_by_rules<kNumbers>(op, numbers, attrs, device);
    alignas(16) char elements[kNumbers][16];
    chx_tensor tensors[kNumbers];
    const chx_tensor* shown[kNumbers];
    for (int i = 0; i < kNumbers; ++i) {
        if (is_plain_zero(numbers[i])) {
            shown[i] = &kShownZeros[static_cast<size_t>(dtype)];
        } else {
            show_number(tensors[i], elements[i], numbers[i], dtype);
            shown[i] = &tensors[i];
        }
    }
    ArrayBody* body = make_body(context, shape, numel, dtype, device);
    const chx_status status = launch_plain(
        context, *kernel, device, shown, kNumbers, &attrs, sizeof attrs, &body->tensor);
    if (__builtin_expect(status == CHX_OK, 1)) return Array(body);
    release(body);
    return make_by_rules<kNumbers>(op, numbers, attrs, device);
}

}  // namespace chainerx::internal
