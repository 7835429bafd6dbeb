/* rounding.h - the rounding ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_ROUNDING_H
#define CHX_OPS_ROUNDING_H

#include "chx/chx_plugin.h"

/* chx.ceil v1 (x) -> (y). The least integer not below x, in x's dtype. Dispatch dtypes: int8 int16
 * int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64. */
#define CHX_OP_CEIL "chx.ceil"
#define CHX_OP_CEIL_VERSION 1u

/* chx.floor v1 (x) -> (y). The greatest integer not above x, in x's dtype. Dispatch dtypes: int8
 * int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64. */
#define CHX_OP_FLOOR "chx.floor"
#define CHX_OP_FLOOR_VERSION 1u

/* chx.trunc v1 (x) -> (y). x without its fraction. Dispatch dtypes: int8 int16 int32 int64 uint8
 * uint16 uint32 uint64 float16 bfloat16 float32 float64. */
#define CHX_OP_TRUNC "chx.trunc"
#define CHX_OP_TRUNC_VERSION 1u

/* chx.round v1 (x) -> (y). The nearest integer, halves to even. Dispatch dtypes: int8 int16 int32
 * int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_ROUND "chx.round"
#define CHX_OP_ROUND_VERSION 1u

#endif
