#!/usr/bin/env bash
# Wrong inputs: each its own one-line message and exit status, and nothing written.
# shellcheck disable=SC2016
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"

# no key, and keys that do not do
no 77 'you have no secret key' init --name Agency
new_key sign@agency.example ed25519 sign
no 77 'cannot encrypt' init --name Agency
is 'nothing is left behind' test ! -e "$register"
new_key ann@agency.example
ok init --name Agency
ok add person name='Jo Park' email=jo@agency.example
ok add person name='Jo Park'
ok add unit name=Press
ok add account provider=x handle=@agency owner=jo@agency.example

# words that are not there
no 65 'acount: unknown kind' add acount provider=x
is 'with the nearest' has err 'did you mean account?'
no 65 'unknown kind' list accounts
no 65 'unknown kind' export people
no 65 'handel: account has no such field' add account provider=x handel=a
is 'with the nearest' has err 'did you mean handle?'
no 65 'ownr: account has no such field' set @agency ownr=x
no 65 'stat: account has no such field' list account stat=live
no 65 'state: "livee" is not one of proposed, live' set @agency state=livee
is 'with the nearest' has err 'did you mean live?'
no 65 'created_on: "2026-02-30" is not a date' set @agency created_on=2026-02-30
no 65 'created_on: "soon" is not a date' set @agency created_on=soon
no 65 'is not an e-mail address' set @agency registered_email=press
no 65 'is not a telephone number' add person name=A phone=none
no 65 'is not a number' set @agency audience_size=many
no 65 'is not yes or no' set @agency published=maybe
no 65 'is not an address that starts with https://' set @agency url=x.com/agency
no 65 'handle is missing' add account provider=x
no 65 'handle is missing' set @agency handle=
no 65 'is there already' add account provider=X handle=AGENCY
no 65 'is there already' add unit name=press
no 65 'there is one already' add org name=Two
no 65 'blob: set by holdfast' add evidence blob=01ARZ3NDEKTSV4RRFFQ69G5FAV
no 65 'holds one value, so += has no meaning' set @agency owner+=jo@agency.example
no 2 'not FIELD=VALUE' set @agency state
no 2 'a filter is FIELD=VALUE' list account state+=live
no 2 'there is no terminal to ask on' add account
no 2 'there is no terminal to ask on' set @agency
no 2 'KIND is missing' add
no 2 '--kind is missing' import x.csv
no 2 "is not one of refuse|skip|keep" import x.csv --kind account --duplicates maybe

# references
no 65 'nobody: no record has that name' show nobody
no 65 '@agnecy: no account has that name' show @agnecy
is 'with the nearest' has err 'did you mean x:agency?'
no 65 'Jo Park: 2 records have that name' show 'Jo Park'
is 'with the candidates' has err 'say which: person Jo Park (0'
no 65 'owner: Jo Park: 2 records have that name' set @agency owner='Jo Park'
no 65 'owner: Press: no person has that name' set @agency owner=Press
no 65 'unit: Jo: no unit has that name' set @agency unit=Jo
no 65 'no record has that name' show 01ARZ3NDEKTSV4RRFFQ69G5FAV
no 65 'no record has ever had that id' history 01ARZ3NDEKTSV4RRFFQ69G5FAV
no 65 'no evidence has that name' extract nothing -o "$dir/x"
is 'and no file is made' test ! -e "$dir/x"
run --json show 'Jo Park'
is 'in JSON' json '$error->{code} == 65 && $error->{message} =~ /2 records/ && $error->{hint} =~ /say which/'

# secrets
for value in 'vault_ref=Tr0ub4dor&3x' 'notes=password: hunter22' 'backup_codes_ref=12345678 23456789' 'vault_ref=otpauth://totp/x?secret=JBSWY3DPEHPK3PXP' \
    'notes=JBSWY3DPEHPK3PXP'; do
	no 65 'the register holds no secrets' set @agency "$value"
	is 'it is not repeated' not has err "${value#*=}"
done
printf '{"notes": "PIN: 4711"}' >"$dir/pin"
input=$dir/pin no 65 'the register holds no secrets' set @agency -

# standard input
try() { # WORDS JSON ARGUMENT...
	local words=$1
	printf '%s' "$2" >"$dir/json"
	shift 2
	input=$dir/json no 65 "$words" "$@"
}
try 'standard input' '' add person -
try 'standard input' '{"name": ' add person -
try 'not an object' '"x"' add person -
try 'not an object' '3' set @agency -
try 'object 2: person: name is missing' '[{"name": "A"}, {}]' add person -
try 'object 2: nmae: person has no such field' '[{"name": "A"}, {"nmae": "B"}]' add person -
try 'set by holdfast' '{"name": "A", "key_fpr": "53975CD07E19D2ED590ABA88F6F246139CCD557F"}' add person -
try 'it says unit' '{"kind": "unit", "name": "A"}' add person -
try 'not the id of this record' '{"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "name": "A"}' add person -
try 'holds a list' '{"mfa_methods": {"a": 1}}' set @agency -
try 'a list or an object does not go in here' '{"state": ["live"]}' set @agency -
try 'duplicate' '{"name": "A", "name": "B"}' add person -

# what is no register
mkdir "$dir/plain" && git init --quiet --bare "$dir/foreign.git"
: >"$dir/file"
for place in "$dir/plain" "$dir/foreign.git" "$dir/file" "$dir/not/there" /dev/null; do
	run --register "$place" list account
	is "$place is no register" refused 65 "$place"
done
no 65 'something is there already' --register "$dir/plain" init --name X

# a key that is not a member, a key that is not there, a passphrase that nobody can type
other=$dir/gnupg2
mkdir -m 700 "$other"
GNUPGHOME=$other new_key eve@else.example
GNUPGHOME=$other run list account
is 'a stranger reads nothing' refused 77 'none of your keys is a member'
no 77 'not a member, or its secret part is not here' --key 53975CD07E19D2ED590ABA88F6F246139CCD557F list account
no 2 'is not a full fingerprint' --key F6F246139CCD557F list account
third=$dir/gnupg3
mkdir -m 700 "$third"
GNUPGHOME=$third gpg --batch --quiet --passphrase correct --quick-generate-key 'Lock <lock@agency.example>' future-default default never 2>>"$dir/gpg.log"
gpgconf --homedir "$third" --kill all
GNUPGHOME=$third HOLDFAST_REGISTER=$dir/locked.git run --no-input init --name Locked
is 'a locked key and nobody to ask' refused 77 ''
is 'nothing is left behind' test ! -e "$dir/locked.git"

# a damaged record: the others can still be read, and it is said
id=$("$HOLDFAST" --json show @agency | perl -MJSON::PP -e 'local $/; print decode_json(<>)->{data}{id}')
path=$(git --git-dir="$register" ls-tree -r --name-only main | grep "$id")
# shellcheck disable=SC2016
damage() { # put other bytes in its place, as a server could
	local blob tree commit
	cp -r "$register" "$dir/damaged.git"
	blob=$(git --git-dir="$dir/damaged.git" hash-object -w --stdin)
	GIT_INDEX_FILE=$dir/index git --git-dir="$dir/damaged.git" read-tree main
	GIT_INDEX_FILE=$dir/index git --git-dir="$dir/damaged.git" update-index --cacheinfo "100644,$blob,$path"
	tree=$(GIT_INDEX_FILE=$dir/index git --git-dir="$dir/damaged.git" write-tree)
	rm "$dir/index"
	fpr=$(gpg --list-secret-keys --with-colons ann@agency.example 2>/dev/null | awk -F: '/^fpr/ { print $10; exit }')
	commit=$(GIT_AUTHOR_NAME=holdfast GIT_AUTHOR_EMAIL=$fpr@holdfast.invalid GIT_COMMITTER_NAME=holdfast GIT_COMMITTER_EMAIL=$fpr@holdfast.invalid \
	    git --git-dir="$dir/damaged.git" commit-tree -S"$fpr" "$tree" -p main -m record)
	git --git-dir="$dir/damaged.git" update-ref refs/heads/main "$commit"
}
git --git-dir="$register" show "main:$path" | perl -e 'binmode STDIN; binmode STDOUT; local $/; $_ = <>; substr($_, -40, 1) ^= "\x01"; print' | damage
export HOLDFAST_REGISTER=$dir/damaged.git
run show "$id"
is 'a damaged record is said to be that' refused 65 "$path"
ok list person
is 'and noted elsewhere' has err 'cannot be used'
ok add person name='Una Roe' email=una@agency.example
is 'a write of something else goes on, and says so' has err 'cannot be used'
ok set una@agency.example post=Editor
is 'so does a change' has err 'cannot be used'
ok remove una@agency.example --force
is 'and a removal' has err 'cannot be used'
ok show jo@agency.example
run list account
is 'it is not in lists' empty out
run --json verify
is 'verify says no' test $status = 1
is 'verify names it' json "grep { \$_->{where} =~ /$id/ || \$_->{what} =~ /$id/ } @{\$data->{problems}}"
rm -rf "$dir/damaged.git" # the snapshot that is left knows a commit that will not be there
echo 'not encrypted at all' | damage
run show "$id"
is 'so is one that is no message' refused 65 "$path"
unset HOLDFAST_REGISTER

# where nothing can be written
chmod 500 "$dir/plain"
[ "$(id -u)" = 0 ] || no 74 'ermission denied' --register "$dir/plain/new.git" init --name X
run show @agency >/dev/null
"$HOLDFAST" list account >/dev/full 2>"$dir/err"
is 'a full standard output is an error' test $? = 74
finish
