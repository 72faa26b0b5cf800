#!/usr/bin/env bash
# base < store < book < flow < cli: nothing calls, and nothing includes, what is built on a higher floor. No name has two homes.
set -u
symbols=$OUT/lint/symbols
for floor in base store book flow cli; do
	for c in "src/$floor"/*.c; do # an object whose source was taken away may lie there still
		o=$OUT/obj/${c%.c}.o
		[ -e "$o" ] || { echo "$o: not there to look at" >&2; exit 2; }
		nm -P "$o" | awk -v f="$floor" -v o="$o" '{ print f, o, $1, $2 }'
	done
done >"$symbols"

# A public header is on the floor where its functions are.
for h in include/holdfast/*.h; do
	grep -oE '\bhf_[a-z0-9_]+\(' "$h" | sort -u | sed "s|(||; s|^|${h#include/} |"
done >"$OUT/lint/declared"

# A header of a floor itself is not reached into from another one.
grep -nE '^#include "(\.\./|(base|store|book|flow|cli)/)' -r src && exit 1

grep -HoE '^#include "holdfast/[^"]*"' -r src | sed -E 's|^src/([a-z]*)/([^:]*):#include "(.*)"|\1 \2 \3|' >"$OUT/lint/includes"
awk 'BEGIN { n = split("base store book flow cli", name, " "); for (i = 1; i <= n; i++) level[name[i]] = i }
	FILENAME ~ /symbols$/ && $4 ~ /^[TDBR]$/ {
		if ($3 in where) { print $3 " is defined in " where[$3] " and in " $2; bad = 1 }
		home[$3] = $1; where[$3] = $2
	}
	FILENAME ~ /symbols$/ && $4 == "U" { user[$1 " " $2 " " $3] = 1 }
	FILENAME ~ /declared$/ && ($2 in home) && level[home[$2]] > level[floor[$1]] { floor[$1] = home[$2] }
	FILENAME ~ /includes$/ && level[floor[$3]] > level[$1] {
		print "src/" $1 "/" $2 " includes " $3 ", which is on the floor " floor[$3]; bad = 1
	}
	END {
		for (u in user) {
			split(u, p, " ")
			if ((p[3] in home) && level[home[p[3]]] > level[p[1]]) {
				print p[2] " calls " p[3] ", which is on the floor " home[p[3]]; bad = 1
			}
		}
		exit bad
	}' "$symbols" "$OUT/lint/declared" "$OUT/lint/includes"
