/* fused.h - the fused ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_FUSED_H
#define CHX_OPS_FUSED_H

#include "chx/chx_fused.h"

/* chx.fused_elementwise v1 (xs...: any) -> (y). A small register program over broadcast operands;
 * see chx_program in chx/chx_fused.h. Registers 0 .. n_in - 1 hold the operands in their own
 * dtypes, each instruction writes the next register, the last one is the result, of dtype `dtype`.
 * Dispatch dtypes: bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32
 * float64 complex64 complex128. */
#define CHX_OP_FUSED_ELEMENTWISE "chx.fused_elementwise"
#define CHX_OP_FUSED_ELEMENTWISE_VERSION 1u
typedef struct chx_attrs_fused_elementwise {
    uint32_t struct_size;
    chx_dtype dtype;
    chx_program program;
} chx_attrs_fused_elementwise;

#endif
