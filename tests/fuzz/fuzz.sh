#!/usr/bin/env bash
# Run fuzzers, FUZZ_SECONDS each: fuzz.sh FUZZER... They start from tests/fuzz/corpus/<name> and what earlier runs found; what they find
# now stays in the build folder. An input that breaks something is worth a test: put it into the corpus.
set -u
cd "$(dirname "$0")/../.." || exit 2
: "${OUT:=build/fuzz}" "${FUZZ_SECONDS:=30}"
bad=0
for fuzzer; do
	name=${fuzzer##*/fuzz_}
	found=$OUT/found/$name
	mkdir -p "$found"
	echo "== $name, $FUZZ_SECONDS seconds"
	if ! UBSAN_OPTIONS=print_stacktrace=1 "$fuzzer" -max_total_time="$FUZZ_SECONDS" -timeout=10 -rss_limit_mb=2048 -verbosity=0 \
	    -print_final_stats=1 -artifact_prefix="$found-" "$found" "tests/fuzz/corpus/$name" >"$found.log" 2>&1; then
		echo "FAIL  $name: $found.log"
		tail -n 40 "$found.log"
		bad=$((bad + 1))
	fi
	sed -n 's/^stat::\(number_of_executed_units\|peak_rss_mb\): *\(.*\)/      \1 \2/p' "$found.log"
done
exit $((bad > 0))
