"""What a call takes must not grow unnoticed: benchmarks/host_overhead/instructions.json changes with the code."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks" / "host_overhead"))

import instructions  # noqa: E402


@pytest.fixture(scope="module")
def before() -> instructions.Counts:
    if not instructions.is_possible():
        pytest.skip("valgrind on x86-64 counts instructions; there is none here")
    tables = instructions.known()
    if instructions.key() not in tables:
        pytest.skip(f"{instructions.TABLE.name} has no counts for {instructions.key()}")
    return tables[instructions.key()]


def test_no_call_takes_more_than_the_table_says(before: instructions.Counts) -> None:
    plugins = os.environ.get("CHAINERX_TEST_PLUGIN_DIR")
    now = instructions.count_all(Path(plugins).parent if plugins else None)
    assert not instructions.grown(before, now), (
        "update the table: python benchmarks/host_overhead/instructions.py --write"
    )


def test_views_allocate_nothing_but_their_bodies(before: instructions.Counts) -> None:
    views = ("a[1:3]", "a[1]", "m.T", "m.reshape(2, 8)")
    assert all(before[f"Python: {view}"]["allocations"] == 0 for view in views)


@pytest.mark.skipif(not instructions.is_possible(), reason="no valgrind on x86-64 here")
def test_key_names_what_counts_depend_on() -> None:
    key = instructions.key()
    for part in ("Python 3.", "glibc 2.", "valgrind-3."):
        assert part in key
    assert key.startswith(("gcc ", "clang "))
    assert key.endswith(("avx2", "sse2"))


def test_environment_of_the_programs_is_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONMALLOC", "debug")
    monkeypatch.setenv("CHAINERX_FALLBACK", "error")
    assert not {"PYTHONMALLOC", "CHAINERX_FALLBACK"} & set(instructions._environment())


def test_growth_is_noticed() -> None:
    before = {"call": {"instructions": 1000.0, "locked": 2.0, "allocations": 0.0}}
    more = {"call": {"instructions": 1040.0, "locked": 3.0, "allocations": 1.0}}
    assert len(instructions.grown(before, more)) == 3
    assert instructions.grown(before, {"call": before["call"] | {"instructions": 1029.0}}) == []
