"""What is taken without putting back, numbers with a long tail, and random bytes."""

from __future__ import annotations

import math

import numpy as np
import pytest
import random_distributions as exact

import chainerx as chx
from chainerx.random import default_rng

DEVICES = ["native:0", "primdev:0", "sim:0"]


@pytest.mark.parametrize(
    ("good", "bad", "nsample"),
    [
        (3, 10**9, 5 * 10**8),  # half of them are taken, so that each good one is with 1/2
        (10**9, 4, 5 * 10**8),
        (10**5, 10**9, 10**5),
    ],
)
def test_great_populations(good: int, bad: int, nsample: int) -> None:
    n = 4000
    mean = nsample * good / (good + bad)
    variance = mean * bad / (good + bad) * (good + bad - nsample) / (good + bad - 1)
    tolerance = 4 * math.sqrt(variance / n) + 1e-9
    for parameters in (
        (good, bad, nsample),
        [chx.array(float(p)).astype("float64") for p in (good, bad, nsample)],
    ):
        y = chx.to_numpy(default_rng(1).hypergeometric(*parameters, size=n))
        assert abs(y.mean() - mean) < tolerance
        assert abs(y.var() / variance - 1) < 0.15
        assert y.min() >= max(0, nsample - bad)
        assert y.max() <= min(good, nsample)


def test_hypergeometric_broadcasts() -> None:
    y = default_rng(1).hypergeometric(chx.array([[0], [5], [90]]), chx.array([10, 80]), 4)
    assert y.shape == (3, 2)
    assert y[0].tolist() == [0, 0]
    assert y.dtype == chx.int64
    assert default_rng(1).hypergeometric(4, 0, 3).item() == 3
    assert default_rng(1).hypergeometric(0, 4, 3, 2, "int8").tolist() == [0, 0]
    assert default_rng(1).hypergeometric(4, 5, 0, size=(0,)).shape == (0,)
    everything = default_rng(1).hypergeometric(
        chx.array([4, 70]), chx.array([5, 80]), chx.array([9, 150])
    )
    assert everything.tolist() == [4, 70]


@pytest.mark.parametrize(
    "parameters", [(-1, 2, 1), (1, -2, 1), (1, 2, -1), (2, 3, 6), (10**10, 1, 1)]
)
def test_hypergeometric_refuses(parameters: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="hypergeometric"):
        chx.random.hypergeometric(*parameters)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("colors", [[5, 0, 7, 3], [40, 60, 30]])
def test_colors(colors: list[int], device: str) -> None:
    nsample, total = sum(colors) // 2, sum(colors)
    n = 3000 if device == "native:0" else 200
    y = default_rng(4).multivariate_hypergeometric(chx.array(colors, device=device), nsample, n)
    counts = chx.to_numpy(y)
    assert (y.shape, y.dtype, y.device.name) == ((n, len(colors)), chx.int64, device)
    assert (counts.sum(1) == nsample).all()
    assert (counts >= 0).all()
    assert (counts <= colors).all()
    for i, own in enumerate(colors):
        probability = exact.hypergeometric(own, total - own, nsample)
        assert abs(exact.excess(counts[:, i], probability)) < 5


def test_colors_of_other_shapes() -> None:
    g = default_rng(3)
    assert g.multivariate_hypergeometric(chx.array([6]), 2).tolist() == [2]
    assert g.multivariate_hypergeometric(chx.array([3, 4]), 7, (2, 1)).tolist() == [[[3, 4]]] * 2
    assert g.multivariate_hypergeometric(chx.zeros(0, "int64"), 0, 2).shape == (2, 0)
    with pytest.raises(chx.DimensionError, match=r"expected \(n,\)"):
        g.multivariate_hypergeometric(chx.ones((2, 2)), 1)
    with pytest.raises(ValueError, match="nsample is -1"):
        g.multivariate_hypergeometric(chx.ones(2), -1)


def test_zipf_in_its_tail() -> None:
    y = chx.to_numpy(default_rng(5).zipf(1.01, 2000))
    assert y.min() >= 1
    assert y.max() > 2**40
    assert default_rng(5).zipf(1e4, 5).tolist() == [1] * 5
    assert default_rng(5).zipf(chx.array([1.5, 3.0]), (4, 2)).shape == (4, 2)
    for a in (1.0, 0.5, -2):
        with pytest.raises(ValueError, match="a number above 1"):
            chx.random.zipf(a)


def test_bytes() -> None:
    g = default_rng(7)
    first = g.bytes(10)
    assert isinstance(first, bytes)
    assert len(first) == 10
    assert default_rng(7).bytes(10) == first != g.bytes(10)
    assert default_rng(7).bytes(12)[:10] == first
    assert g.bytes(0) == b""
    counts = np.bincount(np.frombuffer(g.bytes(100_000), np.uint8), minlength=256)
    assert ((counts - 100_000 / 256) ** 2).sum() / (100_000 / 256) < 256 + 5 * math.sqrt(2 * 256)
    chx.random.seed(7)
    assert chx.random.bytes(10) == first
    assert chx.random.bytes(3, generator=default_rng(7)) == first[:3]
    with pytest.raises(ValueError, match="length is -1"):
        g.bytes(-1)
