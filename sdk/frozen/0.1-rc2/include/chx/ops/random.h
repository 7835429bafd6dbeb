/* random.h - the random ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_RANDOM_H
#define CHX_OPS_RANDOM_H

#include "chx/chx_plugin.h"

/* chx.random_bits v1 (state: uint64) -> (bits: uint32, next_state: uint64). Philox4x32-10 (Salmon
 * et al., SC'11). state is (key, counter); word i of bits is lane i % 4 of the block with the
 * 128-bit counter (counter + i / 4, 0); next_state has the counter advanced by ceil(n / 4) for n
 * words. Dispatch dtypes: uint64. */
#define CHX_OP_RANDOM_BITS "chx.random_bits"
#define CHX_OP_RANDOM_BITS_VERSION 1u
typedef struct chx_attrs_random_bits {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_shape;
    int64_t shape[CHX_MAX_NDIM]; /* the first n_shape count */
} chx_attrs_random_bits;

#endif
