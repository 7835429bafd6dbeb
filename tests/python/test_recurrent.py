"""Recurrent networks over sequences of different lengths, against NumPy that runs each sequence by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainerx as chx

UNITS, FEATURES, LENGTHS = 3, 2, (4, 2, 2, 1)
EQUAL_LENGTHS = (4, 4, 4)
N_MATRICES = {"lstm": 8, "gru": 6, "rnn": 2}
State = tuple[np.ndarray, ...]


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def lstm_step(x: np.ndarray, state: State, w: list, b: list) -> State:
    h, c = state
    i, f, a, o = (w[k] @ x + b[k] + w[k + 4] @ h + b[k + 4] for k in range(4))
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(a)
    return sigmoid(o) * np.tanh(c), c


def gru_step(x: np.ndarray, state: State, w: list, b: list) -> State:
    (h,) = state
    r, z = (sigmoid(w[k] @ x + b[k] + w[k + 3] @ h + b[k + 3]) for k in range(2))
    a = np.tanh(w[2] @ x + b[2] + r * (w[5] @ h + b[5]))
    return ((1 - z) * a + z * h,)


def rnn_step(activation: Callable) -> Callable:
    def step(x: np.ndarray, state: State, w: list, b: list) -> State:
        return (activation(w[0] @ x + b[0] + w[1] @ state[0] + b[1]),)

    return step


def run_one(step: Callable, n_layers: int, both: bool, initial: list, ws: list, bs: list, xs: list):
    """One sequence: the final states by layer and direction, and the outputs."""
    ends, ys = [], xs
    directions = 2 if both else 1
    for layer in range(n_layers):
        outputs = []
        for direction in range(directions):
            k = layer * directions + direction
            state, out = initial[k], []
            for x in ys[:: -1 if direction else 1]:
                state = step(x, state, ws[k], bs[k])
                out.append(state[0])
            ends.append(state)
            outputs.append(out[:: -1 if direction else 1])
        ys = [np.concatenate(parts) for parts in zip(*outputs, strict=True)]
    return ends, ys


def problem(
    kind: str, n_layers: int, both: bool, dtype: Any = np.float64, lengths: tuple = LENGTHS
):
    """States (one or two), ws, bs, and the sequences, one (length, features) array each."""
    rng = np.random.default_rng(3)
    n = n_layers * (2 if both else 1)
    half = N_MATRICES[kind] // 2
    widths = [FEATURES if k < n // n_layers else UNITS * (n // n_layers) for k in range(n)]
    make = lambda *shape: rng.normal(size=shape).astype(dtype)  # noqa: E731
    ws = [
        [make(UNITS, w) for _ in range(half)] + [make(UNITS, UNITS) for _ in range(half)]
        for w in widths
    ]
    bs = [[make(UNITS) for _ in range(2 * half)] for _ in widths]
    states = [make(n, len(lengths), UNITS) for _ in range(2 if kind == "lstm" else 1)]
    return states, ws, bs, [make(length, FEATURES) for length in lengths]


def transposed(sequences: list) -> list:
    return [np.stack([s[t] for s in sequences if len(s) > t]) for t in range(len(sequences[0]))]


def call(kind: str, n_layers: int, both: bool, states, ws, bs, xs, activation: str = "tanh"):
    function = getattr(chx, f"n_step_{'bi' if both else ''}{kind}")
    return function(n_layers, *states, ws, bs, xs, *([activation] if kind == "rnn" else []))


def to_chx(lists: list) -> list:
    return [to_chx(a) if isinstance(a, list) else chx.array(a) for a in lists]


def check_against_single_sequences(
    kind: str, n_layers: int, both: bool, given: tuple, rtol: float, atol: float
) -> None:
    kind, _, activation = kind.partition(" ")
    steps = {"lstm": lstm_step, "gru": gru_step, "rnn": rnn_step(np.tanh)}
    step = rnn_step(lambda x: np.maximum(x, 0)) if activation else steps[kind]
    states, ws, bs, sequences = given
    *ends, ys = call(
        kind,
        n_layers,
        both,
        to_chx(states),
        to_chx(ws),
        to_chx(bs),
        to_chx(transposed(sequences)),
        activation or "tanh",
    )
    assert isinstance(ys, list)
    for i, sequence in enumerate(sequences):
        initial = [tuple(s[k, i] for s in states) for k in range(len(ws))]
        expected_ends, expected_ys = run_one(step, n_layers, both, initial, ws, bs, list(sequence))
        for k, expected in enumerate(expected_ends):
            for end, e in zip(ends, expected, strict=True):
                chx.testing.assert_allclose(end[k, i], e, rtol=rtol, atol=atol)
        for t, e in enumerate(expected_ys):
            chx.testing.assert_allclose(ys[t][i], e, rtol=rtol, atol=atol)


@pytest.mark.parametrize("device", ["native:0", "primdev:0", "sim:0", "nulldev:0"])
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("n_layers", [1, 2])
@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn", "rnn relu"])
def test_against_single_sequences(kind: str, n_layers: int, both: bool, device: str) -> None:
    given = problem(kind.split()[0], n_layers, both)
    with chx.using_device(device):
        check_against_single_sequences(kind, n_layers, both, given, 1e-9, 1e-12)


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("n_layers", [1, 2])
@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_equal_lengths(kind: str, n_layers: int, both: bool) -> None:
    """In float32 a layer is one call of an op where there is a kernel for it."""
    given = problem(kind, n_layers, both, np.float32, EQUAL_LENGTHS)
    check_against_single_sequences(kind, n_layers, both, given, 1e-4, 1e-5)


def gradients(kind: str, given: tuple, order: int) -> list[chx.ndarray]:
    """Of a sum of all results, by all arrays; of the second order, of their squares' sum again."""
    states, ws, bs, xs = (to_chx(a) for a in given)
    flat = [*states, *ws[0], *ws[1], *bs[0], *bs[1], *xs]
    for a in flat:
        a.require_grad()
    *ends, ys = call(kind, 1, True, states, ws, bs, xs)
    results = [chx.sin(y) for y in [*ends, *ys]]
    found = chx.grad(results, flat, enable_double_backprop=order == 2)
    return found if order == 1 else chx.grad([chx.square(g) for g in found], flat)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_gradients_of_equal_lengths_are_those_of_wider_numbers(kind: str, order: int) -> None:
    """float64 has no kernel for whole layers; what its gradients are held to are differences."""
    states, ws, bs, sequences = problem(kind, 1, True, np.float32, EQUAL_LENGTHS)
    given = (states, ws, bs, transposed(sequences))
    wide = lambda a: [wide(x) if isinstance(x, list) else x.astype(np.float64) for x in a]  # noqa: E731
    expected = gradients(kind, tuple(wide(a) for a in given), order)
    for a, e in zip(gradients(kind, given, order), expected, strict=True):
        chx.testing.assert_allclose(
            a.astype("float64"), e, rtol=1e-3, atol=1e-4 * 100 ** (order - 1)
        )


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_compiled_with_equal_lengths(kind: str) -> None:
    states, ws, bs, sequences = problem(kind, 2, True, np.float32, EQUAL_LENGTHS)
    states, ws, bs, xs = (to_chx(a) for a in (states, ws, bs, transposed(sequences)))
    program = chx.compile(lambda *inputs: call(kind, 2, True, states, ws, bs, list(inputs))[-1])
    for factor in (1, 2):
        inputs = [x * factor for x in xs]
        expected = call(kind, 2, True, states, ws, bs, inputs)[-1]
        for a, e in zip(program(*inputs), expected, strict=True):
            chx.testing.assert_allclose(a, e, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_gradients(kind: str, order: int) -> None:
    states, ws, bs, sequences = problem(kind, 1, True)
    xs = transposed(sequences)
    flat = [*states, *ws[0], *ws[1], *bs[0], *bs[1], *xs]
    counts = [len(states), *[len(ws[0])] * 2, *[len(bs[0])] * 2, len(xs)]

    def function(arrays: list[chx.ndarray]) -> list[chx.ndarray]:
        parts, queue = [], list(arrays)
        for n in counts:
            parts.append([queue.pop(0) for _ in range(n)])
        *ends, ys = call(kind, 1, True, parts[0], parts[1:3], parts[3:5], parts[5])
        return [*ends, *ys]

    inputs = [chx.array(a).require_grad() for a in flat]
    weights = [chx.full(y.shape, 0.5 + i / 7, chx.float64) for i, y in enumerate(function(inputs))]
    eps = [chx.full(a.shape, 1e-4, chx.float64) for a in flat]
    if order == 1:
        chx.check_backward(function, inputs, weights, eps, atol=1e-5, rtol=1e-4)
        return
    weights = [w.require_grad() for w in weights]
    seconds = [chx.full(a.shape, 0.3 + i / 11, chx.float64) for i, a in enumerate(inputs)]
    steps = eps + [chx.full(w.shape, 1e-4, chx.float64) for w in weights]
    chx.check_double_backward(function, inputs, weights, seconds, steps, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_dtypes(dtype: str) -> None:
    states, ws, bs, sequences = problem("lstm", 1, False)
    exact = call("lstm", 1, False, *map(to_chx, (states, ws, bs, transposed(sequences))))
    lower = lambda a: [lower(x) if isinstance(x, list) else x.astype(dtype) for x in a]  # noqa: E731
    hy, cy, ys = call(
        "lstm", 1, False, *(lower(to_chx(a)) for a in (states, ws, bs, transposed(sequences)))
    )
    tolerance = {"float16": 1e-2, "bfloat16": 6e-2, "float32": 1e-5}[dtype]
    for actual, expected in zip([hy, cy, *ys], [*exact[:2], *exact[2]], strict=True):
        assert actual.dtype.name == dtype
        chx.testing.assert_allclose(
            actual.astype("float64"), expected, rtol=tolerance, atol=tolerance
        )


def test_errors() -> None:
    states, ws, bs, sequences = problem("lstm", 1, False)
    hx, cx = to_chx(states)
    ws, bs, xs = to_chx(ws), to_chx(bs), to_chx(transposed(sequences))
    with pytest.raises(chx.DimensionError, match="never grows"):
        chx.n_step_lstm(1, hx, cx, ws, bs, xs[::-1])
    with pytest.raises(chx.DimensionError, match="a state has shape"):
        chx.n_step_lstm(1, hx, cx[0], ws, bs, xs)
    with pytest.raises(ValueError, match="8 arrays each"):
        chx.n_step_lstm(1, hx, cx, [ws[0][:7]], bs, xs)
    with pytest.raises(ValueError, match="expected 2, one per layer and direction"):
        chx.n_step_bilstm(1, *[chx.concatenate([s, s]) for s in (hx, cx)], ws, bs, xs)
    with pytest.raises(ValueError, match="n_layers is 0"):
        chx.n_step_lstm(0, hx, cx, ws, bs, xs)
    with pytest.raises(ValueError, match="xs is empty"):
        chx.n_step_lstm(1, hx, cx, ws, bs, [])
    with pytest.raises(ValueError, match="'tanh' or 'relu'"):
        chx.n_step_rnn(1, hx, [ws[0][3:5]], [bs[0][:2]], xs, "sine")
