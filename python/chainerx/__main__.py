"""python -m chainerx: what is installed, where it is, and what became of the plugins."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import chainerx
from chainerx import plugins
from chainerx._new_plugin import LANGUAGES, new_plugin
from chainerx._op_page import op_page

_PACKAGE = Path(chainerx.__file__).absolute().parent


def _folder(relative: str) -> str:
    folder = _PACKAGE / relative
    if not folder.is_dir():
        raise SystemExit(
            f"chainerx: {folder} does not exist; expected an installed package, as a wheel or quickstart.sh makes it"
        )
    return str(folder)


def _write_new_plugin(options: argparse.Namespace) -> None:
    directory = Path(options.directory or options.name)
    template = Path(_folder("share/chainerx/template"))
    try:
        files = new_plugin(template, options.name, directory, options.language, options.vendor)
    except (ValueError, OSError) as error:
        raise SystemExit(f"chainerx: {error}") from None
    print("\n".join(str(file) for file in files))
    print(f"\nNext: pip install {directory}")
    print(
        f"      python -c 'import chainerx as chx; print(chx.zeros(3, device=\"{options.name}:0\"))'"
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m chainerx", description=__doc__)
    commands = parser.add_subparsers(dest="command", title="commands")
    doctor = commands.add_parser("doctor", help="which plugins were found, and what became of them")
    doctor.add_argument(
        "--no-load", action="store_true", help="only read manifests and load no plugin"
    )
    doctor.add_argument(
        "--forget",
        action="store_true",
        help="first lift all quarantines: look at every library anew",
    )
    ops = commands.add_parser("ops", help="which ops will run where on a device, as Markdown")
    ops.add_argument("device", help="its name, such as native:0")
    plugin = commands.add_parser(
        "new-plugin", help="write a plugin that works, to be filled with your device's calls"
    )
    plugin.add_argument("name", help="of the device, such as acme_npu for acme_npu:0")
    plugin.add_argument("--directory", help="where to write it; default: ./NAME")
    plugin.add_argument("--language", choices=LANGUAGES, default="c", help="default: c")
    plugin.add_argument("--vendor", help="what the plugin says of who made it; default: NAME")
    replay = commands.add_parser(
        "replay", help="make the kernel calls of a recording (CHAINERX_LAYERS=record) again"
    )
    replay.add_argument("file", help="the recording")
    replay.add_argument("--device", default="", help="instead of each call's own: native:0")
    replay.add_argument("--plugin", default="", help="whose kernels are called")
    replay.add_argument("--only", type=int, default=-1, help="the number of the one call to make")
    replay.add_argument("--rtol", type=float, default=1e-5, help="relative tolerance")
    replay.add_argument("--atol", type=float, default=1e-6, help="absolute tolerance")
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
        if options.forget:
            print(f"forgot what was known of {plugins.forget_probes()} libraries")
        try:
            print(plugins.doctor(load=not options.no_load))
        except chainerx.ChainerxError as error:
            raise SystemExit(f"chainerx: {error}") from None
    elif options.command == "new-plugin":
        _write_new_plugin(options)
    elif options.command == "replay":
        plugins.discover()
        try:
            text, differing = chainerx._core._replay_recording(
                options.file,
                options.device,
                options.plugin,
                options.only,
                options.rtol,
                options.atol,
            )
        except chainerx.ChainerxError as error:
            raise SystemExit(f"chainerx: {error}") from None
        print(text, end="")
        return int(differing > 0)
    elif options.command == "ops":
        try:
            print(op_page(options.device), end="")
        except chainerx.ChainerxError as error:
            raise SystemExit(f"chainerx: {error}") from None
    else:
        parser.print_help()
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
