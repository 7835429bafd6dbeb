"""What all Python tests share: the test devices are known."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import chainerx as chx


def pytest_configure() -> None:
    """The package of a build tree has the test plugins beside it; for another one, the variable names their folder."""
    # Programs that tests start elsewhere find the same package.
    path = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    os.environ["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, path))
    # The test plugins are no news, and the cache of this user is none of their business.
    os.environ.setdefault("CHAINERX_PLUGIN_PROBE", "0")
    beside = Path(chx._core.__file__).parents[2] / "test_plugins"
    folder = Path(os.environ.setdefault("CHAINERX_TEST_PLUGIN_DIR", str(beside)))
    # The accelerator does its work when somebody waits for it: results that nobody waits for are never there by luck.
    os.environ.setdefault(
        "CHAINERX_PLUGIN_OPTIONS", "sim.latency_us=demand,sim.memory_bytes=33554432"
    )
    if not folder.is_dir():
        raise pytest.UsageError(
            f"{folder} does not exist; expected the test plugins of a build with CHAINERX_BUILD_TESTS; "
            "set CHAINERX_TEST_PLUGIN_DIR"
        )


@pytest.fixture(scope="session", autouse=True)
def test_plugins() -> None:
    """The test devices, which no search would find."""
    folder = Path(os.environ["CHAINERX_TEST_PLUGIN_DIR"])
    for name in ("primdev", "nulldev", "sim"):
        chx.load_plugin(str(folder / name / f"{name}.so"))
