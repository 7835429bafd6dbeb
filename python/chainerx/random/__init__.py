"""Random numbers from counter-based generators: the same bits on every device.

The functions draw from the process-wide generator, default_generator, or from one that is given as ``generator=``; a Generator has
them as methods.
"""

from __future__ import annotations

from builtins import bytes as _bytes
from typing import Any

from chainerx import _core, _generator
from chainerx._core import _random, ndarray
from chainerx._generator import Generator as Generator
from chainerx._generator import default_rng as default_rng
from chainerx.random import distributions as distributions

_generator.install()

default_generator = _core._default_generator()

bernoulli = _random.bernoulli
beta = _random.beta
binomial = _random.binomial
chisquare = _random.chisquare
choice = _random.choice
dirichlet = _random.dirichlet
exponential = _random.exponential
f = _random.f
gamma = _random.gamma
geometric = _random.geometric
gumbel = _random.gumbel
hypergeometric = _random.hypergeometric
integers = _random.integers
laplace = _random.laplace
logistic = _random.logistic
lognormal = _random.lognormal
logseries = _random.logseries
multinomial = _random.multinomial
multivariate_hypergeometric = _random.multivariate_hypergeometric
multivariate_normal = _random.multivariate_normal
negative_binomial = _random.negative_binomial
noncentral_chisquare = _random.noncentral_chisquare
noncentral_f = _random.noncentral_f
normal = _random.normal
pareto = _random.pareto
permutation = _random.permutation
permuted = _random.permuted
poisson = _random.poisson
power = _random.power
random = _random.random
random_sample = ranf = sample = _random.random_sample
rayleigh = _random.rayleigh
shuffle = _random.shuffle
standard_cauchy = _random.standard_cauchy
standard_exponential = _random.standard_exponential
standard_gamma = _random.standard_gamma
standard_normal = _random.standard_normal
standard_t = _random.standard_t
triangular = _random.triangular
uniform = _random.uniform
vonmises = _random.vonmises
wald = _random.wald
weibull = _random.weibull
zipf = _random.zipf


def seed(seed: int) -> None:
    """Starts the sequence of this seed from the beginning. Unseeded, each process has a sequence of its own."""
    _core._seed(seed)


def bytes(length: int, *, generator: Generator | None = None) -> _bytes:
    """That many random bytes. Raises ValueError for a negative length."""
    return (default_generator if generator is None else generator).bytes(length)


def randint(
    low: int,
    high: int | None = None,
    size: Any = None,
    dtype: Any = None,
    device: Any = None,
    *,
    generator: Generator | None = None,
) -> ndarray:
    """integers() by its older name."""
    return integers(low, high, size, dtype, device, generator=generator)


def rand(*shape: int, dtype: Any = None, device: Any = None) -> ndarray:
    """random() of a shape given as several integers."""
    return random(shape, dtype, device)


def randn(*shape: int, dtype: Any = None, device: Any = None) -> ndarray:
    """standard_normal() of a shape given as several integers."""
    return standard_normal(shape, dtype, device)
