"""Measures the cases of one framework: reads titles of cases, answers with nanoseconds per call of a few chunks."""

from __future__ import annotations

import importlib
import json
import sys
import time
import timeit
from collections.abc import Callable
from types import ModuleType

import numpy as np
from cases import CASES, Case

CHUNK_NS = 2_000_000
CHUNKS = 3


def values(kind: str, shape: tuple[int, ...]) -> np.ndarray:
    rng = np.random.default_rng(len(shape))
    if kind == "normal":
        return rng.standard_normal(shape, np.float32)
    if kind == "positive":
        return rng.random(shape, np.float32) * 2 + np.float32(0.1)
    if kind == "bool":
        return rng.random(shape, np.float32) < 0.5
    return rng.integers(0, int(kind.split()[1]), shape)


def _chainerx(threads: int) -> tuple[ModuleType, ModuleType, Callable[[np.ndarray], object]]:
    import chainerx

    return chainerx, chainerx, chainerx.array


def _numpy(threads: int) -> tuple[ModuleType, ModuleType, Callable[[np.ndarray], object]]:
    # A cold OpenBLAS is up to 3.8 times slower on small products until it has run a large one.
    warm = np.ones((1024, 1024), np.float32)
    warm @ warm
    return np, np, np.array


def _torch(threads: int) -> tuple[ModuleType, ModuleType, Callable[[np.ndarray], object]]:
    torch = importlib.import_module("torch")
    torch.set_num_threads(threads)
    # Not torch.from_numpy(): PyTorch's own memory is aligned better than NumPy's.
    return torch, torch.nn.functional, torch.tensor


CLOCKS = {"wall": time.perf_counter_ns, "processor": time.process_time_ns}
FRAMEWORKS = {"chainerx": _chainerx, "numpy": _numpy, "torch": _torch}


class Measurement:
    """A case in a loop of its own, as the module timeit makes it: no call of a function is measured with it."""

    def __init__(self, case: Case, framework: str, clock: str, names: dict[str, object]) -> None:
        exec(case.setup.get(framework, ""), names)
        self.timer = timeit.Timer(case.statements[framework], timer=CLOCKS[clock], globals=names)
        self.calls = 1
        self.timer.timeit(1)
        while self.timer.timeit(self.calls) < CHUNK_NS and self.calls < 1 << 20:
            self.calls *= 2

    def chunks(self) -> list[float]:
        return [self.timer.timeit(self.calls) / self.calls for _ in range(CHUNKS)]


def main() -> None:
    framework, threads, clock = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    module, functions, make = FRAMEWORKS[framework](threads)
    cases = {case.title: case for case in CASES if framework in case.statements}
    print(json.dumps({"version": module.__version__, "cases": list(cases)}), flush=True)
    title = ""
    for line in sys.stdin:
        # The arrays of a case live as long as it is asked for: all of them would not fit.
        if line.strip() != title:
            title = line.strip()
            case = cases[title]
            names = {"xp": module, "F": functions}
            names |= {name: make(values(*given)) for name, given in case.arrays.items()}
            measurement = Measurement(case, framework, clock, names)
        print(json.dumps({"ns": measurement.chunks()}), flush=True)


if __name__ == "__main__":
    main()
