"""The headers, the CMake package and the template for authors of ChainerX plugins."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def include_dir() -> Path:
    """The folder to compile with: it holds chx/chx_plugin.h."""
    return _PACKAGE / "include"


def cmake_dir() -> Path:
    """The folder of the CMake package, for -Dchainerx_sdk_DIR."""
    return _PACKAGE / "lib/cmake/chainerx_sdk"


def template_dir() -> Path:
    """A plugin that works, to start from: project/ with the sources of c/ or cpp/."""
    return _PACKAGE / "share/chainerx/template"
