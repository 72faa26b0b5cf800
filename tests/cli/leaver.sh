#!/usr/bin/env bash
# Somebody is removed and writes on a copy that does not know of it: sync refuses that until an admin has looked and takes it on.
# shellcheck disable=SC2016
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
srv=$dir/srv.git
git init -q --bare "$srv"
as() { # PERSON: from now on
	export HOME=$dir/$1 GNUPGHOME=$dir/gnupg-$1
	[ -d "$HOME" ] || { mkdir "$HOME" && mkdir -m 700 "$GNUPGHOME" && new_key "$1@agency.example"; }
	export register=$HOME/.local/share/holdfast/default.git
}
at_server() { git -C "$srv" rev-parse main; }

as gina
gina=$(fpr_of gina@agency.example)
gpg --armor --export >"$dir/gina.asc" 2>/dev/null
as ann
ann=$(fpr_of ann@agency.example)
ok init --name Agency
ok add person name='Gina Lo' email=gina@agency.example
ok member add "$dir/gina.asc" --role responder --person gina@agency.example
ok sync --to "$srv"
as gina
ok clone "$srv" --root "$ann"
ok add account provider=x handle=gina

# Ann removes her; what she wrote reaches the server first.
as ann
ok member remove "$gina" --force
as gina
ok sync
theirs=$(at_server)
as ann
no 1 "($gina) was removed by Test on $(date -u +%F), and 1 commit of theirs comes in that the removal does not know: ${theirs:0:12}" sync
is 'both heads are named' has err "(${theirs:0:12} there, $(head_of | cut -c 1-12) here)"
is 'it says what an admin does' has err "holdfast sync --dry-run --accept-leaver $gina"
is 'nothing was sent' test "$(at_server)" = "$theirs"
run --json sync
is 'as JSON' json '$error->{code} == 1 && $error->{message} =~ /was removed by/ && $error->{hint} =~ /--accept-leaver/'
no 1 'was removed by' sync --dry-run
# wrong words
no 2 'not a full fingerprint' sync --accept-leaver "${gina:24}"
no 2 'not a full fingerprint' sync --accept-leaver gina@agency.example
no 2 'accept-leaver' sync --accept-leaver
no 65 "$ann: there is nothing of theirs to take on" sync --accept-leaver "$gina" --accept-leaver "$ann"
# an admin looks
before=$(head_of)
ok sync --dry-run --accept-leaver "$(sed 's/..../& /g' <<<"${gina,,}")"
is 'the commit is named' has out "would take on 1 commit of"
is 'and what it touches' has out "${theirs:0:12}, says $(date -u +%F)"
is 'nothing moved' test "$(head_of)" = "$before"
says 'the same' '$data->{leavers}[0]{fingerprint} eq "'"$gina"'" && $data->{leavers}[0]{commits}[0]{changed}[0] =~ /^added /' \
	sync --dry-run --accept-leaver "$gina"
# and takes it on
ok sync --accept-leaver "$gina"
is 'it says so' has out 'took on 1 commit of'
ok show x:gina
ok verify --all
is 'the merge says so' test "$(git -C "$register" log --merges --format=%s main)" = accept
is 'it was sent' test "$(at_server)" = "$(head_of)"
no 65 'nothing of theirs to take on' sync --accept-leaver "$gina"
ok sync
is 'who stays is told nothing' test ! -s "$dir/err"
says 'and programs, that they stay' '$data->{up_to_date} && $data->{member}' sync

# A fork made later, on a parent from before the removal, where the removal is not known: the same.
as gina
cp -r "$register" "$dir/behind.git"
export XDG_STATE_HOME=$dir/behind.state
ok --register "$dir/behind.git" sync --to "$srv"
is 'she is told that she was removed' has err 'your key is not a member any more'
says 'and programs are' '!$data->{member}' --register "$dir/behind.git" sync
no 65 'no record has that name' --register "$dir/behind.git" show x:gina
is 'what she looks for is sealed, not gone' has err 'much of this register is sealed to it: ask an admin'
unset XDG_STATE_HOME
ok add account provider=x handle=later
no 77 'is not a member any more' sync
as ann
git init -q --bare "$dir/other.git"
git -C "$dir/gina/.local/share/holdfast/default.git" push -q "$dir/other.git" main
no 1 'was removed by' sync --to "$dir/other.git"
ok sync
later=$(git -C "$dir/other.git" rev-parse main)
# Pushed by force over what was there: that is seen before all else.
git -C "$dir/gina/.local/share/holdfast/default.git" push -q -f "$srv" main
no 1 'its history was replaced' sync
# A merge that takes it on without saying so is refused by everybody, and named by verify.
git -C "$srv" fetch -q -f "$register" main:main
git -C "$register" fetch -q "$dir/other.git" main
tree=$(git -C "$register" rev-parse 'main^{tree}')
forged=$(GIT_AUTHOR_NAME=holdfast GIT_COMMITTER_NAME=holdfast GIT_AUTHOR_EMAIL=$ann@holdfast.invalid GIT_COMMITTER_EMAIL=$ann@holdfast.invalid \
	git -C "$register" -c gpg.program=gpg commit-tree "-S$ann" -p main -p "$later" -m merge "$tree")
git -C "$register" push -q "$srv" "$forged:refs/heads/main"
no 1 "no admin took that on" sync
cp -r "$register" "$dir/bad.git"
git -C "$dir/bad.git" update-ref refs/heads/main "$forged"
run --register "$dir/bad.git" verify
is 'verify says no' test $status = 1
is 'and why' has out 'no admin took that on'
is 'and what to do' has out 'An admin asks'
git -C "$srv" fetch -q -f "$register" main:main

# Somebody who was admin is made owner, and on a copy that does not know of it lets an accomplice in.
as cat
cat=$(fpr_of cat@agency.example)
gpg --armor --export >"$dir/cat.asc" 2>/dev/null
as ann
ok member add "$dir/cat.asc" --role admin
ok sync --to "$srv"
as cat
ok clone "$srv" --root "$ann"
ok member add "$dir/gina.asc" --role admin
git init -q --bare "$dir/demoted.git" && git -C "$register" push -q "$dir/demoted.git" main
cats=$(head_of)
as ann
ok member role "$cat" owner
ok sync
no 1 "($cat) was made owner by Test on $(date -u +%F), and 1 commit of theirs comes in that needed more: ${cats:0:12}" sync --to "$dir/demoted.git"
no 1 'was made owner by' sync --to "$dir/demoted.git" --dry-run
ok sync --dry-run --to "$dir/demoted.git" --accept-leaver "$cat"
is 'what it touches' grep -q 'added the key of [^,]*, added the member ' "$dir/out"
is 'what was done to her' has out ' made owner'
as cat
no 1 'was made owner by' sync
is 'she is told, too' has err 'that is you'
as ann
git -C "$register" fetch -q "$dir/demoted.git" main
tree=$(git -C "$register" rev-parse 'main^{tree}')
forged=$(GNUPGHOME=$dir/gnupg-cat GIT_AUTHOR_NAME=holdfast GIT_COMMITTER_NAME=holdfast GIT_AUTHOR_EMAIL=$cat@holdfast.invalid \
	GIT_COMMITTER_EMAIL=$cat@holdfast.invalid git -C "$register" -c gpg.program=gpg commit-tree "-S$cat" -p main -p "$cats" -m merge "$tree")
git -C "$register" push -q "$srv" "$forged:refs/heads/main"
no 1 'who was made owner by' sync --to "$srv"
is 'nobody took it on' has err 'no admin took that on'
# Two admins who make each other owner: the first at the server stands, and the two ways out that holdfast-sharing(7) tells.
as eve
eve=$(fpr_of eve@agency.example)
gpg --armor --export >"$dir/eve.asc" 2>/dev/null
two=$dir/two.git
git init -q --bare "$two"
as ann
export HOLDFAST_REGISTER=$HOME/pair.git
register=$HOLDFAST_REGISTER
ok init --name Pair
ok member add "$dir/cat.asc" --role admin
ok member add "$dir/eve.asc" --role admin
ok sync --to "$two"
pair() { as "$1"; HOLDFAST_REGISTER=$HOME/pair.git register=$HOME/pair.git; }
pair cat && ok clone "$two" --root "$ann"
pair eve && ok clone "$two" --root "$ann"
pair ann && ok member role "$cat" owner && ok sync
pair cat && ok member role "$ann" owner
no 1 'was made owner by' sync
is 'the ways out are told' has err 'you did it to each other: talk first'
is 'the second, and the third, too' grep -q "holdfast sync --accept-leaver $ann\. Neither: a third admin: man holdfast-sharing$" "$dir/err"
for _ in 1 2; do
	no 1 'was made owner by' sync
	no 1 'was made owner by' sync --accept-leaver "$ann"
	ok member role "$ann" admin # no change that she could make gets past it
done
ok member role "$ann" owner
cp -r "$register" "$dir/pair-of-cat.git"
# Neither was right: a third takes on both.
pair eve && ok sync && cp -r "$register" "$dir/pair-of-eve.git"
ok --register "$dir/pair-of-eve.git" sync --to "$dir/pair-of-cat.git" --accept-leaver "$ann" --accept-leaver "$cat"
says 'the third alone is admin' '"@{[map { $_->{fingerprint} } grep { $_->{roles}[0] eq q(admin) } @$data]}" eq "'"$eve"'"' --register "$dir/pair-of-eve.git" member list
# The second was right: the first gives it back, and the second takes on what the first wrote.
pair ann && ok member role "$cat" admin && ok sync
pair cat && no 1 'was made owner by' sync
ok sync --accept-leaver "$ann"
pair ann && ok sync
says 'the first is owner now' '(grep { $_->{fingerprint} eq "'"$ann"'" } @$data)[0]{roles}[0] eq "owner"' member list
ok verify --all
finish
