#!/usr/bin/env bash
# The manual pages are good mdoc. Pages of other packages may or may not be installed here; our own have to be there.
set -u
bad=0
for page in man/*.[1-9]; do
	[ -e "$page" ] || continue
	mandoc -Tlint -Wstyle "$page" 2>&1 | grep -v -e 'STYLE: referenced manual not found' -e 'mandoc: outdated mandoc.db' && bad=1
	grep -oE '^\.Xr holdfast[a-z-]* [1-9]' "$page" | sort -u | while read -r _ name section; do
		[ -e "man/$name.$section" ] || { echo "$page: no page $name($section)"; exit 1; }
	done || bad=1
done
exit $bad
