#!/usr/bin/env bash
# The scripts are good shell.
set -u
find tests .ci -type f \( -name '*.sh' -o -path .ci/run \) -print0 | xargs -0 -r shellcheck -x -S warning -e SC1010
