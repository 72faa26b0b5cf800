#!/usr/bin/env bash
# Somebody packs the register's repository by hand, all of it, and throws away what git calls loose: between commands, while holdfast has it open to read,
# and (but for throwing away) while others write. Everything goes on. COMMITS: how many commits there are (make campaign: 2000).
# shellcheck disable=SC2016
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
commits=${COMMITS:-24}
new_key ann@agency.example
ok init --name Agency
srv=$dir/srv.git
git init -q --bare "$srv"
g() { git -C "$register" "$@" >>"$dir/git.log" 2>&1 || { wrong=$((wrong + 1)); echo "git $*"; }; }
wrong=0 told=0
add() { told=$((told + 1)); ok add person name="P $told" email="p$told@agency.example"; }
whole() { # NAME
	says "$1: all is there" "@\$data == $told" list person
	says "$1: and right" '@{$data->{problems}} == 0' verify
	is "$1: to git, too" git -C "$register" fsck --strict --no-dangling --no-progress
}

# ---- between commands ----

while [ $told -lt "$commits" ]; do add; done
ok sync --to "$srv"
for how in 'gc -q --prune=now' 'repack -adfq' 'prune --expire=now' 'pack-refs --all --prune' 'gc -q --aggressive --prune=now'; do
	# shellcheck disable=SC2086
	g $how
	whole "git $how"
	add
	ok sync
	whole "git $how, and on"
done
says 'from the start' '@{$data->{problems}} == 0' verify --all

# ---- while it is open ----

# It has opened the register, and waits for what it is to add.
mkfifo "$dir/wait"
"$HOLDFAST" add person - <"$dir/wait" >"$dir/late" 2>&1 &
late=$!
exec 7>"$dir/wait"
sleep 1
g gc -q --prune=now
g repack -adfq
g prune --expire=now
g pack-refs --all --prune
echo '{"name": "Late", "email": "late@agency.example"}' >&7
exec 7>&-
wait $late
is 'what was open goes on' test $? = 0
told=$((told + 1))
whole 'after one that was open'

# Readers never notice.
: >"$dir/failed"
while [ ! -e "$dir/stop" ]; do
	"$HOLDFAST" list person >/dev/null 2>>"$dir/failed" || echo list >>"$dir/failed"
	"$HOLDFAST" verify --all >/dev/null 2>>"$dir/failed" || echo verify >>"$dir/failed"
done &
reader=$!
for _ in 1 2 3 4 5 6; do
	g repack -adfq
	g gc -q --prune=now
	g prune --expire=now
done
touch "$dir/stop"
wait $reader
is 'readers went on' test ! -s "$dir/failed"
cat "$dir/failed"

# ---- while others write ----

rm "$dir/stop"
while [ ! -e "$dir/stop" ]; do
	n=$((${n-0} + 1))
	"$HOLDFAST" -q add person name="W $n" email="w$n@agency.example" >/dev/null 2>>"$dir/failed" && echo "w$n" >>"$dir/told"
done &
writer=$!
for _ in 1 2 3 4 5 6; do
	g repack -adfq
	g gc -q
	g pack-refs --all --prune
done
touch "$dir/stop"
wait $writer
is 'writers went on' test ! -s "$dir/failed"
cat "$dir/failed"
told=$((told + $(wc -l <"$dir/told")))
whole 'after others wrote'
is 'git had nothing to say' test $wrong = 0
ok sync
finish
