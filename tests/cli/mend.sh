#!/usr/bin/env bash
# A file of this copy is lost, or damaged, on the disk: each command that writes says so, check notices it without reading, verify names it, and sync
# fetches it anew from the other copy. What was never sent stays lost, and is not forgotten.
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
new_key ann@agency.example
srv=$dir/srv.git
ok init --name Agency
git init -q --bare "$srv"
for n in $(seq 12); do printf '%s{"name": "Person %s", "email": "p%s@agency.example"}' "$([ "$n" = 1 ] || echo ,)" "$n" "$n"; done >"$dir/list"
{ echo '['; cat "$dir/list"; echo ']'; } >"$dir/people"
input=$dir/people
ok add person -
input=/dev/null
ok add account provider=x handle=agency
ok add account provider=x handle=other
head -c 3000 /dev/urandom >"$dir/proof.bin"
ok attach x:agency "$dir/proof.bin" description=proof
ok respond x:agency
printf 'name\nZed\n' >"$dir/zed.csv"
ok sync --to "$srv"
keep() { rm -rf "$dir/kept" && mkdir "$dir/kept" && cp -a "$register" "$dir/.cache" "$dir/.local/state" "$dir/kept"; }
back() {
	rm -rf "$register" "$dir/.cache" "$dir/.local/state"
	cp -a "$dir/kept/default.git" "$register"
	cp -a "$dir/kept/.cache" "$dir"
	cp -a "$dir/kept/state" "$dir/.local"
}
no_cache() { rm -rf "$dir/.cache"; }
# The file of the register whose path begins so, as an object.
oid_of() { git -C "$register" ls-tree -r main "$1" | awk '{ print $3; exit }'; }
loose() { echo "$register/objects/${1:0:2}/${1:2}"; }
flip() { # FILE OFFSET: one bit
	chmod u+w "$1"
	perl -e 'open F, "+<:raw", $ARGV[0] or die; seek F, $ARGV[1], 0; read F, $_, 1; seek F, $ARGV[1], 0; print F chr(1 ^ ord)' "$1" "$2"
}
keep
run --json show p3@agency.example
id=$(value '$data->{id}')
person=$(oid_of "records/${id: -1}/$id.gpg")
proof=$(oid_of blobs)
entry=$(oid_of runs)

# ---- who says so ----

rm "$(loose "$person")"
run check
is 'check notices it, behind what is cached' has err '1 file of the register is lost here: holdfast sync fetches'
no_cache
while read -r line; do
	# shellcheck disable=SC2086
	eval "run $line"
	is "it is done all the same: $line" test $status = 0
	is "and it says so: $line" has err '1 file of the register cannot be used: holdfast verify says why'
	is "once: $line" test "$(wc -l <"$dir/err")" = 1
done <<'END'
add person name=Kim
set x:agency purpose=News
respond x:other
run note last hello
run claim last ring-lead --note x
import $dir/zed.csv --kind person
attach x:agency $dir/proof.bin description=again
declare Kim provider=x handle=kim purpose=News
END
is 'nobody but who writes, or lists, is told' eval 'run query "SELECT 1" && empty err'

# ---- and it comes back ----

mended() { # WHAT HOW-MANY
	run sync --dry-run
	is "a dry run fetches nothing: $1" test -z "$(grep anew "$dir/out")"
	run --json sync
	is "sync fetches it anew: $1" json "\$data->{mended} == $2 && \$data->{lost} == $2"
	ok verify --all
	run check
	is "nothing is lost any more: $1" not has err 'of the register'
	is "and git finds nothing: $1" git -C "$register" fsck --strict --no-dangling
	is "nothing is left lying about: $1" test ! -e "$register/holdfast.mend"
	says "up to date: $1" '$data->{up_to_date} && $data->{mended} == 0' sync
}
mended 'a loose record, behind later writes' 1
back
rm "$(loose "$person")" "$(loose "$proof")" "$(loose "$entry")"
mended 'a record, a proof and an entry' 3
back
flip "$(loose "$person")" 40
run verify
is 'verify names what is damaged' test $status = 1
is 'and what brings it back' has out 'holdfast sync fetches anew'
mended 'a flipped bit in a loose record' 1
back
flip "$(loose "$person")" 40
no_cache
mended 'a flipped bit that was read' 1
back
tree=$(git -C "$register" rev-parse "main:records/${id: -1}")
rm "$(loose "$tree")" "$(loose "$person")"
mended 'a folder of records, and what was in it' 1
back
git -C "$register" gc -q
pack=$(ls "$register"/objects/pack/*.pack)
at=$(git -C "$register" verify-pack -v "${pack%.pack}.idx" | awk -v o="$person" '$1 == o { print $5 }')
flip "$pack" $((at + 20))
run verify --all
is 'verify names what is damaged in a pack' test $status = 1
mended 'a flipped bit in a pack' 1
back
git -C "$register" gc -q
rm "$register"/objects/pack/*.pack
run sync
is 'without its first file a copy cannot be opened' test $status = 65
is 'and says what helps' has err 'holdfast verify'

# ---- what is nowhere else ----

back
ok add person name='Not sent' email=not@agency.example
path=$(git -C "$register" diff --name-only main^ main -- records)
new=$(oid_of "$path")
rm "$(loose "$new")"
run sync
is 'what was not sent cannot be fetched' test $status = 65
is 'it says whose file' has err 'the copy on this computer are lost'
ok show p3@agency.example
rm "$(loose "$person")"
run sync
run check
is 'what the other copy has is there again' has err '1 file of the register is lost here'
back
rm "$(loose "$person")"
mv "$srv" "$srv.away"
no 65 'no repository is there' sync
mv "$srv.away" "$srv"
mkdir -p "$register/holdfast.mend/objects"
mended 'after one that was killed' 1
finish
