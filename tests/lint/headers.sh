#!/usr/bin/env bash
# Each header compiles alone, in both compilers, without a warning.
set -u
bad=0
for h in include/holdfast/*.h src/*/*.h src/*/*/*.h; do
	[ -e "$h" ] || continue
	for cc in gcc clang; do
		eval "$cc -std=c11 $CPPFLAGS -Wall -Wextra -Wpedantic -Wstrict-prototypes -Wno-unused -Werror -fsyntax-only \
		    -x c -include '$h' /dev/null" || bad=1
	done
done
exit $bad
