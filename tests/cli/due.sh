#!/usr/bin/env bash
# What is due: each kind of thing on its day, by person, quiet when there is nothing; the calendar as another library reads it.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
new_key ann@agency.example

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

says 'the review of an account' 'grep { $_->{what} eq "review" && $_->{ref} eq "x:agency" && $_->{due} eq day(10) && $_->{days} =~ /^(9|10)$/ } @$data' due
is 'has its exit status' test $status = 1
is 'the access list of a critical account in 90 days' json 'grep { $_->{what} eq "access" && $_->{ref} eq "x:agency" && $_->{due} eq day(-10) } @$data'
is 'the password in 365' json 'grep { $_->{what} eq "password" && $_->{ref} eq "x:agency" && $_->{due} eq day(5) } @$data'
is 'the live test' json 'grep { $_->{what} eq "recovery-test" && $_->{due} eq day(-35) } @$data'
is 'a contact' json 'grep { $_->{what} eq "contact" && $_->{due} eq day(-5) } @$data'
is 'an exception' json 'grep { $_->{what} eq "exception" && $_->{due} eq day(3) } @$data'
is 'a declaration' json 'grep { $_->{what} eq "declaration" && $_->{due} eq day(-1) } @$data'
is 'a proof' json 'grep { $_->{what} eq "evidence" && $_->{due} eq day(20) } @$data'
is 'a unit that never attested has six weeks' json '!grep { $_->{what} eq "attestation" } @$data'
is 'an exercise that never was' json 'grep { $_->{what} eq "exercise" && $_->{days} == 0 } @$data'
is 'nothing of a parked account' json '!grep { $_->{ref} =~ /parked/ } @$data'
is 'in the order of the days' json 'join(",", map $_->{due}, @$data) eq join(",", sort map $_->{due}, @$data)'
is 'ids, as references in JSON are' json '!grep { defined $_->{person} && $_->{person} !~ /^[0-9A-Z]{26}$/ } @$data'
says 'and then a day' '1 == grep { $_->{what} eq "attestation" && $_->{ref} eq "Press" && $_->{due} eq day(42) } @$data' due --days 45
if faketime -f +0 "$HOLDFAST" version >"$dir/out" 2>&1; then
	faketime -f +44d "$HOLDFAST" --json due >"$dir/out" 2>"$dir/err"
	is 'after it the unit is late' json '1 == grep { $_->{what} eq "attestation" && $_->{due} eq day(42) && $_->{days} == -2 } @$data'
fi
# what ends, and what is promised
ok add supplier name='Schedule Ltd' contract_ends_on="$(day 25)"
ok add supplier name='Idle Ltd' contract_ends_on="$(day 25)"
ok add grant account=x:agency supplier='Schedule Ltd' role=publish until="$(day 8)"
ok add document path=incident/own text="$(cat "$HOLDFAST_TOP/playbooks/incident/lost-factor.md")" owner='Ann Lee' review_by="$(day -2)"
ok set x:agency privacy_reviewed_on="$(day -370)" risk_assessed_on="$(day -360)" risk_owner='Ann Lee'
ok set 'Jo Park' next_notice_on="$(day -7)"
ok set Agency press='Ann Lee'
says 'a contract' '1 == grep { $_->{what} eq "contract" && $_->{ref} eq "Schedule Ltd" && $_->{due} eq day(25) } @$data' due
is 'of who may do something still' json '!grep { $_->{ref} eq "Idle Ltd" } @$data'
is 'a right that ends' json 'grep { $_->{what} eq "grant" && $_->{ref} eq "x:agency, publish of Schedule Ltd" && $_->{due} eq day(8) } @$data'
is 'a book of our own' json 'grep { $_->{what} eq "document" && $_->{ref} eq "incident/own" && $_->{due} eq day(-2) && $_->{do} eq "holdfast book edit incident/own" } @$data'
is 'privacy settings' json 'grep { $_->{what} eq "privacy" && $_->{due} eq day(-5) } @$data'
is 'a risk' json 'grep { $_->{what} eq "risk" && $_->{due} eq day(5) } @$data'
is 'a notice that was promised' json 'grep { $_->{what} eq "notice" && $_->{ref} eq "Jo Park" && $_->{due} eq day(-7) && $_->{do} eq "holdfast declare \"Jo Park\"" } @$data'
says 'of who sends it' 'grep { $_->{what} eq "notice" } @$data' due --person 'Ann Lee'
ok set 'Jo Park' notice_sent_on="$(day 0)"
says 'sent, it is not due' '!grep { $_->{what} eq "notice" } @$data' due
ok set 'Jo Park' notice_sent_on=
says 'what is far away is left out' '!grep { $_->{days} > 4 } @$data' due --days 4
says 'only one person' '@$data && !grep { $_->{what} eq "contact" } @$data' due --person 'Jo Park'
run due
is 'people see names and how late' grep -Eq '1[01] days late' "$dir/out"
is 'by person' has out 'Jo Park'
is 'the command stands below, once' test "$(grep -c '^  holdfast review x:agency$' "$dir/out")" = 2 # Jo and Ann have to
is 'where a command names an id, what it is stands above it' grep -Eq '^  holdfast set [0-9A-Z]{26} expires=DAY$' <(grep -A1 '# exception HF-101, x:agency' "$dir/out")
grep -E '^.{81}' "$dir/out" >"$dir/wide"
is 'it fits the screen' test ! -s "$dir/wide"
is 'a command for the routes' has out '  holdfast respond "Agency" --playbook routine/route-check'
is 'a command for the exercise' has out '  holdfast respond x:agency --playbook routine/exercise --drill'
is 'and none that cannot be typed' not grep -q ' REF' "$dir/out"
run due --days 60 --person 'Jo Park'
is 'a command for whoever it is' has out '  holdfast attest "Press"'
run due --days 365 --person 'Ann Lee'
is 'what one person has to review is one command' has out '  holdfast review "Ann Lee"'
is 'and not one for each' not grep -q 'holdfast review [a-z]' "$dir/out"

# steps of a run: a drill is left out, a real one is there to the minute
ok respond x:agency --at "$(day -2) 12:00" --no-input
says 'late steps' 'grep { $_->{what} eq "step" && $_->{due} eq day(-2) && $_->{at} =~ /T12:/ && $_->{run} && $_->{step} } @$data' due
ok run close last --why 'a false alarm'
n=$("$HOLDFAST" --json due | grep -o '"step"' | wc -l)
ok respond x:agency --drill --no-input
is 'a drill owes nothing' test "$("$HOLDFAST" --json due | grep -o '"step"' | wc -l)" = "$n"
# what an incident left to do has a day, and is due to whoever does it
ok respond x:agency --playbook routine/open-actions --no-input
actions=$("$HOLDFAST" --json run list | perl -MJSON::PP -0777 -ne 'print decode_json($_)->{data}[0]{run}')
ok run value "$actions" name-next next_action='Telephone of the press office locked' action_owner='Ann Lee' action_due="$(day 6)"
ok run done "$actions" name-next
says 'an open action' 'grep { $_->{what} eq "step" && $_->{ref} =~ /Telephone of the press office locked/ && $_->{due} eq day(6) } @$data' due
says 'of whoever does it' '1 == grep { $_->{ref} =~ /Telephone/ } @$data' due --person 'Ann Lee'
says 'and of nobody else' '!grep { $_->{ref} =~ /Telephone/ } @$data' due --person 'Jo Park'
ok run answer "$actions" see-it-done it-is-not-done
says 'put off, it is not forgotten before it has a new day' 'grep { $_->{ref} =~ /Telephone/ } @$data' due
ok run value "$actions" name-next next_action='Telephone of the press office locked' action_owner='Jo Park' action_due="$(day 9)"
ok run done "$actions" name-next
says 'and then that one' '1 == grep { $_->{ref} =~ /Telephone/ && $_->{due} eq day(9) } @$data' due --person 'Jo Park'
ok run answer "$actions" see-it-done all-of-them-are-done
ok run close "$actions"
says 'done, it is due no more' '!grep { $_->{ref} =~ /Telephone/ } @$data' due
# so has what a matter about somebody left to do; to whoever is not the one it is about
ok --json respond 'Jo Park' --playbook routine/person-actions --no-input
actions=$(value '$data->{run}')
says 'they do not do it themselves' '@{$data->{write}[1]{choices}} == 1 && $data->{write}[1]{choices}[0]{value} eq "Ann Lee"' run next "$actions"
ok run value "$actions" name-next next_action='Say who may post what' action_owner='Ann Lee' action_due="$(day 4)"
ok run done "$actions" name-next
says 'an open action of that' '1 == grep { $_->{ref} =~ /Say who may post what/ && $_->{due} eq day(4) } @$data' due --person 'Ann Lee'
ok run answer "$actions" see-it-done all-of-them-are-done
ok run close "$actions"

# the calendar
ok_or_late() { is "$*" test $status -le 1; }
run due --days 365 --ics "$dir/a.ics"
ok_or_late calendar
is 'and says so aside' empty out
run --quiet due --days 365 --ics "$dir/b.ics"
is 'or nothing, for cron' test ! -s "$dir/out" -a ! -s "$dir/err"
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
# What is due no more is cancelled in the file that is written again, and stays so; it comes back when it is due again.
"$HOLDFAST" --json due --days 365 >"$dir/out"
exception=$(value '(grep { $_->{what} eq "exception" } @$data)[0]{record}')
cp "$dir/a.ics" "$dir/first.ics"
ok set "$exception" expires=
run due --days 365 --ics "$dir/a.ics"
ok_or_late calendar
cp "$dir/a.ics" "$dir/gone.ics"
run due --days 365 --ics "$dir/a.ics"
is 'written again, it is the same' cmp -s "$dir/a.ics" "$dir/gone.ics"
ok set "$exception" expires="$(day 3)"
run due --days 365 --ics "$dir/a.ics"
cat >"$dir/gone.py" <<'P'
import sys, icalendar
def load(path):
    with open(path, "rb") as f:
        cal = icalendar.Calendar.from_ical(f.read())
    return {str(v["UID"]): v for v in cal.walk("VEVENT")}
first, gone, back = [load(p) for p in sys.argv[1:4]]
cancelled = [u for u in gone if str(gone[u].get("STATUS", "")) == "CANCELLED"]
assert len(cancelled) == 1 and cancelled[0].startswith("exception-"), cancelled
u = cancelled[0]
assert "STATUS" not in first[u] and "STATUS" not in back[u]
assert first[u]["SEQUENCE"] < gone[u]["SEQUENCE"] <= back[u]["SEQUENCE"], [x[u]["SEQUENCE"] for x in (first, gone, back)]
assert first[u]["DTSTART"].dt == gone[u]["DTSTART"].dt and len(first) == len(gone) == len(back)
P
is 'cancelled, and then not' /usr/bin/python3 "$dir/gone.py" "$dir/first.ics" "$dir/gone.ics" "$dir/a.ics"
# How far one looks says what comes into the file, and never what goes: what is done is cancelled, what is put off is moved, what is far away stays.
cat >"$dir/days.py" <<'P'
import sys, icalendar
def load(path):
    with open(path, "rb") as f:
        cal = icalendar.Calendar.from_ical(f.read())
    return {str(v["UID"]): v for v in cal.walk("VEVENT")}
def is_off(v):
    return str(v.get("STATUS", "")) == "CANCELLED"
wide, near, done, again = [load(p) for p in sys.argv[1:5]]
exception, moved = sys.argv[5], sys.argv[6]
assert set(wide) == set(near) and not [u for u in near if is_off(near[u])], "fewer days cancel, or forget"
assert set(done) == set(near), set(near) ^ set(done)
assert [u for u in done if is_off(done[u])] == [u for u in near if exception in u], "done, far away: cancelled"
late = [u for u in done if u.startswith("review-") and moved in u]
assert len(late) == 1 and done[late[0]]["DTSTART"].dt > near[late[0]]["DTSTART"].dt, "put off: moved"
assert done[late[0]]["SEQUENCE"] >= near[late[0]]["SEQUENCE"]
assert set(again) >= set(done) and len(again) > len(done), "more days bring more"
assert [u for u in again if is_off(again[u])] == [u for u in done if is_off(done[u])]
assert len(again) == sum(1 for l in open(sys.argv[4]) if l.startswith("BEGIN:VEVENT")), "a UID twice"
P
account=$("$HOLDFAST" --json show x:agency | perl -ne '/"id": "(\w+)"/ && print $1')
ok set "$exception" expires="$(day 60)"
rm "$dir/a.ics"
run due --days 90 --ics "$dir/a.ics"
ok_or_late calendar
cp "$dir/a.ics" "$dir/wide.ics"
run due --days 30 --ics "$dir/a.ics"
is 'it says how many are in it' has err "$(grep -c BEGIN:VEVENT "$dir/wide.ics") events in $dir/a.ics"
cp "$dir/a.ics" "$dir/near.ics"
ok set "$exception" expires=
ok set x:agency recovery_reviewed_on="$(day 0)"
run due --days 30 --ics "$dir/a.ics"
cp "$dir/a.ics" "$dir/done.ics"
run due --days 400 --ics "$dir/a.ics"
is 'the days do not matter' /usr/bin/python3 "$dir/days.py" "$dir/wide.ics" "$dir/near.ics" "$dir/done.ics" "$dir/a.ics" "$exception" "$account"
ok set "$exception" expires="$(day 3)"
says 'as data it is what is near' '@$data && !grep { $_->{days} > 30 } @$data' due --ics "$dir/a.ics"
run due --person 'Jo Park' --ics "$dir/a.ics"
is 'a file for somebody else cancels nothing' not grep -q CANCELLED "$dir/a.ics"
echo 'my notes' >"$dir/notes.txt"
no 65 'is no calendar file' due --ics "$dir/notes.txt"
is 'and they are still there' grep -q 'my notes' "$dir/notes.txt"

# A day ends at midnight where the organisation is, also beside the nights in which the clocks change, and where they change at that midnight or in the other
# half of the year: for who opens the calendar there, it says that hour.
cat >"$dir/clocks.py" <<'P'
import sys, icalendar, zoneinfo
with open(sys.argv[1], "rb") as f:
    cal = icalendar.Calendar.from_ical(f.read())
zones = dict(x.split("=") for x in sys.argv[3:])
for v in cal.walk("VEVENT"):
    day = str(v["SUMMARY"]).rpartition("ends ")[2]
    if day in zones:
        local = v["DTSTART"].dt.astimezone(zoneinfo.ZoneInfo(sys.argv[2]))
        zone = zones.pop(day)
        assert str(local)[:19] == day + " 23:59:59" and local.tzname() == zone, (day, local)
        assert "by %s 23:59 %s" % (day, zone) in str(v["DESCRIPTION"]), v["DESCRIPTION"]
assert not zones, zones
P
clocks() { # ZONE DAY=NAME...
	local zone=$1 d
	shift
	ok set Agency timezone="$zone"
	for d in "$@"; do
		ok --json respond x:agency --playbook routine/open-actions --new --no-input
		id=$(value '$data->{run}')
		ok run value "$id" name-next next_action="ends ${d%=*}" action_owner='Ann Lee' action_due="${d%=*}"
		ok run done "$id" name-next
	done
	run due --days 3650 --ics "$dir/clocks.ics"
	is "the hours are those of $zone, in summer and in winter" /usr/bin/python3 "$dir/clocks.py" "$dir/clocks.ics" "$zone" "$@"
}
clocks Australia/Sydney 2027-04-03=AEDT 2027-04-04=AEST 2027-10-02=AEST 2027-10-03=AEDT
clocks America/Santiago 2027-04-02=-03 2027-04-04=-04 2027-09-04=-04 2027-09-05=-03
clocks Europe/London 2027-03-27=GMT 2027-03-28=BST 2027-10-30=BST 2027-10-31=GMT
is 'no line over 75 bytes' test "$(tr -d '\r' <"$dir/a.ics" | LC_ALL=C awk 'length($0) > 75' | wc -l)" = 0

# keys of members: one that expires, and none that lasts
[ "$("$HOLDFAST" --json due | grep -c '"key"')" = 0 ]
is 'a key that lasts is not due' test $? = 0
gpg --batch --quiet --passphrase '' --quick-generate-key 'Jo <jo@agency.example>' future-default default 20d 2>/dev/null
gpg --batch --armor --export jo@agency.example >"$dir/jo.asc"
export HOLDFAST_KEY
HOLDFAST_KEY=$(fpr_of ann@agency.example) jo=$(fpr_of jo@agency.example)
ok member add "$dir/jo.asc" --role owner --person 'Jo Park'
says 'a key that expires' '1 == (@k = grep { $_->{what} eq "key" } @$data) && ($k[0]{days} == 20 || $k[0]{days} == 19) &&
	$k[0]{ref} =~ /^Jo Park, key [0-9A-F]{16}$/ && $k[0]{do} =~ /^holdfast member refresh '"$jo"'/ && $k[0]{person}' due
says 'is its holder'"'"'s' 'grep { $_->{what} eq "key" } @$data' due --person 'Jo Park'
says 'not yet in ten days' '!grep { $_->{what} eq "key" } @$data' due --days 10

# somebody whose last day is known, and nobody began
ok add person name='Kim Moss' manager='Ann Lee' last_day="$(day 5)"
says 'who has nothing is let go' '!grep { $_->{what} eq "leaver" } @$data' due
ok set facebook:agency deputy='Kim Moss'
says 'the farewell is late, and the manager'"'"'s' 'grep { $_->{what} eq "leaver" && $_->{days} == -5 && $_->{do} eq "holdfast offboard \"Kim Moss\"" } @$data' \
	due --person 'Ann Lee'
ok offboard 'Kim Moss'
says 'it is under way' '!grep { $_->{what} eq "leaver" } @$data' due

# a broken sheet hides nothing
mkdir -p "$dir/books/playbooks/provider"
printf '# X `x`\n\n- **Wrong:** field\n' >"$dir/books/playbooks/provider/x.md"
export HOLDFAST_BOOKS=$dir/books:$HOLDFAST_TOP
says 'a sheet that cannot be read is named' 'grep { $_->{what} eq "route" && $_->{ref} =~ m{^provider/x, .*cannot be read} && $_->{days} == 0 &&
	$_->{do} eq "holdfast book lint provider/x" } @$data' due --days 365
is 'and the rest is there' json '(grep { $_->{ref} eq "provider/facebook" } @$data) && grep { $_->{what} eq "contact" } @$data'
export HOLDFAST_BOOKS=$HOLDFAST_TOP

# what two people changed at once
git init -q --bare "$dir/remote.git"
ok sync --to "$dir/remote.git"
ok set x:agency purpose=weather
(
	export XDG_STATE_HOME=$dir/other/state XDG_CACHE_HOME=$dir/other/cache HOLDFAST_REGISTER=$dir/other.git
	"$HOLDFAST" clone "$dir/remote.git" --root "$HOLDFAST_KEY" && "$HOLDFAST" set x:agency purpose=news && "$HOLDFAST" sync
) >"$dir/out" 2>"$dir/err"
is 'on another copy' test $? = 0
ok sync
says 'a week to settle it' 'grep { $_->{what} eq "conflict" && $_->{ref} eq "x:agency, purpose" && $_->{days} == 7 && $_->{do} eq "holdfast conflicts" } @$data' \
	due --person 'Jo Park'
ok conflicts settle "$(value '(grep { $_->{what} eq "conflict" } @$data)[0]{record}')" kept
says 'then it is gone' '!grep { $_->{what} eq "conflict" } @$data' due

no 2 'days' due --days many
no 2 'days' due --days -1
no 65 'no person has that name' due --person nobody
before=$(head_of)
run due --ics /nowhere/due.ics
is 'a folder that is not there' test $status = 74
is 'one line' test "$(wc -l <"$dir/err")" -le 2
is 'with the way out' has err 'name a file in a folder that is there'
no 2 'the name of the file is missing' due --ics ''
finish
