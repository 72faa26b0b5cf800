#!/usr/bin/env bash
# Sixteen people at one register at once, six actions each (twenty in make campaign): whatever was acknowledged is there, once, and whoever could not
# have their turn was told 75.
# shellcheck disable=SC2016
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
writers=${WRITERS:-16} actions=${ACTIONS:-6}
new_key ann@agency.example
ok init --name Agency
ok add account provider=x handle=agency
ok respond x:agency --no-input
run --json run list
run_id=$(value '$data->[0]{run}')

# Half of them log into one run, half add records. A status and the text of each action go to the writer's own file.
writer() { # N
	local i
	for ((i = 1; i <= actions; i++)); do
		if (($1 % 2)); then
			"$HOLDFAST" --quiet run note "$run_id" "writer $1 action $i" >/dev/null 2>>"$dir/err.$1"
		else
			"$HOLDFAST" --quiet add unit name="writer $1 action $i" >/dev/null 2>>"$dir/err.$1"
		fi
		echo "$? writer $1 action $i" >>"$dir/told.$1"
	done
}
for ((n = 1; n <= writers; n++)); do writer $n & done
wait
sort "$dir"/told.* >"$dir/told"
is 'everybody was told something' test "$(wc -l <"$dir/told")" = $((writers * actions))
is 'that it is done, or that it was not their turn' test -z "$(grep -v '^0 \|^75 ' "$dir/told")"
is 'most had their turn' test "$(grep -c '^0 ' "$dir/told")" -ge $((writers * actions / 2))
is 'who had not was told to try again' test "$(cat "$dir"/err.* | grep -c '^holdfast: ')" = "$(grep -c '^75 ' "$dir/told")"
sed -n 's/^0 //p' "$dir/told" | sort >"$dir/done"
run --json timeline "$run_id"
value 'join "", map { "$_->{text}\n" } grep { ($_->{text} // "") =~ /^writer/ } @$data' >"$dir/there"
run --json list unit
value 'join "", map { "$_->{name}\n" } @$data' >>"$dir/there"
sort -o "$dir/there" "$dir/there"
cp "$dir/there" "$dir/out"
is "all $(wc -l <"$dir/done") that were acknowledged are there, once, and nothing else" cmp -s "$dir/done" "$dir/there"
git -C "$register" fsck --strict --no-dangling >"$dir/out" 2>"$dir/err"
status=$?
is 'git finds it whole' test $status = 0
ok verify --all
finish
