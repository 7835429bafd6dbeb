"""Exact distribution functions of what chainerx.random draws, and how far samples are from them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

Function = Callable[[np.ndarray], np.ndarray]
# Counts beyond are counted together.
MOST = 10_000
_erfc = np.vectorize(math.erfc, otypes=[np.float64])


def normal(loc: float = 0, scale: float = 1) -> Function:
    return lambda x: 0.5 * _erfc(-(x - loc) / scale / math.sqrt(2))


def exponential(scale: float = 1) -> Function:
    return lambda x: -np.expm1(-x / scale)


def laplace(loc: float, scale: float) -> Function:
    def function(x: np.ndarray) -> np.ndarray:
        z = (x - loc) / scale
        return np.where(z < 0, 0.5 * np.exp(np.minimum(z, 0)), 1 - 0.5 * np.exp(-np.maximum(z, 0)))

    return function


def triangular(left: float, mode: float, right: float) -> Function:
    def function(x: np.ndarray) -> np.ndarray:
        rising = (x - left) ** 2 / ((right - left) * (mode - left)) if mode > left else 0 * x
        falling = (
            1 - (right - x) ** 2 / ((right - left) * (right - mode)) if mode < right else 1 + 0 * x
        )
        return np.where(x < mode, rising, falling)

    return function


def integrated(density: Function, low: float, high: float, n: int = 200_001) -> Function:
    """The distribution function of what is proportional to density on [low, high]: Simpson's rule, between whose points it is linear."""
    points = np.linspace(low, high, n)
    middles = density((points[1:] + points[:-1]) / 2)
    values = density(points)
    parts = (values[:-1] + 4 * middles + values[1:]) / 6
    sums = np.concatenate([[0.0], np.cumsum(parts)])
    return lambda x: np.interp(x, points, sums / sums[-1])


def gamma(shape: float, scale: float = 1) -> Function:
    """In sqrt(x), whose density is finite for a shape from 1/2 on."""
    in_root = integrated(
        lambda r: np.exp((2 * shape - 1) * np.log(np.maximum(r, 1e-300)) - r * r - _peak(shape)),
        0,
        math.sqrt(shape + 40 * math.sqrt(shape) + 40),
    )
    return lambda x: in_root(np.sqrt(x / scale))


def _peak(shape: float) -> float:
    """The greatest exponent, so that exp does not overflow."""
    r2 = shape - 0.5
    return (shape - 0.5) * math.log(r2) - r2 if r2 > 0 else 0.0


def beta(a: float, b: float) -> Function:
    """In the angle whose squared sine is x, whose density is finite for parameters from 1/2 on."""
    in_angle = integrated(
        lambda t: np.sin(t) ** (2 * a - 1) * np.cos(t) ** (2 * b - 1), 0, math.pi / 2
    )
    return lambda x: in_angle(np.arcsin(np.sqrt(x)))


def f(dfnum: float, dfden: float) -> Function:
    of_beta = beta(dfnum / 2, dfden / 2)
    return lambda x: of_beta(dfnum * x / (dfnum * x + dfden))


def _mixed(nonc: float, of: Callable[[int], Function]) -> Function:
    """Those of a Poisson number of extra pairs of degrees of freedom, weighted by its probabilities."""
    weights = [math.exp(-nonc / 2 + j * math.log(nonc / 2) - math.lgamma(j + 1)) for j in range(60)]
    parts = [of(j) for j in range(60)]
    return lambda x: sum(w * part(x) for w, part in zip(weights, parts, strict=True))  # type: ignore[return-value]


def noncentral_chisquare(df: float, nonc: float) -> Function:
    return _mixed(nonc, lambda j: gamma(df / 2 + j, 2))


def noncentral_f(dfnum: float, dfden: float, nonc: float) -> Function:
    mixed = _mixed(nonc, lambda j: beta(dfnum / 2 + j, dfden / 2))
    return lambda x: mixed(dfnum * x / (dfnum * x + dfden))


def student_t(df: float) -> Function:
    of_beta = beta(0.5, df / 2)
    return lambda x: 0.5 * (1 + np.sign(x) * of_beta(x * x / (x * x + df)))


def wald(mean: float, scale: float) -> Function:
    phi = normal()

    def function(x: np.ndarray) -> np.ndarray:
        root = np.sqrt(scale / x)
        second = math.exp(2 * scale / mean) * phi(-root * (x / mean + 1))
        return phi(root * (x / mean - 1)) + second

    return function


def vonmises(kappa: float) -> Function:
    """Around 0."""
    return integrated(lambda x: np.exp(kappa * (np.cos(x) - 1)), -math.pi, math.pi)


def farthest(samples: np.ndarray, function: Function) -> float:
    """Kolmogorov's statistic: sqrt(n) times the greatest distance; above 1.95 with probability 0.001."""
    x = np.sort(samples.astype(np.float64).ravel())
    n = len(x)
    values = function(x)
    above = np.arange(1, n + 1) / n - values
    below = values - np.arange(n) / n
    return math.sqrt(n) * float(max(above.max(), below.max()))


def poisson(mean: float) -> Function:
    return lambda k: np.exp(k * math.log(mean) - mean - _log_factorial(k))


def binomial(n: int, p: float) -> Function:
    def function(k: np.ndarray) -> np.ndarray:
        inside = (k >= 0) & (k <= n)
        i = np.where(inside, k, 0)
        log = (
            math.lgamma(n + 1) - _log_factorial(i) - _log_factorial(n - i)
            + i * math.log(p) + (n - i) * math.log1p(-p)
        )  # fmt: skip
        return np.where(inside, np.exp(log), 0)

    return function


def negative_binomial(n: float, p: float) -> Function:
    log_gamma = np.vectorize(math.lgamma, otypes=[np.float64])
    return lambda k: np.exp(
        log_gamma(k + n) - math.lgamma(n) - _log_factorial(k) + n * math.log(p) + k * math.log1p(-p)
    )


def geometric(p: float) -> Function:
    return lambda k: np.where(k >= 1, p * (1 - p) ** (np.maximum(k, 1) - 1), 0)


def logseries(p: float) -> Function:
    return lambda k: np.where(
        k >= 1, -(p ** np.maximum(k, 1)) / np.maximum(k, 1) / math.log1p(-p), 0
    )


def _log_factorial(k: np.ndarray) -> np.ndarray:
    return np.vectorize(math.lgamma, otypes=[np.float64])(k + 1)


def zipf(a: float) -> Function:
    zeta = sum(k**-a for k in range(1, 100_000)) + 100_000 ** (1 - a) / (a - 1)
    return lambda k: np.where(k >= 1, np.maximum(k, 1) ** -a / zeta, 0)


def hypergeometric(good: int, bad: int, nsample: int) -> Function:
    def probability(k: np.ndarray) -> np.ndarray:
        ways = [
            math.comb(good, int(i)) * math.comb(bad, nsample - int(i)) if i <= nsample else 0
            for i in k
        ]
        return np.array(ways, dtype=object) / math.comb(good + bad, nsample)

    return lambda k: probability(k).astype(np.float64)


def excess(samples: np.ndarray, probability: Function) -> float:
    """How many standard deviations Pearson's chi-square lies above its mean, over the integers of which 10 or more are expected and
    the rest together."""
    n = samples.size
    samples = samples[samples < MOST]
    k = np.arange(0, int(samples.max()) + 200)
    expected = n * probability(k.astype(np.float64))
    counts = np.bincount(samples.ravel(), minlength=len(k))[: len(k)]
    usual = expected >= 10
    chi = float(((counts[usual] - expected[usual]) ** 2 / expected[usual]).sum())
    rest = n - expected[usual].sum()
    df = int(usual.sum()) - 1
    if rest >= 10:
        chi += (n - counts[usual].sum() - rest) ** 2 / rest
        df += 1
    return (chi - df) / math.sqrt(2 * max(df, 1))
