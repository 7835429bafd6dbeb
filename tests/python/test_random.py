"""chainerx.random: a process-wide sequence that can be started again, the same on every device."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import chainerx as chx


@pytest.fixture(params=[chx.random.uniform, chx.random.normal], ids=["uniform", "normal"])
def draw(request: pytest.FixtureRequest) -> Callable[..., chx.ndarray]:
    return request.param


def test_seed(draw: Callable[..., chx.ndarray]) -> None:
    chx.random.seed(5)
    first, second = draw(size=(3, 4)), draw(size=(3, 4))
    chx.random.seed(5)
    assert draw(size=(3, 4)).tolist() == first.tolist() != second.tolist()
    chx.random.seed(6)
    assert draw(size=(3, 4)).tolist() != first.tolist()


@pytest.mark.parametrize("device", ["primdev:0", "nulldev:0", "sim:0"])
def test_other_devices(draw: Callable[..., chx.ndarray], device: str) -> None:
    chx.random.seed(7)
    here = draw(size=100)
    chx.random.seed(7)
    there = draw(size=100, device=device)
    assert there.device.name == device
    assert float(abs(there.to_device(here.device) - here).max()) < 1e-5


def test_distributions() -> None:
    chx.random.seed(8)
    uniform = chx.random.uniform(-2, 6, 100_000, dtype="float64")
    normal = chx.random.normal(3, 0.5, 100_000, dtype="float64")
    assert -2 <= float(uniform.min()) < float(uniform.max()) < 6
    assert float(uniform.mean()) == pytest.approx(2, abs=0.03)
    assert float(uniform.var()) == pytest.approx(64 / 12, rel=0.02)
    assert float(normal.mean()) == pytest.approx(3, abs=0.01)
    assert float(chx.std(normal)) == pytest.approx(0.5, rel=0.02)
    assert chx.random.uniform().shape == ()
