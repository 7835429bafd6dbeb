"""The conformance kit: its program's options and files, and its cases as items of pytest."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from chainerx._conformance import executable

_PLUGINS = Path(os.environ["CHAINERX_TEST_PLUGIN_DIR"])
_NULLDEV = str(_PLUGINS / "nulldev" / "nulldev.so")
_DEFECTIVE = str(_PLUGINS / "defective" / "no_name.so")
_FLAWLESS = str(_PLUGINS / "defective" / "flawless.so")
_DEFECTS = Path(__file__).parents[1] / "plugins" / "defective" / "CMakeLists.txt"

# Cases that no plugin of tests/plugins/defective fails, and why.
_CASES_WITHOUT_DEFECT = {
    "elf.format": "a plugin whose file is broken can't be built: see below",
    "elf.ceilings": "it reports, and demands nothing",
    "core.ladder": "the core's host kernels serve whatever a plugin leaves",
    "huge.elementwise": "it takes 4 GiB, and runs on demand only",
}


def _kit(*arguments):
    command = [str(executable()), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def _pytest(tmp_path, *arguments):
    command = [sys.executable, "-m", "pytest", "-p", "chainerx.testing.conformance", "-rA"]
    command += ["-p", "no:cacheprovider", "--rootdir", tmp_path, *arguments, tmp_path]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=tmp_path)


def test_console_script_becomes_the_program():
    code = "from chainerx._conformance import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.startswith("usage: chainerx-conformance PLUGIN")


def test_report_names_plugin_tiers_and_cases(tmp_path):
    report = tmp_path / "report.json"
    done = _kit(_NULLDEV, "--only", "query.*", "--json", report)
    assert done.returncode == 0
    assert "nulldev 1.0.0 of ChainerX tests" in done.stdout
    told = json.loads(report.read_text())
    assert told["plugin"]["name"] == "nulldev"
    assert told["is_good"] is True
    assert {case["outcome"] for case in told["cases"]} == {"passed"}
    assert all(case["name"].startswith("query.") for case in told["cases"])


def test_badges_say_tier_and_coverage(tmp_path):
    endpoint, drawing = tmp_path / "badge.json", tmp_path / "badge.svg"
    _kit(_NULLDEV, "--tier", 0, "--only", "device.*", "--badge", endpoint, "--badge", drawing)
    badge = json.loads(endpoint.read_text())
    assert badge["schemaVersion"] == 1
    assert badge["message"].startswith("tier 0, 0/")
    assert badge["color"] == "brightgreen"
    assert badge["message"] in drawing.read_text()
    _kit(_DEFECTIVE, "--tier", 0, "--only", "device.*", "--badge", endpoint)
    assert json.loads(endpoint.read_text())["color"] == "red"


def test_report_says_what_a_tier_rests_on(tmp_path):
    report, badge = tmp_path / "report.json", tmp_path / "badge.json"
    plugin = _PLUGINS / "defective" / "wide_tolerance.so"
    done = _kit(plugin, "--only", "kernel.*", "--json", report, "--badge", badge)
    assert "reaches tier 2 (1 kernel, no streams)\n" in done.stdout
    assert "chx.add of f32 may be off by 0.0001 + 0.001 times the value\n" in done.stdout
    told = json.loads(report.read_text())
    assert told["tier_rests_on"] == "1 kernel, no streams"
    [kernel] = told["kernels"]
    assert kernel["tolerances_above_default"] == [{"dtypes": ["f32"], "rtol": 1e-3, "atol": 1e-4}]
    assert json.loads(badge.read_text())["message"].startswith("tier 2 (1 kernel, no streams), 1/")


def test_failure_decides_the_exit_status_and_says_what_is_wrong():
    done = _kit(_DEFECTIVE, "--only", "device.info")
    assert done.returncode == 1
    assert "FAILED   device.info" in done.stdout
    assert "device_info gives no name" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], "expected a plugin"),
        ([_NULLDEV, "--tier", "many"], '--tier: "many"; expected a number'),
        ([_NULLDEV, "--no-such"], "--no-such: there is no such option"),
        ([_NULLDEV, "--only", "nothing"], "no case is like the patterns given"),
        (["no/such/file.so"], "no/such/file.so: there is no such file"),
        (["no_such_name"], 'there is no plugin "no_such_name" where ChainerX looks'),
    ],
)
def test_arguments_that_make_no_sense(arguments, text):
    done = _kit(*arguments)
    assert done.returncode == 2
    assert text in done.stderr


def test_file_that_is_no_library_is_refused(tmp_path):
    library = tmp_path / "broken.so"
    for content, text in [
        (b"", "malformed"),
        (b"no library at all" * 20, "the file is no ELF library"),
        (Path(_NULLDEV).read_bytes()[:3000], "truncated or malformed"),
    ]:
        library.write_bytes(content)
        done = _kit(library, "--only", "elf.format")
        assert done.returncode == 1
        assert text in done.stdout


def test_each_case_finds_a_defective_plugin():
    listed = _kit(_FLAWLESS, "--list").stdout.splitlines()
    names = {line.split("\t")[0] for line in listed}
    expected = re.findall(r'add_defect\(\s*\w+\s+"([^"]*)"', _DEFECTS.read_text())
    found = {name for names_of_one in expected for name in names_of_one.split()}
    assert names - found == _CASES_WITHOUT_DEFECT.keys()


def test_expectations_turn_failures_into_expected_ones(tmp_path):
    expectations = tmp_path / "expectations.json"
    expectations.write_text(
        '{"failures": {"device.info": "issue 12"}, "skip": {"device.sync": "slow"}}'
    )
    done = _kit(_DEFECTIVE, "--only", "device.*", "--expectations", expectations)
    assert done.returncode == 0
    assert "xfail    device.info" in done.stdout
    assert "issue 12" in done.stdout
    assert "skipped  device.sync" in done.stdout

    expectations.write_text('{"failures": {"device.open_close": "fixed long ago"}}')
    done = _kit(_DEFECTIVE, "--only", "device.open_close", "--expectations", expectations)
    assert done.returncode == 1
    assert "XPASS    device.open_close" in done.stdout

    expectations.write_text('{"ignore": {}}')
    done = _kit(_DEFECTIVE, "--expectations", expectations)
    assert done.returncode == 2
    assert '"ignore" is not understood' in done.stderr


def test_cases_are_items_of_pytest(tmp_path):
    done = _pytest(
        tmp_path, "--chainerx-plugin", _DEFECTIVE, "--chainerx-tier", "0", "-k", "device"
    )
    assert done.returncode == 1
    assert "no_name[device.sync]" in done.stdout
    assert "FAILED ::no_name[device.info]" in done.stdout
    assert "device_info gives no name" in done.stdout


def test_pytest_reads_the_expectations_of_the_plugin(tmp_path):
    expectations = tmp_path / "expectations.json"
    expectations.write_text('{"failures": {"device.info": "issue 12"}}')
    done = _pytest(
        tmp_path,
        *["--chainerx-plugin", _DEFECTIVE, "--chainerx-expectations", expectations],
        *["--chainerx-tier", "0", "-k", "device"],
    )
    assert done.returncode == 0
    assert "1 xfailed" in done.stdout


def test_plugin_of_a_python_package_is_known_by_its_name(tmp_path, monkeypatch):
    package = tmp_path / "site" / "acme_chainerx"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    manifest = json.loads(Path(_NULLDEV).with_suffix(".chx.json").read_text())
    manifest |= {"name": "acme", "library": str(Path(_DEFECTIVE).resolve())}
    (package / "acme.chx.json").write_text(json.dumps(manifest))
    metadata = tmp_path / "site" / "acme-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[chainerx.plugins]\nacme = acme_chainerx\n")
    path = os.pathsep.join([str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", path)

    code = "from chainerx._conformance import main; main()"
    options = [[], ["--only", "device.info", "--failed"], ["--failed", "--tier", "0"]]
    for before, after in [(o, []) for o in options] + [([], o) for o in options]:
        command = [sys.executable, "-c", code, *before, "acme", *after]
        done = subprocess.run(command, capture_output=True, text=True)
        assert "device_info gives no name" in done.stdout, done.stderr
    done = _pytest(tmp_path, "--chainerx-plugin", "acme", "--chainerx-tier", "0", "-k", "device")
    assert "FAILED ::acme[device.info]" in done.stdout


def test_pytest_refuses_a_plugin_that_does_not_exist(tmp_path):
    done = _pytest(tmp_path, "--chainerx-plugin", "no/such.so")
    assert done.returncode != 0
    assert "no/such.so: there is no such file" in done.stdout + done.stderr


def _round_trip(plugin, library="numpy"):
    command = [sys.executable, "-m", "chainerx.testing.dlpack_round_trip", plugin, library]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_arrays_in_the_hosts_memory_go_to_other_libraries_and_back(library):
    result = _round_trip("native", library)
    assert result["outcome"] in ("passed", "skipped"), result["text"]
    if library == "numpy":
        assert result["notes"][0].startswith("one memory with numpy")


def test_memory_that_the_host_cannot_address_is_refused():
    result = _round_trip(_NULLDEV)
    assert result["outcome"] == "passed", result["text"]
    assert "DLPack's device type 12" in result["notes"][0]


def test_provider_has_no_arrays_to_hand_out():
    result = _round_trip(_PLUGINS / "provider" / "provider.so")
    assert result["outcome"] == "skipped"
    assert "kernel provider" in result["text"]


def test_device_that_hands_out_handles_as_addresses_is_found():
    result = _round_trip(_PLUGINS / "defective" / "cpu_of_handles.so")
    assert result["outcome"] == "failed"
    assert "bool, whole: there" in result["text"]


def test_round_trips_are_items_of_pytest(tmp_path):
    done = _pytest(tmp_path, "--chainerx-plugin", _NULLDEV, "--chainerx-tier", "0", "-k", "dlpack")
    assert done.returncode == 0
    assert "nulldev[dlpack.numpy]" in done.stdout
