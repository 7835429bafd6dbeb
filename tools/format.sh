#!/bin/bash
# Formats C, C++ and Python in place; with --check only says what is not formatted, and fails.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
clang_options=(-i)
ruff_options=()
if [ "${1:-}" = --check ]; then
    clang_options=(--dry-run -Werror)
    ruff_options=(--check)
fi
failed=0
# The SDK's C headers are laid out by hand or by the generator, for reading.
git ls-files -z --cached --others --exclude-standard -- \
    '*.c' '*.cc' '*.h' '*.hpp' '*.cu' '*.cuh' ':!sdk/include/chx/**.h' ':!sdk/frozen/' |
    xargs -0r ls -d 2>/dev/null | xargs -d '\n' -r "$bin/clang-format" "${clang_options[@]}" || failed=1
"$bin/ruff" format "${ruff_options[@]}" || failed=1
exit $failed
