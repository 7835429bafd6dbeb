"""Elements of an array one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy

from chainerx._conversion import asarray, to_numpy


def ndenumerate(arr: Any) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Pairs of an index and the element there, a NumPy scalar, row by row. The elements are copied to the host when it starts."""
    return iter(numpy.ndenumerate(to_numpy(asarray(arr))))
