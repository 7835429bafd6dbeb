#!/bin/bash
# Fails if the second library's headers have more than appended fields over the first's: what abidiff reports then is that
# something moved, went away or changed its type. Usage: abidiff.sh OLDER.so NEWER.so
set -uo pipefail
report=$(abidiff --no-show-locs "$1" "$2")
status=$?
echo "$report"
# Bit 1 and 2: abidiff itself failed; 8: a change that it calls incompatible.
[ $((status & 11)) = 0 ] || exit 1
! grep -E "offset changed from|member deletion|type name changed|entity changed|has been removed|Removed function" <<<"$report"
