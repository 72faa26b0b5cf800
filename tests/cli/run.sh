#!/usr/bin/env bash
# A hijack by plain commands, from the first call to the close, on the book that is shipped; then every wrong input.
# shellcheck disable=SC2016,SC1010 # Perl in single quotes; "run done" is a command
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
new_key ann@agency.example
ok init --name Agency --domain agency.example --timezone Europe/London
ann=$(fpr_of ann@agency.example)
bob=$(join_member bob@agency.example responder) # who approves
export HOLDFAST_KEY=$ann
ok add person name='Jo Park' email=jo@agency.example phone='+44 7700 900103'
ok add person name='Ann Lee' email=ann@agency.example phone='+44 7700 900105'
ok add person name='Bob Roe'
ok member role "$ann" --person 'Ann Lee'
ok member role "$bob" --person 'Bob Roe'
ok add unit name=Press director='Jo Park'
ok add account provider=mail handle=press@agency.example class=mailbox state=live owner='Jo Park'
ok add account provider=x handle=@agency url=https://x.com/agency state=live owner='Jo Park' responder='Ann Lee' deputy='Ann Lee' unit=Press \
    registered_email=press@agency.example
ok add account provider=youtube handle=agency state=live owner='Jo Park' registered_email=press@agency.example
ok add link account=x:agency depends_on=mail:press@agency.example how=mailbox
ok add grant account=x:agency person='Jo Park' role=admin
ok add desk provider=x partner_contact='Partner desk'
ok set org siro='Jo Park' press='Jo Park' security='Ann Lee' dpo='Jo Park' it='Ann Lee'

# beginning
no 65 'has that name' respond @nobody
no 65 'incident/hijacked-acount' respond x:agency --playbook incident/hijacked-acount
is 'with the nearest' has err 'incident/hijacked-account'
no 65 'not a playbook' respond x:agency --playbook provider/x
no 65 'not a person' respond 'Jo Park'
no 65 'severity' respond x:agency --severity 9
no 65 '--at' respond x:agency --at '2036-01-01 10:00'
no 65 'not a time' respond x:agency --at soonish
no 65 'noticed_att' respond x:agency noticed_att=now
is 'with the nearest' has err 'noticed_at'
no 2 'name=value' respond x:agency noticed
no 2 'given twice' respond x:agency noticed_at=now noticed_at=now
no 65 'no person has that name' respond x:agency --for Nobody
no 65 'no such role' respond x:agency --as-role leed
is 'with the nearest, and all' has err 'did you mean lead? The roles are'
no 65 'about an account, not a person' respond 'Jo Park' --new
no 2 'REF' respond
says 'nothing was begun' '@$data == 0' run list
no 65 'no run' run next last
no 65 'no run is open' run resume
says 'respond' '$data->{run} =~ /^[0-9A-Z]{26}$/ && $data->{step} eq "ring-lead"' respond x:agency --at '50 min ago' --severity 2
id=$(value '$data->{run}')
no 65 'already' respond x:agency
is 'the way on' has err "holdfast run resume $id"
wide=$(TERM=xterm NO_COLOR=1 PAGER=cat /usr/bin/python3 "$HOLDFAST_TOP/tests/cli/page_walk.py" type 80 "$HOLDFAST run list")
is 'a screen of 80 columns shows its heading' test "$(echo "$wide" | grep -c '^RUN .* BEGAN .* DONE')" = 1
is 'and no line of it is longer' test -z "$(echo "$wide" | awk 'length > 80')"
says 'run list' '@$data == 1 && $data->[0]{state} eq "open" && $data->[0]{ref} eq "x:agency" && $data->[0]{finished} == 0' run list
says 'names of a run' "\$data->{run} eq '$id'" run show x:agency
says 'names of a run' "\$data->{run} eq '$id'" run show "${id:0:20}"
says 'names of a run' "\$data->{run} eq '$id'" run show last
says 'the only open one' "\$data->{run} eq '$id'" run show
says 'the only open one' '$data->{step} eq "ring-lead"' run next
says 'the only open one' "\$data->{run} eq '$id'" run resume
says 'run show' '$data->{playbook} eq "incident/hijacked-account" && $data->{severity} eq "2" && !$data->{drill} && @{$data->{steps}} > 38 && @{$data->{entries}} == 1' run show last
says 'each step' '!grep { !($_->{id} && $_->{title} && $_->{phase} && $_->{state} =~ /^(open|waiting|excluded)$/ && $_->{visit} == 1) } @{$data->{steps}}' run show last
says 'run next' '$data->{step} eq "ring-lead" && $data->{phase} eq "triage" && $data->{state} eq "open" && $data->{by} =~ /Z$/ && ref $data->{who} eq "ARRAY"' run next last
ok run next last
is 'next: who to ring' has out 'Ring Ann Lee, +447700900105'
is 'next: what to write down' has out 'seen_by'
is 'next: the command' has out "holdfast run done $id ring-lead"

# what keeps a step open
no 1 'seen_by, seen_where, seen_what' run done last ring-lead
is 'what to do' has err "run value $id ring-lead seen_by="
no 65 'seen_bi' run value last ring-lead seen_bi=Jo
no 2 'name=value' run value last ring-lead seen_by
no 65 'it is empty' run value last ring-lead seen_by=
no 65 '' run value last ring-lead seen_by='the password is hunter2hunter2!'
says 'run value' '$data->{state} eq "open" && $data->{step} eq "ring-lead"' run value last ring-lead seen_by=Jo seen_where=https://x.com/agency seen_what='free coins'
says 'run done' '$data->{state} eq "done" && $data->{next}' run done last ring-lead --at '45 min ago' --for 'Jo Park' --as-role reporter --note 'rang at once'
no 1 'done already' run done last ring-lead
no 65 'no such step' run done last rng-lead
is 'with the nearest' has err 'ring-lead'
no 65 'no run' run done 01ZZZZ ring-lead
no 2 'name=value' run done last look-up seen_by
no 65 'nothing of that name' run done last look-up seen_bi=Jo
no 65 '--at' run done last look-up --at 99:99
no 65 '--for' run done last look-up --for Nobody
no 65 'securty' run note last x --as-role securty
no 65 'is no answer' run answer last still-in perhaps
no 65 'this step asks nothing' run answer last first-captures yes
no 2 'reason' run skip last look-up
no 1 'gate' run done last file-report
is 'what it needs' has err 'captures'

# evidence
echo pixels >"$dir/page.png"
: >"$dir/empty"
no 65 'No such file' run attach last first-captures "$dir/none" --as captures
no 65 '' run attach last first-captures "$dir" --as captures
no 65 'empty' run attach last first-captures "$dir/empty"
no 65 'capturs' run attach last first-captures "$dir/page.png" --as capturs
is 'with the nearest' has err 'captures'
no 2 'as: missing' run attach last throw-out "$dir/page.png"
no 2 'as: missing' run attach last "$dir/page.png"
ok run attach last first-captures "$dir/page.png"
ok run attach last "$dir/page.png" --as 'a letter'
echo piped | { input=/dev/stdin run run attach last first-captures - --as captures && is 'from standard input' test $status = 0; }
says 'with its sum' 'grep { ($_->{file_name} // "") eq "captures.txt" && $_->{sha256} =~ /^[0-9a-f]{64}$/ && $_->{size} == 6 } @{$data->{entries}}' run show last

# notes, tickets, roles
no 2 '' run note last ''
no 2 'no terminal' run note last
no 65 '' run note last 'ghp_0123456789abcdefghijABCDEFGHIJ012345'
printf 'two\nlines\n' >"$dir/note"
input=$dir/note ok run note last - --step look-up
says 'a note of two lines' '$data->[-1]{text} eq "two\nlines" && $data->[-1]{step} eq "look-up"' timeline last
no 2 'empty' run ticket last ' '
ok run ticket last 0429-118 --with 'the police'
no 65 'leed' run assign last leed 'Jo Park'
no 65 '' run assign last lead Nobody
ok run assign last lead 'Jo Park'
says 'the assigned lead comes first' '$data->{who}[0]{people}[0]{name} eq "Jo Park"' run next last set-severity
ok run value last aware_at='20 min ago'

# Do what "run next" asks: values by their type, a file for each Keep, an answer where one is chosen here, and done.
declare -A chosen=([still-in]=yes [data-test]=no [chase]=it-moves [rule-out-colleague]=no [check-number]=no-number-is-on-file [secure-mailbox]=it-is-clean
	[rotate-siblings]=it-is-clean [answer-provider]=they-ask-for-nothing-more [tell-ncsc]='' [undo-link]=it-did-not)
do_step() { # STEP
	local step=$1 line name type
	run --json run next "$id" "$step"
	while IFS=$'\t' read -r line name type; do
		case $line in
		value)
			case $type in
			'a number') set -- 3 ;; 'a time') set -- now ;; 'a day') set -- today ;; 'yes or no') set -- no ;; 'an e-mail address') set -- safe@agency.example ;;
			'a telephone number') set -- '+44 7700 900999' ;; person) set -- 'Ann Lee' ;; 'one of '*) type=${type#one of } && set -- "${type%%,*}" ;; *) set -- 'as it was' ;;
			esac
			ok run value "$id" "$step" "$name=$1" ;;
		keep) ok run attach "$id" "$step" "$dir/page.png" --as "$name" ;;
		esac
	done < <(value 'join "", (map { "value\t$_->{name}\t$_->{type}\n" } grep { !defined $_->{value} } @{$data->{write}}), (map { "keep\t$_->{id}\t\n" } grep { !@{$_->{files}} } @{$data->{keep}})')
	if [ -n "${chosen[${step%@*}]-}" ]; then
		run run answer "$id" "$step" "${chosen[${step%@*}]}"
	else
		run run done "$id" "$step"
	fi
	if [ $status = 1 ] && has err approval; then # it is recorded, and somebody else has to agree
		HOLDFAST_KEY=$bob ok run approve "$id" "$step"
	else
		is "$step" test $status = 0
	fi
}
for _ in $(seq 80); do
	run --json run next "$id"
	step=$(value '$data->{step} // ""')
	if [ -z "$step" ]; then
		run --json run show "$id"
		step=$(value '(map { $_->{id} } grep { $_->{state} eq "waiting" && $_->{ready} } @{$data->{steps}})[0] // ""')
	fi
	if [ -z "$step" ]; then
		step=$(value '(map { $_->{id} } grep { ($_->{pending} // "") eq "begin" } @{$data->{steps}})[0] // ""')
		[ -z "$step" ] && break
		HOLDFAST_KEY=$bob ok run approve "$id" "$step"
		continue
	fi
	do_step "$step"
	[ "$step" = throw-out ] && says 'thrown out' '$data->{state} eq "hijacked" || $data->{state} eq "live"' show x:agency
done
says 'nothing is left' '!defined $data->{step}' run next "$id"
says 'all of it is finished' '!grep { $_->{state} =~ /^(open|waiting)$/ } @{$data->{steps}}' run show "$id"
says 'what answers left out' 'grep { $_->{id} eq "plan-replacement" && $_->{state} eq "excluded" } @{$data->{steps}}' run show "$id"
says 'the register followed' '$data->{state} eq "live" && $data->{password_attested_on}' show x:agency

# reports, while it is open and after
ok report "$id" provider
is 'the handle' has out '@agency'
is 'what is missing is said' has out 'not recorded'
says 'it is in the log' '$data->[-1]{type} eq "report" && $data->[-1]{template} eq "provider/x" && $data->[-1]{sha256} =~ /^[0-9a-f]{64}$/' timeline "$id"
n=$(git --git-dir="$register" rev-list --count main)
ok report "$id" internal/siro-first --dry-run
is 'a dry run logs nothing' test "$(git --git-dir="$register" rev-list --count main)" = "$n"
for format in text md html; do
	ok report "$id" internal/siro-first --format $format -o "$dir/report.$format" --dry-run
	is "as $format" test -s "$dir/report.$format"
done
is 'HTML without a script' not grep -qi '<script' "$dir/report.html"
ok report x:agency
ok report youtube:agency
is 'without a run' has out 'agency'
no 65 'internal/siro-frst' report "$id" internal/siro-frst
no 2 "not one of text|md|html" report "$id" --format pdf
no 65 'no such step' report "$id" --step nowhere
no 65 'no run and no record' report @nobody
no 74 '' report "$id" -o "$dir/no/such/folder/r.html"
no 65 'no provider' report 'Jo Park'
says 'report --json' '$data->{template} eq "provider/x" && length $data->{text} > 500' report "$id" --dry-run

# the log
says 'timeline' '@$data > 100 && !grep { !($_->{id} && $_->{what} && $_->{occurred_at} && $_->{recorded_at} && $_->{actor}) } @$data' timeline "$id"
says 'occurred against recorded' 'grep { $_->{step} && $_->{step} eq "ring-lead" && $_->{delay} && $_->{on_behalf_name} eq "Jo Park" && $_->{acting_as} eq "reporter" } @$data' timeline "$id"
ok timeline "$id" --csv
is 'CSV' test "$(head -n 1 "$dir/out" | tr -cd , | wc -c)" = 20
ok timeline "$id" --html -o "$dir/timeline.html"
is 'HTML' grep -q 'Content-Security-Policy' "$dir/timeline.html"
no 2 'one or the other' timeline "$id" --csv --html
no 2 'ends so' timeline "$id" -o "$dir/timeline.txt"

# the end
says 'run close' '$data->{state} eq "closed"' run close "$id"
no 1 'closed' run close "$id"
no 1 'closed' run done "$id" ring-lead
no 1 'closed' run value "$id" ring-lead seen_by=x
ok run note "$id" 'a word afterwards'
says 'a closed run has no next step' '!defined $data->{step}' run next "$id"
says 'the closed run of a record' "\$data->{run} eq '$id'" run show x:agency
says 'a drill' '$data->{step} eq "ring-lead"' respond x:agency --drill
drill=$(value '$data->{run}')
says 'is marked' '$data->{drill}' run show "$drill"
ok report "$drill"
is 'in its reports too' has out DRILL
no 1 'are open' run close "$drill"
says 'ended early' '$data->{state} eq "closed"' run close "$drill" --why 'the exercise is over'
ok respond x:agency
ok respond x:agency --new
no 65 '2 runs are meant' run next x:agency

# going back, and books beside
two=$("$HOLDFAST" --json run list --open | perl -MJSON::PP -0777 -ne 'print decode_json($_)->{data}[0]{run}')
ok run value "$two" rule-out-colleague said='it was me'
says 'an answer that starts another book' '$data->{state} eq "done" && $data->{run_state} eq "closed" && @{$data->{started}} == 1' run answer "$two" rule-out-colleague an-honest-mistake
child=$(value '$data->{started}[0]')
says 'its parent is known' "\$data->{parent} eq '$two' && \$data->{playbook} eq 'incident/premature-publication'" run show "$child"

# books
says 'book list' 'grep { $_->{name} eq "incident/hijacked-account" && $_->{title} eq "Hijacked account" && $_->{from} } @$data' book list
says 'book list' '@$data > 3 && !grep { $_->{name} !~ /^provider/ } @$data' book list provider/
ok book show incident/hijacked-account
is 'book show: as it is' cmp -s "$dir/out" "$HOLDFAST_TOP/playbooks/incident/hijacked-account.md"
no 65 'not on the shelf' book show incident/hijakced-account
is 'with the nearest' has err 'incident/hijacked-account'
mkdir -p "$dir/playbooks/incident"
bad=$dir/playbooks/incident/bad.md
printf '# Bad `bad`\n\n- **Reviewed:** 2026-11-20\n\n## One `one`\n\n### Step `step-one`\n\n- **Whoo:** lead\n- **Needs:** `nowhere`\n' >"$bad"
run book lint "$bad"
is 'lint finds it' test $status = 1
is 'with file, line and column' grep -q "^$bad:9:[0-9]*: .*Whoo" "$dir/out"
run --json book lint "$bad"
is 'lint --json' json 'grep { $_->{line} == 9 && $_->{severity} eq "error" && $_->{text} =~ /Whoo/ } @$data'
printf '# Good `good`\n\n- **Subject:** account\n- **Role:** `lead` lead: {account.responder}\n- **Reviewed:** 2026-11-20\n\n## One `one-phase`\n\n### Step `step-one`\n\n- **Who:** lead\n- **For each:** x\n  ```sql\n  SELECT id FROM nowhere\n  ```\n' >"$dir/playbooks/incident/good.md"
run book lint "$dir/playbooks/incident/good.md"
is 'lint tries the SQL' has out 'nowhere'
no 65 'No such file' book lint "$dir/none.md"
printf 'Hello {{> who}}, {{x}}\r\n' >"$dir/main.md"
printf '{{name}}' >"$dir/who.md"
ok book render "$dir/main.md" --data '{"name": "A & B", "x": [1, 2]}'
is 'render, byte by byte' test "$(od -An -c "$dir/out" | tr -d ' \n')" = 'HelloA&amp;B,1,2\r\n'
printf '{"name": "*A*"}' >"$dir/data.json"
ok book render "$dir/main.md" --data "$dir/data.json" --escape md
is 'render for Markdown' has out '\*A\*'
no 65 'no JSON' book render "$dir/main.md" --data '{nope'
printf '{{#open}}' >"$dir/open.md"
no 65 'open.md:1:1' book render "$dir/open.md" --data '{}'

# the playbook that holdfast-playbook(5) shows is one
mkdir -p "$dir/page/playbooks/incident"
page=$dir/page/playbooks/incident/odd-post.md
awk '/^\.Sh/ { on = /EXAMPLES/ } on && /^\.Ed/ { exit } b { print } on && /^\.Bd/ { b = 1 }' "$HOLDFAST_TOP/man/holdfast-playbook.5" >"$page"
HOLDFAST_BOOKS=$dir/page:$HOLDFAST_TOP run --json book lint "$page"
is 'the example of holdfast-playbook(5) has no defect' json '@$data == 0'
HOLDFAST_BOOKS=$dir/page:$HOLDFAST_TOP run --json respond x:agency --playbook incident/odd-post --drill
is 'and runs' json '$data->{step} eq "save-post"'
ok run attach last save-post "$dir/page.png"
ok run done last save-post
says 'its loop has a row' '$data->{step} eq "was-it-you\@1" && $data->{title} eq "Ask Jo Park: was it you?"' run next last

ok verify
no 65 'x:agency: run ' remove --force x:agency
is 'an account is closed instead' has err 'set its state to closed'
finish
