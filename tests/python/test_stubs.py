"""The stub names what the module has, and a typed program passes mypy --strict."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import chainerx as chx
from chainerx import _core

STUB = Path(_core.__file__).parent / "_core.pyi"

PROGRAM = """
import chainerx as chx
from chainerx.optimizers import SGD

class Cube(chx.Function):
    def forward(self, x: chx.ndarray) -> chx.ndarray:
        self.save_for_backward(x)
        return x ** 3

def loss(w: chx.ndarray, x: chx.ndarray) -> chx.ndarray:
    y: chx.ndarray = chx.relu(x @ w + 1).reshape(-1, 2).transpose(1, 0)
    return chx.mean(chx.square(y - 0.5), axis=(0, 1))

w = chx.random.normal(size=(3, 2)).require_grad()
optimizer = SGD(w, lr=0.1)
history: list[float] = []
for step in chx.progress(range(3)):
    value = loss(w, chx.ones((4, 3), chx.float32, device="native:0"))
    value.backward()
    optimizer.update()
    optimizer.zero_grad()
    history.append(float(value))
with chx.no_backprop_mode():
    first: chx.ndarray = w[0, 1:] * 2.0

@chx.compile
def doubled(x: chx.ndarray, times: int = 1) -> chx.ndarray:
    return x * 2 * times

twice: chx.ndarray = doubled(first, times=2)
text: str = doubled.programs[0].show()
parts: tuple[chx.ndarray, ...] = chx.meshgrid(first, first, indexing="ij")
host = chx.to_numpy(first)
assert first.device is chx.get_device("native", 0)
"""


def stub_names(body: list[ast.stmt]) -> set[str]:
    names = {node.name for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    names |= {
        n.target.id for n in body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)
    }
    return names | {
        t.id
        for n in body
        if isinstance(n, ast.Assign)
        for t in n.targets
        if isinstance(t, ast.Name)
    }


def test_stub_and_module_agree() -> None:
    tree = ast.parse(STUB.read_text())
    types = {"_Scalar", "_Operand", "_Ints", "_DTypeLike", "_DeviceLike", "_AnyIndex"}
    types |= {"_Parameters", "_Result", "_ArrayLists", "_NamedArrays"}
    module = {name for name in vars(_core) if not name.startswith("__")} | {"__version__"}
    assert stub_names(tree.body) - types == module
    (array,) = [
        node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "ndarray"
    ]
    stubbed = {name for name in stub_names(array.body) if not name.startswith("__")}
    assert stubbed == {name for name in vars(chx.ndarray) if not name.startswith("__")}


def test_typed_program(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    (tmp_path / "program.py").write_text(PROGRAM)
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        str(tmp_path / "cache"),
        "program.py",
    ]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
    exec(compile(PROGRAM, "program.py", "exec"), {"__name__": "program"})
