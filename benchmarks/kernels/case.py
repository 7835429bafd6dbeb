"""A case: statements over named arrays, with the bytes they move or the operations they do."""

from __future__ import annotations

from dataclasses import dataclass, field

# name -> (kind of values, shape); see worker.py for the kinds.
Arrays = dict[str, tuple[str, tuple[int, ...]]]


@dataclass(frozen=True)
class Case:
    group: str
    name: str
    arrays: Arrays
    # framework -> statement; a framework without one is left out.
    statements: dict[str, str]
    bytes: float = 0
    operations: float = 0
    # framework -> what makes further names of the arrays, once.
    setup: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return f"{self.group}: {self.name}"
