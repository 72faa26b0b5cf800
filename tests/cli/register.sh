#!/usr/bin/env bash
# The register as people use it: init, add, set, show, list, find, remove, history, query, whois, impact, attach, extract, export.
# shellcheck disable=SC2016
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
new_key ann@agency.example

# init
no 65 'No such file' list account
ok init --name 'Agency for Examples' --domain Agency.Example --domain 'press.example, web.example' --timezone Europe/London
is 'init says where' has out "$register"
no 65 'something is there already' init --name 'Again'
says 'the organisation' '$data->{kind} eq "org" && "@{$data->{domains}}" eq "agency.example press.example web.example"' show org
is 'the key is an admin' grep -q '"admin"' <(git --git-dir="$register" grep -h roles main -- members)
HOLDFAST_REGISTER=$dir/second.git run --json init --name Two
is 'init --json' json '$data->{path} =~ /second.git$/ && $data->{register} =~ /^[0-9A-Z]{26}$/ && $data->{key} =~ /^[0-9A-F]{40}$/'

# add
ok add person name='Jo Park' email=jo@agency.example phone='+44 20 7946 0001' first_day=2020-01-06
is 'add says what' has out 'added person Jo Park ('
is 'add says it in one line' test "$(wc -l <"$dir/out")" = 1
ok add unit name=Press director='Jo Park'
says 'an account' '$data->{owner} =~ /^[0-9A-Z]{26}$/ && $data->{version} == 1 && "@{$data->{mfa_methods}}" eq "app key"' \
    add account provider=X handle=@agency url=https://x.com/agency owner='jo park' unit=Press state=live mfa_methods='app, key, app'
account=$(value '$data->{id}')
printf '{"name": "Ann Lee", "email": "ann@agency.example", "pressed": false, "training": ["one", "two"]}' >"$dir/ann"
input=$dir/ann ok add person -
printf '[{"name": "Web", "parent": "Press"}, {"name": "Films", "parent": "Web"}]' >"$dir/units"
input=$dir/units run --json add unit -
is 'several from standard input, each may name those before' json '@$data == 2 && $data->[1]{parent} eq $data->[0]{id}'
is 'in one commit' test "$(git --git-dir="$register" rev-list --count main)" = 6
ok add account provider=facebook handle=Agency owner=ann@agency.example registered_email=press@agency.example
ok add account provider=mail handle=press@agency.example class=mailbox owner='Jo Park'
ok add link account=facebook:Agency depends_on=mail:press@agency.example how=mailbox
ok add device tag=PH-7 ownership=organisation holder='Jo Park'
ok add grant account=x:agency person='Ann Lee' role=publish device=PH-7 since=2026-01-01
ok add contact account=@agency type=phone value=+442079460001 holder='Jo Park' verified_on=today

# set
says 'set changes' '$data->{version} == 2 && $data->{state} eq "parked"' set x:@agency state=parked
ok set x:agency state=parked
is 'set to what it is' has out 'unchanged: account x:agency'
is 'and nothing is written' test "$(git --git-dir="$register" rev-list --count main)" = 13
says 'lists grow' '"@{$data->{mfa_methods}}" eq "app key sms"' set x:AGENCY mfa_methods+='sms, app'
says 'and shrink' '"@{$data->{mfa_methods}}" eq "key"' set x:agency mfa_methods-='sms, app'
says 'a field is emptied' '!exists $data->{mfa_methods} && $data->{state} eq "live"' set x:agency mfa_methods= state=LIVE
printf '{"notes": "two\\nlines", "url": null, "audience_size": 7, "published": true}' >"$dir/change"
input=$dir/change run --json set x:agency -
is 'set from standard input' json '$data->{notes} eq "two\nlines" && !exists $data->{url} && $data->{audience_size} == 7 && $data->{published}'
ok set @agency url=https://x.com/agency
says 'days as people say them' '$data->{recovery_tested_on} =~ /^20\d\d-\d\d-\d\d$/' set x:agency recovery_tested_on=yesterday

# show, and what people type for a record
for ref in x:agency x:@agency X:Agency "$account" "${account:0:24}" https://x.com/agency; do
	says 'a reference' "\$data->{id} eq '$account'" show "$ref"
done
says 'a person by telephone' '$data->{name} eq "Jo Park"' show '+44 20 7946-0001'
says 'a person by e-mail' '$data->{name} eq "Jo Park"' show JO@agency.example
ok show x:agency
is 'show: names for references' has out 'Jo Park'
is 'show: contacts' has out 'Recovery contacts'
is 'show: access' has out 'PH-7'
is 'show: lines' has out 'two'

# list and find
says 'list' '@$data == 3' list account
says 'filter' '@$data == 1 && $data->[0]{handle} eq "Agency"' list account owner='Ann Lee'
says 'filter, case folded' '@$data == 2' list account handle=AGENCY
says 'filter on nothing recorded' '@$data == 2' list account unit=
says 'filter on what is derived' '@$data == 3' list account in_use=yes gone=no
says 'nothing is an empty list' 'ref $data eq "ARRAY" && @$data == 0' list account state=closed
ok list account
is 'list: a heading and three rows' test "$(wc -l <"$dir/out")" = 4
ok list account state=closed
is 'list: nothing on standard output' empty out
for kind in org unit person account link contact grant device supplier share evidence desk declaration attestation exception document conflict; do
	ok list "$kind"
	ok export "$kind"
	says 'export' 'ref $data eq "ARRAY"' export "$kind"
	says 'help' "\$data->{kind} eq '$kind' && @{\$data->{fields}} > 1" help "$kind"
done
says 'find' '@$data == 1 && $data->[0]{name} eq "Jo Park"' find JO park
says 'find within words' '@$data == 2' find 4207946
says 'find nothing' '@$data == 0' find nosuchword
ok find agency
is 'find: ids' has out "$account"

# query
says 'query' '@$data == 3 && join(",", sort keys %{$data->[0]}) eq "owner,ref"' query \
    'SELECT a.ref, p.name AS owner FROM account a LEFT JOIN person p ON p.id = a.owner'
says 'query: today' '$data->[0]{t} =~ /^20\d\d-\d\d-\d\d$/' query 'SELECT :today AS t'
says 'query: ours' '$data->[0]{o} == 1 && $data->[0]{n} == 0' query "SELECT ours('a@agency.example') AS o, ours('a@else.example') AS n"
echo 'SELECT 1 AS one' >"$dir/sql"
input=$dir/sql run --json query -
is 'query from standard input' json '$data->[0]{one} == 1'
no 65 'no such table' query 'SELECT * FROM accounts'
no 65 'only reading' query 'DELETE FROM account'
no 65 'one SELECT' query 'SELECT 1; SELECT 2'
no 65 'only reading' query "ATTACH '$dir/x' AS x"
no 65 'takes too long' query 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT count(*) FROM n'

# whois
for url in https://x.com/agency https://twitter.com/Agency/ 'http://mobile.twitter.com/AGENCY?s=20' x.com/@agency x:agency @agency; do
	says 'whois: ours' "\$data->{official} && \$data->{accounts}[0]{record} eq '$account' || grep { \$_->{record} eq '$account' } @{\$data->{accounts}}" whois "$url"
	is "whois $url: status 0" test $status = 0
done
for url in https://x.com/agencyy https://x.com.evil.example/agency https://x.com@evil.example/agency https://x.com/agency/status/1 @nobody; do
	says 'whois: not official' '!$data->{official}' whois "$url"
	is "whois $url: status 1" test $status = 1
done
run whois https://x.com/agencyy
is 'whois: what it looks like' has out 'looks like x:agency'
ok whois press@web.example
ok set facebook:Agency state=closed
run whois https://facebook.com/agency
is 'whois: one that was closed is named' test $status = 1
is 'whois: and said to be closed' has out 'was ours and is closed'
ok set facebook:Agency state=live

# impact
says 'impact of a person' 'grep { $_->{ref} eq "x:agency" } @$data' impact 'Jo Park'
says 'impact of a device' '@$data == 1 && $data->[0]{because}[0] =~ /publish/' impact PH-7
says 'impact of a number' '@$data == 1 && $data->[0]{account} eq "'"$account"'"' impact '+44 20 7946 0001'
says 'impact of a mailbox: what is registered there too' 'grep { $_->{ref} eq "facebook:Agency" } @$data' impact press@agency.example
says 'impact of an account' 'grep { $_->{ref} eq "facebook:Agency" } @$data' impact mail:press@agency.example
says 'impact of a domain' '@$data >= 1' impact agency.example
says 'impact of nobody' '@$data == 0' impact nobody@else.example
no 65 'no account hangs on' impact org

# attach, extract
printf '%%PDF-1.7\nnot really\n' >"$dir/letter.pdf"
head -c 300000 /dev/urandom >"$dir/photo=1.jpg"
says 'attach' '$data->{kind} eq "evidence" && $data->{media_type} eq "application/pdf" && $data->{size} == 20 && $data->{satisfies} eq "letterhead"' \
    attach @agency "$dir/letter.pdf" satisfies=letterhead obtained_on=today
says 'attach several' '@$data == 2' attach org "$dir/photo=1.jpg" "$dir/letter.pdf" description='two files'
photo=$(value '$data->[0]{id}')
ok extract "$photo" -o "$dir/back.jpg"
is 'extract gives the same bytes' cmp -s "$dir/photo=1.jpg" "$dir/back.jpg"
is 'extract: for the owner only' test "$(stat -c %a "$dir/back.jpg")" = 600
no 65 'back.jpg' extract "$photo" -o "$dir/back.jpg"
ok extract "$photo" -o "$dir/back.jpg" --force
run extract "$photo"
is 'extract to standard output' cmp -s "$dir/out" "$dir/photo=1.jpg"
says 'extract --json' '$data->{size} == 300000 && length $data->{sha256} == 64' extract "$photo" -o "$dir/again.jpg"
no 65 'Is a directory' attach @agency "$dir"
no 65 'No such file' attach @agency "$dir/nothing"
: >"$dir/empty.txt"
no 65 'the file is empty' attach @agency "$dir/empty.txt"
truncate -s 104857601 "$dir/big"
no 65 'big' attach @agency "$dir/big"
rm "$dir/big"
no 65 'evidence has no such field' attach @agency "$dir/letter.pdf" satifies=x
no 2 'no file is named' attach @agency satisfies=x
no 65 'of kind person, not account' attach "$("$HOLDFAST" --json show 'Jo Park' | perl -MJSON::PP -e 'local $/; print decode_json(<>)->{data}{id}')" "$dir/letter.pdf"
no 74 "$dir/gnupg" extract "$photo" -o "$dir/gnupg" --force

# remove
no 65 'it is the device of grant' remove PH-7 --force
no 65 'the register needs it' remove org --force
ok add person name='Gone Soon'
gone=$("$HOLDFAST" --json show 'Gone Soon' | perl -MJSON::PP -e 'local $/; print decode_json(<>)->{data}{id}')
no 2 'not without asking' remove 'Gone Soon'
ok remove 'Gone Soon' --force
no 65 'no record has that name' show 'Gone Soon'
says 'the past of what was removed' '@$data == 2 && !defined $data->[0]{record} && $data->[1]{record}{name} eq "Gone Soon"' history "$gone"

# history
says 'history, the newest first' '$data->[0]{version} > $data->[-1]{version} && $data->[-1]{version} == 1 && $data->[0]{by} =~ /^[0-9A-F]{40}$/' history @agency
ok history x:agency
is 'history: what changed' has out 'recovery_tested_on'

# export
ok export account
is 'export: a heading' grep -q '^"provider","handle",' "$dir/out"
is 'export: no formula' grep -q "\"'@agency\"" "$dir/out"

# completion
offers() { # WANTED ARGUMENT...: of "holdfast complete"
	local want=$1
	shift
	run complete "$@"
	cut -f 1 "$dir/out" >"$dir/words"
	is "complete $* offers $want" grep -qxF -e "$want" "$dir/words"
}
offers account KIND acc
offers registered_email= FIELD=VALUE regi account
offers state=live FIELD=VALUE state=l account
offers 'owner=Jo Park' FIELD=VALUE owner=J account
offers published=yes FIELD=VALUE published= account
offers satisfies= --for attach FIELD=VALUE sat @agency
offers mfa_methods+= --for set CHANGE mfa_m @agency
offers 'owner=Ann Lee' --for set CHANGE owner=a @agency
offers 'Jo Park' REF J
offers x:agency REF x:
offers @agency REF @
offers letter.pdf EVIDENCE let
HOLDFAST_REGISTER=$dir/none run complete REF J
is 'without a register nothing is offered' empty out
is 'and nothing is said' empty err

# a recovery contact is reached at what its type says
no 65 'not a telephone number' add contact account="$account" type=phone value='in the safe'
no 65 'not an e-mail address' add contact account="$account" type=email value=rescue
ok add contact account="$account" type=codes value='in the safe'
ok add contact account="$account" type=phone value='+44 20 7946 0000' --json
contact=$(value '$data->{id}')
no 65 'not an e-mail address' set "$contact" type=email
no 65 'not a telephone number' set "$contact" value=rescue@agency.example

# what hangs on the day is so at once, also where the next process reads the change beside a snapshot of the same day
ok add person name='Left Yesterday'
ok list person
ok set 'Left Yesterday' last_day=yesterday
says 'who left yesterday is gone today' '@$data == 1 && $data->[0]{gone} == 1' query "SELECT gone FROM person WHERE name = 'Left Yesterday'"
ok set 'Left Yesterday' last_day=tomorrow
says 'and who leaves tomorrow is not' '@$data == 1 && $data->[0]{gone} == 0' query "SELECT gone FROM person WHERE name = 'Left Yesterday'"

# plain tools read it, as holdfast-register(5) says: each block of its EXAMPLES is run
awk '/^\.Sh/ { on = /EXAMPLES/ } on && /^\.Ed/ { print "" > f; f = "" } f != "" { print > f } on && /^\.Bd/ { f = "'"$dir"'/block" ++n }' \
    "$HOLDFAST_TOP/man/holdfast-register.5"
is 'the page has examples' test -e "$dir/block3"
for block in "$dir"/block?; do
	(cd "$register" && bash -e -o pipefail "$block") >"$dir/out" 2>"$dir/err"
	status=$?
	is "an example of holdfast-register(5): $(tail -n 2 "$block" | head -n 1)" test $status = 0
done
is 'which gives readable records' has out '"kind": "account"'
is 'git finds nothing wrong' git --git-dir="$register" fsck --strict --no-progress
path=$(git --git-dir="$register" ls-tree -r --name-only main | grep "$account")
is 'gpg and git alone give the record' grep -q '"handle": "@agency"' <(git --git-dir="$register" show "main:$path" | gpg --quiet --decrypt 2>/dev/null)
ok verify
is 'verify is calm' has out 'as it was written'
says 'verify' '$data->{commits} > 20 && $data->{records} > 10 && !@{$data->{problems}} && $data->{sealed} == 0 && exists $data->{entries}' verify

# a provider that no sheet knows
ok add account provider=facebok handle=Films
is 'the nearest is named' has err 'no provider sheet is called facebok; did you mean facebook? holdfast set facebok:Films provider=facebook'
ok set facebok:Films purpose=news
is 'it is said when it is recorded' not has err sheet
ok set facebok:Films provider=twitter
is 'a name of before' has err 'did you mean x? holdfast set twitter:Films provider=x'
ok --quiet set twitter:Films provider=friendface
is 'not where quiet is wanted' not has err sheet
ok set friendface:Films provider=friendbook
is 'the others are listed' has err 'holdfast book list provider/'
ok set friendbook:Films provider=threads
is 'one that has a sheet' not has err sheet
ok add account provider=registrar handle=agency.example class=domain
is 'a domain needs no sheet' not has err sheet
finish
