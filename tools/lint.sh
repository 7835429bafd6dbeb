#!/bin/bash
# Runs clang-tidy over the sources of the core, or those that match a pattern. Needs a configured build/dev.
# Usage: tools/lint.sh [PATTERN]
set -euo pipefail
cd "$(dirname "$0")/.."
exec .venv/bin/python .venv/bin/run-clang-tidy.py -clang-tidy-binary .venv/bin/clang-tidy \
    -p build/dev -j "$(nproc)" -quiet "${1:-$PWD/core/src/}"
