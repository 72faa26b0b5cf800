#!/usr/bin/env bash
# Two people change one register apart, by the program itself: what comes together, what is a conflict, and how it is settled.
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
# Bob first, then Ann, who merges; then Bob again: both have the same.
meet() {
	as bob && ok sync
	as ann && ok sync
	cp "$dir/out" "$dir/merged"
	as bob && ok sync
	is 'both have the same commit' test "$(head_of)" = "$(cat "$dir/ann/.local/share/holdfast/default.git/refs/heads/main")"
}
merged() { grep -qF -e "$1" "$dir/merged"; }
both() { # NAME EXPRESSION ARGUMENT...: with both of them
	local who
	for who in ann bob; do as $who && says "$1, with $who" "${@:2}"; done
}
none_open() { both 'no conflict' '@$data == 0' conflicts; }

as bob
gpg --armor --export >"$dir/bob.asc" 2>/dev/null
as ann
ann=$(fpr_of ann@agency.example)
ok init --name Agency
ok add person name='Bob Lee' email=bob@agency.example
ok add person name='Jo Park' email=jo@agency.example
ok add account provider=x handle=agency owner='Jo Park' purpose=news
ok add account provider=youtube handle=agency
ok member add "$dir/bob.asc" --role responder --person bob@agency.example
ok sync --to "$srv"
as bob
ok clone "$srv" --root "$ann"

# ---- nothing to say ----

ok conflicts
is 'no conflicts' has err 'no conflicts'
says 'an empty list' '@$data == 0' conflicts

# ---- different fields of one record ----

as ann && ok set x:agency purpose=weather
as bob && ok set x:agency url=https://x.example/agency
meet
is 'it says so' merged '1 record was changed on both sides, and merged'
both 'both fields' '$data->{purpose} eq "weather" && $data->{url} eq "https://x.example/agency" && $data->{version} == 3' show x:agency
none_open

# ---- items of one list ----

as ann && ok set x:agency tags+=one
as bob && ok set x:agency tags+=two
meet
both 'all items' '"@{[sort @{$data->{tags}}]}" eq "one two"' show x:agency
none_open

# ---- one field ----

as ann && ok set x:agency purpose=snow
sleep 1
as bob && ok set x:agency purpose=rain
meet
is 'it says so' merged '1 field has two values: holdfast conflicts'
both 'the later one stands' '$data->{purpose} eq "rain"' show x:agency
both 'and the other is kept' '@$data == 1 && $data->[0]{ref} eq "x:agency" && $data->[0]{field} eq "purpose" && $data->[0]{kept} eq "rain" &&
	$data->[0]{other} eq "snow" && $data->[0]{kept_by} ne $data->[0]{other_by} && $data->[0]{at}' conflicts
as ann
run conflicts
for word in 'x:agency: purpose' rain 'Bob Lee' snow 'holdfast conflicts settle'; do is "conflicts shows $word" has out "$word"; done
run --json conflicts
id=$(value '$data->[0]{id}')
record=$(value '$data->[0]{record}')
no 2 'CONFLICT' conflicts settle
no 2 'kept' conflicts settle "$id"
no 2 'kept' conflicts settle "$id" both
no 2 '' conflicts settle "$id" kept other
no 2 '' conflicts list
no 65 'no conflict has that name' conflicts settle 01ARZ3NDEKTSV4RRFFQ69G5FAV kept
is 'it says where their names stand' has err 'holdfast conflicts lists'
no 65 'no conflict has that name' conflicts settle 1 kept
no 65 '' conflicts settle "$record" kept
no 65 '' conflicts settle x:agency kept
ok conflicts settle "$id" other --dry-run
is 'a dry run says what' has out 'would be settled: x:agency purpose is now snow'
says 'and changes nothing' '$data->{purpose} eq "rain"' show x:agency
ok conflicts settle "$id" other
says 'the other one' '$data->{purpose} eq "snow"' show x:agency
no 65 'settled already' conflicts settle "$id" kept
meet
both 'settled for both' '$data->{purpose} eq "snow"' show x:agency
none_open

# Kept; and one that was changed since.
for what in kept since; do
	as ann && ok set x:agency purpose="hail $what"
	sleep 1
	as bob && ok set x:agency purpose="fog $what"
	meet
	as ann
	run --json conflicts
	id=$(value '$data->[0]{id}')
	if [ $what = since ]; then
		ok set x:agency purpose=wind
		no 65 'was changed since, to wind' conflicts settle "$id" other
		says 'what stands now' '$data->[0]{now} eq "wind" && $data->[0]{kept} eq "fog since"' conflicts
		run conflicts
		for word in '^stands *wind$' '^was *fog since (' '^other *hail since (' 'Changed since.*kept leaves it so'; do is "it shows $word" grep -q "$word" "$dir/out"; done
	fi
	ok conflicts settle "$id" kept
	meet
	none_open
done
both 'left as it was' '$data->{purpose} eq "wind"' show x:agency
# Both settle it, each their own way: the later one counts, and is said.
as ann && ok set x:agency purpose=one
sleep 1
as bob && ok set x:agency purpose=two
meet
as ann
run --json conflicts
id=$(value '$data->[0]{id}')
ok conflicts settle "$id" other
as bob && ok conflicts settle "$id" kept
meet
none_open
# The same value is no conflict.
as ann && ok set x:agency purpose=sun
as bob && ok set x:agency purpose=sun
meet
none_open

# ---- added, removed, changed ----

as ann && ok add unit name=Press
as bob && ok add unit name=Digital
meet
both 'both are there' '@$data == 2' list unit
as ann && ok remove Digital --force
as bob && ok remove Press --force
meet
both 'both are gone' '@$data == 0' list unit
none_open
as ann && ok remove youtube:agency --force
as bob && ok set youtube:agency purpose=films
meet
both 'removed and changed: it stays' '$data->{purpose} eq "films"' show youtube:agency
both 'and is named' '@$data == 1 && $data->[0]{field} eq "record" && $data->[0]{kept} eq "changed" && $data->[0]{other} eq "removed"' conflicts
as bob
run --json conflicts
ok conflicts settle "$(value '$data->[0]{id}')" other
meet
as ann && no 65 '' show youtube:agency
none_open
# Removed by one while the other begins to use it.
as ann && ok add person name='Max Roe' email=max@agency.example
meet
as ann && ok remove max@agency.example --force
as bob && ok set x:agency deputy=max@agency.example
meet
both 'in use: it stays' '$data->[0]{kept} eq "in use" && $data->[0]{ref} =~ /Max/' conflicts
both 'and is used' '$data->{deputy}' show x:agency
# One account added on both sides.
as ann && ok add account provider=mastodon handle=agency
as bob && ok add account provider=mastodon handle=agency
meet
as ann
run conflicts
is 'two with one name' has out 'two records have the same'
run --json conflicts
pair=$(value '(grep { $_->{ref} =~ /mastodon/ } @$data)[0]{other}')
ok remove "$pair" --force
meet
both 'one is left' '@{[grep { $_->{provider} eq "mastodon" } @$data]} == 1' list account

# ---- one run, two logs ----

as ann
ok respond x:agency --no-input
run --json run list
run_id=$(value '$data->[0]{run}')
meet
for i in 1 2 3; do
	as ann && ok run note "$run_id" "ann $i"
	as bob && ok run note "$run_id" "bob $i"
done
meet
both 'all entries' '@{[grep { ($_->{text} // "") =~ /^(ann|bob) [123]$/ } @$data]} == 6' timeline "$run_id"
as bob && ok run note "$run_id" after
meet
both 'and one after them' '$data->[-1]{text} eq "after"' timeline "$run_id"
for who in ann bob; do
	as $who
	ok verify --all
done
finish
