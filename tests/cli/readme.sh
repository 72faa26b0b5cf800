#!/usr/bin/env bash
# What README.md shows is what the program shows: the step of its walk, line by line, on a terminal; and the number of rules.
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
new_key sam.whitlock@levels.example
ok init --name 'Severn Levels Agency' --domain levels.example --timezone Europe/London
cd "$HOLDFAST_TOP/tests/data/agency" || exit 2
for kind in unit person account link contact grant desk; do
	file=${kind}s.csv
	[ $kind != person ] || file=people.csv
	[ $kind != desk ] || file=desk.csv
	ok import $file --kind $kind
done
ok set org security='Sam Whitlock' out_of_hours='Tomos Bevan'

# The keys that README.md types, each when it is asked for; and what the terminal showed, without escapes.
LC_ALL=C.UTF-8 TERM=xterm NO_COLOR=1 /usr/bin/python3 "$HOLDFAST_TOP/tests/cli/page_walk.py" type 110 "'$HOLDFAST' respond x:severnlevels" \
    Enter Enter Enter Enter 'Jo Park' | sed 's/\\fB//g; s/\\fR//g' >"$dir/screen"
sed -n '/^\$ holdfast respond x:severnlevels$/,/^```$/p' "$HOLDFAST_TOP/README.md" | sed '1d; $d' >"$dir/shown"
is 'README.md shows a walk' test "$(wc -l <"$dir/shown")" -gt 15
# The moment is another each time: of the lines that tell it the rest has to be there.
plain() { sed -E 's/[0-9]+ (s|min|min [0-9]+ s) since/N s since/; s/[0-9]{2}:[0-9]{2}/HH:MM/g' "$1"; }
plain "$dir/screen" >"$dir/out"
while IFS= read -r line; do
	is "README.md: $line" has out "$line"
done < <(plain "$dir/shown" | grep .)

rules=$(grep -hoE '^#+ .*`HF-[0-9]+`$' "$HOLDFAST_TOP"/playbooks/policy/*.md | wc -l)
is "README.md tells the number of rules, $rules" grep -q " of $rules rules," "$HOLDFAST_TOP/README.md"
finish
