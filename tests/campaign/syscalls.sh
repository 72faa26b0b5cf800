#!/usr/bin/env bash
# A note in a run, while the system fails under it: killed at every system call that matters, and every such call failing, once and from then on.
# What was said to be recorded is; what was said to have failed is not; and the next command works. SYSCALL_STEP=N takes every N-th call.
# Slow: part of `make campaign`.
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
step=${SYSCALL_STEP:-1}
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 # a sanitizer looks for leaks with what strace uses
strace -qq -o /dev/null true 2>/dev/null || { echo 'left out: strace does not work here'; echo '1 passed, 0 failed'; exit; }

new_key ann@agency.example
export XDG_DATA_HOME=$dir/kept/data XDG_STATE_HOME=$dir/kept/state XDG_CACHE_HOME=$dir/kept/cache
register=$dir/kept/data/holdfast/default.git
ok init --name Agency
ok add account provider=x handle=a
ok respond x:a
XDG_DATA_HOME=$dir/now/data XDG_STATE_HOME=$dir/now/state XDG_CACHE_HOME=$dir/now/cache
register=$dir/now/data/holdfast/default.git

fresh() {
	rm -rf "$dir/now"
	cp -a "$dir/kept" "$dir/now"
}
calls() { # SYSCALL: how many of them one note makes, in the process itself
	fresh
	strace -qq -e trace="$1" -o "$dir/trace" "$HOLDFAST" run note last counted >/dev/null 2>&1
	grep -c "^$1(" "$dir/trace"
}
note() { # INJECTION
	fresh
	timeout -k 1 60 strace -k -qq -y -o "$dir/trace" -e trace="${1%%:*}" -e inject="$1" "$HOLDFAST" run note last 'the note' >"$dir/out" 2>"$dir/err" </dev/null
	status=$?
}
# Does it stand in the log? 2: the next command does not work.
recorded() {
	"$HOLDFAST" timeline last >"$dir/after" 2>&1 || return 2
	grep -q 'the note' "$dir/after"
}
whole() {
	"$HOLDFAST" verify >"$dir/after" 2>&1 && git -C "$register" fsck --strict --no-dangling >>"$dir/after" 2>&1 &&
	    "$HOLDFAST" run note last next >>"$dir/after" 2>&1
}
said_done() { [ $status = 0 ] || [ $status = 76 ] || has err 'the command did its work'; }

points=0 gpgme=0
judge() { # NAME
	local stands
	points=$((points + 1))
	recorded
	stands=$?
	is "$1: the next command works" test $stands != 2
	if said_done; then
		is "$1: it is recorded, as was said" test $stands = 0
	elif [ $status -lt 128 ] && grep -qE '^write\(2<.*INJECTED' "$dir/trace"; then
		: # standard error cannot be written either: nothing could be said
	elif [ $status = 139 ] && grep -A 2 'INJECTED' "$dir/trace" | grep -q libgpgme; then
		gpgme=$((gpgme + 1)) # it falls over itself when it cannot read from the pipe to gpg: the frame above read(2) is its own
	elif [ $status != 137 ]; then
		is "$1: it is not recorded, as was said" test $stands = 1
		is "$1: a line that says so" test $status -lt 128 -a -s "$dir/err"
	fi
	is "$1: all is whole" whole
}

for call in openat write link rename unlink fsync mkdir close flock; do
	n=$(calls $call)
	for ((k = 1; k <= n; k += step)); do
		note "$call:signal=KILL:when=$k"
		judge "killed at $call $k of $n"
	done
done
echo "killed at $points points"
# No close: one that fails has closed all the same, but strace leaves it open, and gpg waits for the end of its input for ever.
for pair in write:ENOSPC openat:ENOSPC fsync:EIO link:EIO rename:EIO unlink:EIO read:EIO mkdir:EROFS flock:ENOLCK; do
	call=${pair%:*}
	n=$(calls "$call")
	for ((k = 1; k <= n; k += step)); do
		for when in $k $k+; do
			note "$call:error=${pair#*:}:when=$when"
			judge "$pair at $when of $n"
		done
	done
done
echo "$points points in all; GPGME itself fell over a pipe $gpgme times"
finish
