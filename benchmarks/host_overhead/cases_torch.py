"""PyTorch's cases; the training step is its fastest eager form: functional calls and an update without gradients."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import digits
import mlp
import torch
import torch.nn.functional as F


def version() -> str:
    return torch.__version__


def training_step() -> Callable[[], object]:
    x, t, weights, biases = mlp.data()
    images, labels = torch.from_numpy(x), torch.from_numpy(t)
    w1, w2, w3 = (torch.from_numpy(w).requires_grad_() for w in weights)
    b1, b2, b3 = (torch.from_numpy(b).requires_grad_() for b in biases)
    params = [w1, w2, w3, b1, b2, b3]

    def step() -> torch.Tensor:
        h = F.relu(F.linear(images, w1, b1))
        h = F.relu(F.linear(h, w2, b2))
        h = F.linear(h, w3, b3)
        loss = F.cross_entropy(h, labels)
        loss.backward()
        with torch.no_grad():
            for p in params:
                p.add_(p.grad, alpha=-mlp.RATE)
                p.grad = None
        return loss

    return step


def digits_network(name: str, params: list[torch.Tensor], images: torch.Tensor) -> torch.Tensor:
    if name == "mlp":
        w1, b1, w2, b2 = params
        return F.linear(F.relu(F.linear(images, w1, b1)), w2, b2)
    w1, b1, w2, b2, w3, b3 = params
    h = F.max_pool2d(F.relu(F.conv2d(images, w1, b1, padding=1)), 2)
    h = F.max_pool2d(F.relu(F.conv2d(h, w2, b2, padding=1)), 2)
    return F.linear(h.flatten(1), w3, b3)


def digits_step(name: str) -> Callable[[], object]:
    x, t, values = digits.data(name)
    images, labels = torch.from_numpy(x), torch.from_numpy(t)
    params = [torch.from_numpy(p).requires_grad_() for p in values]
    optimizer = torch.optim.SGD(params, lr=digits.RATE, momentum=digits.MOMENTUM)

    def step() -> torch.Tensor:
        loss = F.cross_entropy(digits_network(name, params, images), labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss

    return step


STATEMENTS = {
    "a + b": "a + b",
    "a + b with gradient": "leaf + b",
    "a * 2.0": "a * 2.0",
    "a.sum()": "a.sum()",
    "relu(a)": "torch.relu(a)",
    "exp(a)": "torch.exp(a)",
    "zeros(4)": "torch.zeros(4)",
    "m @ m (4x4)": "m @ m",
    "m + a (broadcast)": "m + a",
    "a[1:3]": "a[1:3]",
    "a[1]": "a[1]",
    "m.T": "m.T",
    "m.reshape(2, 8)": "m.reshape(2, 8)",
    "wrong shape, caught": "wrong_shape()",
    "ten adds and backward": "chain()",
    "tiny MLP step": "step()",
    "digits MLP step": "digits_mlp()",
    "digits CNN step": "digits_cnn()",
}


def names() -> dict[str, object]:
    torch.set_num_threads(1)
    a, b = torch.ones(4), torch.ones(4)
    m = torch.ones(4, 4)
    wrong = torch.ones(3)
    leaf = torch.ones(4, requires_grad=True)
    start = torch.ones(4)

    def wrong_shape() -> None:
        with contextlib.suppress(RuntimeError):
            a + wrong

    def chain() -> torch.Tensor:
        y = leaf
        for _ in range(10):
            y = y + b
        y.backward(start)
        leaf.grad = None
        return y

    return {
        **locals(),
        "torch": torch,
        "step": training_step(),
        "digits_mlp": digits_step("mlp"),
        "digits_cnn": digits_step("cnn"),
    }
