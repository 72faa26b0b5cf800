#!/usr/bin/env bash
# kill -9 at random moments of `run note`: no acknowledged note is lost, and the next command works untouched. KILLS=1000 for the long campaign.
set -u
: "${HOLDFAST:?}" "${HOLDFAST_BOOKS:?}"
kills=${KILLS:-200}
work=$(mktemp -d "${TMPDIR:-/tmp}/hfk.XXXXXX")
export HOME=$work GNUPGHOME=$work/gnupg
mkdir -m 700 "$GNUPGHOME"
trap 'gpgconf --kill all 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
hf() { "$HOLDFAST" --no-input --quiet "$@"; }
gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key 'Ann <ann@example.org>' future-default default 1y 2>/dev/null
hf init --name Kill >/dev/null && hf add account provider=x handle=a >/dev/null && hf respond x:a >/dev/null || { echo '0 passed, 1 failed'; exit 1; }
run=$(hf --json run list | perl -MJSON::PP -0777 -ne 'print decode_json($_)->{data}[0]{run}')

# How long one takes, so that the kill falls anywhere in it; corrected as we go, since the machine may be busier later.
a=$EPOCHREALTIME
hf run note "$run" 'how long' >/dev/null
b=$EPOCHREALTIME
span=$((${b/./} - ${a/./}))
acked=() stuck=0 killed=0
for i in $(seq "$kills"); do
	hf run note "$run" "note-$i-" >/dev/null 2>&1 &
	pid=$!
	us=$(((RANDOM * 32768 + RANDOM) % (span * 5 / 4)))
	sleep "$(printf '%d.%06d' $((us / 1000000)) $((us % 1000000)))"
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	case $? in
	0) acked+=("note-$i-") span=$((span * 95 / 100)) ;;
	137) killed=$((killed + 1)) span=$((span * 103 / 100)) ;;
	*) stuck=$((stuck + 1)) ;;
	esac
done
log=$(hf --json timeline "$run") || { echo 'the next command fails'; stuck=$((stuck + 1)); }
lost=0
for note in "${acked[@]}"; do grep -q -- "$note" <<<"$log" || lost=$((lost + 1)); done
hf run note "$run" 'afterwards' >/dev/null || stuck=$((stuck + 1))
hf verify >/dev/null || { echo 'verify finds problems'; lost=$((lost + 1)); }
git -C "$HOME/.local/share/holdfast/default.git" fsck --strict --no-dangling >/dev/null 2>&1 || { echo 'git fsck finds problems'; lost=$((lost + 1)); }
left=$(find "$HOME/.local/share/holdfast" -name 'tmp_object_git2_*' -o -name '*.lock' ! -name holdfast.lock | wc -l)
echo "$kills notes: $killed killed, ${#acked[@]} acknowledged, $lost lost, $stuck stuck, $left left over"
[ "$killed" -gt 0 ] && [ "${#acked[@]}" -gt 0 ]
mixed=$?
if [ $lost = 0 ] && [ $stuck = 0 ] && [ "$left" -le 1 ] && [ $mixed = 0 ]; then echo '1 passed, 0 failed'; else echo '0 passed, 1 failed'; exit 1; fi
