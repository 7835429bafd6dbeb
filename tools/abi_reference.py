"""Writes the reference page of the C ABI from the comments of its headers.

abi_reference.py --out FILE [--header chx/chx_plugin.h ...]
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INCLUDE = ROOT / "sdk/include"

SECTION = re.compile(r"/\* -{20,} (.+?) \*/")
COMMENT = re.compile(r"/\*(.*?)\*/", re.S)
# A comment that belongs to what follows it, and one declaration: a struct with a body, a typedef or a run of defines.
STRUCT = re.compile(r"(?:typedef )?struct (\w+) \{\n(.*?)\n\}(?: \w+)?;", re.S)
TYPEDEF = re.compile(r"typedef [^{;]+;")
DEFINE = re.compile(r"#define (\w+)(\([\w, ]*\))?[ \t]*(.*?)(?:/\*(.*?)\*/)?$", re.S)


def text_of(comment: str) -> str:
    lines = [re.sub(r"^\s*\*? ?", "", line) for line in comment.strip().splitlines()]
    return " ".join(" ".join(lines).split())


def prose_of(comment: str) -> str:
    """A header's first comment with its lists and paragraphs."""
    lines = [re.sub(r"^ \*(?: |$)", "", line).rstrip() for line in comment.strip().splitlines()]
    # A list needs a blank line before it; its continuation lines are indented in the source.
    marked = []
    for previous, line in zip(["", *lines], lines, strict=False):
        item = line.lstrip().startswith("- ")
        if item and not previous.lstrip().startswith("- ") and not previous.startswith("    "):
            marked.append("")
        marked.append(line.removeprefix("  "))
    return "\n".join(marked)


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def fields(body: str) -> list[tuple[str, str]]:
    """(declaration, what the header says of it) of each field. A comment stands before its field, or behind it."""
    out: list[tuple[str, str]] = []
    before = ""
    position = 0
    while position < len(body):
        rest = body[position:]
        blank = re.match(r"\s+", rest)
        comment = COMMENT.match(rest)
        if blank:
            position += blank.end()
        elif comment:
            line_start = body.rfind("\n", 0, position) + 1
            is_behind = bool(body[line_start:position].strip())
            if is_behind and out:
                out[-1] = (out[-1][0], f"{out[-1][1]} {text_of(comment[1])}".strip())
            else:
                before = text_of(comment[1])
            position += comment.end()
        else:
            end = rest.index(";") + 1
            out.append((cell(COMMENT.sub("", rest[: end - 1])), before))
            before = ""
            position += end
    return out


def declarations(text: str) -> list[str]:
    """Markdown blocks for all that one section of a header declares, in its order."""
    out: list[str] = []
    constants: list[str] = []
    before = ""

    def flush() -> None:
        nonlocal constants
        if constants:
            out.append("\n".join(["| constant | value | |", "|---|---|---|", *constants]))
            constants = []

    position = 0
    while position < len(text):
        rest = text[position:]
        if match := STRUCT.match(rest):
            flush()
            rows = [f"| `{name}` | {note} |" for name, note in fields(match[2])]
            table = "\n".join(["| field | |", "|---|---|", *rows])
            out.append(f"### `{match[1]}`\n\n" + (before + "\n\n" if before else "") + table)
            before = ""
        elif match := COMMENT.match(rest):
            before = text_of(match[1])
        elif rest.startswith("#define"):
            line = re.match(r"(?:[^\n]*\\\n)*[^\n]*", rest)
            assert line is not None
            # A comment behind a define may go on over several lines.
            whole = line[0]
            if whole.count("/*") > whole.count("*/"):
                whole = rest[: rest.index("*/") + 2]
            match = DEFINE.match(whole)
            assert match is not None, whole
            value = "" if "\\\n" in match[3] else match[3].strip()
            note = text_of(match[4]) if match[4] else before
            before = ""
            if match[2] is None and value:
                constants.append(f"| `{match[1]}` | `{cell(value)}` | {cell(note)} |")
            elif note:
                flush()
                out.append(f"### `{match[1]}{match[2] or ''}`\n\n{note}")
            position += len(whole)
            continue
        elif match := TYPEDEF.match(rest):
            flush()
            behind = re.compile(r"[ \t]*/\*(.*?)\*/").match(rest, match.end())
            note = text_of(behind[1]) if behind else before
            out.append(f"### `{cell(match[0])}`" + (f"\n\n{note}" if note else ""))
            before = ""
            position += behind.end() if behind else match.end()
            continue
        else:
            # Blank lines, conditionals, extern "C".
            end = rest.find("\n")
            position += end + 1 if end >= 0 else len(rest)
            continue
        position += match.end()
    flush()
    return out


def page(header: str) -> str:
    text = (INCLUDE / header).read_text()
    head = COMMENT.search(text)
    assert head is not None
    out = [f"## {header}", prose_of(head[1])]
    text = text[head.end() :]
    parts = SECTION.split(text)
    for title, body in zip(["", *parts[1::2]], parts[0::2], strict=True):
        blocks = declarations(body)
        if title and blocks:
            out.append(f"## {header}: {title}")
        out += blocks
    return "\n\n".join(out)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--header", action="append", help="below sdk/include")
    options = parser.parse_args()
    headers = options.header or [
        str(path.relative_to(INCLUDE)) for path in sorted(INCLUDE.glob("chx/*.h"))
    ]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(
        "# The C ABI, field by field\n\nMade from the headers' comments.\n\n"
        + "\n\n".join(map(page, headers))
        + "\n"
    )


if __name__ == "__main__":
    main()
