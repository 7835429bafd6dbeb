/* normalization.h - the normalization ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_NORMALIZATION_H
#define CHX_OPS_NORMALIZATION_H

#include "chx/chx_plugin.h"

/* chx.batch_norm v1 (x, gamma, beta) -> (y, mean, var). (x - mean) / sqrt(var + eps) * gamma +
 * beta, with mean and biased variance over axes. gamma, beta, mean and var have x's remaining
 * extents, in order. Dispatch dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_BATCH_NORM "chx.batch_norm"
#define CHX_OP_BATCH_NORM_VERSION 1u
typedef struct chx_attrs_batch_norm {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_axes;
    int64_t axes[CHX_MAX_NDIM]; /* the first n_axes count */
    double eps;
} chx_attrs_batch_norm;

/* chx.batch_norm_grad v1 (gy, x, gamma, mean, var) -> (gx, ggamma, gbeta). The gradients of
 * batch_norm with respect to x, gamma and beta, given its mean and var. Dispatch dtypes: float16
 * bfloat16 float32 float64. */
#define CHX_OP_BATCH_NORM_GRAD "chx.batch_norm_grad"
#define CHX_OP_BATCH_NORM_GRAD_VERSION 1u
typedef struct chx_attrs_batch_norm_grad {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_axes;
    int64_t axes[CHX_MAX_NDIM]; /* the first n_axes count */
    double eps;
} chx_attrs_batch_norm_grad;

/* chx.layer_norm v1 (x, gamma, beta) -> (y, mean, var). (x - mean) / sqrt(var + eps) * gamma +
 * beta, with mean and biased variance over the axes from first_axis on. gamma and beta have the
 * extents of these axes, mean and var those of the others. Dispatch dtypes: float16 bfloat16
 * float32 float64. */
#define CHX_OP_LAYER_NORM "chx.layer_norm"
#define CHX_OP_LAYER_NORM_VERSION 1u
typedef struct chx_attrs_layer_norm {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t first_axis;
    double eps;
} chx_attrs_layer_norm;

/* chx.layer_norm_grad v1 (gy, x, gamma, mean, var) -> (gx, ggamma, gbeta). The gradients of
 * layer_norm with respect to x, gamma and beta, given its mean and var. Dispatch dtypes: float16
 * bfloat16 float32 float64. */
#define CHX_OP_LAYER_NORM_GRAD "chx.layer_norm_grad"
#define CHX_OP_LAYER_NORM_GRAD_VERSION 1u
typedef struct chx_attrs_layer_norm_grad {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t first_axis;
    double eps;
} chx_attrs_layer_norm_grad;

#endif
