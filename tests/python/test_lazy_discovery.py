"""With twenty plugin packages installed: importing opens none of their files, the first array or an unknown device's name
only manifests, a known one's only its own library. The kernel counts the openings (inotify(7))."""

from __future__ import annotations

import ctypes
import os
import struct
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

NUMBER = 20
NULLDEV = Path(os.environ.get("CHAINERX_TEST_PLUGIN_DIR", "")) / "nulldev/nulldev.so"
IN_OPEN = 0x20
libc = ctypes.CDLL(None, use_errno=True)

pytestmark = pytest.mark.skipif(not NULLDEV.exists(), reason="CHAINERX_TEST_PLUGIN_DIR is not set")


class OpenCounter:
    """Counts how often files are opened, by anybody."""

    def __init__(self, files: list[Path]) -> None:
        self._fd = libc.inotify_init1(os.O_NONBLOCK)
        self._names = {}
        for file in files:
            watch = libc.inotify_add_watch(self._fd, os.fsencode(file), IN_OPEN)
            assert watch >= 0, os.strerror(ctypes.get_errno())
            self._names[watch] = file.name

    def take(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        while True:
            try:
                events = os.read(self._fd, 1 << 16)
            except BlockingIOError:
                return counts
            while events:
                watch, _, _, length = struct.unpack_from("iIII", events)
                counts[self._names[watch]] += 1
                events = events[16 + length :]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of packages as pip leaves it, all with copies of a library that works under its own name."""
    library = NULLDEV.read_bytes()
    for i in range(NUMBER):
        name = f"nulld{i:02}"  # as long as the name in the library, which it replaces
        package = tmp_path / f"chainerx_{name}"
        package.mkdir()
        (package / "__init__.py").write_text("raise SystemExit('imported')\n")
        (package / f"{name}.so").write_bytes(library.replace(b"nulldev\0", name.encode() + b"\0"))
        (package / f"{name}.chx.json").write_text(
            f'{{"manifest_version": 1, "name": "{name}", "version": "1", "library": "{name}.so",'
            f' "abi": {{"major": 0, "minor": 1}}, "devices": ["{name}"], "kernels_for": null}}'
        )
        metadata = tmp_path / f"chainerx_{name}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(
            f"[chainerx.plugins]\n{name} = chainerx_{name}\n"
        )
    return tmp_path


def openings(site: Path, code: str) -> Counter[str]:
    files = [file for file in site.rglob("*") if file.suffix in {".json", ".so", ".py"}]
    counter = OpenCounter(files)
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")]),
            "XDG_CACHE_HOME": str(site / "cache"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return counter.take()


def test_import_opens_nothing(site: Path) -> None:
    assert openings(site, "import chainerx") == {}


def test_the_first_array_opens_manifests_only(site: Path) -> None:
    """They tell which plugins have kernels for its device; no plugin is opened to find out."""
    assert openings(site, "import chainerx; chainerx.ones(2) + 1") == {
        f"nulld{i:02}.chx.json": 1 for i in range(NUMBER)
    }


def test_an_unknown_device_opens_manifests_only(site: Path) -> None:
    code = """
import chainerx
try:
    chainerx.ones(2, device="nobody:0")
except chainerx.BackendError:
    pass
"""
    assert openings(site, code) == {f"nulld{i:02}.chx.json": 1 for i in range(NUMBER)}


def test_a_known_device_opens_its_own_library(site: Path) -> None:
    counts = openings(site, "import chainerx; chainerx.ones(2, device='nulld07:0') + 1")
    assert {name for name in counts if not name.endswith(".json")} == {"nulld07.so"}
