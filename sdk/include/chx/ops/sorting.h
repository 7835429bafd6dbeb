/* sorting.h - the sorting ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_SORTING_H
#define CHX_OPS_SORTING_H

#include "chx/chx_plugin.h"

/* chx.sort v1 (x) -> (y). x sorted along axis; NaN is greater than all numbers, equal elements
 * keep their order, complex numbers are compared by their real parts first. Dispatch dtypes: bool
 * int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64
 * complex128. */
#define CHX_OP_SORT "chx.sort"
#define CHX_OP_SORT_VERSION 1u
typedef struct chx_attrs_sort {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t axis;
    int32_t descending; /* 0 or 1 */
    uint32_t reserved1; /* 0 */
} chx_attrs_sort;

/* chx.argsort v1 (x) -> (y). The indices along axis that sort x, in the order of chx.sort.
 * Dispatch dtypes: bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32
 * float64 complex64 complex128. */
#define CHX_OP_ARGSORT "chx.argsort"
#define CHX_OP_ARGSORT_VERSION 1u
typedef struct chx_attrs_argsort {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t axis;
    int32_t descending; /* 0 or 1 */
    uint32_t reserved1; /* 0 */
} chx_attrs_argsort;

/* chx.searchsorted v1 (x1, x2) -> (y). Where the elements of x2 belong in x1, of one dimension and
 * sorted: how many elements of x1 are less than each, with right how many are not greater.
 * Dispatch dtypes: bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32
 * float64. */
#define CHX_OP_SEARCHSORTED "chx.searchsorted"
#define CHX_OP_SEARCHSORTED_VERSION 1u
typedef struct chx_attrs_searchsorted {
    uint32_t struct_size;
    int32_t right; /* 0 or 1 */
} chx_attrs_searchsorted;

#endif
