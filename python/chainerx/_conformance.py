"""The program chainerx-conformance: where it is, and a console script that becomes it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import chainerx

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


def main() -> None:
    """Becomes the program, with the same arguments."""
    program = str(executable())
    os.execv(program, [program, *sys.argv[1:]])
