#!/bin/sh
# Builds the wheel, installs it beside ChainerX in an environment of its own, and tests it there; what a CI job runs.
set -eu
cd "$(dirname "$0")"
python3 -m venv build/venv
build/venv/bin/python -m pip install --quiet --upgrade pip
build/venv/bin/python -m pip wheel --no-deps --wheel-dir dist .
build/venv/bin/python -m pip install --quiet --force-reinstall chainerx pytest dist/chainerx_acme_npu-*.whl
build/venv/bin/python -m pytest tests
build/venv/bin/chainerx-conformance acme_npu --json build/conformance.json --badge build/badge.json
