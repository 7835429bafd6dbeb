"""Installs a build tree's package into the running interpreter's site-packages, like its wheel.

install_into_venv.py BUILD_TREE

Much faster than building the wheel; `pip list` and `pip uninstall` see an ordinary package.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path


def cache_entry(build_tree: Path, name: str) -> str:
    match = re.search(rf"^{name}:\w+=(.*)$", (build_tree / "CMakeCache.txt").read_text(), re.M)
    if match is None:
        raise SystemExit(f"{build_tree}: CMakeCache.txt has no {name}; configure it first")
    return match[1]


def main() -> None:
    if len(sys.argv) != 2 or sys.prefix == sys.base_prefix:
        raise SystemExit("usage: VENV/bin/python install_into_venv.py BUILD_TREE")
    build_tree = Path(sys.argv[1])
    version = cache_entry(build_tree, "CMAKE_PROJECT_VERSION")
    site_packages = Path(sysconfig.get_path("platlib"))
    package = site_packages / "chainerx"
    metadata = site_packages / f"chainerx-{version}.dist-info"

    shutil.rmtree(package, ignore_errors=True)
    for old in site_packages.glob("chainerx-*.dist-info"):
        shutil.rmtree(old)
    for component in ("runtime", "plugins", "development", "python"):
        command = ["cmake", "--install", str(build_tree), "--prefix", str(package)]
        command += ["--component", component]
        print("+", *command, flush=True)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: chainerx\nVersion: {version}\nRequires-Dist: numpy>=1.23\n"
    )
    (metadata / "INSTALLER").write_text("chainerx-quickstart\n")
    record = metadata / "RECORD"
    files = [*package.rglob("*"), *metadata.iterdir(), record]
    lines = [f"{file.relative_to(site_packages)},,\n" for file in files if not file.is_dir()]
    record.write_text("".join(sorted(lines)))
    print(f"chainerx {version} installed in {site_packages}")


if __name__ == "__main__":
    main()
