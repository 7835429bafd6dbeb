"""Recurrent networks over sequences of different lengths, in one call. All arguments are positional.

Sequences come transposed: xs[t] is the (n_t, features) array of the t-th elements of all sequences that are longer than t, the
longest sequences first, so that n_t never grows. hx, cx and the states that are returned: (layers * directions, sequences, units).
ws and bs: one list per layer and direction, [forward 0, backward 0, forward 1, ...], of matrices (units, features) for the input,
then as many (units, units) for the hidden state; and of vectors (units).
"""

from __future__ import annotations

from collections.abc import Sequence

from chainerx import _core
from chainerx._core import ndarray

_Lists = Sequence[Sequence[ndarray]]


def n_step_lstm(
    n_layers: int, hx: ndarray, cx: ndarray, ws: _Lists, bs: _Lists, xs: Sequence[ndarray], /
) -> tuple[ndarray, ndarray, list[ndarray]]:
    """LSTM (Hochreiter and Schmidhuber, 1997): (hy, cy, ys), the states at the end and the output of each step.

    Each of ws and bs has the input gate, forget gate, cell and output gate for the input (0 to 3), then for the hidden state (4 to
    7): c = sigmoid(f) * c + sigmoid(i) * tanh(a), h = sigmoid(o) * tanh(c).

    Raises DimensionError for states or steps that do not fit, ValueError for another number of weights.
    """
    hy, cy, *ys = _core._n_step_lstm(n_layers, hx, cx, ws, bs, xs)
    return hy, cy, ys


def n_step_bilstm(
    n_layers: int, hx: ndarray, cx: ndarray, ws: _Lists, bs: _Lists, xs: Sequence[ndarray], /
) -> tuple[ndarray, ndarray, list[ndarray]]:
    """n_step_lstm in both directions: outputs of both lie side by side, and are the next layer's input."""
    hy, cy, *ys = _core._n_step_bilstm(n_layers, hx, cx, ws, bs, xs)
    return hy, cy, ys


def n_step_gru(
    n_layers: int, hx: ndarray, ws: _Lists, bs: _Lists, xs: Sequence[ndarray], /
) -> tuple[ndarray, list[ndarray]]:
    """GRU (Cho et al., 2014): (hy, ys), the state at the end and the output of each step.

    Each of ws and bs has the reset gate, update gate and proposal for the input (0 to 2), then for the hidden state (3 to 5):
    a = tanh(W2 x + b2 + sigmoid(r) * (W5 h + b5)), h = (1 - sigmoid(z)) * a + sigmoid(z) * h.

    Raises DimensionError for states or steps that do not fit, ValueError for another number of weights.
    """
    hy, *ys = _core._n_step_gru(n_layers, hx, ws, bs, xs)
    return hy, ys


def n_step_bigru(
    n_layers: int, hx: ndarray, ws: _Lists, bs: _Lists, xs: Sequence[ndarray], /
) -> tuple[ndarray, list[ndarray]]:
    """n_step_gru in both directions: outputs of both lie side by side, and are the next layer's input."""
    hy, *ys = _core._n_step_bigru(n_layers, hx, ws, bs, xs)
    return hy, ys


def n_step_rnn(
    n_layers: int, hx: ndarray, ws: _Lists, bs: _Lists, xs: Sequence[ndarray], activation: str, /
) -> tuple[ndarray, list[ndarray]]:
    """h = activation(W0 x + b0 + W1 h + b1): (hy, ys), the state at the end and the output of each step.

    Raises ValueError unless activation is 'tanh' or 'relu' and for another number of weights, DimensionError for states or steps
    that do not fit.
    """
    hy, *ys = _core._n_step_rnn(n_layers, hx, ws, bs, xs, activation)
    return hy, ys


def n_step_birnn(
    n_layers: int, hx: ndarray, ws: _Lists, bs: _Lists, xs: Sequence[ndarray], activation: str, /
) -> tuple[ndarray, list[ndarray]]:
    """n_step_rnn in both directions: outputs of both lie side by side, and are the next layer's input."""
    hy, *ys = _core._n_step_birnn(n_layers, hx, ws, bs, xs, activation)
    return hy, ys
