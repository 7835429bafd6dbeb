"""Messages of the core as records of Python's logging, under the logger "chainerx"."""

from __future__ import annotations

import atexit
import logging

from chainerx import _core

# By the core's numbers: trace, debug, info, warning, error.
_LEVELS = (5, logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR)


def forward(level: int, component: str, text: str) -> None:
    name = component if component.startswith("chainerx") else f"chainerx.{component}"
    logging.getLogger(name).log(_LEVELS[min(level, len(_LEVELS) - 1)], "%s", text)


def start() -> None:
    _core._start_logging(forward)
    atexit.register(_core._stop_logging)
