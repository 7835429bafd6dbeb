"""Makes everything mechanical from the op table: SDK headers, C++ declarations, Python bindings, stubs, docs.

generate_ops.py --out DIR           what the build needs, into DIR (files that did not change keep their time)
generate_ops.py --write-checked-in  the products kept in the repository (SDK headers, stubs)
generate_ops.py --check             fails if a checked-in product is stale
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from opgen import build_products, checked_in_products  # noqa: E402
from opgen.table import load  # noqa: E402


def write(base: Path, products: dict[str, str]) -> None:
    for name, text in products.items():
        path = base / name
        if path.exists() and path.read_text() == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--table", type=Path, default=ROOT / "sdk/ops.toml")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--write-checked-in", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    table = load(options.table)
    if options.out:
        write(options.out, build_products(table))
    if options.write_checked_in:
        write(ROOT, checked_in_products(table))
    if options.check:
        checked_in = checked_in_products(table)
        stale = [
            name
            for name, text in checked_in.items()
            if not (ROOT / name).exists() or (ROOT / name).read_text() != text
        ]
        orphans = [
            str(path.relative_to(ROOT))
            for path in (ROOT / "sdk/include/chx/ops").glob("*.h")
            if str(path.relative_to(ROOT)) not in checked_in
        ]
        if stale or orphans:
            print(
                "stale:",
                *stale,
                *orphans,
                "- run tools/generate_ops.py --write-checked-in",
                file=sys.stderr,
            )
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
