"""NumPy's cases; the training step has its gradients written by hand."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import mlp
import numpy as np


def version() -> str:
    return np.__version__


def training_step() -> Callable[[], object]:
    x, t, weights, biases = mlp.data()
    rows = np.arange(mlp.BATCH)

    def step() -> np.ndarray:
        inputs, h = [], x
        for i, (w, b) in enumerate(zip(weights, biases, strict=False)):
            inputs.append(h)
            h = h @ w.T + b
            if i < mlp.LAYERS - 1:
                h = np.maximum(h, 0)
        shifted = h - h.max(axis=1, keepdims=True)
        exps = np.exp(shifted)
        probabilities = exps / exps.sum(axis=1, keepdims=True)
        loss = -np.log(probabilities[rows, t]).mean()
        g = probabilities
        g[rows, t] -= 1
        g /= mlp.BATCH
        for i in reversed(range(mlp.LAYERS)):
            gw, gb = g.T @ inputs[i], g.sum(axis=0)
            if i > 0:
                g = (g @ weights[i]) * (inputs[i] > 0)
            weights[i] -= mlp.RATE * gw
            biases[i] -= mlp.RATE * gb
        return loss

    return step


STATEMENTS = {
    "a + b": "a + b",
    "a * 2.0": "a * 2.0",
    "a.sum()": "a.sum()",
    "relu(a)": "np.maximum(a, 0)",
    "exp(a)": "np.exp(a)",
    "zeros(4)": "np.zeros(4, np.float32)",
    "m @ m (4x4)": "m @ m",
    "m + a (broadcast)": "m + a",
    "a[1:3]": "a[1:3]",
    "a[1]": "a[1]",
    "m.T": "m.T",
    "m.reshape(2, 8)": "m.reshape(2, 8)",
    "wrong shape, caught": "wrong_shape()",
    "tiny MLP step": "step()",
}


def names() -> dict[str, object]:
    # A cold OpenBLAS is up to 3.8 times slower on small products until it has run a large one.
    warm = np.ones((1024, 1024), np.float32)
    warm @ warm
    a, b = np.ones(4, np.float32), np.ones(4, np.float32)
    m = np.ones((4, 4), np.float32)
    wrong = np.ones(3, np.float32)

    def wrong_shape() -> None:
        with contextlib.suppress(ValueError):
            a + wrong

    return {**locals(), "np": np, "step": training_step()}
