"""python -m chainerx."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import chainerx as chx


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "chainerx", *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("arguments", [("doctor",), ("doctor", "--no-load")])
def test_doctor(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.returncode == 0, result.stderr
    assert "native" in result.stdout
    assert chx.__version__ in result.stdout


def test_ops_of_a_device() -> None:
    page = run("ops", "native:0").stdout
    assert "| `chx.add` | kernel of native | all |" in page
    assert "| `chx.concatenate` | made of copy | all |" in page
    services = chx.op_services("native")
    assert {row["op"] for row in services if row["op"].startswith("chx.")} <= set(
        page.replace("`", " ").split()
    )


def test_ops_of_an_unknown_device() -> None:
    result = run("ops", "nobody:0")
    assert result.returncode == 1
    assert result.stderr.startswith("chainerx: ")
    assert "'nobody'" in result.stderr
    assert "Traceback" not in result.stderr


def test_names_and_version() -> None:
    assert "native" in run("--plugins").stdout.split()
    assert run("--version").stdout.strip() == chx.__version__


@pytest.mark.parametrize(
    ("option", "file"),
    [("--include-dir", "chainerx/array.h"), ("--cmake-dir", "chainerx/chainerxConfig.cmake")],
)
def test_folders(option: str, file: str) -> None:
    result = run(option)
    if "site-packages" not in chx.__file__:  # in a build tree there are none
        assert result.returncode != 0
        assert "expected an installed package" in result.stderr
        return
    assert result.returncode == 0, result.stderr
    assert (Path(result.stdout.strip()) / file).is_file()


def test_nothing_to_do() -> None:
    assert run().returncode == 2
