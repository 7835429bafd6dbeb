/* linear_algebra.h - the linear algebra ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_LINEAR_ALGEBRA_H
#define CHX_OPS_LINEAR_ALGEBRA_H

#include "chx/chx_plugin.h"

/* chx.matmul v1 (x1, x2) -> (y). Products of (..., m, k) and (..., k, n) matrices. Both operands
 * have the same number of dimensions, at least 2, and the same leading extents (broadcast by the
 * core with stride 0). 16-bit floats add up in float32. Dispatch dtypes: int8 int16 int32 int64
 * uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_MATMUL "chx.matmul"
#define CHX_OP_MATMUL_VERSION 1u

/* chx.linear v1 (x, w, b?) -> (y). A fully connected layer: (m, k) x times the transpose of (n, k)
 * w, plus (n) b in each row. Dispatch dtypes: int8 int16 int32 int64 uint8 uint16 uint32 uint64
 * float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_LINEAR "chx.linear"
#define CHX_OP_LINEAR_VERSION 1u

/* chx.linear_weight_grad v1 (gy, x) -> (gw, gb). The gradients of linear with respect to w and b:
 * the transpose of (m, n) gy times (m, k) x, and the sum of gy's rows. Dispatch dtypes: float16
 * bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_LINEAR_WEIGHT_GRAD "chx.linear_weight_grad"
#define CHX_OP_LINEAR_WEIGHT_GRAD_VERSION 1u

/* chx.linear_grad v1 (gy, x, w) -> (gx, gw, gb). All gradients of linear: (m, n) gy times (n, k)
 * w, and those that linear_weight_grad gives for (m, k) x. Dispatch dtypes: float16 bfloat16
 * float32 float64 complex64 complex128. */
#define CHX_OP_LINEAR_GRAD "chx.linear_grad"
#define CHX_OP_LINEAR_GRAD_VERSION 1u

#endif
