/* optimizer.h - the optimizer ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_OPTIMIZER_H
#define CHX_OPS_OPTIMIZER_H

#include "chx/chx_plugin.h"

/* chx.sgd v1 (p, g, lr) -> (p_next). p - lr * g. Dispatch dtypes: float16 bfloat16 float32
 * float64. */
#define CHX_OP_SGD "chx.sgd"
#define CHX_OP_SGD_VERSION 1u

/* chx.momentum_sgd v1 (p, g, v, lr, momentum) -> (p_next, v_next). v_next = momentum * v - lr * g;
 * p_next = p + v_next. Dispatch dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_MOMENTUM_SGD "chx.momentum_sgd"
#define CHX_OP_MOMENTUM_SGD_VERSION 1u

/* chx.adam v1 (p, g, m, v, lr, beta1, beta2, eps) -> (p_next, m_next, v_next). m_next = beta1 * m
 * + (1 - beta1) * g; v_next = beta2 * v + (1 - beta2) * g * g; p_next = p - lr * m_next /
 * (sqrt(v_next) + eps). The bias correction (Kingma and Ba, 2015) is folded into lr by the caller.
 * Dispatch dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_ADAM "chx.adam"
#define CHX_OP_ADAM_VERSION 1u

#endif
