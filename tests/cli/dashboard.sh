#!/usr/bin/env bash
# dashboard and card: what stands on them, that a page is one file on which nothing runs, and what is wrong.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
new_key ann@agency.example
ok init --name 'Agency <b>' --domain agency.example --person 'Ann Lee'
ok dashboard
is 'an empty register has a page' has out 'No account is recorded.'
ok add account provider=x handle=agency owner='Ann Lee' state=live mfa_state=off recovery_reviewed_on="$(day -120)" \
	backup_codes_ref='Team/X <script>alert(1)</script>'
ok add account provider=x handle=other state=parked display_name='<script>alert(2)</script>'
ok respond x:agency
says 'the counts' '$data->{in_use} >= 1 && $data->{n_runs} == 1 && $data->{findings} == 0 + eval { my $n = 0; $n += $_->{n} for @{$data->{severities}}; $n }' dashboard
says 'accounts by state and provider' '(grep { $_->{state} eq "live" && $_->{n} == 1 } @{$data->{states}}) && $data->{providers}[0]{provider} eq "x"' dashboard
says 'what is overdue' 'grep { $_->{what} eq "review" && $_->{ref} eq "x:agency" } @{$data->{overdue}}' dashboard
n=$(value '$data->{findings}')
says 'it counts what check finds' '@$data == '"$n" check
ok dashboard -o "$dir/page.html"
is 'one file' grep -q 'Content-Security-Policy' "$dir/page.html"
is 'without a script' not grep -qi '<script' "$dir/page.html"
is 'the name of the organisation is text' grep -q 'Agency &lt;b&gt;' "$dir/page.html"
ok card x:agency
is 'the sheet of one account' has out 'Recovery sheet'
is 'with where the codes lie' has out 'Team/X'
ok card x:agency -o "$dir/card.html"
is 'as a page' grep -q '<html' "$dir/card.html"
is 'nothing runs on it' not grep -qi '<script' "$dir/card.html"
no 2 'REF' card
no 65 'no account has that name' card x:nothing
no 65 'no account' card 'Ann Lee'
no 2 'pdf' card x:agency --format pdf
no 74 "$dir/none" dashboard -o "$dir/none/page.html"
finish
