/* activation.h - the activation ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_ACTIVATION_H
#define CHX_OPS_ACTIVATION_H

#include "chx/chx_plugin.h"

/* chx.relu v1 (x) -> (y). max(x, 0); NaN stays NaN. Dispatch dtypes: int8 int16 int32 int64 uint8
 * uint16 uint32 uint64 float16 bfloat16 float32 float64. */
#define CHX_OP_RELU "chx.relu"
#define CHX_OP_RELU_VERSION 1u

/* chx.relu_grad v1 (y, gy) -> (gx). gy where y > 0, else 0: the gradient of relu, given its result
 * y. Dispatch dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_RELU_GRAD "chx.relu_grad"
#define CHX_OP_RELU_GRAD_VERSION 1u

/* chx.sigmoid v1 (x) -> (y). 1 / (1 + exp(-x)), without overflow. Dispatch dtypes: float16
 * bfloat16 float32 float64. */
#define CHX_OP_SIGMOID "chx.sigmoid"
#define CHX_OP_SIGMOID_VERSION 1u

/* chx.softmax v1 (x) -> (y). exp(x) / sum(exp(x)) along axis, without overflow. Dispatch dtypes:
 * float16 bfloat16 float32 float64. */
#define CHX_OP_SOFTMAX "chx.softmax"
#define CHX_OP_SOFTMAX_VERSION 1u
typedef struct chx_attrs_softmax {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t axis;
} chx_attrs_softmax;

/* chx.log_softmax v1 (x) -> (y). log(softmax(x)) along axis, without overflow. Dispatch dtypes:
 * float16 bfloat16 float32 float64. */
#define CHX_OP_LOG_SOFTMAX "chx.log_softmax"
#define CHX_OP_LOG_SOFTMAX_VERSION 1u
typedef struct chx_attrs_log_softmax {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t axis;
} chx_attrs_log_softmax;

/* chx.softmax_grad v1 (y, gy) -> (gx). The gradient of softmax with respect to x, given its result
 * y and the gradient gy of that: y * (gy - sum(gy * y)) along axis. Dispatch dtypes: float16
 * bfloat16 float32 float64. */
#define CHX_OP_SOFTMAX_GRAD "chx.softmax_grad"
#define CHX_OP_SOFTMAX_GRAD_VERSION 1u
typedef struct chx_attrs_softmax_grad {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t axis;
} chx_attrs_softmax_grad;

/* chx.log_softmax_grad v1 (y, gy) -> (gx). The gradient of log_softmax with respect to x, given
 * its result y and the gradient gy of that: gy - exp(y) * sum(gy) along axis. Dispatch dtypes:
 * float16 bfloat16 float32 float64. */
#define CHX_OP_LOG_SOFTMAX_GRAD "chx.log_softmax_grad"
#define CHX_OP_LOG_SOFTMAX_GRAD_VERSION 1u
typedef struct chx_attrs_log_softmax_grad {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    int64_t axis;
} chx_attrs_log_softmax_grad;

#endif
