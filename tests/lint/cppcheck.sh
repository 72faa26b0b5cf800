#!/usr/bin/env bash
# cppcheck, with what it knew last time kept in the build folder.
set -u
mkdir -p "$OUT/lint/cppcheck"
cppcheck -q -j "$JOBS" --cppcheck-build-dir="$OUT/lint/cppcheck" --std=c11 --language=c --error-exitcode=1 -Iinclude -D__linux__ \
    --enable=warning,performance,portability --inline-suppr --suppressions-list=tests/lint/cppcheck.txt src
