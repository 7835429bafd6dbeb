"""Differentiation as Python sees it: methods, functions, scopes and ids."""

from __future__ import annotations

import threading

import pytest

import chainerx as chx


def test_backward_and_grad() -> None:
    x = chx.array([1.0, 2.0]).require_grad()
    assert x.require_grad() is x
    assert x.is_grad_required()
    assert x.grad is None
    y = (x * x).sum()
    assert y.is_backprop_required()
    assert not y.is_grad_required()
    y.backward()
    assert x.grad.tolist() == [2, 4]
    (x * 3).sum().backward(loss_scale=2)
    assert x.grad.tolist() == [5, 7]
    x.cleargrad()
    assert x.grad is None
    x.grad = chx.ones(2)
    assert x.get_grad().tolist() == [1, 1]
    x.grad = None
    x.set_grad(chx.zeros(2))
    del x.grad
    assert x.grad is None
    with pytest.raises(TypeError):
        x.grad = 3  # type: ignore[assignment]
    chx.backward([(x * 2).sum(), x.sum()])
    assert x.grad.tolist() == [3, 3]


def test_grad_function_and_double_backward() -> None:
    x, unused = chx.array([2.0]).require_grad(), chx.ones(1).require_grad()
    y = x * x * x
    first, nothing = chx.grad([y], [x, unused], enable_double_backprop=True)
    assert first.tolist() == [12]
    assert nothing is None
    assert x.grad is None
    (second,) = chx.grad([first], [x])
    assert second.tolist() == [12]
    z = x * 2
    (scaled,) = chx.grad([z], [x], grad_outputs=[chx.array([10.0])], retain_graph=True)
    assert scaled.tolist() == [20]
    assert chx.grad([z], [x], grad_outputs=[None], set_grad=True)[0].tolist() == [2]
    assert x.grad.tolist() == [2]
    with pytest.raises(chx.NotImplementedError, match="retain_grad"):
        chx.grad([z], [x], retain_grad=True)


def test_modes() -> None:
    x = chx.ones(1).require_grad()
    assert chx.is_backprop_required()
    with chx.no_backprop_mode():
        assert not chx.is_backprop_required()
        assert not (x * 2).is_backprop_required()
        assert not x.is_backprop_required()
        assert x.is_grad_required()
        with chx.force_backprop_mode():
            assert (x * 2).is_backprop_required()
        x += 1
    assert (x * 2).is_backprop_required()
    assert x.tolist() == [2]

    @chx.no_backprop_mode()
    def decorated() -> bool:
        return (x * 2).is_backprop_required()

    assert not decorated()
    mode = chx.no_backprop_mode(chx.get_default_context())
    with mode, mode:
        assert not chx.is_backprop_required()
    assert chx.is_backprop_required()
    seen: list[bool] = []
    with chx.no_backprop_mode():
        thread = threading.Thread(target=lambda: seen.append(chx.is_backprop_required()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_scopes() -> None:
    x = chx.array([3.0])
    with chx.backprop_scope("outer") as outer:
        x.require_grad(outer)
        assert not x.is_backprop_required()
        assert x.is_backprop_required(outer)
        assert x.is_backprop_required(chx.anygraph)
        assert x._is_chained(outer)
        y = x * x
        with chx.no_backprop_mode(outer):
            assert not (x * x).is_backprop_required(outer)
        with chx.no_backprop_mode([outer]):
            assert not chx.is_backprop_required(outer)
        y.backward(outer)
        assert x.get_grad(outer).tolist() == [6]
        assert "backprop_ids=['outer']" in repr(y)
        assert (outer.name, repr(outer), outer.context) == ("outer", "outer", chx.Context())
    assert outer.is_expired
    assert repr(outer) == "<expired>"
    with pytest.raises(chx.ChainerxError):
        y.backward(outer)
    scope = chx.backprop_scope("once")
    with scope:
        pass
    with pytest.raises(chx.ChainerxError, match="entered before"), scope:
        pass


def test_backprop_ids_are_values() -> None:
    context = chx.get_default_context()
    a, b = context.make_backprop_id("a"), context.make_backprop_id("b")
    assert a == a
    assert a != b
    assert a != "a"
    assert len({a, b, a}) == 2
    context._check_valid_backprop_id(a)
    context.release_backprop_id(a)
    context.release_backprop_id(b)
    with pytest.raises(chx.ChainerxError):
        context._check_valid_backprop_id(a)
    with pytest.raises(TypeError, match="backprop_id"):
        chx.ones(1).require_grad("a")  # type: ignore[arg-type]


def test_as_grad_stopped() -> None:
    x = chx.ones(2).require_grad()
    y = x * 2
    for stopped in (
        y.as_grad_stopped(),
        y.as_grad_stopped(False),
        y.as_grad_stopped(copy=True),
        y.as_grad_stopped(True),
    ):
        assert not stopped.is_backprop_required()
    assert y.as_grad_stopped().data_ptr == y.data_ptr
    assert y.as_grad_stopped(copy=True).data_ptr != y.data_ptr
    with chx.backprop_scope("inner") as inner:
        x.require_grad(inner)
        z = x * 2
        assert not z.as_grad_stopped([inner]).is_backprop_required(inner)
        assert z.as_grad_stopped([inner]).is_backprop_required()
    assert y.view().is_backprop_required()


def test_check_backward() -> None:
    def function(inputs: list[chx.ndarray]) -> list[chx.ndarray]:
        (x,) = inputs
        return [x * x * x]

    x = chx.array([1.0, 2.0], "float64").require_grad()
    ones, eps = chx.ones(2, "float64"), chx.full(2, 1e-3, "float64")
    chx.check_backward(function, [x], [ones], [eps], atol=1e-4)
    chx.check_double_backward(function, [x], [ones.require_grad()], [ones], [eps, eps], atol=1e-3)

    def wrong(inputs: list[chx.ndarray]) -> list[chx.ndarray]:
        (x,) = inputs
        return [x * x + (x * x * x).as_grad_stopped()]

    with pytest.raises(chx.GradientCheckError):
        chx.check_backward(wrong, [x], [ones], [eps])

    def failing(inputs: list[chx.ndarray]) -> list[chx.ndarray]:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        chx.check_backward(failing, [x], [ones], [eps])


def test_errors() -> None:
    with pytest.raises(chx.GradientError):
        chx.ones(2).grad  # noqa: B018
    with pytest.raises(chx.DtypeError):
        chx.ones(2, "int32").require_grad()
