// Checks an element-wise program and lays out its registers in a block buffer.
#include <string>

#include "elementwise_engine.h"
#include "elementwise_ops.h"

namespace native {
namespace {

[[noreturn]] void fail(int index, const std::string& what, chx_status status = CHX_E_INVALID) {
    throw chx::Error(status,
                     "chx.fused_elementwise: instruction " + std::to_string(index) + " " + what);
}

}  // namespace

ElementwiseProgram::ElementwiseProgram(const chx_program& program, const uint8_t* input_types)
    : n_in_(program.n_in), n_steps_(program.n_instructions) {
    if (n_in_ > CHX_PROGRAM_MAX_INPUTS || n_steps_ < 1 || n_steps_ > CHX_PROGRAM_MAX_INSTRUCTIONS) {
        throw chx::Error(CHX_E_INVALID,
                         "chx.fused_elementwise: a program of " + std::to_string(n_in_) +
                             " operands and " + std::to_string(n_steps_) +
                             " instructions; expected at most " +
                             std::to_string(CHX_PROGRAM_MAX_INPUTS) + " operands and 1 to " +
                             std::to_string(CHX_PROGRAM_MAX_INSTRUCTIONS) + " instructions");
    }
    for (uint32_t k = 0; k < n_in_; ++k) {
        types_[k] = input_types[k];
    }
    for (uint32_t i = 0; i < n_steps_; ++i) {
        add_step(program.code[i], static_cast<int>(i));
    }
    assign_slots();
}

void ElementwiseProgram::add_step(const chx_instruction& instruction, int index) {
    if (instruction.opcode >= CHX_N_OPCODES || instruction.type >= CHX_N_TYPES ||
        instruction.result_type >= CHX_N_TYPES) {
        // Of a later contract, perhaps: another kernel may know it.
        fail(index, "has an unknown opcode or type", CHX_E_UNIMPLEMENTED);
    }
    const ElementwiseOp& op = elementwise_op(instruction.opcode);
    const uint8_t type = instruction.type;
    Step& step = steps_[index];
    step = Step{nullptr,
                nullptr,
                op.arity,
                {instruction.a, instruction.b, instruction.c},
                type,
                false,
                kOutput};
    for (int j = 0; j < op.arity; ++j) {
        const int expected = op.arity == 3 && j == 0 ? CHX_TYPE_BOOL : type;
        if (step.registers[j] >= n_in_ + static_cast<uint32_t>(index) ||
            types_[step.registers[j]] != expected) {
            fail(index,
                 "reads register " + std::to_string(step.registers[j]) +
                     ", which is not written yet or has another type than it names");
        }
    }
    const LoopTable& table = loop_table();
    if (instruction.opcode == CHX_OPCODE_CAST) {
        step.cast = table.casts[type][instruction.result_type];
    } else {
        if (instruction.result_type != result_type(op, type)) {
            fail(index, "names another result type than " + std::string(op.name) + " has");
        }
        const bool half = type == CHX_TYPE_F16 || type == CHX_TYPE_BF16;
        step.loops = &table.ops[instruction.opcode][type];
        if (half && step.loops->variants[kArrays] == nullptr) {
            step.loops = &table.ops[instruction.opcode][CHX_TYPE_F32];
            step.via_float = any_via_float_ = true;
        }
        if (step.loops->variants[kArrays] == nullptr) {
            fail(index,
                 "is " + std::string(op.name) + ", which has no meaning for the type it names");
        }
    }
    cost_ += op.cost;
    types_[n_in_ + index] = instruction.result_type;
}

void ElementwiseProgram::assign_slots() {
    int last_use[kMaxRegisters] = {};
    for (uint32_t i = 0; i < n_steps_; ++i) {
        for (int j = 0; j < steps_[i].arity; ++j) {
            last_use[steps_[i].registers[j]] = static_cast<int>(i);
        }
    }
    int16_t free_slots[kMaxRegisters];
    int n_free = 0;
    for (uint32_t i = 0; i + 1 < n_steps_; ++i) {
        // Taken before the operands' slots are given back: a result may be wider than its operands.
        steps_[i].slot = n_free > 0 ? free_slots[--n_free] : static_cast<int16_t>(n_slots_++);
        for (uint32_t r = n_in_; r <= n_in_ + i; ++r) {
            if (last_use[r] == static_cast<int>(i) && steps_[r - n_in_].slot != kOutput) {
                free_slots[n_free++] = steps_[r - n_in_].slot;
                last_use[r] = -1;
            }
        }
    }
}

int64_t ElementwiseProgram::block_extent() const {
    int64_t widest = any_via_float_ ? 4 : 1;
    for (uint32_t r = 0; r < n_in_ + n_steps_; ++r) {
        widest = widest < kItemSizes[types_[r]] ? kItemSizes[types_[r]] : widest;
    }
    return kBlockBytes / widest;
}

}  // namespace native
