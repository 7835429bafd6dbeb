"""The layout of the C ABI: sizes, offsets and types of every field, and the constants.

abi_layout.py --check   fails if the headers, the checked-in sdk/abi_layout.txt and CHX_ABI_LAYOUT_HASH do not agree, or if
                        something that a header kept under sdk/frozen/ has was moved, re-typed or dropped
abi_layout.py --write   renews the dump and the hash, after a change of the ABI on purpose
abi_layout.py --freeze NAME   keeps today's headers and their layout as sdk/frozen/NAME

The hash covers the structs of the core headers as the oldest kept header has them: appending keeps it, any other change
starts a new series (delete the older folders of sdk/frozen/, then --write). Attributes of ops, which the op's version guards,
and extensions, which have versions of their own, are compared but not hashed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INCLUDE = ROOT / "sdk/include"
FROZEN = ROOT / "sdk/frozen"
DUMP = ROOT / "sdk/abi_layout.txt"
# Their structs are hashed.
CORE_HEADERS = ["chx/chx_plugin.h", "chx/chx_fused.h"]
UNHASHED = "# not hashed: extensions, attributes of ops, constants\n"
HASH = re.compile(r"(#define CHX_ABI_LAYOUT_HASH )0x[0-9a-f]{16}ull")

STRUCT = re.compile(r"typedef struct (chx_\w+) \{(.*?)\n\} \1;|struct (chx_\w+) \{(.*?)\n\};", re.S)
FUNCTION = re.compile(r"\(CHX_CALL \*(\w+)\)")
COMMENT = re.compile(r"/\*.*?\*/", re.S)
CONSTANT = re.compile(r"^#define (CHX_\w+) +(-?\d\w*|\"[^\"]*\")[ \t]*(?:/\*.*)?$", re.M)
# What changes with every minor by design.
MOVING = {"CHX_ABI_MINOR", "CHX_ABI_LAYOUT_HASH", "CHX_N_OPCODES"}


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


def headers(include: Path) -> list[str]:
    """All headers of the ABI, the core's first."""
    found = sorted(path.relative_to(include).as_posix() for path in include.glob("chx/**/*.h"))
    return CORE_HEADERS + [name for name in found if name not in CORE_HEADERS]


def structs(include: Path, names: list[str]) -> dict[str, list[tuple[str, str]]]:
    found = {}
    for header in names:
        for match in STRUCT.finditer((include / header).read_text()):
            found[match[1] or match[3]] = fields(match[2] or match[4])
    return found


def constants(include: Path) -> list[str]:
    return [
        f"{name} = {value}\n"
        for header in headers(include)
        for name, value in CONSTANT.findall((include / header).read_text())
        if name not in MOVING
    ]


def dump(include: Path, compiler: str) -> str:
    """One line per struct and field, as the compiler lays them out, and one per constant."""
    core = structs(include, CORE_HEADERS)
    everything = structs(include, headers(include))
    rest = {name: members for name, members in everything.items() if name not in core}
    return (
        layout_of(core, include, compiler)
        + UNHASHED
        + layout_of(rest, include, compiler)
        + "".join(constants(include))
    )


def layout_of(structs: dict[str, list[tuple[str, str]]], include: Path, compiler: str) -> str:
    lines = [
        "#include <stddef.h>",
        "#include <stdio.h>",
        *[f'#include "{header}"' for header in headers(include)],
        "int main(void) {",
    ]
    for struct, members in structs.items():
        lines.append(f'    printf("%s %zu\\n", "{struct}", sizeof({struct}));')
        for name, kind in members:
            lines.append(
                f'    printf("    %zu %zu %s: %s\\n", offsetof({struct}, {name}), sizeof((({struct} *)0)->{name}), "{name}", "{kind}");'
            )
    lines += ["    return 0;", "}", ""]
    with tempfile.TemporaryDirectory() as folder:
        source, program = Path(folder) / "dump.c", Path(folder) / "dump"
        source.write_text("\n".join(lines))
        subprocess.run([compiler, "-std=c99", f"-I{include}", source, "-o", program], check=True)
        return subprocess.run([program], check=True, capture_output=True, text=True).stdout


def fnv1a(text: str) -> int:
    """The 64-bit FNV-1a hash (Fowler, Noll, Vo)."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def frozen_versions() -> list[Path]:
    """The kept headers, oldest first; their names count: 0.1-rc1, 0.1-rc2, ..., 1.0."""

    def age(folder: Path) -> tuple[list[int], int, int]:
        version, _, candidate = folder.name.partition("-rc")
        numbers = [int(part) for part in version.split(".")]
        return numbers, 0 if candidate else 1, int(candidate or 0)

    return sorted((path.parent for path in FROZEN.glob("*/abi_layout.txt")), key=age)


def parse(layout: str) -> tuple[dict[str, tuple[int, list[str]]], set[str]]:
    """Structs with their sizes and fields in order, and constants."""
    found: dict[str, tuple[int, list[str]]] = {}
    values = set()
    current: list[str] = []
    for line in layout.splitlines():
        if line.startswith("#"):
            continue
        if " = " in line and not line.startswith(" "):
            values.add(line)
        elif line.startswith("    "):
            current.append(line.strip())
        else:
            name, size = line.split()
            current = []
            found[name] = int(size), current
    return found, values


def breaks(old: str, new: str) -> list[str]:
    """What a plugin or a host built against the old layout would find changed."""
    old_structs, old_constants = parse(old)
    new_structs, new_constants = parse(new)
    out = [f"constant {line} is gone" for line in sorted(old_constants - new_constants)]
    for name, (size, members) in old_structs.items():
        if name not in new_structs:
            out.append(f"struct {name} is gone")
            continue
        new_size, new_members = new_structs[name]
        may_grow = members[:1] == ["0 4 struct_size: uint32_t"]
        if new_members[: len(members)] != members:
            changed = next(i for i, line in enumerate(members) if new_members[i : i + 1] != [line])
            out.append(f"struct {name}: '{members[changed]}' was moved, re-typed or dropped")
        elif new_size != size and not may_grow:
            out.append(f"struct {name} has no struct_size and may not grow")
    return out


def hashed_layout(layout: str) -> str:
    versions = frozen_versions()
    oldest = (versions[0] / "abi_layout.txt").read_text() if versions else layout
    return oldest.partition(UNHASHED)[0]


def digest(include: Path) -> str:
    """Of the names and contents of all headers, comments included."""
    found = hashlib.sha256()
    for path in sorted(path for path in include.glob("**/*") if path.is_file()):
        found.update(path.relative_to(include).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def freeze(name: str, layout: str) -> None:
    folder = FROZEN / name
    if folder.exists():
        raise SystemExit(f"{folder} exists: a header that was kept is never changed")
    shutil.copytree(INCLUDE, folder / "include")
    (folder / "abi_layout.txt").write_text(layout)
    (folder / "sha256.txt").write_text(f"{digest(folder / 'include')}\n")


def check(layout: str, expected_header: str) -> int:
    problems = []
    if not DUMP.exists() or DUMP.read_text() != layout:
        problems.append(
            "sdk/abi_layout.txt does not describe the headers: the ABI has changed. If that is meant, run "
            "tools/abi_layout.py --write and say so in sdk/CHANGELOG.md."
        )
    if (INCLUDE / "chx/chx_plugin.h").read_text() != expected_header:
        problems.append("CHX_ABI_LAYOUT_HASH is stale; run tools/abi_layout.py --write")
    for version in frozen_versions():
        problems += [
            f"not compatible with {version.name}: {problem}"
            for problem in breaks((version / "abi_layout.txt").read_text(), layout)
        ]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--freeze", metavar="NAME")
    parser.add_argument("--compiler", default=os.environ.get("CC", "cc"))
    options = parser.parse_args()
    layout = dump(INCLUDE, options.compiler)
    if options.freeze:
        freeze(options.freeze, layout)
    header = INCLUDE / "chx/chx_plugin.h"
    expected = HASH.sub(rf"\g<1>0x{fnv1a(hashed_layout(layout)):016x}ull", header.read_text())
    if options.write or options.freeze:
        DUMP.write_text(layout)
        header.write_text(expected)
    return check(layout, expected) if options.check else 0


if __name__ == "__main__":
    sys.exit(main())
