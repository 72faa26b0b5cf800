#!/usr/bin/env bash
# holdfast-review(1): the review that it shows is walked at a terminal, and what is seen there is compared. Ids, days and times are whatever they are.
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
after_midnight
page=$HOLDFAST_TOP/man/holdfast-review.1
mkdir "$dir/desk"
ago() { day "-$1"; }
fresh_sheets
new_key jo@levels.example
ok init --name 'Severn Levels Agency' --domain levels.example --person 'Jo Park'
ok set 'Jo Park' phone='+44 20 7946 0003'
ok add person name='Sam Whitlock' phone='+44 20 7946 0001'
ok add person name='Tomos Bevan' phone='+44 20 7946 0002'
ok add account provider=x handle=severnlevels owner='Jo Park' deputy='Tomos Bevan' responder='Sam Whitlock' responder_deputy='Tomos Bevan' \
	state=live criticality=high created_on="$(ago 900)" display_name='Severn Levels' registered_email=press@levels.example \
	registered_phone='+44 20 7946 0100' recovery_reviewed_on="$(ago 95)" mfa_state=on mfa_holders='Jo Park' \
	recovery_holders='Jo Park,Tomos Bevan' backup_codes_ref='Team/X codes' vault_ref='Team/X login' access_reviewed_on="$(ago 95)"
ok add contact account=x:severnlevels type=person holder='Tomos Bevan' value='+44 20 7946 0002' verified_on="$(ago 95)"
ok add grant account=x:severnlevels person='Tomos Bevan' role=admin since="$(ago 800)" reviewed_on="$(ago 95)"
echo letter >"$dir/desk/letter.pdf"

cd "$dir/desk" || exit 2
walk_page "$page"
is 'the page shows a whole review' test "$(grep -c '\\fB' "$page")" -ge 11
says 'at its end it is reviewed' '$data->{recovery_reviewed_on} ge day(0)' show x:severnlevels
ok verify
finish
