#!/usr/bin/env bash
# Clocks that are wrong: two days behind, two days ahead, put back in the middle of a run, two people's that differ by hours, and one at which the key
# does not hold. What is written stays in the order of the chain, what cannot be right is said in words by the timeline, the report and verify, and
# no time comes out less than none.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0 # faketime stands before a sanitizer's own library
if ! faketime -f +0 "$HOLDFAST" version >"$dir/out" 2>&1; then
	echo 'skipped: clocks that are wrong: faketime does not work here'
	echo '1 passed, 0 failed'
	exit
fi
# The program, with a clock that is off by so much.
at() { # OFFSET ARGUMENT...
	local off=$1
	shift
	faketime -f "$off" "$HOLDFAST" "$@" >"$dir/out" 2>"$dir/err" <"$input"
	status=$?
}
at_ok() {
	at "$@"
	is "at $*" test $status = 0
}
a_year_ago=$(date -u -d '1 year ago' +%Y%m%dT%H%M%S)
gpg --batch --quiet --faked-system-time "$a_year_ago!" --passphrase '' --quick-generate-key 'Ann <ann@agency.example>' future-default default 3y 2>>"$dir/gpg.log"
fpr=$(fpr_of ann@agency.example)
srv=$dir/srv.git
ok init --name Agency --domain agency.example
ok add person name='Ann Lee' email=ann@agency.example
ok add account provider=x handle=agency owner='Ann Lee' responder='Ann Lee' state=live
ok member role "$fpr" --person 'Ann Lee'

# ---- one run, and a clock that jumps ----

ok respond x:agency --at '10 min ago' --severity 2
at_ok -2d run note last 'two days behind'
ok run note last 'right again'
at_ok +2d run note last 'two days ahead'
ok run note last 'put back'
at_ok -2d run value last ring-lead seen_by=Ann seen_where=page seen_what=coins
at_ok -2d run "done" last ring-lead
ok --json run show last
is 'the entries stand in the order of the chain' json 'join("|", map { $_->{text} } grep { $_->{type} eq "note" } @{$data->{entries}}) eq "two days behind|right again|two days ahead|put back"'
is 'and those that are odd are named' json 'join(" ", map { $_->{flag} } @{$data->{odd_clocks}}) eq "before_start backwards future backwards before_start backwards before_start backwards"'
for words in 'the clock ran backwards here' 'it was recorded later than it is now' 'it happened before the run began'; do
	run timeline last
	is "the timeline: $words" eval 'tr -s "\n " " " <"$dir/out" | grep -qF "$words"'
	run timeline last --csv
	is "as CSV: $words" has out "$words"
	run timeline last --html
	is "as a page: $words" eval 'tr -s "\n " " " <"$dir/out" | grep -qF "$words"'
done
run report last internal/timeline
is 'the report says so' eval 'tr -s "\n " " " <"$dir/out" | grep -qF "Its time cannot be right"'
run verify
is 'verify says so' test $status = 1
is 'of what is ahead' has out 'in the future: a clock is wrong'
is 'of what is behind' has out 'it is back-dated, or a clock was wrong'
is 'and what to look at' has out 'Look at the clock'
# No span, anywhere, is less than none.
while read -r off line; do
	# shellcheck disable=SC2086
	eval "at_ok $off $line"
	is "no time is less than none: $off $line: $(grep -oE -e '(^|[ (])-[0-9]+ (s|min|h|days?)\b' "$dir/out" | head -n 1)" not grep -qE -e '(^|[ (])-[0-9]+ (s|min|h|days?)\b' "$dir/out"
done <<'END'
-2d run show last
+0 run show last
-2d run next last
+0 run next last
-2d run list
-2d timeline last
+0 timeline last
-2d run compare last last
-2d due
-2d report last provider
-2d report last internal/siro-first
+0 report last internal/siro-final
-2d dashboard
-2d card x:agency
END
at -2d run show last
is 'a run that begins tomorrow' has out 'later than the clock of this computer says'
at_ok -2d --json run show last
is 'a limit leaves no more than it lasts' json '!grep { defined $_->{left} && $_->{left} > 72 * 3600e3 } @{$data->{windows}}'

# ---- a key at a time at which it does not hold ----

before=$(head_of)
at -2y run note last early
is 'before the key was made' refused 77 'your clock says '
is 'with what to do' has err 'set the clock of this computer'
at +4y run note last late
is 'after it has expired' refused 77 'has expired'
at_ok -2y show x:agency
at_ok +4y show x:agency

# ---- two people, hours apart ----

HOLDFAST_REGISTER=$dir/fresh.git
export HOLDFAST_REGISTER
register=$dir/fresh.git
ok init --name Agency
ok add account provider=x handle=agency
ok respond x:agency --at '10 min ago'
git init -q --bare "$srv"
ok sync --to "$srv"
b() { # OFFSET ARGUMENT...
	HOLDFAST_REGISTER=$dir/two.git at "$@"
	is "the other, at $*" test $status = 0
}
b +0 clone "$srv" --root "$fpr"
ok run note last 'ann 1'
b +5h run note last 'bob 1'
b +5h run note last 'bob 2'
ok run note last 'ann 2'
b +5h sync
ok sync
ok run note last 'ann 3'
ok sync
b +5h sync
b +5h run note last 'bob 3'
b +5h sync
ok sync
for who in "$dir/fresh.git" "$dir/two.git"; do
	run --register "$who" --json run show last
	is "all of it is there: ${who##*/}" json 'join(" ", sort map { $_->{text} } grep { $_->{type} eq "note" } @{$data->{entries}}) eq "ann 1 ann 2 ann 3 bob 1 bob 2 bob 3"'
	is "and in the order of writing: ${who##*/}" json '($_ = join " ", map { $_->{text} // "" } @{$data->{entries}}) && /ann 1.*ann 2.*ann 3.*bob 3/ && /bob 1.*bob 2.*ann 3/'
	value 'join "|", map { $_->{text} // $_->{type} } @{$data->{entries}}' >"$dir/order.${who##*/}"
	run --register "$who" timeline last
	is "the timeline says whose clock: ${who##*/}" eval 'tr -s "\n " " " <"$dir/out" | grep -qF "later than it is now"'
	run --register "$who" verify
	is "verify names it: ${who##*/}" eval '[ $status = 1 ] && has out "in the future: a clock is wrong"'
done
is 'both have the same order' cmp -s "$dir/order.fresh.git" "$dir/order.two.git"
at +6h verify
is 'when that time has come, nothing is in the future' not has out 'in the future'
finish
