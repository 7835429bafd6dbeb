"""The devices that the op suite runs on, and random operands."""

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


@pytest.fixture(params=["native:0", "primdev:0", "nulldev:0"])
def device(request: pytest.FixtureRequest):
    """The default device: native, one with the primitive kernels only, one with no kernel at all."""
    with chx.using_device(request.param):
        yield chx.get_default_device()
