/* trigonometric.h - the trigonometric ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_TRIGONOMETRIC_H
#define CHX_OPS_TRIGONOMETRIC_H

#include "chx/chx_plugin.h"

/* chx.sin v1 (x) -> (y). The sine of x in radians. Dispatch dtypes: float16 bfloat16 float32
 * float64 complex64 complex128. */
#define CHX_OP_SIN "chx.sin"
#define CHX_OP_SIN_VERSION 1u

/* chx.cos v1 (x) -> (y). The cosine of x in radians. Dispatch dtypes: float16 bfloat16 float32
 * float64 complex64 complex128. */
#define CHX_OP_COS "chx.cos"
#define CHX_OP_COS_VERSION 1u

/* chx.tan v1 (x) -> (y). The tangent of x in radians. Dispatch dtypes: float16 bfloat16 float32
 * float64 complex64 complex128. */
#define CHX_OP_TAN "chx.tan"
#define CHX_OP_TAN_VERSION 1u

/* chx.arcsin v1 (x) -> (y). The inverse sine, in radians. Dispatch dtypes: float16 bfloat16
 * float32 float64 complex64 complex128. */
#define CHX_OP_ARCSIN "chx.arcsin"
#define CHX_OP_ARCSIN_VERSION 1u

/* chx.arccos v1 (x) -> (y). The inverse cosine, in radians. Dispatch dtypes: float16 bfloat16
 * float32 float64 complex64 complex128. */
#define CHX_OP_ARCCOS "chx.arccos"
#define CHX_OP_ARCCOS_VERSION 1u

/* chx.arctan v1 (x) -> (y). The inverse tangent, in radians. Dispatch dtypes: float16 bfloat16
 * float32 float64 complex64 complex128. */
#define CHX_OP_ARCTAN "chx.arctan"
#define CHX_OP_ARCTAN_VERSION 1u

/* chx.arctan2 v1 (x1, x2) -> (y). The angle of the point (x2, x1), in radians, from -pi to pi.
 * Dispatch dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_ARCTAN2 "chx.arctan2"
#define CHX_OP_ARCTAN2_VERSION 1u

#endif
