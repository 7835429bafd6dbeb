#!/bin/bash
# What a vendor's first hour looks like: installs the SDK alone, writes the template out under new names, builds it in both
# languages with CMake and with the compiler line of its README, and runs its tests on what was built.
# Usage: run.sh SOURCE_TREE PYTHON WORK_FOLDER; PYTHON finds the package chainerx and pytest.
set -euo pipefail
source_tree=$1
python=$2
work=$3

rm -rf "$work"
mkdir -p "$work"
cmake -S "$source_tree/sdk" -B "$work/sdk" >"$work/sdk.log"
cmake --install "$work/sdk" --prefix "$work/prefix" >>"$work/sdk.log"
cd "$work"

# test_plugin FOLDER NAME PROJECT: the project's tests with the plugin found in the folder.
test_plugin() {
    local exported
    exported=$(nm -D --defined-only "$1/$2.so" | awk '{print $3}')
    if [ "$exported" != chx_plugin_query_v0 ]; then
        echo "$1/$2.so exports $exported" >&2
        exit 1
    fi
    CHAINERX_PLUGIN_PATH="$1" "$python" -m pytest -q -p no:cacheprovider "$3/tests"
}

for language in c cpp; do
    name=vendor_$language
    "$python" -m chainerx new-plugin "$name" --language "$language" --vendor "A Vendor"
    if grep -riE "acme" "$name"; then
        echo "the template's own name is left in $name" >&2
        exit 1
    fi
    cmake -G Ninja -S "$name" -B "$name/build" -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_COMPILE_WARNING_AS_ERROR=ON
    cmake --build "$name/build"
    test_plugin "$work/$name/build" "$name" "$name"

    # The README's manifest and line for those without CMake.
    mkdir "$name/by_hand"
    line=$(grep -E '^c(c|\+\+) .*-shared' "$name/README.md" | sed "s|PREFIX|$work/prefix|g")
    (cd "$name" && eval "$line" && mv "$name.so" by_hand/)
    sed -n '/^```json$/,/^```$/p' "$name/README.md" | grep -v '^```' >"$name/by_hand/$name.chx.json"
    test_plugin "$work/$name/by_hand" "$name" "$name"
done
echo "template: passed"
