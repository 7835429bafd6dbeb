"""The program chainerx-conformance: where it is, and a console script that becomes it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import chainerx
from chainerx import plugins

_NAME = "chainerx-conformance"


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


def _place_of(argument: str) -> str:
    """The manifest of a plugin that a Python package brings, for its name: the program knows nothing of packages."""
    if "/" in argument or argument.startswith("-") or Path(argument).exists():
        return argument
    known = [row["manifest"] for row in plugins.reports() if row["name"] == argument]
    return known[0] if known and known[0] else argument


def main() -> None:
    """Becomes the program, with the same arguments."""
    program = str(executable())
    arguments = sys.argv[1:]
    if arguments:
        arguments[0] = _place_of(arguments[0])
    os.execv(program, [program, *arguments])
