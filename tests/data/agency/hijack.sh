# shellcheck shell=bash disable=SC2154
# The hijack of x:severnlevels as it went, from the first call to the close. Sourced by tests/demo.sh, which has $run, T (the first sign, in
# seconds) and quiet. What is told at minute m is recorded with --at, as somebody would who wrote it on paper first.
at() { date -u -d "@$((T + $1 * 60))" +%Y-%m-%dT%H:%M:%SZ; }
say() { printf '%s  %s\n' "$(TZ=Europe/London date -d "@$((T + $1 * 60))" +'%a %d %b %H:%M')" "$2"; }
val() { # STEP MINUTE name=value...
	local step=$1 minute=$2
	shift 2
	quiet run value "$run" "$step" --at "$(at "$minute")" "$@"
}
fin() { quiet run done "$run" "$1" --at "$(at "$2")" ${3:+--note "$3"}; }
ans() { quiet run answer "$run" "$1" "$3" --at "$(at "$2")"; }
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
fin look-up 3
say 4 'Captures first, from a clean laptop.'
val first-captures 6 'rogue_posts=https://x.com/severnlevels/status/1 and the two after it' 'altered=Banner, and the link in the biography' followers=48211
keep first-captures 6 captures
fin first-captures 6
for row in $(rows rule-out-colleague); do
	val "$row" 7 'said=No. At home, the telephone on the table'
	ans "$row" 7 no
done
say 8 'One telephone of ours is still signed in.'
val still-in 8 'session_where=Duty telephone, Dana Okafor' "last_access=$(at -95)" 'last_access_where=Office laptop, Severnside'
ans still-in 8 yes
val set-severity 9 severity=2 'harm=Followers may lose money; the flood warnings are not touched' 'team=Rhys 22:49, Jo 22:41, Maya 22:50: all said yes'
fin set-severity 9
say 10 'The first notice goes out on Facebook and the website.'
keep first-notice 10 notice
fin first-notice 10

keep throw-out 13 access-before access-after
val throw-out 14 sessions=2 'removed=A session in another country, a telephone that is not ours'
fin throw-out 14
for row in $(rows secure-mailbox); do keep "$row" 15 mailbox-log; ans "$row" 15 it-is-clean; done
for row in $(rows check-number); do val "$row" 16 'number_state=Jo answered; no texts about a new SIM'; ans "$row" 16 it-rings-with-us; done
not undo-link 16 'No such mail came'
say 17 'Strangers, apps and the queue are shut out.'
keep remove-admins 17 admins-before admins-after
val remove-admins 17 strangers=nobody
fin remove-admins 17
keep revoke-apps 19 apps-removed
val revoke-apps 19 'apps_revoked=A posting app that nobody knew'
fin revoke-apps 19
keep freeze-publishing 20 queue
val freeze-publishing 20 ad_money=nothing
fin freeze-publishing 20
for row in $(rows rotate-siblings); do val "$row" 24 sibling_signs=nothing; ans "$row" 24 it-is-clean; done
val quarantine-device 25 'devices=LT-118, Dana, nobody else, locks, never left'
fin quarantine-device 25

say 27 'The report goes to the provider.'
keep file-report 27 as-filed
val file-report 27 ticket=0482-7713
fin file-report 27
quiet run ticket "$run" 0482-7713 --with X --at "$(at 27)"
for row in $(rows ring-partner); do val "$row" 30 'promise=The desk has the ticket and looks tonight'; fin "$row" 30; done
val report-posts 33 'posts_reported=the three posts'
fin report-posts 33
val tell-siro 35 declared=yes 'spokesperson=Rhys Morgan'
fin tell-siro 35
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
val chase 400 'chased=The desk, 05:20: they work on it'
ans chase 400 it-moves
say 560 'The account is ours again.'
keep re-enter 560 hardened
fin re-enter 560
val holding-line 31 'line_sent=Website and Facebook, 23:12'
fin holding-line 31
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
