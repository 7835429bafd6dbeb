/* hyperbolic.h - the hyperbolic ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_HYPERBOLIC_H
#define CHX_OPS_HYPERBOLIC_H

#include "chx/chx_plugin.h"

/* chx.sinh v1 (x) -> (y). The hyperbolic sine. Dispatch dtypes: float16 bfloat16 float32 float64
 * complex64 complex128. */
#define CHX_OP_SINH "chx.sinh"
#define CHX_OP_SINH_VERSION 1u

/* chx.cosh v1 (x) -> (y). The hyperbolic cosine. Dispatch dtypes: float16 bfloat16 float32 float64
 * complex64 complex128. */
#define CHX_OP_COSH "chx.cosh"
#define CHX_OP_COSH_VERSION 1u

/* chx.tanh v1 (x) -> (y). The hyperbolic tangent. Dispatch dtypes: float16 bfloat16 float32
 * float64 complex64 complex128. */
#define CHX_OP_TANH "chx.tanh"
#define CHX_OP_TANH_VERSION 1u

/* chx.arcsinh v1 (x) -> (y). The inverse hyperbolic sine. Dispatch dtypes: float16 bfloat16
 * float32 float64 complex64 complex128. */
#define CHX_OP_ARCSINH "chx.arcsinh"
#define CHX_OP_ARCSINH_VERSION 1u

/* chx.arccosh v1 (x) -> (y). The inverse hyperbolic cosine. Dispatch dtypes: float16 bfloat16
 * float32 float64 complex64 complex128. */
#define CHX_OP_ARCCOSH "chx.arccosh"
#define CHX_OP_ARCCOSH_VERSION 1u

/* chx.arctanh v1 (x) -> (y). The inverse hyperbolic tangent. Dispatch dtypes: float16 bfloat16
 * float32 float64 complex64 complex128. */
#define CHX_OP_ARCTANH "chx.arctanh"
#define CHX_OP_ARCTANH_VERSION 1u

#endif
