"""Fails if a source file has more than 800 lines; names those above 400. Generated files are exempt.

check_file_sizes.py
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOFT_LIMIT = 400
HARD_LIMIT = 800
SUFFIXES = {".c", ".cc", ".cmake", ".cu", ".cuh", ".h", ".hpp", ".py", ".pyi", ".sh", ".txt"}
# Checked-in products of tools/generate_ops.py, and released headers that may not change.
EXEMPT = ("sdk/include/chx/ops/", "sdk/frozen/", "sdk/abi_layout.txt", "python/chainerx/_core.pyi")


def source_files() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    names = [name for name in listed.split("\0") if name and not name.startswith(EXEMPT)]
    return [
        ROOT / name for name in names if Path(name).suffix in SUFFIXES and (ROOT / name).is_file()
    ]


def main() -> int:
    sizes = sorted((len(path.read_text().splitlines()), path) for path in source_files())
    for lines, path in reversed(sizes):
        if lines > SOFT_LIMIT:
            kind = "error" if lines > HARD_LIMIT else "note"
            print(f"{kind}: {path.relative_to(ROOT)} has {lines} lines; aim for {SOFT_LIMIT}")
    return int(bool(sizes) and sizes[-1][0] > HARD_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
