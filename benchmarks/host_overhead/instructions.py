"""Counts what a call takes under callgrind: instructions, locked instructions (they hide in the former), allocations.

    python benchmarks/host_overhead/instructions.py [--build build/dev] [--write]

Prints the counts beside those of instructions.json, which is checked in: a test fails when one of them grows by more than
3 % and the file does not say so. Counts hold for what the key of the table names: the compilers of the library and of Python
and how the latter was built, the C library, valgrind, and the instruction set. A process with a single thread locks nothing
(see chainerx/detail/reference_count.h), so that some cases are counted beside another thread, too. What else could matter is
fixed: the order of sets, threads, and the environment. Neither the path of the build nor other processes count.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLE = HERE / "instructions.json"
CALLS = 200
TOLERANCE = 0.03
KINDS = ("instructions", "locked", "allocations")
BESIDE_A_THREAD = ("a + b", "a + b with gradient", "ten adds and backward", "tiny MLP step")
ALLOCATORS = ("malloc", "calloc", "realloc", "aligned_alloc", "posix_memalign")

Counts = dict[str, dict[str, float]]


def is_possible() -> bool:
    return shutil.which("valgrind") is not None and platform.machine() == "x86_64"


def library() -> Path:
    """The core that `import chainerx` finds, which sits beside the plugins."""
    maps = "import chainerx; print(next(m for m in open('/proc/self/maps') if 'libchainerx' in m).split()[-1])"
    return Path(subprocess.check_output([sys.executable, "-c", maps], text=True).strip())


def compiler(binary: Path) -> str:
    found = re.search(rb"GCC: \(.*?\) (\d+\.\d+)|clang version (\d+\.\d+)", binary.read_bytes())
    if found is None:
        return "unknown compiler"
    return f"gcc {found[1].decode()}" if found[1] else f"clang {found[2].decode()}"


def python_build() -> str:
    """Distributions build the same version in ways that differ by tens of percents."""
    given = sysconfig.get_config_var("CONFIG_ARGS") or ""
    options = [name for name in ("optimizations", "lto") if name in given]
    options += ["shared"] if sysconfig.get_config_var("Py_ENABLE_SHARED") else []
    return (
        f"Python {platform.python_version()} ({', '.join([platform.python_compiler(), *options])})"
    )


def key() -> str:
    """What the counts depend on besides the source."""
    # Valgrind shows programs a processor of its own, which has AVX2 if the real one does, and never AVX-512. So the
    # C library and ours choose the same functions on all processors of a kind.
    instruction_set = "avx2" if " avx2 " in Path("/proc/cpuinfo").read_text() else "sse2"
    valgrind = subprocess.check_output(["valgrind", "--version"], text=True).strip()
    libc = " ".join(platform.libc_ver())
    return f"{compiler(library())}, {python_build()}, {libc}, {valgrind}, {instruction_set}"


def _environment() -> dict[str, str]:
    """Nothing that could switch allocators, hooks or the kind of kernels gets through."""
    kept = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "CHAINERX_NUM_THREADS": "1",
        "CHAINERX_PLUGIN_PATH": str(library().parent / "chainerx" / "plugins"),
    }


def _sum_of(profile: Path) -> dict[str, float]:
    """Per call, from one part of callgrind's output."""
    counts = dict.fromkeys(KINDS, 0.0)
    callee = ""
    for line in profile.open():
        if line.startswith("summary:"):
            numbers = line.split()[1:]
            counts["instructions"] = int(numbers[0]) / CALLS
            counts["locked"] = int(numbers[1]) / CALLS if len(numbers) > 1 else 0.0
        elif line.startswith("cfn="):
            callee = line[4:].split("@")[0].split("'")[0].strip()
        elif line.startswith("calls=") and callee in ALLOCATORS:
            counts["allocations"] += int(line[6:].split()[0]) / CALLS
    return counts


def count(command: list[str], *options: str) -> Counts:
    """The cases of a worker, less the one that does nothing."""
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "counts"
        callgrind = ["valgrind", "--tool=callgrind", "--collect-bus=yes", "--compress-strings=no"]
        callgrind += ["--compress-pos=no", "--dump-before=getpriority"]
        callgrind += [f"--callgrind-out-file={profile}"]
        run = subprocess.run(
            [*callgrind, *command, "--count", str(CALLS), *options],
            env=_environment(),
            capture_output=True,
            text=True,
        )
        if run.returncode != 0:
            raise SystemExit(
                f"{command[0]} under callgrind ended with {run.returncode}:\n{run.stderr}"
            )
        # The first part is what came before the first case.
        counts = {
            name: _sum_of(profile.with_name(f"counts.{i + 2}"))
            for i, name in enumerate(run.stdout.splitlines())
        }
    nothing = counts.pop("nothing")
    return {
        name: {kind: round(own[kind] - nothing[kind], 1) + 0.0 for kind in KINDS}
        for name, own in counts.items()
    }


def count_all(build: Path | None) -> Counts:
    """Python's cases, and the C++ ones if their programs have been built."""
    counts = {
        f"Python: {name}": own
        for name, own in count([sys.executable, str(HERE / "worker.py"), "chainerx"]).items()
    }
    for name in ("overhead_of_calls", "overhead_of_kernel_calls"):
        program = build / "benchmarks" / "host_overhead" / name if build else None
        if program is not None and program.exists():
            counts |= {f"C++: {case}": own for case, own in count([str(program)]).items()}
    if "C++: tiny MLP step" in counts:
        program = build / "benchmarks" / "host_overhead" / "overhead_of_calls"
        beside = count([str(program)], "--beside-thread")
        counts |= {f"C++ beside a thread: {case}": beside[case] for case in BESIDE_A_THREAD}
    return counts


def known() -> dict[str, Counts]:
    return json.loads(TABLE.read_text()) if TABLE.exists() else {}


def grown(before: Counts, now: Counts) -> list[str]:
    """What became more than the table says, in words."""
    lines = []
    for case, own in now.items():
        for kind, value in own.items():
            was = before.get(case, {}).get(kind)
            if was is not None and value > was * (1 + TOLERANCE) + 0.5:
                lines.append(f"{case}: {value:g} {kind}, {was:g} in {TABLE.name}")
    return lines


def text_of(before: Counts, now: Counts) -> str:
    lines = [f"{'per call':34}" + "".join(f"{kind:>14}" for kind in KINDS) + f"{'checked in':>14}"]
    for case, own in now.items():
        was = before.get(case, {}).get("instructions")
        lines.append(
            f"{case:34}"
            + "".join(f"{own[kind]:14g}" for kind in KINDS)
            + (f"{was:14g}" if was is not None else f"{'-':>14}")
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--build", type=Path, default=HERE.parents[1] / "build" / "dev")
    parser.add_argument("--write", action="store_true", help="put the counts into the table")
    options = parser.parse_args()
    if not is_possible():
        raise SystemExit("instructions: expected valgrind and an x86-64 processor")
    here = key()
    tables = known()
    now = count_all(options.build)
    print(here)
    print(text_of(tables.get(here, {}), now))
    print("\n".join(grown(tables.get(here, {}), now)))
    if options.write:
        tables[here] = tables.get(here, {}) | now
        TABLE.write_text(json.dumps(tables, indent=1) + "\n")


if __name__ == "__main__":
    main()
