#!/usr/bin/env bash
# The self-assessment: every statement of the guidance, what shows it, what only a person can say; in each form. And: what serves a statement cannot go
# away unseen. SERVES=all takes away everything, one at a time (some minutes).
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
new_key ann@agency.example
ok init --name 'Agency' --domain agency.example
ok add person name='Ann Lee' email=ann@agency.example
ok add unit name=Press deputy_director='Ann Lee'

all=$(cat "$HOLDFAST_TOP"/playbooks/guidance/*.md | grep -cE '^## .*`R[0-9]{3}`$')
says 'every statement' "@\$data == $all && $all == 154" assess
is 'none served by nothing' json '!grep { !@{$_->{served_by}} } @$data'
is 'each with a status and a colour' json '!grep { $_->{status} !~ /^(met|partly|not-met|needs-person)$/ || $_->{rag} !~ /^(green|amber|red)$/ } @$data'
is 'in their order' json 'join(" ", map $_->{statement}, @$data) eq join(" ", sort map $_->{statement}, @$data)'
says 'one guidance' '@$data == 24 && !grep { $_->{guidance} ne "ncsc-meetings" } @$data' assess ncsc-meetings
says 'by its whole name too' '@$data == 24' assess guidance/ncsc-meetings
no 65 'no guidance has that name' assess ncsc-meeting
is 'and the nearest is named' has err 'guidance/ncsc-meetings'

# what the figures show: a field, a rule, a run, an answer
find='my ($r) = grep { $_->{statement} eq "R013" } @$data; my ($f) = grep { $_->{statement} eq "R024" } @$data;'
ok add account provider=x handle=agency owner='Ann Lee' state=live
says 'a field that nobody filled' 'my ($r) = grep { $_->{statement} eq "R104" } @$data; $r->{status} ne "met"' assess
ok add declaration person='Ann Lee' provider=x handle=annlee decision=remove decided_by='Ann Lee' decided_on=2026-01-01
says 'one that is filled' 'my ($r) = grep { $_->{statement} eq "R104" } @$data; grep { $_->{name} eq "declaration.decision" && $_->{good} && $_->{says} =~ /1 of 1/ } @{$r->{shown}}' assess
says 'a rule that finds something' 'my ($r) = grep { $_->{statement} eq "R016" } @$data; grep { $_->{name} eq "HF-101" && !$_->{good} && $_->{says} =~ /1 of 1/ } @{$r->{shown}}' assess
ok set x:agency mfa_supported=yes mfa_state=on
says 'and one that finds nothing' 'my ($r) = grep { $_->{statement} eq "R016" } @$data; grep { $_->{name} eq "HF-101" && $_->{good} } @{$r->{shown}}' assess
says 'a procedure that nobody rehearsed' 'my ($r) = grep { $_->{statement} eq "R045" } @$data; $r->{status} eq "partly"' assess
says 'needs the word of a person' 'my ($r) = grep { $_->{statement} eq "R101" } @$data; $r->{status} eq "needs-person" && $r->{ask}' assess
ok add attestation unit=Press period=2026-27 control=R101 answer=partly rag=red risk='nobody was told' answered_on="$(date -u +%F)" answered_as=deputy-director
says 'which then counts' 'my ($r) = grep { $_->{statement} eq "R101" } @$data; $r->{status} eq "partly" && $r->{rag} eq "red" && $r->{risk} eq "nobody was told"' assess
ok add attestation unit=Press period=2020-21 control=R100 answer=met rag=green answered_on=2020-06-01 answered_as=deputy-director
says 'an old word does not' 'my ($r) = grep { $_->{statement} eq "R100" } @$data; $r->{status} eq "needs-person"' assess
ok assess --format csv
is 'what nobody stated is said' has out '"not recorded","amber","not recorded"'
ok assess --format md
is 'and on the sheet' has out 'Risk that remains: not recorded'
says 'a procedure that nobody used does not make up for figures that all fall short' 'my ($r) = grep { $_->{statement} eq "R015" } @$data; $r->{status} eq "not-met" && $r->{rag} eq "red"' assess
says 'only what is so' '@$data && !grep { $_->{status} ne "needs-person" } @$data' assess --status needs-person

# a rule that had nothing to look at shows nothing: nobody reads "met" where the register is empty
says 'meetings, without a meeting service' 'my ($r) = grep { $_->{statement} eq "R033" } @$data; my ($s) = grep { $_->{name} eq "HF-602" } @{$r->{shown}}; $r->{status} eq "needs-person" && $r->{rag} eq "amber" && $s->{empty} && !defined $s->{good} && $s->{says} eq "nothing to check: the register has no meeting services"' assess
run assess
is 'people read what to answer' has out 'Is it true that there is none'
says 'whoever has to say something is asked something' '!grep { $_->{status} eq "needs-person" && !$_->{ask} } @$data' assess
run assess
is 'people read why' has out 'HF-602: nothing to check: the register has no meeting services'
says 'no rule is met by nothing' '!grep { $_->{status} eq "met" && grep { $_->{empty} } @{$_->{shown}} } @$data' assess
ok add attestation unit=Press control=R033 period=2026-27 answer=met answered_on="$(date -u +%F)"
says 'somebody says that there is none' 'my ($r) = grep { $_->{statement} eq "R033" } @$data; $r->{status} eq "met" && $r->{rag} eq "green"' assess
ok add account provider=zoom handle=room class=meeting state=live owner='Ann Lee'
says 'of how many it looks at' 'my ($r) = grep { $_->{statement} eq "R033" } @$data; my ($s) = grep { $_->{name} eq "HF-602" } @{$r->{shown}}; $r->{status} eq "not-met" && $s->{says} eq "found with 1 of 1 meeting services"' assess
ok set zoom:room passcode=on
says 'then it is met by what is there' 'my ($r) = grep { $_->{statement} eq "R033" } @$data; my ($s) = grep { $_->{name} eq "HF-602" } @{$r->{shown}}; $r->{status} eq "met" && $s->{good} && $s->{says} eq "nothing found among 1 meeting services"' assess
: "$find"

# its forms
run assess
is 'for people' has out 'of 154 met'
run assess --format csv
is 'as CSV, one line each' test "$(perl -0777 -ne 'print scalar(() = /\r\n/g)' "$dir/out")" = 155
for format in text md html; do
	ok assess ncsc-meetings --format $format -o "$dir/sheet.$format"
	is "$format names the register" grep -q 'Agency' "$dir/sheet.$format"
	is "$format has every statement" test "$(grep -oE 'R0(6[7-9]|[78][0-9]|90)' "$dir/sheet.$format" | sort -u | wc -l)" = 24
done
is 'the page is called what it is' grep -q '<title>Self-assessment of Agency</title>' "$dir/sheet.html"
is 'no script in the page' not grep -qi '<script' "$dir/sheet.html"
no 2 'one of' assess --format pdf
no 74 'No such file' assess -o /nowhere/at/all

# What serves a statement cannot go away unseen.
cp -r "$HOLDFAST_TOP/playbooks" "$HOLDFAST_TOP/templates" "$dir/"
lint() { HOLDFAST_BOOKS=$dir "$HOLDFAST" book lint 2>&1; }
seen() { [ "$1" != 0 ] || grep -q ' there is no report template/'; }
gone() { # FILE: without it
	mv "$1" "$dir/kept"
	lint >"$dir/out"
	seen $? <"$dir/out" || { echo "not so: $1 went away unseen"; failed=$((failed + 1)); }
	passed=$((passed + 1))
	mv "$dir/kept" "$1"
}
without() { # POLICY RULE
	cp "$1" "$dir/kept"
	perl -0777 -pi -e 's/^## [^\n]*`'"$2"'`\n.*?(?=^## |\z)//ms' "$1"
	lint >"$dir/out"
	seen $? <"$dir/out" || { echo "not so: $2 went away unseen"; failed=$((failed + 1)); }
	passed=$((passed + 1))
	cp "$dir/kept" "$1"
}
some() { if [ "${SERVES-}" = all ]; then cat; else awk 'NR % 17 == 4'; fi; }
lint >/dev/null
is 'the shelf is whole' test $? = 0
while read -r file; do gone "$file"; done < <(find "$dir/playbooks/incident" "$dir/playbooks/routine" "$dir/templates" -name '*.md' | sort | some)
while read -r file rule; do without "$file" "$rule"; done < <(grep -oE '`HF-[0-9]{3}`$' "$dir"/playbooks/policy/*.md | grep -v profiles | tr ':`' '  ' | sort -u | some)
finish
