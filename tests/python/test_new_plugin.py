"""python -m chainerx new-plugin: names, languages and places. That its result builds and works is packaging.template's test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from chainerx._new_plugin import new_plugin

TEMPLATE = Path(__file__).parents[2] / "sdk/template"


@pytest.mark.parametrize("language", ["c", "cpp"])
def test_writes_every_file_under_the_new_name(tmp_path: Path, language: str) -> None:
    files = new_plugin(TEMPLATE, "tpu_9", tmp_path / "p", language, "Some Vendor")

    names = {str(file.relative_to(tmp_path / "p")) for file in files}
    source = {"c": "src/tpu_9.c", "cpp": "src/tpu_9.cc"}[language]
    assert {
        source,
        "CMakeLists.txt",
        "pyproject.toml",
        "python/chainerx_tpu_9/__init__.py",
    } <= names
    text = "".join(file.read_text() for file in files)
    assert "acme" not in text.lower()
    assert '"Some Vendor"' in text
    assert 'name = "chainerx-tpu-9"' in text
    assert (tmp_path / "p/ci.sh").stat().st_mode & 0o100


def test_ignores_what_pip_compiled(tmp_path: Path) -> None:
    template = Path(shutil.copytree(TEMPLATE, tmp_path / "template"))
    compiled = template / "project/tests/__pycache__/test_acme_npu.cpython-311.pyc"
    compiled.parent.mkdir()
    compiled.write_bytes(b"\xa7\r\r\n")
    files = new_plugin(template, "tpu", tmp_path / "p")
    assert not [file for file in files if file.suffix == ".pyc"]


@pytest.mark.parametrize("name", ["", "Acme", "9tpu", "a-b", "a b", "a/b", "../a", "ä", "a\n"])
def test_refuses_what_is_no_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="can't be the name of a device"):
        new_plugin(TEMPLATE, name, tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_refuses_our_own_names(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="belongs to ChainerX"):
        new_plugin(TEMPLATE, "native", tmp_path / "p")


def test_refuses_a_vendor_that_would_break_the_source(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="without quotes"):
        new_plugin(TEMPLATE, "tpu", tmp_path / "p", vendor='a"b')


def test_leaves_a_folder_with_files_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("work of weeks")
    with pytest.raises(FileExistsError, match="has files already"):
        new_plugin(TEMPLATE, "tpu", tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["precious"]
