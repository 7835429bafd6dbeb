#!/bin/bash
# Builds all wheels into a folder (default: dist) in the active environment, which needs what requirements-dev.txt lists:
# chainerx, chainerx-sdk and, where oneDNN is found, chainerx-onednn. auditwheel gives platform wheels the tag they deserve.
set -euo pipefail
cd "$(dirname "$0")/.."
dist=$(realpath -m "${1:-dist}")
built=build/wheels
rm -rf "$built" "$dist"
mkdir -p "$built" "$dist"
# CMake's own choice, not the compiler that Python names: the compiler cache knows what the preset dev compiled by its name.
export CC=${CC:-cc} CXX=${CXX:-c++}

run() {
    echo "+ $*"
    "$@"
}

run python -m build --wheel --no-isolation --outdir "$dist" sdk
run python -m build --wheel --no-isolation --outdir "$built" .
# Plugins of ours are built as anybody's: against the installed SDK.
run cmake -S sdk -B build/sdk
run cmake --install build/sdk --prefix "$built/sdk"
CMAKE_PREFIX_PATH="$PWD/$built/sdk:$VIRTUAL_ENV" \
    run python -m build --wheel --no-isolation --skip-dependency-check --outdir "$built" plugins/onednn

# oneDNN's library comes from a wheel of its own, which chainerx-onednn depends on, and both use the system's one OpenMP.
for wheel in "$built"/*.whl; do
    run auditwheel repair --exclude libdnnl.so.3 --exclude libgomp.so.1 --wheel-dir "$dist" "$wheel"
done
ls -l "$dist"
