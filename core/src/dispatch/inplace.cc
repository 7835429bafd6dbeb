// In-place arithmetic: the rules that autograd and dtypes put on it.
#include "dispatch/inplace.h"

#include <fmt/format.h>

#include "array/views.h"
#include "autograd/node.h"
#include "chainerx/detail/inplace.h"
#include "chainerx/error.h"
#include "dispatch/dispatch.h"
#include "dispatch/thread_context.h"
#include "dispatch/type_rules.h"

namespace chainerx::internal {

void check_inplace(const char* op, const Array& target) {
    for (const AutogradMeta* meta = target.body()->autograd; meta != nullptr; meta = meta->next) {
        if (!is_recording(thread_context(), meta->graph)) continue;
        throw GradientError(fmt::format(
            "{}: the array is part of graph '{}' and can't be written in place; use an expression "
            "that makes a new array, or write inside of no_backprop_mode()",
            op,
            BackpropId(meta->graph).name()));
    }
}

const Array& inplace(const OpDef& op, const Array& target, const Operand& other) {
    check_inplace(op.name, target);
    if (other.is_array() && other.body()->autograd != nullptr) {
        if (wants_recording(thread_context(), &other, 1)) {
            throw GradientError(
                fmt::format("{}: an operand of an in-place operation is part of a graph, which "
                            "would be lost; use an "
                            "expression that makes a new array, or as_grad_stopped()",
                            op.name));
        }
    }
    const Operand operands[2] = {Operand(target), other};
    const DType dtype = dispatch_dtype(op, operands, 2, nullptr);
    const DType result = result_dtype(op, 0, dtype, nullptr);
    if (result == target.dtype() && dtype == target.dtype()) {
        dispatch_into(op, operands, 2, nullptr, &target);
        return target;
    }
    if (kind(result) > kind(target.dtype()) &&
        !(is_integral(result) && is_integral(target.dtype()))) {
        throw DtypeError(
            fmt::format("{}: a result of {} can't be written in place into an array of {}; use an "
                        "expression that makes a "
                        "new array, or cast",
                        op.name,
                        dtype_name(result),
                        dtype_name(target.dtype())));
    }
    const NoRecordScope unrecorded(thread_context());
    copy_into(target, call(op, {operands[0], operands[1]}));
    return target;
}

const Array& inplace(uint16_t op_id, const Array& target, const Operand& other) {
    return inplace(kOps[op_id], target, other);
}

}  // namespace chainerx::internal
