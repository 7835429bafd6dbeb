/* pooling.h - the pooling ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_POOLING_H
#define CHX_OPS_POOLING_H

#include "chx/chx_plugin.h"

/* chx.max_pool v1 (x) -> (y, indices: int64). The greatest element of each window of x (N, C, d1,
 * ..., dk). indices: where it is, as a row-major index into (d1, ..., dk); the first one of
 * equals. Windows lie within x and its padding of minus infinity as far as the spatial extents
 * `output` say. Dispatch dtypes: int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16
 * bfloat16 float32 float64. */
#define CHX_OP_MAX_POOL "chx.max_pool"
#define CHX_OP_MAX_POOL_VERSION 1u
typedef struct chx_attrs_max_pool {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_kernel;
    int64_t kernel[CHX_MAX_NDIM]; /* the first n_kernel count */
    int64_t n_stride;
    int64_t stride[CHX_MAX_NDIM]; /* the first n_stride count */
    int64_t n_pad;
    int64_t pad[CHX_MAX_NDIM]; /* the first n_pad count */
    int64_t n_output;
    int64_t output[CHX_MAX_NDIM]; /* the first n_output count */
} chx_attrs_max_pool;

/* chx.max_pool_grad v1 (gy, indices: int64) -> (gx). The gradient of max_pool with respect to x,
 * whose spatial extents are `input`. Dispatch dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_MAX_POOL_GRAD "chx.max_pool_grad"
#define CHX_OP_MAX_POOL_GRAD_VERSION 1u
typedef struct chx_attrs_max_pool_grad {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_input;
    int64_t input[CHX_MAX_NDIM]; /* the first n_input count */
} chx_attrs_max_pool_grad;

/* chx.pool_gather v1 (x, indices: int64) -> (y). The elements of x (N, C, d1, ..., dk) at indices
 * (N, C, ...) as max_pool gives them; the gradient of max_pool_grad. Dispatch dtypes: float16
 * bfloat16 float32 float64. */
#define CHX_OP_POOL_GATHER "chx.pool_gather"
#define CHX_OP_POOL_GATHER_VERSION 1u

/* chx.average_pool v1 (x) -> (y). The mean of each window of x (N, C, d1, ..., dk); padding counts
 * as zeros if count_pad, else not at all. Dispatch dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_AVERAGE_POOL "chx.average_pool"
#define CHX_OP_AVERAGE_POOL_VERSION 1u
typedef struct chx_attrs_average_pool {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_kernel;
    int64_t kernel[CHX_MAX_NDIM]; /* the first n_kernel count */
    int64_t n_stride;
    int64_t stride[CHX_MAX_NDIM]; /* the first n_stride count */
    int64_t n_pad;
    int64_t pad[CHX_MAX_NDIM]; /* the first n_pad count */
    int64_t n_output;
    int64_t output[CHX_MAX_NDIM]; /* the first n_output count */
    int32_t count_pad; /* 0 or 1 */
    uint32_t reserved1; /* 0 */
} chx_attrs_average_pool;

/* chx.average_pool_grad v1 (gy) -> (gx). The gradient of average_pool with respect to x, whose
 * spatial extents are `input`. Dispatch dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_AVERAGE_POOL_GRAD "chx.average_pool_grad"
#define CHX_OP_AVERAGE_POOL_GRAD_VERSION 1u
typedef struct chx_attrs_average_pool_grad {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_kernel;
    int64_t kernel[CHX_MAX_NDIM]; /* the first n_kernel count */
    int64_t n_stride;
    int64_t stride[CHX_MAX_NDIM]; /* the first n_stride count */
    int64_t n_pad;
    int64_t pad[CHX_MAX_NDIM]; /* the first n_pad count */
    int64_t n_input;
    int64_t input[CHX_MAX_NDIM]; /* the first n_input count */
    int32_t count_pad; /* 0 or 1 */
    uint32_t reserved1; /* 0 */
} chx_attrs_average_pool_grad;

#endif
