// Implements the look at attributes.
#include "contract.h"

#include <chx/chx_plugin.hpp>
#include <chx/ops/fused.h>
#include <chx/ops/indexing.h>
#include <chx/ops/opcodes.h>

namespace sim {

namespace {

[[noreturn]] void refuse(const char* what, int value) {
    throw chx::Error(CHX_E_UNIMPLEMENTED,
                     std::string("there is no ") + what + " " + std::to_string(value));
}

void check_program(const chx_program& program) {
    for (uint32_t i = 0; i < program.n_instructions; ++i) {
        const chx_instruction& instruction = program.code[i];
        if (instruction.opcode >= CHX_N_OPCODES) refuse("instruction", instruction.opcode);
        if (instruction.type >= CHX_N_TYPES) refuse("type", instruction.type);
        if (instruction.result_type >= CHX_N_TYPES) refuse("type", instruction.result_type);
    }
}

// The modes of take are those of its kin.
void check_mode(int32_t mode) {
    if (mode < CHX_TAKE_MODE_RAISE || mode > CHX_TAKE_MODE_CLIP) refuse("mode", mode);
}

}  // namespace

void check_contract(const std::string& op, const chx_launch& launch) {
    if (op == CHX_OP_FUSED_ELEMENTWISE)
        check_program(chx::attrs<chx_attrs_fused_elementwise>(launch).program);
    else if (op == CHX_OP_TAKE)
        check_mode(chx::attrs<chx_attrs_take>(launch).mode);
    else if (op == CHX_OP_SCATTER_ADD)
        check_mode(chx::attrs<chx_attrs_scatter_add>(launch).mode);
}

}  // namespace sim
