#!/usr/bin/env bash
# Whose turn it is, by plain commands: two people with a key each, on books written here. Approvals, waits, rounds, claims, handover, corrections, drills.
# shellcheck disable=SC2016,SC1010 # Perl in single quotes; "run done" is a command
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
new_key ann@agency.example
ok init --name Agency --domain agency.example --timezone Europe/London
ann=$(fpr_of ann@agency.example)
bob=$(join_member bob@agency.example responder)
export HOLDFAST_KEY=$ann
ok set org name='The Agency'
ok add person name='Jo Park' email=jo@agency.example phone='+44 7700 900103'
ok add person name='Ann Lee' email=ann@agency.example phone='+44 7700 900105'
ok add person name='Bob Roe'
ok add unit name=Press director='Jo Park'
ok add account provider=x handle=@agency state=live owner='Jo Park' responder='Ann Lee' unit=Press purpose=news

ok member role "$ann" --person 'Ann Lee'

mkdir -p "$dir/books/playbooks/incident"
export HOLDFAST_BOOKS=$dir/books:$HOLDFAST_TOP
cat >"$dir/books/playbooks/incident/turns.md" <<'BOOK'
# Turns `turns`

- **In short:** one step of each sort.
- **Subject:** account
- **Role:** `lead` incident lead: {account.responder}
- **Role:** `owner` account owner: {account.owner}
- **Reviewed:** 2026-11-20
- **Ask first:** `aware_at` (time) when we knew

## Contain `contain`

### Park it `park`

- **Who:** lead
- **By:** 10 min after start
- **Second person:** owner
- **Updates:** `{account} state=parked`

### Cut it off `cut-off`

- **Second person:** owner, before

### Keep the list `keep-list`

- **Second person:** owner, to skip

## After `after`

### Watch it `watch`

- **Repeat:** every 1 h until `sign-off`

### Look at the record `look`

- **Confirm:** `account.owner`, `account.purpose`

### Ask the provider `ask-them`

- **Wait:** until the provider writes

### Sign off `sign-off`

- **Needs:** `park`
BOOK
cat >"$dir/books/playbooks/incident/pick.md" <<'BOOK'
# Pick `pick`

- **Subject:** account
- **Reviewed:** 2026-11-20

## One `one`

### Pick one `pick-one`

- **Write down:** `contact_person` (person) whom we asked
  ```sql
  SELECT id, phone FROM person ORDER BY name
  ```
BOOK
cat >"$dir/books/playbooks/incident/about.md" <<'BOOK'
# About `about`

- **In short:** look into it.
- **Subject:** person
- **Role:** `lead` lead: {org.security}
- **Reviewed:** 2026-11-20

## One `one`

### Look into it `look-into`

Look.

- **Second person:** lead

### Sign `sign`

Sign.

- **Needs:** `look-into`
BOOK
run book lint "$dir/books/playbooks/incident/turns.md"
is 'nothing of it is passed over' not grep -q 'does not yet run' "$dir/out"
says 'respond' '$data->{step} eq "look" || $data->{step}' respond x:agency --playbook incident/turns --at '30 min ago' aware_at='20 min ago'
id=$(value '$data->{run}')
is 'what is over is not warned of' not grep -q 'still to come' "$dir/err"
ok run value "$id" aware_at='in 3 hours'
is 'what cannot have happened yet is' has err 'still to come, is that right? aware_at, '
ok run value "$id" aware_at='20 min ago'
by() { HOLDFAST_KEY=$1 "${@:2}"; }

# about a person: whose key is tied to nobody may be that person
ok respond 'Jo Park' --playbook incident/about
run run done last look-into
is 'recorded, and open' test $status = 1
is 'what to do where there is no second person' has err 'nobody else here has a key of their own: holdfast member add KEYFILE'
is 'until then' has err 'a step that needs this one takes --anyway REASON, and run close --why REASON ends the run'
by "$bob" says 'brief of one who may be the subject' '!$data->{approval}{mine} && $data->{approval}{not_mine} eq "your key is tied to no person"' run next last look-into
for word in approve reject; do
	before=$(head_of)
	by "$bob" run run $word last look-into
	is "a key that may be the subject's: $word" refused 77 'your key is tied to no person'
	is 'who ties it' has err "an admin ties it: holdfast member role $bob --person NAME"
done
ok run done last sign --anyway 'there is one of us'
ok run close last --why 'the rest is for two'

# the second person
run --json run done "$id" park --note 'parked at the provider'
is 'done, and still open: 1' test $status = 1
is 'the state' json '$data->{state} eq "waiting" && $data->{missing}[0] eq "approval"'
is 'whom to ask' has err 'Jo Park (owner, +447700900103)'
no 1 'approval' run done "$id" park
no 77 'second person' run approve "$id" park
no 77 'it is your own work' run reject "$id" park
ok run next "$id" park
is 'run next tells the asker' has out 'you cannot approve it: it is your own work'
is 'and whose word it is' has out '(somebody else, with a key of their own)'
is 'not to do it again' not has out 'run done'
no 2 'unknown option' run approve "$id" park --for 'Jo Park'
no 1 'nobody has to approve' run approve "$id" look
says 'nothing changed yet' '$data->{state} eq "live"' show x:agency
says 'run show' 'grep { $_->{id} eq "park" && $_->{state} eq "waiting" && $_->{pending} eq "done" } @{$data->{steps}}' run show "$id"
says 'brief' '$data->{approval}{pending} eq "done" && !$data->{approval}{mine} && $data->{approval}{people}[0]{name} eq "Jo Park"' run next "$id" park
by "$bob" says 'brief of one without a name' '$data->{approval}{mine} && $data->{approval}{no_role} =~ /tied to no person/' run next "$id" park
ok member role "$bob" --person 'Bob Roe'
no 1 'closed gate' run done "$id" sign-off
is 'which waits for an approval' has err 'it waits for the approval of'
by "$bob" says 'brief of the other' '$data->{approval}{mine} && !defined $data->{approval}{my_role} && $data->{approval}{no_role} =~ /do not have this role/' run next "$id" park
by "$bob" says 'reject' '$data->{state} eq "open"' run reject "$id" park --note 'which page?'
says 'with its reason' '$data->{approval}{rejected} eq "which page?" && $data->{visit} == 2' run next "$id" park
run run done "$id" park
is 'asked again' test $status = 1
by "$bob" says 'approve' '$data->{state} eq "done"' run approve "$id" park --note 'seen'
says 'the register changed' '$data->{state} eq "parked"' show x:agency
no 1 'nothing waits' run approve "$id" park
no 1 'before it begins' run done "$id" cut-off
by "$bob" ok run approve "$id" cut-off
before=$(head_of)
by "$bob" run run done "$id" cut-off
is 'who agreed does not act' refused 77 'somebody else'
ok run done "$id" cut-off
run run skip "$id" keep-list --why 'nobody has it'
is 'to leave it out needs another' test $status = 1
by "$bob" says 'left out' '$data->{state} eq "skipped"' run approve "$id" keep-list

# what a query offers stands there as text, too
ok --json respond x:agency --playbook incident/pick
pick=$(value '$data->{run}')
ok run next "$pick" pick-one
is 'choices of a query' has out 'To choose from: contact_person'
is 'each with its words' has out '  Jo Park: +44'

# coming back, waiting
says 'a round' '$data->{state} eq "waiting" && $data->{next} ne "watch"' run done "$id" watch
says 'when it comes back' 'grep { $_->{id} eq "watch" && $_->{rounds} == 1 && $_->{visit} == 2 && $_->{wakes} =~ /Z$/ } @{$data->{steps}}' run show "$id"
says 'the wait of the book' '$data->{state} eq "waiting" && $data->{waits}{for} eq "until the provider writes"' run next "$id" ask-them
no 2 'until when' run wait "$id" ask-them
no 65 '--until' run wait "$id" ask-them --until sometime
is 'how it is written' has err 'in 2 hours'
no 65 'that has passed' run wait "$id" ask-them --until '10 min ago'
no 65 'that has passed' run wait "$id" ask-them --until '2026-01-02 10:00'
says 'told to wait' '$data->{state} eq "waiting"' run wait "$id" ask-them --until 'in 2 hours' --note 'they promised'
says 'until then' '$data->{waits}{until} =~ /Z$/ && $data->{waits}{for} eq "they promised"' run next "$id" ask-them
says 'somebody says so' '$data->{state} eq "done"' run done "$id" ask-them
no 1 'done already' run wait "$id" ask-them --note x

# still right?
says 'the fields with their values' '$data->{confirm}[0]{now} eq "Jo Park" && $data->{confirm}[1]{name} eq "account.purpose" && $data->{confirm}[1]{record}' run next "$id" look
no 65 'purpos' run value "$id" look account.purpos=x
is 'with the nearest' has err 'account.purpose'
ok run value "$id" look purpose='press and floods'
says 'changed in the register' '$data->{purpose} eq "press and floods"' show x:agency
n=$(git --git-dir="$register" rev-list --count main)
ok run done "$id" look
is 'one commit' test "$(git --git-dir="$register" rev-list --count main)" = $((n + 1))
says 'what was confirmed is logged' 'my ($e) = grep { $_->{type} eq "done" && $_->{step} eq "look" } @{$data->{entries}}; $e->{confirmed}{"account.owner"} && !exists $e->{confirmed}{"account.purpose"}' run show "$id"

# claims, handover, corrections, opening again
ok run claim "$id" sign-off
no 1 'already' run claim "$id" sign-off
before=$(head_of)
by "$bob" run run claim "$id" sign-off
is 'the other sees it' refused 1 'does it'
by "$bob" ok run claim "$id" sign-off --note 'agreed'
by "$bob" ok run claim "$id" sign-off --release
no 1 'nobody' run claim "$id" sign-off --release
no 65 'leed' run handover "$id" leed 'Jo Park'
says 'handover' '$data->{role} eq "lead" && @{$data->{done}} >= 4 && ref $data->{open} eq "ARRAY" && ref $data->{late} eq "ARRAY" && grep { $_->{what} eq "wait" } @{$data->{promised}}' run handover "$id" lead 'Jo Park' --note 'the night shift'
ok run handover "$id" lead 'Ann Lee'
is 'in words' has out 'Promised'
entry=$("$HOLDFAST" --json run show "$id" | perl -MJSON::PP -0777 -ne 'print decode_json($_)->{data}{entries}[1]{id}')
no 65 'no such entry' run correct "$id" ZZZZZZZZ wrong
no 2 '' run correct "$id" "$entry"
ok run correct "$id" "${entry: -8}" it was 22:14
says 'both stay' "grep { \$_->{id} eq '$entry' && \$_->{corrections}[0]{text} eq 'it was 22:14' } @\$data" timeline "$id"
no 2 'reason' run reopen "$id" look
says 'opened again' '$data->{state} eq "open"' run reopen "$id" look --why 'the wrong account'
ok run done "$id" look
by "$bob" ok run done "$id" look
ok run done "$id" sign-off
says 'figures and limits' '$data->{figures}{contained}{at} && @{$data->{windows}} && $data->{windows}[-1]{id} eq "72-hours"' run show "$id"
ok run show "$id"
is 'time limits in words' has out 'Time limits'
ok run close "$id"
no 1 'closed' run claim "$id" look
ok run reopen "$id" --why 'it came back'
no 1 'it is open' run reopen "$id" --why again
ok run close "$id"
for form in --csv --html ''; do
	ok timeline "$id" $form
	is "correction in the timeline $form" has out '22:14'
	is "where it belongs $form" has out 'orrected'
	[ "$form" = --csv ] || is "the figures $form" has out 'From the start'
done
ok timeline "$id"
is 'the id of each' has out "entry ${entry: -8}"
is 'what corrects it' has out 'Corrected:'
says 'done once more' '1 == grep { $_->{twice} && $_->{step} eq "look" && $_->{what} =~ /had done it already/ } @$data' timeline "$id"

# a gate passed with a reason; a drill
says 'a drill' '$data->{run}' respond x:agency --playbook incident/turns --drill
drill=$(value '$data->{run}')
says 'a drill says so' '$data->{drill}' run next "$drill"
ok run next "$drill"
is 'as text, too' has out 'DRILL. This is an exercise.'
no 1 'closed gate' run done "$drill" sign-off --anyway ' '
ok run done "$drill" sign-off --anyway 'the exercise begins here'
says 'it is said' '$data->{figures}{anyway}[0]{why} eq "the exercise begins here" && $data->{figures}{anyway}[0]{without}[0] eq "park"' run show "$drill"
ok report "$drill" internal/siro-first --dry-run --format md
is 'in the report' has out 'the exercise begins here'
ok set x:agency state=live
run run done "$drill" park
by "$bob" ok run approve "$drill" park
is 'a drill changes nothing' has err 'the register stays as it is'
says 'nothing' '$data->{state} eq "live"' show x:agency
ok run value "$drill" look purpose=rehearsal
says 'nothing either' '$data->{purpose} ne "rehearsal"' show x:agency
ok run close "$drill" --why 'the exercise is over'
says 'begun for somebody' '$data->{run}' respond x:agency --playbook incident/turns --drill --for 'Jo Park' --as-role lead
says 'who that was' '$data->[0]{acting_as} eq "lead" && $data->[0]{on_behalf_of}' timeline last
says 'side by side' '@{$data->{runs}} == 2 && @{$data->{steps}} && !grep { !$_->{drill} } @{$data->{runs}}' run compare last
ok run compare last "$drill"
no 65 '' run compare nothing-known
ok respond x:agency --new
no 65 'it is of' run compare last "$drill"

ok verify
finish
