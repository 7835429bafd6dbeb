"""Every row of the op table appears in every product that is made from it, and decompositions keep their word."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from opgen.table import TableError, decomposition_of, load
from opgen_table import ROOT, TABLE

import chainerx as chx

STUB = (ROOT / "python/chainerx/_core.pyi").read_text()
KERNEL_OPS = [op for op in TABLE.ops if op.kind != "view"]


@pytest.fixture(scope="module")
def products(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    subprocess.run([sys.executable, ROOT / "tools/generate_ops.py", "--out", folder], check=True)
    return folder


def public(name: str) -> object:
    value: object = chx
    for part in name.split("."):
        value = getattr(value, part)
    return value


@pytest.mark.parametrize("op", KERNEL_OPS, ids=lambda op: op.name)
def test_op_is_in_the_sdk(op) -> None:
    header = (ROOT / f"sdk/include/chx/ops/{op.family}.h").read_text()
    assert f'#define CHX_OP_{op.name.upper()} "chx.{op.name}"' in header
    if op.attributes:
        assert f"}} chx_attrs_{op.name};" in header
    if op.opcode is not None:
        assert (
            f"#define CHX_OPCODE_{op.name.upper()} {op.opcode} "
            in (ROOT / "sdk/include/chx/ops/opcodes.h").read_text()
        )


@pytest.mark.parametrize("function", TABLE.functions, ids=lambda f: f.full_name)
def test_function_is_in_every_product(function, products: Path) -> None:
    header = (products / f"core/chainerx/ops/{function.family}.h").read_text()
    assert re.search(rf"CHAINERX_EXPORT .* {function.name}\(", header)
    if not function.python:
        return
    for name in [function.name, *function.aliases]:
        attribute = public(f"{function.module}.{name}" if function.module else name)
        assert callable(attribute)
        assert attribute.__doc__, f"{name} has no docstring"
    assert re.search(rf"def {function.python_names[0]}\(", STUB) or function.module
    docs = "\n".join(page.read_text() for page in (products / "docs").rglob("*.md"))
    assert f"{function.name}" in docs
    if function.method:
        assert hasattr(chx.ndarray, function.method)
    if function.takes_arrays:
        gradients = (products / "docs/gradients.md").read_text()
        assert re.search(rf"[ .]{function.name}[ ,]", gradients)


def test_checked_in_products_are_fresh() -> None:
    result = subprocess.run(
        [sys.executable, ROOT / "tools/generate_ops.py", "--check"], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


def test_abi_layout_is_the_checked_in_one() -> None:
    result = subprocess.run(
        [sys.executable, ROOT / "tools/abi_layout.py", "--check"], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


def test_a_cycle_of_decompositions_is_refused(tmp_path: Path) -> None:
    row = '[[op]]\nname = "{}"\nfamily = "f"\nkind = "irregular"\ninputs = ["x"]\ndecomposes = ["{}"]\ndoc = "d"\n'
    table = tmp_path / "ops.toml"
    table.write_text(row.format("a", "b") + row.format("b", "a"))
    with pytest.raises(TableError, match="cycle: a -> b -> a"):
        load(table)


# What nothing else can stand for: a device without a kernel for it leaves it to the host.
HOST_OPS = {
    *("scatter", "nonzero", "sort", "argsort", "searchsorted", "fft"),
    *("lu", "solve", "solve_triangular", "cholesky", "qr", "svd", "eigh", "eig"),
}


def test_primitives_are_all_that_is_needed() -> None:
    """Every op reaches primitives by decomposition, but for those that run on the host."""
    leaves = {op.name for op in TABLE.ops if op.primitive} | HOST_OPS

    def reaches(name: str) -> bool:
        parts = decomposition_of(TABLE.op(name))
        return name in leaves or (bool(parts) and all(map(reaches, parts)))

    assert [op.name for op in KERNEL_OPS if not reaches(op.name)] == []
    assert not any(decomposition_of(TABLE.op(name)) for name in HOST_OPS)
