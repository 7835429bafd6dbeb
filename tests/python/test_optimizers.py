"""Optimizers from Python, against the formulas written out with NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest

import chainerx as chx
from chainerx.optimizers import SGD, Adam, MomentumSGD, Optimizer


def sgd(p: Any, g: Any, state: dict[str, Any]) -> Any:
    return p - 0.1 * g


def momentum(p: Any, g: Any, state: dict[str, Any]) -> Any:
    state["v"] = 0.9 * state.get("v", 0) - 0.1 * g
    return p + state["v"]


def adam(p: Any, g: Any, state: dict[str, Any]) -> Any:
    t = state["t"] = state.get("t", 0) + 1
    state["m"] = 0.9 * state.get("m", 0) + 0.1 * g
    state["v"] = 0.999 * state.get("v", 0) + 0.001 * g * g
    return p - 0.1 * (state["m"] / (1 - 0.9**t)) / (numpy.sqrt(state["v"] / (1 - 0.999**t)) + 1e-8)


@pytest.mark.parametrize(
    ("make", "step"),
    [
        (lambda w: SGD(w, lr=0.1), sgd),
        (lambda w: MomentumSGD([w], lr=0.1), momentum),
        (lambda w: Adam({"w": w}, lr=0.1), adam),
    ],
    ids=["SGD", "MomentumSGD", "Adam"],
)
def test_steps(make: Callable[[chx.ndarray], Optimizer], step: Callable[..., Any]) -> None:
    w = chx.array([1.0, -2.0, 3.0], "float64").require_grad()
    expected, state = numpy.array([1.0, -2.0, 3.0]), {}
    optimizer = make(w)
    for _ in range(5):
        (w * w).sum().backward()
        optimizer.update()
        optimizer.zero_grad()
        expected = step(expected, 2 * expected, state)
        assert w.grad is None
    chx.testing.assert_allclose(w, expected, rtol=1e-6)


def test_state_can_be_saved() -> None:
    def run(steps: int, optimizer: Optimizer, w: chx.ndarray) -> None:
        for _ in range(steps):
            (w * w).sum().backward()
            optimizer.update()
            optimizer.zero_grad()

    w = chx.ones(2).require_grad()
    optimizer = Adam(w)
    run(3, optimizer, w)
    state = optimizer.state()
    assert state[0]["steps"] == 3
    assert set(state[0]) == {"steps", "m", "v"}
    copy = w.as_grad_stopped(copy=True).require_grad()
    resumed = Adam(copy)
    resumed.load_state(state)
    run(2, optimizer, w)
    run(2, resumed, copy)
    chx.testing.assert_array_equal(w, copy)
    with pytest.raises(ValueError, match="load_state"):
        resumed.load_state([])


def test_hyper_parameters_and_params() -> None:
    a, b = chx.ones(1).require_grad(), chx.ones(1).require_grad()
    optimizer = MomentumSGD(lr=0.5)
    optimizer.add_params(a, [b])
    assert optimizer.params[0] is a
    assert optimizer.params[1] is b
    optimizer.lr, optimizer.momentum = 0.25, 0.5
    assert (optimizer.lr, optimizer.momentum) == (0.25, 0.5)
    a.grad = chx.ones(1)
    optimizer.update()
    assert a.tolist() == [0.75]
    assert b.tolist() == [1]
    with pytest.raises(chx.GradientError):
        SGD(chx.ones(1))
    with pytest.raises(TypeError, match="by name"):
        SGD(0.1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"expected a chainerx\.ndarray"):
        SGD(["w"])  # type: ignore[list-item]


def test_subclasses_and_wrong_objects() -> None:
    class Halved(SGD):
        def update(self) -> None:
            self.lr /= 2
            super().update()

    w = chx.ones(1).require_grad()
    optimizer = Halved(w, lr=1.0)
    w.grad = chx.ones(1)
    optimizer.update()
    Optimizer.update(optimizer)
    assert w.tolist() == [0]
    optimizer.zero_grad()
    assert w.grad is None
    with pytest.raises(TypeError, match=r"'update' for .*SGD"):
        SGD.update(Adam(w))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="__init__"):
        SGD.__new__(SGD).update()
