"""Programs that a device runs in larger pieces: as compiled graphs, or captured when they first ran."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import chainerx as chx

DEVICE = "sim:0"
WAYS = [
    {"compile_on_device": False, "capture": False},
    {"compile_on_device": False, "capture": True},
    {"compile_on_device": True, "capture": False},
    {},
]


@pytest.fixture(autouse=True)
def device() -> Iterator[None]:
    with chx.using_device(DEVICE):
        yield
    chx.get_device(DEVICE).synchronize()


def matrix(seed: int, *shape: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).standard_normal(shape).astype("float32")


def layer(x: chx.ndarray, w: chx.ndarray) -> chx.ndarray:
    y = chx.tanh(x @ w)
    return (y * y).sum(1) - y.max(1)


@pytest.mark.parametrize("way", WAYS)
def test_results_are_the_same(way: dict[str, bool]) -> None:
    w = chx.array(matrix(0, 4, 5))
    f = chx.compile(lambda x: layer(x, w), **way)
    inputs = [chx.array(matrix(i, 3, 4)) for i in range(1, 6)]
    # The same arrays again and again, then others, then all results at once.
    order = [0, 0, 0, 1, 2, 2, 3, 4, 0]
    results = [f(inputs[i]) for i in order]
    for i, result in zip(order, results, strict=True):
        assert result.tolist() == layer(inputs[i], w).tolist()
    (program,) = f.programs
    steps = program.step_count()
    assert program.compiled_step_count == (steps if way.get("compile_on_device", True) else 0)
    captures = way.get("capture", True) and not way.get("compile_on_device", True)
    assert program.captured_step_count == (steps if captures else 0)


@pytest.mark.parametrize("way", WAYS)
def test_training_step(way: dict[str, bool]) -> None:
    def train(steps: int, compiled: bool) -> list[float]:
        w = chx.array(matrix(0, 4, 5)).require_grad()
        optimizer = chx.optimizers.Adam([w], lr=0.1)

        def step(x: chx.ndarray) -> chx.ndarray:
            loss = layer(x, w).mean()
            loss.backward()
            optimizer.update()
            optimizer.zero_grad()
            return loss

        f = chx.compile(step, **way) if compiled else step
        return [f(chx.array(matrix(i, 3, 4))).item() for i in range(steps)]

    assert train(6, True) == pytest.approx(train(6, False), rel=1e-5)


@pytest.mark.parametrize("way", WAYS)
def test_gradients(way: dict[str, bool]) -> None:
    w = chx.array(matrix(0, 4, 5)).require_grad()
    f = chx.compile(lambda x: layer(x, w), **way)
    for i in range(4):
        x = chx.array(matrix(i, 3, 4))
        (got,) = chx.grad([f(x)], [w])
        (expected,) = chx.grad([layer(x, w)], [w])
        assert np.allclose(got.tolist(), expected.tolist(), rtol=1e-5)


@pytest.mark.parametrize("way", WAYS)
def test_host_steps_stay_outside(way: dict[str, bool]) -> None:
    order = chx.array([2, 0, 1])

    def function(x: chx.ndarray) -> chx.ndarray:
        y = chx.tanh((x + x) @ x)
        y[order] = x  # scatter, which has no kernel there
        return chx.tanh((y + x) @ x)

    f = chx.compile(function, **way)
    for i in range(4):
        x = chx.array(matrix(i, 3, 3))
        chx.reset_fallback_stats()
        assert f(x).tolist() == function(x).tolist()
        on_host = sum(row["count"] for row in chx.fallback_stats() if row["step"] == "host")
        assert on_host == 2, "once in each"
    (program,) = f.programs
    if way.get("compile_on_device", True):
        assert 0 < program.compiled_step_count < program.step_count()
    elif way.get("capture", True):
        assert 0 < program.captured_step_count < program.step_count()


@pytest.mark.parametrize("way", WAYS)
def test_on_several_streams(way: dict[str, bool]) -> None:
    w = chx.array(matrix(0, 4, 5))
    total = chx.zeros(3)

    def function(x: chx.ndarray) -> chx.ndarray:
        nonlocal total
        y = layer(x, w)
        total += y
        return y

    f = chx.compile(function, **way)
    inputs = [chx.array(matrix(i, 3, 4)) for i in range(6)]
    expected = [layer(x, w).tolist() for x in inputs]
    a, b = chx.Stream(), chx.Stream()
    results = []
    for stream, x in zip((a, b, a, a, b, b), inputs, strict=True):
        with stream:
            results.append(f(x))
    with b:
        assert total.tolist() == pytest.approx(np.sum(expected, axis=0).tolist(), rel=1e-5)
    with a:
        for result, values in zip(results, expected, strict=True):
            assert result.tolist() == pytest.approx(values, rel=1e-5)


@pytest.mark.parametrize("way", WAYS)
def test_late_errors(way: dict[str, bool]) -> None:
    x = chx.arange(4)
    f = chx.compile(lambda indices: chx.take(x, indices, 0) + x, **way)
    good = chx.array([3, 2, 1, 0])
    for _ in range(3):
        assert f(good).tolist() == [3, 3, 3, 3]
    f(chx.array([0, 1, 2, 99]))
    with pytest.raises(ValueError, match="index 99 is out of range"):
        chx.get_device().synchronize()
    assert f(good).tolist() == [3, 3, 3, 3]


def test_memory_at_the_address_of_other_memory() -> None:
    with chx.using_device("native:0"):
        f = chx.compile(lambda x: x + x)
        buffers = [np.full(3, i, "float32") for i in range(20)]
        for i, buffer in enumerate(buffers):
            assert f(chx.frombuffer(buffer)).tolist() == [2 * i] * 3


@pytest.mark.parametrize("extensions", ["none", "capture", "graph"])
def test_devices_with_fewer_extensions(extensions: str) -> None:
    code = """
import os, chainerx as chx
chx.load_plugin(os.environ["CHAINERX_TEST_PLUGIN_DIR"] + "/sim/sim.so")
with chx.using_device("sim:0"):
    f = chx.compile(lambda x: chx.tanh(x + x) * x)
    x = chx.ones(3)
    y = (f(x), f(x), f(x))
    assert all(r.tolist() == y[0].tolist() for r in y)
    p = f.programs[0]
    print(p.compiled_step_count == p.step_count(), p.captured_step_count == p.step_count())
"""
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "CHAINERX_PLUGIN_OPTIONS": f"sim.extensions={extensions}"},
        capture_output=True,
        text=True,
    )
    expected = {"none": "False False", "capture": "False True", "graph": "True False"}[extensions]
    assert (result.returncode, result.stdout) == (0, expected + "\n"), result.stderr
