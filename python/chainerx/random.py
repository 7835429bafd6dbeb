"""Random numbers from one process-wide, counter-based generator: the same bits on every device."""

from __future__ import annotations

from chainerx import _core
from chainerx._core import _random

normal = _random.normal
uniform = _random.uniform


def seed(seed: int) -> None:
    """Starts the sequence of this seed from the beginning. Unseeded, each process has a sequence of its own."""
    _core._seed(seed)
