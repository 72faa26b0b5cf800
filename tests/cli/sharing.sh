#!/usr/bin/env bash
# holdfast-sharing(7): the commands with which two people start, executed as they stand there, each person with a home and a key of their own.
. "$HOLDFAST_TOP/tests/lib.sh"
page=$HOLDFAST_TOP/man/holdfast-sharing.7
mkdir "$dir/bin" && ln -s "$HOLDFAST" "$dir/bin/holdfast"
PATH=$dir/bin:$PATH
as() { # PERSON: from now on
	export HOME=$dir/$1 GNUPGHOME=$dir/gnupg-$1
	[ -d "$HOME" ] || { mkdir "$HOME" && mkdir -m 700 "$GNUPGHOME" && new_key "$1@agency.example"; }
	export register=$HOME/.local/share/holdfast/default.git
}
# The N-th block of the page.
block() { awk -v n="$1" '/^\.Bd -literal/ { i++; on = 1; next } /^\.Ed/ { on = 0 } on && i == n' "$page" | sed 's/\\(dq/"/g; s/\\e/\\/g'; }
does() { # NAME N: every command of the block
	block "$2" >"$dir/block"
	is "$1: there are commands" test -s "$dir/block"
	(cd "$dir" && bash -eu block) >"$dir/out" 2>"$dir/err" </dev/null
	status=$?
	is "$1" test $status = 0
}

as sam
sam=$(gpg --list-keys --with-colons 2>/dev/null | awk -F: '/^fpr/ { print $10; exit }')
ok init --name Agency
ok add account provider=x handle=agency
does 'Sam shares' 1
as jo
does 'Jo sends a key' 2
as sam
does 'Sam lets Jo in' 3
is 'the fingerprint is shown' has out "${sam: -4}"
as jo
is 'the fourth block is the clone' test "$(block 4)" = 'holdfast clone shared.git'
cd "$dir" || exit 2
run clone shared.git
is 'without anybody to confirm it, nothing is made' test $status = 2
is 'but it says what to compare' has err "$sam"
ok clone shared.git --root "$sam"
ok show x:agency
ok set x:agency purpose=News
ok sync
as sam
ok sync
says 'Jo was heard' '$data->{purpose} eq "News"' show x:agency
ok verify
finish
