#!/usr/bin/env bash
# Keys change, and people come and go, while others are away: what is written is for the newest keys, and what was for somebody who is gone is sealed,
# not damaged.
# shellcheck disable=SC2016
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
srv=$dir/srv.git
git init -q --bare "$srv"
gpg_() { gpg --batch --quiet --passphrase '' "$@" 2>>"$dir/gpg.log"; }
as() { # PERSON: from now on
	export HOME=$dir/$1 GNUPGHOME=$dir/gnupg-$1
	[ -d "$HOME" ] || { mkdir "$HOME" && mkdir -m 700 "$GNUPGHOME" && new_key "$1@agency.example"; }
	export register=$HOME/.local/share/holdfast/default.git
}
exported() { gpg_ --armor --export >"$dir/$1.asc"; }
expires() { gpg_ --quick-set-expire "$1" "$2" && gpg_ --quick-set-expire "$1" "$2" '*'; }

for name in ann gina bob dan; do
	as $name
	printf -v $name %s "$(fpr_of $name@agency.example)"
	exported $name
done
: "${ann:=}" "${gina:=}" "${bob:=}" "${dan:=}"

# ---- a key that lives longer than it was meant to ----

as gina
expires "$gina" seconds=20
end=$((SECONDS + 21))
exported gina
as ann
ok init --name Agency
ok add account provider=x handle=a
ok member add "$dir/gina.asc" --role responder
ok member list
is 'it is about to expire' has out expiring
ok sync --to "$srv"
as gina
ok clone "$srv" --root "$ann"
expires "$gina" 0
exported gina
as ann
ok member refresh "$gina" "$dir/gina.asc"
ok verify --all
ok sync
as gina
ok sync
ok verify --all

# ---- somebody came and went, and left a file that is theirs alone ----

as ann
ok member add "$dir/bob.asc" --role responder
echo proof >"$dir/proof"
ok attach x:a "$dir/proof" restricted_to="$bob"
ok sync
as gina
run sync
is 'what is for a newcomer alone is sealed to others' test $status = 0
is 'and nothing is damaged' not has err 'cannot be used'
ok list account
is 'nor at the next look' not has err 'cannot be used'
as ann
ok add person name='One More'
ok member remove "$bob" --force
ok member add "$dir/dan.asc" --role responder
ok attach x:a "$dir/proof" restricted_to="$dan" description=second
ok member remove "$dan" --force
ok sync
# Gina never saw Dan; her side goes on from there, and a merge brings the two together.
for way in forward merge; do
	as gina
	[ $way = forward ] || ok add person name="Gina's"
	run sync
	is "$way: it comes in" test $status = 0
	is "$way: nothing is damaged" not has err 'cannot be used'
	says "$way: all is sealed that is theirs" '@{$data->{problems}} == 0 && $data->{sealed} == '"$([ $way = forward ] && echo 2 || echo 3)" verify
	says "$way: nor from the start" '@{$data->{problems}} == 0' verify --all
	says "$way: a refresh finds nothing damaged" '$data->{damaged} == 0' member refresh
	[ $way = merge ] && break
	as ann
	ok sync
	as eve
	eve=$(fpr_of eve@agency.example)
	exported eve
	as ann
	ok member add "$dir/eve.asc" --role responder
	ok attach x:a "$dir/proof" restricted_to="$eve" description=third
	ok member remove "$eve" --force
	ok sync
done
as gina
ok sync
as ann
ok sync

# A copy made now has never seen them, either; nor does it spoil what an older copy on this computer knows.
as gina
copy=$dir/copy.git
ok --register "$copy" clone "$srv" --root "$ann"
for path in "$copy" "$register"; do
	run --register "$path" list account
	is "nothing is damaged in $path" not has err 'cannot be used'
	says "and it verifies: $path" '@{$data->{problems}} == 0 && $data->{sealed} == 3' --register "$path" verify
done
run --register "$dir/refused.git" clone "$srv" --root "$bob"
is 'another root is refused' test $status = 77
run add person name='After a clone that was refused'
is 'the older copy goes on' test $status = 0
says 'with nothing damaged' '$data->{damaged} == 0' member refresh

# ---- by now the older copy of her key would have expired ----

[ $SECONDS -ge $end ] || sleep $((end - SECONDS))
for who in ann gina; do
	as $who
	ok sync
	ok add person name="By $who, later"
	ok verify --all
	ok set x:a purpose="of $who"
	ok sync
	ok member refresh
	ok add account provider=x handle="by-$who"
done
ok member list
is 'her key is good' not has out expired
finish
