/* bitwise.h - the bitwise ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_BITWISE_H
#define CHX_OPS_BITWISE_H

#include "chx/chx_plugin.h"

/* chx.bitwise_and v1 (x1, x2) -> (y). x1 & x2, bit by bit. Dispatch dtypes: bool int8 int16 int32
 * int64 uint8 uint16 uint32 uint64. */
#define CHX_OP_BITWISE_AND "chx.bitwise_and"
#define CHX_OP_BITWISE_AND_VERSION 1u

/* chx.bitwise_or v1 (x1, x2) -> (y). x1 | x2, bit by bit. Dispatch dtypes: bool int8 int16 int32
 * int64 uint8 uint16 uint32 uint64. */
#define CHX_OP_BITWISE_OR "chx.bitwise_or"
#define CHX_OP_BITWISE_OR_VERSION 1u

/* chx.bitwise_xor v1 (x1, x2) -> (y). x1 ^ x2, bit by bit. Dispatch dtypes: bool int8 int16 int32
 * int64 uint8 uint16 uint32 uint64. */
#define CHX_OP_BITWISE_XOR "chx.bitwise_xor"
#define CHX_OP_BITWISE_XOR_VERSION 1u

/* chx.bitwise_not v1 (x) -> (y). ~x, bit by bit; for bool, logical not. Dispatch dtypes: bool int8
 * int16 int32 int64 uint8 uint16 uint32 uint64. */
#define CHX_OP_BITWISE_NOT "chx.bitwise_not"
#define CHX_OP_BITWISE_NOT_VERSION 1u

/* chx.left_shift v1 (x1, x2) -> (y). x1 << x2; 0 if x2 is negative or at least the width. Dispatch
 * dtypes: int8 int16 int32 int64 uint8 uint16 uint32 uint64. */
#define CHX_OP_LEFT_SHIFT "chx.left_shift"
#define CHX_OP_LEFT_SHIFT_VERSION 1u

/* chx.right_shift v1 (x1, x2) -> (y). x1 >> x2, arithmetic for signed integers; the sign fills in
 * if x2 is negative or at least the width. Dispatch dtypes: int8 int16 int32 int64 uint8 uint16
 * uint32 uint64. */
#define CHX_OP_RIGHT_SHIFT "chx.right_shift"
#define CHX_OP_RIGHT_SHIFT_VERSION 1u

#endif
