#!/usr/bin/env bash
# report --bundle: a folder with a report, the evidence that it names, their sums and a signature, which plain tools accept; and nothing half written.
# shellcheck disable=SC2016
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
cd "$dir" || exit 2

new_key ann@agency.example
ok init --name Agency --domain agency.example
ok add account provider=x handle=agency
printf 'a letter\n' >letter.pdf
printf 'a bill\n' >bill.pdf
printf 'pixels\n' >page.png
printf 'other pixels\n' >other.png
mkdir more
printf 'a second page\n' >more/page.png
ok attach x:agency letter.pdf satisfies=signed-letter 'description=Letter of authority'
ok attach org bill.pdf satisfies=phone-bill 'description=A bill that nobody asks for'
ok respond x:agency
ok run attach last page.png --as first-sign --source 'https://x.example/agency' --note 'the page at night'
ok run attach last more/page.png --as second-sign
ok run attach last other.png --as 'third\sign' --name 'odd\name.png'

# The folder $1 is whole, by tools that know nothing of holdfast.
checks() {
	(
		cd "$1" || exit 1
		sha256sum -c --strict --quiet SHA256SUMS || exit 1
		[ "$(cut -c 67- SHA256SUMS | sort)" = "$(find . -type f ! -name 'SHA256SUMS*' | sed 's|^\./||' | sort)" ] || exit 1
		mkdir -m 700 "$dir/gnupg-other"
		GNUPGHOME=$dir/gnupg-other gpg --batch --quiet --import signer.asc 2>/dev/null
		GNUPGHOME=$dir/gnupg-other gpg --batch --quiet --verify SHA256SUMS.asc SHA256SUMS 2>"$dir/gpg.err"
		good=$?
		gpgconf --homedir "$dir/gnupg-other" --kill all
		rm -rf "$dir/gnupg-other"
		exit $good
	)
}
nothing_beside() { [ -z "$(find . -maxdepth 1 -name '.holdfast*')" ]; }

# all that was captured, and what the register has
ok report last internal/evidence-index --bundle all
is 'it says so' has out 'written: all, with 5 files of evidence'
is 'plain tools accept it' checks all
gpg --quiet --verify all/SHA256SUMS.asc 2>"$dir/err"
is 'gpg --verify with the file named alone' test $? = 0
is 'a file' cmp -s page.png all/evidence/page.png
is 'two of one name' cmp -s more/page.png all/evidence/2-page.png
is 'a name that sha256sum would escape' cmp -s other.png all/evidence/odd_name.png
is 'the proofs' cmp -s letter.pdf all/evidence/letter.pdf
is 'the report names where it comes from' grep -q 'https://x.example/agency' all/report.txt
is 'only for us' test "$(stat -c %a all all/evidence all/report.txt | tr '\n' ' ')" = '700 700 600 '
is 'nothing is left beside it' nothing_beside
is 'the manifest names the run' perl -MJSON::PP -0777 -ne 'my $d = decode_json($_);
	exit !(length $d->{run} == 26 && $d->{template} eq "internal/evidence-index" && @{$d->{files}} == 5 && $d->{head} =~ /^[0-9a-f]{40}$/
	&& $d->{files}[0]{from} && !@{$d->{left_out}})' all/manifest.json
ok timeline last
is 'it stands in the log' grep -q 'report made: internal/evidence-index' "$dir/out"
is 'with what was taken' grep -q 'taken out with' "$dir/out"
printf 'x' >>all/evidence/page.png
is 'a change is noticed' not checks all

# only what this report names
mkdir -p own/templates/internal
printf '{{#asks}}\n- {{label}} {{#have}}{{file_name}}{{/have}}\n{{/asks}}\n' >own/templates/internal/asked.md
HOLDFAST_BOOKS=$dir/own:$HOLDFAST_BOOKS
ok report last internal/asked --bundle ours --format html
is 'a page' test -s ours/report.html
is 'what it names' test -e ours/evidence/letter.pdf
is 'and nothing else' test ! -e ours/evidence/bill.pdf -a ! -e ours/evidence/page.png
is 'plain tools accept it' checks ours
ok report last public/holding-line --bundle none/
is 'a report that names nothing' test ! -e none/evidence -a -s none/report.txt
is 'plain tools accept it' checks none
says 'as JSON' '$data->{bundle} eq "again" && @{$data->{files}} == 5 && $data->{files}[0]{file_name} =~ /^evidence/ && $data->{sealed} == 0' \
	report last internal/evidence-index --bundle again

# wrong inputs
no 65 'all: File exists' report last --bundle all
is 'with a hint' has err 'nothing is written over'
no 65 'nowhere/x: No such file' report last --bundle nowhere/x
no 2 'not together with --dry-run' report last --bundle new -n
no 2 'not together with --output' report last --bundle new -o x.txt
ok add account provider=youtube handle=agency
no 2 'there is no run' report youtube:agency --bundle new
no 65 'letter.pdf/x: Not a directory' report last --bundle letter.pdf/x
is 'nothing was made' test ! -e new -a ! -e nowhere
is 'nothing is left beside it' nothing_beside

# a run that is closed, and a drill
ok run close last --why 'for the test'
ok report last internal/evidence-index --bundle closed
is 'a closed run' checks closed
ok respond youtube:agency --drill
ok report youtube:agency --bundle drill --marking OFFICIAL-SENSITIVE
is 'a drill is marked' grep -q DRILL drill/report.txt
is 'and has its marking' grep -q OFFICIAL-SENSITIVE drill/report.txt
is 'and the manifest says so' grep -q '"drill": true' drill/manifest.json
ok verify

# the log cannot be written, or the key not be used: no folder
before=$(head_of)
mv "$register/holdfast.lock" "$register/lock.kept"
mkdir "$register/holdfast.lock"
run report youtube:agency --bundle unlogged
is 'not in the log, so not taken out' test $status != 0 -a ! -e unlogged
is 'nothing is left beside it' nothing_beside
rmdir "$register/holdfast.lock"
mv "$register/lock.kept" "$register/holdfast.lock"
is 'nothing was logged' test "$(head_of)" = "$before"
finish
