#!/usr/bin/env bash
# The figures of the design, as ratios to one bare `gpg --decrypt` of a 1 KB file, medians of interleaved rounds.
#   make bench [CSV=official-accounts.csv] [ROUNDS=11] [BIG=10000] [ONLY="small walk runs members verify merge big pass"]
# ONLY: some of them, by name. CSV: a real file of accounts with the columns provider,handle,url,name,division,owner. Without it 1,721 are invented.
set -euo pipefail
: "${HOLDFAST:?}" "${HOLDFAST_BOOKS:?}"
here=$(cd "$(dirname "$0")" && pwd)
rounds=${ROUNDS:-11} big=${BIG:-10000} csv=${CSV:-} only=${ONLY:-small walk runs members verify merge big pass}
acts=${OUT:-build}/tests/bench/acts
case $acts in /*) ;; *) acts=$PWD/$acts ;; esac
work=$(mktemp -d "${TMPDIR:-/tmp}/hfb.XXXXXX")
export HOME=$work GNUPGHOME=$work/gnupg HOLDFAST_BOOKS
unset XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME HOLDFAST_REGISTER HOLDFAST_KEY
trap 'gpgconf --kill all >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
mkdir -m 700 "$GNUPGHOME"
cd "$work"
hf() { "$HOLDFAST" --no-input --quiet "$@"; }
want() { case " $only " in *" $1 "*) ;; *) return 1 ;; esac; }

gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key 'Bench <bench@bench.example>' future-default default 1y 2>/dev/null
key=$(gpg --batch --with-colons --list-keys | awk -F: '/^fpr/ { print $10; exit }')
export HOLDFAST_KEY=$key # members of a register are made beside it
head -c 1024 /dev/urandom | gpg --batch --quiet --trust-model always -r "$key" --encrypt >one.gpg

# us COMMAND...: its microseconds into $us. The clock of bash, no process of ours in between.
us() {
	local a=$EPOCHREALTIME
	"$@" >/dev/null 2>&1 || { echo "bench: failed: $*" >&2; "$@" >&2; exit 1; }
	local b=$EPOCHREALTIME
	us=$((${b/./} - ${a/./}))
}
note() { hf --register "$1" run note "$2" "note $RANDOM"; }
no_is_fine() { hf "$@" || [ $? = 1 ]; } # findings, and what is overdue, are no failure
new_run() { hf --register "$1" --json respond --new "$2" | sed -n 's/.*"run": *"\([0-9A-Z]*\)".*/\1/p' | head -n 1; }
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

peak() { # LIMIT WORDS COMMAND...: its peak memory, where there is a time that can say it
	local l=$1 w=$2 k
	shift 2
	k=$( { /usr/bin/env time -f %M "$@" >/dev/null; } 2>&1 | tail -n 1 || true)
	case $k in
	'' | *[!0-9]*) echo "$w: no program time here" ;;
	*) awk -v k="$k" -v l="$l" -v w="$w" 'BEGIN { printf "%-52s %8.1f MB            at most %s MB   %s\n", w, k / 1024, l, k / 1024 <= l ? "ok" : "OVER" }' ;;
	esac
}
empty() { hf --register "$1" init --name Bench --domain bench.example >/dev/null; }

fill() { # REGISTER CSV
	empty "$1"
	us hf --register "$1" import "$2" --kind account --create --map name=display_name,division=unit --duplicates skip
	import_us=$us
	hf --register "$1" set org timezone=Europe/London >/dev/null
}
measure() { # LABEL REGISTER NAME-OF-ACCOUNT LIMIT LIMIT-OF-CHECK
	local l=$1 r=$2 a=$3
	local run
	run=$(new_run "$r" "$a")
	for _ in $(seq "$rounds"); do
		round bare bare
		round "$l-show" hf --register "$r" show "$a"
		round "$l-list" hf --register "$r" list account
		round "$l-find" hf --register "$r" find office
		round "$l-query" hf --register "$r" query 'SELECT provider, count(*) AS n FROM account GROUP BY provider'
		round "$l-note" note "$r" "$run"
		round "$l-check" no_is_fine --register "$r" check
	done
	for w in show list find query; do line "$l-$w" "$4" "$w, $l accounts, warm"; done
	line "$l-note" 10 "one logged action, $l accounts"
	line "$l-check" "$5" "check, all rules, $l accounts, warm"
}

if [ -n "$csv" ]; then cp "$csv" small.csv; else "$here/accounts.sh" 1721 >small.csv; fi
"$here/accounts.sh" "$big" >big.csv
first=$(sed -n '2s/^\([^,]*\),\([^,]*\),.*/\1:\2/p' small.csv)
first_big=$(sed -n '2s/^\([^,]*\),\([^,]*\),.*/\1:\2/p' big.csv)

small=$work/small.git
if want small || want walk || want runs; then fill "$small" small.csv; fi
if want small; then
	n=$("$HOLDFAST" --register "$small" --json query 'SELECT count(*) AS n FROM record' | sed -n 's/.*"n": *\([0-9]*\).*/\1/p')
	small_import=$import_us
	measure 1721 "$small" "$first" 5 15
	once "$small_import" "$n" 0.7 "import of $n records in one commit"
	rm -rf "$work/.cache/holdfast"
	us hf --register "$small" list unit
	once "$us" "$n" 0.65 "first open after a clone, $n records"
fi

if want walk; then
	run=$(new_run "$small" "$first")
	times[walk]=$("$acts" "$small" walk "$run" 21 | tr '\n' ' ')
	line walk 4 'one logged action inside the walk, 1721 accounts'
fi

if want runs; then
	for i in $(seq 50); do new_run "$small" "$(sed -n "$((i + 1))s/^\([^,]*\),\([^,]*\),.*/\1:\2/p" small.csv)" >/dev/null; done
	for _ in $(seq "$rounds"); do
		round bare bare
		round run-list no_is_fine --register "$small" run list
		round due no_is_fine --register "$small" due
		round assess no_is_fine --register "$small" assess
	done
	line run-list 30 'run list, 50 runs'
	line due 60 'due, 50 runs, 1721 accounts'
	line assess 60 'assess, 50 runs, 1721 accounts'
fi

member() { # N: the key of one more, added
	gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key "Member $1 <m$1@bench.example>" future-default default 1y 2>/dev/null
	gpg --batch --quiet --armor --export "m$1@bench.example" >"m$1.asc"
	hf --register "$work/members.git" --key "$key" member add "m$1.asc" --role responder >/dev/null
}
if want members; then
	empty "$work/members.git"
	hf --register "$work/members.git" add account provider=x handle=bench >/dev/null
	run=$(new_run "$work/members.git" x:bench)
	have=1
	for many in 5 50; do
		while [ $have -lt $many ]; do have=$((have + 1)) && member $have; done
		for _ in $(seq "$rounds"); do round bare bare && round "members-$many" hf --register "$work/members.git" --key "$key" run note "$run" "note $RANDOM"; done
		line "members-$many" $((many == 5 ? 12 : 30)) "one logged action, $many members"
	done
fi

if want verify; then
	empty "$work/verify.git"
	hf --register "$work/verify.git" verify >/dev/null
	"$acts" "$work/verify.git" commits Person 1000
	us hf --register "$work/verify.git" verify
	once "$us" 1000 2.1 'verify, 1000 new commits'
	for _ in $(seq "$rounds"); do round bare bare && round verify hf --register "$work/verify.git" verify; done
	line verify 71 'verify, none new'
fi

two() { HOME=$work/two "$@"; }
if want merge; then
	each=${MERGE:-2000}
	mkdir -p "$work/two"
	git init -q --bare -b main "$work/server.git"
	empty "$work/one.git"
	hf --register "$work/one.git" sync --to "$work/server.git" >/dev/null
	two hf --register "$work/two.git" clone "$work/server.git" --root "$key" >/dev/null
	"$acts" "$work/one.git" commits Ours "$each"
	two "$acts" "$work/two.git" commits Theirs "$each"
	hf --register "$work/one.git" sync >/dev/null
	us two hf --register "$work/two.git" sync
	once "$us" "$each" 2.5 "sync that merges $each and $each commits"
fi

if want big; then
	fill "$work/big.git" big.csv
	measure "$big" "$work/big.git" "$first_big" 10 80
	peak 96 'peak memory, list' "$HOLDFAST" --no-input --quiet --register "$work/big.git" list account
	rm -rf "$work/.cache/holdfast"
	peak 96 'peak memory, first open' "$HOLDFAST" --no-input --quiet --register "$work/big.git" list unit
fi

if want pass && command -v pass >/dev/null; then
	pass init "$key" >/dev/null 2>&1
	pass git init >/dev/null 2>&1
	for _ in $(seq "$rounds"); do
		round pass-insert bash -c 'echo secret | pass insert -e -f a/b'
		round pass-show pass show a/b
	done
	line pass-insert 999 'for comparison: pass insert (commit not signed)'
	line pass-show 999 'for comparison: pass show'
fi
