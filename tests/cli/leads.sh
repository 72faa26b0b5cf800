#!/usr/bin/env bash
# The user's git may lead an address elsewhere (url.*.insteadOf, url.*.pushInsteadOf). It is said where, before anything is reached, and what is reached
# there is held to the same.
# shellcheck disable=SC2016
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
# shellcheck source=tests/servers.sh
. "$HOLDFAST_TOP/tests/servers.sh"
new_key ann@agency.example
fpr=$(fpr_of ann@agency.example)
srv=$dir/srv.git out=$dir/out.git url=https://git.agency.example/register
for repository in "$srv" "$out"; do
	git init -q --bare "$repository"
	mkdir -p "$repository/hooks"
	for hook in pre-receive update post-receive post-update reference-transaction proc-receive; do
		printf '#!/bin/sh\ntouch %s/ran-%s\n' "$dir" $hook >"$repository/hooks/$hook"
		chmod +x "$repository/hooks/$hook"
	done
done
set_up() { git config --file "$dir/.gitconfig" "$@"; }
forget_it() { rm -f "$dir/.gitconfig"; }
at() { git -C "$1" rev-parse -q --verify main; }
ok init --name Agency

# ---- what comes in ----

set_up "url.$srv.insteadOf" "$url"
ok sync --to "$url"
is 'sync says where' has err "your git leads $url to $srv (url.*.insteadOf)"
is 'once' test "$(grep -c 'your git' "$dir/err")" = 1
is 'it went there' test "$(at "$srv")" = "$(head_of)"
says 'as JSON' '$data->{via} eq "'"$srv"'" && !defined $data->{push} && $data->{url} eq "'"$url"'"' sync
ok -q sync
is 'quietly, when asked' not has err 'your git'
ok --register "$dir/two" clone "$url" --root "$fpr"
is 'clone says where' has err "your git leads $url to $srv (url.*.insteadOf)"
says 'clone, as JSON' '$data->{via} eq "'"$srv"'" && !defined $data->{push}' --register "$dir/three" clone "$url" --root "$fpr"
run --register "$dir/four" clone "$url" --root 0123456789ABCDEF0123456789ABCDEF01234567
is 'also when it is refused' test $status = 77
is 'then above all' has err "to $srv"
mv "$srv" "$srv.away"
run sync
is 'also when nothing is there' test $status != 0
is 'then it helps most' has err "your git leads $url to $srv (url.*.insteadOf)"
mv "$srv.away" "$srv"

# ---- what is sent ----

set_up "url.$out.pushInsteadOf" "$url"
ok add person name='Jo Park'
run sync
is 'sync says where what is sent goes' has err "your git sends what is for $url to $out (url.*.pushInsteadOf)"
is 'and where from' has err "your git leads $url to $srv (url.*.insteadOf)"
is 'no hook was run there' test -z "$(ls "$dir"/ran-* 2>/dev/null)"
forget_it
git -C "$out" -c core.hooksPath=/dev/null fetch -q "$srv" main:main
set_up "url.$out.pushInsteadOf" "$srv"
ok sync --to "$srv"
is 'it went there' test "$(at "$out")" = "$(head_of)"
is 'and not here' test "$(at "$srv")" != "$(head_of)"
is 'no hook was run' test -z "$(ls "$dir"/ran-* 2>/dev/null)"
git -C "$srv" -c core.hooksPath=/dev/null fetch -q "$out" main:main
says 'as JSON' '!defined $data->{via} && $data->{push} eq "'"$out"'"' sync
says 'clone says it too' '$data->{push} eq "'"$out"'"' --register "$dir/five" clone "$srv" --root "$fpr"
# as git chooses: the longest that fits; an empty one fits all; one that does not fit is nothing
set_up "url.$dir/none.pushInsteadOf" "$dir"
says 'the longest' '$data->{push} eq "'"$out"'"' sync
forget_it
set_up "url.$dir/none.pushInsteadOf" "$dir/other"
says 'none that fits' '!defined $data->{push}' sync
set_up "url.$dir/.pushInsteadOf" ''
says 'an empty one' '$data->{push} eq "'"$dir/$srv"'"' sync
forget_it

# ---- ways that are not used, words that are not shown ----

ok add person name='Max Lee'
set_up "url.ext::touch $dir/ran .pushInsteadOf" "$srv"
run sync
is 'a way that is not used' test $status = 77
is 'it says so' has err 'which holdfast does not use'
is 'nothing was run' test ! -e "$dir/ran"
for secret in https://jo:s3cret@agency.example/ https://ghp_s3cret01234567890123456789@agency.example/; do
	for rule in insteadOf pushInsteadOf; do
		forget_it
		set_up "url.$secret.$rule" https://agency.example/
		no 77 'your git leads that address to one with a password in it' sync --to https://agency.example/srv.git
		is "nothing of it is repeated: $rule" not has err s3cret
		run --register "$dir/six" clone https://agency.example/srv.git --root "$fpr"
		is "nor by clone: $rule" test $status = 77
		is "nothing of it is repeated by clone: $rule" not has err s3cret
	done
done
forget_it
set_up url.$'\e[31m/x/'.insteadOf "$srv"
run sync
is 'no escape reaches a terminal' not grep -q $'\e' "$dir/err"
forget_it

# ---- over ssh: held to known hosts on both ways ----

start_sshd
set_up "url.ssh://server/.pushInsteadOf" /
run sync
is 'what is sent by ssh is held to a known host' test $status = 77
is 'it says so' has err 'its host key is not known here'
sed 's/^[^ ]*/server/' "$dir/keys" >"$dir/known"
run sync
is 'to one that is known it goes' test $status = 0
is 'over ssh' has err "your git sends what is for $srv to ssh://server"
forget_it
finish
