/* chx_fused.h - the program that chx.fused_elementwise carries in its attributes. C99, part of the contract. */
#ifndef CHX_FUSED_H
#define CHX_FUSED_H

#include "chx/chx_plugin.h"

/* Dense codes of the dtypes that programs compute in. */
#define CHX_TYPE_BOOL 0
#define CHX_TYPE_I8 1
#define CHX_TYPE_I16 2
#define CHX_TYPE_I32 3
#define CHX_TYPE_I64 4
#define CHX_TYPE_U8 5
#define CHX_TYPE_U16 6
#define CHX_TYPE_U32 7
#define CHX_TYPE_U64 8
#define CHX_TYPE_F16 9
#define CHX_TYPE_BF16 10
#define CHX_TYPE_F32 11
#define CHX_TYPE_F64 12
#define CHX_TYPE_C64 13
#define CHX_TYPE_C128 14
#define CHX_N_TYPES 15

/* Most operands, and most instructions, of one program. */
#define CHX_PROGRAM_MAX_INPUTS 16
#define CHX_PROGRAM_MAX_INSTRUCTIONS 48

/* Beside the opcodes of chx/ops/opcodes.h: converts register a from type to result_type, as chx.copy does. */
#define CHX_OPCODE_CAST 0

/* Writes register n_in + i, for the i-th instruction of the program. A kernel refuses opcodes from its header's
 * CHX_N_OPCODES and types from its CHX_N_TYPES on (CHX_E_UNIMPLEMENTED), before anything is enqueued. */
typedef struct chx_instruction {
    uint16_t opcode;     /* CHX_OPCODE_* */
    uint8_t type;        /* CHX_TYPE_* of the operands (of a condition: bool) */
    uint8_t result_type; /* CHX_TYPE_* of the result, as the op's row says */
    uint8_t a, b, c;     /* registers of the operands; unused ones are 0 */
    uint8_t reserved;    /* 0 */
} chx_instruction;

/* Registers 0 .. n_in - 1 are the operands, in their own dtypes; the last register written is the result. */
typedef struct chx_program {
    uint32_t n_in, n_instructions;
    chx_instruction code[CHX_PROGRAM_MAX_INSTRUCTIONS];
} chx_program;

#endif
