#!/usr/bin/env bash
# What we ship reads well: every playbook, sheet, policy and template.
set -u
home=$(mktemp -d) || exit 2
trap 'rm -rf "$home"' EXIT
env -i PATH="$PATH" HOME="$home" LC_ALL=C TZ=UTC HOLDFAST_BOOKS="$PWD" "$OUT/holdfast" --no-input book lint | tee "$home/found"
[ "${PIPESTATUS[0]}" = 0 ] && ! grep -q -e ' disappeared: ' -e ' there is no report template/' -e ' was last seen on ' -e ' is not on the shelf' "$home/found"
# An id that is released stays; every provider has its report; no route is past its day.
