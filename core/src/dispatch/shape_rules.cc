// Stock shape rules.
#include "dispatch/shape_rules.h"

#include <new>

#include <fmt/format.h>

#include "chainerx/error.h"
#include "chx/ops/reduction.h"
#include "dispatch/type_rules.h"

namespace chainerx::internal {

namespace {

DimsView shape_of(const Operand& operand) {
    if (operand.body() == nullptr) return {};
    return {operand.body()->tensor.shape, operand.body()->tensor.ndim};
}

void infer_elementwise(const OpDef& op, const Operand* inputs, int n_inputs, Shape* shapes) {
    const ArrayBody* first = nullptr;
    bool is_same = true;
    for (int i = 0; i < n_inputs; ++i) {
        if (!inputs[i].is_array()) continue;
        if (first == nullptr) {
            first = inputs[i].body();
        } else {
            is_same =
                is_same && shape_of(inputs[i]) == DimsView(first->tensor.shape, first->tensor.ndim);
        }
    }
    shapes[0] =
        first == nullptr ? Shape() : Shape(DimsView(first->tensor.shape, first->tensor.ndim));
    for (int i = 0; !is_same && i < n_inputs; ++i) {
        if (inputs[i].is_array())
            shapes[0] = broadcast_shapes(op.name, shapes[0], shape_of(inputs[i]));
    }
    for (int i = 1; i < op.n_outputs; ++i) shapes[i] = shapes[0];
}

// All reductions have the attributes of chx.sum.
void infer_reduction(const Operand* inputs, const void* attrs, Shape* shapes) {
    const auto& reduction = *static_cast<const chx_attrs_sum*>(attrs);
    const DimsView shape = shape_of(inputs[0]);
    uint32_t reduced = 0;
    for (int64_t i = 0; i < reduction.n_axes; ++i) reduced |= 1u << reduction.axes[i];
    for (int i = 0; i < shape.size(); ++i) {
        if (((reduced >> i) & 1u) == 0) {
            shapes[0].push_back(shape[i]);
        } else if (reduction.keepdims != 0) {
            shapes[0].push_back(1);
        }
    }
}

}  // namespace

DType InferContext::dtype(int i) const {
    return inputs_[i].is_array() ? inputs_[i].body()->dtype : inputs_[i].scalar().default_dtype();
}

void infer_outputs(const OpDef& op,
                   const Operand* inputs,
                   int n_inputs,
                   const void* attrs,
                   DType dtype,
                   OutputTypes& outputs) {
    for (int i = 0; i < op.n_outputs; ++i) {
        new (&outputs.shapes[i]) Shape;
        outputs.dtypes[i] = op.result == ResultRule::kSame && op.output_dtypes[i] == kFreeDType
                                ? dtype
                                : result_dtype(op, i, dtype, attrs);
    }
    if (op.infer == nullptr) {
        if (op.kind == OpKind::kElementwise)
            return infer_elementwise(op, inputs, n_inputs, outputs.shapes);
        return infer_reduction(inputs, attrs, outputs.shapes);
    }
    InferContext context(op, inputs, n_inputs, attrs, dtype, outputs.shapes, outputs.dtypes);
    op.infer(context);
    for (int i = 0; i < op.n_outputs; ++i) {
        if (!context.is_set(i))
            throw ChainerxError(fmt::format("{}: its shape rule left output {} open", op.name, i));
    }
}

}  // namespace chainerx::internal
