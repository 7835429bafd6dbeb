"""The guard of the ABI's layout notices what would break plugins built earlier, and lets appended fields pass."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import abi_future
import pytest
from abi_layout import INCLUDE, breaks, digest, dump, frozen_versions

HEADER = "chx/chx_plugin.h"


@pytest.fixture
def include(tmp_path: Path) -> Path:
    return Path(shutil.copytree(INCLUDE, tmp_path / "include"))


def changes(include: Path, old: str, new: str, header: str = HEADER) -> list[str]:
    before = dump(include, "cc")
    text = (include / header).read_text()
    assert text.count(old) == 1
    (include / header).write_text(text.replace(old, new))
    return breaks(before, dump(include, "cc"))


def test_a_header_is_kept() -> None:
    assert frozen_versions()


@pytest.mark.parametrize("folder", frozen_versions(), ids=lambda folder: folder.name)
def test_kept_headers_are_what_they_were(folder: Path) -> None:
    assert dump(folder / "include", "cc") == (folder / "abi_layout.txt").read_text()
    assert digest(folder / "include") == (folder / "sha256.txt").read_text().strip()


def test_appended_fields_pass(include: Path) -> None:
    before = dump(include, "cc")
    (include / HEADER).write_text(abi_future.grown((include / HEADER).read_text()))
    after = dump(include, "cc")
    assert after.count("future_value") >= 6
    assert breaks(before, after) == []


def test_new_structs_and_constants_pass(include: Path) -> None:
    new = "#define CHX_E_UNAVAILABLE 8\n#define CHX_E_NEW 9\ntypedef struct chx_new {\n    int64_t a;\n} chx_new;\n"
    text = (include / HEADER).read_text()
    line = re.search(r"#define CHX_E_UNAVAILABLE 8.*\n", text)
    assert line is not None
    assert changes(include, line[0], new) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "    uint32_t n_kernels, n_ops, reserved;\n",
            "    uint32_t n_ops, n_kernels, reserved;\n",
            "n_kernels",
        ),
        ("    double rtol, atol;\n", "    float rtol, atol;\n", "rtol"),
        ("    chx_status(CHX_CALL *event_sync)(chx_event *);\n", "", "event_sync"),
        (
            "    chx_status(CHX_CALL *device_close)(chx_device *);\n",
            "    chx_status(CHX_CALL *device_close)(chx_device *, int32_t);\n",
            "device_close",
        ),
        ("    uint64_t reserved;      /* 0 */\n", "    uint64_t reserved, more;\n", "may not grow"),
        ("#define CHX_MAX_NDIM 16\n", "#define CHX_MAX_NDIM 32\n", "CHX_MAX_NDIM = 16 is gone"),
        ('#define CHX_MAGIC 0x50584843u /* "CHXP" */\n', "", "CHX_MAGIC"),
    ],
    ids=[
        "swapped",
        "retyped",
        "dropped",
        "signature",
        "grown without size",
        "constant",
        "constant gone",
    ],
)
def test_what_breaks_is_named(include: Path, old: str, new: str, complaint: str) -> None:
    found = changes(include, old, new)
    assert found
    assert any(complaint in line for line in found), found


def test_attributes_of_ops_are_watched_too(include: Path) -> None:
    name = "chx/ops/convolution.h"
    attribute = re.search(r"    int64_t n_stride;.*\n", (include / name).read_text())
    assert attribute is not None
    before = dump(include, "cc")
    (include / name).write_text((include / name).read_text().replace(attribute[0], "", 1))
    found = breaks(before, dump(include, "cc"))
    assert any("n_stride" in line for line in found), found
