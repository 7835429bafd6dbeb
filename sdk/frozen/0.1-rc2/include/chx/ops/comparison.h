/* comparison.h - the comparison ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_COMPARISON_H
#define CHX_OPS_COMPARISON_H

#include "chx/chx_plugin.h"

/* chx.equal v1 (x1, x2) -> (y). x1 == x2. Dispatch dtypes: bool int8 int16 int32 int64 uint8
 * uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_EQUAL "chx.equal"
#define CHX_OP_EQUAL_VERSION 1u

/* chx.not_equal v1 (x1, x2) -> (y). x1 != x2. Dispatch dtypes: bool int8 int16 int32 int64 uint8
 * uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_NOT_EQUAL "chx.not_equal"
#define CHX_OP_NOT_EQUAL_VERSION 1u

/* chx.less v1 (x1, x2) -> (y). x1 < x2. Dispatch dtypes: bool int8 int16 int32 int64 uint8 uint16
 * uint32 uint64 float16 bfloat16 float32 float64. */
#define CHX_OP_LESS "chx.less"
#define CHX_OP_LESS_VERSION 1u

/* chx.less_equal v1 (x1, x2) -> (y). x1 <= x2. Dispatch dtypes: bool int8 int16 int32 int64 uint8
 * uint16 uint32 uint64 float16 bfloat16 float32 float64. */
#define CHX_OP_LESS_EQUAL "chx.less_equal"
#define CHX_OP_LESS_EQUAL_VERSION 1u

/* chx.greater v1 (x1, x2) -> (y). x1 > x2. Dispatch dtypes: bool int8 int16 int32 int64 uint8
 * uint16 uint32 uint64 float16 bfloat16 float32 float64. */
#define CHX_OP_GREATER "chx.greater"
#define CHX_OP_GREATER_VERSION 1u

/* chx.greater_equal v1 (x1, x2) -> (y). x1 >= x2. Dispatch dtypes: bool int8 int16 int32 int64
 * uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64. */
#define CHX_OP_GREATER_EQUAL "chx.greater_equal"
#define CHX_OP_GREATER_EQUAL_VERSION 1u

/* chx.isnan v1 (x) -> (y). Whether x is NaN. Dispatch dtypes: bool int8 int16 int32 int64 uint8
 * uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_ISNAN "chx.isnan"
#define CHX_OP_ISNAN_VERSION 1u

/* chx.isinf v1 (x) -> (y). Whether x is infinite. Dispatch dtypes: bool int8 int16 int32 int64
 * uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_ISINF "chx.isinf"
#define CHX_OP_ISINF_VERSION 1u

/* chx.isfinite v1 (x) -> (y). Whether x is neither infinite nor NaN. Dispatch dtypes: bool int8
 * int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64
 * complex128. */
#define CHX_OP_ISFINITE "chx.isfinite"
#define CHX_OP_ISFINITE_VERSION 1u

#endif
