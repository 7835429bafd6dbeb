/* manipulation.h - the manipulation ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_MANIPULATION_H
#define CHX_OPS_MANIPULATION_H

#include "chx/chx_plugin.h"

/* chx.copy v1 (x) -> (y). The elements of x, cast to dtype, in the output's layout; broadcasting
 * was done by the core. Float to integer truncates, anything to bool compares with zero, complex
 * to real drops the imaginary part. Dispatch dtypes: bool int8 int16 int32 int64 uint8 uint16
 * uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_COPY "chx.copy"
#define CHX_OP_COPY_VERSION 1u
typedef struct chx_attrs_copy {
    uint32_t struct_size;
    chx_dtype dtype;
} chx_attrs_copy;

/* chx.unslice v1 (x) -> (y). Zeros of the given shape with x written where slice(starts, steps)
 * reads; the gradient of slice. Dispatch dtypes: bool int8 int16 int32 int64 uint8 uint16 uint32
 * uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_UNSLICE "chx.unslice"
#define CHX_OP_UNSLICE_VERSION 1u
typedef struct chx_attrs_unslice {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_starts;
    int64_t starts[CHX_MAX_NDIM]; /* the first n_starts count */
    int64_t n_steps;
    int64_t steps[CHX_MAX_NDIM]; /* the first n_steps count */
    int64_t n_shape;
    int64_t shape[CHX_MAX_NDIM]; /* the first n_shape count */
} chx_attrs_unslice;

/* chx.concatenate v1 (xs...) -> (y). The operands one after the other along axis; the other
 * extents agree. Dispatch dtypes: bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16
 * bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_CONCATENATE "chx.concatenate"
#define CHX_OP_CONCATENATE_VERSION 1u
typedef struct chx_attrs_concatenate {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t axis;
} chx_attrs_concatenate;

#endif
