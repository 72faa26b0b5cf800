#!/usr/bin/env bash
# The yearly questionnaire as a unit goes through it: three members with keys of their own, a unit below another, what the rules find beside the
# questions, who may sign, and what check, due, assess and the page say before and after.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"

as() { # NAME: run, ok and no act for them from here on
	export GNUPGHOME=$dir/gnupg-$1 HOLDFAST_REGISTER=$register XDG_STATE_HOME=$dir/state-$1 XDG_CACHE_HOME=$dir/cache-$1
}
for name in ann dee kit; do
	mkdir -m 700 "$dir/gnupg-$name"
	as $name
	new_key $name@agency.example
	gpg --armor --export >"$dir/$name.asc"
done
as ann
ok init --name Agency --domain agency.example --person 'Ann Lee'
ok add unit name=Press
ok add unit name=Desk parent=Press
ok add person name='Dee Ray' email=dee@agency.example unit=Press
ok add person name='Kit Low' email=kit@agency.example
ok set 'Ann Lee' unit=Press
ok set "$($HOLDFAST --json list org | perl -ne '/"id": "(\w+)"/ && print $1')" siro='Kit Low' security='Ann Lee'
ok add account provider=x handle=agency unit=Desk owner='Ann Lee' state=live mfa_state=off
ok member add "$dir/dee.asc" --role owner --person 'Dee Ray'
ok member add "$dir/kit.asc" --role owner --person 'Kit Low'
# ---- wrong inputs ----
no 2 'UNIT' attest
no 65 'no unit has that name' attest Nothing
no 65 'x:agency' attest x:agency
no 65 'period' attest Press --period soon
no 65 'period' attest Press --period 2026-28

# ---- tables ----
says 'the statements that ask a person' '@$data >= 15 && !grep { !$_->{ask} } @$data' query 'SELECT id, guidance, ask FROM statement WHERE ask IS NOT NULL'
says 'what the rules find' '$data->[0]{n} == 1' query "SELECT count(*) AS n FROM finding WHERE rule = 'HF-101' AND ref = 'x:agency'"
ok set x:agency mfa_state=on
says 'is asked anew after a change' '$data->[0]{n} == 0' query "SELECT count(*) AS n FROM finding WHERE rule = 'HF-101' AND ref = 'x:agency'"
ok set x:agency mfa_state=off

# ---- overdue ----
says 'both units are findings' '@$data == 2' check --rule HF-801
says 'and due, though nobody is named to sign' '2 == grep { $_->{what} eq "attestation" && $_->{do} =~ /attest/ && $_->{due} eq day(42) } @$data' due --days 60
ok set Press deputy_director='Dee Ray' director='Kit Low'
ok set Desk deputy_director='Dee Ray' director='Kit Low'

# ---- a unit, from beginning to end ----
next() { # sets $step
	run --json run next "$id"
	step=$(value '$data->{step} // ""')
}
# answer ADDRESS TEXT: what Ann enters, whatever comes, until somebody has to sign.
questions=0
go_on() {
	next
	while [ -n "$step" ]; do
		case $step in
		issue) ok run value "$id" issue answering='Ann Lee' due_on="$(day 40)" ;;
		read-check) ok run value "$id" read-check findings=3 worst_findings='HF-101' ;;
		ask-unlisted) ok run value "$id" "$step" unlisted_found=none ;;
		answer-it@*)
			questions=$((questions + 1))
			[ "$questions" != 3 ] || "$HOLDFAST" --json run next "$id" >"$dir/third"
			if [ "$questions" = 3 ]; then ok run value "$id" "$step" shown_by='HF-101: 1 found' answer=not-met
			else ok run value "$id" "$step" shown_by='seen' answer=met; fi ;;
		record-gap@*) ok run value "$id" "$step" risk='taken over' colour=red improvement='a factor by Friday' ;;
		look@*) ok run value "$id" "$step" spot_found='all as answered' ;;
		red-answers) ok run value "$id" "$step" red_decisions='mended by Friday' ;;
		confirm) return ;;
		esac
		run run done "$id" "$step"
		[ $status = 0 ] || { is "$step is done" false; return; }
		next
	done
}
endorse_all() { # after confirm was asked for
	ok run value "$id" confirm confirmation_words='in place, but for one factor'
	run run done "$id" confirm
	is 'it waits for somebody else' test $status = 1
	no 77 'it is your own work' run approve "$id" confirm
}
ok --json attest Press --period 2026-27
above=$(value '$data->{run}')
no 65 'under way' attest Press --period 2027-28
no 1 'its director has endorsed it' run done "$above" below-done@1
ok --json attest Desk --period 2026-27
id=$(value '$data->{run}')
ok add person name='Max Stone' unit=Desk last_day="$(day 0)"
says 'who leaves is not offered to answer, and nobody twice' 'join(",", map { $_->{value} . $_->{words} } @{$data->{write}[0]{choices}}) eq "Ann Lee,Dee Ray"' run next "$id" issue
no 65 'who leaves on' run value "$id" issue answering='Max Stone'
go_on
is 'what only people can say is asked' test "$questions" = "$((22 + $(HOLDFAST_BOOKS=$HOLDFAST_TOP "$HOLDFAST" --json query 'SELECT count(*) AS n FROM statement WHERE ask IS NOT NULL' | perl -ne '/"n": (\d+)/ && print $1')))"
is 'it waits for the signature' test "$step" = confirm
endorse_all
# somebody who is not the deputy director: it counts as a second person, but is no confirmation
as kit
ok run approve "$id" confirm
as ann
no 1 'signed with the key of the deputy director' run done "$id" confirmed
says 'which is no answer yet' '@$data == 0' list attestation control=confirmation
again() { # WHY WHO-FINISHES WHO-AGREES
	as ann
	ok run reopen "$id" confirm --why "$1"
	as "$2"
	ok run value "$id" confirm confirmation_words='in place, but for one factor'
	run run done "$id" confirm
	as "$3"
	ok run approve "$id" confirm
	as ann
}
again 'not the deputy director' ann dee
again 'other words' ann kit
no 1 'signed with the key of the deputy director' run done "$id" confirmed
as dee
says 'who signs reads the run, as an owner' '$data->{subject}' run show "$id"
says 'and the answers' '@$data >= 22' list attestation
again 'what was signed was opened again, so it is signed again, by who finishes it' dee kit
ok run done "$id" confirmed
says 'now it is' '@$data == 1 && $data->[0]{answered_as} eq "deputy-director"' list attestation control=confirmation
says 'the endorsement is missing' '1 == grep { $_->{found} =~ /endorsed/ } @$data' check --rule HF-801
ok run value "$id" endorse endorsement_words='the factor by Friday'
run run done "$id" endorse
no 1 'signed with the key' run done "$id" endorsed
as kit
ok run approve "$id" endorse
as ann
ok run done "$id" endorsed
says 'one unit is left' '@$data == 1 && $data->[0]{ref} eq "Press"' check --rule HF-801
says 'and one is due' '1 == grep { $_->{what} eq "attestation" } @$data' due --days 60
ok run done "$above" below-done@1
ok report "$id" internal/attestation
is 'the page names who signed' has out 'Dee Ray. in place, but for one factor'
is 'and who endorsed' has out 'Kit Low. the factor by Friday'
# ---- the tree: one signed, one overdue, one that never began ----
ok add unit name=Night parent=Desk deputy_director='Ann Lee' director='Kit Low'
ok add unit name=Web parent=Night
for control in confirmation endorsement; do
	ok add attestation unit=Night period=2025-26 control=$control answer=met answered_by='Kit Low' answered_as=director answered_on="$(day -400)"
done
ok report "$above" internal/attestation --format md
is 'the page of the highest names the one that is signed' has out "- Desk: endorsed on $(date -u +%F). Red answers: 1."
is 'the one that is overdue' has out '- Desk / Night: nothing is answered. Red answers: 0. **Overdue.**'
is 'and the one that never began' has out '- Desk / Night / Web: nothing is answered. Red answers: 0. **Overdue.**'
is 'of each only what is below it' test "$(ok report "$id" internal/attestation --format md; grep -c '^- Night' "$dir/out")" = 2
says 'they are findings' 'join(" ", sort map { $_->{ref} } @$data) eq "Night Press Web"' check --rule HF-801
says 'and due' '1 == grep { $_->{what} eq "attestation" && $_->{ref} eq "Night" && $_->{due} eq day(-35) } @$data' due
# ---- the year after ----
ok run value "$id" roll-up how_complete=all year_before='the first'
ok report "$id" internal/official-accounts --step roll-up
ok report "$id" internal/attestation --step roll-up
is 'of what was met nothing is said to be missing' test "$(grep -c 'Risk that remains: ' "$dir/out")" = 1
ok run done "$id" roll-up
ok run skip "$id" below-done --why 'new this year'
ok run close "$id"
no 65 'has answered for 2026-27; its director endorsed it on' attest Desk --period 2026-27
is 'with the way to the next' has err '--period 2027-28; a second round: --period "2026-27 after'
ok add attestation unit=Desk period=2027-28 control=own-devices answer=partly answered_on="$(day 0)"
ok report "$id" internal/attestation --format md
is 'the page of a run keeps its year' has out 'Dee Ray. in place, but for one factor'
is 'with its answers' test "$(grep -c '^- Status: met' "$dir/out")" -gt 20
says 'what people said is in the assessment' '1 == grep { $_->{statement} eq "R001" && $_->{status} ne "needs-person" } @$data' assess
is 'what the rules find stood beside the question' grep -q 'HF-101: 1 found' "$dir/third"
ok verify
# ---- who has to agree, and cannot read the run ----
ok set "$($HOLDFAST --json list org | perl -ne '/"id": "(\w+)"/ && print $1')" hr='Dee Ray' press='Ann Lee'
ok --json declare 'Kit Low' provider=x handle=kit purpose=news
id=$(value '$data->{run}')
ok run value "$id" was-asked@x:kit asked_for=no
ok run done "$id" was-asked@x:kit
ok run value "$id" look@x:kit look_words=plain our_business=no
ok run done "$id" look@x:kit
ok run value "$id" decision@x:kit verdict=remove verdict_reason='it sounds like us' verdict_by='Ann Lee' clean_by="$(day 20)"
ok run done "$id" decision@x:kit
ok run value "$id" read-out@x:kit their_answer=fine
ok run answer "$id" read-out@x:kit it-stands
ok run attach "$id" send-letter "$dir/kit.asc" --as letter-sent
run run done "$id" send-letter
is 'who cannot read it is named, with what an admin types' has err 'Dee Ray cannot read this run yet. An admin types: holdfast member role "Dee Ray" owner responder'
as dee
no 77 'sealed' run approve "$id" send-letter
as ann
ok member role 'Dee Ray' owner responder
as dee
ok run approve "$id" send-letter
as ann
# ---- what a log names stays ----
no 65 'Press: run ' remove --force Press
is 'a unit has no state to set' has err 'a record that a run is about stays, because the log names it'
finish
