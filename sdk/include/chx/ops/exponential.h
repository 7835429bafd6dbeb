/* exponential.h - the exponential ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_EXPONENTIAL_H
#define CHX_OPS_EXPONENTIAL_H

#include "chx/chx_plugin.h"

/* chx.sqrt v1 (x) -> (y). The square root; NaN for negative real numbers. Dispatch dtypes: float16
 * bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_SQRT "chx.sqrt"
#define CHX_OP_SQRT_VERSION 1u

/* chx.exp v1 (x) -> (y). e to the power of x. Dispatch dtypes: float16 bfloat16 float32 float64
 * complex64 complex128. */
#define CHX_OP_EXP "chx.exp"
#define CHX_OP_EXP_VERSION 1u

/* chx.expm1 v1 (x) -> (y). exp(x) - 1, exact near zero. Dispatch dtypes: float16 bfloat16 float32
 * float64 complex64 complex128. */
#define CHX_OP_EXPM1 "chx.expm1"
#define CHX_OP_EXPM1_VERSION 1u

/* chx.exp2 v1 (x) -> (y). 2 to the power of x. Dispatch dtypes: float16 bfloat16 float32 float64
 * complex64 complex128. */
#define CHX_OP_EXP2 "chx.exp2"
#define CHX_OP_EXP2_VERSION 1u

/* chx.log v1 (x) -> (y). The natural logarithm. Dispatch dtypes: float16 bfloat16 float32 float64
 * complex64 complex128. */
#define CHX_OP_LOG "chx.log"
#define CHX_OP_LOG_VERSION 1u

/* chx.log1p v1 (x) -> (y). log(1 + x), exact near zero. Dispatch dtypes: float16 bfloat16 float32
 * float64 complex64 complex128. */
#define CHX_OP_LOG1P "chx.log1p"
#define CHX_OP_LOG1P_VERSION 1u

/* chx.log2 v1 (x) -> (y). The logarithm to base 2. Dispatch dtypes: float16 bfloat16 float32
 * float64 complex64 complex128. */
#define CHX_OP_LOG2 "chx.log2"
#define CHX_OP_LOG2_VERSION 1u

/* chx.log10 v1 (x) -> (y). The logarithm to base 10. Dispatch dtypes: float16 bfloat16 float32
 * float64 complex64 complex128. */
#define CHX_OP_LOG10 "chx.log10"
#define CHX_OP_LOG10_VERSION 1u

/* chx.erf v1 (x) -> (y). The error function, 2 / sqrt(pi) times the integral of exp(-t * t) from 0
 * to x. Dispatch dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_ERF "chx.erf"
#define CHX_OP_ERF_VERSION 1u

/* chx.logaddexp v1 (x1, x2) -> (y). log(exp(x1) + exp(x2)), without overflow on the way. Dispatch
 * dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_LOGADDEXP "chx.logaddexp"
#define CHX_OP_LOGADDEXP_VERSION 1u

#endif
