"""The kernel provider onednn as a program sees it: found, preferred, switched off, and right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import chainerx as chx

pytestmark = pytest.mark.skipif(
    "onednn" not in chx.plugins.names(), reason="the plugin onednn was not built"
)

HERE = Path(__file__).resolve().parent


def providers(op: str, dtype: str = "float32") -> list[str]:
    return next(
        row["by"] for row in chx.op_services("native:0") if (row["op"], row["dtype"]) == (op, dtype)
    )


def run(program: str, **variables: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_convolution_goes_to_onednn_and_average_pooling_to_native() -> None:
    assert providers("chx.conv") == ["onednn", "native"]
    assert providers("chx.average_pool") == ["native", "onednn"]
    assert providers("chx.conv", "float64") == ["native"]
    assert providers("chx.max_pool") == ["onednn", "native"]
    assert providers("chx.copy") == ["onednn", "native"]


def test_prefer_in_a_with_statement() -> None:
    with chx.prefer("onednn", op="average_pool"):
        assert providers("chx.average_pool") == ["onednn", "native"]
        assert providers("chx.softmax") == ["native", "onednn"]
        with chx.prefer("native"):
            assert providers("chx.average_pool") == ["native", "onednn"]
            assert providers("chx.conv") == ["native", "onednn"]
    assert providers("chx.average_pool") == ["native", "onednn"]


def test_prefer_for_good() -> None:
    preference = chx.prefer("onednn")
    assert repr(preference) == "<preference for 'onednn'>"
    assert providers("chx.softmax") == ["onednn", "native"]
    preference.forget()
    assert providers("chx.softmax") == ["native", "onednn"]


def test_unknown_names() -> None:
    with pytest.raises(ValueError, match=r"plugin 'nobody' given; expected one of: .*onednn"):
        chx.prefer("nobody")
    with pytest.raises(ValueError, match="op 'frobnicate' given"):
        chx.prefer("onednn", op="frobnicate")


PROGRAM = """
import chainerx as chx
rows = {row["op"]: row["by"] for row in chx.op_services() if row["dtype"] == "float32"}
print(rows["chx.conv"], rows["chx.average_pool"])
"""


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "['onednn', 'native'] ['native', 'onednn']\n"),
        (
            {"CHAINERX_KERNEL_PREFER": "onednn:average_pool"},
            "['onednn', 'native'] ['onednn', 'native']\n",
        ),
        (
            {"CHAINERX_KERNEL_PREFER": "native,onednn"},
            "['native', 'onednn'] ['native', 'onednn']\n",
        ),
        ({"CHAINERX_PLUGINS_DISABLE": "onednn"}, "['native'] ['native']\n"),
    ],
)
def test_environment(variables: dict[str, str], expected: str) -> None:
    assert run(PROGRAM, **variables) == expected


def test_doctor_shows_it() -> None:
    text = chx.plugins.doctor()
    part = text[text.index("  onednn ") :]
    assert part.splitlines()[0].endswith(": loaded")
    assert "kernels for  host" in part
    assert "oneDNN 3." in part


def test_large_convolutions_are_taken_and_right() -> None:
    rng = np.random.default_rng(0)
    x = chx.array(rng.standard_normal((2, 32, 28, 28), np.float32))
    w = chx.array(rng.standard_normal((32, 32, 3, 3), np.float32))
    found = chx.conv(x, w, pad=1)
    with chx.prefer("native"):
        expected = chx.conv(x, w, pad=1)
    assert not (chx.to_numpy(found) == chx.to_numpy(expected)).all(), "the same kernel made both"
    np.testing.assert_allclose(chx.to_numpy(found), chx.to_numpy(expected), rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_a_recurrent_layer_is_one_call_in_each_direction(kind: str) -> None:
    n = 8 if kind == "lstm" else 6
    ws, bs = [[chx.ones((4, 4))] * n] * 2, [[chx.ones(4)] * n] * 2
    states = [chx.ones((2, 3, 4))] * (2 if kind == "lstm" else 1)
    function = getattr(chx, f"n_step_bi{kind}")

    def calls(xs: list[chx.ndarray]) -> int:
        with chx.profile() as p:
            function(1, *states, ws, bs, xs)
        return sum(row["calls"] for row in p.summary() if row["name"] == f"chx.{kind}_layer")

    assert calls([chx.ones((3, 4))] * 5) == 2
    assert calls([chx.ones((3, 4)), chx.ones((2, 4))]) == 0


def test_table_tests_hold_with_onednn_preferred() -> None:
    """Those of the ops that it has on the device that it serves, with all calls taken."""
    ops = "conv matmul linear pool batch_norm layer_norm softmax tanh sigmoid sqrt square abs copy transpose"
    names = f"({' or '.join(ops.split())}) and native"
    result = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", names),
            str(HERE / "ops" / "test_ops_from_table.py"),
            str(HERE / "ops" / "test_gradients_from_table.py"),
        ],
        env=os.environ
        | {
            "CHAINERX_KERNEL_PREFER": "onednn",
            "CHAINERX_PLUGIN_OPTIONS": "onednn.least_work=0",
        },
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout[-4000:]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_child_computes_after_a_fork() -> None:
    program = """
import os, sys
import numpy as np
import chainerx as chx
x = chx.ones((4, 32, 40, 40)); w = chx.ones((32, 32, 3, 3))
before = chx.to_numpy(chx.conv(x, w))
child = os.fork()
if child == 0:
    os._exit(0 if (chx.to_numpy(chx.conv(x, w)) == before).all() else 3)
print(os.waitpid(child, 0)[1])
"""
    assert run(program, CHAINERX_NUM_THREADS="2") == "0\n"
