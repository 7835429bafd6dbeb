"""The reference page of the C ABI says something of every struct, field and constant of the headers."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEADERS = sorted((ROOT / "sdk/include/chx").glob("*.h"))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("docs") / "abi.md"
    command = [sys.executable, ROOT / "tools/abi_reference.py", "--out", out]
    subprocess.run(command, check=True)
    return out.read_text()


@pytest.mark.parametrize("header", HEADERS, ids=lambda path: path.name)
def test_every_declaration_is_on_the_page(header: Path, page: str) -> None:
    code = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
    names = set(re.findall(r"#define (CHX_\w+)(?= +\S)", code))
    names |= set(re.findall(r"\(CHX_CALL \*(\w+)\)", code))
    for body in re.findall(r"struct \w+ \{\n(.*?)\n\}", code, flags=re.S):
        names |= set(re.findall(r"(\w+)(?:\[\w+\])?[;,]", re.sub(r"\([^;]*\)", "", body)))
    # How a compiler spells them is of no interest to a reader.
    names -= {"CHX_EXPORT", "CHX_CALL", "CHX_EXTERN_C"}
    missing = [name for name in sorted(names) if not re.search(rf"\b{name}\b", page)]
    assert names
    assert missing == []


def test_what_the_header_says_of_a_field_is_on_the_page(page: str) -> None:
    row = next(line for line in page.splitlines() if "*storage_cache_put)" in line)
    assert row.endswith("|")
    sync = next(line for line in page.splitlines() if "*sync)" in line)
    assert "waits for the stream; NULL: for all of them" in sync
