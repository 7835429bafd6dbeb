#!/bin/bash
# Builds everything and runs all tests: ctest for C++, pytest for Python.
set -euo pipefail
cd "$(dirname "$0")"
. tools/prerequisites.sh

install_system_packages
make_virtual_environment
build_preset dev
failed=0
run ctest --preset dev -j 2 || failed=1
export PYTHONPATH="$PWD/build/dev/python"
run .venv/bin/python -m pytest -n 2 tests/python || failed=1
exit $failed
