"""Measures the cases of one framework: reads case names, answers with nanoseconds per call of a few chunks."""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable

CHUNK_NS = 2_000_000
CHUNKS = 3


def chunk(function: Callable[[], object], n: int) -> float:
    start = time.perf_counter_ns()
    for _ in range(n):
        function()
    return (time.perf_counter_ns() - start) / n


def calls_per_chunk(function: Callable[[], object]) -> int:
    """So many that a chunk takes about two milliseconds."""
    n = 1
    while chunk(function, n) * n < CHUNK_NS and n < 1 << 20:
        n *= 2
    return n


def main() -> None:
    module = importlib.import_module(f"cases_{sys.argv[1]}")
    cases: dict[str, Callable[[], object]] = module.cases()
    print(json.dumps({"version": module.version(), "cases": list(cases)}), flush=True)
    sizes: dict[str, int] = {}
    for line in sys.stdin:
        name = line.strip()
        function = cases[name]
        if name not in sizes:
            sizes[name] = calls_per_chunk(function)
        print(json.dumps({"ns": [chunk(function, sizes[name]) for _ in range(CHUNKS)]}), flush=True)


if __name__ == "__main__":
    main()
