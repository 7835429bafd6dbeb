"""Plugins that Python packages bring: found by entry points, without importing anything."""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chainerx import _core

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "chainerx.plugins"

_lock = threading.Lock()
_is_done = False
_has_looked_at_names = False


def _package_folders(module_name: str) -> list[Path]:
    """Folders of a package, found without importing it; those of its parents are not imported either."""
    top, _, rest = module_name.partition(".")
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return []
    if spec is None or not spec.submodule_search_locations:
        return []
    return [
        Path(location).joinpath(*rest.split(".")) if rest else Path(location)
        for location in spec.submodule_search_locations
    ]


def _add_folders(entry_point: EntryPoint) -> None:
    folders = _package_folders(entry_point.module)
    for folder in folders:
        if folder.is_dir():
            _core._add_plugin_directory(os.path.abspath(folder))
    if not folders:
        _core._log(
            3,
            "plugin",
            f"{entry_point.name}: package {entry_point.module} of its entry point was not found",
        )


def discover() -> None:
    """Makes the folders of all packages with an entry point in the group 'chainerx.plugins' known. Runs once."""
    global _is_done
    with _lock:
        if _is_done:
            return
        _is_done = True
        from importlib import metadata

        for entry_point in metadata.entry_points(group=GROUP):
            _add_folders(entry_point)


def discover_kernel_providers() -> None:
    """Makes packages with plugins known whose distribution is called chainerx-..., before a device is first used.

    A provider of kernels serves devices of others, so nobody ever names it. Looking at a few names is much cheaper than
    asking all distributions, as discover() does. Runs once; never searches the current directory.
    """
    global _has_looked_at_names
    if _is_done or _has_looked_at_names:
        return
    _has_looked_at_names = True
    for folder in filter(None, sys.path):
        try:
            names = os.listdir(folder)
        except OSError:
            continue  # an archive, or nothing at all
        for name in sorted(names):
            if not (name.startswith("chainerx") and name.endswith(".dist-info")):
                continue
            try:
                text = Path(folder, name, "entry_points.txt").read_text(encoding="utf-8")
            except OSError:
                continue
            if f"[{GROUP}]" in text:
                from importlib.metadata import PathDistribution

                for entry_point in PathDistribution(Path(folder, name)).entry_points:
                    if entry_point.group == GROUP:
                        _add_folders(entry_point)


def discover_unless_known(device: str) -> None:
    """Looks for plugins of Python packages when a device is named that nobody knows yet."""
    if not _is_done and device.partition(":")[0] not in _core._plugin_names():
        discover()


def load_plugin(path: str | os.PathLike[str]) -> str:
    """Loads a plugin now, given its library or its manifest, and returns its name."""
    return _core._load_plugin(os.path.abspath(path))


def add_plugin_directory(directory: str | os.PathLike[str]) -> None:
    """Searches one more folder for manifests (<name>.chx.json)."""
    _core._add_plugin_directory(os.path.abspath(directory))


def names() -> list[str]:
    """Names of all plugins that were found and have not failed. Loads none."""
    discover()
    return _core._plugin_names()


def reports(load: bool = False) -> list[dict[str, Any]]:
    """What is known of each plugin; with ``load``, after trying to load each."""
    discover()
    return _core._plugin_reports(load)


def forget_probes() -> int:
    """Forgets what was found out about unknown libraries when they were first seen, and with it every quarantine.

    Returns how many libraries were known. They are looked at again when they are next needed.
    """
    return _core._forget_plugin_probes()


def doctor(load: bool = True) -> str:
    """Which places were searched, what was found there, and what became of it, for people."""
    discover()
    return _core._doctor_text(load)


class Preference:
    """What prefer() returns; ``with`` takes the preference back at the end of the block."""

    def __init__(self, plugin: str, op: str) -> None:
        self._text = f"{plugin!r}, op={op!r}" if op else repr(plugin)
        self._id = _core._prefer(plugin, op)

    def forget(self) -> None:
        """Takes the preference back."""
        _core._forget_preference(self._id)

    def __enter__(self) -> Preference:
        return self

    def __exit__(self, *error: object) -> None:
        self.forget()

    def __repr__(self) -> str:
        return f"<preference for {self._text}>"


def prefer(plugin: str, op: str | None = None) -> Preference:
    """Kernels of this plugin go before all others from now on, of one op or of all, on every device and in every thread.

    A kernel that refuses a call passes it on to the next. Of several preferences the latest goes first. In a ``with``
    statement the preference ends with the block::

        with chx.prefer("onednn", op="conv"):
            y = chx.conv(x, w)
    """
    discover_unless_known(plugin)
    return Preference(plugin, op or "")
