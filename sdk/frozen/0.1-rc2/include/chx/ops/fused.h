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

/* chx.fused_reduction v1 (xs...: any) -> (y). The result of a chx.fused_elementwise program, of
 * dtype `dtype`, reduced over axes as chx.sum and its kin do, without being written to memory in
 * between. Operands have one shape, broadcast dimensions a stride of 0; or they are scalars. An op
 * of its own, so that a device may have the one and not the other. Dispatch dtypes: float16
 * bfloat16 float32 float64. */
#define CHX_OP_FUSED_REDUCTION "chx.fused_reduction"
#define CHX_OP_FUSED_REDUCTION_VERSION 1u
#define CHX_FUSED_REDUCTION_REDUCTION_SUM 1
#define CHX_FUSED_REDUCTION_REDUCTION_PROD 2
#define CHX_FUSED_REDUCTION_REDUCTION_MAX 3
#define CHX_FUSED_REDUCTION_REDUCTION_MIN 4
typedef struct chx_attrs_fused_reduction {
    uint32_t struct_size;
    chx_dtype dtype;
    chx_program program;
    int32_t reduction; /* 1 sum, 2 prod, 3 max, 4 min */
    uint32_t reserved; /* 0 */
    int64_t n_axes;
    int64_t axes[CHX_MAX_NDIM]; /* the first n_axes count */
    int32_t keepdims; /* 0 or 1 */
    uint32_t reserved1; /* 0 */
} chx_attrs_fused_reduction;

#endif
