#!/usr/bin/env bash
# After everything has been done once: nothing that was written is readable in any git object, path, commit message, or file under HOME, the
# temporary folders or shared memory, outside ciphertext. And nothing of it stands in the arguments or environment of a child.
set -u
: "${HOLDFAST:?}" "${HOLDFAST_BOOKS:?}"
work=$(mktemp -d "${TMPDIR:-/tmp}/hfc.XXXXXX")
export HOME=$work GNUPGHOME=$work/gnupg
mkdir -m 700 "$GNUPGHOME"
trap 'gpgconf --kill all 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0 failed=0
ok() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not so: $2"; fi; }
hf() { "$HOLDFAST" --no-input --quiet "$@"; }
c=kanarie$RANDOM$RANDOM$RANDOM

gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key 'Ann <ann@example.org>' future-default default 1y 2>/dev/null
hf init --name "Org-$c" --domain example.org >/dev/null
ok $? init
printf '{"name": "Person-%s", "email": "%s@example.org"}' "$c" "$c" | hf add person - >/dev/null
ok $? 'add person'
printf '{"provider": "x", "handle": "@%s", "owner": "Person-%s", "responder": "Person-%s", "notes": "note %s"}' "$c" "$c" "$c" "$c" | hf add account - >/dev/null
ok $? 'add account'
id=$(hf --json list account | perl -MJSON::PP -0777 -ne 'print decode_json($_)->{data}[0]{id}')
printf '{"purpose": "purpose %s"}' "$c" | hf set "$id" - >/dev/null
ok $? set
head -c 3000 /dev/urandom >file.bin
printf 'proof %s' "$c" >>file.bin
hf attach "$id" file.bin satisfies=signed-letter >/dev/null
ok $? attach
rm -f file.bin
hf respond "$id" >/dev/null
ok $? respond
run=$(hf --json run list | perl -MJSON::PP -0777 -ne 'print decode_json($_)->{data}[0]{run}')
for word in find:x "show:$id" list:account "history:$id" "impact:$id" verify: "timeline:$run" "report:$run"; do
	IFS=: read -r cmd arg <<<"$word"
	hf "$cmd" ${arg:+"$arg"} >/dev/null
	ok $? "$cmd"
done
printf 'text %s' "$c" | hf run attach "$run" ring-lead - --as first-sign >/dev/null 2>&1
hf run note "$run" "a note $c" >/dev/null
ok $? note
hf find "$c" | grep -q "$c"
ok $? 'find finds it'
hf run show "$run" >/dev/null
ok $? 'run show'

repo=$HOME/.local/share/holdfast/default.git
hits=$(git -C "$repo" cat-file --batch-all-objects --batch --unordered 2>/dev/null | grep -ac "$c")
[ "$hits" = 0 ]
ok $? "$hits lines of git objects name it"
git -C "$repo" ls-tree -r --name-only HEAD | grep -q "$c"
[ $? = 1 ]
ok $? 'a path names it'
git -C "$repo" log --format='%B%an%ae' | grep -q "$c"
[ $? = 1 ]
ok $? 'a commit message names it'
for place in "$HOME" /dev/shm /var/tmp "${TMPDIR:-/tmp}"; do
	found=$(grep -rlaI --binary-files=text "$c" "$place" --exclude-dir=proc 2>/dev/null | head -n 3)
	[ -z "$found" ]
	ok $? "it is readable in $found"
done
git -C "$repo" fsck --strict --no-dangling >/dev/null 2>&1
ok $? 'git fsck --strict'

# What is started, and with what.
if command -v strace >/dev/null; then
	strace -f -qq -e trace=execve -v -s 4000 -o trace "$HOLDFAST" --no-input show "$id" >/dev/null 2>&1
	strace -f -qq -e trace=execve -v -s 4000 -A -o trace sh -c 'printf "{\"notes\": \"again %s\"}" "$2" | "$1" --no-input set "$3" -' sh "$HOLDFAST" "$c" "$id" >/dev/null 2>&1
	grep -v '"sh", "-c"' trace | grep execve | grep -q "$c"
	[ $? = 1 ]
	ok $? 'an argument or the environment names it'
	others=$(sed -n 's/.*execve("\([^"]*\)".*/\1/p' trace | grep -vE '/(holdfast|sh|gpg|gpg-agent|gpgconf|printf)$' | sort -u)
	[ -z "$others" ]
	ok $? "it started $others"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
