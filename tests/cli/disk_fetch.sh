#!/usr/bin/env bash
# A disk that is full, or files that may not become large, while something comes in: 74, nothing is lost, what git left lying about is swept, and the
# next sync succeeds. What another git is writing stays.
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
small=$dir/small srv=$dir/srv.git two=$dir/two
trap 'umount "$small" 2>/dev/null; end_agents; rm -rf "$dir"' EXIT
new_key ann@agency.example
fpr=$(gpg --list-keys --with-colons 2>/dev/null | awk -F: '/^fpr/ { print $10; exit }')
ok init --name Agency
ok add account provider=x handle=agency
git init -q --bare "$srv"
ok sync --to "$srv"
there() { HOLDFAST_REGISTER=$two "$HOLDFAST" "$@" >"$dir/out" 2>"$dir/err" </dev/null; status=$?; }
left() { find "$1/objects" -name 'tmp_*' ! -name 'tmp_other*'; }
# Something large comes in: as one file, or as many.
large() { # BYTES
	head -c "$1" /dev/urandom >"$dir/proof.bin"
	ok attach x:agency "$dir/proof.bin" description="Proof $1"
}
many() {
	perl -e 'print "name\n"; print "Person $_ $ARGV[0]\n" for 1 .. 150' "$1" >"$dir/people.csv"
	ok import "$dir/people.csv" --kind person
}
refused_and_swept() { # NAME WORDS
	is "$1: 74" test $status = 74
	is "$1: one line and a hint at most" test "$(wc -l <"$dir/err")" -le 2
	is "$1: it says why" has err "$2"
	is "$1: the branch has not moved" test "$(cat "$two/refs/heads/main")" = "$before"
	is "$1: nothing is left lying about" test -z "$(left "$two")"
	there show x:agency
	check "$1: what there is can be read" $status
}

# ---- a full disk ----

mkdir "$small"
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=2m,mode=700 none "$small" 2>/dev/null; then
	two=$small/two
	there clone "$srv" --root "$fpr"
	check 'a clone on the small disk' $status
	for what in 'large 3000000' 'many full'; do
		$what
		ok sync
		before=$(cat "$two/refs/heads/main")
		[ "${what%% *}" = large ] || fallocate -l $(($(df --output=avail -k "$small" | tail -n 1) - 40))k "$small/ballast"
		there sync
		refused_and_swept "full: $what" 'the disk of this computer is full'
		rm -f "$small/ballast"
		[ "${what%% *}" != large ] || mount -o remount,size=20m "$small"
		there sync
		check "room again: $what" $status
		is 'all of it came' test "$(cat "$two/refs/heads/main")" = "$(head_of)"
		there verify
		check "verify: $what" $status
	done
	there --register "$small/three" clone "$srv" --root "$fpr"
	check 'a second clone' $status
	umount "$small"

	# The other side's disk, when something goes there.
	two=$dir/sender
	there clone "$srv" --root "$fpr"
	mount -t tmpfs -o size=20m,mode=700 none "$small"
	git clone -q --bare "$srv" "$small/srv.git"
	there add person name='Max Lee' email=max@agency.example
	fallocate -l "$(df --output=avail -k "$small" | tail -n 1)"k "$small/ballast"
	there sync --to "$small/srv.git"
	check 'full there: 74, it says whose disk' "$([ $status = 74 ] && has err 'nothing was sent' && has err 'its disk is full' && has err 'what is here is kept'; echo $?)"
	rm "$small/ballast"
	there sync --to "$small/srv.git"
	check 'room again there' $status
	umount "$small"
else
	echo 'skipped: a full disk, which only root can make'
fi

# ---- files may not become large ----

two=$dir/two
there clone "$srv" --root "$fpr"
check 'a clone' $status
large 2000000
ok sync
before=$(cat "$two/refs/heads/main")
(ulimit -f 1000; HOLDFAST_REGISTER=$two "$HOLDFAST" sync 2>&1 >/dev/null </dev/null; echo $?) | cat >"$dir/both"
status=$(tail -n 1 "$dir/both")
sed '$d' "$dir/both" >"$dir/err"
refused_and_swept 'ulimit -f' 'more than'

# ---- what was left by one that was killed, and what another git writes ----

mkdir -p "$two/objects/pack" "$two/objects/17"
for name in pack/tmp_pack_dead pack/tmp_idx_dead 17/tmp_obj_dead; do
	echo x >"$two/objects/$name"
	touch -d '3 hours ago' "$two/objects/$name"
done
echo x >"$two/objects/pack/tmp_pack_fresh"
exec 7>"$two/objects/pack/tmp_pack_open"
touch -d '3 hours ago' "$two/objects/pack/tmp_pack_open"
there sync
check 'the next sync' $status
is 'what is old is swept' test -z "$(find "$two/objects" -name 'tmp_*_dead')"
is 'what is new stays: somebody may be writing it' test -e "$two/objects/pack/tmp_pack_fresh"
is 'so does what is open' test -e "$two/objects/pack/tmp_pack_open"
exec 7>&-
there verify
check 'verify' $status
finish
