#!/usr/bin/env bash
# The whole story in a throw-away folder: a register is made and filled, an account is hijacked at night, the responder works through the playbook,
# the provider gets its report, and everything is proved with plain git and gpg. Run by `make demo`.
set -euo pipefail
: "${HOLDFAST:?}" "${HOLDFAST_BOOKS:?}"

here=$(cd "$(dirname "$0")" && pwd)
data=$here/data/agency
work=$(mktemp -d "${TMPDIR:-/tmp}/holdfast-demo.XXXXXX")
export HOME=$work GNUPGHOME=$work/gnupg HOLDFAST_BOOKS
unset XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME HOLDFAST_REGISTER HOLDFAST_KEY
trap 'gpgconf --kill all >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
mkdir -m 700 "$GNUPGHOME"
cp -r "$data" "$work/agency"
cd "$work"
began=$SECONDS

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; else bold='' dim='' plain=''; fi
chapter() { printf '\n%s== %s ==%s\n' "$bold" "$1" "$plain"; }
tell() { printf '%s%s%s\n' "$dim" "$1" "$plain"; }
# Show a command, then run it.
hf() {
	printf '%s$ holdfast' "$bold"
	printf ' %s' "${@@Q}" | sed "s/'\([A-Za-z0-9@:._/=+-]*\)'/\1/g"
	printf '%s\n' "$plain"
	"$HOLDFAST" --no-input "$@"
}
quiet() { "$HOLDFAST" --no-input --quiet "$@" >/dev/null; }

chapter 'A key and a register'
tell 'A throw-away OpenPGP key, only for this demonstration.'
gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key 'Sam Whitlock <sam.whitlock@levels.example>' default default 1y 2>/dev/null
hf init --name 'Severn Levels Agency' --domain levels.example --timezone Europe/London
tell 'A colleague has a key too: some steps need a second person.'
# shellcheck disable=SC2034 # for join.sh and hijack.sh
register=$HOME/.local/share/holdfast/default.git dir=$work
source "$here/join.sh"
HOLDFAST_KEY=$(fpr_of sam.whitlock@levels.example)
# shellcheck disable=SC2034
colleague=$(join_member rhys.morgan@levels.example responder 'Rhys Morgan')
export HOLDFAST_KEY

chapter 'The estate: units, people, a dozen accounts, what they hang on, what proves them ours'
quiet import "agency/units.csv" --kind unit
quiet import "agency/people.csv" --kind person
quiet member role "$HOLDFAST_KEY" --person 'Sam Whitlock'
quiet member role "$colleague" --person 'Rhys Morgan'
hf import "agency/accounts.csv" --kind account
for kind in link contact grant; do quiet import "agency/${kind}s.csv" --kind $kind; done
quiet import "agency/desk.csv" --kind desk
quiet set org numbers='+44 20 7946 0101, +44 20 7946 0102, +44 20 7946 0103' siro='Idris Lloyd' dpo='Helen Frost' press='Rhys Morgan' \
	security='Sam Whitlock' it='Priya Nair' legal='Maya Stone' hr='Gwen Hart' records='Owen Pike' out_of_hours='Tomos Bevan'
quiet set Communications director='Amina Clarke' deputy_director='Rhys Morgan'
hf attach x:severnlevels "agency/certificate.txt" satisfies=organisation-document 'description=Certificate of the agency' obtained_on=2026-01-15
quiet attach x:severnlevels "agency/letter.txt" satisfies=signed-letter 'description=Letter of authority' obtained_on=2026-10-01 valid_until=2027-09-30
hf list account

chapter '22:41, a month ago: x:severnlevels offers free bitcoin'
T=$(TZ=Europe/London date -d "$(date -d '30 days ago' +%F) 22:41" +%s)
tell 'The press officer rings Sam, who opens a terminal. (On a terminal, respond walks step by step; here each answer is given as a command.)'
hf respond x:severnlevels --severity 2 --at "$(date -u -d "@$T" +%FT%TZ)"
run=$("$HOLDFAST" --json run list | perl -MJSON::PP -0777 -ne 'print decode_json($_)->{data}[0]{run}')
hf run next "$run"

source "$here/data/agency/hijack.sh"

chapter 'What the provider asks for, ready to paste'
hf report "$run" provider

chapter 'The log'
hf run list
"$HOLDFAST" timeline "$run" | head -n 22
tell '…'

chapter 'Is all of it as it was written?'
hf verify
tell 'The same without holdfast: plain git and gpg.'
repo=$HOME/.local/share/holdfast/default.git
git -C "$repo" fsck --strict --no-dangling
bad=0
for commit in $(git -C "$repo" rev-list HEAD); do git -C "$repo" verify-commit "$commit" 2>/dev/null || bad=$((bad + 1)); done
echo "git verify-commit: $(git -C "$repo" rev-list --count HEAD) commits, $bad refused"
record=$(git -C "$repo" ls-tree -r --name-only HEAD records | head -n 1)
printf '%s$ git show HEAD:%s | gpg --decrypt%s\n' "$bold" "$record" "$plain"
git -C "$repo" show "HEAD:$record" | gpg --quiet --decrypt 2>/dev/null | sed '/^$/d'

chapter 'What falls short of the written guidance?'
{ hf check x:severnlevels || true; } >check.txt
head -n 20 check.txt
tell '… and more. check alone looks at every account; its exit status is 1 when anything falls short.'
tell 'Your own: holdfast init --name NAME --domain DOMAIN, then holdfast import, and holdfast review once a quarter. man holdfast tells the rest.'
chapter "Done in $((SECONDS - began)) seconds; nothing of it is left behind"
