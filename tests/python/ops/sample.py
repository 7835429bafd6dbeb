"""The entries of the table of samples: calls, and what stands for their arguments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Labels:
    """An integer array with values in [low, high)."""

    shape: tuple[int, ...]
    low: int
    high: int


@dataclass
class Sorted:
    """A sorted random array of that many values."""

    size: int


@dataclass
class Positive:
    """A random array of values well above zero."""

    shape: tuple[int, ...]


@dataclass
class Probabilities:
    """A random array of values in (0.1, 0.9), of 0 and 1 in integer dtypes."""

    shape: tuple[int, ...]


@dataclass
class Sample:
    """Positional arguments: a tuple is the shape of a random array, Labels integers, a list of tuples a list of arrays."""

    args: list[Any]
    kwargs: dict[str, Any] = field(default_factory=dict)


def with_kwargs(args: list[Any], *kwargs: dict[str, Any]) -> list[Sample]:
    return [Sample(args, each) for each in kwargs]


@dataclass
class Value:
    """An argument that is no array."""

    value: Any
