"""Today's SDK as its next minor might look: every struct that may grow has grown, an op has one more attribute.

abi_future.py --out DIR   writes DIR/include and DIR/ops.toml

What is built against it shows that today's cores and plugins get along with those to come (tests/abi).
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from abi_layout import CORE_HEADERS, STRUCT  # noqa: E402
from opgen import checked_in_products  # noqa: E402
from opgen.table import load  # noqa: E402

MINOR = re.compile(r"(#define CHX_ABI_MINOR )(\d+)u")
NEW_FIELDS = "    uint64_t future_value;\n    void(CHX_CALL *future_function)(void *);\n"
# An op that many plugins have a kernel for.
GROWN_OP = 'name = "sum"\n'


def grown(header: str) -> str:
    """The header with two more fields at the end of each struct that begins with struct_size."""

    def grow(match: re.Match[str]) -> str:
        text = match[0]
        if not re.match(r"[^;]*\{\s*uint32_t struct_size", text):
            return text
        end = text.rindex("}")
        return text[:end] + NEW_FIELDS + text[end:]

    return STRUCT.sub(grow, header)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out
    files: dict[str, str] = {}
    for header in (ROOT / "sdk/include").rglob("*.h*"):
        name = header.relative_to(ROOT / "sdk").as_posix()
        text = header.read_text()
        if name.removeprefix("include/") in CORE_HEADERS:
            text = MINOR.sub(lambda m: f"{m[1]}{int(m[2]) + 1}u", grown(text))
        files[name] = text
    minor = int(MINOR.search(files["include/chx/chx_plugin.h"])[2])  # type: ignore[index]
    table = (ROOT / "sdk/ops.toml").read_text()
    if table.count(GROWN_OP) != 2:  # the op and the function
        raise SystemExit("sdk/ops.toml: expected one op and one function called sum")
    files["ops.toml"] = table.replace(
        GROWN_OP, f'{GROWN_OP}attributes = ["future:i64@{minor}"]\n', 1
    )
    (out / "include").mkdir(parents=True, exist_ok=True)
    (out / "ops.toml").write_text(files["ops.toml"])
    for name, text in checked_in_products(load(out / "ops.toml")).items():
        if name.startswith("sdk/"):
            files[name.removeprefix("sdk/")] = text
    for name, text in files.items():
        path = out / name
        if not path.exists() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    for path in (out / "include").rglob("*.h*"):
        if path.relative_to(out).as_posix() not in files:
            path.unlink()


if __name__ == "__main__":
    main()
