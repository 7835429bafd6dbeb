"""A program with every plugin that was built to misbehave within reach works, and says of each what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[1] / "plugins/broken"
# What is no defect: a driver that is missing, a plugin that watches, one that only brings kernels.
SOUND = {"unavailable", "observed", "provider"}


def run(code: str, path: str, cwd: Path | None = None) -> str:
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "CHAINERX_PLUGIN_PATH": path, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def everywhere() -> str:
    folder = Path(os.environ["CHAINERX_TEST_PLUGIN_DIR"])
    return os.pathsep.join(str(each) for each in sorted(folder.iterdir()))


def test_import_and_other_devices_are_unhurt(everywhere: str) -> None:
    code = """
import chainerx as chx
print((chx.ones(2) + 1).tolist(), chx.ones(2, device="nulldev:0").device)
"""
    assert run(code, everywhere) == "[2.0, 2.0] nulldev:0\n"


def test_naming_a_broken_one_says_why_each_time(everywhere: str) -> None:
    code = """
import chainerx as chx
for name in ("create_text", "unresolved", "library_missing", "missing_symbol", "abi_major", "truncated"):
    for attempt in range(2):
        try:
            chx.zeros(2, device=name + ":0")
        except chx.BackendError as error:
            print(error)
print((chx.ones(2) + 1).tolist())
"""
    text = run(code, everywhere)
    for reason in (
        "the flux capacitor is empty",
        "undefined symbol: chx_test_function_that_does_not_exist",
        "library_missing.so",
        "does not export chx_plugin_query_v0",
        "built for ABI 7.1",
        "cannot read file data",
    ):
        assert text.count(reason) >= 2, reason
    assert text.endswith("[2.0, 2.0]\n")


def test_doctor_tells_of_each(everywhere: str) -> None:
    code = "import chainerx; print(*((r['name'], r['state']) for r in chainerx.plugins.reports(load=True)), sep='\\n')"
    states = dict(eval(line) for line in run(code, everywhere).splitlines())
    broken = {source.stem for source in PLUGINS.glob("*.c")} - SOUND
    assert len(broken) > 10
    assert {name: states[name] for name in broken} == dict.fromkeys(broken, "failed")
    assert states["nulldev"] == states["native"] == "loaded"


def test_the_current_folder_is_never_searched(tmp_path: Path) -> None:
    nulldev = Path(os.environ["CHAINERX_TEST_PLUGIN_DIR"]) / "nulldev"
    for file in nulldev.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    code = "import chainerx as chx; print('nulldev' in chx.plugins.names())"
    assert run(code, "", tmp_path) == "False\n"
    assert run(code, ".:nulldev.chx.json:./", tmp_path) == "False\n"
    assert run(code, str(tmp_path), tmp_path) == "True\n"
