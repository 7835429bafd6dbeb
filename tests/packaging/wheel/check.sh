#!/bin/bash
# Checks an installed wheel from outside of the source tree: it computes, and it serves C++ embedders.
# Usage: check.sh PYTHON WORK_FOLDER, where PYTHON belongs to the environment that has the wheel.
set -euo pipefail
python=$1
work=$2
here=$(cd "$(dirname "$0")" && pwd)
unset PYTHONPATH
rm -rf "$work"
mkdir -p "$work"
cd "$work"

"$python" "$here/smoke.py"
"$python" -m chainerx doctor
"$(dirname "$python")/chainerx-conformance" native --only 'query.*' --only 'memory.*' --only kernel.chx.add
prefix=$("$python" -c "import chainerx, pathlib; print(pathlib.Path(chainerx.__file__).parent)")
cmake -G Ninja -S "$here/../find_package" -B project -DCMAKE_PREFIX_PATH="$prefix"
cmake --build project
project/print_sum
