"""chainerx.Function and register_op: nodes of the graph whose backward is Python."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import pytest

import chainerx as chx


class Cube(chx.Function):
    def forward(self, x: chx.ndarray) -> chx.ndarray:
        self.save_for_backward(x)
        return x * x * x

    def backward(self, gy: chx.ndarray) -> chx.ndarray:  # type: ignore[override]
        (x,) = self.saved
        return gy * 3 * x * x


class Divmod(chx.Function):
    def forward(
        self, x: chx.ndarray, factor: float, y: chx.ndarray
    ) -> tuple[chx.ndarray, chx.ndarray]:
        return x * factor, x + y

    def backward(self, g0: Any, g1: Any) -> Any:  # type: ignore[override]
        self.seen = (g0, g1)
        return (g0 * 10 if g0 is not None else None), g1


def test_gradient_and_double_gradient() -> None:
    x = chx.array([2.0]).require_grad()
    y = Cube.apply(x)
    assert y.tolist() == [8]
    assert y.is_backprop_required()
    (first,) = chx.grad([y], [x], enable_double_backprop=True)
    (second,) = chx.grad([first], [x])
    assert first.tolist() == [12]
    assert second.tolist() == [12]


def test_several_arguments_and_results() -> None:
    x, y = chx.ones(2).require_grad(), chx.ones(2).require_grad()
    function = Divmod()
    a, b = function(x, 3.0, y)
    assert a.tolist() == [3, 3]
    assert b.tolist() == [2, 2]
    a.sum().backward()
    assert x.grad.tolist() == [10, 10]
    assert y.grad is None
    assert function.seen[1] is None


def test_forward_is_not_recorded_and_nothing_is_when_not_needed() -> None:
    assert not Cube.apply(chx.ones(1)).is_backprop_required()
    x = chx.ones(1).require_grad()
    with chx.no_backprop_mode():
        assert not Cube.apply(x).is_backprop_required()
    graph = chx.graph.of(Cube.apply(x))
    assert [node.name for node in graph.nodes] == ["", "Cube"]


def test_results_saved_by_forward_make_no_cycle() -> None:
    class Exp(chx.Function):
        def forward(self, x: chx.ndarray) -> chx.ndarray:
            y = chx.exp(x)
            self.save_for_backward(y)
            return y

        def backward(self, gy: chx.ndarray) -> chx.ndarray:  # type: ignore[override]
            return gy * self.saved[0]

    gc.collect()
    gc.disable()
    try:
        x = chx.zeros(1).require_grad()
        function = Exp()
        y = function(x)
        alive = weakref.ref(function)
        y.backward()
        assert x.grad.tolist() == [1]
        del function, y
        assert alive() is None
    finally:
        gc.enable()


def test_freed_on_another_thread() -> None:
    box = [Cube.apply(chx.ones(1).require_grad()) for _ in range(50)]
    thread = threading.Thread(target=box.clear)
    thread.start()
    thread.join()


def test_errors_in_python_reach_the_caller() -> None:
    class Bad(chx.Function):
        def forward(self, x: chx.ndarray) -> chx.ndarray:
            return x * 1

        def backward(self, gy: chx.ndarray) -> Any:  # type: ignore[override]
            raise KeyError("from backward")

    x = chx.ones(1).require_grad()
    with pytest.raises(KeyError, match="from backward"):
        Bad.apply(x).backward()

    class WrongShape(Bad):
        def backward(self, gy: chx.ndarray) -> Any:  # type: ignore[override]
            return chx.ones((2, 2))

    with pytest.raises(chx.GradientError, match="shape"):
        WrongShape.apply(x).backward()

    class WrongCount(Bad):
        def backward(self, gy: chx.ndarray) -> Any:  # type: ignore[override]
            return gy, gy, gy

    with pytest.raises(chx.GradientError, match="expected 1"):
        WrongCount.apply(x).backward()

    class WrongType(Bad):
        def backward(self, gy: chx.ndarray) -> Any:  # type: ignore[override]
            return 1.0

    with pytest.raises(TypeError):
        WrongType.apply(x).backward()

    class NoArray(chx.Function):
        def forward(self, x: chx.ndarray) -> Any:
            return 3

    with pytest.raises(TypeError, match="NoArray"):
        NoArray.apply(x)


def test_register_op() -> None:
    def backward(inputs: Any, outputs: Any, gradients: Any) -> Any:
        return gradients[0] * 2 * inputs[0]

    square = chx.register_op("mine.square", lambda x: x * x, backward)
    x = chx.array([3.0]).require_grad()
    y = chx.ops.mine.square(x)
    assert chx.ops.mine.square is square
    assert y.tolist() == [9]
    y.backward()
    assert x.grad.tolist() == [6]
    chx.register_op("mine.triple", lambda x: x * 3)
    with pytest.raises(chx.GradientError, match=r"mine\.triple"):
        chx.ops.mine.triple(x).backward()
    for name in ("square", "mine.", "chx.square", "a.b.c"):
        with pytest.raises(ValueError, match="register_op"):
            chx.register_op(name, lambda x: x)
    with pytest.raises(AttributeError, match="nobody"):
        chx.ops.nobody  # noqa: B018
    with pytest.raises(AttributeError, match="nothing"):
        chx.ops.mine.nothing  # noqa: B018
