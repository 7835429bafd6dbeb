"""What all Python tests share: the test devices are known."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import chainerx as chx


@pytest.fixture(scope="session", autouse=True)
def test_plugins() -> None:
    """The test devices, which no search would find."""
    folder = Path(os.environ["CHAINERX_TEST_PLUGIN_DIR"])
    for name in ("primdev", "nulldev"):
        chx.load_plugin(str(folder / name / f"{name}.so"))
