#!/usr/bin/env bash
# review, offboard, declare, attest: begun by a command, gone on with by the same one; and what is wrong with them.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
new_key ann@agency.example
ok init --name 'Agency' --domain agency.example
ok add unit name=Press
ok add person name='Ann Lee' email=ann@agency.example
ok add person name='Jo Park' email=jo@agency.example unit=Press
ok add account provider=x handle=agency owner='Jo Park' deputy='Ann Lee' unit=Press state=live recovery_reviewed_on="$(day -1)"
ok add account provider=x handle=second owner='Jo Park' state=live recovery_reviewed_on="$(day -200)"

# offboard
no 2 '--last-day' offboard 'Jo Park'
no 65 'no person has that name' offboard Nobody
no 65 'no person has that name' offboard jo
is 'who is known by the first name' has err 'did you mean Jo Park?'
no 65 'lst' offboard 'Jo Park' --last-day lst
no 65 'nothing: not a day' offboard 'Jo Park' --last-day ''
no 65 'is the year right' offboard 'Jo Park' --last-day 1926-11-20
no 65 'is the year right' offboard 'Jo Park' --last-day 2206-11-20 --mover
no 65 'no person has that name' offboard 'Jo Park' --last-day tomorrow --for Nobody
no 65 'no such role' offboard 'Jo Park' --last-day tomorrow --as-role nobody
says 'nothing was begun' '@$data == 0' run list
says 'a leaver' '$data->{run} && $data->{step} eq "which-case"' offboard 'Jo Park' --last-day 'in 20 days'
run=$(value '$data->{run}')
says 'the same command goes on' '$data->{run} eq "'"$run"'"' offboard 'Jo Park'
no 65 'is under way' offboard 'Jo Park' --last-day 'in 30 days'
says 'the day is known to the run' 'grep { ($_->{captured} || {})->{last_day} } @{$data->{entries}}' run show "$run"
says 'a mover is another run' '$data->{run} ne "'"$run"'"' offboard 'Jo Park' --mover --last-day tomorrow
# whose last day is over, and who has next to nothing, is asked about first all the same
ok add person name='Kim Moss'
ok add account provider=x handle=kims state=live
ok add grant account=x:kims person='Kim Moss' role=admin
says 'a late leaver begins with the question' '$data->{step} eq "which-case"' offboard 'Kim Moss' --last-day 'yesterday'
kim=$(value '$data->{run}')
ok add person name='Lou Gone' last_day="$(day -9)"
no 65 'it cannot be Lou Gone, who left on' run value "$kim" only-admin@x:kims new_admin='Lou Gone'
no 65 'it cannot be Kim Moss' run value "$kim" only-admin@x:kims new_admin='Kim Moss'
says 'what it will change names nobody before that' '$data->{changes}[0] =~ /^a new grant: account x:kims, person \(new admin, asked for here\), role admin, since /' \
    run next "$kim" only-admin@x:kims
ok run value "$kim" only-admin@x:kims new_admin='Ann Lee'
says 'and then them' '$data->{changes}[0] =~ /person Ann Lee, role admin/' run next "$kim" only-admin@x:kims
# two of one name can both be chosen
for n in 1 2; do ok add person name='Sam Twin' email="sam$n@agency.example"; done
says 'each of two that are called the same by their own id' '2 == grep { ($_->{name} // "") eq "Sam Twin" && $_->{value} =~ /^\w{26}$/ } @{$data->{write}[0]{choices}}' \
    run next "$kim" only-admin@x:kims
ok run value "$kim" only-admin@x:kims new_admin="$(value '(grep { ($_->{name} // "") eq "Sam Twin" } @{$data->{write}[0]{choices}})[1]{value}')"
ok run next "$run" only-admin
is 'with the name beside it' grep -Eq '^ *[0-9A-Z]{26}: Sam Twin, sam2@agency.example' "$dir/out"
says 'and so does a late mover' '$data->{step} eq "which-case"' offboard 'Kim Moss' --mover --last-day "$(day -30)"

# attest
no 65 'no unit has that name' attest Nothing
no 1 'Press has no deputy director who could confirm' attest Press
no 65 'director: Lou Gone left on' set Press director='Lou Gone'
is 'with the way out' has err 'holdfast list person gone=no'
ok set 'Lou Gone' last_day=
ok set Press deputy_director='Jo Park' director='Lou Gone'
ok set 'Lou Gone' last_day="$(day -9)"
no 1 'Press has no director who could endorse' attest Press # who has left is none
is 'with the way out' has err 'holdfast set "Press" director=PERSON'
ok set Press director='Ann Lee'
says 'a unit' '$data->{run} && $data->{step}' attest Press
year=$(date -u +%Y) month=$(date -u +%-m)
[ "$month" -ge 4 ] || year=$((year - 1))
says 'for the financial year that runs' 'grep { (($_->{captured} || {})->{period} || "") eq sprintf("%d-%02d", '"$year"', ('"$year"' + 1) % 100) } @{$data->{entries}}' \
    run show "$(value '$data->{run}')"

# declare
says 'with the record' '$data->{run}' declare 'Jo Park' provider=x handle=jopark purpose='news of the office'
says 'which is there' '@$data == 1 && $data->[0]{handle} eq "jopark" && $data->[0]{declared_on}' list declaration
no 65 'purposes' declare 'Jo Park' provider=x handle=other purposes=none
says 'and nothing of a refused one' '@$data == 1' list declaration

# review
no 2 'each say which accounts' review x:agency --due
no 65 'tied to no person' review
says 'one account' '$data->{run}' review x:agency
says 'what is due of a person' '$data->{run}' review 'Jo Park'
says 'nothing is due' '!defined $data->{run} && !defined $data->{step}' review 'Ann Lee'
is 'which is no failure' test $status = 0
finish
