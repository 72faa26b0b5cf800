#!/usr/bin/env bash
# verify as a command: calm on honest work, quick when nothing is new, and each sort of damage named with exit status 1.
# shellcheck disable=SC2016
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"

new_key ann@agency.example
fpr=$(gpg --with-colons --list-keys | awk -F: '$1 == "fpr" { print $10; exit }')
ok init --name Agency --domain agency.example
ok add person name='Jo Park' email=jo@agency.example
ok add account provider=x handle=@agency owner='Jo Park'
ok add account provider=youtube handle=agency
ok set x:agency purpose=news
ok set x:agency purpose=weather
printf 'a picture' >"$dir/proof.png"
ok attach x:agency "$dir/proof.png"
ok respond x:agency --no-input
run --json run list
run_id=$(perl -MJSON::PP -0ne 'print decode_json($_)->{data}[0]{run}' "$dir/out")
for note in one two three; do ok run note "$run_id" "$note"; done

# calm
ok verify
is 'it says what was checked' has out 'commits, '
is 'and that all is well' has out 'as it was written'
is 'nothing is said to be old' not has out 'checked before'
ok verify
is 'the second time nothing is new' has out '0 of the commits are new'
ok set x:agency purpose=sport
ok verify
is 'then one' has out '1 of the commits is new'
ok verify --all
is 'all of them' not has out 'checked before'
says 'verify' '$data->{new} == 0 && $data->{commits} > 8 && !@{$data->{problems}}' verify
says 'verify --all' '$data->{new} == $data->{commits} && !@{$data->{problems}}' verify --all

# a state file that was touched is not believed
point=$(find "$dir" -name 'verified-*')
is 'it remembers in the state folder' test -n "$point"
sed -i 's/"commits":[0-9]*/"commits":999999/' "$point"
says 'a changed point' '$data->{commits} < 1000 && $data->{new} == $data->{commits}' verify
cp "$point" "$dir/point"
: >"$point"
says 'an empty point' '$data->{new} == $data->{commits}' verify
printf '%s\n' nonsense >"$point"
ok verify
# a copy in another place has a point of its own
cp -r "$register" "$dir/copy.git"
says 'a copy' '$data->{new} == $data->{commits}' --register "$dir/copy.git" verify
says 'and the first keeps its own' '$data->{new} == 0' verify

# damage: each to a fresh copy
good=$register
fresh() {
	rm -rf "$dir/bad.git" "$dir/work"
	cp -r "$good" "$dir/bad.git"
	git clone -q "$dir/bad.git" "$dir/work" 2>/dev/null
}
commit() { # WORD [DATE]: what is in the work tree, signed as holdfast does, and pushed
	(
		cd "$dir/work" || exit 2
		git add -A -f
		export GIT_AUTHOR_NAME=holdfast GIT_COMMITTER_NAME=holdfast TZ=UTC
		export GIT_AUTHOR_EMAIL="$fpr@holdfast.invalid" GIT_COMMITTER_EMAIL="$fpr@holdfast.invalid"
		export GIT_AUTHOR_DATE="@${2-$(date +%s)} +0000" GIT_COMMITTER_DATE="@${2-$(date +%s)} +0000"
		git -c user.signingkey="$fpr" commit -q -S --allow-empty -m "$1" >/dev/null 2>&1 || exit 2
		git push -q -f origin HEAD:main 2>/dev/null
	) || echo 'commit failed'
}
bad() { # NAME WORDS: verify of the copy says no, and these words
	run --json --register "$dir/bad.git" verify
	is "$1: as JSON" json '@{$data->{problems}} > 0 && !grep { !length $_->{where} || !length $_->{what} } @{$data->{problems}}'
	run --register "$dir/bad.git" verify
	is "$1: exit status" test "$status" = 1
	is "$1: the words" has out "$2"
	is "$1: nothing on standard error" empty err
}
first() { find "$dir/work/$1" -type f | sort | head -n 1; }
id_of() { "$HOLDFAST" --json show "$1" | perl -MJSON::PP -0ne 'print decode_json($_)->{data}{id}'; }
record=$(id_of x:agency)
at=records/${record:25:1}/$record.gpg
other=$(id_of youtube:agency)
other_at=records/${other:25:1}/$other.gpg

fresh; commit record
is 'an empty commit is no damage' test 0 = "$("$HOLDFAST" --register "$dir/bad.git" verify >/dev/null; echo $?)"
fresh
old=$(git -C "$dir/work" rev-list --reverse HEAD -- "$at" | head -n 1)
git -C "$dir/work" show "$old:$at" >"$dir/work/$at"; commit record
bad 'an old version put back' 'an older one was put back'
fresh; cp "$dir/work/$at" "$dir/swap"; cp "$dir/work/$other_at" "$dir/work/$at"; cp "$dir/swap" "$dir/work/$other_at"; commit record
bad 'two swapped' 'swapped'
fresh; rm "$(first runs)"; commit run
bad 'an entry removed' 'entries and evidence stay as they are'
fresh; rm "$(first blobs)"; commit record
bad 'evidence removed' 'entries and evidence stay as they are'
fresh; cp "$(find "$dir/work/runs/$run_id" -type f | sort | tail -n 1)" "$(find "$dir/work/runs/$run_id" -type f | sort | tail -n 2 | head -n 1)"; commit run
bad 'an entry changed' 'entries and evidence stay as they are'
fresh; echo hello >"$dir/work/readme"; commit record
bad 'a file that does not belong' 'does not belong in a register'
fresh; echo hello >"$dir/work/$at"; commit record
bad 'in the clear' 'commit '
fresh; echo '{}' >"$dir/work/holdfast.json"; commit record
bad 'holdfast.json' 'it never changes'
fresh; commit record 1000000000
bad 'back-dated' 'back-dated'
is 'with what to do' has out 'Look at the clock'
fresh; commit record $(($(date +%s) + 90000))
bad 'in the future' 'in the future'
fresh; commit two-words; commit record
bad 'a message' 'not one word'
fresh; sed -i 's/"admin"/"owner"/' "$(find "$dir/work/members" -name '*.json')"; commit member
run --register "$dir/bad.git" verify
is 'nobody is admin' test "$status" != 0
# a stranger
fresh
mkdir -m 700 "$dir/gnupg-mal"
GNUPGHOME=$dir/gnupg-mal gpg --batch --quiet --passphrase '' --quick-generate-key 'Mal <mal@agency.example>' future-default default never 2>/dev/null
mal=$(GNUPGHOME=$dir/gnupg-mal gpg --with-colons --list-keys | awk -F: '$1 == "fpr" { print $10; exit }')
ann=$fpr
fpr=$mal GNUPGHOME=$dir/gnupg-mal
commit record
fpr=$ann GNUPGHOME=$dir/gnupg
bad 'a stranger' 'never a member'
is 'with what to do' has out 'Do not sync from here'
fresh; (cd "$dir/work" && git -c user.name=holdfast -c user.email="$fpr@holdfast.invalid" commit -q --allow-empty -m record && git push -q -f origin HEAD:main 2>/dev/null); commit record
bad 'unsigned' 'not as a register'
# evidence whose record tells another sum than that of its file
run --json list evidence
proof=$(value '$data->[0]{id}')
proof_at=records/${proof:25:1}/$proof.gpg
fresh
gpg --batch --quiet --decrypt "$dir/work/$proof_at" 2>/dev/null | perl -0pe 's/("sha256": ")(.)/$1 . ($2 eq "0" ? "1" : "0")/e; s/("version": )(\d+)/$1 . ($2 + 1)/e' >"$dir/plain"
is 'the record has a sum' grep -q '"sha256": "' "$dir/plain"
gpg --batch --quiet --yes --trust-model always -z 0 -r "$fpr" -o "$dir/work/$proof_at" --encrypt "$dir/plain"; commit record
bad 'a sum that is not the file'"'"'s' 'its SHA-256 sum is not the one that was recorded'
# re-encrypted to one more: their key in the keyring, as git or gpg would do it
fresh
GNUPGHOME=$dir/gnupg-mal gpg --armor --export 2>/dev/null | gpg --batch --quiet --import 2>/dev/null
gpg --batch --quiet --decrypt "$dir/work/$at" >"$dir/plain" 2>/dev/null
gpg --batch --quiet --yes --trust-model always -r "$fpr" -r "$mal" -o "$dir/work/$at" --encrypt "$dir/plain"; commit member
bad 'one more reader' "no member's key"
# a bit of a stored object
fresh
object=$(git -C "$dir/bad.git" rev-parse "HEAD:$at")
file=$dir/bad.git/objects/${object:0:2}/${object:2}
if [ -f "$file" ]; then
	chmod u+w "$file"
	printf 'x' | dd of="$file" bs=1 seek=60 conv=notrunc 2>/dev/null
	run --register "$dir/bad.git" verify
	is 'a bit flipped' test "$status" = 1
	is 'it is named' has out "$record"
fi

# the last commit itself: it is said, with what to do, whatever can still be opened
hit() { # HOW: of a fresh copy
	fresh
	tip=$(git -C "$dir/bad.git" rev-parse main)
	file=$dir/bad.git/objects/${tip:0:2}/${tip:2}
	chmod u+w "$file"
	case $1 in
	flipped) printf 'xyz' | dd of="$file" bs=1 seek=40 conv=notrunc 2>/dev/null ;;
	empty) : >"$file" ;;
	gone) rm -f "$file" ;;
	esac
}
for how in flipped empty gone; do
	hit $how
	bad "the last commit, $how" "${tip:0:12}"
	is "the last commit, $how: what to do" has out 'holdfast --register NEW'
	is "the last commit, $how: nothing is said of its writer" not has out 'Do not sync'
	run --register "$dir/bad.git" verify --all
	is "the last commit, $how: --all" test $status = 1
	no 65 "$tip" --register "$dir/bad.git" sync --to "$good"
	is "the last commit, $how: sync says where to look" has err 'holdfast verify says'
	XDG_CACHE_HOME=$dir/none bad "the last commit, $how, and nothing is remembered" "$tip"
	XDG_CACHE_HOME=$dir/none run --register "$dir/bad.git" list person
	is "the last commit, $how: others say where to look" has err 'holdfast verify says'
	rm -rf "$dir/none"
done
ok --register "$dir/new.git" clone "$good" --root "$fpr"
ok --register "$dir/new.git" verify

# a member's key that expired: named, and no more; nothing else is wrong
export GNUPGHOME=$dir/gnupg-soon
mkdir -m 700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-generate-key 'Sue Ash <sue@agency.example>' future-default default seconds=20 2>/dev/null
sue=$(fpr_of sue@agency.example)
gpg --armor --export >"$dir/sue.asc" 2>/dev/null
export GNUPGHOME=$dir/gnupg
made=$SECONDS
ok member add "$dir/sue.asc" --role auditor
ok verify
is 'before it does, it is worth knowing' has out 'Worth knowing'
sleep $((21 - SECONDS + made > 0 ? 21 - SECONDS + made : 0))
run verify
is 'an expired key: exit status' test $status = 1
is 'it is named' has out "members/$sue.asc: the key of Sue Ash expired on"
is 'with what to do' has out "$sue"
says 'and nothing else' '@{$data->{problems}} == 1' verify --all
ok member remove "$sue" --force
ok verify
finish
