#!/usr/bin/env bash
# holdfast-offboard(1): the whole off-boarding of its EXAMPLES, typed as it stands there by two people, with what the program answers. Ids, days and
# times are not compared, nor where a line ends.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
# The register of the page: Ann is line manager and human resources, Bob security and IT; Jo Park is the only administrator of x:agency.
new_key ann@agency.example
ok init --name Agency --domain agency.example
ann=$(fpr_of ann@agency.example)
bob=$(join_member bob@agency.example admin)
export HOLDFAST_KEY=$ann
ok add unit name=Press
ok add person name='Ann Lee' email=ann@agency.example unit=Press
ok add person name='Bob Roe' email=bob@agency.example unit=Press
ok member role "$ann" --person 'Ann Lee'
ok member role "$bob" --person 'Bob Roe'
ok add person name='Jo Park' email=jo@agency.example unit=Press manager='Ann Lee'
ok set org hr='Ann Lee' security='Bob Roe' it='Bob Roe' press='Ann Lee'
ok add account provider=x handle=agency state=live unit=Press owner='Jo Park' deputy='Ann Lee' registered_email=press@agency.example
ok add grant account=x:agency person='Jo Park' role=admin
cd "$dir" || exit 2
for f in farewell.pdf members-of-x.png; do echo "$f" >$f; done
mkdir "$dir/bin" && ln -s "$HOLDFAST" "$dir/bin/holdfast"
PATH=$dir/bin:$PATH
# What differs from day to day, out; white space is one space.
same() {
	tr -s ' \n' ' ' | sed -E 's/[0-9A-HJKMNP-TV-Z]{26}/RUN/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}/DAY/g; s/by [0-9]{2}:[0-9]{2} UTC, (now|[^.]*ago)/by TIME/g; s/[0-9]{2}:[0-9]{2} UTC/TIME/g'
}
# The literal blocks of EXAMPLES as people see them; a command that goes on in the next line in one.
sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$HOLDFAST_TOP/man/holdfast-offboard.1" | awk '/^\.Bd/ { on = 1; next } /^\.Ed/ { on = 0 } on' |
    sed -e ':a' -e '/\\e$/{N;s/\\e\n *//;ba' -e '}' -e 's/\\e/\\/g' -e 's/^\\&//' >"$dir/page"
answer="" command=""
compare() { # what the last command said, with the page
	[ -n "$command" ] || return
	same <"$dir/out" >"$dir/said"
	printf '%s\n' "$answer" | same >"$dir/want"
	cp "$dir/want" "$dir/err"
	is "$command" cmp -s "$dir/said" "$dir/want"
}
while IFS= read -r line; do
	case $line in
	'ann$ '* | 'bob$ '*)
		compare
		case $line in ann*) HOLDFAST_KEY=$ann ;; *) HOLDFAST_KEY=$bob ;; esac
		command=${line#*\$ } answer=
		bash -c "$command" >"$dir/out" 2>&1 </dev/null
		status=$?
		;;
	*) answer+=$line$'\n' ;;
	esac
done <"$dir/page"
compare
is 'the last line is the end of the run' test "$command" = 'holdfast run close last'
is 'which it was' test $status = 0
is 'there were many' test $passed -gt 30
says 'nothing is left of the name' '@$data == 0' query "SELECT * FROM tie t JOIN person p ON p.id = t.person WHERE p.name = 'Jo Park'"
finish
