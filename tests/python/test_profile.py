"""Profiles: what they count, how they print, and the trace that other programs read."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import chainerx as chx

COLUMNS = ["op", "device", "calls", "host", "kernel", "total", "bytes", "fallback"]


def entry(p: chx.profile, name: str, device: str = "native:0") -> dict[str, Any]:
    return next(row for row in p.summary() if (row["name"], row["device"]) == (name, device))


def names(p: chx.profile) -> set[str]:
    return {row["name"] for row in p.summary()}


def trace_of(p: chx.profile, folder: Path) -> dict[str, Any]:
    p.chrome_trace(folder / "trace.json")
    trace: dict[str, Any] = json.loads((folder / "trace.json").read_text())
    return trace


def spans(trace: dict[str, Any]) -> list[tuple[int, int, str, str]]:
    """(begin, end, category, name) in nanoseconds."""
    return [
        (
            round(event["ts"] * 1000),
            round(event["ts"] * 1000) + round(event["dur"] * 1000),
            event["cat"],
            event["name"],
        )
        for event in trace["traceEvents"]
        if event["ph"] == "X"
    ]


def test_summary_counts_calls_and_bytes() -> None:
    a = chx.ones((4, 3))
    with chx.profile() as p:
        a + a
        a * 2.0
        a += 1
    add = entry(p, "chx.add")
    assert (add["kind"], add["calls"], add["kernel_calls"]) == ("op", 2, 2)
    assert add["bytes"] == 3 * 48 + 2 * 48
    assert 0 <= add["host_ns"] + add["kernel_ns"] <= add["total_ns"]
    assert (add["adapted"], add["decomposed"], add["host"]) == (0, 0, 0)
    assert entry(p, "chx.multiply")["bytes"] == 2 * 48
    totals = [row["total_ns"] for row in p.summary()]
    assert totals == sorted(totals, reverse=True)


def test_only_what_happens_inside_is_seen() -> None:
    a = chx.ones(4)
    a - a
    with chx.profile() as p:
        a + a
    a * a
    assert names(p) == {"chx.add"}
    total = p.total_time
    assert total > 0
    assert p.total_time == total


def test_starting_again_begins_anew() -> None:
    a = chx.ones(4)
    p = chx.profile()
    p.start()
    a + a
    p.stop()
    assert names(p) == {"chx.add"}
    with p:
        a * a
    assert names(p) == {"chx.multiply"}


def test_before_its_start_there_is_nothing_to_read() -> None:
    p = chx.profile()
    for read in (p.table, p.summary, p.stop):
        with pytest.raises(chx.ChainerxError, match="not begun"):
            read()


def test_table() -> None:
    a = chx.ones((2, 3), device="nulldev:0")
    with chx.profile() as p, chx.profile_region("step"):
        a + a
    lines = p.table().splitlines()
    assert str(p) == p.table()
    assert lines[0].split() == COLUMNS
    there = next(line for line in lines if line.startswith("chx.add") and "nulldev:0" in line)
    assert there.endswith("1 host")
    assert there.index("nulldev:0") == lines[0].index("device")
    assert any(line.startswith("region step") for line in lines)
    assert any(line.startswith("sum") for line in lines)
    assert "profiled" in lines[-1]


def test_host_fallback_is_counted_and_nested(tmp_path: Path) -> None:
    a = chx.ones((2, 3), device="nulldev:0")
    with chx.profile() as p:
        a + a
    there = entry(p, "chx.add", "nulldev:0")
    assert (there["calls"], there["host"], there["kernel_calls"]) == (1, 1, 0)
    assert entry(p, "chx.add", "native:0")["kernel_calls"] == 1
    assert entry(p, "transfer", "native:0 -> nulldev:0")["bytes"] == 24
    events = trace_of(p, tmp_path)["traceEvents"]
    ops = [event for event in events if event.get("cat") == "op"]
    assert [event["args"]["device"] for event in ops] == ["nulldev:0", "native:0"]
    assert ops[0]["args"]["fallback"] == "host"
    assert ops[0]["args"]["shapes"] == [[2, 3], [2, 3]]
    assert ops[0]["args"]["dtypes"] == ["float32", "float32"]


def test_trace_nests_as_the_calls_did(tmp_path: Path) -> None:
    w = chx.ones((3, 2)).require_grad()
    x = chx.ones((4, 3))
    with chx.profile() as p:
        with chx.profile_region("forward"):
            loss = chx.relu(x @ w).sum()
        loss.backward()
    found = spans(trace_of(p, tmp_path))
    open_until: list[int] = []
    for begin, end, _, _ in found:
        while open_until and open_until[-1] <= begin:
            open_until.pop()
        assert not open_until or end <= open_until[-1]
        open_until.append(end)
    (forward,) = [span for span in found if span[3] == "forward"]
    (backward,) = [span for span in found if span[2] == "backward"]
    matmuls = [span for span in found if span[2:] == ("op", "chx.matmul")]
    assert forward[0] <= matmuls[0][0] < matmuls[0][1] <= forward[1]
    assert all(backward[0] <= span[0] < span[1] <= backward[1] for span in matmuls[1:])
    assert len(matmuls) > 1
    kernels = sum(row["kernel_calls"] for row in p.summary())
    assert [span[2] for span in found].count("kernel") == kernels


def test_events_beyond_the_limit_are_only_counted(tmp_path: Path) -> None:
    a = chx.ones(4)
    with chx.profile(max_events=4) as p:
        for _ in range(10):
            a + a
    assert entry(p, "chx.add")["calls"] == 10
    assert "the first 4 events; 16 more" in p.table()
    trace = trace_of(p, tmp_path)
    assert len(spans(trace)) == 4
    assert trace["otherData"]["dropped_events"] == 16
    with chx.profile(max_events=0) as p:
        a + a
    assert entry(p, "chx.add")["calls"] == 1


def test_exceptions_end_it() -> None:
    a = chx.ones(4)
    p = chx.profile()
    elsewhere = chx.ones(4, device="native:1")
    with pytest.raises(chx.DeviceError), p, chx.profile_region("doomed"):
        a + elsewhere
    a * a
    assert entry(p, "chx.add")["calls"] == 1
    assert entry(p, "doomed", "")["calls"] == 1
    assert "chx.multiply" not in names(p)


def test_other_threads_are_not_seen() -> None:
    a = chx.ones(4)
    with chx.profile() as p:
        thread = threading.Thread(target=lambda: a + a)
        thread.start()
        thread.join()
        a * a
    assert names(p) == {"chx.multiply"}


def test_backward_of_functions_written_in_python_is_seen() -> None:
    class Double(chx.Function):
        def forward(self, x: chx.ndarray) -> chx.ndarray:
            return x * 2

        def backward(self, gy: chx.ndarray) -> chx.ndarray:
            with chx.profile_region("own backward"):
                return gy * 2

    x = chx.ones(4).require_grad()
    with chx.profile() as p:
        Double.apply(x).sum().backward()
    assert entry(p, "own backward", "")["calls"] == 1
    assert entry(p, "chx.multiply")["calls"] == 2


def test_regions_without_a_profile_do_nothing() -> None:
    region = chx.profile_region("idle")
    with region, region:
        pass
    with pytest.raises(TypeError):
        chx.profile_region(3)  # type: ignore[arg-type]


def test_a_trace_that_cannot_be_written_is_an_error() -> None:
    with chx.profile() as p:
        pass
    with pytest.raises(ValueError, match="can't be written"):
        p.chrome_trace("/nowhere/trace.json")


def test_a_profile_that_is_still_on_does_not_disturb_the_exit() -> None:
    program = "import chainerx as chx; p = chx.profile(); p.start(); a = chx.ones(4); a + a"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_compiled_functions_are_programs_with_kernels(tmp_path: Path) -> None:
    @chx.compile
    def f(x: chx.ndarray) -> chx.ndarray:
        return chx.exp(x) @ x

    x = chx.ones((3, 3))
    f(x)
    with chx.profile() as p:
        f(x)
        f(x)
    program = entry(p, "program", "")
    assert (program["kind"], program["calls"]) == ("program", 2)
    matmul = next(row for row in p.summary() if row["name"] == "chx.matmul")
    assert (matmul["kind"], matmul["calls"], matmul["kernel_calls"]) == ("kernel", 2, 2)
    assert not [row for row in p.summary() if row["kind"] == "op"]
    found = spans(trace_of(p, tmp_path))
    outer = [span for span in found if span[2] == "program"]
    inner = [span for span in found if span[3] == "chx.matmul"]
    for program_span, kernel in zip(outer, inner, strict=True):
        assert program_span[0] <= kernel[0] <= kernel[1] <= program_span[1]
