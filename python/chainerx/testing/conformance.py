"""A pytest plugin whose items are the cases of the conformance kit.

pytest -p chainerx.testing.conformance --chainerx-plugin build/acme.so
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chainerx._conformance import executable, place_of
from chainerx.testing.dlpack_round_trip import LIBRARIES


class ConformanceFailure(Exception):
    """A case of the kit failed; the text is the kit's."""


class ConformanceItem(pytest.Item):
    """One case of the kit for one plugin."""

    def __init__(self, *, plugin: str, case: str, options: list[str], **arguments: Any) -> None:
        super().__init__(**arguments)
        self.plugin = plugin
        self.case = case
        self.options = options

    def result(self) -> dict[str, Any]:
        command = [str(executable()), self.plugin, "--only", self.case, "--json", "-"]
        done = subprocess.run([*command, *self.options], capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise ConformanceFailure(done.stderr)
        result: dict[str, Any] = json.loads(done.stdout)["cases"][0]
        return result

    def runtest(self) -> None:
        result = self.result()
        text = "\n".join([result["text"], *result["notes"]]).strip()
        if result["outcome"] == "skipped":
            pytest.skip(text)
        if result["outcome"] == "expected failure":
            pytest.xfail(text)
        if result["outcome"] != "passed":
            raise ConformanceFailure(text)
        if text:
            self.add_report_section("call", "notes", text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, ConformanceFailure):
            return f"{self.case}: {excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return Path(self.plugin), None, f"{self.plugin}: {self.case}"


class DlpackItem(ConformanceItem):
    """Arrays of the plugin's device on their way to another library, in a process of their own."""

    def result(self) -> dict[str, Any]:
        library = self.case.partition(".")[2]
        command = [sys.executable, "-m", "chainerx.testing.dlpack_round_trip"]
        done = subprocess.run([*command, self.plugin, library], capture_output=True, text=True)
        if done.returncode != 0:
            raise ConformanceFailure(f"exit status {done.returncode}\n{done.stderr}")
        result: dict[str, Any] = json.loads(done.stdout)
        return result


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("chainerx", "conformance of ChainerX plugins")
    group.addoption(
        "--chainerx-plugin",
        action="append",
        default=[],
        metavar="PLUGIN",
        help="library, manifest or name of a plugin to check; may be repeated",
    )
    group.addoption(
        "--chainerx-tier", default="2", metavar="N", help="check up to this tier (0 to 2)"
    )
    group.addoption(
        "--chainerx-expectations",
        metavar="FILE",
        help="known failures; default: <library>.conformance.json beside the library",
    )


def _items(session: pytest.Session, plugin: str) -> Iterator[ConformanceItem]:
    options = ["--tier", session.config.getoption("--chainerx-tier")]
    expectations = session.config.getoption("--chainerx-expectations")
    if expectations:
        options += ["--expectations", expectations]
    place = place_of(plugin)
    listed = subprocess.run(
        [str(executable()), place, "--list", *options], capture_output=True, text=True
    )
    if listed.returncode != 0:
        raise pytest.UsageError(listed.stderr.strip())
    label = Path(plugin).stem
    for line in listed.stdout.splitlines():
        case = line.split("\t")[0]
        yield ConformanceItem.from_parent(
            session, name=f"{label}[{case}]", plugin=place, case=case, options=options
        )
    for library in LIBRARIES:
        case = f"dlpack.{library}"
        yield DlpackItem.from_parent(
            session, name=f"{label}[{case}]", plugin=plugin, case=case, options=options
        )


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    for plugin in config.getoption("--chainerx-plugin"):
        items.extend(_items(session, plugin))
