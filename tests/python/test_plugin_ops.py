"""Ops that a plugin defines, at chainerx.ops.<plugin>.<op>; primdev brings primdev.affine(x, w; scale) = x * w * scale."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import chainerx as chx


def test_call_and_gradients() -> None:
    with chx.using_device("primdev:0"):
        x, w = chx.array([1.0, 2.0]).require_grad(), chx.array([3.0, 4.0]).require_grad()
        y = chx.ops.primdev.affine(x, w, scale=2.0)
        assert y.tolist() == [6, 16]
        (gx,) = chx.grad([y], [x], enable_double_backprop=True)
        assert gx.tolist() == [6, 8]
        (gw,) = chx.grad([gx], [w])
        assert gw.tolist() == [2, 2]


def test_description() -> None:
    assert chx.ops.primdev.affine is chx.ops.primdev.affine
    assert chx.ops.primdev.affine.__name__ == "affine"
    assert "Attributes: scale" in chx.ops.primdev.affine.__doc__
    assert "primdev" in dir(chx.ops)
    assert "affine" in dir(chx.ops.primdev)
    assert "_name" not in dir(chx.ops.primdev)


def test_several_results() -> None:
    with chx.using_device("primdev:0"):
        ones = chx.ones(2)
        gradients = chx.ops.primdev.affine_grad(ones, ones, ones, scale=3.0)
    assert [g.tolist() for g in gradients] == [[3, 3], [3, 3]]


def test_naming_a_plugin_loads_it() -> None:
    code = "import chainerx; print(chainerx.ops.primdev.affine.__name__)"
    folder = Path(os.environ["CHAINERX_TEST_PLUGIN_DIR"]) / "primdev"
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "CHAINERX_PLUGIN_PATH": str(folder)},
    )
    assert result.stdout == "affine\n"


def test_errors() -> None:
    x = chx.ones(2, device="primdev:0")
    with pytest.raises(ValueError, match="operands"):
        chx.ops.primdev.affine(x)
    with pytest.raises(ValueError, match="slope"):
        chx.ops.primdev.affine(x, x, slope=1.0)
    with pytest.raises(TypeError):
        chx.ops.primdev.affine(x, 1.0)
    with pytest.raises(AttributeError, match="nothing"):
        chx.ops.primdev.nothing  # noqa: B018
