#!/usr/bin/env bash
# base < store < book < flow < cli, and on the floor of the store its rooms one above the other, as they are listed here: nothing calls, and nothing
# includes, what is built higher. The rooms of cli stand side by side. No name has two homes.
set -u
levels="base
store/schema store/vault store/git store/db store/register store/member store/merge store/proof store/sync
book flow cli"

export LEVELS=$levels
level='function up(room) { while (!(room in level) && sub(/\/[^\/]*$/, "", room)); return level[room] }
	function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
	BEGIN { n = split(ENVIRON["LEVELS"], name); for (i = 1; i <= n; i++) level[name[i]] = i }'

find src -name '*.c' | sort | while read -r c; do # an object whose source was taken away may lie there still
	o=$OUT/obj/${c%.c}.o
	[ -e "$o" ] || { echo "$o: not there to look at" >&2; exit 2; }
	nm -P "$o" | awk -v c="${c#src/}" '{ print c, $1, $2 }'
done >"$OUT/lint/symbols" || exit 2

# A public header is on the highest level where its functions are; on the floor of the store one header may be that of several rooms.
for h in include/holdfast/*.h; do
	grep -oE '\bhf_[a-z0-9_]+\(' "$h" | sort -u | sed "s|(||; s|^|${h#include/} |"
done >"$OUT/lint/declared"
grep -HoE '^#include "holdfast/[^"]*"' -r src | sed -E 's|^src/([^:]*):#include "(.*)"|\1 \2|' >"$OUT/lint/includes"

# A header of a floor itself is for that floor, and there for its own room and those above.
grep -HoE '^#include "[^"]*"' -r src | grep -v '"holdfast/' | sed -E 's|^src/([^:]*):#include "(.*)"|\1 \2|' |
	awk "$level"'{ from = folder($1); to = from "/" $2
		while (sub(/[^\/]+\/\.\.\//, "", to));
		split(from, f, "/"); split(to, t, "/")
		if (f[1] != t[1] || up(folder(to)) > up(from)) { print "src/" $1 " includes src/" to; bad = 1 } } END { exit bad }' || exit 1

awk "$level"'
	FILENAME ~ /symbols$/ && $3 ~ /^[TDBR]$/ {
		if ($2 in where) { print $2 " is defined in " where[$2] " and in " $1; bad = 1 }
		where[$2] = $1
	}
	FILENAME ~ /symbols$/ && $3 == "U" { user[$1 " " $2] = 1 }
	FILENAME ~ /declared$/ && ($2 in where) && up(folder(where[$2])) > floor[$1] { floor[$1] = up(folder(where[$2])) }
	FILENAME ~ /includes$/ && floor[$2] > up(folder($1)) && !($1 ~ /^store\// && name[floor[$2]] ~ /^store\//) {
		print "src/" $1 " includes " $2 ", which is of " name[floor[$2]]; bad = 1
	}
	END {
		for (u in user) {
			split(u, p, " ")
			if ((p[2] in where) && up(folder(where[p[2]])) > up(folder(p[1]))) {
				print p[1] " calls " p[2] ", which is in " where[p[2]]; bad = 1
			}
		}
		exit bad
	}' "$OUT/lint/symbols" "$OUT/lint/declared" "$OUT/lint/includes"
