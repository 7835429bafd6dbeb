"""The program chainerx-conformance: where it is, and a console script that becomes it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import chainerx
from chainerx import plugins

_NAME = "chainerx-conformance"
_FLAGS = ("--huge", "--failed", "--list")  # its options that no value follows


def executable() -> Path:
    """The kit's program: that of an installed package, or of the build tree that the package is used from."""
    package = Path(chainerx.__file__).parent
    places = [package / "bin" / _NAME, package.parent.parent / "bin" / _NAME]
    for place in places:
        if place.is_file():
            return place
    raise FileNotFoundError(
        f"{_NAME} is neither at {places[0]} nor at {places[1]}; expected an installed package or a build tree"
    )


def place_of(plugin: str) -> str:
    """The manifest of a plugin that a Python package brings, for its name: the program knows nothing of packages."""
    if "/" in plugin or Path(plugin).exists():
        return plugin
    known = [row["manifest"] for row in plugins.reports() if row["name"] == plugin]
    return known[0] if known and known[0] else plugin


def main() -> None:
    """Becomes the program, with the same arguments."""
    program = str(executable())
    arguments = sys.argv[1:]
    for i, argument in enumerate(arguments):
        before = arguments[i - 1] if i > 0 else ""
        is_value = before.startswith("-") and before not in _FLAGS
        if not argument.startswith("-") and not is_value:
            arguments[i] = place_of(argument)
    os.execv(program, [program, *arguments])
