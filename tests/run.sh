#!/usr/bin/env bash
# Run test programs, JOBS at a time: run.sh PROGRAM... Each gets a HOME and a GNUPGHOME of its own; of one that fails the folder stays.
# What takes longest begins first, so that none is left to run alone at the end. OUT is the build folder. A Check program counts as its checks, one that ends in "N passed, N failed" as those, any other as one test.
set -u
cd "$(dirname "$0")/.." || exit 2
: "${OUT:=build}" "${JOBS:=2}" "${TEST_SECONDS:=900}"
export OUT TEST_SECONDS

# Prints "passed failed" for a program $3 that ended with status $1 and wrote $2.
count() {
	local numbers passed failed errors
	# Who takes the log away while it is written to takes the proof away.
	[ -f "$2" ] || { echo '0 1'; return; }
	if numbers=$(sed -n 's/^[0-9]*%: Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\)$/\1 \2 \3/p' "$2" | tail -n 1) &&
	    [ -n "$numbers" ]; then
		read -r passed failed errors <<<"$numbers"
		failed=$((failed + errors))
		passed=$((passed - failed))
	elif numbers=$(tail -n 1 "$2" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p') && [ -n "$numbers" ]; then
		read -r passed failed <<<"$numbers"
	elif [[ ${3##*/} == check_* ]]; then
		passed=0 failed=1
	else
		passed=$(($1 == 0)) failed=0
	fi
	# A program that fails, or checks nothing, is a failure whatever it printed.
	if [ "$failed" = 0 ] && { [ "$1" != 0 ] || [ "$passed" = 0 ]; }; then
		failed=1
	fi
	echo "$passed $failed"
}

run_one() {
	local program=$1 home log status passed failed began=$SECONDS
	home=$(mktemp -d /tmp/hft.XXXXXX) || return 1
	mkdir -m 700 "$home/gnupg"
	log=$home/log
	# The braces: bash tells of a crash on their stderr.
	{
		env -i PATH="$PATH" HOME="$home" GNUPGHOME="$home/gnupg" TMPDIR="$home" LC_ALL=C TZ=UTC OUT="$OUT" \
		    HOLDFAST="$(realpath "$OUT")/holdfast" HOLDFAST_BOOKS="$PWD" HOLDFAST_TOP="$PWD" \
		 ${ROUNDS:+"ROUNDS=$ROUNDS"} ${ACTIONS:+"ACTIONS=$ACTIONS"} ${CROSSED_STEPS:+"CROSSED_STEPS=$CROSSED_STEPS"} ${COMMITS:+"COMMITS=$COMMITS"} ${BOOKS:+"BOOKS=$BOOKS"} ${RUNS:+"RUNS=$RUNS"} ${WALKS:+"WALKS=$WALKS"} ${SEED:+"SEED=$SEED"} ${CK_FORK:+"CK_FORK=$CK_FORK"} ${CK_RUN_CASE:+"CK_RUN_CASE=$CK_RUN_CASE"} \
		    ${CK_EXCLUDE_TAGS:+"CK_EXCLUDE_TAGS=$CK_EXCLUDE_TAGS"} \
		    ${CACAO_SCHEMAS:+"CACAO_SCHEMAS=$CACAO_SCHEMAS"} \
		    ${KILLS:+"KILLS=$KILLS"} ${OFFBOARD_PEOPLE:+"OFFBOARD_PEOPLE=$OFFBOARD_PEOPLE"} ${FAREWELLS:+"FAREWELLS=$FAREWELLS"} ${LEAVERS:+"LEAVERS=$LEAVERS"} ${WALK_KEYS:+"WALK_KEYS=$WALK_KEYS"} ${SYSCALL_STEP:+"SYSCALL_STEP=$SYSCALL_STEP"} ${SERVES:+"SERVES=$SERVES"} \
		    ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 \
		    timeout "$TEST_SECONDS" "$program" >"$log" 2>&1 </dev/null
		status=$?
	} 2>>"$log"
	gpgconf --homedir "$home/gnupg" --kill all 2>/dev/null
	read -r passed failed < <(count "$status" "$log" "$program")
	if [ "$failed" = 0 ]; then
		printf 'ok    %-40s %5d tests %4ds\n' "${program#"$OUT"/}" "$passed" $((SECONDS - began))
		sed -n 's/^skipped: /      skipped: /p' "$log"
		rm -rf "$home"
	else
		[ "$status" = 124 ] && echo "took over $TEST_SECONDS seconds" >>"$log"
		printf 'FAIL  %-40s status %d, folder kept: %s\n%s\n' "${program#"$OUT"/}" "$status" "$home" \
		    "$(tail -n 60 "$log" | sed 's/^/      /')"
	fi
	echo "$passed $failed" >>"$RESULTS"
}

if [ "${1-}" = --one ]; then
	run_one "$2"
	exit
fi
# The longest, in that order; then all others as they came.
longest='check_books_incident check_books_routine check_merge_crossed check_farewell offboard_page.sh check_merge_hands cut.sh https.sh run.sh
	examples.sh verify.sh attest.sh around.sh check_hostile_push sync.sh planted.sh check_member offboard.sh keys.sh check_review offboard_two.sh
	check_review_inside'
ordered() {
	local name program
	for name in $longest; do
		for program in "$@"; do [ "${program##*/}" != "$name" ] || printf '%s\0' "$program"; done
	done
	for program in "$@"; do grep -qwF -e "${program##*/}" <<<"$longest" || printf '%s\0' "$program"; done
}
RESULTS=$(mktemp)
export RESULTS
trap 'rm -f "$RESULTS"' EXIT
ordered "$@" | xargs -0 -r -n 1 -P "$JOBS" "$0" --one
awk -v want=$# '{ p += $1; f += $2; n++ } END {
	if (n < want) f += want - n
	printf "%d passed, %d failed\n", p, f
	exit f > 0 || p == 0 }' "$RESULTS"
