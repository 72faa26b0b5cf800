#!/usr/bin/env bash
# The figures of the design, as ratios to one bare `gpg --decrypt` of a 1 KB file, medians of interleaved rounds.
#   make bench [CSV=official-accounts.csv] [ROUNDS=11] [BIG=10000]
# CSV: a real file of accounts with the columns provider,handle,url,name,division,owner. Without it 1,721 are invented.
set -euo pipefail
: "${HOLDFAST:?}" "${HOLDFAST_BOOKS:?}"
here=$(cd "$(dirname "$0")" && pwd)
rounds=${ROUNDS:-11} big=${BIG:-10000} csv=${CSV:-}
work=$(mktemp -d "${TMPDIR:-/tmp}/hfb.XXXXXX")
export HOME=$work GNUPGHOME=$work/gnupg HOLDFAST_BOOKS
unset XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME HOLDFAST_REGISTER HOLDFAST_KEY
trap 'gpgconf --kill all >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
mkdir -m 700 "$GNUPGHOME"
cd "$work"
hf() { "$HOLDFAST" --no-input --quiet "$@"; }

gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key 'Bench <bench@bench.example>' future-default default 1y 2>/dev/null
key=$(gpg --batch --with-colons --list-keys | awk -F: '/^fpr/ { print $10; exit }')
head -c 1024 /dev/urandom | gpg --batch --quiet --trust-model always -r "$key" --encrypt >one.gpg

# us COMMAND...: its microseconds into $us. The clock of bash, no process of ours in between.
us() {
	local a=$EPOCHREALTIME
	"$@" >/dev/null 2>&1 || { echo "bench: failed: $*" >&2; "$@" >&2; exit 1; }
	local b=$EPOCHREALTIME
	us=$(((${b/./} - ${a/./})))
}
note() { hf --register "$1" run note "$2" "note $RANDOM"; }
check_all() { hf --register "$1" check || [ $? = 1 ]; } # findings are no failure
bare() { gpg --batch --quiet --decrypt one.gpg; }

declare -A times=()
round() { # NAME COMMAND...
	local name=$1
	shift
	us "$@"
	times[$name]+="$us "
}
median() { tr ' ' '\n' <<<"${times[$1]}" | sed '/^$/d' | sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
line() { # NAME LIMIT WORDS
	awk -v m="$(median "$1")" -v b="$(median bare)" -v l="$2" -v w="$3" 'BEGIN { printf "%-52s %8.1f ms %8.2f x   at most %s x  %s\n", w, m / 1000, m / b, l, m / b <= l ? "ok" : "OVER" }'
}
once() { # US N LIMIT WORDS: work on N things
	awk -v m="$1" -v n="$2" -v b="$(median bare)" -v l="$3" -v w="$4" 'BEGIN { printf "%-52s %8.0f ms %8.2f N x at most %s N x %s\n", w, m / 1000, m / b / n, l, m / b / n <= l ? "ok" : "OVER" }'
}

for _ in $(seq "$rounds"); do round bare bare; done

fill() { # REGISTER CSV
	hf --register "$1" init --name Bench --domain bench.example >/dev/null
	us hf --register "$1" import "$2" --kind account --create --map name=display_name,division=unit --duplicates skip
	import_us=$us
	hf --register "$1" set org timezone=Europe/London >/dev/null
}
measure() { # LABEL REGISTER NAME-OF-ACCOUNT LIMIT LIMIT-OF-CHECK
	local l=$1 r=$2 a=$3
	hf --register "$r" respond "$a" >/dev/null
	local run
	run=$("$HOLDFAST" --register "$r" --json run list | sed -n 's/.*"run": *"\([0-9A-Z]*\)".*/\1/p' | head -n 1)
	for _ in $(seq "$rounds"); do
		round bare bare
		round "$l-show" hf --register "$r" show "$a"
		round "$l-list" hf --register "$r" list account
		round "$l-find" hf --register "$r" find office
		round "$l-query" hf --register "$r" query 'SELECT provider, count(*) AS n FROM account GROUP BY provider'
		round "$l-note" note "$r" "$run"
		round "$l-check" check_all "$r"
	done
	for w in show list find query; do line "$l-$w" "$4" "$w, $l accounts, warm"; done
	line "$l-note" 10 "one logged action, $l accounts"
	line "$l-check" "$5" "check, all rules, $l accounts, warm"
}

if [ -n "$csv" ]; then cp "$csv" small.csv; else "$here/accounts.sh" 1721 >small.csv; fi
"$here/accounts.sh" "$big" >big.csv
first=$(sed -n '2s/^\([^,]*\),\([^,]*\),.*/\1:\2/p' small.csv)
first_big=$(sed -n '2s/^\([^,]*\),\([^,]*\),.*/\1:\2/p' big.csv)

fill "$work/small.git" small.csv
n=$("$HOLDFAST" --register "$work/small.git" --json query 'SELECT count(*) AS n FROM record' | sed -n 's/.*"n": *\([0-9]*\).*/\1/p')
small_import=$import_us
measure 1721 "$work/small.git" "$first" 5 15
once "$small_import" "$n" 0.7 "import of $n records in one commit"
rm -rf "$work/.cache/holdfast"
us hf --register "$work/small.git" list unit
once "$us" "$n" 0.65 "first open after a clone, $n records"

fill "$work/big.git" big.csv
measure "$big" "$work/big.git" "$first_big" 10 80
peak=$( { /usr/bin/env time -f %M "$HOLDFAST" --no-input --quiet --register "$work/big.git" list account >/dev/null; } 2>&1 | tail -n 1 || true)
case $peak in '' | *[!0-9]*) ;; *) awk -v k="$peak" 'BEGIN { printf "%-52s %8.1f MB            at most 96 MB   %s\n", "peak memory, list", k / 1024, k / 1024 <= 96 ? "ok" : "OVER" }' ;; esac

if command -v pass >/dev/null; then
	pass init "$key" >/dev/null 2>&1
	pass git init >/dev/null 2>&1
	for _ in $(seq "$rounds"); do
		round pass-insert bash -c 'echo secret | pass insert -e -f a/b'
		round pass-show pass show a/b
	done
	line pass-insert 999 'for comparison: pass insert (commit not signed)'
	line pass-show 999 'for comparison: pass show'
fi
