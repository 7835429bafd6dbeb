"""The program of the README does what it is there for: its loss goes down."""

from __future__ import annotations

import re
from pathlib import Path

import chainerx as chx

README = (Path(__file__).resolve().parents[2] / "README.md").read_text()


def test_python_program() -> None:
    (program,) = re.findall(r"```python\n(.*?)```", README, flags=re.S)
    chx.random.seed(1)
    names: dict[str, chx.ndarray] = {}
    exec(compile(program, "README.md", "exec"), names)
    before = names["chx"].softmax_cross_entropy(names["x"] * 0, names["t"]).mean()
    assert float(names["loss"]) < 0.99 * float(before)


def test_lengths() -> None:
    for language in ("python", "cpp"):
        (program,) = re.findall(rf"```{language}\n(.*?)```", README, flags=re.S)
        assert len(list(filter(None, program.split("\n")))) == 12
