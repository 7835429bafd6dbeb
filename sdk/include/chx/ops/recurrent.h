/* recurrent.h - the recurrent ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */
#ifndef CHX_OPS_RECURRENT_H
#define CHX_OPS_RECURRENT_H

#include "chx/chx_plugin.h"

/* chx.lstm_layer v1 (x, h, c, w, r, b) -> (y, c_end). A layer of an LSTM over x (T, N, I) in one
 * direction, from the last step to the first if reverse: the outputs y (T, N, H) and the cell at
 * the end (N, H). h, c: the state at the start (N, H); w (4 * H, I), r (4 * H, H) and b (4 * H)
 * have the input gate, forget gate, cell input and output gate one below the other. g = w x[t] + r
 * h + b, c = sigmoid(g_f) * c + sigmoid(g_i) * tanh(g_a), y[t] = h = sigmoid(g_o) * tanh(c). T is
 * at least 1. Dispatch dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_LSTM_LAYER "chx.lstm_layer"
#define CHX_OP_LSTM_LAYER_VERSION 1u
typedef struct chx_attrs_lstm_layer {
    uint32_t struct_size;
    int32_t reverse; /* 0 or 1 */
} chx_attrs_lstm_layer;

/* chx.lstm_layer_grad v1 (gy, gc_end, x, h, c, w, r, b) -> (gx, gh, gc, gw, gr, gb). The gradients
 * of lstm_layer with respect to all its operands. Dispatch dtypes: float16 bfloat16 float32
 * float64. */
#define CHX_OP_LSTM_LAYER_GRAD "chx.lstm_layer_grad"
#define CHX_OP_LSTM_LAYER_GRAD_VERSION 1u
typedef struct chx_attrs_lstm_layer_grad {
    uint32_t struct_size;
    int32_t reverse; /* 0 or 1 */
} chx_attrs_lstm_layer_grad;

/* chx.gru_layer v1 (x, h, w, r, b) -> (y). A layer of a GRU over x (T, N, I) in one direction,
 * from the last step to the first if reverse: its outputs (T, N, H). h: the state at the start (N,
 * H); w (3 * H, I) and r (3 * H, H) have the update gate, reset gate and proposal one below the
 * other, b (4 * H) also the bias of the proposal's second product. g = w x[t] + b[:3 * H], z and s
 * = sigmoid(g + r h) of the gates, a = tanh(g_a + s * (r_a h + b[3 * H:])), y[t] = h = (1 - z) * a
 * + z * h. T is at least 1. Dispatch dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_GRU_LAYER "chx.gru_layer"
#define CHX_OP_GRU_LAYER_VERSION 1u
typedef struct chx_attrs_gru_layer {
    uint32_t struct_size;
    int32_t reverse; /* 0 or 1 */
} chx_attrs_gru_layer;

/* chx.gru_layer_grad v1 (gy, x, h, w, r, b) -> (gx, gh, gw, gr, gb). The gradients of gru_layer
 * with respect to all its operands. Dispatch dtypes: float16 bfloat16 float32 float64. */
#define CHX_OP_GRU_LAYER_GRAD "chx.gru_layer_grad"
#define CHX_OP_GRU_LAYER_GRAD_VERSION 1u
typedef struct chx_attrs_gru_layer_grad {
    uint32_t struct_size;
    int32_t reverse; /* 0 or 1 */
} chx_attrs_gru_layer_grad;

#endif
