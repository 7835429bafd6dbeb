"""Host-side cost of array calls and of one training step, ChainerX beside NumPy and PyTorch in one interleaved run.

    python benchmarks/host_overhead [--torch-python PATH] [--build build/dev] [--rounds 30] [--json out.json]

One process per framework and language, all pinned to one core, take turns case by case and round by round, so that a
change of the machine's speed hits all alike. Printed: minimum and median of all chunks in nanoseconds per call, without the
5 ns or so that a loop in Python takes itself; then each budget with the ratios of minima and of medians, its gate, its aim,
and whether it is met.

PyTorch is measured with the interpreter of --torch-python (for example of a virtual environment made with
`pip install torch==2.13.0`), and from C++ with the libtorch in its package; without it those rows are left out. The C++
programs come from the build folder, instruction counts from valgrind; without them their rows are left out as well.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
from pathlib import Path

import budgets
import instructions
import torch_cpp

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from measured_process import MeasuredProcess  # noqa: E402

# worker -> case -> the statistics of its times
Results = dict[str, dict[str, dict[str, float]]]


def start_worker(command: list[str], core: int) -> MeasuredProcess:
    environment = {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "CHAINERX_NUM_THREADS": "1",
        "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
        "CHAINERX_PLUGIN_PATH": str(instructions.library().parent / "chainerx" / "plugins"),
    }
    return MeasuredProcess(command, str(core), environment)


def can_import(interpreter: str, module: str) -> bool:
    return (
        subprocess.run([interpreter, "-c", f"import {module}"], capture_output=True).returncode == 0
    )


def start_workers(options: argparse.Namespace) -> dict[str, MeasuredProcess]:
    script = str(HERE / "worker.py")
    commands = {
        "chainerx": [sys.executable, script, "chainerx"],
        "numpy": [sys.executable, script, "numpy"],
    }
    if options.torch_python:
        commands["torch"] = [options.torch_python, script, "torch"]
    for name, module, interpreter in (
        ("jax", "jax", options.jax_python or options.torch_python),
        ("torch.compile", "torch_compiled", options.torch_python if options.compile else None),
    ):
        if interpreter and can_import(interpreter, module.split("_")[0]):
            commands[name] = [interpreter, script, module]
        else:
            print(f"left out: {name}")
    programs = options.build / "benchmarks" / "host_overhead"
    if (programs / "overhead_of_calls").exists():
        commands["chainerx C++"] = [str(programs / "overhead_of_calls")]
        commands["chainerx inside"] = [str(programs / "overhead_of_kernel_calls")]
        if options.torch_python:
            commands["torch C++"] = [str(torch_cpp.build(options.torch_python, programs))]
    else:
        print(f"left out: C++, since {programs} holds no programs")
    if not options.torch_python:
        print("left out: PyTorch, since --torch-python was not given")
    return {name: start_worker(command, options.core) for name, command in commands.items()}


def measure(workers: dict[str, MeasuredProcess], rounds: int) -> Results:
    cases = dict.fromkeys(case for worker in workers.values() for case in worker.cases)
    samples: dict[str, dict[str, list[float]]] = {name: {} for name in workers}
    for _ in range(rounds):
        for case in cases:
            for name, worker in workers.items():
                if case in worker.cases:
                    samples[name].setdefault(case, []).extend(worker.measure(case))
    return {
        name: {
            case: {"min_ns": min(times), "median_ns": statistics.median(times)}
            for case, times in own.items()
        }
        for name, own in samples.items()
    }


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


def times_table(results: Results) -> str:
    rows = [["case (ns, minimum / median)", *results]]
    for case in dict.fromkeys(case for own in results.values() for case in own):
        times = [own.get(case) for own in results.values()]
        rows.append(
            [case, *(f"{t['min_ns']:.0f} / {t['median_ns']:.0f}" if t else "-" for t in times)]
        )
    return table(rows)


def unrest(results: Results) -> str:
    """How much others disturbed the measurement, which changes ratios as well: peers lose more by it, or less."""
    spreads = [t["median_ns"] / t["min_ns"] for own in results.values() for t in own.values()]
    spread = statistics.median(spreads)
    return f"medians over minima, in the middle of all cases: {spread:.2f} (undisturbed: 1)"


def verdict(value: float, gate: float, aim: float) -> str:
    return "aim met" if value <= aim else "gate met" if value <= gate else "NOT MET"


def budget_table(results: Results, door: float | None) -> str:
    rows = [["budget", "minimum", "median", "gate", "aim", ""]]
    for budget in budgets.BUDGETS:
        own, peer = (
            results.get(worker, {}).get(case) for worker, case in (budget.subject, budget.peer)
        )
        limits = [f"{budget.gate:g}", f"{budget.aim:g}"]
        if own is None or peer is None:
            rows.append([budget.call, "-", "-", *limits, "not measured"])
            continue
        low, middle = (own[key] / peer[key] for key in ("min_ns", "median_ns"))
        met = verdict(low, budget.gate, budget.aim)
        rows.append([budget.call, f"{low:.3f}", f"{middle:.3f}", *limits, met])
    _, gate, aim = budgets.DOOR
    met = "not measured" if door is None else verdict(door, gate, aim)
    count = "-" if door is None else f"{door:.0f}"
    rows.append(
        ["the door with an idle kernel, instructions", count, "-", f"{gate}", f"{aim}", met]
    )
    return table(rows)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--torch-python", help="interpreter that can import torch")
    parser.add_argument("--jax-python", help="the same for jax; by default that of --torch-python")
    parser.add_argument(
        "--no-compile", dest="compile", action="store_false", help="leave torch.compile out"
    )
    parser.add_argument("--build", type=Path, default=HERE.parents[1] / "build" / "dev")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--core", type=int, default=0, help="processor to pin to")
    parser.add_argument("--json", type=Path, help="also write the results here")
    options = parser.parse_args()
    workers = start_workers(options)
    results = measure(workers, options.rounds)
    counts = instructions.count_all(options.build) if instructions.is_possible() else {}
    versions = {name: worker.version for name, worker in workers.items()}
    print(
        ", ".join(f"{name} {version}" for name, version in versions.items()),
        f"- Python {platform.python_version()}, {platform.machine()}",
    )
    print(times_table(results))
    print(unrest(results))
    print()
    print(budget_table(results, counts.get(budgets.DOOR[0], {}).get("instructions")))
    if counts:
        before = instructions.known().get(instructions.key(), {})
        print()
        print(instructions.text_of(before, counts))
        print("\n".join(instructions.grown(before, counts)))
    if options.json:
        document = {
            "versions": versions,
            "rounds": options.rounds,
            "results": results,
            "counts": counts,
        }
        options.json.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
