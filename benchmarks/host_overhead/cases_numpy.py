"""NumPy's cases; the training step has its gradients written by hand."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import mlp
import numpy as np


def version() -> str:
    return np.__version__


def training_step() -> Callable[[], object]:
    x, t, (w1, w2, w3), (b1, b2, b3) = mlp.data()
    params = [w1, w2, w3, b1, b2, b3]
    rows = np.arange(mlp.BATCH)

    def step() -> np.ndarray:
        h1 = np.maximum(x @ w1.T + b1, 0)
        h2 = np.maximum(h1 @ w2.T + b2, 0)
        y = h2 @ w3.T + b3
        exps = np.exp(y - y.max(axis=1, keepdims=True))
        probabilities = exps / exps.sum(axis=1, keepdims=True)
        loss = -np.log(probabilities[rows, t]).mean()
        g3 = probabilities
        g3[rows, t] -= 1
        g3 /= mlp.BATCH
        g2 = (g3 @ w3) * (h2 > 0)
        g1 = (g2 @ w2) * (h1 > 0)
        gradients = [g1.T @ x, g2.T @ h1, g3.T @ h2, g1.sum(axis=0), g2.sum(axis=0), g3.sum(axis=0)]
        for param, gradient in zip(params, gradients, strict=True):
            param -= mlp.RATE * gradient
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
