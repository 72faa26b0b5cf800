# shellcheck shell=bash disable=SC2154
# The hijack of x:severnlevels as it went, from the first call to the close. Sourced by tests/demo.sh, which has $run, $colleague (the key of one who
# approves), T (the first sign, in seconds) and quiet. What is told at minute m is recorded with --at, as somebody would who wrote it on paper first.
at() { date -u -d "@$((T + $1 * 60))" +%Y-%m-%dT%H:%M:%SZ; }
say() { printf '%s  %s\n' "$(TZ=Europe/London date -d "@$((T + $1 * 60))" +'%a %d %b %H:%M')" "$2"; }
val() { # STEP MINUTE name=value...
	local step=$1 minute=$2
	shift 2
	quiet run value "$run" "$step" --at "$(at "$minute")" "$@"
}
# Where a second person has to agree, $colleague does, with a key of their own: before it begins, or to what was done.
agree() { HOLDFAST_KEY=$colleague quiet run approve "$run" "$1" --at "$(at "$2")"; }
is_done() { "$HOLDFAST" --json run next "$run" "$1" | perl -MJSON::PP -0777 -ne 'exit(decode_json($_)->{data}{state} eq "waiting")'; }
act() { # VERB STEP MINUTE argument...
	local verb=$1 step=$2 minute=$3
	shift 3
	quiet run "$verb" "$run" "$step" --at "$(at "$minute")" "$@" 2>/dev/null && return
	if is_done "$step"; then quiet run "$verb" "$run" "$step" --at "$(at "$minute")" "$@"; return; fi
	local before
	before=$("$HOLDFAST" --json run next "$run" "$step" | perl -MJSON::PP -0777 -ne 'print decode_json($_)->{data}{approval}{pending}')
	agree "$step" "$minute"
	[ "$before" != begin ] || act "$verb" "$step" "$minute" "$@"
}
fin() { act done "$1" "$2" ${3:+--note "$3"}; }
ans() { act answer "$1" "$2" "$3"; }
not() { quiet run skip "$run" "$1" --at "$(at "$2")" --why "$3"; }
keep() { # STEP MINUTE KEEP...
	local step=$1 minute=$2 what
	shift 2
	for what; do printf 'capture: %s\n' "$what" | quiet run attach "$run" "$step" - --as "$what" --at "$(at "$minute")"; done
}
# The rows of a looped step.
rows() { "$HOLDFAST" --json run show "$run" | perl -MJSON::PP -0777 -ne 'for (@{decode_json($_)->{data}{steps}}) { print "$_->{id}\n" if $_->{id} =~ /^\Q'"$1"'\E@/ }'; }

say 0 'Jo rings Sam: the account offers free bitcoin.'
val ring-lead 0 'seen_by=Jo Park, +44 7700 900103' seen_where=https://x.com/severnlevels 'seen_what=Three posts that promise bitcoin; the banner is new'
fin ring-lead 1
val look-up 2 contact_address=incident@levels-recovery.example contact_phone='+44 7700 900105'
fin look-up 2
say 3 'Captures first, from a clean laptop.'
val first-captures 3 'rogue_posts=https://x.com/severnlevels/status/1 and the two after it' 'altered=Banner, and the link in the biography' followers=48211
keep first-captures 3 captures
fin first-captures 3
for row in $(rows rule-out-colleague); do
	val "$row" 3 'said=No. At home, the telephone on the table'
	ans "$row" 3 no
done
say 4 'One telephone of ours is still signed in.'
val still-in 4 'session_where=Duty telephone, Dana Okafor' "last_access=$(at -95)" 'last_access_where=Office laptop, Severnside'
ans still-in 4 yes
val set-severity 4 severity=2 'harm=Followers may lose money; the flood warnings are not touched' 'team=Rhys 22:49, Jo 22:41, Maya 22:50: all said yes'
fin set-severity 4
say 4 'The first notice goes out on Facebook and the website.'
keep first-notice 4 notice
fin first-notice 4

keep throw-out 6 access-before access-after
val throw-out 6 sessions=2 'removed=A session in another country, a telephone that is not ours'
fin throw-out 6
for row in $(rows secure-mailbox); do keep "$row" 5 mailbox-log; ans "$row" 5 it-is-clean; done
for row in $(rows check-number); do val "$row" 5 'number_state=Jo answered; no texts about a new SIM'; ans "$row" 5 it-rings-with-us; done
not undo-link 16 'No such mail came'
say 9 'Strangers, apps and the queue are shut out.'
keep remove-admins 9 admins-before admins-after
val remove-admins 9 strangers=nobody
fin remove-admins 9
keep revoke-apps 10 apps-removed
val revoke-apps 10 'apps_revoked=A posting app that nobody knew'
fin revoke-apps 10
keep freeze-publishing 10 queue
val freeze-publishing 10 ad_money=nothing
fin freeze-publishing 10
for row in $(rows rotate-siblings); do val "$row" 14 sibling_signs=nothing; ans "$row" 14 it-is-clean; done
val quarantine-device 19 'devices=LT-118, Dana, nobody else, locks, never left'
fin quarantine-device 19

say 14 'The report goes to the provider.'
keep file-report 14 as-filed
val file-report 14 ticket=0482-7713
fin file-report 14
quiet run ticket "$run" 0482-7713 --with X --at "$(at 14)"
for row in $(rows ring-partner); do val "$row" 19 'promise=The desk has the ticket and looks tonight'; fin "$row" 19; done
val report-posts 29 'posts_reported=the three posts'
fin report-posts 29
val tell-siro 29 declared=yes 'spokesperson=Rhys Morgan'
fin tell-siro 29
val data-test 55 'data_touched=Direct messages of 14 people could be read' 'data_reason=Not likely to harm anybody: public questions about opening hours'
ans data-test 55 no
val tell-police 80 crime_ref=RF-2026-118842
fin tell-police 80
not tell-ncsc 85 'No wider harm; the sector body was told by telephone'
keep answer-provider 300 thread
val answer-provider 300 "provider_wrote_at=$(at 290)"
ans answer-provider 300 they-ask-for-proof
val send-proof 320 'disclosed=Certificate and letter of authority, to X, as asked; nothing blacked out'
fin send-proof 320
val chase 230 'chased=The desk, 05:20: they work on it'
ans chase 230 it-moves
say 560 'The account is ours again.'
keep re-enter 560 hardened
fin re-enter 560
val holding-line 29 'line_sent=Website and Facebook, 23:12'
fin holding-line 29
val update-people 60 'told=Board, ministers and partners by telephone' "next_update=$(at 600)"
fin update-people 60
keep compare-settings 600 archive differences
val compare-settings 600 'settings_found=Banner, link, two muted words'
fin compare-settings 600
keep archive-then-delete 620 delete-log
fin archive-then-delete 620
keep confirm-regained 572 regained-post
val confirm-regained 575 "corrected_at=$(at 574)"
fin confirm-regained 575
val support-staff 900 complaints=nobody
fin support-staff 900
say $((7 * 1440 + 600)) 'A week later: logs read, review held, register put right, signed off.'
val watch-logs $((7 * 1440 + 600)) 'log_review=Nothing strange'
fin watch-logs $((7 * 1440 + 600))
val hold-review $((7 * 1440 + 700)) 'worked=One telephone had stayed signed in' 'worked_why=The duty telephone is never signed out' \
	'did_not_work=Nobody knew of the posting app' 'unforeseen=The app kept its token for three years' 'cause=A posting app with an old token; its maker was breached' \
	'would_have_stopped=HF-510' 'to_change=Apps are looked at each quarter' 'cost=31 hours'
fin hold-review $((7 * 1440 + 700))
val update-register $((7 * 1440 + 800)) route_true=yes 'actions=Apps reviewed each quarter: Dana, by January'
fin update-register $((7 * 1440 + 800))
val sign-off $((7 * 1440 + 900)) 'siro_decision=Notice to all divisions; apps go on the quarterly list' 'hr_finding=none'
fin sign-off $((7 * 1440 + 900))
quiet run close "$run" --at "$(at $((7 * 1440 + 905)))"
