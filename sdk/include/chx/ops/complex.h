/* complex.h - the complex ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_COMPLEX_H
#define CHX_OPS_COMPLEX_H

#include "chx/chx_plugin.h"

/* chx.real v1 (x) -> (y). The real part. Dispatch dtypes: complex64 complex128. */
#define CHX_OP_REAL "chx.real"
#define CHX_OP_REAL_VERSION 1u

/* chx.imag v1 (x) -> (y). The imaginary part. Dispatch dtypes: complex64 complex128. */
#define CHX_OP_IMAG "chx.imag"
#define CHX_OP_IMAG_VERSION 1u

/* chx.conj v1 (x) -> (y). The conjugate: the imaginary part negated. Dispatch dtypes: complex64
 * complex128. */
#define CHX_OP_CONJ "chx.conj"
#define CHX_OP_CONJ_VERSION 1u

#endif
