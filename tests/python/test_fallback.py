"""CHAINERX_FALLBACK and the counters, as a program sees them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import chainerx as chx

PROGRAM = """
import logging
import chainerx as chx
logging.basicConfig(format="%(name)s: %(message)s")
x = chx.array([1.0, 2.0]).to_device("nulldev:0")
try:
    x + x
    x + x
except chx.FallbackError as error:
    print(error)
for row in chx.fallback_stats():
    if row["op"] == "chx.add":
        print(row["step"], row["count"])
"""


def run(mode: str | None) -> subprocess.CompletedProcess[str]:
    variables = dict(os.environ)
    variables["CHAINERX_PLUGIN_PATH"] = str(Path(variables["CHAINERX_TEST_PLUGIN_DIR"]) / "nulldev")
    variables.pop("CHAINERX_FALLBACK", None)
    if mode is not None:
        variables["CHAINERX_FALLBACK"] = mode
    return subprocess.run(
        [sys.executable, "-c", PROGRAM], env=variables, capture_output=True, text=True, check=True
    )


@pytest.mark.parametrize("mode", [None, "auto"])
def test_auto_counts_in_silence(mode: str | None) -> None:
    result = run(mode)
    assert result.stdout == "host 2\n"
    assert result.stderr == ""


def test_warn_says_it_once() -> None:
    result = run("warn")
    assert result.stdout == "host 2\n"
    lines = [line for line in result.stderr.splitlines() if "chx.add" in line]
    assert lines == ["chainerx.fallback: chx.add of float32 on nulldev:0 runs on the host"]


def test_error_forbids() -> None:
    result = run("error")
    assert "add: float32 (2,), float32 (2,); nulldev:0 can't serve it (no kernel" in result.stdout
    assert result.stdout.endswith("which CHAINERX_FALLBACK=error forbids\n")


def test_an_unknown_mode_is_told_and_ignored() -> None:
    result = run("bogus")
    assert result.stdout == "host 2\n"
    assert "fallback mode 'bogus'; expected auto, warn or error" in result.stderr


def test_mode_of_the_process() -> None:
    x = chx.ones(2).to_device("nulldev:0")
    mode = chx.get_fallback_mode()
    chx.set_fallback_mode("error")
    try:
        with pytest.raises(chx.FallbackError, match="on the host"):
            x + x
    finally:
        chx.set_fallback_mode(mode)
    chx.reset_fallback_stats()
    assert (x + x).tolist() == [2, 2]
    assert [row["count"] for row in chx.fallback_stats() if row["op"] == "chx.add"] == [1]
