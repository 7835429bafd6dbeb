// Calls of two operands that look at their shapes before the door throws.
#include "chainerx/detail/binary_call.h"

#include <algorithm>

#include "array/broadcast_error.h"
#include "dispatch/dispatch.h"
#include "dispatch/type_rules.h"

namespace chainerx::internal {

namespace {

DimsView shape_of(const Operand& operand) {
    return {operand.body()->tensor.shape, operand.body()->tensor.ndim};
}

inline bool broadcast_together(const chx_tensor& a, const chx_tensor& b) {
    const int64_t* extent_a = a.shape + a.ndim;
    const int64_t* extent_b = b.shape + b.ndim;
    for (int n = std::min(a.ndim, b.ndim); n > 0; --n) {
        --extent_a, --extent_b;
        if (*extent_a != *extent_b && *extent_a != 1 && *extent_b != 1) return false;
    }
    return true;
}

// In the door's order: devices and dtypes, of which it throws, come before shapes.
[[gnu::noinline]] bool is_only_mismatch(const OpDef& op, const Operand (&operands)[2]) {
    if (operands[0].body()->device != operands[1].body()->device) return false;
    dispatch_dtype(op, operands, 2, nullptr);
    return true;
}

}  // namespace

Array call_binary(uint16_t op_id, const Operand (&operands)[2]) {
    const ArrayBody* a = operands[0].body();
    const ArrayBody* b = operands[1].body();
    Array result;
    // Shapes of one size nearly always fit.
    if (a != nullptr && b != nullptr && a->tensor.numel != b->tensor.numel &&
        !broadcast_together(a->tensor, b->tensor) && is_only_mismatch(kOps[op_id], operands))
        return result;
    dispatch(kOps[op_id], operands, 2, nullptr, &result);
    return result;
}

std::string shape_mismatch(uint16_t op_id, const Operand (&operands)[2]) {
    return broadcast_error(kOps[op_id].name, shape_of(operands[0]), shape_of(operands[1]));
}

}  // namespace chainerx::internal
