"""chainerx.compile as users of jax.jit and torch.compile would try it."""

from __future__ import annotations

import gc
import inspect
import sys
import threading
import warnings
import weakref
from pathlib import Path

import numpy as np
import pytest

import chainerx as chx


def numbers(array: chx.ndarray) -> list:
    return chx.to_numpy(array).tolist()


def test_replays_on_other_values() -> None:
    calls = []

    @chx.compile
    def f(x: chx.ndarray, y: chx.ndarray) -> chx.ndarray:
        """The doc."""
        calls.append(1)
        return x * y + 1

    for i in range(3):
        assert numbers(f(chx.array([1.0, 2.0]), chx.array([i, 2.0]))) == [i + 1, 5]
    assert len(calls) == len(f.programs) == 1
    assert f.__name__ == "f"
    assert f.__doc__ == "The doc."
    assert inspect.unwrap(f) is not f


def test_takes_and_returns_nested_arguments() -> None:
    @chx.compile
    def f(params: dict, pair: tuple, scale: float = 1.0, *, negate: bool = False) -> dict:
        y = params["w"] * pair[0] + params["b"] * scale
        return {"y": -y if negate else y, "rest": [pair[1], "text", None, (y + 1,)]}

    params = {"w": chx.array([1.0, 2.0]), "b": chx.array([0.5, 0.5])}
    pair = (chx.array([3.0, 4.0]), chx.array([7.0]))
    for _ in range(2):
        result = f(params, pair)
        assert numbers(result["y"]) == [3.5, 8.5]
        assert numbers(result["rest"][0]) == [7]
        assert result["rest"][1:3] == ["text", None]
        assert numbers(result["rest"][3][0]) == [4.5, 9.5]
    assert numbers(f(params, pair, 2.0)["y"]) == [4, 9]
    assert numbers(f(params, pair, scale=2.0)["y"]) == [4, 9]
    assert numbers(f(params, pair, negate=True)["y"]) == [-3.5, -8.5]
    assert len(f.programs) == 4
    assert numbers(f(params, pair, scale=2.0)["y"]) == [4, 9]
    assert len(f.programs) == 4


def test_takes_any_number_of_arrays_and_keeps_none() -> None:
    @chx.compile
    def total(*arrays: chx.ndarray) -> chx.ndarray:
        return chx.sum(chx.stack(arrays))

    arrays = [chx.full(2, i) for i in range(40)]
    before = [sys.getrefcount(array) for array in arrays]
    for count in (1, 16, 17, 40, 40):
        assert total(*arrays[:count]) == sum(range(count)) * 2
    assert [sys.getrefcount(array) for array in arrays] == before


def test_values_are_told_apart_by_type() -> None:
    f = chx.compile(lambda x, n: x * n)
    x = chx.array([1, 2])
    assert f(x, 2).dtype == np.int64
    assert f(x, 2.0).dtype == np.float32
    assert f(x, True).dtype == np.int64
    assert len(f.programs) == 3


def test_arguments_that_are_returned_are_the_same_objects() -> None:
    w = chx.array([1.0]).require_grad()
    f = chx.compile(lambda x: (x, w))
    x = chx.array([1.0])
    assert f(x)[1] is w
    again = f(x)
    assert again[1] is w
    assert numbers(again[0]) == [1]


def test_numpy_arguments_are_refused() -> None:
    f = chx.compile(lambda x, y: x)
    with pytest.raises(TypeError, match=r"argument 1 holds a numpy.ndarray.*chainerx.array\(\)"):
        f(chx.array([1.0]), np.array([1.0]))


@pytest.mark.parametrize(
    "look",
    [float, bool, repr, chx.to_numpy, lambda y: y.tolist(), np.asarray, np.from_dlpack],
    ids=["float", "bool", "repr", "to_numpy", "tolist", "asarray", "dlpack"],
)
def test_looking_at_values_is_an_error_that_names_the_line(look) -> None:
    @chx.compile
    def f(x: chx.ndarray) -> chx.ndarray:
        y = x.sum()
        look(y)  # here
        return y

    source, first = inspect.getsourcelines(inspect.unwrap(f))
    line = first + next(i for i, text in enumerate(source) if "# here" in text)
    with pytest.raises(chx.ProgramError, match="computed by sum") as caught:
        f(chx.array([1.0, 2.0]))
    assert any(
        entry.lineno == line - 1 and Path(entry.path).name == "test_compile.py"
        for entry in caught.traceback
    )
    assert not chx.is_recording_program()
    assert numbers(chx.array([1.0]) + 1) == [2]


def test_exceptions_pass_through_and_leave_nothing_behind() -> None:
    @chx.compile
    def f(x: chx.ndarray, fail: bool) -> chx.ndarray:
        if fail:
            raise KeyError("mine")
        return x + 1

    with pytest.raises(KeyError, match="mine"):
        f(chx.array([1.0]), True)
    assert f.programs == []
    assert numbers(f(chx.array([1.0]), False)) == [2]


def test_too_many_kinds_of_arguments_warn_once() -> None:
    f = chx.compile(lambda x: x + 1, max_programs=2)
    f(chx.zeros(1)), f(chx.zeros(2))
    with pytest.warns(RuntimeWarning, match="more than 2 kinds"):
        assert f(chx.zeros(3)).shape == (3,)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert f(chx.zeros(4)).shape == (4,)
    assert len(f.programs) == 2
    f.clear()
    assert f.programs == []


def test_bad_arguments_of_compile() -> None:
    with pytest.raises(TypeError, match="expected a function"):
        chx.compile(3)
    with pytest.raises(ValueError, match="max_programs"):
        chx.compile(lambda: 0, max_programs=-1)


def test_methods() -> None:
    class Model:
        def __init__(self) -> None:
            self.w = chx.array([2.0])

        @chx.compile
        def __call__(self, x: chx.ndarray) -> chx.ndarray:
            return x * self.w

    one, other = Model(), Model()
    other.w += 1
    assert numbers(one(chx.array([1.0]))) == [2]
    assert numbers(other(chx.array([1.0]))) == [3]
    assert numbers(one(chx.array([2.0]))) == [4]


def test_training_equals_eager_training() -> None:
    def train(wrap) -> list[float]:
        chx.random.seed(1)
        w1 = chx.random.normal(size=(6, 8)).require_grad()
        w2 = chx.random.normal(size=(8, 3)).require_grad()
        optimizer = chx.optimizers.Adam(w1, w2, lr=0.05)

        def step(x: chx.ndarray, t: chx.ndarray) -> chx.ndarray:
            mask = chx.random.uniform(size=(10, 8)) > 0.2
            hidden = chx.tanh(x @ w1) * mask
            loss = chx.softmax_cross_entropy(hidden @ w2, t).mean()
            loss.backward()
            optimizer.update()
            optimizer.zero_grad()
            return loss

        run = wrap(step)
        rng = np.random.default_rng(0)
        losses = []
        for _ in range(6):
            x = chx.array(rng.normal(size=(10, 6)).astype(np.float32))
            t = chx.array(rng.integers(0, 3, 10))
            losses.append(float(run(x, t)))
        return losses

    eager = train(lambda step: step)
    np.testing.assert_allclose(train(chx.compile), eager, rtol=1e-5)
    np.testing.assert_allclose(train(chx.compile(fuse_from=0)), eager, rtol=1e-5)
    switches = [
        "remove_dead_code",
        "share_common_subexpressions",
        "fold_constants",
        "cancel_copies",
        "fuse_elementwise",
        "reuse_memory",
        "reuse_in_place",
    ]
    for switch in switches:
        np.testing.assert_allclose(train(chx.compile(**{switch: False})), eager, rtol=1e-5)


def test_gradients_through_a_compiled_model() -> None:
    w = chx.array([[1.0, -1.0], [0.5, 2.0]]).require_grad()
    model = chx.compile(lambda x: chx.tanh(x @ w))
    for i in range(1, 4):
        y = model(chx.array([[1.0, 2.0]]))
        (y * 1.0).sum().backward()
        expected = np.outer([1, 2], 1 - np.tanh([2.0, 3.0]) ** 2) * i
        np.testing.assert_allclose(chx.to_numpy(w.grad), expected, rtol=1e-4)
    with chx.no_backprop_mode():
        assert not model(chx.array([[1.0, 2.0]])).is_backprop_required()
    assert len(model.programs) == 2


def test_show_and_draw(tmp_path: Path) -> None:
    f = chx.compile(lambda x: chx.exp(x) + x, fuse_from=0)
    f(chx.array([1.0, 2.0]))
    program = f.programs[0]
    assert "exp(arg0)" in program.show(optimized=False)
    assert "fused_elementwise<exp add>(arg0)" in program.show()
    assert len(program) == 1
    assert program.step_count(optimized=False) == 2
    drawing = program.draw(tmp_path / "program.dot", optimized=False)
    assert '[label="exp"' in drawing.read_text()


def test_threads_share_a_program() -> None:
    f = chx.compile(lambda x: chx.tanh(x @ x).sum())
    xs = [chx.array(np.full((60, 60), i / 100, np.float32)) for i in range(4)]
    expected = [float(f(x)) for x in xs]
    failures: list[object] = []

    def work(i: int) -> None:
        for _ in range(50):
            result = float(f(xs[i]))
            if abs(result - expected[i]) > 1e-3 * abs(expected[i]):
                failures.append((i, result))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(f.programs) == 1


def test_is_collected_with_what_it_refers_to() -> None:
    class Owner:
        def __init__(self) -> None:
            self.bias = chx.array([1.0])
            self.f = chx.compile(lambda x: x + self.bias)  # a cycle

    owner = Owner()
    owner.f(chx.array([1.0]))
    reference = weakref.ref(owner)
    del owner
    gc.collect()
    assert reference() is None


def test_calls_within_a_recording_are_part_of_it() -> None:
    inner = chx.compile(lambda x: x * 2)
    outer = chx.compile(lambda x: inner(x) + inner(x + 1))
    assert numbers(outer(chx.array([1.0]))) == [6]
    assert numbers(outer(chx.array([2.0]))) == [10]
    assert inner.programs == []


@pytest.mark.parametrize(
    ("shape", "axis"),
    [
        ((70_001,), None),
        ((300, 401), None),
        ((300, 401), 0),
        ((300, 401), 1),
        ((3, 50_000), 0),
        ((3, 50_000), 1),
        ((50_000, 3), 0),
        ((50_000, 3), 1),
        ((20, 31, 200), (0, 2)),
        ((20, 31, 200), 1),
        ((20, 31, 200), (1, 2)),
        ((200, 2, 301), (0,)),
        ((2, 3, 4, 5, 6), (1, 3)),
        ((1, 1, 1), (0, 2)),
    ],
)
@pytest.mark.parametrize("reduce", ["sum", "max", "min", "prod"])
def test_fused_reductions_of_large_arrays(shape, axis, reduce) -> None:
    rng = np.random.default_rng(0)
    x = chx.array(rng.uniform(0.5, 1.5, shape).astype(np.float32))
    y = chx.array(rng.uniform(0.5, 1.5, shape[::-1]).astype(np.float32)).T
    row = chx.array(rng.uniform(0.5, 1.5, shape[-1:]).astype(np.float32))

    def f(x: chx.ndarray, y: chx.ndarray, row: chx.ndarray) -> chx.ndarray:
        # About 1, so that long products stay what they are.
        z = (x - y) * row * (1e-4 if reduce == "prod" else 1) + 1
        return getattr(z, reduce)(axis=axis)

    compiled = chx.compile(f, fuse_from=0)
    compiled(x, y, row)
    actual, expected = compiled(x + 0.125, y, row), f(x + 0.125, y, row)
    assert "fused_reduction<subtract multiply" in compiled.programs[0].show()
    assert actual.shape == expected.shape
    np.testing.assert_allclose(chx.to_numpy(actual), chx.to_numpy(expected), rtol=2e-5)
