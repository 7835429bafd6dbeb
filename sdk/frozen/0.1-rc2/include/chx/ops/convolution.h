/* convolution.h - the convolution ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_CONVOLUTION_H
#define CHX_OPS_CONVOLUTION_H

#include "chx/chx_plugin.h"

/* chx.conv v1 (x, w, b?) -> (y). Cross-correlation of x (N, C, d1, ..., dk) with w (O, C / groups,
 * k1, ..., kk), plus b (O). pad zeros before each axis, and behind as many as the spatial output
 * extents `output` need. Dispatch dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_CONV "chx.conv"
#define CHX_OP_CONV_VERSION 1u
typedef struct chx_attrs_conv {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_stride;
    int64_t stride[CHX_MAX_NDIM]; /* the first n_stride count */
    int64_t n_pad;
    int64_t pad[CHX_MAX_NDIM]; /* the first n_pad count */
    int64_t n_dilation;
    int64_t dilation[CHX_MAX_NDIM]; /* the first n_dilation count */
    int64_t groups;
    int64_t n_output;
    int64_t output[CHX_MAX_NDIM]; /* the first n_output count */
} chx_attrs_conv;

/* chx.conv_input_grad v1 (gy, w) -> (gx). The gradient of conv with respect to x, whose spatial
 * extents are `input`; also the transposed convolution. Dispatch dtypes: float16 bfloat16 float32
 * float64. */
#define CHX_OP_CONV_INPUT_GRAD "chx.conv_input_grad"
#define CHX_OP_CONV_INPUT_GRAD_VERSION 1u
typedef struct chx_attrs_conv_input_grad {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_stride;
    int64_t stride[CHX_MAX_NDIM]; /* the first n_stride count */
    int64_t n_pad;
    int64_t pad[CHX_MAX_NDIM]; /* the first n_pad count */
    int64_t n_dilation;
    int64_t dilation[CHX_MAX_NDIM]; /* the first n_dilation count */
    int64_t groups;
    int64_t n_input;
    int64_t input[CHX_MAX_NDIM]; /* the first n_input count */
} chx_attrs_conv_input_grad;

/* chx.conv_weight_grad v1 (gy, x) -> (gw). The gradient of conv with respect to w, whose spatial
 * extents are `kernel`. Dispatch dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_CONV_WEIGHT_GRAD "chx.conv_weight_grad"
#define CHX_OP_CONV_WEIGHT_GRAD_VERSION 1u
typedef struct chx_attrs_conv_weight_grad {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t n_stride;
    int64_t stride[CHX_MAX_NDIM]; /* the first n_stride count */
    int64_t n_pad;
    int64_t pad[CHX_MAX_NDIM]; /* the first n_pad count */
    int64_t n_dilation;
    int64_t dilation[CHX_MAX_NDIM]; /* the first n_dilation count */
    int64_t groups;
    int64_t n_kernel;
    int64_t kernel[CHX_MAX_NDIM]; /* the first n_kernel count */
} chx_attrs_conv_weight_grad;

#endif
