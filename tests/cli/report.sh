#!/usr/bin/env bash
# report REF: of the runs on a record the one that the report belongs to, and it is said which when there was a choice.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"

new_key ann@agency.example
ok init --name Agency --domain agency.example
ok add person name='Ann Lee' email=ann@agency.example
ok add account provider=x handle=agency owner='Ann Lee' responder='Ann Lee'
begin() { # BOOK [OPTION...]: its id
	HOLDFAST_BOOKS=$HOLDFAST_TOP "$HOLDFAST" --json respond x:agency --playbook "$@" </dev/null >"$dir/out" 2>"$dir/err" || cat "$dir/err" >&2
	value '$data->{run}'
}
from() { says "${2-the report} is from the run" '$data->{run} eq "'"$1"'"' report x:agency "${@:2}"; }

ok report x:agency
is 'without a run nothing is said of one' not has err 'from the run'
review=$(begin routine/recovery-review)
from "$review" provider
is 'an only run is no choice' not has err 'from the run'

# the incident, beside the routine and after it is closed
hijack=$(begin incident/hijacked-account)
from "$hijack" provider
is 'it is said which' has err "from the run $hijack: Hijacked account, open"
from "$hijack"
from "$hijack" provider/x
from "$hijack" internal/siro-first
from "$hijack" public/where-to-find-us
from "$review" internal/recovery-sheet
data=$(begin incident/personal-data)
from "$hijack" provider
from "$data" internal/article-33
from "$data" public/people-affected
ok run close "$data" --why 'for the test'
ok run close "$hijack" --why 'for the test'
from "$hijack" provider
is 'that it is closed is said' has err "from the run $hijack: Hijacked account, closed"
from "$hijack" internal/siro-first
from "$review" internal/recovery-sheet
ok --quiet report x:agency provider
is '--quiet says nothing of it' empty err

# a newer one; two that are open are for a person to choose from
newer=$(begin incident/lost-access)
from "$newer" provider
from "$hijack" internal/siro-first
again=$(begin incident/hijacked-account)
no 65 'x:agency: 3 runs are meant' report x:agency provider
from "$again" internal/siro-first
ok run close "$newer" --why 'for the test'
from "$again" provider
ok run close "$again" --why 'for the test'
from "$again" provider

# a rehearsal while it is open, never after
drill=$(begin incident/hijacked-account --drill)
from "$drill" provider
ok run close "$drill" --why 'for the test'
from "$again" provider

# by its name any run
says 'a run by its name' '$data->{run} eq "'"$hijack"'"' report "$hijack" provider
says 'the last one' '$data->{run} eq "'"$drill"'"' report last provider
finish
