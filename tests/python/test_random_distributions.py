"""What chainerx.random draws follows its distributions: Kolmogorov's test and Pearson's, with fixed seeds, in every dtype and device."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import random_distributions as exact

import chainerx as chx

N = 20_000
# Beyond which a right sample lies with a probability of 0.001.
FARTHEST, EXCESS = 1.95, 4.5

CONTINUOUS: list[tuple[str, tuple, Callable]] = [
    ("random", (), lambda x: x),
    ("uniform", (-2.0, 6.0), lambda x: (x + 2) / 8),
    ("normal", (3.0, 0.5), exact.normal(3, 0.5)),
    ("standard_normal", (), exact.normal()),
    ("lognormal", (0.5, 2.0), lambda x: exact.normal(0.5, 2)(np.log(x))),
    ("standard_exponential", (), exact.exponential()),
    ("exponential", (2.5,), exact.exponential(2.5)),
    ("laplace", (1.0, 2.0), exact.laplace(1, 2)),
    ("logistic", (1.0, 2.0), lambda x: 1 / (1 + np.exp(-(x - 1) / 2))),
    ("gumbel", (1.0, 2.0), lambda x: np.exp(-np.exp(-(x - 1) / 2))),
    ("rayleigh", (2.0,), lambda x: -np.expm1(-((x / 2) ** 2) / 2)),
    ("weibull", (0.7,), lambda x: -np.expm1(-(x**0.7))),
    ("pareto", (3.0,), lambda x: 1 - (1 + x) ** -3.0),
    ("power", (2.5,), lambda x: x**2.5),
    ("standard_cauchy", (), lambda x: 0.5 + np.arctan(x) / math.pi),
    ("triangular", (-1.0, 0.5, 3.0), exact.triangular(-1, 0.5, 3)),
    ("triangular", (0.0, 0.0, 1.0), exact.triangular(0, 0, 1)),
    ("wald", (2.0, 0.5), exact.wald(2, 0.5)),
    ("wald", (1.0, 30.0), exact.wald(1, 30)),
    ("gamma", (0.5, 2.0), exact.gamma(0.5, 2)),
    ("gamma", (1.0, 1.0), exact.exponential()),
    ("gamma", (3.7, 0.1), exact.gamma(3.7, 0.1)),
    ("standard_gamma", (150.0,), exact.gamma(150)),
    ("beta", (0.5, 0.5), exact.beta(0.5, 0.5)),
    ("beta", (2.0, 5.5), exact.beta(2, 5.5)),
    ("chisquare", (1.0,), exact.gamma(0.5, 2)),
    ("chisquare", (7.0,), exact.gamma(3.5, 2)),
    ("f", (3.0, 8.0), exact.f(3, 8)),
    ("noncentral_chisquare", (2.5, 3.0), exact.noncentral_chisquare(2.5, 3)),
    ("noncentral_f", (3.0, 8.0, 2.0), exact.noncentral_f(3, 8, 2)),
    ("standard_t", (1.0,), lambda x: 0.5 + np.arctan(x) / math.pi),
    ("standard_t", (4.5,), exact.student_t(4.5)),
    ("vonmises", (0.0, 0.0), lambda x: (x + math.pi) / (2 * math.pi)),
    ("vonmises", (0.0, 2.0), exact.vonmises(2)),
    ("vonmises", (0.0, 200.0), exact.vonmises(200)),
]
DISCRETE: list[tuple[str, tuple, Callable]] = [
    ("bernoulli", (0.3,), lambda k: np.where(k == 0, 0.7, np.where(k == 1, 0.3, 0))),
    ("poisson", (0.2,), exact.poisson(0.2)),
    ("poisson", (9.9,), exact.poisson(9.9)),
    ("poisson", (10.0,), exact.poisson(10)),
    ("poisson", (150.0,), exact.poisson(150)),
    ("binomial", (5, 0.3), exact.binomial(5, 0.3)),
    ("binomial", (40, 0.8), exact.binomial(40, 0.8)),
    ("binomial", (20, 0.5), exact.binomial(20, 0.5)),
    ("binomial", (500, 0.3), exact.binomial(500, 0.3)),
    ("binomial", (300, 0.97), exact.binomial(300, 0.97)),
    ("negative_binomial", (3.5, 0.4), exact.negative_binomial(3.5, 0.4)),
    ("geometric", (0.2,), exact.geometric(0.2)),
    ("logseries", (0.8,), exact.logseries(0.8)),
    ("zipf", (1.5,), exact.zipf(1.5)),
    ("zipf", (4.0,), exact.zipf(4)),
    ("hypergeometric", (5, 0, 3), exact.hypergeometric(5, 0, 3)),
    ("hypergeometric", (3, 9, 4), exact.hypergeometric(3, 9, 4)),
    ("hypergeometric", (9, 3, 10), exact.hypergeometric(9, 3, 10)),
    ("hypergeometric", (40, 30, 60), exact.hypergeometric(40, 30, 60)),
    ("hypergeometric", (80, 200, 100), exact.hypergeometric(80, 200, 100)),
    ("hypergeometric", (50, 50, 50), exact.hypergeometric(50, 50, 50)),
]
# Drawn another way from numbers: by a table, or with another way to keep the upper bound.
COUNTS = ("poisson", "binomial", "negative_binomial", "hypergeometric")
NUMBERS_DIFFER = (*COUNTS, "uniform", "noncentral_chisquare", "noncentral_f")
ids = [f"{name}{arguments}" for name, arguments, _ in CONTINUOUS + DISCRETE]
ALL = CONTINUOUS + DISCRETE


def draw(name: str, arguments: tuple, size: Any = N, seed: int = 1, **kwargs: Any) -> chx.ndarray:
    return getattr(chx.random.default_rng(seed), name)(*arguments, size=size, **kwargs)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("name", "arguments", "function"), CONTINUOUS, ids=ids[: len(CONTINUOUS)])
def test_continuous(name: str, arguments: tuple, function: Callable, dtype: str) -> None:
    samples = chx.to_numpy(draw(name, arguments, dtype=dtype))
    assert samples.dtype == dtype
    assert np.isfinite(samples).all()
    assert exact.farthest(samples, function) < FARTHEST


@pytest.mark.parametrize(("name", "arguments", "probability"), DISCRETE, ids=ids[len(CONTINUOUS) :])
def test_discrete(name: str, arguments: tuple, probability: Callable) -> None:
    y = draw(name, arguments)
    assert y.dtype == (chx.bool_ if name == "bernoulli" else chx.int64)
    assert abs(exact.excess(chx.to_numpy(y).astype(np.int64), probability)) < EXCESS


@pytest.mark.parametrize(
    ("name", "arguments", "probability"),
    [pytest.param(*a, id=i) for a, i in zip(ALL, ids, strict=True) if a[0] in COUNTS],
)
def test_counts_with_parameters_in_arrays(
    name: str, arguments: tuple, probability: Callable
) -> None:
    y = draw(name, tuple(chx.array([a]).astype("float64") for a in arguments))
    assert abs(exact.excess(chx.to_numpy(y), probability)) < EXCESS


@pytest.mark.parametrize("shift", [1.3, -0.7])
def test_the_tests_notice_what_is_wrong(shift: float) -> None:
    samples = chx.to_numpy(draw("normal", (0.05 * shift, 1.0)))
    assert exact.farthest(samples, exact.normal()) > FARTHEST
    counts = chx.to_numpy(draw("poisson", (10.0 + 0.4 * shift,)))
    assert exact.excess(counts, exact.poisson(10)) > EXCESS


@pytest.mark.parametrize(
    ("name", "arguments"),
    [pytest.param(*a[:2], id=i) for a, i in zip(ALL, ids, strict=True) if a[1]],
)
def test_parameters_may_be_arrays(name: str, arguments: tuple) -> None:
    """In other dtypes, of one shape with the result or broadcast to it, and the same numbers as for a number."""
    for dtype in (chx.float32, chx.float64):
        arrays = [chx.full((1,) * (i == 0), a, dtype) for i, a in enumerate(arguments)]
        y = draw(name, tuple(arrays), size=(3, 200), dtype="float64")
        assert y.shape == (3, 200)
        expected = chx.to_numpy(draw(name, arguments, (3, 200), dtype="float64"))
        if name in NUMBERS_DIFFER:
            continue
        np.testing.assert_allclose(chx.to_numpy(y), expected, rtol=2e-5, atol=2e-5)
    default = draw(name, tuple(chx.full((2, 3), a, chx.float64) for a in arguments), size=None)
    assert default.shape == (2, 3)
    if name in {a[0] for a in CONTINUOUS}:
        assert default.dtype == chx.float64


@pytest.mark.parametrize(
    ("name", "parameters", "probabilities"),
    [
        ("poisson", ([2.0, 50.0],), [exact.poisson(2), exact.poisson(50)]),
        (
            "binomial",
            ([12.0, 400.0], [0.9, 0.2]),
            [exact.binomial(12, 0.9), exact.binomial(400, 0.2)],
        ),
    ],
)
def test_small_and_great_means_side_by_side(
    name: str, parameters: tuple, probabilities: list[Callable]
) -> None:
    y = chx.to_numpy(draw(name, tuple(chx.array(p) for p in parameters), size=(N, 2)))
    for i, probability in enumerate(probabilities):
        assert abs(exact.excess(y[:, i].copy(), probability)) < EXCESS


@pytest.mark.parametrize("device", ["primdev:0", "nulldev:0", "sim:0"])
@pytest.mark.parametrize(("name", "arguments"), [a[:2] for a in ALL], ids=ids)
def test_same_on_every_device(name: str, arguments: tuple, device: str) -> None:
    here = draw(name, arguments, 60)
    there = draw(name, arguments, 60, device=device)
    assert there.device.name == device
    assert there.dtype == here.dtype
    np.testing.assert_allclose(chx.to_numpy(there), chx.to_numpy(here), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", sorted({a[0] for a in ALL}))
def test_zero_size_and_no_size(name: str) -> None:
    arguments = next(a[1] for a in ALL if a[0] == name)
    assert draw(name, arguments, (0, 3)).shape == (0, 3)
    assert draw(name, arguments, None).shape == ()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_16_bits(dtype: str) -> None:
    for name, arguments, function in CONTINUOUS:
        if name in ("standard_cauchy", "lognormal") or arguments == (1.0,):
            continue  # beyond the greatest float16
        y = draw(name, arguments, 2000, dtype=dtype)
        assert y.dtype.name == dtype
        assert exact.farthest(chx.to_numpy(y.astype("float64")), function) < 3


def test_dirichlet() -> None:
    alpha = chx.array([0.5, 1.5, 4.0], chx.float64)
    y = chx.to_numpy(draw("dirichlet", (alpha,), N))
    assert y.shape == (N, 3)
    np.testing.assert_allclose(y.sum(1), 1, rtol=1e-12)
    for i, a in enumerate((0.5, 1.5, 4.0)):
        assert exact.farthest(y[:, i].copy(), exact.beta(a, 6 - a)) < FARTHEST
    tiny = chx.to_numpy(draw("dirichlet", (chx.full((2, 5), 1e-3),), (4,)))
    assert tiny.shape == (4, 2, 5)
    np.testing.assert_allclose(tiny.sum(-1), 1, rtol=1e-5)
    assert draw("dirichlet", (chx.ones((0,)),), 3).shape == (3, 0)
    with pytest.raises(chx.DimensionError, match="alpha has no dimension"):
        chx.random.dirichlet(chx.ones(()))


def test_multivariate_normal() -> None:
    mean, cov = np.array([1.0, -2.0]), np.array([[4.0, 1.5], [1.5, 1.0]])
    y = chx.to_numpy(draw("multivariate_normal", (chx.array(mean), chx.array(cov)), N))
    assert y.shape == (N, 2)
    np.testing.assert_allclose(y.mean(0), mean, atol=8 / np.sqrt(N))
    np.testing.assert_allclose(np.cov(y.T), cov, atol=40 / np.sqrt(N))
    # Without what they depend on each other by, the numbers are standard normal.
    z = np.linalg.solve(np.linalg.cholesky(cov), (y - mean).T)
    for each in z:
        assert exact.farthest(each.copy(), exact.normal(0, 1)) < FARTHEST
    with pytest.raises(chx.DimensionError, match=r"\(2,\) and cov \(3, 3\)"):
        chx.random.multivariate_normal(chx.array(mean), chx.eye(3))
    with pytest.raises(ValueError, match="positive definite"):
        chx.random.multivariate_normal(chx.array(mean), -chx.eye(2))


def test_multinomial() -> None:
    p = [0.1, 0.2, 0.4, 0.3]
    y = chx.to_numpy(draw("multinomial", (30, chx.array(p)), N))
    assert y.shape == (N, 4)
    assert (y.sum(1) == 30).all()
    for i, each in enumerate(p):
        assert abs(exact.excess(y[:, i].copy(), exact.binomial(30, each))) < EXCESS
    # Pairs: negatively correlated as they should be.
    covariance = np.cov(y[:, 0], y[:, 2])[0, 1]
    assert covariance == pytest.approx(-30 * 0.1 * 0.4, abs=0.15)
    assert draw("multinomial", (3, chx.array([[1.0, 0.0], [0.0, 1.0]])), None).tolist() == [
        [3, 0],
        [0, 3],
    ]
    with pytest.raises(ValueError, match="n is -1"):
        chx.random.multinomial(-1, chx.array(p))


def test_small_parameters_of_beta_do_not_underflow() -> None:
    y = chx.to_numpy(draw("beta", (1e-3, 1e-3)))
    assert np.isfinite(y).all()
    assert y.mean() == pytest.approx(0.5, abs=0.02)


def test_great_parameters() -> None:
    y = chx.to_numpy(draw("poisson", (1e8,), dtype="float64"))
    assert y.mean() == pytest.approx(1e8, abs=5 * 1e4 / math.sqrt(N))
    assert y.std() == pytest.approx(1e4, rel=0.03)
    for mean in (1e12, chx.full((1,), 1e12, chx.float64)):  # beyond the greatest table
        y = chx.to_numpy(draw("poisson", (mean,), dtype="float64"))
        assert y.mean() == pytest.approx(1e12, abs=5 * 1e6 / math.sqrt(N))
        assert y.std() == pytest.approx(1e6, rel=0.03)
    y = chx.to_numpy(draw("binomial", (10**9, 0.25), dtype="float64"))
    assert y.mean() == pytest.approx(2.5e8, abs=5 * 13693 / math.sqrt(N))
    assert y.std() == pytest.approx(13693, rel=0.03)
    assert chx.to_numpy(draw("binomial", (7, 1.0), 50)).tolist() == [7] * 50
    assert not chx.to_numpy(draw("binomial", (7, 0.0), 50)).any()
    assert not chx.to_numpy(draw("binomial", (0, 0.5), 50)).any()
    assert not chx.to_numpy(draw("poisson", (0.0,), 50)).any()
    assert not chx.to_numpy(draw("negative_binomial", (3.0, 1.0), 50)).any()
    assert chx.to_numpy(draw("geometric", (1.0,), 50)).tolist() == [1] * 50


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("normal", (0.0, -1.0)),
        ("lognormal", (0.0, -1.0)),
        ("exponential", (-1.0,)),
        ("laplace", (0.0, -1.0)),
        ("logistic", (0.0, -1.0)),
        ("gumbel", (0.0, -1.0)),
        ("rayleigh", (-1.0,)),
        ("weibull", (0.0,)),
        ("pareto", (0.0,)),
        ("power", (0.0,)),
        ("triangular", (0.0, 2.0, 1.0)),
        ("wald", (0.0, 1.0)),
        ("gamma", (0.0,)),
        ("gamma", (1.0, -1.0)),
        ("beta", (0.0, 1.0)),
        ("beta", (1.0, math.nan)),
        ("chisquare", (0.0,)),
        ("f", (1.0, 0.0)),
        ("standard_t", (0.0,)),
        ("noncentral_chisquare", (1.0, -1.0)),
        ("vonmises", (0.0, -1.0)),
        ("bernoulli", (1.1,)),
        ("poisson", (-1.0,)),
        ("binomial", (-1, 0.5)),
        ("binomial", (1, 1.5)),
        ("negative_binomial", (0.0, 0.5)),
        ("negative_binomial", (1.0, 0.0)),
        ("geometric", (0.0,)),
        ("logseries", (1.0,)),
    ],
)
def test_parameters_out_of_range(name: str, arguments: tuple) -> None:
    with pytest.raises(ValueError, match=f"{name}: .*expected"):
        draw(name, arguments)


def test_shape_and_dtype_errors() -> None:
    with pytest.raises(chx.DimensionError, match="do not broadcast to size"):
        draw("normal", (chx.zeros((2, 3)),), size=3)
    with pytest.raises(chx.DtypeError, match="expected a floating-point dtype"):
        draw("gamma", (1.0,), dtype="int64")
    with pytest.raises(chx.DtypeError, match="expected real numbers"):
        draw("normal", (chx.zeros(3, "complex64"),), size=None)


def test_results_are_in_no_graph() -> None:
    loc = chx.zeros(3).require_grad()
    assert not chx.random.normal(loc).is_backprop_required()
