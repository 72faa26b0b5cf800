#!/usr/bin/env bash
# A private account used for work: declared in words, decided three ways, with its deadlines and its letter.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
new_key ann@agency.example
ok init --name Agency --domain agency.example --person 'Ann Lee'
ok add person name='Jo Park' email=jo@agency.example manager='Ann Lee'
ok add person name='Max Stone' email=max@agency.example
ok add account provider=linkedin handle=jo-official owner='Ann Lee' state=proposed

# ---- wrong ----
no 65 'Nobody' declare Nobody
no 65 'purposes' declare 'Jo Park' provider=x handle=one purposes=none
no 65 'handle' declare 'Jo Park' provider=x
no 65 'is over: by then nobody can declare it' declare 'Jo Park' --by "$(day -1)" provider=x handle=one
no 65 'lst' declare 'Jo Park' --by lst provider=x handle=one
no 65 'never' declare 'Jo Park' provider=x handle=one decision=never
says 'nothing is declared' '@$data == 0' list declaration

# ---- by words: straight on to the decision ----
says 'three, in one review' '$data->{step} =~ /^was-asked\@/' declare 'Jo Park' provider=x handle=@one purpose=news
id=$(value '$data->{run}')
says 'the second joins it' '$data->{run} eq "'"$id"'"' declare 'Jo Park' provider=mastodon handle=two purpose=news
says 'and so does the third' '$data->{run} eq "'"$id"'"' declare 'Jo Park' provider=linkedin handle=three purpose=news
no 65 'declared already' declare 'Jo Park' provider=x handle=ONE
is 'a service that there is a sheet of is not remarked on' not grep -q 'no provider sheet' "$dir/err"
says 'each has a day by which it is decided' '3 == grep { $_->{deadline} gt $_->{declared_on} } @$data' list declaration
says 'without a declaration the notice comes first' '$data->{step} eq "send-notice"' declare 'Max Stone'
says 'a declaration leads to its person' '$data->{run} eq "'"$id"'"' declare "$($HOLDFAST --json list declaration | perl -ne '/"id": "(\w+)"/ && print $1 and exit')"

# ---- overdue ----
one=$($HOLDFAST --json query "SELECT id FROM declaration WHERE handle LIKE '%one'" | perl -ne '/"id": "(\w+)"/ && print $1')
ok set "$one" deadline="$(day -3)"
says 'one is a finding' '@$data == 1 && $data->[0]{record} eq "'"$one"'"' check --rule HF-806
says 'and due, with a command that works' 'grep { $_->{record} eq "'"$one"'" && $_->{due} eq day(-3) && $_->{do} eq "holdfast declare '"$one"'" && $_->{ref} eq "x:one" } @$data' due
ok set "$($HOLDFAST --json list org | perl -ne '/"id": "(\w+)"/ && print $1')" press='Ann Lee'
says 'of who decides' '3 == grep { $_->{what} eq "declaration" } @$data' due --person 'Ann Lee'
says 'what nobody knows yet whether it is needed is not due' '(grep { $_->{ref} =~ /Ask who wanted/ } @$data) && !grep { $_->{ref} =~ /Move official business/ } @$data' due --days 90

# ---- decided, each in another way ----
later=$(day 30)
decide() { # ROW WAY [DAY]
	ok run value "$id" "decision@$1" verdict="$2" verdict_reason='talked about it' verdict_by='Ann Lee' clean_by="${3-$later}"
	ok run done "$id" "decision@$1"
}
tell() { # ROW
	ok run value "$id" "read-out@$1" their_answer=fine
	ok run answer "$id" "read-out@$1" it-stands
}
for row in x:one mastodon:two linkedin:three; do
	ok run value "$id" was-asked@$row asked_for=no
	ok run done "$id" was-asked@$row
	ok run value "$id" look@$row look_words='sounds like us' our_business=no
	ok run done "$id" look@$row
	who=$("$HOLDFAST" --json run next "$id" decision@$row | perl -ne '/(one|two|three) on|about [@]?(one|two|three)/ && print $1 // $2 and exit')
	case $who in one) way=remove ;; two) way=own-risk ;; *) way=adopt ;; esac
	decide $row $way
	printf -v "row_${way%%-*}" %s $row
done
says 'nobody decides about an account of their own' '!grep { $_->{name} eq "verdict_by" && grep { $_->{words} eq "Jo Park" } @{$_->{choices}} } @{$data->{write}}' run next "$id" decision@x:one
says 'three ways' 'join(" ", sort map { $_->{decision} } @$data) eq "adopt own-risk remove"' list declaration
says 'and still no notice to who had declared' 'grep { $_->{id} eq "send-notice" && $_->{state} eq "excluded" } @{$data->{steps}}' run show "$id"
says 'no finding is left' '@$data == 0' check --rule HF-806
says 'what was decided is for whose account it is' '3 == grep { $_->{what} eq "declaration" } @$data' due --days 40 --person 'Jo Park'
says 'but its day is due until somebody looked' '3 == grep { $_->{what} eq "declaration" && $_->{due} eq day(30) } @$data' due --days 40
for row in x:one mastodon:two linkedin:three; do tell $row; done
is 'what follows has the day of the letter' test "$("$HOLDFAST" --json run next "$id" "removed@${row_remove:?}" | grep -c "$later")" -ge 1
ok run value "$id" "removed@$row_remove" removed_words='the name is off'
ok run done "$id" "removed@$row_remove"
says 'then no longer' '2 == grep { $_->{what} eq "declaration" } @$data' due --days 40

# ---- who will not give it away: no new entry is asked for, and it is decided again ----
no 1 'hand-over' run done "$id" "adopt@${row_adopt:?}"
ok run answer "$id" "hand-over@$row_adopt" they-do-not-want-to-give-it-away
says 'it is decided again' '$data->{step} =~ /^decision\@/ && $data->{title} =~ /three/ && $data->{state} eq "open"' run next "$id"
decide "$row_adopt" adopt
says 'and told again' '$data->{state} eq "open"' run next "$id" "read-out@$row_adopt"
tell "$row_adopt"
ok run answer "$id" "hand-over@$row_adopt" yes
ok run skip "$id" "enter-it@$row_adopt" --why 'it is there as jo-official'
says 'the entry of that service is what is offered' '1 == @{$data->{write}[0]{choices}}' run next "$id" "adopt@$row_adopt"
ok run value "$id" "adopt@$row_adopt" official_account=linkedin:jo-official
ok run done "$id" "adopt@$row_adopt"

# ---- a decision that cannot stand ----
ok run answer "$id" "read-out@${row_own-}" they-see-it-differently
ok run value "$id" "read-out@$row_own" their_answer='not so'
run run done "$id" "read-out@$row_own"
says 'who sees it differently is talked with again' '$data->{step} =~ /^decision\@/ && $data->{title} =~ /two/' run next "$id"
no 65 'whom this run is about' run value "$id" "decision@$row_own" verdict_by='Jo Park'
no 65 'clean_by: "'"$(day -1)"'" is refused: it has to be a day that is not over' run value "$id" "decision@$row_own" clean_by="$(day -1)"
is 'with one that will do' has err "give another one, as $(day 14)"
no 65 'a day that is not over' run done "$id" "decision@$row_own" verdict=own-risk verdict_reason='talked about it' verdict_by='Ann Lee' clean_by=2020-01-01
decide "$row_own" own-risk
ok set "$($HOLDFAST --json query "SELECT id FROM declaration WHERE handle = 'two'" | perl -ne '/"id": "(\w+)"/ && print $1')" deadline="$(day -1)"
no 1 'a day that had not passed' run done "$id" "read-out@$row_own"
ok run reopen "$id" "decision@$row_own" --why 'that day is over'
decide "$row_own" own-risk
tell "$row_own"
echo 'I answer for it.' >"$dir/signed.txt"
ok run attach "$id" "own-risk@$row_own" "$dir/signed.txt" --as own-risk-signed
ok run done "$id" "own-risk@$row_own"
ok report "$id" internal/declaration-letter --format md
is 'the letter is to who declared' has out 'Dear Jo Park'
is 'and says what was decided, why, and by when' has out ": remove. Why: talked about it. To be done by: $later"
is 'for each' has out ': own-risk. Why: '
is 'each once' test "$(grep -c 'We decided on [0-9]' "$dir/out")" = 3
# ---- the next notice: promised, due, and sent ----
no 65 'a day that is not over' run value "$id" next-year next_notice="$(day -1)"
says 'in eleven months is what is offered' '$data->{write}[0]{choices}[0]{words} eq "in eleven months"' run next "$id" next-year
ok run value "$id" next-year next_notice="$(day 20)"
ok run done "$id" next-year
says 'it is due while the run is open' '1 == grep { $_->{what} eq "notice" && $_->{ref} eq "Jo Park" && $_->{due} eq day(20) } @$data' due
run due --ics "$dir/due.ics"
is 'and in the calendar' has due.ics 'SUMMARY:notice: Jo Park'
ok declare provider=x handle=ann-lee purpose=news
says 'whoever names nobody declares for themselves' '@$data == 1' list declaration handle=ann-lee
# ---- adopted to its end: the step enters it, and the routine for a new account begins ----
says 'another one' '$data->{run}' declare 'Max Stone' provider=mastodon handle=@max purpose=news
id=$(value '$data->{run}')
ok run value "$id" was-asked@mastodon:max asked_for=no
ok run done "$id" was-asked@mastodon:max
ok run value "$id" look@mastodon:max look_words='sounds like us' our_business=no
ok run done "$id" look@mastodon:max
decide mastodon:max adopt
tell mastodon:max
ok run answer "$id" hand-over@mastodon:max yes
no 65 'Nobody' run value "$id" enter-it@mastodon:max new_owner=Nobody
ok run done "$id" enter-it@mastodon:max new_owner='Max Stone' new_deputy='Jo Park'
says 'it is proposed, with an owner and a deputy' '$data->{state} eq "proposed" && $data->{owner} && $data->{deputy}' show mastodon:max
says 'it is what is offered first' '$data->{write}[0]{choices}[0]{value} eq "mastodon:max"' run next "$id" adopt@mastodon:max
ok run value "$id" adopt@mastodon:max official_account=mastodon:max
ok run answer "$id" adopt@mastodon:max it-is-in-the-register-now
says 'it is an outcome' '@$data == 1 && $data->[0]{outcome} eq "adopted"' list declaration handle=@max
says 'and the routine for a new account has begun' '1 == grep { $_->{playbook} eq "routine/onboarding" && $_->{ref} eq "mastodon:max" } @$data' run list
ok declare 'Max Stone' provider=twitter handle=max
is 'a service by its old name is told its new one' has err 'did you mean x? holdfast set 01'
ok verify
finish
