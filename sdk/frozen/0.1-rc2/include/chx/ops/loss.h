/* loss.h - the loss ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_LOSS_H
#define CHX_OPS_LOSS_H

#include "chx/chx_plugin.h"

/* chx.softmax_cross_entropy v1 (x, t: int64) -> (loss, log_p). loss[i] = -log_softmax(x)[i, t[i]]
 * for x (N, C) and labels t (N); a label outside [0, C) gives loss 0. log_p: log_softmax(x).
 * Dispatch dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_SOFTMAX_CROSS_ENTROPY "chx.softmax_cross_entropy"
#define CHX_OP_SOFTMAX_CROSS_ENTROPY_VERSION 1u

/* chx.softmax_cross_entropy_grad v1 (log_p, t: int64, g) -> (gx). The gradient of
 * softmax_cross_entropy with respect to x, given log_p and the gradient g (N) of loss. Dispatch
 * dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_SOFTMAX_CROSS_ENTROPY_GRAD "chx.softmax_cross_entropy_grad"
#define CHX_OP_SOFTMAX_CROSS_ENTROPY_GRAD_VERSION 1u

#endif
