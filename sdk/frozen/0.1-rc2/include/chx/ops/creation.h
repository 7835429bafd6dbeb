/* creation.h - the creation ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_CREATION_H
#define CHX_OPS_CREATION_H

#include "chx/chx_plugin.h"

/* chx.fill v1 (value) -> (y). An array full of value, a scalar or 0-d array. Dispatch dtypes: bool
 * int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64
 * complex128. */
#define CHX_OP_FILL "chx.fill"
#define CHX_OP_FILL_VERSION 1u
typedef struct chx_attrs_fill {
    uint32_t struct_size;
    chx_dtype dtype;
    int64_t n_shape;
    int64_t shape[CHX_MAX_NDIM]; /* the first n_shape count */
} chx_attrs_fill;

/* chx.arange v1 (start, step) -> (y). start + i * step for i = 0 .. n - 1; start and step are
 * scalars or 0-d arrays. Dispatch dtypes: int8 int16 int32 int64 uint8 uint16 uint32 uint64
 * float16 bfloat16 float32 float64. */
#define CHX_OP_ARANGE "chx.arange"
#define CHX_OP_ARANGE_VERSION 1u
typedef struct chx_attrs_arange {
    uint32_t struct_size;
    chx_dtype dtype;
    int64_t n;
} chx_attrs_arange;

#endif
