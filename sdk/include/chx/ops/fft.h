/* fft.h - the fft ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_FFT_H
#define CHX_OPS_FFT_H

#include "chx/chx_plugin.h"

/* chx.fft v1 (x) -> (y). The discrete Fourier transform along axis, of extent n: y[k] is the sum
 * of x[j] * exp(-2 pi i j k / n) over all j, times scale; inverse: with exp(+2 pi i j k / n).
 * Dispatch dtypes: complex64 complex128. */
#define CHX_OP_FFT "chx.fft"
#define CHX_OP_FFT_VERSION 1u
typedef struct chx_attrs_fft {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t axis;
    int32_t inverse; /* 0 or 1 */
    uint32_t reserved1; /* 0 */
    double scale;
} chx_attrs_fft;

/* chx.rfft v1 (x) -> (y). The first n / 2 + 1 elements of chx.fft along axis, of extent n, of a
 * real x; complex. The rest follows: y[n - k] = conj(y[k]). Dispatch dtypes: float32 float64. */
#define CHX_OP_RFFT "chx.rfft"
#define CHX_OP_RFFT_VERSION 1u
typedef struct chx_attrs_rfft {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t axis;
    double scale;
} chx_attrs_rfft;

/* chx.irfft v1 (x) -> (y). The inverse transform of x, whose extent along axis is n / 2 + 1,
 * continued by y[n - k] = conj(y[k]); real, of extent n >= 1. The imaginary parts of the first
 * element and, for an even n, of the last do not count. Dispatch dtypes: complex64 complex128. */
#define CHX_OP_IRFFT "chx.irfft"
#define CHX_OP_IRFFT_VERSION 1u
typedef struct chx_attrs_irfft {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t axis;
    int64_t n;
    double scale;
} chx_attrs_irfft;

#endif
