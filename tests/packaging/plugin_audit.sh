#!/bin/bash
# What a plugin of ours may show and use, since it is to be like anybody's: one exported symbol, nothing of the core.
# Usage: plugin_audit.sh PLUGIN.so SOURCE_FOLDER COMPILE_COMMANDS.json
set -euo pipefail
plugin=$1
sources=$2
commands=$3
failed=0

expect_empty() {
    local what=$1 found=$2
    [ -n "$found" ] || return 0
    printf '%s: %s:\n%s\n' "$plugin" "$what" "$found" >&2
    failed=1
}

dynamic=$(readelf --dynamic --wide "$plugin")
expect_empty "exports other symbols than chx_plugin_query_v0" \
    "$(nm -D --defined-only "$plugin" | awk '$3 != "chx_plugin_query_v0" {print $3}')"
nm -D --defined-only "$plugin" | grep -q ' chx_plugin_query_v0$' ||
    expect_empty "does not export it either" none
expect_empty "uses symbols of the core" "$(nm -D --undefined-only "$plugin" | c++filt | grep -i chainerx || true)"
expect_empty "is linked to the core" "$(grep NEEDED <<<"$dynamic" | grep -i chainerx || true)"
expect_empty "has symbols that are unique in the process" "$(nm -D "$plugin" | awk '$2 == "u" {print $3}')"
expect_empty "can't be loaded everywhere" "$(grep -E 'TEXTREL|STATIC_TLS' <<<"$dynamic" || true)"
expect_empty "searches folders of this machine" \
    "$(grep -E 'RPATH|RUNPATH' <<<"$dynamic" | grep -v 'ORIGIN' || true)"

own=$(grep -F "\"command\"" "$commands" | grep -F -- "-c $sources/" || true)
[ -n "$own" ] || expect_empty "no command compiles a file of" "$sources"
expect_empty "is compiled with headers of the core in reach" \
    "$(grep -o -- '-\(I\|isystem \)[^ ]*' <<<"$own" | sort -u | grep -E '/(core|python)(/|$)' || true)"
exit $failed
