/* The kernel of the flawless device for fused programs: sums and products in float32, of contiguous operands. */
#ifndef CHAINERX_TESTS_FLAWLESS_PROGRAM_H
#define CHAINERX_TESTS_FLAWLESS_PROGRAM_H

#include <chx/ops/fused.h>
#include <chx/ops/opcodes.h>

#ifndef KNOWS_OPCODE /* what lies beyond belongs to a later contract */
#define KNOWS_OPCODE(opcode) ((opcode) == CHX_OPCODE_ADD || (opcode) == CHX_OPCODE_MULTIPLY)
#endif
#ifndef KNOWS_TYPE
#define KNOWS_TYPE(type) ((type) == CHX_TYPE_F32)
#endif
#ifndef REFUSE
#define REFUSE return host->set_error(CHX_E_UNIMPLEMENTED, "flawless: an unknown instruction")
#endif

static const float* floats(const chx_tensor* tensor) {
    return (const float*)((const char*)tensor->data + tensor->byte_offset);
}

static chx_status run_program(void* state, const chx_launch* launch) {
    (void)state;
    const chx_program* program = &((const chx_attrs_fused_elementwise*)launch->attrs)->program;
    for (uint32_t i = 0; i < program->n_instructions; ++i) {
        const chx_instruction* step = &program->code[i];
        if (!KNOWS_OPCODE(step->opcode)) REFUSE;
        if (!KNOWS_TYPE(step->type) || !KNOWS_TYPE(step->result_type)) REFUSE;
    }
    float* y = (float*)floats(launch->out[0]);
    for (int64_t i = 0; i < launch->out[0]->numel; ++i) {
        float registers[CHX_PROGRAM_MAX_INPUTS + CHX_PROGRAM_MAX_INSTRUCTIONS];
        float* next = registers;
        for (int k = 0; k < launch->n_in; ++k) *next++ = floats(launch->in[k])[i];
        for (uint32_t k = 0; k < program->n_instructions; ++k) {
            const chx_instruction* step = &program->code[k];
            const float a = registers[step->a], b = registers[step->b];
            *next++ = step->opcode == CHX_OPCODE_MULTIPLY ? a * b : a + b;
        }
        y[i] = next[-1];
    }
    return CHX_OK;
}

static const chx_kernel_def program_def = {.struct_size = sizeof(chx_kernel_def),
                                           .op_version = CHX_OP_FUSED_ELEMENTWISE_VERSION,
                                           .op = CHX_OP_FUSED_ELEMENTWISE,
                                           .dtypes = "f32",
                                           .fn = run_program};
static const chx_kernel_def* const kernels[] = {&program_def};

#endif
