#!/usr/bin/env bash
# clang-tidy (.clang-tidy) on what has changed since it was last clean: the file with all it includes, or the rules.
set -u
mkdir -p "$OUT/lint/tidy"
if [ "${1-}" = --one ]; then
	stamp=$OUT/lint/tidy/${2//\//_}
	sum=$(eval "gcc -std=c11 $CPPFLAGS -E -P '$2'" | cat - .clang-tidy "$0" tests/lint/tidy.h | sha256sum)
	[ "$(cat "$stamp" 2>/dev/null)" = "$sum" ] && exit 0
	aid='-include tests/lint/tidy.h -Wno-unused-value'
	[ "$2" = src/base/err.c ] && aid=
	eval "clang-tidy --quiet --warnings-as-errors='*' '$2' -- -std=c11 $CPPFLAGS $aid \
	    -Xclang -analyzer-config -Xclang max-nodes=60000" 2>/dev/null || exit 1
	echo "$sum" >"$stamp"
	exit 0
fi
find src -name '*.c' -print0 | xargs -0 -r -n 1 -P "$JOBS" "$0" --one
