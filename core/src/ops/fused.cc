// chx.fused_elementwise: its shape rule, and element-wise ops as programs of one instruction.
#include "chx/ops/fused.h"

#include "ops/op_support.h"
#include "ops/reduced_axes.h"

namespace chainerx::internal {

void infer_fused_elementwise(InferContext& c) {
    Shape shape;
    for (int i = 0; i < c.n_inputs(); ++i) {
        shape = broadcast_shapes("fused_elementwise", shape, c.shape(i));
    }
    c.set(0, shape);
}

namespace {

DimsView axes_of(const chx_attrs_fused_reduction& attrs) {
    return {attrs.axes, static_cast<int>(attrs.n_axes)};
}

}  // namespace

void infer_fused_reduction(InferContext& c) {
    const auto& attrs = c.attrs<chx_attrs_fused_reduction>();
    Shape shape;
    for (int i = 0; i < c.n_inputs(); ++i)
        shape = broadcast_shapes("fused_reduction", shape, c.shape(i));
    const bool chooses = attrs.reduction == CHX_FUSED_REDUCTION_REDUCTION_MAX ||
                         attrs.reduction == CHX_FUSED_REDUCTION_REDUCTION_MIN;
    if (chooses && reduced_count(shape, axes_of(attrs)) == 0)
        throw DimensionError("fused_reduction: no axis to reduce may be empty");
    Shape kept = shape_with_kept_axes(shape, axes_of(attrs));
    if (attrs.keepdims == 0) {
        for (int i = static_cast<int>(attrs.n_axes) - 1; i >= 0; --i)
            kept.erase(static_cast<int>(attrs.axes[i]));
    }
    c.set(0, kept);
}

void decompose_fused_reduction(const Operand* inputs,
                               int n_inputs,
                               const void* attributes,
                               Array* outputs) {
    const auto& attrs = *static_cast<const chx_attrs_fused_reduction*>(attributes);
    auto fused = make_attrs<chx_attrs_fused_elementwise>();
    fused.dtype = attrs.dtype;
    fused.program = attrs.program;
    Array whole;
    dispatch(kOps[kOpFusedElementwise], inputs, n_inputs, &fused, &whole);
    const Axes axes = axes_of(attrs);
    const bool keepdims = attrs.keepdims != 0;
    switch (attrs.reduction) {
        case CHX_FUSED_REDUCTION_REDUCTION_SUM:
            outputs[0] = sum(whole, axes, keepdims);
            break;
        case CHX_FUSED_REDUCTION_REDUCTION_PROD:
            outputs[0] = prod(whole, axes, keepdims);
            break;
        case CHX_FUSED_REDUCTION_REDUCTION_MAX:
            outputs[0] = max(whole, axes, keepdims);
            break;
        default:
            outputs[0] = min(whole, axes, keepdims);
    }
}

namespace {

// The dtype that the free operands have. Scalars, which have none, decide only among themselves.
DType operand_dtype(const OpDef& op, const Operand* inputs, int n_inputs) {
    DType dtype = DType::kBool;
    for (int i = 0; i < n_inputs; ++i) {
        if (op.input_dtypes[i] != kFreeDType) continue;
        if (inputs[i].is_array()) return inputs[i].body()->dtype;
        dtype = promote_types(dtype, inputs[i].scalar().default_dtype());
    }
    return dtype;
}

DType result_dtype(const OpDef& op, DType dtype) {
    switch (op.result) {
        case ResultRule::kBool:
            return DType::kBool;
        case ResultRule::kReal:
            return real_dtype(dtype);
        default:
            return dtype;
    }
}

Device* device_of(const Operand* inputs, int n_inputs) {
    for (int i = 0; i < n_inputs; ++i) {
        if (inputs[i].is_array()) return inputs[i].body()->device;
    }
    return nullptr;
}

}  // namespace

void run_as_program(const OpDef& op, const Operand* inputs, int n_inputs, Array* outputs) {
    const DType dtype = operand_dtype(op, inputs, n_inputs);
    const DType result = result_dtype(op, dtype);
    auto attrs = make_attrs<chx_attrs_fused_elementwise>();
    attrs.dtype = to_chx_dtype(result);
    attrs.program.n_in = static_cast<uint32_t>(n_inputs);
    attrs.program.n_instructions = 1;
    chx_instruction& instruction = attrs.program.code[0];
    instruction.opcode = op.opcode;
    instruction.type = static_cast<uint8_t>(dtype);
    instruction.result_type = static_cast<uint8_t>(result);
    uint8_t* const registers[] = {&instruction.a, &instruction.b, &instruction.c};

    Array converted[3];
    Operand operands[3];
    for (int i = 0; i < n_inputs; ++i) {
        *registers[i] = static_cast<uint8_t>(i);
        operands[i] = inputs[i];
        if (!inputs[i].is_scalar()) continue;
        // A program's operands come as they are, so that a scalar would have a dtype of its own.
        const DType wanted =
            op.input_dtypes[i] == kFreeDType ? dtype : static_cast<DType>(op.input_dtypes[i]);
        if (inputs[i].scalar().default_dtype() == wanted) continue;
        converted[i] = full({}, inputs[i], wanted, device_of(inputs, n_inputs));
        operands[i] = converted[i];
    }
    dispatch(kOps[kOpFusedElementwise], operands, n_inputs, &attrs, outputs);
}

}  // namespace chainerx::internal
