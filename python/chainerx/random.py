"""Random numbers from counter-based generators: the same bits on every device."""

from __future__ import annotations

from chainerx import _core, _generator
from chainerx._core import _random
from chainerx._generator import Generator as Generator
from chainerx._generator import default_rng as default_rng

_generator.install()

default_generator = _core._default_generator()

normal = _random.normal
uniform = _random.uniform


def seed(seed: int) -> None:
    """Starts the sequence of this seed from the beginning. Unseeded, each process has a sequence of its own."""
    _core._seed(seed)
