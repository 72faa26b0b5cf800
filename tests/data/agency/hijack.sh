# shellcheck shell=bash disable=SC2154
# The hijack of @severnlevels as it went, thirty days ago. Sourced by tests/demo.sh, which has $run, $T and hf, quiet, keep.
# at MINUTES: that long after the first sign.
at() { date -u -d "@$((T + $1 * 60))" +%Y-%m-%dT%H:%M:%SZ; }
say() { printf '%s  %s\n' "$(date -u -d "@$((T + $1 * 60))" +'%d %b %H:%M')" "$2"; }
val() { local step=$1 when=$2; shift 2; quiet run value "$run" "$step" --at "$(at "$when")" "$@"; }
fin() { quiet run done "$run" "$1" --at "$(at "$2")" ${3:+--note "$3"}; }
ans() { quiet run answer "$run" "$1" "$3" --at "$(at "$2")"; }
not() { quiet run skip "$run" "$1" --at "$(at "$2")" --why "$3"; }

say 0 'Jo rings Sam: the account offers free bitcoin.'
val ring-lead 0 'seen_by=Jo Park, 07700 900103' 'seen_where=https://x.com/severnlevels' 'seen_what=Three posts that promise bitcoin; the banner is new'
fin ring-lead 1
val look-up 2 contact_address=incident@levels-recovery.example contact_phone='+44 7700 900105'
fin look-up 3

say 3 'Captures first, from a clean laptop.'
val first-captures 6 'rogue_posts=https://x.com/severnlevels/status/1 and two after it' 'altered=Banner and link in the biography' followers=48211
keep first-captures captures
fin first-captures 6
for n in 1 2; do val "rule-out-colleague@$n" 7 'said=No, was at home, telephone on the table'; ans "rule-out-colleague@$n" 7 no; done

say 7 'One telephone is still signed in.'
val still-in 8 'session_where=Duty telephone, Dana Okafor' "last_access=$(at -95)" 'last_access_where=Office laptop, Severnside'
ans still-in 8 yes
val set-severity 9 severity=2 'harm=Followers may lose money; flood warnings are not at risk' 'team=Rhys 22:50, Jo 22:41, Maya 22:55, all said yes'
fin set-severity 9

say 10 'First notice, from the other channels.'
keep first-notice notice
fin first-notice 10 'On facebook:severnlevels and the website'
keep throw-out access-before
keep throw-out access-after
val throw-out 14 sessions=2 'removed=One session in another country, one unknown telephone'
fin throw-out 14
for step in $("$HOLDFAST" --json run show "$run" | tr '{' '\n' | sed -n 's/.*"id": *"\(secure-mailbox[^"]*\)".*/\1/p'); do
	keep "$step" mailbox-log
	ans "$step" 15 it-is-clean
done
for step in $("$HOLDFAST" --json run show "$run" | tr '{' '\n' | sed -n 's/.*"id": *"\(check-number[^"]*\)".*/\1/p'); do
	val "$step" 16 'number_state=Jo answered; no texts about a new SIM'
	ans "$step" 16 it-rings-with-us
done

say 17 'Administrators, apps, the queue.'
not undo-link 17 'No such mail came'
