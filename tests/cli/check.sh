#!/usr/bin/env bash
# check as people use it: findings, exceptions, rules and profiles of one's own, every wrong input.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
new_key sam@agency.example
fresh_sheets
ok init --name Agency --domain agency.example --timezone UTC
ok add person name='Jo Park' email=jo@agency.example
ok add unit name=Press
ok add unit name=Web parent=Press
ok add account provider=x handle=@agency state=live unit=Web owner='Jo Park' mfa_supported=yes mfa_state=off service_plan=free \
    registered_email=jo@home.example
ok add account provider=zoom handle=agency class=meeting state=live recording_default=on mfa_state=on
ok add account provider=x handle=old state=closed mfa_state=off
agency=$(run --json show x:agency && value '$data->{id}')

# what is found
says 'check' '@$data > 20 && !grep { join(",", sort keys %$_) ne "found,record,ref,rule,severity" } @$data' check
is 'findings are a clean no' test $status = 1
says 'the account' "@{[grep { \$_->{rule} eq 'HF-101' } @\$data]} == 1 && (grep { \$_->{rule} eq 'HF-101' && \$_->{ref} eq 'x:agency' && \$_->{record} eq '$agency' && \$_->{severity} eq 'critical' } @\$data) == 1" check --rule HF-101
says 'the worst first' 'my %n = (critical => 0, high => 1, medium => 2, low => 3); my $last = 0; !grep { my $bad = $n{$_->{severity}} < $last; $last = $n{$_->{severity}}; $bad } @$data' check
says 'no closed account' '!grep { $_->{ref} eq "x:old" } @$data' check
says 'two rules' '!grep { $_->{rule} !~ /^HF-(201|501)$/ } @$data and @$data == 2' check --rule hf-201 --rule HF-501
says 'one record' '@$data > 5 && !grep { $_->{ref} ne "x:agency" } @$data' check x:agency
says 'a unit and those below' 'grep({ $_->{ref} eq "x:agency" } @$data) && !grep({ $_->{ref} eq "zoom:agency" } @$data)' check Press
run check
is 'in words' has out '1 of 2 accounts in use'
is 'what to do' has out 'to do: holdfast set x:agency mfa_state=on'
run check --rule HF-704
is 'a rule about people counts people' not has out 'of 2 accounts'
run check --rule HF-801
is 'and one about units, units' has out '2 of 2 units'
run check --rule HF-310
is 'and one about the organisation, those whom it should name' has out '7 of 7 people whom an organisation names'
run check x:agency --rule HF-101
is 'asked about one, it is not one of many' has out '1 finding'
run check --rule HF-201 --csv
is 'as CSV' test "$(head -n 1 "$dir/out")" = 'rule,severity,ref,record,found'
is 'CSV has the finding' has out "\"HF-201\",\"critical\",\"x:agency\",\"$agency\""
is 'CSV is a clean no too' test $status = 1

# on a terminal no word is cut in two; in a pipe a finding is one line
printf 'stty cols 40; exec "$HOLDFAST" check --rule HF-704\n' >"$dir/narrow.sh"
script -qec "sh $dir/narrow.sh" /dev/null </dev/null | tr -d '\r' | grep -v 'to do:' >"$dir/narrow" || true
is 'findings fit the screen' test -s "$dir/narrow" -a "$(wc -L <"$dir/narrow")" -le 40
run check --rule HF-704
is 'and are one line each elsewhere' test "$(tr -s ' \n' ' ' <"$dir/narrow" | cut -c 1-60)" = "$(grep -v 'to do:' "$dir/out" | tr -s ' \n' ' ' | cut -c 1-60)"

# it is put right
ok set x:agency mfa_state=on
says 'nothing found' '@$data == 0' check --rule HF-101
is 'nothing is yes' test $status = 0
run check --rule HF-101
is 'in words' has out 'nothing found'

# a risk is accepted
ok add exception rule=HF-501 subject=x:agency reason='they sell no other' expires="$(day 10)"
says 'held back' '@$data == 0' check --rule HF-501
is 'held back is yes' test $status = 0
run check --rule HF-501
is 'it is listed' has out 'they sell no other'
is 'and its end is near' has out 'in 10 days'
run --json list exception
exception=$(value '$data->[0]{id}')
ok set "$exception" expires="$(day -1)"
says 'no longer held back' '@$data == 1' check --rule HF-501
says 'and is itself found' '@$data == 1 && $data->[0]{record} eq "'"$exception"'"' check --rule HF-802

ok add exception rule=HF-999 subject=x:agency reason=typo expires="$(date -d '+10 days' +%F)"
is 'a rule that is none is noticed' has err 'it holds nothing back: no policy has a rule HF-999'
ok add exception rule=HF-501 subject=x:agency reason=late expires=2020-01-01
is 'and a day that has passed' has err 'it holds nothing back: its last day, 2020-01-01, has passed'

# of many only the first are named, the first that nobody accepted; what was accepted is named wherever it stands
for n in $(seq 9); do echo "x,many$n,live,free"; done | sed '1i provider,handle,state,service_plan' >"$dir/many.csv"
ok import "$dir/many.csv" --kind account
for n in 1 9; do ok add exception rule=HF-207 subject="x:many$n" reason="accepted $n" expires="$(day 90)"; done
run check --rule HF-207
grep '^    [xz]' "$dir/out" >"$dir/named"
is 'asked for alone, all are named' test "$(grep -c many "$dir/named")" = 7
run check
block=$(sed -n '/^HF-207/,/to do:/p' "$dir/out")
is 'the first five of many' test "$(grep '^    [xz]' <<<"$block")" = "$(head -n 5 "$dir/named")"
is 'and how many more' grep -qxF "    and $(($(wc -l <"$dir/named") - 5)) more: holdfast check --rule HF-207" <<<"$block"
for n in 1 9; do is "accepted, and named: $n" has out "HF-207 x:many$n: "; done
run --json list exception rule=HF-207
for id in $(value 'join " ", map $_->{id}, @$data'); do ok remove "$id" --force; done
for n in $(seq 9); do ok remove "x:many$n" --force; done

# rules
no 2 '--rules: not together with --csv' check --rules --csv
no 2 '--explain: not together with --rule' check --explain HF-201 --rule HF-201
no 2 '--rules: not together with a record' check --rules x:agency
says 'rules' '@$data == 92 && !grep { join(",", sort keys %$_) ne "rule,severity,title" } @$data' check --rules
says 'a profile has fewer' '@$data > 5 && @$data < 92' check --rules --profile moj
says 'a profile' '@$data > 0 && !grep { $_->{rule} !~ /^HF-(101|106|505|902|60[236789]|610|310|707)$/ } @$data' check --profile moj
ok check --explain hf-207
is 'why' has out 'ill, gone or the one who was robbed'
is 'the query' has out 'SELECT'

# of one's own
printf '# Ours `ours`\n\n- **Reviewed:** 2026-11-21\n\n## Fine `HF-501`\n\n- **Severity:** low\n\n## No handle of two letters `HF-990`\n\n- **Severity:** medium\n- **Finds:** {handle} is short\n  ```sql\n  SELECT id AS record, ref, handle FROM account WHERE length(handle) < 9\n  ```\n' >"$dir/ours.md"
ok add document path=policy/ours text="$(cat "$dir/ours.md")"
says 'another severity' '@$data == 1 && $data->[0]{severity} eq "low"' check --rule HF-501
says 'a rule of our own' '@$data == 3 && $data->[0]{found} =~ / is short$/' check --rule HF-990
says 'it is a rule like others' '@$data == 93' check --rules
ok add document path=profile/ours text="$(printf '# Ours `ours`\n\n## All `all`\n\n- **Rules:** `HF-990`\n')"
says 'a profile of our own' '@$data == 1' check --rules --profile ours
mkdir -p "$dir/books/playbooks/policy"
printf '# Mine `mine`\n\n## Other `HF-990`\n\n- **Severity:** high\n- **Finds:** x\n  ```sql\n  SELECT 1 AS record, 2 AS ref\n  ```\n' >"$dir/books/playbooks/policy/mine.md"
HOLDFAST_BOOKS=$dir/books:$HOLDFAST_TOP says 'the register wins over a folder' '@$data == 3' check --rule HF-990
ok book lint policy/ours
is 'lint has no error' has err ' 0 errors'

# the shelf and the runs, in a query
says 'sheets' '$data->[0]{n} > 20' query 'SELECT count(*) AS n FROM provider'
says 'routes' '@$data > 0' query "SELECT * FROM route WHERE provider = 'x' AND sort = 'hacked'"
ok respond x:agency --at '3 hours ago' aware_at='3 hours ago'
says 'runs' '@$data == 1 && $data->[0]{playbook} eq "incident/hijacked-account" && $data->[0]{state} eq "open" && !$data->[0]{drill} && $data->[0]{late} > 0 && $data->[0]{late_step} && $data->[0]{aware_at} =~ /Z$/' query 'SELECT * FROM run'
says 'entries' '$data->[0]{n} == 1' query "SELECT count(*) AS n FROM entry WHERE type = 'start'"
says 'late' '@$data == 1 && $data->[0]{found} =~ /late/' check --rule HF-803
says 'not yet two days' '@$data == 0' check --rule HF-804

# the examples of the manual
awk -v dir="$dir/books/playbooks" '/^\.Bd/ { n++; f = dir (n == 3 ? "/profile/minimum.md" : n == 2 ? "/policy/ours.md" : "/policy/access.md"); on = 1; next }
	/^\.Ed/ { on = 0 } on { print >f }' <(mkdir -p "$dir/books/playbooks/profile" && cat "$HOLDFAST_TOP/man/holdfast-policy.5")
for book in policy/access policy/ours profile/minimum; do ok book lint "$dir/books/playbooks/$book.md"; done
ok query "$(sed -n 's/^\.Dl holdfast query .(dq\(.*\).(dq$/\1/p' "$HOLDFAST_TOP/man/holdfast-policy.5")"
says 'moment' '$data->[0]{n} =~ /Z$/' query 'SELECT :now AS n'

# what hangs on a provider's sheet is found once, whatever the number of accounts, and ends with one look
ok add account provider=x handle=second state=live
says 'a sheet' '@$data == 1 && $data->[0]{ref} eq "provider/x" && $data->[0]{found} =~ /hearsay only: hacked-form/' check --rule HF-302
run check --rule HF-302
is 'the book that ends it' has out 'to do: holdfast respond org --playbook routine/route-check'
ok respond org --playbook routine/route-check
ok add desk provider=x partner_contact='the desk'
run --json list desk
ok add exception rule=HF-302 subject="$(value '$data->[0]{id}')" reason='we looked' expires="$(day 60)"
says 'held back by what we hold there' '@$data == 0' check --rule HF-302

# wrong inputs
no 65 'no policy has such a rule' check --rule HF-1O1
no 65 'no such profile' check --profile nsc
is 'which there are' has err 'ncsc'
no 65 'no account has that name' check @nobody
no 65 'no policy has such a rule' check --explain HF-000
no 2 'one or the other' check --rules --explain HF-101
no 2 'check' check a b
no 65 'no record has that name' check HF-101
is 'a rule is not a record' has err 'holdfast check --rule HF-101'
ok add document path=policy/broken text="$(printf '# Broken `broken`\n\n## R `HF-991`\n\n- **Severity:** worst\n')"
no 65 'policy/broken' check
is 'the way on' has err 'holdfast book lint policy/broken'
ok set policy/broken text="$(printf '# Broken `broken`\n\n## R `HF-991`\n\n- **Severity:** low\n- **Finds:** x\n  ```sql\n  SELECT nothing FROM account\n  ```\n')"
no 65 'HF-991' check
# a secret in a file
printf 'a1b2c-d3e4f\nb2c3d-e4f5a\nc3d4e-f5a6b\nd4e5f-a6b7c\ne5f6a-b7c8d\n' >"$dir/codes.txt"
ok attach x:agency "$dir/codes.txt" description='from the safe'
is 'a file of codes is taken, with a warning' has err 'codes.txt looks like backup codes'
says 'and check finds it' '@$data == 1 && $data->[0]{found} eq "the file codes.txt looks like backup codes"' check --rule HF-108
run check --rule HF-108
is 'with what to do' has out 'to do: holdfast remove 0'
ok remove "$(sed -n 's/.*to do: holdfast remove //p' "$dir/out")" --force
says 'until it is gone' '@$data == 0' check --rule HF-108
ok respond x:agency --playbook incident/impersonation --new
printf 'Dear Jo,\nyour password: Winter2026!\n' >"$dir/mail.txt"
ok run attach last "$dir/mail.txt" --as mail
is 'evidence of a run is kept, with a warning' has err 'mail.txt looks like a password'
run check --rule HF-108
is 'and found' has out 'x:agency: the file mail.txt of a run looks like a password'
is 'what to do' has out 'to do: holdfast add exception rule=HF-108 subject='
ok add exception rule=HF-108 subject=x:agency reason='the phishing mail; the password was changed' expires="$(date -d '+10 days' +%F)"
says 'until somebody says why it stays' '@$data == 0' check --rule HF-108
finish
