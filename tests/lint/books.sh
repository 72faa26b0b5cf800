#!/usr/bin/env bash
# What we ship reads well: every playbook, sheet, policy and template.
set -u
home=$(mktemp -d) || exit 2
trap 'rm -rf "$home"' EXIT
env -i PATH="$PATH" HOME="$home" LC_ALL=C TZ=UTC HOLDFAST_BOOKS="$PWD" "$OUT/holdfast" --no-input book lint | tee "$home/found"
[ "${PIPESTATUS[0]}" = 0 ] && ! grep -q -e ': warning: ' -e ' disappeared: ' -e ' there is no report template/' -e ' is not on the shelf' "$home/found"
# What may stand in somebody's own book may not stand in ours: an id that is released stays, every provider has its report, no route is past its day,
# and nothing that a provider asks for is written down by no playbook.
