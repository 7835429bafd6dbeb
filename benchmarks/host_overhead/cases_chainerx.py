"""ChainerX's cases."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import digits
import mlp

import chainerx as chx


def version() -> str:
    return chx.__version__


def tiny_step() -> Callable[[chx.ndarray, chx.ndarray], chx.ndarray]:
    _, _, weights, biases = mlp.data()
    w1, w2, w3 = (chx.array(w).require_grad() for w in weights)
    b1, b2, b3 = (chx.array(b).require_grad() for b in biases)
    optimizer = chx.optimizers.SGD(lr=mlp.RATE)
    optimizer.add_params([w1, w2, w3, b1, b2, b3])

    def step(images: chx.ndarray, labels: chx.ndarray) -> chx.ndarray:
        h = chx.relu(chx.linear(images, w1, b1))
        h = chx.relu(chx.linear(h, w2, b2))
        h = chx.linear(h, w3, b3)
        loss = chx.softmax_cross_entropy(h, labels).mean()
        loss.backward()
        optimizer.update()
        optimizer.zero_grad()
        return loss

    return step


def digits_step(name: str) -> Callable[[chx.ndarray, chx.ndarray], chx.ndarray]:
    _, _, values = digits.data(name)
    params = [chx.array(p).require_grad() for p in values]
    optimizer = chx.optimizers.MomentumSGD(*params, lr=digits.RATE, momentum=digits.MOMENTUM)

    def network(x: chx.ndarray) -> chx.ndarray:
        if name == "mlp":
            w1, b1, w2, b2 = params
            return chx.linear(chx.relu(chx.linear(x, w1, b1)), w2, b2)
        w1, b1, w2, b2, w3, b3 = params
        h = chx.max_pool(chx.relu(chx.conv(x, w1, b1, pad=1)), 2)
        h = chx.max_pool(chx.relu(chx.conv(h, w2, b2, pad=1)), 2)
        return chx.linear(h, w3, b3)

    def step(x: chx.ndarray, t: chx.ndarray) -> chx.ndarray:
        loss = chx.softmax_cross_entropy(network(x), t).mean()
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
    "tiny MLP step": "step(x, t)",
    "tiny MLP step, captured": "captured(x, t)",
    "digits MLP step": "mlp_step(mlp_x, mlp_t)",
    "digits MLP step, captured": "mlp_captured(mlp_x, mlp_t)",
    "digits CNN step": "cnn_step(cnn_x, cnn_t)",
    "digits CNN step, captured": "cnn_captured(cnn_x, cnn_t)",
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

    x, t = (chx.array(v) for v in mlp.data()[:2])
    mlp_x, mlp_t = (chx.array(v) for v in digits.data("mlp")[:2])
    cnn_x, cnn_t = (chx.array(v) for v in digits.data("cnn")[:2])
    return {
        **locals(),
        "chx": chx,
        "step": tiny_step(),
        "captured": chx.compile(tiny_step()),
        "mlp_step": digits_step("mlp"),
        "mlp_captured": chx.compile(digits_step("mlp")),
        "cnn_step": digits_step("cnn"),
        "cnn_captured": chx.compile(digits_step("cnn")),
    }
