#!/usr/bin/env bash
# Disks that are full, small, read-only or failing, and standard descriptors that are closed or full: what fails says so in one line with a hint
# and the right status, nothing is lost or half written, and it works again afterwards.
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
small=$dir/small
trap 'umount "$small" 2>/dev/null; end_agents; chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
skip() { echo "left out: $*"; }

new_key ann@agency.example
printf 'name\nBo\nCy\n' >"$dir/people.csv"
head -c 3000 /dev/urandom >"$dir/proof.bin"
prepare() { # a register with a run, where XDG_* say
	ok init --name Agency
	ok add person name=Jo
	ok add account provider=x handle=a registered_email=press@agency.example
	ok add account provider=y handle=a registered_email=press@agency.example
	ok respond x:a
}
# Everything that writes, one to a line.
writers() { # WORD: makes it new
	cat <<-END
		add person name=Person-$1
		set x:a notes=$1
		run note last $1
		attach x:a $dir/proof.bin description=$1
		import $dir/people.csv --kind person
		remove Bo --force
		report last
	END
}
whole() { # NAME
	run verify
	is "$1: verify" test $status = 0
	git -C "$register" fsck --strict --no-dangling >"$dir/out" 2>"$dir/err"
	is "$1: git fsck" test $? = 0
	is "$1: nothing is left lying about" test -z "$(find "$register" -name '*tmp*' -o -name 'main.lock')"
}
# The message, a hint, and the branch where it was.
said() { # STATUS WORDS
	[ $status = "$1" ] && [ "$(wc -l <"$dir/err")" = 2 ] && head -n 1 "$dir/err" | grep -q "^holdfast: .*$2" &&
	    sed -n 2p "$dir/err" | grep -q '^  [a-z]' && [ "$(head_of)" = "$before" ]
}
said_or_done() { # STATUS WORDS: as said, or all of it was done
	[ $status = 0 ] || said "$@"
}

# ---- a full disk ----

free() { df --output=avail -k "$small" | tail -n 1 | tr -d ' '; }
fill() { # KB: leaves so many
	rm -f "$small/ballast"
	fallocate -l $(($(free) - $1))k "$small/ballast"
}
full_disk() {
	local left line
	export XDG_DATA_HOME=$small/data XDG_STATE_HOME=$small/state XDG_CACHE_HOME=$small/cache
	register=$small/data/holdfast/default.git
	prepare
	for left in 0 4 12 24 36; do
		while read -r line; do
			[ "$line" != 'remove Bo --force' ] || "$HOLDFAST" -q list person 2>/dev/null | grep -q Bo || continue
			fill $left
			before=$(head_of)
			# shellcheck disable=SC2086
			run $line
			if [ $left = 0 ]; then
				is "full: $line" said 74 'No space left'
			else
				is "$left KB left: $line" said_or_done 74 'No space left'
			fi
			run show x:a
			is 'full: what there is can be read' test $status = 0
		done < <(writers "w$left")
		before=
		run report last -n -o "$small/page.html"
		is "$left KB left: report -o" test $status = 0 -o $status = 74
		is "$left KB left: report -o: whole or not at all" test $status = 0 -o ! -e "$small/page.html"
		rm -f "$small/page.html"
		fill $left
		run --register "$small/other.git" init --name Other
		if [ $left = 0 ]; then is 'full: init' test $status = 74; fi
		is "$left KB left: init: whole or not at all" test $status = 0 -o "$(find "$small" -maxdepth 1 -name '*other*' -o -maxdepth 1 -name '.holdfast*' | wc -l)" = 0
		rm -rf "$small/other.git" "$small/ballast"
		whole "$left KB were left"
	done
	while read -r line; do
		# shellcheck disable=SC2086
		ok $line
	done < <(writers again)
	whole 'room again'
	unset XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME
	register=$dir/.local/share/holdfast/default.git
}
mkdir "$small"
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=1m,mode=700 none "$small" 2>/dev/null; then
	full_disk
	mount -o remount,ro "$small"
	XDG_DATA_HOME=$small/data XDG_STATE_HOME=$small/state XDG_CACHE_HOME=$small/cache
	export XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME
	register=$small/data/holdfast/default.git
	before=$(head_of)
	run run note last x
	is 'a disk mounted for reading only: a note' said 74 'Read-only file system'
	ok show x:a
	ok verify
	unset XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME
	register=$dir/.local/share/holdfast/default.git
	umount "$small"
else
	skip 'the full disk: only root can mount one'
fi

# ---- files may not become large ----

prepare
for blocks in 0 1 2; do
	while read -r line; do
		before=$(head_of)
		# The limit must not meet what this shell writes.
		# shellcheck disable=SC2086
		(ulimit -f $blocks; "$HOLDFAST" $line 2>&1 >/dev/null </dev/null; echo "$?") | cat >"$dir/both"
		status=$(tail -n 1 "$dir/both")
		sed '$d' "$dir/both" >"$dir/err"
		[ $blocks = 0 ] && is "ulimit -f 0: $line" said 74 'File too large'
		is "ulimit -f $blocks: $line" said_or_done 74 'File too large'
	done < <(writers "b$blocks" | grep -v '^remove')
	whole "ulimit -f $blocks"
done

# ---- folders that may not be written ----

# As somebody to whom the permissions count.
plain() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}
hand_over() { [ "$(id -u)" != 0 ] || chown -R 65534:65534 "$dir" 2>/dev/null; }
read_only() {
	local line
	cp "$HOLDFAST" "$dir/holdfast"
	end_agents
	hand_over
	chmod -R a-w "$register"
	HOLDFAST=$dir/holdfast
	run() {
		plain "$HOLDFAST" "$@" >"$dir/out" 2>"$dir/err" <"$input"
		status=$?
	}
	while read -r line; do
		before=$(head_of)
		# shellcheck disable=SC2086
		run $line
		is "read-only register: $line" said 74 'Permission denied'
	done < <(writers ro | grep -v '^remove')
	for line in 'show x:a' 'list account' 'find jo' 'timeline last' verify 'report last -n'; do
		# shellcheck disable=SC2086
		ok $line
	done
	chmod -R u+w "$register"
	chmod -R a-w "$dir/.local/share"
	no 74 'Permission denied' --register "$dir/.local/share/holdfast/new.git" init --name New
	chmod -R u+w "$dir/.local/share"
	rm -rf "$dir/.cache"
	mkdir -m 500 "$dir/.cache"
	hand_over
	ok show x:a
	ok run note last 'without a cache'
	chmod 700 "$dir/.cache"
	end_agents
	[ "$(id -u)" != 0 ] || chown -R 0:0 "$dir"
	run() {
		"$HOLDFAST" "$@" >"$dir/out" 2>"$dir/err" <"$input"
		status=$?
	}
	whole 'what was read-only'
}
if [ "$(id -u)" != 0 ] || command -v setpriv >/dev/null; then read_only; else skip 'read-only folders: no setpriv'; fi

# ---- standard descriptors ----

run attach x:a "$dir/proof.bin" description=proof
for face in '' --json; do
	for line in 'show x:a' 'list account' 'find jo' 'history x:a' 'query SELECT+1+AS+one' 'export account' 'impact x:a' 'whois x:a' 'run list' 'run show last' \
		'run next last' 'timeline last' 'timeline last --csv' 'report last -n' 'report last internal/siro-first --format html -n' verify \
		'book list' 'book show provider/x' 'extract proof' "add person name=P$face" 'run note last x'; do
		[ "$face" = --json ] && [ "$line" = 'extract proof' ] && continue
		read -ra words <<<"$face $line"
		words=("${words[@]//+/ }")
		"$HOLDFAST" "${words[@]}" >/dev/full 2>"$dir/err" </dev/null
		status=$?
		: >"$dir/out"
		is "/dev/full: $face $line" test $status = 74
		is "/dev/full: $face $line says so" has err 'standard output: No space left'
		"$HOLDFAST" "${words[@]}" >&- 2>"$dir/err" </dev/null
		status=$?
		is "standard output closed: $face $line" test $status = 74
		"$HOLDFAST" "${words[@]}" >"$dir/out" 2>&- <&-
		status=$?
		is "the other two closed: $face $line" test $status = 0
	done
done
before=$(head_of)
"$HOLDFAST" add person - >"$dir/out" 2>"$dir/err" <&-
status=$?
is 'add from a closed standard input' refused 65 ''
whole 'descriptors'

# ---- the disk fails once the branch has moved ----

export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 # a sanitizer looks for leaks with what strace uses
if command -v strace >/dev/null && strace -qq -o /dev/null true 2>/dev/null; then
	for face in '' --json; do
		before=$(head_of)
		# shellcheck disable=SC2086
		strace -f -qq -o /dev/null -P "$register/refs/heads" -e trace=fsync -e inject=fsync:error=EIO "$HOLDFAST" $face run note last \
			"unsure$face" >"$dir/out" 2>"$dir/err" </dev/null
		status=$?
		is "recorded, but the disk may not hold it $face" test $status = 76
		is 'it is recorded' test "$(head_of)" != "$before"
		if [ "$face" = --json ]; then
			is 'data and error both' json '$data && $error->{code} == 76'
		else
			is 'it says that it is recorded' has err 'it is recorded'
		fi
		ok timeline last
		is 'once' test "$(grep -c "unsure$face\$" "$dir/out")" = 1
	done
	whole 'after 76'
else
	skip 'a disk that fails after the branch has moved: strace does not work here'
fi
finish
