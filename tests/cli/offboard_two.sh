#!/usr/bin/env bash
# Two managers off-board two people who share accounts, at once, each on their own copy; then they sync. No account may be left without its people.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
new_key ann@agency.example
at() { # PERSON: from now on, at their computer
	export XDG_DATA_HOME=$dir/$1/data XDG_STATE_HOME=$dir/$1/state XDG_CACHE_HOME=$dir/$1/cache HOLDFAST_KEY=${!1}
	register=$XDG_DATA_HOME/holdfast/default.git
	case $1 in ann) other=$bob ;; *) other=$ann ;; esac
}
drive() { # RUN [NAME=VALUE...]
	perl "$HOLDFAST_TOP/tests/cli/drive.pl" "$1" "$other" "${@:2}" >"$dir/out" 2>"$dir/err"
	status=$?
}
# Accounts without an owner, or without an administrator, who stays.
lost='SELECT a.ref FROM account a WHERE NOT EXISTS (SELECT 1 FROM person p WHERE p.id = a.owner AND p.last_day IS NULL)
	OR NOT EXISTS (SELECT 1 FROM live_grant g JOIN person p ON p.id = g.person WHERE g.account = a.id AND g.role = "admin" AND p.last_day IS NULL)'
lost=${lost//\"/\'}

ann=$(fpr_of ann@agency.example) bob=''
at ann
ok init --name Agency --domain agency.example
bob=$(join_member bob@agency.example admin)
at ann
ok add unit name=Press
ok add person name='Ann Lee' email=ann@agency.example unit=Press
ok add person name='Bob Roe' email=bob@agency.example unit=Press
ok member role "$ann" --person 'Ann Lee'
ok member role "$bob" --person 'Bob Roe'
ok add person name='Jo Park' unit=Press manager='Ann Lee'
ok add person name='Kim Moss' unit=Press manager='Bob Roe'
ok set org hr='Ann Lee' security='Bob Roe' it='Bob Roe' press='Ann Lee'
ok add account provider=x handle=one state=live owner='Jo Park' deputy='Kim Moss' mfa_holders='Jo Park, Kim Moss'
ok add account provider=x handle=two state=live owner='Kim Moss' deputy='Jo Park'
ok add account provider=x handle=three state=live owner='Ann Lee' deputy='Kim Moss'
for who in 'Jo Park' 'Kim Moss'; do
	for account in x:one x:two x:three; do
		ok add grant account=$account person="$who" role=admin
	done
done
# Two more, whose farewells are over, and their runs closed, before either copy knows of the other.
ok add person name='Lee Ash' manager='Ann Lee'
ok add person name='Pat Orr' manager='Bob Roe'
ok add account provider=x handle=four state=live owner='Lee Ash' deputy='Pat Orr'
for who in 'Lee Ash' 'Pat Orr'; do ok add grant account=x:four person="$who" role=admin since=2024-01-01; done
farewell() { # PERSON: all of it
	ok --json offboard "$1" --last-day today
	local run
	run=$(value '$data->{run}')
	drive "$run"
	is "the farewell of $1 goes to its end" test $status = 0
	ok run close "$run"
	says "nothing of $1 is left" '@$data == 0' query "SELECT t.* FROM tie t JOIN person p ON p.id = t.person WHERE p.name = '$1'"
}
git init -q --bare "$dir/remote.git"
ok sync --to "$dir/remote.git"
at bob
ok clone "$dir/remote.git" --root "$ann"

# Each hands over to the other leaver, who is the deputy; each takes one of two administrators away.
at ann
ok --json offboard 'Jo Park' --last-day today
jo=$(value '$data->{run}')
STOP_BEFORE=no-orphans drive "$jo"
is 'the first goes to the last look' test $status = 0
farewell 'Lee Ash' # to the deputy, who is proposed first
says 'which leaves an account to somebody who stays' '$data->[0]{name} eq "Pat Orr"' query "SELECT p.name FROM account a JOIN person p ON p.id = a.owner WHERE a.ref = 'x:four'"
says 'and hands over to the second' '$data->[0]{name} eq "Kim Moss"' query "SELECT p.name FROM account a JOIN person p ON p.id = a.owner WHERE a.ref = 'x:one'"
at bob
ok --json offboard 'Kim Moss' --last-day today
kim=$(value '$data->{run}')
STOP_BEFORE=no-orphans drive "$kim"
is 'the second too' test $status = 0
farewell 'Pat Orr'
says 'which leaves it to its owner' '$data->[0]{name} eq "Lee Ash"' query "SELECT p.name FROM account a JOIN person p ON p.id = a.owner WHERE a.ref = 'x:four'"
says 'and hands over to the first' '$data->[0]{name} eq "Jo Park"' query "SELECT p.name FROM account a JOIN person p ON p.id = a.owner WHERE a.ref = 'x:two'"
ok sync
is 'who was first has nothing to be told' empty err
at ann
says 'who merges is told at once, by name' '7 == @{$data->{orphans}} && "owner administrator" eq join " ", map { $_->{lacks} } grep { $_->{ref} eq "x:four" } @{$data->{orphans}}' sync
is 'with what to do' has err 'x:four has no owner who stays (Pat Orr leaves) now: holdfast set x:four owner=PERSON'
is 'for each' has err 'x:four has no administrator who stays now: holdfast add grant account=x:four person=PERSON role=admin'
says 'once' '@{$data->{orphans}} == 0' sync
ok set x:four owner='Ann Lee'
ok add grant account=x:four person='Ann Lee' role=admin
says 'now nobody is left' '@$data == 3' query "$lost"
no 1 'an administrator who stays' run done "$jo" no-orphans
no 1 'new-owner@' run close "$jo"
run run show "$jo"
is 'it says for whom' has out 'Name another administrator of one on x'

# Either goes on; the other finds what is left.
drive "$jo"
is 'the first finds others' test $status = 0
says 'for each' '@$data == 0' query "$lost"
ok run close "$jo"
ok sync
at bob
ok sync
drive "$kim"
is 'the second goes to the end' test $status = 0
ok run close "$kim"
ok sync
says 'every account has its people' '@$data == 0' query "$lost"
says 'no name is left' '@$data == 0' query "SELECT t.* FROM tie t JOIN person p ON p.id = t.person WHERE p.last_day IS NOT NULL"
at ann
ok sync
says 'on both sides' '@$data == 0' query "$lost"
ok verify

# Who asks for an approval is told that the other sees it only after a sync.
ok add person name='Dee Poe'
ok add grant account=x:one person='Dee Poe' role=publish
ok --json offboard 'Dee Poe' --last-day today
dee=$(value '$data->{run}')
run run skip "$dee" take-grant --why 'it was never given'
is 'they sync first' has err 'holdfast sync, then holdfast run approve'
is 'and so does who asks' has err 'before that, it leaves here with your holdfast sync'
finish
