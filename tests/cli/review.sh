#!/usr/bin/env bash
# The quarterly review, by an owner with a key and rights of their own: each step by a new process, as if somebody had left at every prompt; the
# stamps after each; what is wrong, what is missing, and what an owner may not do.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"

as() { # NAME: run, ok and no act for them from here on
	export GNUPGHOME=$dir/gnupg-$1 HOLDFAST_REGISTER=$register XDG_STATE_HOME=$dir/state-$1 XDG_CACHE_HOME=$dir/cache-$1
}
ago() { day "-$1"; }
for name in ann jo; do
	mkdir -m 700 "$dir/gnupg-$name"
	as $name
	new_key $name@agency.example
	gpg --armor --export >"$dir/$name.asc"
done
as ann
ok init --name Agency --domain agency.example --person 'Ann Lee'
ok set 'Ann Lee' phone='+44 20 7946 0001'
ok add person name='Jo Park' email=jo@agency.example
ok add person name='Max Stone' email=max@agency.example
ok add account provider=x handle=agency owner='Jo Park' deputy='Max Stone' responder='Ann Lee' state=live criticality=low \
	created_on="$(ago 900)" display_name=Agency registered_email=press@agency.example recovery_reviewed_on="$(ago 120)" mfa_state=on \
	mfa_holders='Jo Park' backup_codes_ref='Team/X codes'
ok add account provider=x handle=second owner='Jo Park' deputy='Max Stone' responder='Ann Lee' state=live recovery_reviewed_on="$(ago 100)"
ok add account provider=x handle=fresh owner='Jo Park' state=live recovery_reviewed_on="$(ago 3)"
ok add account provider=x handle=theirs owner='Ann Lee' state=live recovery_reviewed_on="$(ago 200)"
ok add contact account=x:agency type=email value=rescue@agency.example
ok add grant account=x:agency person='Max Stone' role=admin since="$(ago 300)" reviewed_on="$(ago 200)"
echo letter >"$dir/letter.pdf"
ok attach x:agency "$dir/letter.pdf" satisfies=familiar-device description='Network letter' valid_until="$(ago 5)"
ok attach x:agency "$dir/letter.pdf" satisfies=signed-letter description='Signed letter' valid_until="$(day 30)"
for number in 1 2; do ok add contact account=x:second type=phone value="+44 20 7946 000$number"; done
ok member add "$dir/jo.asc" --role owner --person 'Jo Park'

# ---- what is due, and whose ----
as jo
no 2 'each say which accounts' review x:agency --mine
no 65 'no account or person has that name' review x:nothing
says 'alone: the own account that is longest overdue' '$data->{run} && $data->{step} eq "registered"' review
id=$(value '$data->{run}')
says 'that is this one' '$data->{subject} =~ /^\w{26}$/ && $data->{playbook} eq "routine/recovery-review"' run show "$id"
says 'the same again is the same run' '$data->{run} eq "'"$id"'"' review
says 'by reference too' '$data->{run} eq "'"$id"'"' review x:agency

# ---- every step by a process of its own ----
stamp() { # KIND FIELD WHERE: what the register says
	"$HOLDFAST" --json query "SELECT coalesce($2, '') AS v FROM $1 WHERE $3" | perl -MJSON::PP -e 'local $/; print JSON::PP->new->decode(<STDIN>)->{data}[0]{v}'
}
reviewed() { stamp account recovery_reviewed_on "handle = 'agency'"; }
asked='' parts='' early=0
next() { run --json run next "$id"; step=$(value '$data->{step} // ""'); }
no 1 'a closed gate' run done "$id" sign
says 'a row has its number, and a name' 'grep { $_->{id} eq "contacts\@1" && $_->{name} eq "contacts\@rescue-agency.example" } @{$data->{steps}}' run show "$id"
says 'it answers to its number' '$data->{step} eq "contacts\@1" && $data->{address} eq "contacts\@rescue-agency.example"' run next "$id" contacts@1
says 'and to its name' '$data->{step} eq "contacts\@1"' run next "$id" contacts@rescue-agency.example
no 1 'no row of that step is called so now' run done "$id" contacts@nobody
next
while [ -n "$step" ] && [ "$step" != sign ]; do
	case " $asked " in *" $step "*) is "nothing is asked twice: $step" false; break ;; esac
	asked="$asked $step"
	parts="$parts ${step%@*}"
	before_step=$(reviewed)
	run run show "$id" # somebody looks and leaves: nothing is stamped by that
	case $step in
	contacts@*) is 'the contact is not stamped yet' test "$(stamp contact verified_on "value = 'rescue@agency.example'")" = '' ;;
	people@*) is 'nor the right' test "$(stamp grant reviewed_on 1)" = "$(ago 200)" ;;
	strangers) is 'nor the list of people' test "$(stamp account access_reviewed_on "handle = 'agency'")" = '' ;;
	responder) is 'nor the call' test "$(stamp account responder_reached_on "handle = 'agency'")" = '' ;;
	second-person) ok run value "$id" "$step" mfa_holders='Jo Park, Max Stone' ;;
	password) ok run value "$id" "$step" vault_ref='Team/X' ;;
	asks@*) no 1 'proof_plan' run done "$id" "$step"; ok run value "$id" "$step" proof_plan='Jo, by Friday' ;;
	proofs@*) ok run value "$id" "$step" valid_until="$(day 400)" ;;
	esac
	ok run done "$id" "$step"
	case $step in
	contacts@*) is 'now it is' is_today "$(stamp contact verified_on "value = 'rescue@agency.example'")" ;;
	people@*) is 'and the right' is_today "$(stamp grant reviewed_on 1)" ;;
	strangers) is 'and the list' is_today "$(stamp account access_reviewed_on "handle = 'agency'")" ;;
	responder) is 'and the call' is_today "$(stamp account responder_reached_on "handle = 'agency'")" ;;
	second-person) is 'a changed answer is in the register at once' test "$(stamp account 'json_array_length(mfa_holders)' "handle = 'agency'")" = 2 ;;
	proofs@*) is 'so is the last day of a proof' test "$(stamp evidence "valid_until > date('now', '+300 days')" "satisfies = 'signed-letter'")" = 1 ;;
	esac
	[ "$(reviewed)" = "$before_step" ] || early=1
	next
done
is 'every part was asked, a proof that ran out as a step of its own' \
	test "$parts" = ' registered contacts people strangers second-person codes password asks proofs responder'
is 'it was not stamped before it was signed' test $early = 0
is 'and is not yet' test "$(reviewed)" = "$(ago 120)"
ok run done "$id" sign
is 'now it is reviewed' is_today "$(reviewed)"
says 'what was confirmed stands in the log' 'grep { ($_->{confirmed} || {})->{"account.registered_email"} } @{$data->{entries}}' run show "$id"
says 'nothing is left' '!defined $data->{step}' run next "$id"
ok run close "$id"

# ---- the next one, with something left out ----
says 'the next one that is due' '$data->{run} ne "'"$id"'"' review
id=$(value '$data->{run}')
ok run skip "$id" registered --why 'no telephone here'
ok run skip "$id" contacts --why 'nobody is there today'
next
asked=''
while [ -n "$step" ] && [ "$step" != sign ]; do
	asked="$asked $step"
	case $step in asks@*) ok run value "$id" "$step" proof_plan='the security lead has it' ;; esac
	ok run done "$id" "$step"
	next
done
is 'a responder who was reached is not rung again' test "${asked%responder}" = "$asked"
no 1 'nothing was skipped' run done "$id" sign
is 'what was not answered is not signed' test "$(stamp account recovery_reviewed_on "handle = 'second'")" = "$(ago 100)"
ok run reopen "$id" registered --why 'a telephone was found'
ok run done "$id" registered
no 1 'nothing was skipped' run done "$id" sign # one row of two counts, though the other was done after it
ok run reopen "$id" contacts@1 --why 'now they are there'
ok run done "$id" contacts@1
ok run answer "$id" sign something-has-to-be-mended
is 'signed' is_today "$(stamp account recovery_reviewed_on "handle = 'second'")"
says 'what has to be mended is asked for' '$data->{step} eq "mend"' run next "$id"
ok run value "$id" mend to_mend='codes, by Friday, Jo'
ok run done "$id" mend
ok run value "$id" mended mended='codes'
ok run done "$id" mended
ok run close "$id"

# ---- nobody answers: what is put in the place of it is stamped, and not what was there ----
ok set "$(stamp contact id "value LIKE '%0002'")" verified_on="$(ago 200)"
for account in agency second; do ok set x:$account responder_reached_on="$(ago 200)"; done
run --json review x:second
id=$(value '$data->{run}')
asked=''
next
while [ -n "$step" ] && [ "$step" != sign ]; do
	case " $asked " in *" $step "*) is "nothing is asked twice: $step" false; break ;; esac
	asked="$asked $step"
	case $step in
	contacts@2) ok run fail "$id" "$step" --note 'nobody answers'
		is 'who does not answer is not stamped' test "$(stamp contact verified_on "value LIKE '%0002'")" = "$(ago 200)" ;;
	new-contact@1) no 1 'new_contact' run done "$id" "$step"
		no 65 'another one than before' run value "$id" "$step" new_contact='+44 20 7946 0002'
		ok run value "$id" "$step" new_contact='+44 20 7946 0009'; ok run done "$id" "$step" ;;
	responder) ok run fail "$id" "$step"
		is 'nor is a responder who does not' test "$(stamp account responder_reached_on "handle = 'second'")" = "$(ago 200)" ;;
	new-responder) ok run value "$id" "$step" new_responder='Jo Park'; ok run done "$id" "$step" ;;
	asks@*) ok run value "$id" "$step" proof_plan='the security lead has it'; ok run done "$id" "$step" ;;
	*) ok run done "$id" "$step" ;;
	esac
	next
done
is 'only for the one that did not answer another is asked for' expr "$asked" : ' registered contacts@1 contacts@2 new-contact@1 strangers '
is 'and it is there, tried today' is_today "$(stamp contact verified_on "value LIKE '%0009'")"
is 'the other is gone' test "$(stamp contact value "value LIKE '%0002'")" = ''
is 'so is the one who leads now' is_today "$(stamp account responder_reached_on "handle = 'second' AND responder = (SELECT id FROM person WHERE name = 'Jo Park')")"
ok run done "$id" sign
ok run close "$id"

# ---- a contact of several accounts is rung once ----
contacts() { # what is asked about contacts in this run, and how far it is
	run --json run show "$id"
	value 'join " ", map { "$_->{id}=$_->{state}" } grep { $_->{id} =~ /contacts/ } @{$data->{steps}}'
}
ok add contact account=x:agency type=phone value='+442079460001'
run --json review x:agency
id=$(value '$data->{run}')
is 'who answered for another account today is not rung again' test "$(contacts)" = 'contacts@1=open shared-contacts@1=open'
ok run done "$id" registered
ok run done "$id" shared-contacts@1
is 'it is recorded for this one, too' test "$(stamp "contact c JOIN account a ON a.id = c.account" 'count(*)' "c.value LIKE '%0001' AND c.verified_on = date('now')")" = 2
ok set "$(stamp "contact c JOIN account a ON a.id = c.account" c.id "a.handle = 'second' AND c.value LIKE '%0001'")" verified_on="$(ago 3)"
is 'and what was asked stays as it is on the next day' test "$(contacts)" = 'contacts@1=open shared-contacts@1=done'
ok run done "$id" contacts@1
is 'nor does what was rung here become what was rung elsewhere' test "$(contacts)" = 'contacts@1=done shared-contacts@1=done'

# ---- and then ----
says 'nothing is due' '!defined $data->{run}' review
says 'all of mine' '$data->{run}' review --mine
mine=$(value '$data->{run}')
ok verify
as ann
says 'everybody'"'"'s' '$data->{run}' review --due
says 'is the one that is overdue' '$data->{subject} eq "'"$($HOLDFAST --json show x:theirs | perl -ne '/"id": "(\w+)"/ && print $1')"'"' run show "$(value '$data->{run}')"
ok verify --all
as jo
says 'last is where one did something oneself, whoever began another since' '$data->{run} eq "'"$mine"'"' run show last
finish
