"""What users meet of plugins that fail: quarantine, limits to waiting, layers, and forks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(os.environ["CHAINERX_TEST_PLUGIN_DIR"])


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "CHAINERX_PLUGIN_PATH": str(FOLDER / "faulty"), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def printed(code: str, **variables: str) -> str:
    result = run("-c", code, **variables)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_a_harmful_library_is_quarantined(tmp_path: Path) -> None:
    variables = {
        "CHAINERX_PLUGIN_PATH": str(FOLDER / "harmful/crash_in_query"),
        "CHAINERX_PLUGIN_PROBE": "1",
        "XDG_CACHE_HOME": str(tmp_path),
    }
    code = """
import chainerx as chx
try:
    chx.ones(2, device="crash_in_query:0")
except chx.PluginError as error:
    print(error)
print((chx.ones(2) + 1).tolist())
"""
    text = printed(code, **variables)
    assert "the library is quarantined: a process that looked at it" in text
    assert "[2.0, 2.0]" in text
    files = list((tmp_path / "chainerx/probe").iterdir())
    assert len(files) == 1

    doctor = run("-m", "chainerx", "doctor", "--no-load", **variables)
    assert "crash_in_query 1.0.0: quarantined" in doctor.stdout
    assert "in its query" in doctor.stdout
    doctor = run("-m", "chainerx", "doctor", "--no-load", "--forget", **variables)
    assert "forgot what was known of 1 libraries" in doctor.stdout
    assert "crash_in_query 1.0.0: found" in doctor.stdout
    assert not files[0].exists()


def test_waiting_has_an_end() -> None:
    code = """
import chainerx as chx
x = chx.ones(4, device="faulty:0")
y = x + x
for wait in (x.device.synchronize, lambda: chx.to_numpy(y)):
    try:
        wait()
    except TimeoutError as error:
        assert isinstance(error, chx.SyncTimeoutError)
        print(error)
print((chx.ones(2) + 1).tolist())
"""
    text = printed(code, CHAINERX_PLUGIN_OPTIONS="faulty.stall_at=1", CHAINERX_SYNC_TIMEOUT="0.1")
    assert "synchronize on faulty:0: an event after all work has not completed within 0.1 s" in text
    assert "copy on faulty:0" in text
    assert text.endswith("[2.0, 2.0]\n")


def test_a_forked_worker_gets_an_error_and_the_host() -> None:
    code = """
import multiprocessing
import chainerx as chx
x = chx.ones(4, device="faulty:0")
y = x + x
large = chx.ones(1 << 20) + 1

def work(queue):
    try:
        x + y
    except chx.DeviceError as error:
        queue.put(str(error))
    queue.put(float((large + 1).sum()))

context = multiprocessing.get_context("fork")
queue = context.SimpleQueue()
worker = context.Process(target=work, args=(queue,))
worker.start()
print(queue.get(), queue.get())
worker.join(60)
print(worker.exitcode, chx.to_numpy(y).tolist())
"""
    text = printed(code)
    assert "faulty:0: the device was opened before this process was forked" in text
    assert "3145728.0\n0 [2.0, 2.0, 2.0, 2.0]" in text


def test_layers_are_named_and_traced() -> None:
    code = (
        "import logging\nlogging.basicConfig(level=logging.INFO)\n"
        "import chainerx as chx\nchx.ones(3) + 1"
    )
    result = run("-c", code, CHAINERX_LAYERS="trace", CHAINERX_LOG="info")
    assert result.returncode == 0, result.stderr
    assert "kernel chx.add on native:0" in result.stderr
    result = run("-c", code, CHAINERX_LAYERS="tracing")
    assert "'tracing' is no layer" in result.stderr


def test_a_recording_is_replayed(tmp_path: Path) -> None:
    file = tmp_path / "calls.chxrec"
    code = "import chainerx as chx\nx = chx.ones(3, device='faulty:0')\n(x + x).tolist()"
    printed(code, CHAINERX_LAYERS="record", CHAINERX_RECORD_FILE=str(file))
    for arguments in ([], ["--device", "native:0"]):
        result = run("-m", "chainerx", "replay", str(file), *arguments)
        assert result.returncode == 0, result.stdout + result.stderr
        assert "0 differ from the recording" in result.stdout
    failing = run("-m", "chainerx", "replay", __file__)
    assert failing.returncode != 0
    assert "does not begin as a recording does" in failing.stderr
