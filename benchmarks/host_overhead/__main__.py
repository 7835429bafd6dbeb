"""Host-side cost of array calls and of one training iteration, ChainerX beside NumPy and PyTorch in one interleaved run.

    python benchmarks/host_overhead [--torch-python PATH] [--rounds 30] [--json out.json]

One process per framework, all pinned to one core, take turns case by case and round by round, so that a change of the
machine's speed hits all alike. Reported: minimum and median over all chunks, in nanoseconds per call, and ratios of the
minima. PyTorch is measured with the interpreter of --torch-python (for example of a virtual environment made with
`pip install torch==2.13.0`); without it that column is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FRAMEWORKS = ("chainerx", "numpy", "torch")


class Worker:
    """A process that measures one framework's cases on request."""

    def __init__(self, framework: str, python: str, core: int) -> None:
        command = [python, str(HERE / "worker.py"), framework]
        if hasattr(os, "sched_setaffinity"):
            command = ["taskset", "-c", str(core), *command]
        environment = {
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "CHAINERX_NUM_THREADS": "1",
        }
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        hello = self._read()
        self.version: str = hello["version"]
        self.cases: list[str] = hello["cases"]

    def _read(self) -> dict:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"a worker ended early: {self.process.args}")
        return json.loads(line)

    def measure(self, case: str) -> list[float]:
        """Nanoseconds per call of a few chunks."""
        assert self.process.stdin is not None
        print(case, file=self.process.stdin, flush=True)
        return self._read()["ns"]


def measure(workers: dict[str, Worker], rounds: int) -> dict[str, dict[str, dict[str, float]]]:
    samples: dict[str, dict[str, list[float]]] = {}
    for _ in range(rounds):
        for case in workers["chainerx"].cases:
            for framework, worker in workers.items():
                if case in worker.cases:
                    samples.setdefault(case, {}).setdefault(framework, []).extend(
                        worker.measure(case)
                    )
    return {
        case: {
            framework: {"min_ns": min(times), "median_ns": statistics.median(times)}
            for framework, times in by_framework.items()
        }
        for case, by_framework in samples.items()
    }


def table(results: dict[str, dict[str, dict[str, float]]], frameworks: list[str]) -> str:
    header = [
        "case (ns, minimum / median)",
        *frameworks,
        *[f"chainerx / {peer}" for peer in frameworks[1:]],
    ]
    rows = [header]
    for case, by_framework in results.items():
        row = [case]
        for framework in frameworks:
            times = by_framework.get(framework)
            row.append(f"{times['min_ns']:.0f} / {times['median_ns']:.0f}" if times else "-")
        for peer in frameworks[1:]:
            row.append(
                f"{by_framework['chainerx']['min_ns'] / by_framework[peer]['min_ns']:.3f}"
                if peer in by_framework
                else "-"
            )
        rows.append(row)
    widths = [max(len(row[i]) for row in rows) for i in range(len(header))]
    lines = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=False))
        )
        for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--torch-python", help="interpreter that can import torch")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--core", type=int, default=0, help="processor to pin to")
    parser.add_argument("--json", type=Path, help="also write the results here")
    options = parser.parse_args()
    pythons = {"chainerx": sys.executable, "numpy": sys.executable}
    if options.torch_python:
        pythons["torch"] = options.torch_python
    workers = {name: Worker(name, python, options.core) for name, python in pythons.items()}
    results = measure(workers, options.rounds)
    versions = {name: worker.version for name, worker in workers.items()}
    print(
        ", ".join(f"{name} {version}" for name, version in versions.items()),
        f"- Python {platform.python_version()}, {platform.machine()}",
    )
    print(table(results, [name for name in FRAMEWORKS if name in workers]))
    if options.json:
        options.json.write_text(
            json.dumps(
                {"versions": versions, "rounds": options.rounds, "results": results}, indent=1
            )
            + "\n"
        )


if __name__ == "__main__":
    main()
