"""Messages of the core arrive in Python's logging."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading

import pytest

import chainerx as chx
from chainerx import _core


def test_records(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="chainerx"):
        _core._log(3, "plugin", "odd % sign")
        _core._log(4, "chainerx.core", "bad")
        _core._flush_log()
    assert ("chainerx.plugin", logging.WARNING, "odd % sign") in caplog.record_tuples
    assert ("chainerx.core", logging.ERROR, "bad") in caplog.record_tuples


def test_delivered_without_being_asked_for_from_any_thread(
    caplog: pytest.LogCaptureFixture,
) -> None:
    thread = threading.Thread(target=_core._log, args=(3, "other", "from a thread"))
    thread.start()
    thread.join()
    for _ in range(1000):
        pass
    assert ("chainerx.other", logging.WARNING, "from a thread") in caplog.record_tuples


def test_threshold(caplog: pytest.LogCaptureFixture) -> None:
    level = _core._log_level()
    _core._set_log_level(4)
    try:
        _core._log(3, "plugin", "too quiet")
        _core._flush_log()
    finally:
        _core._set_log_level(level)
    assert "too quiet" not in caplog.text


def test_what_is_left_at_exit_is_delivered() -> None:
    code = "import chainerx._core as c; import chainerx; c._log(3, 'x', 'last words')"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "last words" in result.stderr


def test_fallback_statistics() -> None:
    chx.reset_fallback_stats()
    assert chx.fallback_stats() == [] or all(
        {"op", "device", "dtype", "step", "count"} <= set(row) for row in chx.fallback_stats()
    )
    mode = chx.get_fallback_mode()
    chx.set_fallback_mode("error")
    assert chx.get_fallback_mode() == "error"
    chx.set_fallback_mode("warn:adapted")
    assert chx.get_fallback_mode() == "warn:adapted"
    chx.set_fallback_mode(mode)
    with pytest.raises(ValueError, match="expected auto, warn or error"):
        chx.set_fallback_mode("never")
