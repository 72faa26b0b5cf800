#!/usr/bin/env bash
# holdfast-offboard(1): the whole off-boarding of its EXAMPLES is walked at a terminal by two people, and what is seen there is compared. Ids, days and
# times are whatever they are.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
after_midnight
# The register of the page: Ann is line manager and human resources, Bob security and IT; Jo Park is the only administrator of x:agency.
new_key ann@agency.example
ok init --name Agency --domain agency.example
ann=$(fpr_of ann@agency.example)
bob=$(join_member bob@agency.example admin)
export HOLDFAST_KEY=$ann
ok add unit name=Press
ok add person name='Ann Lee' email=ann@agency.example phone='+44 20 7946 0001' unit=Press
ok add person name='Bob Roe' email=bob@agency.example phone='+44 20 7946 0002' unit=Press
ok member role "$ann" --person 'Ann Lee'
ok member role "$bob" --person 'Bob Roe'
ok add person name='Jo Park' email=jo@agency.example unit=Press manager='Ann Lee'
ok set org hr='Ann Lee' security='Bob Roe' it='Bob Roe' press='Ann Lee'
ok add account provider=x handle=agency state=live unit=Press owner='Jo Park' deputy='Ann Lee' registered_email=press@agency.example
ok add grant account=x:agency person='Jo Park' role=admin
cd "$dir" || exit 2
for f in farewell.pdf members-of-x.png; do echo "$f" >$f; done
page=${HOLDFAST_PAGE-$HOLDFAST_TOP/man/holdfast-offboard.1}
export ann bob
walk_page "$page"
is 'the page shows a whole walk' test "$(grep -c '\\fB' "$page")" -ge 30
says 'the run is closed' '$data->[0]{state} eq "closed"' run list
says 'nothing is left of the name' '@$data == 0' query "SELECT * FROM tie t JOIN person p ON p.id = t.person WHERE p.name = 'Jo Park'"
finish
