"""Plugins of Python packages, found through entry points without being imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import chainerx as chx


def make_package(folder: Path, name: str, module: str) -> None:
    package = folder.joinpath(*module.split("."))
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('imported')\n")
    (package / "acme.chx.json").write_text(
        '{"manifest_version": 1, "name": "acme", "version": "1.2", "library": "missing.so",'
        ' "abi": {"major": 0, "minor": 1}, "devices": ["acme"], "kernels_for": null}'
    )
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[chainerx.plugins]\n{name} = {module}\n")


def run(code: str, *folders: Path) -> str:
    path = os.pathsep.join([*map(str, folders), *filter(None, [os.environ.get("PYTHONPATH")])])
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_import_looks_for_nothing(tmp_path: Path) -> None:
    make_package(tmp_path, "acme", "acme_chainerx")
    code = "import chainerx.plugins as p, chainerx; chainerx.ones(2); print(p._is_done, 'acme' in chainerx._core._plugin_names())"
    assert run(code, tmp_path) == "False False\n"


def test_unknown_device_starts_the_search(tmp_path: Path) -> None:
    make_package(tmp_path, "acme", "acme_chainerx")
    code = """
import chainerx, sys
for attempt in (lambda: chainerx.zeros(2, device="acme:0"), lambda: chainerx.get_backend("acme")):
    try:
        attempt()
    except chainerx.BackendError as error:
        print("missing.so" in str(error))
print("acme_chainerx" in sys.modules)
"""
    assert run(code, tmp_path) == "True\nTrue\nFalse\n"


def test_doctor(tmp_path: Path) -> None:
    make_package(tmp_path, "acme", "acme.backends")
    text = run("import chainerx; print(chainerx.plugins.doctor(load=False))", tmp_path)
    assert "acme 1.2: " in text
    assert str(tmp_path / "acme" / "backends") in text


def test_missing_package(tmp_path: Path) -> None:
    make_package(tmp_path, "acme", "acme_chainerx")
    (tmp_path / "acme-1.0.dist-info" / "entry_points.txt").write_text(
        "[chainerx.plugins]\nacme = nowhere\n"
    )
    assert "nowhere" not in run("import chainerx; print(chainerx.plugins.names())", tmp_path)


def test_reports() -> None:
    chx.ones(1)
    (native,) = [
        r for r in chx.plugins.reports() if r["name"] == "native" and r["state"] == "loaded"
    ]
    assert native["devices"] == ["native"]
    assert native["library"]


def test_load_plugin_errors(tmp_path: Path) -> None:
    (tmp_path / "broken.so").write_bytes(b"not a library")
    with pytest.raises(chx.PluginError):
        chx.load_plugin(tmp_path / "broken.so")
    with pytest.raises(chx.ChainerxError):
        chx.load_plugin(tmp_path / "absent.so")
