#!/usr/bin/env bash
# Members as people work with them: three on one register, each with a computer of their own, and everything that can be typed wrong.
# shellcheck disable=SC2016
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"

# as NAME: run, ok and no act for them from here on. All share one repository, as if they had just synced.
as() {
	GNUPGHOME=$dir/gnupg-$1
	HOLDFAST_REGISTER=$register
	XDG_STATE_HOME=$dir/state-$1
	XDG_CACHE_HOME=$dir/cache-$1
	export GNUPGHOME HOLDFAST_REGISTER XDG_STATE_HOME XDG_CACHE_HOME
}
person() { # NAME [ALGORITHM [USAGE]]: a key of theirs, exported to $dir/NAME.asc; its fingerprint in $NAME
	mkdir -m 700 "$dir/gnupg-$1"
	as "$1"
	new_key "$1@agency.example" "${2-future-default}" "${3-default}"
	gpg --armor --export >"$dir/$1.asc"
	printf -v "$1" %s "$(gpg --with-colons --list-keys | awk -F: '$1 == "fpr" { print $10; exit }')"
}
data_is() { # NAME WORDS: standard output has them
	is "$1" has out "$2"
}

ann='' jo='' bob='' sue='' max=''
for name in ann jo bob sue max; do person $name; done
person sig ed25519 sign
as ann
no 65 'person' init --name Agency --person ''
is 'nothing is left behind' test ! -e "$register"
ok init --name Agency --domain agency.example --person 'Ann Lee'
says 'the first admin is a person' '$data->[0]{name} eq "Ann Lee" && $data->[0]{person}' member list
says 'with the address of the key' '$data->{email} eq "ann\@agency.example" && $data->{key_fpr}' show 'Ann Lee'
ok add person name='Jo Park' email=jo@agency.example
ok add person name='Bob Roe' email=bob@agency.example
ok add person name='Sue Ash'
ok add account provider=x handle=one owner='Jo Park' login_model=shared vault_ref='Team/X one'
ok add account provider=x handle=two
ok add contact account=x:one type=email value=rescue@agency.example

# key files that are none
printf 'not a key\n' >"$dir/garbage"
: >"$dir/empty"
cat "$dir/jo.asc" "$dir/bob.asc" >"$dir/two.asc"
(as jo; gpg --batch --pinentry-mode loopback --passphrase '' --armor --export-secret-keys) >"$dir/secret.asc" 2>/dev/null
no 2 'role' member add "$dir/jo.asc"
no 2 '"boss" is not one of admin, responder, owner, auditor' member add "$dir/jo.asc" --role boss
no 2 'none is named' member add "$dir/jo.asc" --role ''
no 65 'nofile' member add "$dir/nofile" --role owner
no 65 "$dir" member add "$dir" --role owner
no 65 'key file' member add "$dir/garbage" --role owner
no 65 'key file' member add "$dir/empty" --role owner
no 65 'key file' member add "$dir/two.asc" --role owner
no 65 'secret' member add "$dir/secret.asc" --role owner
no 65 'cannot encrypt' member add "$dir/sig.asc" --role owner
no 65 'no person has that name' member add "$dir/jo.asc" --role owner --person Nobody
no 65 'x:one' member add "$dir/jo.asc" --role owner --person x:one
no 65 'gpg has no such key' member add "$jo" --role owner

# in
ok member add "$dir/jo.asc" --role owner --person 'Jo Park'
data_is 'it says who is in' "Jo Park ($jo) is a member: owner"
no 65 'is a member already' member add "$dir/jo.asc" --role responder
no 65 'tied to another member' member add "$dir/bob.asc" --role responder --person 'Jo Park'
before=$(head_of)
ok member add "$dir/bob.asc" --role responder -n
is 'a dry run writes nothing' test "$(head_of)" = "$before"
data_is 'and says how much' 'files would be encrypted anew'
input=$dir/bob.asc ok member add - --role responder,auditor --person bob@agency.example
data_is 'two roles' "Bob Roe ($bob) is a member: responder, auditor"
ok member add "$dir/sue.asc" --role auditor --person 'Sue Ash'
says 'the list' 'scalar(@$data) == 4 && (grep { $_->{name} eq "Jo Park" && $_->{roles}[0] eq "owner" && $_->{state} eq "good" && $_->{fingerprint} =~ /^[0-9A-F]{40}$/ } @$data) == 1' member list
ok verify

# an owner
as jo
says 'an owner sees their own account' 'scalar(@$data) == 1 && $data->[0]{handle} eq "one"' list account
says 'and what hangs on it' 'scalar(@$data) == 1' list contact
ok find agency
ok set x:one notes=mine
ok add account provider=x handle=three owner='Jo Park'
no 77 'you may not change person Bob Roe: your role is owner' set 'Bob Roe' phone=+442079460001
no 77 'you could not read it afterwards' add account provider=x handle=four
no 77 'your role is owner' set x:one owner='Bob Roe' deputy=
no 77 'you may not remove account x:three: your role is owner' remove x:three --force
no 77 'you may not let a member in: your role is owner' member add "$dir/max.asc" --role owner
no 77 'you may not take a member off' member remove "$bob" --force
no 77 'change a member' member role "$jo" admin
no 77 'encrypt anew' member refresh
is 'with whom to ask' has err 'ask an admin'
as ann
ok --json list account handle=two
two=$(value '$data->[0]{id}')
as jo
no 77 'sealed' show "$two"
no 65 'no record has that name' show x:two
no 77 'sealed' set "$two" notes=x

# an auditor
as sue
says 'an auditor sees all' 'scalar(@$data) == 3' list account
no 77 'your role is auditor' set x:one notes=x
no 77 'your role is auditor' add person name=X
no 77 'your role is auditor' respond x:one
printf 'x' >"$dir/file.txt"
no 77 'your role is auditor' attach x:one "$dir/file.txt"

# an account changes hands: what hangs on it follows, and it is said
as bob
run set x:one owner='Sue Ash'
is 'the owner changes' test $status = 0
is 'and it is said what else was encrypted anew' has err 'encrypted anew'
ok verify
as jo
no 65 'no record has that name' show x:one
says 'nor what hung on it' 'scalar(@$data) == 0' list contact
as bob
ok set x:one owner='Jo Park'
as jo
says 'it is back' 'scalar(@$data) == 1' list contact

# an owner names a deputy: they may not encrypt for them what hangs on it
as ann
ok member add "$dir/max.asc" --role owner
ok add person name='Max Lee'
ok member role "$max" --person 'Max Lee'
as jo
run set x:one deputy='Max Lee'
is 'a deputy is named' test $status = 0
is 'and what is left to do' has err 'holdfast member refresh'
as max
says 'the deputy reads the account' 'scalar(@$data) == 1' list account
says 'but not what hangs on it' 'scalar(@$data) == 0' list contact
as bob
ok member refresh
as max
says 'until a responder has put it right' 'scalar(@$data) == 1' list contact

# restricted evidence: not for the admin either, who is the one to be told
as bob
no 77 'you could not read it afterwards' attach x:one "$dir/file.txt" restricted_to="$jo"
as ann
ok attach x:one "$dir/file.txt" restricted_to="$jo"
no 65 'is no member' attach x:one "$dir/file.txt" restricted_to=9999999999999999999999999999999999999999
as jo
says 'its reader has it' 'scalar(@$data) == 1 && scalar(@{$data->[0]{restricted_to}}) == 1' list evidence
proof=$(value '$data->[0]{id}')
ok extract "$proof" -o "$dir/out.txt"
as bob
ok set rescue@agency.example restricted_to="$bob"
is 'a restricted contact is encrypted anew with its record' not has err 'holdfast:'
as jo
says 'not even the owner reads it then' 'scalar(@$data) == 0' list contact
as bob
ok set rescue@agency.example restricted_to=
as ann
says 'the admin has not' 'scalar(@$data) == 0' list evidence
no 77 'sealed' show "$proof"
ok verify

# out
no 65 'no member has that key' member remove 9999999999999999999999999999999999999999 --force
no 65 'no person has that name' member remove nobody --force
no 2 'give --force' member remove 'Jo Park'
no 65 'last admin' member remove "$ann" --force
no 65 'last admin' member role "$ann" owner
before=$(head_of)
ok member remove 'Jo Park' --dry-run
data_is 'it says what nobody would read any more, while they can share it' 'Before they go, they open it and share it'
is 'a dry run writes nothing' test "$(head_of)" = "$before"
ok member remove 'Jo Park' --force
data_is 'it says who' "Jo Park ($jo) is no member any more"
data_is 'and what they could read' 'they could read, and may have kept: 2 accounts, 1 contact'
data_is 'and whom' ' people'
data_is 'and what to change' 'shared login, vault entry Team/X one'
data_is 'and what stays with them' 'encrypted to others only'
data_is 'and what nobody reads any more' '1 file is for them alone: nobody who stays can read it any more'
says 'the key is off the person' '!exists $data->{key_fpr}' show 'Jo Park'
ok verify
as jo
no 77 'not a member' add person name=X
as ann
no 65 'no member has that key' member remove "$jo" --force
no 65 "no member's key is tied" member remove 'Jo Park' --force
no 65 'gpg has no such key' member add "$jo" --role owner -n
ok member add "$dir/jo.asc" --role owner -n
data_is 'back in they would be owner' 'would be a member: owner'

# roles
no 2 'none is named' member role "$bob"
no 2 'is not one of' member role "$bob" king
ok member role "$bob" admin
says 'the other admin' 'grep { $_->{name} eq "Bob Roe" && $_->{roles}[0] eq "admin" } @$data' member list
as bob
ok member role "$ann" auditor
as ann
no 77 'your role is auditor' set x:one notes=x
ok verify

# a newer copy of a key
as bob
no 65 'another key' member refresh "$sue" "$dir/max.asc"
no 65 'no member has that key' member refresh "$jo" "$dir/jo.asc"
before=$(head_of)
ok member refresh "$sue" "$dir/sue.asc"
is 'the same copy changes nothing' test "$(head_of)" = "$before"
(as sue; gpg --batch --pinentry-mode loopback --passphrase '' --quick-set-expire "$sue" 10d '*' && gpg --batch --quick-set-expire "$sue" 10d && gpg --armor --export) >"$dir/sue.asc" 2>/dev/null
ok member refresh 'Sue Ash' "$dir/sue.asc"
says 'it is about to expire' 'grep { $_->{name} eq "Sue Ash" && $_->{state} eq "expiring" && $_->{expires} } @$data' member list
run member list
is 'and that is said' has err 'the key of Sue Ash expires on'
run add person name='New One'
is 'and at a write' has err 'the key of Sue Ash expires on'
run add person name='New Two'
is 'once a day' not has err 'expires on'
ok verify
is 'verify names it, too, and nothing is wrong' has out 'the key of Sue Ash expires on'
says 'as a note' '@{$data->{problems}} == 0 && (grep { $_->{what} =~ /Sue Ash/ } @{$data->{notes}})[0]{where} =~ /'"$sue"'/' verify
finish
