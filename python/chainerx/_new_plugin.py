"""python -m chainerx new-plugin: writes the SDK's template of a plugin out under a new name."""

from __future__ import annotations

import re
from pathlib import Path

NAME = re.compile(r"[a-z][a-z0-9_]*")
# Names that a plugin of that name would shadow.
TAKEN = frozenset({"native", "host"})
LANGUAGES = ("c", "cpp")


def check_name(name: str) -> None:
    """Raises ValueError unless a backend may be called so."""
    if NAME.fullmatch(name) is None:
        raise ValueError(
            f"{name!r} can't be the name of a device; expected lower-case letters, digits and underscores, "
            "with a letter first, as in acme_npu"
        )
    if name in TAKEN:
        raise ValueError(f"the name {name!r} belongs to ChainerX; choose another")


def _renamed(text: str, name: str, vendor: str) -> str:
    words = name.replace("_", " ")
    for old, new in (
        ("acme_npu", name),
        ("acme-npu", name.replace("_", "-")),
        ("Acme NPU", words),
        ('"Acme"', f'"{vendor}"'),
    ):
        text = text.replace(old, new)
    return text


def new_plugin(
    template: Path, name: str, directory: Path, language: str = "c", vendor: str | None = None
) -> list[Path]:
    """Writes a project for a plugin called ``name`` into ``directory`` and returns its files.

    Raises ValueError for a name that no device may have, a vendor that is no plain text or an unknown language, and
    FileExistsError if the directory has files already.
    """
    check_name(name)
    vendor = name if vendor is None else vendor
    if re.search(r'["\\\x00-\x1f]', vendor) or not vendor:
        raise ValueError(f"vendor {vendor!r}: expected text without quotes and backslashes")
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r}: expected one of {', '.join(LANGUAGES)}")
    if directory.exists() and any(directory.iterdir()):
        raise FileExistsError(f"{directory} has files already; choose another --directory")
    written = []
    for root in (template / "project", template / language):
        for source in sorted(root.rglob("*")):
            # pip leaves compiled files beside whatever Python files it installs.
            if source.is_dir() or source.suffix == ".pyc":
                continue
            relative = _renamed(str(source.relative_to(root)), name, vendor)
            text = _renamed(source.read_text(encoding="utf-8"), name, vendor)
            if language == "cpp" and source.suffix == ".md":
                text = re.sub(r"cc -std=c11 (.*)\.c ", r"c++ -std=c++17 \1.cc ", text)
            target = directory / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            if text.startswith("#!"):  # whatever way the template was installed in
                target.chmod(target.stat().st_mode | 0o111)
            written.append(target)
    return written
