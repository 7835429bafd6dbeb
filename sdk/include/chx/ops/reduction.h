/* reduction.h - the reduction ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_REDUCTION_H
#define CHX_OPS_REDUCTION_H

#include "chx/chx_plugin.h"

/* chx.sum v1 (x) -> (y). The sum over axes; integers and bool are summed in 64 bits, 16-bit floats
 * in float32. Dispatch dtypes: bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16
 * bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_SUM "chx.sum"
#define CHX_OP_SUM_VERSION 1u
typedef struct chx_attrs_sum {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_axes;
    int64_t axes[CHX_MAX_NDIM]; /* the first n_axes count */
    int32_t keepdims; /* 0 or 1 */
    uint32_t reserved1; /* 0 */
} chx_attrs_sum;

/* chx.mean v1 (x) -> (y). The sum over axes, divided by the number of elements summed; 16-bit
 * floats are summed and divided in float32. Dispatch dtypes: float16 bfloat16 float32 float64
 * complex64 complex128. */
#define CHX_OP_MEAN "chx.mean"
#define CHX_OP_MEAN_VERSION 1u
typedef struct chx_attrs_mean {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_axes;
    int64_t axes[CHX_MAX_NDIM]; /* the first n_axes count */
    int32_t keepdims; /* 0 or 1 */
    uint32_t reserved1; /* 0 */
} chx_attrs_mean;

/* chx.prod v1 (x) -> (y). The product over axes; integers and bool are multiplied in 64 bits,
 * 16-bit floats in float32. Dispatch dtypes: bool int8 int16 int32 int64 uint8 uint16 uint32
 * uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_PROD "chx.prod"
#define CHX_OP_PROD_VERSION 1u
typedef struct chx_attrs_prod {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_axes;
    int64_t axes[CHX_MAX_NDIM]; /* the first n_axes count */
    int32_t keepdims; /* 0 or 1 */
    uint32_t reserved1; /* 0 */
} chx_attrs_prod;

/* chx.max v1 (x) -> (y). The greatest element over axes, NaN if there is one; no axis may be
 * empty. Dispatch dtypes: bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16
 * float32 float64. */
#define CHX_OP_MAX "chx.max"
#define CHX_OP_MAX_VERSION 1u
typedef struct chx_attrs_max {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_axes;
    int64_t axes[CHX_MAX_NDIM]; /* the first n_axes count */
    int32_t keepdims; /* 0 or 1 */
    uint32_t reserved1; /* 0 */
} chx_attrs_max;

/* chx.min v1 (x) -> (y). The least element over axes, NaN if there is one; no axis may be empty.
 * Dispatch dtypes: bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32
 * float64. */
#define CHX_OP_MIN "chx.min"
#define CHX_OP_MIN_VERSION 1u
typedef struct chx_attrs_min {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_axes;
    int64_t axes[CHX_MAX_NDIM]; /* the first n_axes count */
    int32_t keepdims; /* 0 or 1 */
    uint32_t reserved1; /* 0 */
} chx_attrs_min;

/* chx.any v1 (x) -> (y). Whether an element is non-zero. Dispatch dtypes: bool int8 int16 int32
 * int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_ANY "chx.any"
#define CHX_OP_ANY_VERSION 1u
typedef struct chx_attrs_any {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_axes;
    int64_t axes[CHX_MAX_NDIM]; /* the first n_axes count */
    int32_t keepdims; /* 0 or 1 */
    uint32_t reserved1; /* 0 */
} chx_attrs_any;

/* chx.all v1 (x) -> (y). Whether all elements are non-zero. Dispatch dtypes: bool int8 int16 int32
 * int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_ALL "chx.all"
#define CHX_OP_ALL_VERSION 1u
typedef struct chx_attrs_all {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_axes;
    int64_t axes[CHX_MAX_NDIM]; /* the first n_axes count */
    int32_t keepdims; /* 0 or 1 */
    uint32_t reserved1; /* 0 */
} chx_attrs_all;

/* chx.argmax v1 (x) -> (y). The first index of the greatest element (or of a NaN) along the one
 * axis in axes. Dispatch dtypes: bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16
 * bfloat16 float32 float64. */
#define CHX_OP_ARGMAX "chx.argmax"
#define CHX_OP_ARGMAX_VERSION 1u
typedef struct chx_attrs_argmax {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_axes;
    int64_t axes[CHX_MAX_NDIM]; /* the first n_axes count */
    int32_t keepdims; /* 0 or 1 */
    uint32_t reserved1; /* 0 */
} chx_attrs_argmax;

/* chx.argmin v1 (x) -> (y). The first index of the least element (or of a NaN) along the one axis
 * in axes. Dispatch dtypes: bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16
 * bfloat16 float32 float64. */
#define CHX_OP_ARGMIN "chx.argmin"
#define CHX_OP_ARGMIN_VERSION 1u
typedef struct chx_attrs_argmin {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_axes;
    int64_t axes[CHX_MAX_NDIM]; /* the first n_axes count */
    int32_t keepdims; /* 0 or 1 */
    uint32_t reserved1; /* 0 */
} chx_attrs_argmin;

/* chx.cumsum v1 (x) -> (y). Partial sums along axis. Dispatch dtypes: bool int8 int16 int32 int64
 * uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_CUMSUM "chx.cumsum"
#define CHX_OP_CUMSUM_VERSION 1u
typedef struct chx_attrs_cumsum {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t axis;
} chx_attrs_cumsum;

/* chx.cumprod v1 (x) -> (y). Partial products along axis. Dispatch dtypes: bool int8 int16 int32
 * int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128. */
#define CHX_OP_CUMPROD "chx.cumprod"
#define CHX_OP_CUMPROD_VERSION 1u
typedef struct chx_attrs_cumprod {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t axis;
} chx_attrs_cumprod;

#endif
