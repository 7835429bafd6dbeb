#!/bin/bash
# Runs the kit and compares the cases that failed with those that are to fail.
# Usage: expect_failures.sh KIT PLUGIN "expected cases, in the order of the report" [options of the kit]
# MAY_SKIP: patterns of the only cases that may be skipped, if that matters.
set -uo pipefail
kit=$1
plugin=$2
expected=$3
shift 3
output=$("$kit" "$plugin" "$@" 2>&1)
status=$?
failed=$(awk '$1 == "FAILED" {print $2}' <<<"$output" | xargs)
if [ "$failed" != "$expected" ]; then
    printf '%s\nfailed: %s\nexpected: %s\n' "$output" "${failed:-nothing}" "${expected:-nothing}"
    exit 1
fi
if [ "$status" != "$([ -n "$expected" ] && echo 1 || echo 0)" ]; then
    printf '%s\nthe exit status is %s\n' "$output" "$status"
    exit 1
fi
if [ -n "${MAY_SKIP:-}" ]; then
    read -ra patterns <<<"$MAY_SKIP"
    for name in $(awk '$1 == "skipped" {print $2}' <<<"$output"); do
        is_known=
        for pattern in "${patterns[@]}"; do
            # shellcheck disable=SC2053 # a pattern
            if [[ $name == $pattern ]]; then is_known=1; fi
        done
        if [ -z "$is_known" ]; then
            printf '%s\nskipped: %s; expected no more than %s\n' "$output" "$name" "$MAY_SKIP"
            exit 1
        fi
    done
fi
# Every failure says what it is about.
if grep -A1 '^  FAILED ' <<<"$output" | grep -qE '^        $'; then
    printf '%s\na failure has no text\n' "$output"
    exit 1
fi
