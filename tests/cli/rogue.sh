#!/usr/bin/env bash
# A like that does not fit us, by the account of one of our staff: the whole book by plain commands. Four explanations, evidence for and against each; no conduct
# process before they are tested and one is found; and a report to the SIRO that says what was found.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
new_key lead@levels.example
ok init --name Levels --domain levels.example --timezone Europe/London
lead=$(fpr_of lead@levels.example)
other=$(join_member other@levels.example responder)
export HOLDFAST_KEY=$lead
ok add unit name=Rivers
ok add person name='Morgan Hill' email=morgan@levels.example phone='+44 7700 900111'
ok add person name='Robin Vale' email=robin@levels.example phone='+44 7700 900112' manager='Morgan Hill' unit=Rivers post='Ecologist'
ok add person name='Sam Whitlock' email=sam@levels.example phone='+44 7700 900113'
ok member role "$lead" --person 'Sam Whitlock'
ok member role "$other" --person 'Morgan Hill'
ok set org siro='Sam Whitlock' hr='Morgan Hill' security='Sam Whitlock'
echo pixels >"$dir/page.txt"

# act STEP [name=value...] [+KEEP...] [=ANSWER|asks]: the values, the files, then the answer or plain done; "asks": then it waits for a second person.
act() {
	local step=$1 answer='' values=() keep asks=''
	shift
	for word; do
		case $word in
		=*) answer=${word#=} ;;
		asks) asks=1 ;;
		+*) keep=${word#+}; ok run attach "$run" "$step" "$dir/page.txt" --as "$keep" ;;
		*) values+=("$word") ;;
		esac
	done
	[ ${#values[@]} = 0 ] || ok run value "$run" "$step" "${values[@]}"
	if [ -n "$asks" ]; then
		run run 'done' "$run" "$step"
		is "$step asks for a second person" test $status = 1
		is "$step says whom" has err 'needs the approval of'
	elif [ -n "$answer" ]; then
		ok run answer "$run" "$step" "$answer"
	else
		ok run 'done' "$run" "$step"
	fi
}
agreed() { HOLDFAST_KEY=$other ok run approve "$run" "$1"; }
state() { says "$1 is $2" '(grep { $_->{id} eq "'"$1"'" } @{$data->{steps}})[0]{state} eq "'"$2"'"' run show "$run"; }
# The report to the SIRO, in $dir/out, has (or has not) these words.
siro() { ok report "$run" internal/siro-matter; is "the SIRO's report: $*" "$@"; }
# Neither what HR thinks nor what legal agrees to opens it.
gate_shut() {
	no 1 "${1-conduct-gate}" run answer "$run" conduct-gate yes
	no 1 "${1-conduct-gate}" run 'done' "$run" conduct-gate
	says 'conduct-gate is shut' '(grep { $_->{id} eq "conduct-gate" } @{$data->{steps}})[0]{state} =~ /^(open|waiting)$/' run show "$run"
}

says 'it begins' '$data->{step} eq "log-approach"' respond 'Robin Vale' --playbook incident/rogue-like
run=$(value '$data->{run}')
gate_shut 'closed gate' # what is not done is told before who has not agreed
agreed conduct-gate
gate_shut 'closed gate'

# Receive: what was asked, what it is, whose account it is.
act log-approach complainant='A reporter' complaint_from=press complaint_at=now complaint_words='Why does your ecologist like this?' answer_wanted_by='six tonight' +complaint
act first-captures item_what='a like of a crude cartoon' item_link=https://x.example/1 item_at='2 h ago' +captures
act unlawful unlawful_reason='coarse, not unlawful' =no
act official item_service=x item_handle=robin_vale =no
state which-official excluded
state tell-police excluded
act declared-to-us =no
act record-account work_use='news of the river surveys'
says 'the private account is written down' '@$data == 1 && $data->[0]{handle} eq "robin_vale"' list declaration
ok run next "$run" set-severity
is 'what each severity means' has out '2: the press, a minister or a partner has asked'
act set-severity severity=2 harm='the survey is doubted' team='hr, legal, press: all reached' contact_address=safe@levels.example contact_phone='+44 7700 900114'

# Protect: everything about conduct stands still.
act hold-conduct hold_told='Morgan Hill, 10 am' +hold-note asks
state hold-conduct waiting
no 77 'second person' run approve "$run" hold-conduct
agreed hold-conduct
state hold-conduct 'done'
gate_shut
act give-support supporter='Sam Whitlock' support_given='a call every evening'
agreed media-line
ok run value "$run" media-line next_update='in 3 h'
ok report "$run" public/matter-line
is 'the line is about no meeting' not grep -qi meeting "$dir/out"
is 'a value has its time and its writer before the step is done' grep -Eq '^- Written down at the step media-line, 2[-0-9]+ [:0-9]+ [A-Z]+, by ' "$dir/out"
act media-line +line-as-given
act tell-siro declared=yes spokesperson='the head of press'
siro has out 'Nobody is accused of anything'
siro has out 'Severity: 2, the press, a minister or a partner has asked'
siro has out 'All explanations are open'
siro not has out 'The finding'

# Listen, and keep the traces.
act listen-person their_words='I was on a train. I never saw it.' whereabouts='train, ticket kept' +talk-note
act device-history devices='laptop, shared at home; reader without a lock; telephone left on a desk' device_count=3 devices_shared=1 devices_unlocked=1 codes_known_to='two colleagues' left_unattended='the telephone, at work'
act protection second_factor=none password_reused=yes registered_to='r...@mail.example' known_leak='yes, of last year; IT looked'
act manager-instructions manager_said='I asked for it' person_said='I was asked twice' work_pressure=encouraged +instructions asks
agreed manager-instructions
act keep-traces consent=yes +traces
agreed undo-and-secure
act undo-and-secure undone_at=now +after

# Four explanations. Nothing is found, and nobody is judged, before all four are tested.
agreed finding
no 1 'test-deliberate' run answer "$run" finding hacked
act test-deliberate deliberate_for='none' deliberate_against='on a train: ticket'
act test-accident accident_for='the telephone was used then' accident_against='eleven likes in a minute'
gate_shut
act test-household household_for='the laptop is shared' household_against='it was off: log'
no 1 'test-hacked' run answer "$run" finding hacked
gate_shut test-hacked
no 1 'hacked_for' run 'done' "$run" test-hacked
act test-hacked hacked_for='a session in a place where nobody was; a leaked password' hacked_against='none'
says 'the 72 hours count' 'grep { $_->{id} eq "72-hours" } @{$data->{windows}}' run show "$run"
act data-test data_touched=none data_reason='no messages about work' =no
says 'where no personal data was touched, no longer' '!grep { $_->{id} eq "72-hours" } @{$data->{windows}}' run show "$run"
gate_shut finding

ok report "$run" public/matter-outcome
is 'nothing is found: all five texts' has out 'If it was a slip'
ok run next "$run" finding
is 'all eight lists lie side by side' grep -q 'eleven likes' "$dir/out"
is 'to the last' has out 'a session in a place'

# The finding; then the gate, and it says no.
act finding finding_reason='the session list shows a stranger' finding_gaps='who it was' =hacked
siro has out 'Which explanation the evidence carries: hacked'
siro has out 'the session list shows a stranger'
siro has out 'eleven likes'
siro has out 'every conduct step stays on hold'
siro not has out 'Nobody is accused'
act after-hack ticket=T-1 +reported-copy =none-had
# The gate stays shut, whatever HR thinks and legal has agreed to: no conduct process rests on a stranger's act.
state conduct-gate excluded
no 1 'conduct-gate' run answer "$run" conduct-gate yes
agreed no-case
no 65 'no-case' run answer "$run" no-case yes
act no-case conduct_reason='a stranger did it' =no-case
siro has out 'no case, because a stranger did it'
ok report "$run" public/matter-outcome
is 'the one text that fits' has out 'somebody broke into the account'
is 'and no other' not has out 'it was a slip'
ok report "$run" internal/siro-final
is 'the finding in one word' grep -qx hacked "$dir/out"
is 'what HR decided' has out 'Is there a conduct case: no case'
is 'who reported it' has out 'Reported by: A reporter'
is 'nothing of an account that was never ours to get back' not has out 'Until we had it back'
act tell-person person_told_at=now +letter
act new-evidence evidence_since=none =no
act log-complaints complaints='one line' complaints_total=1
agreed correct-record
act correct-record +correction
act answer-complaints complaints_answered=1 +answers
act account-future =kept-apart-from-our-work
act sign-findings decision='closed' hr_finding='no fault' asks
agreed sign-findings
act notice declare_by='in 30 days' +notice-text =a-rule-has-to-change
act give-help help_given='a key, and how to use it'
act hold-review worked=w did_not_work=d unforeseen=u cause='a leaked password' would_have_stopped='HF-101, HF-401' to_change=c actions=a cost='9 h' asks
agreed hold-review
agreed close-file
act close-file file_kept='the findings, for a year'
says 'nothing is left' '!defined $data->{step}' run next "$run"
ok run close "$run"
ok report "$run" internal/siro-final
is 'the last paper names what would have stopped it' has out 'HF-101'
ok timeline "$run"
is 'a question ends itself' not has out '?.'
finish
