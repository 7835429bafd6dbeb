/* opcodes.h - the instructions of chx.fused_elementwise programs. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_OPCODES_H
#define CHX_OPS_OPCODES_H

#define CHX_OPCODE_ADD 1 /* (x1, x2) -> (y) */
#define CHX_OPCODE_SUBTRACT 2 /* (x1, x2) -> (y) */
#define CHX_OPCODE_MULTIPLY 3 /* (x1, x2) -> (y) */
#define CHX_OPCODE_DIVIDE 4 /* (x1, x2) -> (y) */
#define CHX_OPCODE_FLOOR_DIVIDE 5 /* (x1, x2) -> (y) */
#define CHX_OPCODE_REMAINDER 6 /* (x1, x2) -> (y) */
#define CHX_OPCODE_FMOD 7 /* (x1, x2) -> (y) */
#define CHX_OPCODE_POWER 8 /* (x1, x2) -> (y) */
#define CHX_OPCODE_MAXIMUM 9 /* (x1, x2) -> (y) */
#define CHX_OPCODE_MINIMUM 10 /* (x1, x2) -> (y) */
#define CHX_OPCODE_NEGATIVE 11 /* (x) -> (y) */
#define CHX_OPCODE_ABS 12 /* (x) -> (y) */
#define CHX_OPCODE_SIGN 13 /* (x) -> (y) */
#define CHX_OPCODE_SQUARE 14 /* (x) -> (y) */
#define CHX_OPCODE_RECIPROCAL 15 /* (x) -> (y) */
#define CHX_OPCODE_SQRT 16 /* (x) -> (y) */
#define CHX_OPCODE_EXP 17 /* (x) -> (y) */
#define CHX_OPCODE_EXPM1 18 /* (x) -> (y) */
#define CHX_OPCODE_EXP2 19 /* (x) -> (y) */
#define CHX_OPCODE_LOG 20 /* (x) -> (y) */
#define CHX_OPCODE_LOG1P 21 /* (x) -> (y) */
#define CHX_OPCODE_LOG2 22 /* (x) -> (y) */
#define CHX_OPCODE_LOG10 23 /* (x) -> (y) */
#define CHX_OPCODE_ERF 24 /* (x) -> (y) */
#define CHX_OPCODE_SIN 25 /* (x) -> (y) */
#define CHX_OPCODE_COS 26 /* (x) -> (y) */
#define CHX_OPCODE_TAN 27 /* (x) -> (y) */
#define CHX_OPCODE_ARCSIN 28 /* (x) -> (y) */
#define CHX_OPCODE_ARCCOS 29 /* (x) -> (y) */
#define CHX_OPCODE_ARCTAN 30 /* (x) -> (y) */
#define CHX_OPCODE_ARCTAN2 31 /* (x1, x2) -> (y) */
#define CHX_OPCODE_SINH 32 /* (x) -> (y) */
#define CHX_OPCODE_COSH 33 /* (x) -> (y) */
#define CHX_OPCODE_TANH 34 /* (x) -> (y) */
#define CHX_OPCODE_ARCSINH 35 /* (x) -> (y) */
#define CHX_OPCODE_ARCCOSH 36 /* (x) -> (y) */
#define CHX_OPCODE_ARCTANH 37 /* (x) -> (y) */
#define CHX_OPCODE_CEIL 38 /* (x) -> (y) */
#define CHX_OPCODE_FLOOR 39 /* (x) -> (y) */
#define CHX_OPCODE_TRUNC 40 /* (x) -> (y) */
#define CHX_OPCODE_ROUND 41 /* (x) -> (y) */
#define CHX_OPCODE_EQUAL 42 /* (x1, x2) -> (y) */
#define CHX_OPCODE_NOT_EQUAL 43 /* (x1, x2) -> (y) */
#define CHX_OPCODE_LESS 44 /* (x1, x2) -> (y) */
#define CHX_OPCODE_LESS_EQUAL 45 /* (x1, x2) -> (y) */
#define CHX_OPCODE_GREATER 46 /* (x1, x2) -> (y) */
#define CHX_OPCODE_GREATER_EQUAL 47 /* (x1, x2) -> (y) */
#define CHX_OPCODE_ISNAN 48 /* (x) -> (y) */
#define CHX_OPCODE_ISINF 49 /* (x) -> (y) */
#define CHX_OPCODE_ISFINITE 50 /* (x) -> (y) */
#define CHX_OPCODE_LOGICAL_AND 51 /* (x1, x2) -> (y) */
#define CHX_OPCODE_LOGICAL_OR 52 /* (x1, x2) -> (y) */
#define CHX_OPCODE_LOGICAL_XOR 53 /* (x1, x2) -> (y) */
#define CHX_OPCODE_LOGICAL_NOT 54 /* (x) -> (y) */
#define CHX_OPCODE_BITWISE_AND 55 /* (x1, x2) -> (y) */
#define CHX_OPCODE_BITWISE_OR 56 /* (x1, x2) -> (y) */
#define CHX_OPCODE_BITWISE_XOR 57 /* (x1, x2) -> (y) */
#define CHX_OPCODE_BITWISE_NOT 58 /* (x) -> (y) */
#define CHX_OPCODE_LEFT_SHIFT 59 /* (x1, x2) -> (y) */
#define CHX_OPCODE_RIGHT_SHIFT 60 /* (x1, x2) -> (y) */
#define CHX_OPCODE_WHERE 61 /* (condition: bool, x1, x2) -> (y) */
#define CHX_OPCODE_RELU 62 /* (x) -> (y) */
#define CHX_OPCODE_RELU_GRAD 63 /* (y, gy) -> (gx) */
#define CHX_OPCODE_SIGMOID 64 /* (x) -> (y) */
#define CHX_OPCODE_HYPOT 65 /* (x1, x2) -> (y) */
#define CHX_OPCODE_COPYSIGN 66 /* (x1, x2) -> (y) */
#define CHX_OPCODE_NEXTAFTER 67 /* (x1, x2) -> (y) */
#define CHX_OPCODE_SIGNBIT 68 /* (x) -> (y) */
#define CHX_OPCODE_LOGADDEXP 69 /* (x1, x2) -> (y) */
#define CHX_OPCODE_REAL 70 /* (x) -> (y) */
#define CHX_OPCODE_IMAG 71 /* (x) -> (y) */
#define CHX_OPCODE_CONJ 72 /* (x) -> (y) */
#define CHX_OPCODE_GCD 73 /* (x1, x2) -> (y) */
#define CHX_N_OPCODES 74

#endif
