"""What the kernels have to reach beside PyTorch, as ratios of its time and theirs."""

from __future__ import annotations

from typing import NamedTuple


class Requirement(NamedTuple):
    """The geometric mean of the groups' ratios, and on one thread the least of any case."""

    what: str
    groups: tuple[str, ...]
    mean: float
    floor: float


REQUIREMENTS = [
    Requirement(
        "bound by memory",
        (
            "element-wise",
            "functions",
            "reduction",
            "broadcast",
            "copy",
            "pooling",
            "batch norm",
            "softmax",
            "take",
        ),
        1.5,
        0.8,
    ),
    Requirement("matmul", ("matmul",), 0.95, 0.8),
    Requirement("convolution", ("convolution",), 0.95, 0.8),
    Requirement("chain of five at 1e7, compiled", ("chain of five",), 2.5, 2.5),
]
