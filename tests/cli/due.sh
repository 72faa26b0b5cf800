#!/usr/bin/env bash
# What is due: each kind of thing on its day, by person, quiet when there is nothing; the calendar as another library reads it.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
new_key ann@agency.example
day() { date -u -d "$1 days" +%F; }

ok init --name 'Agency' --domain agency.example
run due
is 'an empty register owes nothing' test $status = 0
is 'and says nothing' empty out

ok add person name='Ann Lee' email=ann@agency.example
ok add person name='Jo Park' email=jo@agency.example
ok add unit name=Press deputy_director='Jo Park' director='Ann Lee'
ok set Agency security='Ann Lee' timezone=Europe/London
ok add account provider=x handle=agency owner='Jo Park' criticality=critical state=live recovery_reviewed_on="$(day -80)" \
    access_reviewed_on="$(day -100)" password_attested_on="$(day -360)" recovery_tested_on="$(day -400)"
ok add account provider=x handle=parked owner='Jo Park' state=parked
ok add account provider=facebook handle=agency owner='Ann Lee' criticality=low state=live created_on="$(day -10)"
ok add contact account=x:agency type=email value=press@agency.example holder='Ann Lee' verified_on="$(day -95)"
ok add exception rule=HF-101 subject=x:agency reason='no telephone' accepted_by='Ann Lee' expires="$(day 3)"
ok add declaration person='Jo Park' provider=x handle=jopark deadline="$(day -1)"
echo letter >"$dir/letter.txt"
ok attach x:agency "$dir/letter.txt" satisfies=signed-letter valid_until="$(day 20)"

says 'the review of an account' 'grep { $_->{what} eq "review" && $_->{ref} eq "x:agency" && $_->{days} == 10 && $_->{due} eq "'"$(day 10)"'" } @$data' due
is 'has its exit status' test $status = 1
is 'the access list of a critical account in 90 days' json 'grep { $_->{what} eq "access" && $_->{ref} eq "x:agency" && $_->{days} == -10 } @$data'
is 'the password in 365' json 'grep { $_->{what} eq "password" && $_->{ref} eq "x:agency" && $_->{days} == 5 } @$data'
is 'the live test' json 'grep { $_->{what} eq "recovery-test" && $_->{days} == -35 } @$data'
is 'a contact' json 'grep { $_->{what} eq "contact" && $_->{days} == -5 } @$data'
is 'an exception' json 'grep { $_->{what} eq "exception" && $_->{days} == 3 } @$data'
is 'a declaration' json 'grep { $_->{what} eq "declaration" && $_->{days} == -1 } @$data'
is 'a proof' json 'grep { $_->{what} eq "evidence" && $_->{days} == 20 } @$data'
is 'a unit that never attested' json 'grep { $_->{what} eq "attestation" && $_->{days} == 0 } @$data'
is 'an exercise that never was' json 'grep { $_->{what} eq "exercise" && $_->{days} == 0 } @$data'
is 'nothing of a parked account' json '!grep { $_->{ref} =~ /parked/ } @$data'
is 'in the order of the days' json 'join(",", map $_->{due}, @$data) eq join(",", sort map $_->{due}, @$data)'
is 'ids, as references in JSON are' json '!grep { defined $_->{person} && $_->{person} !~ /^[0-9A-Z]{26}$/ } @$data'
says 'what is far away is left out' '!grep { $_->{days} > 4 } @$data' due --days 4
says 'only one person' '@$data && !grep { $_->{what} eq "contact" } @$data' due --person 'Jo Park'
run due
is 'people see names and how late' has out '10 days late'
is 'by person' has out 'Jo Park'

# steps of a run: a drill is left out, a real one is there to the minute
ok respond x:agency --at "$(day -2) 12:00" --no-input
says 'late steps' 'grep { $_->{what} eq "step" && $_->{days} == -2 && $_->{at} =~ /T12:/ && $_->{run} && $_->{step} } @$data' due
ok run close last --why 'a false alarm'
n=$("$HOLDFAST" --json due | grep -o '"step"' | wc -l)
ok respond x:agency --drill --no-input
is 'a drill owes nothing' test "$("$HOLDFAST" --json due | grep -o '"step"' | wc -l)" = "$n"
# what an incident left to do has a day, and is due to whoever does it
ok respond x:agency --playbook routine/open-actions --no-input
actions=$("$HOLDFAST" --json run list | perl -MJSON::PP -0777 -ne 'print decode_json($_)->{data}[0]{run}')
ok run value "$actions" name-next next_action='Telephone of the press office locked' action_owner='Ann Lee' action_due="$(day 6)"
ok run done "$actions" name-next
says 'an open action' 'grep { $_->{what} eq "step" && $_->{ref} =~ /Telephone of the press office locked/ && $_->{days} == 6 } @$data' due
says 'of whoever does it' '1 == grep { $_->{ref} =~ /Telephone/ } @$data' due --person 'Ann Lee'
says 'and of nobody else' '!grep { $_->{ref} =~ /Telephone/ } @$data' due --person 'Jo Park'
ok run answer "$actions" see-it-done it-is-not-done
says 'put off, it is not forgotten before it has a new day' 'grep { $_->{ref} =~ /Telephone/ } @$data' due
ok run value "$actions" name-next next_action='Telephone of the press office locked' action_owner='Jo Park' action_due="$(day 9)"
ok run done "$actions" name-next
says 'and then that one' '1 == grep { $_->{ref} =~ /Telephone/ && $_->{days} == 9 } @$data' due --person 'Jo Park'
ok run answer "$actions" see-it-done all-of-them-are-done
ok run close "$actions"
says 'done, it is due no more' '!grep { $_->{ref} =~ /Telephone/ } @$data' due

# the calendar
ok_or_late() { is "$*" test $status -le 1; }
run due --days 365 --ics "$dir/a.ics"
ok_or_late calendar
run due --days 365 --ics "$dir/b.ics"
is 'the same register gives the same bytes' cmp -s "$dir/a.ics" "$dir/b.ics"
ok set x:agency recovery_reviewed_on="$(day -1)"
run due --days 365 --ics "$dir/c.ics"
cat >"$dir/read.py" <<'P'
import sys, icalendar
def load(path):
    with open(path, "rb") as f:
        cal = icalendar.Calendar.from_ical(f.read())
    return {str(v["UID"]): v for v in cal.walk("VEVENT")}
a, c = load(sys.argv[1]), load(sys.argv[2])
assert a and len(a) == sum(1 for l in open(sys.argv[1]) if l.startswith("BEGIN:VEVENT")), "a UID twice"
moved = [u for u in a if u in c and a[u]["DTSTART"].dt != c[u]["DTSTART"].dt]
assert len(moved) == 1 and moved[0].startswith("review-"), moved
assert all(c[u]["SEQUENCE"] >= a[u]["SEQUENCE"] for u in a if u in c)
print(len(a), "events")
P
is 'another library reads it; what moved is the same event' /usr/bin/python3 "$dir/read.py" "$dir/a.ics" "$dir/c.ics"
is 'no line over 75 bytes' test "$(tr -d '\r' <"$dir/a.ics" | LC_ALL=C awk 'length($0) > 75' | wc -l)" = 0

no 2 'days' due --days many
no 2 'days' due --days -1
no 65 'no person has that name' due --person nobody
before=$(head_of)
run due --ics /nowhere/due.ics
is 'a folder that is not there' test $status = 74
is 'one line' test "$(wc -l <"$dir/err")" -le 2
finish
