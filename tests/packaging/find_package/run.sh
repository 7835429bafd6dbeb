#!/bin/bash
# Installs a build tree into a prefix, builds an embedder's project and the examples against it, then moves
# the prefix and does both again. Usage: run.sh BUILD_TREE WORK_FOLDER
set -euo pipefail
build_tree=$1
work=$2
here=$(cd "$(dirname "$0")" && pwd)

check() {
    local prefix=$1 project=$2
    cmake -G Ninja -S "$here" -B "$project" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Release
    cmake --build "$project"
    "$project/print_sum" | tee "$project/output"
    grep -qx "sum: 6" "$project/output"
    "$project/readme"
    test "$(nm -D --defined-only "$project/refuses.so" | awk '{print $3}')" = chx_plugin_query_v0
    grep -q '"library": "refuses.so"' "$project/refuses.chx.json"
    cmake -G Ninja -S "$here/../../../examples" -B "$project/examples" -DCMAKE_PREFIX_PATH="$prefix"
    cmake --build "$project/examples"
    ldd "$project/examples/examples/train_digits" | grep -F "libchainerx.so" | grep -qF "$prefix/"
    "$prefix/bin/chainerx-conformance" native --only 'query.*' --only 'memory.*' --only kernel.chx.add
    PKG_CONFIG_PATH="$prefix/lib/pkgconfig" pkg-config --cflags --libs chainerx | grep -q lchainerx
}

rm -rf "$work"
mkdir -p "$work"
cmake --install "$build_tree" --prefix "$work/installed" >"$work/install.log"
check "$work/installed" "$work/project"
# The SDK's sample is a plugin like anybody's.
cmake -G Ninja -S "$here/../../../sdk/samples/sim" -B "$work/sim" -DCMAKE_PREFIX_PATH="$work/installed"
cmake --build "$work/sim"
test "$(nm -D --defined-only "$work/sim/sim.so" | awk '{print $3}')" = chx_plugin_query_v0

# Nothing may remember where it was installed: the old place is gone.
mv "$work/installed" "$work/moved"
check "$work/moved" "$work/project_moved"
if grep -rlF "$work/installed" "$work/moved"; then
    echo "these files hold the path they were installed to" >&2
    exit 1
fi
echo "find_package and relocation: passed"
