/* logic.h - the logic ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_LOGIC_H
#define CHX_OPS_LOGIC_H

#include "chx/chx_plugin.h"

/* chx.logical_and v1 (x1, x2) -> (y). Whether both are non-zero. Dispatch dtypes: bool int8 int16
 * int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_LOGICAL_AND "chx.logical_and"
#define CHX_OP_LOGICAL_AND_VERSION 1u

/* chx.logical_or v1 (x1, x2) -> (y). Whether at least one is non-zero. Dispatch dtypes: bool int8
 * int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64
 * complex128. */
#define CHX_OP_LOGICAL_OR "chx.logical_or"
#define CHX_OP_LOGICAL_OR_VERSION 1u

/* chx.logical_xor v1 (x1, x2) -> (y). Whether exactly one is non-zero. Dispatch dtypes: bool int8
 * int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64
 * complex128. */
#define CHX_OP_LOGICAL_XOR "chx.logical_xor"
#define CHX_OP_LOGICAL_XOR_VERSION 1u

/* chx.logical_not v1 (x) -> (y). Whether x is zero. Dispatch dtypes: bool int8 int16 int32 int64
 * uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_LOGICAL_NOT "chx.logical_not"
#define CHX_OP_LOGICAL_NOT_VERSION 1u

#endif
