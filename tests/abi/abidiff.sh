#!/bin/bash
# Fails if the second library's headers have more than appended fields over the first's.
# Usage: abidiff.sh OLDER.so NEWER.so
set -euo pipefail
abidiff --no-show-locs --suppressions "$(dirname "$0")/appended.abignore" "$1" "$2"
