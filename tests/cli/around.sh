#!/usr/bin/env bash
# What surrounds the program: lines in the user's gpg.conf, variables of the environment, umask, a closed standard input, a pinentry that is cancelled
# or absent. Whatever it is: what is written is encrypted to the members alone, and protected; what cannot be done is said in a line, and nothing is
# written.
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
new_key ann@agency.example
new_key mal@else.example
fpr=$(gpg --list-keys --with-colons ann@agency.example 2>/dev/null | awk -F: '/^fpr/ { print $10; exit }')
export HOLDFAST_KEY=$fpr
gpg --export mal@else.example >"$dir/mal.gpg" 2>/dev/null
ours=$(gpg --list-keys --with-colons ann@agency.example 2>/dev/null | awk -F: '/^sub/ { print $5 }')
ok init --name Agency
ok add account provider=x handle=agency
ok respond x:agency
head -c 2000 /dev/urandom >"$dir/proof.bin"

# Every file that came since $1: one recipient, the member, and then data with integrity protection.
only_members() {
	local path n=0
	while read -r path; do
		n=$((n + 1))
		git -C "$register" show "main:$path" | gpg --no-options --list-packets --list-only >"$dir/packets" 2>/dev/null
		[ "$(sed -n 's/^:pubkey enc packet:.*keyid //p' "$dir/packets")" = "$ours" ] && grep -q '^:encrypted data packet:' "$dir/packets" &&
		    grep -q 'mdc_method: 2' "$dir/packets" && [ "$(grep -c '^:' "$dir/packets")" = 2 ] || { cat "$dir/packets" >"$dir/err"; return 1; }
	done < <(git -C "$register" diff --name-only --diff-filter=AM "$1" main -- records runs blobs)
	[ $n -ge 3 ]
}

# ---- lines in gpg.conf ----

n=0
while read -r line; do
	n=$((n + 1))
	head=$(head_of)
	printf '%b\n' "$line" | sed "s|DIR|$dir|" >"$GNUPGHOME/gpg.conf"
	ok add person name="Person $n" email="p$n@agency.example"
	ok run note last "note $n"
	ok attach x:agency "$dir/proof.bin" description="proof $n"
	ok show "p$n@agency.example"
	: >"$GNUPGHOME/gpg.conf"
	is "only members can read what was written: $line" only_members "$head"
done <<'END'
encrypt-to mal@else.example
hidden-encrypt-to mal@else.example
recipient mal@else.example
hidden-recipient mal@else.example
recipient-file DIR/mal.gpg
hidden-recipient-file DIR/mal.gpg
default-recipient mal@else.example
default-recipient-self
group ann@agency.example=mal@else.example
rfc2440
dry-run
throw-keyids
armor
default-key mal@else.example
ignore-mdc-error
trust-model always
cipher-algo IDEA
compress-algo zip
END
# Another one's signature beside ours: that is no signature of a register's.
echo 'local-user mal@else.example' >"$GNUPGHOME/gpg.conf"
no 71 'signed with another key, too' add person name=Nobody
is 'it says what to look for' has err 'local-user'
: >"$GNUPGHOME/gpg.conf"
ok verify
while read -r commit; do
	git -C "$register" verify-commit "$commit" 2>/dev/null || { status=$commit; false; }
	is 'each commit is signed by a member' test $? = 0
done < <(git -C "$register" rev-list main)

# ---- the environment ----

# It works, and what was written is right.
works() { # NAME=VALUE...
	local head
	head=$(head_of)
	n=$((n + 1))
	printf '{"name": "Person %s", "email": "p%s@agency.example"}' $n $n >"$dir/person"
	env "$@" "$HOLDFAST" add person - >"$dir/out" 2>"$dir/err" <"$dir/person"
	status=$?
	is "it works with $*" test $status = 0
	is "nothing else is said with $*" empty err
	env "$@" "$HOLDFAST" show "p$n@agency.example" >"$dir/out" 2>"$dir/err" </dev/null
	status=$?
	is "it can be read with $*" test $status = 0
	is "one commit with $*" test "$(git -C "$register" rev-list --count "$head..main")" = 1
}
works GPGME_DEBUG=9:"$dir/debug"
is 'GPGME keeps no diary of what it sees' test ! -e "$dir/debug"
works GPG_TTY=/dev/null
works GPG_TTY=/nonexistent
works GIT_DIR=/nonexistent GIT_WORK_TREE=/nonexistent GIT_INDEX_FILE=/nonexistent GIT_OBJECT_DIRECTORY=/nonexistent
works GIT_ALTERNATE_OBJECT_DIRECTORIES=/nonexistent GIT_NAMESPACE=x GIT_CEILING_DIRECTORIES=/
works GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0="$dir" GIT_CONFIG_PARAMETERS="'core.bare=false'"
works GIT_AUTHOR_NAME=Mal GIT_COMMITTER_NAME=Mal GIT_AUTHOR_EMAIL=mal@else.example GIT_COMMITTER_DATE=1970-01-01T00:00:00Z
is 'git is not told who writes' test -z "$(git -C "$register" log --format='%an %ae %cn %ce' main | grep -i mal)"
works GIT_TRACE="$dir/trace" GIT_TRACE2_EVENT="$dir/trace"
for locale in C.UTF-8 tr_TR.UTF-8 xx_XX.nonsense '' POSIX; do works LC_ALL="$locale" LANG="$locale"; done
works LC_NUMERIC=de_DE.UTF-8 LANGUAGE=cy
works LD_BIND_NOW=1 MALLOC_PERTURB_=165
works TZ=Nonsense/Place
works TERM=nonsense COLUMNS=-1
works TMPDIR=/nonexistent
works -u HOME XDG_DATA_HOME="$dir/.local/share" XDG_STATE_HOME="$dir/.local/state" XDG_CACHE_HOME="$dir/.cache"
before=$(head_of)
env -u HOME "$HOLDFAST" list account >"$dir/out" 2>"$dir/err" </dev/null
status=$?
is 'without HOME, and no other place named: a line that says so' test $status != 0 -a "$(wc -l <"$dir/err")" -le 2 -a -s "$dir/err"
GNUPGHOME=/nonexistent run list account
is 'GNUPGHOME is not there' refused 71 "gpg's home folder is not there"
GNUPGHOME=$dir/proof.bin run list account
is 'GNUPGHOME is a file' refused 71 "gpg's home folder is not there"

# ---- umask, and a closed standard input ----

for mask in 000 077 777; do
	(umask $mask; n=$((n + 1)); "$HOLDFAST" add person name="Mask $mask" email="m$mask@agency.example" >"$dir/out" 2>"$dir/err" </dev/null)
	status=$?
	is "umask $mask" test $status = 0
done
(umask 000; "$HOLDFAST" --register "$dir/open.git" init --name Open >"$dir/out" 2>"$dir/err")
status=$?
is 'init with umask 000' test $status = 0
is 'nobody else gets in where it lies' test "$(stat -c %a "$register" "$dir/open.git" "$dir/.local/state/holdfast" "$dir/.cache/holdfast" | sort -u)" = 700
for line in 'add person name=Closed' 'show x:agency' 'list account' 'set x:agency purpose=News' verify; do
	# shellcheck disable=SC2086
	"$HOLDFAST" $line >"$dir/out" 2>"$dir/err" <&-
	status=$?
	is "standard input closed: $line" test $status = 0
done
before=$(head_of)
"$HOLDFAST" add account >"$dir/out" 2>"$dir/err" <&-
status=$?
is 'and there is nobody to ask' refused 2 'no terminal'

# ---- the passphrase ----

locked=$dir/gnupg-locked
mkdir -m 700 "$locked"
gpg --homedir "$locked" --batch --quiet --passphrase correct --pinentry-mode loopback --quick-generate-key 'Lock <lock@agency.example>' future-default default never 2>>"$dir/gpg.log"
pinentry() { # WHAT IT ANSWERS; "" there is none
	printf '#!/bin/sh\necho OK\nwhile read -r c rest; do case $c in GETPIN) %s ;; BYE) echo OK; exit ;; *) echo OK ;; esac; done\n' "$1" >"$locked/pinentry"
	chmod 700 "$locked/pinentry"
	echo "pinentry-program $([ -n "$1" ] && echo "$locked/pinentry" || echo /nonexistent)" >"$locked/gpg-agent.conf"
	gpgconf --homedir "$locked" --kill all
}
unset HOLDFAST_KEY
export HOLDFAST_REGISTER=$dir/locked.git GNUPGHOME=$locked
register=$HOLDFAST_REGISTER
pinentry 'echo D correct; echo OK'
ok init --name Locked
ok add person name=Jo
while IFS='|' read -r does want words; do
	pinentry "$does"
	no "$want" "$words" add person name=Max
	no "$want" "$words" show Jo
done <<'END'
echo ERR 83886179 cancelled|77|cancelled
echo D wrong; echo OK|77|wrong passphrase
exit 0|77|went away
|77|no prompt for it
END
pinentry 'echo D correct; echo OK'
ok add person name=Max
ok verify
pinentry 'echo D correct; echo OK'
no 77 '' --no-input show Jo
finish
