"""python -m chainerx: what is installed, where it is, and what became of the plugins."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import chainerx
from chainerx import plugins

_PACKAGE = Path(chainerx.__file__).resolve().parent


def _folder(relative: str) -> str:
    folder = _PACKAGE / relative
    if not folder.is_dir():
        raise SystemExit(
            f"chainerx: {folder} does not exist; expected an installed package, as a wheel or quickstart.sh makes it"
        )
    return str(folder)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m chainerx", description=__doc__)
    parser.add_argument(
        "command",
        nargs="?",
        choices=["doctor"],
        help="doctor: which plugins were found, and what became of them",
    )
    parser.add_argument(
        "--no-load", action="store_true", help="doctor only reads manifests and loads no plugin"
    )
    parser.add_argument(
        "--cmake-dir",
        action="store_true",
        help="folder of the CMake packages chainerx and chainerx_sdk",
    )
    parser.add_argument(
        "--include-dir", action="store_true", help="folder of the C++ and C headers"
    )
    parser.add_argument(
        "--plugins", action="store_true", help="names of the plugins that were found"
    )
    parser.add_argument("--version", action="version", version=chainerx.__version__)
    options = parser.parse_args(arguments)
    if options.cmake_dir:
        print(_folder("lib/cmake"))
    elif options.include_dir:
        print(_folder("include"))
    elif options.plugins:
        print("\n".join(plugins.names()))
    elif options.command == "doctor":
        print(f"chainerx {chainerx.__version__} in {_PACKAGE}, Python {sys.version.split()[0]}")
        print(plugins.doctor(load=not options.no_load))
    else:
        parser.print_help()
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
