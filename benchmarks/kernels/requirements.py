"""What the kernels have to reach beside PyTorch, as ratios of its time and theirs."""

from __future__ import annotations

from typing import NamedTuple


class Requirement(NamedTuple):
    """The geometric mean of the groups' ratios, and on one thread the least of any case."""

    what: str
    groups: tuple[str, ...]
    mean: float
    floor: float


def requirements(has_onednn: bool) -> list[Requirement]:
    """oneDNN is to reach PyTorch, which uses it too; the native plugin alone nearly."""
    products = 1.0 if has_onednn else 0.95
    return [
        *_OF_NATIVE,
        Requirement("matmul", ("matmul",), products, 0.8),
        Requirement("convolution", ("convolution",), products, 0.8),
    ]


_OF_NATIVE = [
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
    Requirement("chain of five at 1e7, compiled", ("chain of five",), 2.5, 2.5),
]
