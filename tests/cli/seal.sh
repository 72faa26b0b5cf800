#!/usr/bin/env bash
# Files that are written in one go cost few gpgs, and are the same as if each had cost one: an import, a merge, a member who is added.
# shellcheck disable=SC2016
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
many=270
srv=$dir/srv.git
git init -q --bare "$srv"
as() { # PERSON: from now on
	export HOME=$dir/$1 GNUPGHOME=$dir/gnupg-$1
	[ -d "$HOME" ] || { mkdir "$HOME" && mkdir -m 700 "$GNUPGHOME" && new_key "$1@agency.example"; }
	export register=$HOME/.local/share/holdfast/default.git
}

# A gpg that notes what encrypts, before the real one.
mkdir "$dir/counted"
cat >"$dir/counted/gpg" <<-END
	#!/bin/sh
	case " \$* " in *' --encrypt '* | *' --encrypt-files '*) echo x >>'$dir/gpgs' ;; esac
	PATH=$PATH exec gpg "\$@"
END
chmod 700 "$dir/counted/gpg"
# few NAME AT-MOST ARGUMENT...: it has to succeed, with no more gpgs that encrypt.
few() {
	local name=$1 most=$2
	shift 2
	: >"$dir/gpgs"
	PATH=$dir/counted:$PATH ok "$@"
	is "$name: $(wc -l <"$dir/gpgs") gpgs encrypt, at most $most" test "$(wc -l <"$dir/gpgs")" -le "$most"
	is "$name: some gpg did" test -s "$dir/gpgs"
}
list() { # NAME-OF-A-COLUMN PREFIX
	echo "provider,handle,$1"
	for i in $(seq $many); do echo "x,agency$i,$2 $i"; done
}

as bob
gpg --armor --export >"$dir/bob.asc" 2>/dev/null
as cat
gpg --armor --export >"$dir/cat.asc" 2>/dev/null
as ann
ann=$(fpr_of ann@agency.example)
ok init --name Agency
list purpose news >"$dir/first.csv"
few 'an import' 12 import "$dir/first.csv" --kind account --create
says 'all are there' '@$data == 270' list account
# More files than the proof looks at in one go: the key that the commit brings stands before what is encrypted for it.
few 'a member is added' 80 member add "$dir/bob.asc" --role responder
ok verify
ok sync --to "$srv"
as bob
ok clone "$srv" --root "$ann"
says 'who was added reads all' '@$data == 270 && $data->[269]{purpose} =~ /^news/' list account

# ---- both change all of them ----

list purpose weather >"$dir/second.csv"
list display_name 'The agency' >"$dir/third.csv"
few 'what bob changes' 12 import "$dir/second.csv" --kind account
ok sync
as ann
few 'what ann changes' 12 import "$dir/third.csv" --kind account
few 'a merge' 14 sync
is 'all were changed on both sides' has out '270 records'
says 'both changes' '$data->{purpose} eq "weather 270" && $data->{display_name} eq "The agency 270"' show x:agency270
ok verify

finish
