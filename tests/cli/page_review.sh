#!/usr/bin/env bash
# holdfast-review(1): the review that it shows is done, command by command, and what each prints is compared. Ids, days and times are whatever they are.
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
page=$HOLDFAST_TOP/man/holdfast-review.1
mkdir "$dir/bin" "$dir/desk" && ln -s "$HOLDFAST" "$dir/bin/holdfast"
PATH=$dir/bin:$PATH
ago() { date -u -d "-$1 days" +%F; }
new_key jo@levels.example
ok init --name 'Severn Levels Agency' --domain levels.example --person 'Jo Park'
ok set 'Jo Park' phone='+44 20 7946 0003'
ok add person name='Sam Whitlock' phone='+44 20 7946 0001'
ok add person name='Tomos Bevan' phone='+44 20 7946 0002'
ok add account provider=x handle=severnlevels owner='Jo Park' deputy='Tomos Bevan' responder='Sam Whitlock' responder_deputy='Tomos Bevan' \
	state=live criticality=high created_on="$(ago 900)" display_name='Severn Levels' registered_email=press@levels.example \
	registered_phone='+44 20 7946 0100' recovery_reviewed_on="$(ago 95)" mfa_state=on mfa_holders='Jo Park' \
	recovery_holders='Jo Park,Tomos Bevan' backup_codes_ref='Team/X codes' access_reviewed_on="$(ago 95)"
ok add contact account=x:severnlevels type=person holder='Tomos Bevan' value='+44 20 7946 0002' verified_on="$(ago 95)"
ok add grant account=x:severnlevels person='Tomos Bevan' role=admin since="$(ago 800)" reviewed_on="$(ago 95)"
echo letter >"$dir/desk/letter.pdf"

same() { # whatever changes from day to day is one word; where a line is broken does not matter
	sed -E 's/[0-9A-HJKMNP-TV-Z]{26}/RUN/g; s/([0-9]{1,2} [A-Z][a-z]{2}|[0-9]{4}-[0-9]{2}-[0-9]{2})( [0-9]{4})?( [0-9]{2}:[0-9]{2} [A-Z]{3,4})?/DAY/g' "$1" | tr -s ' \n' '  ' | sed 's/ holdfast /\n&/g; s/$/\n/'
}
compare() { # COMMAND, what it has to print in $dir/want
	[ -n "$1" ] || return
	(cd "$dir/desk" && bash -euc "$1") >"$dir/out" 2>"$dir/err" </dev/null
	status=$?
	cat "$dir/err" >>"$dir/out"
	same "$dir/want" >"$dir/want.same"
	same "$dir/out" >"$dir/out.same"
	is "$1" diff -u "$dir/want.same" "$dir/out.same"
	count=$((count + 1))
}
count=0 command=''
: >"$dir/want"
while IFS= read -r line; do
	case $line in
	'$ '*)
		compare "$command"
		command=${line#??}
		: >"$dir/want"
		;;
	*) printf '%s\n' "$line" >>"$dir/want" ;;
	esac
done < <(sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$page" | sed -n '/^\.Bd/,/^\.Ed/p' | sed '1d;$d; s/\\(dq/"/g; s/\\e/\\/g')
compare "$command"
is 'the page shows a whole review' test $count -ge 15
says 'at its end it is reviewed' '$data->{recovery_reviewed_on} eq "'"$(date -u +%F)"'"' show x:severnlevels
ok verify
finish
