"""Measures the cases of one framework: reads case names, answers with nanoseconds per call of a few chunks.

With `--count N`: runs every case N times, each between two calls of getpriority(), at which callgrind dumps its counts.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import timeit

CHUNK_NS = 2_000_000
CHUNKS = 3
WARM_UP = 30


class Case:
    """A statement in a loop of its own, as the module timeit makes it: no call of a function is measured with it, and the
    time of the loop itself is taken off."""

    def __init__(self, statement: str, names: dict[str, object]) -> None:
        self.timer = timeit.Timer(statement, timer=time.perf_counter_ns, globals=names)
        self.calls = 0

    def run(self, n: int) -> float:
        return self.timer.timeit(n)

    def chunks(self, loop_ns: float) -> list[float]:
        if self.calls == 0:
            self.calls = 1
            while self.run(self.calls) < CHUNK_NS and self.calls < 1 << 20:
                self.calls *= 2
        return [self.run(self.calls) / self.calls - loop_ns for _ in range(CHUNKS)]


def count(cases: dict[str, Case], n: int) -> None:
    for case in cases.values():
        case.run(WARM_UP)
    os.getpriority(os.PRIO_PROCESS, 0)
    for case in cases.values():
        case.run(n)
        os.getpriority(os.PRIO_PROCESS, 0)
    print("\n".join(cases), flush=True)


def answer(version: str, cases: dict[str, Case]) -> None:
    nothing, passes = Case("pass", {}), 1 << 17
    loop_ns = min(nothing.run(passes) for _ in range(20)) / passes
    print(json.dumps({"version": version, "cases": list(cases)}), flush=True)
    for line in sys.stdin:
        print(json.dumps({"ns": cases[line.strip()].chunks(loop_ns)}), flush=True)


def main() -> None:
    module = importlib.import_module(f"cases_{sys.argv[1]}")
    names: dict[str, object] = module.names()
    cases = {name: Case(text, names) for name, text in module.STATEMENTS.items()}
    if sys.argv[2:3] == ["--count"]:
        # Where kernels take most of the time there is nothing to learn about calls.
        small = {name: case for name, case in cases.items() if "digits" not in name}
        count({"nothing": Case("pass", {}), **small}, int(sys.argv[3]))
    else:
        answer(module.version(), cases)


if __name__ == "__main__":
    main()
