/* indexing.h - the indexing ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_INDEXING_H
#define CHX_OPS_INDEXING_H

#include "chx/chx_plugin.h"

/* chx.where v1 (condition: bool, x1, x2) -> (y). x1 where condition holds, x2 elsewhere. Dispatch
 * dtypes: bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64
 * complex64 complex128. */
#define CHX_OP_WHERE "chx.where"
#define CHX_OP_WHERE_VERSION 1u

/* chx.take v1 (x, indices: int64) -> (y). Slices of x along axis at indices; the shape of indices
 * replaces that axis. Mode raise: an index outside [-n, n) fails with CHX_E_INVALID where the
 * device can tell, otherwise it wraps. Dispatch dtypes: bool int8 int16 int32 int64 uint8 uint16
 * uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_TAKE "chx.take"
#define CHX_OP_TAKE_VERSION 1u
#define CHX_TAKE_MODE_RAISE 0
#define CHX_TAKE_MODE_WRAP 1
#define CHX_TAKE_MODE_CLIP 2
typedef struct chx_attrs_take {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t axis;
    int32_t mode; /* 0 raise, 1 wrap, 2 clip */
    uint32_t reserved1; /* 0 */
} chx_attrs_take;

/* chx.scatter_add v1 (x, indices: int64, updates) -> (y). x with updates added to the slices along
 * axis at indices; repeated indices add up. The gradient of take. Dispatch dtypes: bool int8 int16
 * int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_SCATTER_ADD "chx.scatter_add"
#define CHX_OP_SCATTER_ADD_VERSION 1u
#define CHX_SCATTER_ADD_MODE_RAISE 0
#define CHX_SCATTER_ADD_MODE_WRAP 1
#define CHX_SCATTER_ADD_MODE_CLIP 2
typedef struct chx_attrs_scatter_add {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t axis;
    int32_t mode; /* 0 raise, 1 wrap, 2 clip */
    uint32_t reserved1; /* 0 */
} chx_attrs_scatter_add;

/* chx.scatter v1 (x, indices: int64, updates) -> (y). x with the slices along axis at indices
 * replaced by updates; of repeated indices the last one wins. Dispatch dtypes: bool int8 int16
 * int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_SCATTER "chx.scatter"
#define CHX_OP_SCATTER_VERSION 1u
#define CHX_SCATTER_MODE_RAISE 0
#define CHX_SCATTER_MODE_WRAP 1
#define CHX_SCATTER_MODE_CLIP 2
typedef struct chx_attrs_scatter {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t axis;
    int32_t mode; /* 0 raise, 1 wrap, 2 clip */
    uint32_t reserved1; /* 0 */
} chx_attrs_scatter;

/* chx.nonzero v1 (x) -> (indices: int64, count: int64). The multi-indices of the non-zero elements
 * in row-major order: count rows of an (x.size, x.ndim) array, the rest is undefined. Dispatch
 * dtypes: bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64
 * complex64 complex128. */
#define CHX_OP_NONZERO "chx.nonzero"
#define CHX_OP_NONZERO_VERSION 1u

#endif
