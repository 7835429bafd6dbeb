"""ChainerX's cases."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import mlp

import chainerx as chx


def version() -> str:
    return chx.__version__


def training_step() -> Callable[[], object]:
    x, t, weights, biases = mlp.data()
    images, labels = chx.array(x), chx.array(t)
    w1, w2, w3 = (chx.array(w).require_grad() for w in weights)
    b1, b2, b3 = (chx.array(b).require_grad() for b in biases)
    optimizer = chx.optimizers.SGD(lr=mlp.RATE)
    optimizer.add_params([w1, w2, w3, b1, b2, b3])

    def step() -> chx.ndarray:
        h = chx.relu(chx.linear(images, w1, b1))
        h = chx.relu(chx.linear(h, w2, b2))
        h = chx.linear(h, w3, b3)
        loss = chx.softmax_cross_entropy(h, labels).mean()
        loss.backward()
        optimizer.update()
        optimizer.zero_grad()
        return loss

    return step


STATEMENTS = {
    "a + b": "a + b",
    "a + b with gradient": "leaf + b",
    "a * 2.0": "a * 2.0",
    "a.sum()": "a.sum()",
    "relu(a)": "chx.relu(a)",
    "exp(a)": "chx.exp(a)",
    "zeros(4)": "chx.zeros(4)",
    "m @ m (4x4)": "m @ m",
    "m + a (broadcast)": "m + a",
    "a[1:3]": "a[1:3]",
    "a[1]": "a[1]",
    "m.T": "m.T",
    "m.reshape(2, 8)": "m.reshape(2, 8)",
    "wrong shape, caught": "wrong_shape()",
    "ten adds and backward": "chain()",
    "tiny MLP step": "step()",
}


def names() -> dict[str, object]:
    a, b = chx.ones(4), chx.ones(4)
    m = chx.ones((4, 4))
    wrong = chx.ones(3)
    leaf = chx.ones(4).require_grad()

    def wrong_shape() -> None:
        with contextlib.suppress(chx.DimensionError):
            a + wrong

    def chain() -> chx.ndarray:
        y = leaf
        for _ in range(10):
            y = y + b
        y.backward()
        leaf.cleargrad()
        return y

    return {**locals(), "chx": chx, "step": training_step()}
