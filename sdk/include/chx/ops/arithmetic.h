/* arithmetic.h - the arithmetic ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_ARITHMETIC_H
#define CHX_OPS_ARITHMETIC_H

#include "chx/chx_plugin.h"

/* chx.add v1 (x1, x2) -> (y). x1 + x2; integers wrap around. Dispatch dtypes: int8 int16 int32
 * int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_ADD "chx.add"
#define CHX_OP_ADD_VERSION 1u

/* chx.subtract v1 (x1, x2) -> (y). x1 - x2; integers wrap around. Dispatch dtypes: int8 int16
 * int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_SUBTRACT "chx.subtract"
#define CHX_OP_SUBTRACT_VERSION 1u

/* chx.multiply v1 (x1, x2) -> (y). x1 * x2; integers wrap around; for bool, logical and. Dispatch
 * dtypes: bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64
 * complex64 complex128. */
#define CHX_OP_MULTIPLY "chx.multiply"
#define CHX_OP_MULTIPLY_VERSION 1u

/* chx.divide v1 (x1, x2) -> (y). x1 / x2, true division. Dispatch dtypes: float16 bfloat16 float32
 * float64 complex64 complex128. */
#define CHX_OP_DIVIDE "chx.divide"
#define CHX_OP_DIVIDE_VERSION 1u

/* chx.floor_divide v1 (x1, x2) -> (y). floor(x1 / x2); an integer divided by zero gives zero.
 * Dispatch dtypes: int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32
 * float64. */
#define CHX_OP_FLOOR_DIVIDE "chx.floor_divide"
#define CHX_OP_FLOOR_DIVIDE_VERSION 1u

/* chx.remainder v1 (x1, x2) -> (y). x1 - floor(x1 / x2) * x2: the sign is that of x2; an integer
 * modulo zero is zero. Dispatch dtypes: int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16
 * bfloat16 float32 float64. */
#define CHX_OP_REMAINDER "chx.remainder"
#define CHX_OP_REMAINDER_VERSION 1u

/* chx.fmod v1 (x1, x2) -> (y). C's fmod: x1 - trunc(x1 / x2) * x2, the sign is that of x1; an
 * integer modulo zero is zero. Dispatch dtypes: int8 int16 int32 int64 uint8 uint16 uint32 uint64
 * float16 bfloat16 float32 float64. */
#define CHX_OP_FMOD "chx.fmod"
#define CHX_OP_FMOD_VERSION 1u

/* chx.power v1 (x1, x2) -> (y). x1 to the power of x2; integers wrap around, and a negative
 * integer exponent gives 0 unless |x1| is 1. Dispatch dtypes: int8 int16 int32 int64 uint8 uint16
 * uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_POWER "chx.power"
#define CHX_OP_POWER_VERSION 1u

/* chx.maximum v1 (x1, x2) -> (y). The greater one; NaN if either is NaN. Dispatch dtypes: bool
 * int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64. */
#define CHX_OP_MAXIMUM "chx.maximum"
#define CHX_OP_MAXIMUM_VERSION 1u

/* chx.minimum v1 (x1, x2) -> (y). The lesser one; NaN if either is NaN. Dispatch dtypes: bool int8
 * int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64. */
#define CHX_OP_MINIMUM "chx.minimum"
#define CHX_OP_MINIMUM_VERSION 1u

/* chx.negative v1 (x) -> (y). -x. Dispatch dtypes: int8 int16 int32 int64 uint8 uint16 uint32
 * uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_NEGATIVE "chx.negative"
#define CHX_OP_NEGATIVE_VERSION 1u

/* chx.abs v1 (x) -> (y). |x|; for complex numbers the modulus, as a real array. Dispatch dtypes:
 * int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64
 * complex128. */
#define CHX_OP_ABS "chx.abs"
#define CHX_OP_ABS_VERSION 1u

/* chx.sign v1 (x) -> (y). -1, 0 or 1; NaN stays NaN; for complex numbers x / |x|. Dispatch dtypes:
 * int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64
 * complex128. */
#define CHX_OP_SIGN "chx.sign"
#define CHX_OP_SIGN_VERSION 1u

/* chx.square v1 (x) -> (y). x * x. Dispatch dtypes: int8 int16 int32 int64 uint8 uint16 uint32
 * uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_SQUARE "chx.square"
#define CHX_OP_SQUARE_VERSION 1u

/* chx.reciprocal v1 (x) -> (y). 1 / x. Dispatch dtypes: float16 bfloat16 float32 float64 complex64
 * complex128. */
#define CHX_OP_RECIPROCAL "chx.reciprocal"
#define CHX_OP_RECIPROCAL_VERSION 1u

/* chx.hypot v1 (x1, x2) -> (y). sqrt(x1 * x1 + x2 * x2), without overflow on the way; infinite if
 * either is, even beside NaN. Dispatch dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_HYPOT "chx.hypot"
#define CHX_OP_HYPOT_VERSION 1u

/* chx.copysign v1 (x1, x2) -> (y). |x1| with the sign of x2, of zeros and NaN too. Dispatch
 * dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_COPYSIGN "chx.copysign"
#define CHX_OP_COPYSIGN_VERSION 1u

/* chx.nextafter v1 (x1, x2) -> (y). The next representable number after x1 in the direction of x2;
 * x2 if they are equal. Dispatch dtypes: float32 float64. */
#define CHX_OP_NEXTAFTER "chx.nextafter"
#define CHX_OP_NEXTAFTER_VERSION 1u

/* chx.gcd v1 (x1, x2) -> (y). The greatest common divisor of |x1| and |x2|; that of zero and n is
 * |n|. Dispatch dtypes: int8 int16 int32 int64 uint8 uint16 uint32 uint64. */
#define CHX_OP_GCD "chx.gcd"
#define CHX_OP_GCD_VERSION 1u

/* chx.signbit v1 (x) -> (y). Whether the sign is negative, of zeros and NaN too. Dispatch dtypes:
 * float16 bfloat16 float32 float64. */
#define CHX_OP_SIGNBIT "chx.signbit"
#define CHX_OP_SIGNBIT_VERSION 1u

#endif
