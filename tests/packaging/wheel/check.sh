#!/bin/bash
# Checks the wheels in a folder from outside of the source tree, in empty environments: chainerx computes and serves C++
# embedders; chainerx-onednn comes and goes without a change of code; a vendor's plugin is written, built and tested.
# Usage: check.sh DIST WORK_FOLDER
set -euo pipefail
dist=$(realpath "$1")
work=$2
here=$(cd "$(dirname "$0")" && pwd)
unset PYTHONPATH VIRTUAL_ENV
rm -rf "$work"
mkdir -p "$work"
cd "$work"

# Our own wheels are taken from the folder, whatever an index has under these names.
for wheel in "$dist"/chainerx*.whl; do
    name=$(basename "$wheel" | cut -d- -f1 | tr _ -)
    echo "$name @ file://$wheel"
done >constraints.txt
export PIP_CONSTRAINT=$PWD/constraints.txt PIP_BUILD_CONSTRAINT=$PWD/constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1

echo "=== chainerx"
python3 -m venv venv
python=$PWD/venv/bin/python
"$python" -m pip install --quiet chainerx
"$python" "$here/smoke.py"
"$python" -m chainerx doctor
"$(dirname "$python")/chainerx-conformance" native --only 'query.*' --only 'memory.*' --only kernel.chx.add
prefix=$("$python" -c "import chainerx, pathlib; print(pathlib.Path(chainerx.__file__).parent)")
cmake -G Ninja -S "$here/../find_package" -B project -DCMAKE_PREFIX_PATH="$prefix"
cmake --build project
project/print_sum

if compgen -G "$dist/chainerx_onednn-*.whl" >/dev/null; then
    echo "=== chainerx-onednn"
    "$python" "$here/provider.py" onednn absent
    "$python" -m pip install --quiet chainerx-onednn
    "$python" "$here/provider.py" onednn present
    "$python" -m pip uninstall --quiet --yes chainerx-onednn
    "$python" "$here/provider.py" onednn absent
    test ! -e "$(dirname "$prefix")/chainerx_onednn"
fi

echo "=== a vendor's plugin"
"$python" -m chainerx new-plugin vendor_npu
./vendor_npu/ci.sh
"$python" -m pip install --quiet vendor_npu/dist/chainerx_vendor_npu-*-py3-none-linux_*.whl
"$python" -c 'import chainerx as chx; print(chx.zeros((2, 3), device="vendor_npu:0"))'
"$python" -m pip uninstall --quiet --yes chainerx-vendor-npu
"$python" -m chainerx --plugins | { ! grep -q vendor_npu; }
echo "wheels: passed"
