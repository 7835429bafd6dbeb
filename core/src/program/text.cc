// Names for buffers, operands and steps, and the list of all steps.
#include "program/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "array/scalar.h"
#include "chx/ops/fused.h"
#include "device/device_state.h"
#include "dispatch/op_ids.h"
#include "program/flow.h"

namespace chainerx::internal {

namespace {

std::string name_of(const ProgramIr& ir, int index) {
    const Buffer& buffer = ir.buffers[static_cast<size_t>(index)];
    switch (buffer.origin) {
        case Origin::kArgument:
            return fmt::format("arg{}", buffer.argument);
        case Origin::kOutside:
            return fmt::format("outside{}", index);
        case Origin::kConstant:
            return fmt::format("constant{}", index);
        case Origin::kCell:
            return fmt::format("cell{}", index);
        case Origin::kSlot:
            return fmt::format("grad{}", buffer.argument);
        default:
            return fmt::format("%{}", index);
    }
}

std::string text_of(const ProgramIr& ir, const View& view) {
    if (view.is_number()) return load_scalar(view.dtype, view.number).to_string();
    if (!view.is_elements()) return "none";
    std::string text = name_of(ir, view.buffer);
    if (is_whole(ir, view)) return text;
    text +=
        fmt::format("[{}, strides {}", to_string(view.shape), to_string(DimsView(view.strides)));
    if (view.offset != 0) text += fmt::format(", from byte {}", view.offset);
    return text + "]";
}

std::string type_of(const View& view) {
    if (view.is_number()) return std::string(dtype_name(view.dtype));
    if (!view.is_elements()) return "none";
    return fmt::format("{} {}", dtype_name(view.dtype), to_string(view.shape));
}

std::string step_name(const Step& step) {
    if (step.kind == StepKind::kTransfer) return "transfer";
    if (step.op->id != kOpFusedElementwise && step.op->id != kOpFusedReduction)
        return step.op->name;
    // Both have their program in the same place.
    const chx_program& program = step.attrs_as<chx_attrs_fused_elementwise>().program;
    std::string name = step.op->name;
    for (uint32_t i = 0; i < program.n_instructions; ++i) {
        const uint16_t opcode = program.code[i].opcode;
        std::string_view op = "cast";
        for (uint16_t id = 0; opcode != 0 && id < kBuiltinOpCount; ++id) {
            if (kOps[id].opcode == opcode) op = kOps[id].name;
        }
        name += fmt::format("{}{}", i == 0 ? "<" : " ", op);
    }
    if (step.op->id == kOpFusedElementwise) return name + ">";
    constexpr const char* kReductions[] = {"", "sum", "prod", "max", "min"};
    return name + " " + kReductions[step.attrs_as<chx_attrs_fused_reduction>().reduction] + ">";
}

}  // namespace

std::string text_of(const ProgramIr&, const Step& step) {
    std::vector<std::string> operands;
    for (const View& input : step.inputs) operands.push_back(type_of(input));
    return fmt::format("{}({})", step_name(step), fmt::join(operands, ", "));
}

std::string text_of(const ProgramIr& ir) {
    std::string text;
    const Flow flow(ir);
    for (size_t i = 0; i < ir.buffers.size(); ++i) {
        const Buffer& buffer = ir.buffers[i];
        if (buffer.origin == Origin::kInternal ||
            (flow.buffers[i].readers.empty() && flow.buffers[i].writers.empty()))
            continue;
        text += fmt::format("{:12} {} bytes on {}\n",
                            name_of(ir, static_cast<int>(i)),
                            buffer.bytes,
                            buffer.device->name());
    }
    for (const Step& step : ir.steps) {
        std::vector<std::string> outputs, inputs;
        for (const View& output : step.outputs) outputs.push_back(text_of(ir, output));
        for (const View& input : step.inputs) inputs.push_back(text_of(ir, input));
        text += fmt::format("{:12} = {}({})  # {}{}\n",
                            fmt::join(outputs, ", "),
                            step_name(step),
                            fmt::join(inputs, ", "),
                            step.outputs.empty() ? "" : type_of(step.outputs[0]),
                            step.kind == StepKind::kDoor ? ", on the host" : "");
    }
    for (const SlotUse& use : ir.slots) {
        if (use.is_written) text += fmt::format("a gradient   = {}\n", text_of(ir, use.final));
    }
    std::vector<std::string> results;
    for (const View& result : ir.results) results.push_back(text_of(ir, result));
    return text + fmt::format("return {}\n", fmt::join(results, ", "));
}

std::string dot_of(const ProgramIr& ir) {
    std::string text =
        "digraph program {\n  rankdir=TB;\n  node [fontname=\"sans-serif\", fontsize=11];\n"
        "  edge [fontname=\"sans-serif\", fontsize=9, color=\"#666666\"];\n";
    const Flow flow(ir);
    std::vector<std::string> source(ir.buffers.size());  // the node that wrote the buffer last
    for (size_t i = 0; i < ir.buffers.size(); ++i) {
        if (ir.buffers[i].origin == Origin::kInternal || flow.buffers[i].readers.empty()) continue;
        source[i] = fmt::format("b{}", i);
        text += fmt::format(
            "  b{} [label=\"{}\", shape=ellipse, style=filled, fillcolor=\"#d5e8d4\"];\n",
            i,
            name_of(ir, static_cast<int>(i)));
    }
    for (size_t s = 0; s < ir.steps.size(); ++s) {
        const Step& step = ir.steps[s];
        text += fmt::format(
            "  s{} [label=\"{}\", shape=box, style=\"filled,rounded\", fillcolor=\"#dae8fc\"];\n",
            s,
            step_name(step));
        for (const View& input : step.inputs) {
            if (!input.is_elements() || source[static_cast<size_t>(input.buffer)].empty()) continue;
            text += fmt::format("  {} -> s{} [label=\"{}\"];\n",
                                source[static_cast<size_t>(input.buffer)],
                                s,
                                to_string(input.shape));
        }
        for (const View& output : step.outputs) {
            if (output.is_elements())
                source[static_cast<size_t>(output.buffer)] = fmt::format("s{}", s);
        }
    }
    for (size_t r = 0; r < ir.results.size(); ++r) {
        text += fmt::format(
            "  r{} [label=\"result {}\\n{}\", shape=ellipse, style=filled, "
            "fillcolor=\"#fff2cc\"];\n",
            r,
            r,
            type_of(ir.results[r]));
        const std::string& from = source[static_cast<size_t>(ir.results[r].buffer)];
        if (!from.empty()) text += fmt::format("  {} -> r{};\n", from, r);
    }
    return text + "}\n";
}

}  // namespace chainerx::internal
