"""Kernels by oneDNN for arrays on native devices. Nothing needs to import this: `chainerx` finds the plugin beside it."""

from pathlib import Path


def library_path() -> Path:
    """The plugin's shared library."""
    return Path(__file__).with_name("onednn.so")
