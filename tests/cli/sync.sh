#!/usr/bin/env bash
# Two copies and what lies between: folders, a real sshd, servers that are silent, rolled back or not what they should be. https.sh is about https,
# cut.sh about connections that break.
. "$HOLDFAST_TOP/tests/lib.sh"
. "$HOLDFAST_TOP/tests/servers.sh"

new_key ann@agency.example
fpr=$(gpg --list-keys --with-colons 2>/dev/null | awk -F: '/^fpr/ { print $10; exit }')
two=$dir/two srv=$dir/srv.git
ok init --name Agency
ok add person name='Jo Park' email=jo@agency.example
git init -q --bare "$srv"
b() { HOLDFAST_REGISTER=$two "$HOLDFAST" "$@" >"$dir/out" 2>"$dir/err" </dev/null; status=$?; }
bok() { b "$@"; is "in the other copy: $*" test $status = 0; }
# A commit here that the other side does not have; a new one each time.
n=0
something() { n=$((n + 1)); ok add person name="Person $n" email="p$n@agency.example"; }

# ---- addresses ----

no 65 'no other copy is known' sync
for url in '' -x --upload-pack=touch ext::sh 'ext::sh -c touch' http://host/x git://host/x ftp://host/x ssh://-oProxyCommand=touch/x \
	ssh://host/-x 'ssh://host' user@-host:x -user@host:x host:-x https:///x $'ssh://host/a\nb' $'https://host/\e[0m' 'ssh://ho st/x' \
	'https://me:word@host/x' 'ssh://host;touch/x' 'file://host/x'; do
	no 65 '' sync "--to=$url"
done
no 65 'No such file' sync --to "$dir/none.git"
is 'it says how one is made' has err 'git init --bare'
no 65 'not a folder' sync --to "$dir/gpg.log"
no 65 'no repository is there' sync --to "$dir/gnupg"
is 'a word in a URL is no secret place' not has err word
no 2 'timeout' sync --timeout 0

# ---- two copies and a folder between them ----

says 'what would go' '$data->{sent} == 2 && $data->{received} == 0 && !$data->{up_to_date}' sync --to "$srv" --dry-run
is 'a dry run sends nothing' test ! -e "$srv/refs/heads/main"
no 65 'no other copy is known' sync
says 'sent' '$data->{sent} == 2 && !$data->{up_to_date} && $data->{url} =~ /srv/ && !defined $data->{via}' sync --to "$srv"
says 'nothing to do' '$data->{up_to_date} && $data->{head} =~ /^[0-9a-f]{40}$/' sync
is 'the server has it' test "$(git -C "$srv" rev-parse main)" = "$(head_of)"

before=''
b clone "$srv"
check 'a clone without --root says which to confirm' "$([ $status = 2 ] && has err "$fpr" && [ ! -e "$two" ]; echo $?)"
b clone "$srv" --root 0123456789ABCDEF0123456789ABCDEF01234567
check 'another root is refused' "$([ $status = 77 ] && has err 'another register' && [ ! -e "$two" ]; echo $?)"
b clone "$srv" --root 0123
check 'a short fingerprint is refused' "$([ $status = 2 ] && [ ! -e "$two" ]; echo $?)"
b clone "$dir/gnupg" --root "$fpr"
check 'no repository there' "$([ $status = 65 ] && [ ! -e "$two" ]; echo $?)"
git init -q --bare "$dir/empty.git"
b clone "$dir/empty.git" --root "$fpr"
check 'nothing there yet' "$([ $status = 65 ] && has err 'nothing was put there yet' && has err 'holdfast sync --to URL' && [ ! -e "$two" ]; echo $?)"
git init -q -b main "$dir/software" && git -C "$dir/software" -c user.name=x -c user.email=x@x commit -q --allow-empty -m 'A program'
b clone "$dir/software" --root "$fpr"
check 'a program is no register' "$([ $status = 65 ] && has err 'no register' && [ ! -e "$two" ]; echo $?)"
no 1 'no register' sync --to "$dir/software"
git -C "$dir/software" branch -q -m trunk
no 65 'something else' sync --to "$dir/software"
b clone "$dir/software" --root "$fpr"
check 'a program without main is none either' "$([ $status = 65 ] && has err 'something else' && [ ! -e "$two" ]; echo $?)"
mkdir "$two"
b clone "$srv" --root "$fpr"
check 'a clone goes where nothing is' "$([ $status = 65 ] && has err 'something is there already' && rmdir "$two"; echo $?)"
bok clone "$srv" --root "$(sed 's/..../& /g' <<<"${fpr,,}")"
is 'the copy is the same' test "$(cat "$two/refs/heads/main")" = "$(head_of)"
is 'nothing is left beside it' test -z "$(ls -d "$two".new.* 2>/dev/null)"
b clone "$srv" --root "$fpr"
check 'a clone replaces nothing' "$([ $status = 65 ]; echo $?)"
bok sync
bok add person name='Max Lee' email=max@agency.example
bok sync
says 'what the other wrote' '$data->{received} == 1 && $data->{sent} == 0' sync
ok show max@agency.example
bok verify

# ---- two copies of one person's, on one computer: they share what is cached ----

ok add account provider=x handle=agency
ok sync
bok sync
ok respond x:agency
ok sync
bok sync
for note in 1 2 3; do
	ok run note last "here $note"
	bok run note last "there $note"
done
for who in "$register" "$two"; do
	run --register "$who" verify
	is "each has its own log, and knows nothing of the other's: ${who##*/}" test $status = 0
	run --register "$who" --json run show last
	is "the entries are its own: ${who##*/}" json '(grep { $_->{type} eq "note" } @{$data->{entries}}) == 3'
done
ok sync
bok sync
ok sync
run --json run show last
is 'and then both have all' json '(grep { $_->{type} eq "note" } @{$data->{entries}}) == 6'
ok verify
# The same where the register was put back from a copy.
cp -a "$register" "$dir/put-back.git"
ok run note last 'not in that copy'
b --register "$dir/put-back.git" run note last 'after it was put back'
b --register "$dir/put-back.git" run note last 'and again'
b --register "$dir/put-back.git" verify
check 'a copy put back does not name what is not in it' "$([ $status = 0 ]; echo $?)"
rm -rf "$dir/put-back.git"
ok sync
bok sync

# ---- the address ----

ok sync --dry-run
is 'a dry run says where' has out "$srv: "
for other in "--to=$srv" --dry-run --restore --accept-leaver=$fpr; do no 2 '--forget: not together with' sync --forget "$other"; done
says 'the address is forgotten' "\$data->{forgotten} eq '$srv'" sync --forget
no 65 'no other copy is known' sync
no 65 'no other copy is known' sync --forget
is 'what is there stays there' test "$(git -C "$srv" rev-parse main)" = "$(head_of)"
ok verify
ok sync --to "$srv"

# A shared disk that is not there now.
mv "$srv" "$srv.away"
no 65 'no repository is there' sync
is 'it asks for the disk' has err 'is its disk connected?'
mv "$srv.away" "$srv"
no 65 'No such file' --register "$dir/no-register" list person
is 'somebody without a register learns of clone, too' has err 'holdfast clone URL'

# ---- what a repository may try ----

something
mkdir -p "$register/hooks" "$srv/hooks"
for hook in reference-transaction pre-push post-checkout pre-auto-gc post-receive update pre-receive post-update proc-receive; do
	printf '#!/bin/sh\ntouch %s/ran-%s\n' "$dir" $hook | tee "$register/hooks/$hook" >"$srv/hooks/$hook"
	chmod +x "$register/hooks/$hook" "$srv/hooks/$hook"
done
ok sync
is 'no hook was run, here or there' test -z "$(ls "$dir"/ran-* 2>/dev/null)"
rm -r "$register/hooks" "$srv/hooks"
# What git would show in place of a commit is shown to nobody, and sent to nobody.
something
true_head=$(head_of)
git -C "$register" replace main main~1
is 'git itself is misled' test "$(git -C "$register" log -1 --format=%P)" = "$(git -C "$register" --no-replace-objects log -1 --format=%P main~1)"
ok sync
ok verify --all
is 'the true one was sent' test "$(git -C "$srv" --no-replace-objects rev-parse main)" = "$true_head"
is 'and no replacement' test -z "$(git -C "$srv" for-each-ref refs/replace)"
bok sync
b verify
is 'and was taken in there' test $status = 0
git -C "$register" replace -d "$true_head" >/dev/null
for line in $'[core]\n\tsshCommand = touch ran' $'[core]\n\tfsmonitor = touch ran' $'[url "ext::sh"]\n\tinsteadOf = /' \
	$'[core]\n\tworktree = /tmp' $'[include]\n\tpath = x' $'[remote "x"]\n\tuploadpack = touch ran' $'[credential]\n\thelper = !touch ran'; do
	cp "$register/config" "$dir/config"
	printf '%s\n' "$line" >>"$register/config"
	no 65 'config' sync
	cp "$dir/config" "$register/config"
done
mkdir -p "$register/objects/info" && echo "$srv/objects" >"$register/objects/info/alternates"
no 65 'alternates' sync
rm "$register/objects/info/alternates"
# The user's own git may lead an address elsewhere: that is said, and the other way is held to the same.
git config --file "$dir/.gitconfig" "url.$srv.insteadOf" https://git.agency.example/register
mkdir -p "$srv/hooks" && printf '#!/bin/sh\ntouch %s/ran-elsewhere\n' "$dir" >"$srv/hooks/pre-receive" && chmod +x "$srv/hooks/pre-receive"
something
says 'insteadOf is shown' '$data->{via} =~ /srv/' sync --to https://git.agency.example/register
is 'no hook was run there' test ! -e "$dir/ran-elsewhere"
rm -r "$srv/hooks"
git config --file "$dir/.gitconfig" --unset "url.$srv.insteadOf"
# A remote of that name in their git, which would send it to another place, or to two, is named and not followed.
git init -q --bare "$dir/elsewhere.git"
remote="remote.ssh://server$srv"
for setting in "$remote.pushurl $dir/elsewhere.git" "$remote.url $dir/elsewhere.git" "$remote.receivepack touch" "$remote.mirror true"; do
	# shellcheck disable=SC2086
	git config --file "$dir/.gitconfig" $setting
	no 77 'your git has settings of its own for that address' sync --to "ssh://server$srv"
	is 'and which' has err "(remote.*.$(sed 's/ .*//; s/.*[.]//' <<<"$setting"))"
	b clone "ssh://server$srv" --root "$fpr" --register "$dir/none"
	check 'nor by a clone' "$([ $status = 77 ] && [ ! -e "$dir/none" ]; echo $?)"
	rm "$dir/.gitconfig"
done
is 'nothing went there' test -z "$(git -C "$dir/elsewhere.git" for-each-ref)"
git config --file "$dir/.gitconfig" remote.origin.pushurl "$dir/elsewhere.git"
git config --file "$dir/.gitconfig" "remote.$srv/other.pushurl" "$dir/elsewhere.git"
something
ok sync --to "$srv"
is 'those of other names are not ours' test -z "$(git -C "$dir/elsewhere.git" for-each-ref)"
rm "$dir/.gitconfig"
git config --file "$dir/.gitconfig" "url.ext::touch $dir/ran .insteadOf" https://evil.example/
run sync --to https://evil.example/x
is 'another way is not used' test $status = 77
is 'it says so' has err 'which holdfast does not use'
is 'nothing was run' test ! -e "$dir/ran"
rm "$dir/.gitconfig"
ok sync --to "$srv"
GIT_DIR=/nowhere GIT_OBJECT_DIRECTORY=/nowhere GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0="$dir" ok sync
mkdir "$dir/bin" && for program in gpg gpgconf gpg-agent; do ln -s "$(command -v $program)" "$dir/bin"; done
PATH=$dir/bin "$HOLDFAST" sync >"$dir/out" 2>"$dir/err" </dev/null
status=$? before=$(head_of)
is 'no git in PATH' refused 71 'git: it is not in PATH'

# ---- went back, replaced, another register ----

# What this computer remembers is written last, and only when all was good.
remembered() { cat "$dir"/.local/state/holdfast/*/pin-*.json | sha256sum; }
refuses() { # WORDS ARGUMENT...
	local pins
	pins=$(remembered)
	no 1 "$@"
	is "what was refused is not remembered: $1" test "$pins" = "$(remembered)"
}

bok sync
something
ok sync
here=$(head_of)
git -C "$srv" update-ref refs/heads/main "$here~1"
refuses "${here:0:12} here" sync
is 'the other head is named too' has err "$(git -C "$srv" rev-parse main | cut -c 1-12) there"
refuses 'went back' sync --dry-run
bok sync
is 'who has not seen it since is not told wrong' test $status = 0
says 'it can be given again' '$data->{sent} == 1' sync --restore
git -C "$srv" update-ref -d refs/heads/main
refuses 'nothing there' sync
ok sync --restore
HOLDFAST_REGISTER=$dir/other.git ok init --name Other
git -C "$srv" fetch -q "$dir/other.git" +main:main
refuses 'replaced' sync
refuses 'another register' sync --to "$dir/other.git"
git -C "$srv" update-ref refs/heads/main "$here"
ok sync
# Somebody else's commit, unsigned.
forged=$(git -C "$srv" -c user.name=x -c user.email=x@x commit-tree -p main -m record "main^{tree}")
git -C "$srv" update-ref refs/heads/main "$forged"
refuses "refused: commit ${forged:0:12}" sync
git -C "$srv" update-ref refs/heads/main "$here"
ok sync
# This copy itself went back: the other side makes it good, or it is named.
something
ok sync
here=$(head_of)
git -C "$register" update-ref refs/heads/main "$here~1"
ok sync
is 'an old copy that was put back is made good' test "$(head_of)" = "$here"
git -C "$register" update-ref refs/heads/main "$here~1"
git -C "$srv" update-ref refs/heads/main "$here~1"
refuses 'went back' sync
run --json verify
is 'verify names it, too' json "\$data->{problems}[0]{what} =~ /went back.*$here/"
git -C "$register" update-ref refs/heads/main "$here"
git -C "$srv" update-ref refs/heads/main "$here"
# What this computer remembers cannot be read: nothing is believed.
for pin in "$dir"/.local/state/holdfast/*/pin-*.json; do cp "$pin" "$pin.kept" && echo '{' >"$pin"; done
no 65 'cannot be read' sync
for pin in "$dir"/.local/state/holdfast/*/pin-*.json; do mv "$pin.kept" "$pin"; done
ok sync

# ---- a file of this copy is lost before it was sent ----

something
blob=$(git -C "$register" diff-tree -r main^ main | awk '{ print $4 }')
mv "$register/objects/${blob:0:2}/${blob:2}" "$dir/lost"
no 65 'nothing was sent' sync
is 'it says whose files, and what tells which' eval "has err 'the copy on this computer are lost' && has err 'holdfast verify'"
mv "$dir/lost" "$register/objects/${blob:0:2}/${blob:2}"
ok sync

# ---- a real sshd ----

# What the server does with a request: all of it, or nothing.
cat >"$dir/serve" <<END
#!/bin/sh
case \$(cat "$dir/mode") in
silent) exec sleep 30 ;;
ended) kill -9 \$PPID ;;
late) rm "$dir/mode" && echo serve >"$dir/mode" && exec git-upload-pack "$dir/empty.git" ;;
foreign) GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec sh -c "\$SSH_ORIGINAL_COMMAND" ;;
*) exec sh -c "\$SSH_ORIGINAL_COMMAND" ;;
esac
END
chmod +x "$dir/serve"
echo serve >"$dir/mode"
start_sshd "$dir/serve"

url=ssh://server$srv
no 77 'its host key is not known here' sync --to "$url"
is 'it says what to type' has err 'connect once: ssh server, and'
no 77 'its host key is not known here' sync --to "ssh://jo@server:$sshd$srv"
is 'as that address needs it' has err "connect once: ssh -p $sshd jo@server, and"
no 77 'its host key is not known here' sync --to "jo@server:$srv"
is 'in its short form, too' has err 'connect once: ssh jo@server, and'
git config --file "$dir/.gitconfig" url.ssh://server.insteadOf ssh://elsewhere
run sync --to "ssh://elsewhere$srv"
is 'and where git leads it' has err 'connect once: ssh server, and'
rm "$dir/.gitconfig"
GIT_SSH_COMMAND="ssh -F $dir/ssh_config -o StrictHostKeyChecking=no" run sync --to "$url"
is 'nor when ssh was told not to look' test $status = 77
echo "server $(cut -d ' ' -f 1,2 "$dir/id.pub")" >"$dir/known"
no 77 'its host key has changed' sync --to "$url"
is 'it says what to type, once that is settled' has err 'ssh-keygen -R server, then once: ssh server'
sed 's/^[^ ]*/server/' "$dir/keys" >"$dir/known"
mv "$dir/authorized" "$dir/nobody"
no 77 'it does not let you in' sync --to "$url"
mv "$dir/nobody" "$dir/authorized"
no 65 'no repository is there' sync --to "ssh://server$dir/none.git"
echo foreign >"$dir/mode"
no 77 'belongs to another user of the server' sync --to "$url"
is 'it says what to type there' has err 'safe.directory'
echo serve >"$dir/mode"
ok sync --to "$url"
something
ok sync
is 'it came through' test "$(git -C "$srv" rev-parse main)" = "$(head_of)"
ok sync --to "server:$srv"
unset GIT_SSH_COMMAND
git config --file "$dir/.gitconfig" core.sshCommand "ssh -F $dir/ssh_config"
something
ok sync
rm "$dir/.gitconfig"
GIT_SSH=$dir/own-ssh
printf '#!/bin/sh\nexec ssh -F %s "$@"\n' "$dir/ssh_config" >"$GIT_SSH" && chmod +x "$GIT_SSH"
export GIT_SSH
something
ok sync
unset GIT_SSH
export GIT_SSH_COMMAND="ssh -F $dir/ssh_config"
ok sync --to "$url"
HOLDFAST_REGISTER=$dir/three ok clone "$url" --root "$fpr"

# It goes away in the middle.
echo ended >"$dir/mode"
no 71 'the connection broke' sync --to "$url"
is 'it says what to do' has err 'what is here is kept; sync again later'
echo serve >"$dir/mode"

# Somebody puts the register there between the two looks that an empty one takes.
echo late >"$dir/mode"
no 75 'somebody else is writing there' sync --to "$url"
ok sync --to "$url"

# Silent, before and after it let us in: within its limit.
echo silent >"$dir/mode"
something
began=$SECONDS
no 71 'did not answer in time' sync --timeout 2
b clone "$url" --root "$fpr" --register "$dir/four" --timeout 2
check 'a clone from it leaves nothing' "$([ $status = 71 ] && [ ! -e "$dir/four" ] && [ -z "$(ls -d "$dir"/four.new.* 2>/dev/null)" ]; echo $?)"
perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 9) or exit 1; $| = 1; print $s->sockport, "\n";
	while ($c = $s->accept) { push @c, $c }' >"$dir/port" &
servers+=($!)
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -s "$dir/port" ] && break; sleep 0.1; done
for url2 in ssh://127.0.0.1:$(cat "$dir/port")/x https://127.0.0.1:$(cat "$dir/port")/x; do
	no 71 'did not answer in time' sync --to "$url2" --timeout 2
done
is 'four silent servers took no longer than they may' test $((SECONDS - began)) -le 24
# Ended from outside while it waits: what it started ends, too.
"$HOLDFAST" sync --to "$url2" >"$dir/out" 2>&1 </dev/null &
waiting=$!
for _ in $(seq 50); do pgrep -f "git-remote-https $url2" >/dev/null && break; sleep 0.1; done
kill -TERM $waiting
wait $waiting
is 'a sync can be ended' test $? = 143
for _ in $(seq 20); do pgrep -f "git-remote-https $url2" >/dev/null || break; sleep 0.1; done
is 'nothing of it still runs' test "$(pgrep -fc "$dir/ssh_config|git-remote-https $url2" || true)" = 0
echo serve >"$dir/mode"

# ---- at the same time ----

something
"$HOLDFAST" sync >"$dir/one" 2>&1 &
pid=$!
run sync
is 'two syncs at once: the second' test $status = 0
wait $pid
status=$?
is 'and the first' test $status = 0

# Who must not write there.
if [ "$(id -u)" != 0 ]; then
	chmod -R a-w "$srv"
	something
	no 77 '' sync
	chmod -R u+w "$srv"
fi
finish
