#!/usr/bin/env bash
# Off-boarding to the end: who holds the only login, a key, an office, and everything else that can bear a name; and a mover, who keeps what is allowed anew.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
new_key ann@agency.example
ok init --name Agency --domain agency.example
ann=$(fpr_of ann@agency.example)
bob=$(join_member bob@agency.example admin)
export HOLDFAST_KEY=$ann
new_key jo@agency.example
jo=$(fpr_of jo@agency.example)
gpg --batch --armor --export "$jo" >"$dir/jo.asc"
ok member add "$dir/jo.asc" --role responder
drive() { # RUN [NAME=VALUE...]
	perl "$HOLDFAST_TOP/tests/cli/drive.pl" "$1" "$bob" "${@:2}" >"$dir/out" 2>"$dir/err"
	status=$?
}
# The steps that out tells of, each after the other.
in_order() { # FIRST SECOND
	awk -F'[@:]' -v a="$1" -v b="$2" '$1 == a && !f { f = NR } $1 == b { l = NR } END { exit !(f && l && f < l) }' "$dir/out"
}
# Every record in which somebody stands, but not what tells of the past: read from the JSON of everything.
still_named() { # ID
	for kind in org unit person account contact grant device share declaration attestation exception document conflict supplier; do
		run --json list $kind
		cat "$dir/out"
	done | perl -MJSON::PP -e 'my ($id, $today) = @ARGV; local $/; my @all = JSON::PP->new->utf8->incr_parse(<STDIN>);
		my %past = map { $_ => 1 } qw(id created_by confirmed_by authorised_by asked_by decided_by collected_by);
		for my $r (map { @{$_->{data}} } @all) {
			next if $r->{until} && $r->{until} le $today or $r->{rotated_on} or $r->{settled_on} or ($r->{decision} || "") =~ /adopt|remove/ or
			    $r->{expires} && $r->{expires} le $today;
			for my $f (grep { !$past{$_} } keys %$r) {
				print "$r->{kind} $r->{id} $f\n" for grep { !ref && $_ eq $id } ref $r->{$f} ? @{$r->{$f}} : $r->{$f};
			}
		}' "$1" "$(date -u +%F)"
}

ok add unit name=Press
ok add person name='Ann Lee' email=ann@agency.example
ok add person name='Bob Roe' email=bob@agency.example
ok add person name='Jo Park' email=jo@agency.example phone='+44 20 7946 0011' unit=Press manager='Ann Lee'
ok add person name='Sam Okoro' manager='Jo Park' unit=Press
for who in 'Ann Lee' 'Bob Roe' 'Jo Park'; do
	case $who in Ann*) key=$ann ;; Bob*) key=$bob ;; *) key=$jo ;; esac
	ok member role "$key" --person "$who"
done
person=$("$HOLDFAST" --json show 'Jo Park' | sed -n 's/^ *"id": "\(.*\)",*/\1/p')
ok set org hr='Ann Lee' security='Bob Roe' it='Bob Roe' press='Ann Lee' siro='Jo Park'
ok set Press director='Jo Park' deputy_director='Ann Lee'
ok add account provider=x handle=agency state=live unit=Press owner='Jo Park' deputy='Sam Okoro' responder='Jo Park' responder_deputy='Bob Roe' \
    registered_email=jo@agency.example registered_phone='+44 20 7946 0011' mfa_holders='Jo Park' recovery_holders='Jo Park' extra_reviewers='Jo Park' \
    risk_owner='Jo Park' drafter='Sam Okoro' approver='Jo Park'
ok add account provider=zoom handle=rooms state=live owner='Ann Lee' deputy='Jo Park' login_model=shared vault_ref='Team/Zoom' created_by='Jo Park'
ok add account provider=x handle=old state=closed owner='Jo Park'
ok add grant account=x:agency person='Jo Park' role=admin since=2024-01-01 authorised_by='Ann Lee'
ok add grant account=zoom:rooms person='Jo Park' role=publish
ok add grant account=zoom:rooms person='Ann Lee' role=admin
ok add grant account=zoom:rooms person='Jo Park' role=host since="$(day 30)"
ok add grant account=zoom:rooms person='Sam Okoro' role=read authorised_by='Jo Park'
ok add contact account=x:agency type=phone value='+44 20 7946 0011' holder='Jo Park'
ok add contact account=zoom:rooms type=email value=jo@agency.example
ok add device tag=L-1 holder='Jo Park'
ok add share account=x:agency person='Jo Park' shared_on=2024-02-02
ok add declaration person='Jo Park' provider=x handle=jopark decision=own-risk decided_by='Ann Lee'
ok add document path=incident/our-own text='# Our own' owner='Jo Park'
ok add exception rule=HF-201 subject=x:agency reason='old service' accepted_by='Jo Park' expires="$(day 90)"
ok add exception rule=HF-205 subject='Jo Park' reason='for now'
ok add attestation unit=Press period=2026-27 control='HF-1' answered_by='Jo Park'
ok --json add desk provider=x note='few read this' restricted_to="$ann, $bob, $jo"
ok respond x:agency --playbook incident/impersonation
ok --json run list
incident=$(value '$data->[0]{run}')
role=$("$HOLDFAST" --json run next "$incident" | sed -n 's/^ *"role": "\(.*\)",*/\1/p' | head -n 1)
ok run assign "$incident" "$role" 'Jo Park'

# ---- it begins ----

says 'it begins' '$data->{step} eq "which-case"' offboard 'Jo Park' --last-day today
leaver=$(value '$data->{run}')
says 'the only login is caught first' '(grep { $_->{id} =~ /^only-admin/ && $_->{state} eq "open" } @{$data->{steps}}) == 1 &&
	(grep { $_->{id} =~ /^only-factor/ } @{$data->{steps}})' run show "$leaver"
no 1 'steps are open: which-case, list, only-admin@x:agency' run close "$leaver"
no 1 'an administrator who stays' run done "$leaver" "$("$HOLDFAST" --json run show "$leaver" | perl -0ne 'print $1 if /"id": "(take-grant@[^"]+)"[^}]*right admin/ || /right admin[^}]*"id": "(take-grant@[^"]+)"/')"
says 'a step that changes the register takes nobody whom it does not offer' '$data->{steps}' run show "$leaver"
deputy=$(value '(grep { $_->{title} =~ /becomes deputy of rooms/ } @{$data->{steps}})[0]{id}')
no 65 'it cannot be Ann Lee, whom the step does not offer' run value "$leaver" "$deputy" successor='Ann Lee'
says 'the list says everything' '@$data == 31' query "SELECT * FROM tie WHERE person = '$person'"
ok report "$leaver" internal/leaver-list
for words in 'x:agency: duty owner' 'office siro' 'zoom:rooms: grant host' 'x:agency: risk HF-201' 'excused HF-205' 'restricted desk' 'run '; do
	is "the paper has $words" has out "$words"
done
ok impact 'Jo Park'
is 'impact says it too' has out 'registered with their mailbox'

# ---- and goes to its end ----

STOP_BEFORE=check-live drive "$leaver"
is 'everything before the look into the services is done' test $status = 0
is 'another administrator before the right is taken' in_order only-admin take-grant
is 'another factor before the factor' in_order only-factor take-factor
is 'handed over before anything is removed' in_order successor take-grant
is 'the others read it before the key goes' in_order pass-restricted take-key
is 'all rights end before the password is changed' in_order take-grant change-password
is 'the mailbox is kept before the sign-in is blocked' in_order keep-mailbox block-sign-in
is 'nothing is left' not grep -q '^left' "$dir/out"
no 1 'check-live' run close "$leaver"
says 'the key is gone' '!grep { $_->{fingerprint} eq "'"$jo"'" } @$data' member list
says 'who drafts is not offered as who approves' '@$data == 1' query "SELECT 1 FROM account WHERE drafter IS NOT NULL AND approver IS NOT NULL AND approver <> drafter"
# A name that comes back before the end keeps it open.
ok set x:agency drafter='Jo Park'
drive "$leaver"
is 'the second one is handed over as well' has out 'successor@'
is 'to the end' test $status = 0
is 'the certificate comes last' test "$(tail -n 1 "$dir/out" | cut -d: -f1)" = certificate
says 'no tie is left' '@$data == 0' query "SELECT * FROM tie WHERE person = '$person'"
still_named "$person" >"$dir/named"
is 'and no record names them' test ! -s "$dir/named"
sed 's/^/  /' "$dir/named"
ok report "$leaver" internal/leaver-certificate
day=$(date -u +%F)
for words in 'Jo Park has left' "Last day: $day" 'x:agency: done. Administrator now: ' 'siro of Agency: done' 'Take away the right admin on agency on x. done' \
    "ended $day" 'Change the password of rooms on zoom. done' 'Mailbox able to receive until: ' 'by Ann Lee' ', approved by Bob Roe' 'Look into the live services: ' 'Key to this register taken back at: '; do
	is "the certificate has $words" grep -qF -e "$words" <(tr '\n' ' ' <"$dir/out" | tr -s ' ')
done
ok run close "$leaver"
ok verify

# ---- somebody moves ----

ok add grant account=x:agency person='Sam Okoro' role=publish since=2024-01-01
ok add share account=x:agency person='Sam Okoro' shared_on=2024-02-02
says 'a mover' '$data->{run}' offboard 'Sam Okoro' --mover --last-day today
mover=$(value '$data->{run}')
no 65 'new_manager: it cannot be Sam Okoro, whom this run is about' run value "$mover" record-move new_manager='Sam Okoro'
no 65 'old_manager: it cannot be Sam Okoro' run value "$mover" record-move old_manager='Sam Okoro'
no 65 'manager: Sam Okoro cannot be named in their own record' set 'Sam Okoro' manager='Sam Okoro'
ok add person name='Lou Soon' last_day="$(day 9)"
no 65 'new_manager: it cannot be Lou Soon, who leaves on' run value "$mover" record-move new_manager='Lou Soon'
drive "$mover" stays=yes office_stays=yes
is 'a mover, to the end' test $status = 0
says 'keeps what is allowed anew' '@$data == 1 && $data->[0]{authorised_by} && $data->[0]{reviewed_on}' query \
    "SELECT * FROM live_grant g JOIN person p ON p.id = g.person WHERE p.name = 'Sam Okoro' AND g.role = 'publish' AND g.authorised_on = :today"
ok run close "$mover"
run --json query "SELECT g.id FROM live_grant g JOIN person p ON p.id = g.person WHERE p.name = 'Sam Okoro'"
for grant in $(value 'join " ", map { $_->{id} } @$data'); do
	ok set "$grant" reviewed_on=2025-01-01
done
says 'a second move' '$data->{run} ne "'"$mover"'"' offboard 'Sam Okoro' --mover --last-day today
second=$(value '$data->{run}')
says 'the first one is closed, and stays as it was' '!grep { $_->{state} !~ /^(done|skipped|excluded)$/ } @{$data->{steps}}' run show "$mover"
mover=$second
drive "$mover" stays=no office_stays=no
is 'and loses what is not' test $status = 0
says 'all of it' '@$data == 0' query "SELECT * FROM tie t JOIN person p ON p.id = t.person WHERE p.name = 'Sam Okoro'"
ok report "$mover" internal/leaver-certificate
is 'the certificate has what the new post needs' has out 'grant publish, x:agency: not needed'
is 'and under what was taken away no decision' not grep -q 'Decide whether' "$dir/out"

# ---- two whose rights to one login end on one day: the password is changed after each ----

for name in 'Pat Two' 'Kay Three'; do
	ok add person name="$name" manager='Ann Lee'
	ok add grant account=zoom:rooms person="$name" role=publish since=2024-01-01
done
ok offboard 'Pat Two' --mover --last-day today
ok --json offboard 'Kay Three' --last-day today
kay=$(value '$data->{run}')
ok --json offboard 'Pat Two' --mover
pat=$(value '$data->{run}')
drive "$pat" stays=no office_stays=no
is 'the mover, to the end' test $status = 0
is 'is the reason to change it' has out 'change-password@1: Change the password of rooms on zoom'
drive "$kay"
is 'the leaver, to the end' test $status = 0
is 'is a reason too' has out 'Change the password of rooms on zoom'

# ---- a farewell that is planned ----

ok add person name='Eve Far' email=eve@agency.example
ok add grant account=zoom:rooms person='Eve Far' role=publish
ok add account provider=x handle=far state=live owner='Ann Lee' registered_email=eve@agency.example
ok --json offboard 'Eve Far' --last-day "$(day 3)"
eve=$(value '$data->{run}')
says 'a planned leaver' '!grep { $_->{late} } @{$data->{steps}}' run show "$eve"
grant=$(value '(grep { $_->{title} =~ /^Take away the right publish/ } @{$data->{steps}})[0]{id}')
address=$(value '(grep { $_->{title} =~ /own address off x:far/ } @{$data->{steps}})[0]{id}')
no 1 'the last day at work' run done "$eve" "$grant"
no 1 'no code that still goes to their own address' run done "$eve" block-sign-in
no 65 'it has to be another address or number than Eve Far has' run value "$eve" "$address" new_address=Eve@agency.example
ok run value "$eve" "$address" new_address=news@agency.example
no 65 'it has to be the last day at work, or a day after it' run value "$eve" keep-mailbox mailbox_until="$(day 2)"
ok run value "$eve" keep-mailbox mailbox_until="$(day 180)"
finish
