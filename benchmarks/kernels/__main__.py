"""Speed of kernels, ChainerX beside PyTorch and NumPy in one interleaved run.

    python benchmarks/kernels --torch-python PATH [--threads 1|2] [--rounds 5] [--only TEXT] [--clock wall] [--prefer onednn] [--json out.json]

One process per framework, all pinned to the same cores, take turns case by case and round by round, so that a change of the
machine's speed hits all alike. Printed: minimum and median of all chunks, GB/s or GFLOP/s of the minimum and its part of what
the machine can do; per group the geometric mean of PyTorch's time by ChainerX's; then what is required, and whether it is met.

PyTorch is measured with the interpreter of --torch-python (for example of a virtual environment made with
`pip install torch==2.13.0`); without it those columns are left out. The machine's limits need a C++ compiler.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from cases import CASES, Case
from requirements import Requirement, requirements

import chainerx

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from measured_process import MeasuredProcess  # noqa: E402

# framework -> title of a case -> nanoseconds, least and median
Results = dict[str, dict[str, dict[str, float]]]


def start_worker(framework: str, python: str, options: argparse.Namespace) -> MeasuredProcess:
    threads = str(options.threads)
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "CHAINERX_NUM_THREADS")
    variables = dict.fromkeys(names, threads)
    if framework == "chainerx" and options.prefer:
        variables["CHAINERX_KERNEL_PREFER"] = options.prefer
    return MeasuredProcess(
        [python, str(HERE / "worker.py"), framework, threads, options.clock],
        ",".join(str(options.core + i) for i in range(options.threads)),
        variables,
    )


def start_workers(options: argparse.Namespace) -> dict[str, MeasuredProcess]:
    pythons = {"chainerx": sys.executable, "numpy": sys.executable}
    if options.torch_python:
        pythons["torch"] = options.torch_python
    else:
        print("left out: PyTorch, since --torch-python was not given")
    return {name: start_worker(name, python, options) for name, python in pythons.items()}


def measure(workers: dict[str, MeasuredProcess], cases: list[Case], rounds: int) -> Results:
    """All rounds of a case before the next one, since making its arrays anew would take longer than measuring it."""
    results: Results = {name: {} for name in workers}
    for case in cases:
        samples: dict[str, list[float]] = {name: [] for name in workers}
        for _ in range(rounds):
            for name, worker in workers.items():
                if case.title in worker.cases:
                    samples[name] += worker.measure(case.title)
        for name, times in samples.items():
            if times:
                results[name][case.title] = {
                    "min_ns": min(times),
                    "median_ns": statistics.median(times),
                }
    return results


def machine_limits(core: int) -> tuple[float, float] | None:
    """GB/s and GFLOP/s of one thread, or None without a compiler."""
    compiler = os.environ.get("CXX") or shutil.which("c++")
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(folder) / "limits")
        flags = ["-O3", "-march=native", "-ffp-contract=fast", "-std=c++17", "-o", program]
        subprocess.run([compiler, *flags, str(HERE / "limits.cc")], check=True)
        pinned = ["taskset", "-c", str(core)] if shutil.which("taskset") else []
        words = subprocess.check_output([*pinned, program], text=True).split()
    return float(words[0]), float(words[1])


def table(rows: list[list[str]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def ratio(results: Results, title: str, key: str = "min_ns") -> float | None:
    """How many times as fast as PyTorch."""
    own, peer = (results.get(name, {}).get(title) for name in ("chainerx", "torch"))
    return peer[key] / own[key] if own and peer else None


def ratios(results: Results, cases: list[Case], groups: tuple[str, ...]) -> dict[str, float]:
    found = {case.title: ratio(results, case.title) for case in cases if case.group in groups}
    return {title: value for title, value in found.items() if value is not None}


def speed(case: Case, nanoseconds: float, limits: tuple[float, float] | None) -> str:
    if case.bytes:
        text, part = f"{case.bytes / nanoseconds:.2f} GB/s", case.bytes / nanoseconds
    else:
        text, part = f"{case.operations / nanoseconds:.1f} GFLOP/s", case.operations / nanoseconds
    return text if limits is None else f"{text} ({part / limits[0 if case.bytes else 1]:.2f})"


def case_table(results: Results, cases: list[Case], limits: tuple[float, float] | None) -> str:
    rows = [["case (µs, minimum / median)", *results, "speed", "of PyTorch's", "of medians"]]
    for case in cases:
        times = [own.get(case.title) for own in results.values()]
        cells = [
            f"{t['min_ns'] / 1e3:.1f} / {t['median_ns'] / 1e3:.1f}" if t else "-" for t in times
        ]
        compared = [ratio(results, case.title, key) for key in ("min_ns", "median_ns")]
        rows.append(
            [
                case.title,
                *cells,
                speed(case, results["chainerx"][case.title]["min_ns"], limits),
                *("-" if value is None else f"{value:.2f}" for value in compared),
            ]
        )
    return table(rows)


def group_table(results: Results, cases: list[Case]) -> str:
    rows = [["group", "cases", "geometric mean", "least", "case of the least"]]
    for group in dict.fromkeys(case.group for case in cases):
        found = ratios(results, cases, (group,))
        if found:
            least = min(found, key=lambda title: found[title])
            mean = f"{statistics.geometric_mean(found.values()):.2f}"
            rows.append([group, str(len(found)), mean, f"{found[least]:.2f}", least])
    return table(rows)


def verdict(requirement: Requirement, found: dict[str, float], threads: int) -> str:
    mean = statistics.geometric_mean(found.values())
    met = "met" if mean >= requirement.mean else "NOT MET"
    lines = [f"{requirement.what}: geometric mean {mean:.2f}, required {requirement.mean:g}: {met}"]
    if threads == 1:
        below = {title: value for title, value in found.items() if value < requirement.floor}
        met = "met" if not below else f"NOT MET by {len(below)} of {len(found)}"
        lines.append(f"{requirement.what}: every case at least {requirement.floor:g}: {met}")
        lines += [f"    {value:.2f}  {title}" for title, value in sorted(below.items())]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--torch-python", help="interpreter that can import torch")
    parser.add_argument("--threads", type=int, default=1, choices=(1, 2))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="cases whose title contains this")
    parser.add_argument(
        "--clock",
        default="wall",
        choices=("wall", "processor"),
        help="processor: of the process alone, for one thread on a busy machine",
    )
    parser.add_argument(
        "--prefer",
        help="kernel providers that go first in ChainerX, as CHAINERX_KERNEL_PREFER takes them: native, onednn, onednn:matmul",
    )
    parser.add_argument("--core", type=int, default=0, help="first processor to pin to")
    parser.add_argument("--json", type=Path, help="also write the results here")
    options = parser.parse_args()
    cases = [case for case in CASES if options.only in case.title]
    limits = machine_limits(options.core)
    workers = start_workers(options)
    results = measure(workers, cases, options.rounds)
    versions = {name: worker.version for name, worker in workers.items()}
    print(
        ", ".join(f"{name} {version}" for name, version in versions.items()),
        f"- Python {platform.python_version()}, {platform.machine()}, {options.threads} threads, {options.clock} clock",
    )
    if limits:
        print(f"one thread copies {limits[0]:.1f} GB/s and does {limits[1]:.1f} GFLOP/s")
    print(case_table(results, cases, limits))
    print()
    print(group_table(results, cases))
    print()
    plugins = {row["name"] for row in chainerx.plugins.reports()}
    for requirement in requirements("onednn" in plugins):
        found = ratios(results, cases, requirement.groups)
        if found:
            print(verdict(requirement, found, options.threads))
    if options.json:
        document = {
            "versions": versions,
            "threads": options.threads,
            "clock": options.clock,
            "limits": limits,
            "results": results,
        }
        options.json.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
