"""A process that measures one framework's cases on request; what the benchmarks talk to, in turns."""

from __future__ import annotations

import json
import os
import shutil
import subprocess


class MeasuredProcess:
    """Speaks the workers' protocol: a greeting with version and cases, then nanoseconds for every case that is named."""

    def __init__(self, command: list[str], cores: str, environment: dict[str, str]) -> None:
        """cores: the processors to pin to, as taskset takes them. environment: added to this process's own."""
        if shutil.which("taskset"):
            command = ["taskset", "-c", cores, *command]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | environment,
        )
        hello = self._read()
        self.version: str = hello["version"]
        self.cases: list[str] = hello["cases"]

    def _read(self) -> dict:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"a worker ended early: {self.process.args}")
        return json.loads(line)

    def measure(self, case: str) -> list[float]:
        """Nanoseconds per call of a few chunks."""
        assert self.process.stdin is not None
        print(case, file=self.process.stdin, flush=True)
        return self._read()["ns"]
