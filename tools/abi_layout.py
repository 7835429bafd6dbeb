"""The layout of the C ABI: sizes, offsets and types of every field, compared with the checked-in sdk/abi_layout.txt.

abi_layout.py --check   fails if the headers' layout, the checked-in dump and CHX_ABI_LAYOUT_HASH do not agree
abi_layout.py --write   renews the dump and the hash, after a change of the ABI on purpose
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INCLUDE = ROOT / "sdk/include"
HEADERS = ["chx/chx_plugin.h", "chx/chx_fused.h"]
DUMP = ROOT / "sdk/abi_layout.txt"
HASH = re.compile(r"(#define CHX_ABI_LAYOUT_HASH )0x[0-9a-f]{16}ull")

STRUCT = re.compile(r"typedef struct (chx_\w+) \{(.*?)\n\} \1;|struct (chx_\w+) \{(.*?)\n\};", re.S)
FUNCTION = re.compile(r"\(CHX_CALL \*(\w+)\)")
COMMENT = re.compile(r"/\*.*?\*/", re.S)


def fields(body: str) -> list[tuple[str, str]]:
    """(name, type text) of each field in a struct's body."""
    out = []
    for declaration in COMMENT.sub("", body).split(";"):
        text = " ".join(declaration.split())
        if not text:
            continue
        function = FUNCTION.search(text)
        if function:
            out.append((function[1], FUNCTION.sub("(*)", text)))
            continue
        base, names = re.match(
            r"(.*?[\w\*] ?\*?)((?:\*?\w+(?:\[\w+\])?)(?:, \*?\w+(?:\[\w+\])?)*)$", text
        ).groups()  # type: ignore[union-attr]
        for name in names.split(", "):
            out.append(
                (
                    re.sub(r"[\*]|\[\w+\]", "", name),
                    base.strip() + re.sub(r"\w+(?=\[|$)", "", name, count=1),
                )
            )
    return out


def structs() -> dict[str, list[tuple[str, str]]]:
    found = {}
    for header in HEADERS:
        for match in STRUCT.finditer((INCLUDE / header).read_text()):
            found[match[1] or match[3]] = fields(match[2] or match[4])
    return found


def dump(compiler: str) -> str:
    """One line per struct and field, as the compiler lays them out."""
    lines = [
        "#include <stddef.h>",
        "#include <stdio.h>",
        *[f'#include "{header}"' for header in HEADERS],
        "int main(void) {",
    ]
    for struct, members in structs().items():
        lines.append(f'    printf("%s %zu\\n", "{struct}", sizeof({struct}));')
        for name, kind in members:
            lines.append(
                f'    printf("    %zu %zu %s: %s\\n", offsetof({struct}, {name}), sizeof((({struct} *)0)->{name}), "{name}", "{kind}");'
            )
    lines += ["    return 0;", "}", ""]
    with tempfile.TemporaryDirectory() as folder:
        source, program = Path(folder) / "dump.c", Path(folder) / "dump"
        source.write_text("\n".join(lines))
        subprocess.run([compiler, "-std=c99", f"-I{INCLUDE}", source, "-o", program], check=True)
        return subprocess.run([program], check=True, capture_output=True, text=True).stdout


def fnv1a(text: str) -> int:
    """The 64-bit FNV-1a hash (Fowler, Noll, Vo)."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--compiler", default=os.environ.get("CC", "cc"))
    options = parser.parse_args()
    layout = dump(options.compiler)
    line = rf"\g<1>0x{fnv1a(layout):016x}ull"
    header = INCLUDE / HEADERS[0]
    expected = HASH.sub(line, header.read_text())
    if options.write:
        DUMP.write_text(layout)
        header.write_text(expected)
    if options.check:
        if not DUMP.exists() or DUMP.read_text() != layout:
            print(
                "sdk/abi_layout.txt does not describe the headers: the ABI has changed.",
                file=sys.stderr,
            )
            print(
                "If that is meant, run tools/abi_layout.py --write and say so in sdk/CHANGELOG.md.",
                file=sys.stderr,
            )
            return 1
        if expected != header.read_text():
            print("CHX_ABI_LAYOUT_HASH is stale; run tools/abi_layout.py --write", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
