"""The budgets of eager calls: what is compared with what, and how much it may take."""

from __future__ import annotations

from typing import NamedTuple


class Budget(NamedTuple):
    """minimum(subject) / minimum(peer) <= gate, better still <= aim. Both are (worker, case)."""

    call: str
    subject: tuple[str, str]
    peer: tuple[str, str]
    gate: float
    aim: float


def _python(case: str, peer: str, gate: float, aim: float) -> Budget:
    return Budget(f"Python {case}, of {NAMES[peer]}", ("chainerx", case), (peer, case), gate, aim)


def _cpp(case: str, gate: float, aim: float) -> Budget:
    return Budget(
        f"C++ {case}, of PyTorch's", ("chainerx C++", case), ("torch C++", case), gate, aim
    )


def _captured(case: str, peer: str, gate: float, aim: float) -> Budget:
    return Budget(
        f"Python {case}, captured, of {NAMES[peer]}",
        ("chainerx", f"{case}, captured"),
        (peer, case),
        gate,
        aim,
    )


NAMES = {
    "numpy": "NumPy's",
    "torch": "PyTorch's",
    "jax": "jax.jit's",
    "torch.compile": "torch.compile's",
}
BUDGETS = [
    Budget(
        "core to kernel, of an indirect call",
        ("chainerx inside", "core to kernel"),
        ("chainerx inside", "indirect call"),
        4,
        3,
    ),
    _cpp("a + b", 0.06, 0.035),
    _cpp("a + b with gradient", 0.05, 0.025),
    _python("a + b", "numpy", 0.25, 0.13),
    _python("a + b", "torch", 0.06, 0.035),
    _python("a * 2.0", "numpy", 0.2, 0.1),
    _python("a.sum()", "numpy", 0.2, 0.1),
    _python("relu(a)", "numpy", 0.2, 0.1),
    _python("m @ m (4x4)", "numpy", 0.2, 0.1),
    _python("zeros(4)", "numpy", 0.2, 0.1),
    _python("exp(a)", "numpy", 0.2, 0.1),
    _python("a[1:3]", "numpy", 0.8, 0.55),
    _python("m.T", "numpy", 0.8, 0.55),
    _python("m.reshape(2, 8)", "numpy", 0.4, 0.22),
    _python("a[1]", "numpy", 1.2, 0.9),
    _python("ten adds and backward", "torch", 0.025, 0.012),
    _python("tiny MLP step", "torch", 0.02, 0.010),
    _python("tiny MLP step", "numpy", 0.07, 0.035),
    _cpp("tiny MLP step", 0.025, 0.012),
    _captured("tiny MLP step", "torch", 0.004, 0.002),
    _captured("tiny MLP step", "jax", 0.03, 0.015),
    Budget(
        "replay, of the sum of its kernels called bare",
        ("chainerx inside", "tiny MLP replay"),
        ("chainerx inside", "its kernels bare"),
        1.25,
        1.1,
    ),
    _python("wrong shape, caught", "numpy", 5, 2),
    _python("digits MLP step", "torch", 1, 1),
    _python("digits CNN step", "torch", 1, 1),
    *(
        _captured(f"digits {network} step", peer, 1, 1)
        for network in ("MLP", "CNN")
        for peer in ("torch", "jax", "torch.compile")
    ),
]

# Instructions of the door with a kernel that does nothing, output allocated and freed.
DOOR = ("C++: door, idle kernel", 450, 280)
