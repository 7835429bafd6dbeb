"""torch.compile's cases, where it works: forward and loss compiled, backward with it, the update eager.

(The optimizer's step is not part of the graph that torch.compile makes of a loss and its gradient.)
"""

from __future__ import annotations

from collections.abc import Callable

import digits
import mlp
import torch
import torch.nn.functional as F
from cases_torch import digits_network


def version() -> str:
    return torch.__version__


def tiny_step() -> Callable[[], object]:
    x, t, weights, biases = mlp.data()
    images, labels = torch.from_numpy(x), torch.from_numpy(t)
    params = [torch.from_numpy(p).requires_grad_() for p in [*weights, *biases]]

    @torch.compile
    def loss_of(images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        w1, w2, w3, b1, b2, b3 = params
        h = F.relu(F.linear(images, w1, b1))
        h = F.relu(F.linear(h, w2, b2))
        return F.cross_entropy(F.linear(h, w3, b3), labels)

    def step() -> torch.Tensor:
        loss = loss_of(images, labels)
        loss.backward()
        with torch.no_grad():
            for p in params:
                p.add_(p.grad, alpha=-mlp.RATE)
                p.grad = None
        return loss

    return step


def digits_step(name: str) -> Callable[[], object]:
    x, t, values = digits.data(name)
    images, labels = torch.from_numpy(x), torch.from_numpy(t)
    params = [torch.from_numpy(p).requires_grad_() for p in values]
    optimizer = torch.optim.SGD(params, lr=digits.RATE, momentum=digits.MOMENTUM)

    @torch.compile
    def loss_of(images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(digits_network(name, params, images), labels)

    def step() -> torch.Tensor:
        loss = loss_of(images, labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss

    return step


STATEMENTS = {
    "tiny MLP step": "step()",
    "digits MLP step": "digits_mlp()",
    "digits CNN step": "digits_cnn()",
}


def names() -> dict[str, object]:
    torch.set_num_threads(1)
    return {
        "step": tiny_step(),
        "digits_mlp": digits_step("mlp"),
        "digits_cnn": digits_step("cnn"),
    }
