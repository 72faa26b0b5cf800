#!/usr/bin/env bash
# Every other script of this folder, each one rule: lint.sh [NAME...]. OUT, CPPFLAGS and JOBS come from the Makefile.
set -u
cd "$(dirname "$0")/../.." || exit 2
export OUT="${OUT:-build}" CPPFLAGS="${CPPFLAGS--D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -Iinclude}" JOBS="${JOBS:-2}"
mkdir -p "$OUT/lint"
if [ $# = 0 ]; then
	for script in tests/lint/*.sh; do
		rule=$(basename "$script" .sh)
		[ "$rule" = lint ] || set -- "$@" "$rule"
	done
fi
bad=0
for rule; do
	if "tests/lint/$rule.sh" >"$OUT/lint/$rule.log" 2>&1; then
		printf 'ok    %s\n' "$rule"
	else
		printf 'FAIL  %s\n' "$rule"
		head -n 60 "$OUT/lint/$rule.log" | sed 's/^/      /'
		bad=$((bad + 1))
	fi
done
[ "$bad" = 0 ] || echo "lint: $bad of $# rules broken"
exit $((bad > 0))
