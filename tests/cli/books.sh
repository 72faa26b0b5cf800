#!/usr/bin/env bash
# The shelf as people use it: drawings, and the organisation's own versions of books.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"

# a shelf of our own, which can change under the register
mkdir -p "$dir/shelf/playbooks" "$dir/shelf/templates"
cp -R "$HOLDFAST_TOP"/playbooks/. "$dir/shelf/playbooks/"
cp -R "$HOLDFAST_TOP"/templates/. "$dir/shelf/templates/"
HOLDFAST_BOOKS=$dir/shelf
installed=$dir/shelf/playbooks/incident/sim-swap.md

# graph, without any register
ok book graph incident/sim-swap
is 'ASCII in this locale' not grep -q '[^ -~]' "$dir/out"
is 'the jump is drawn' grep -q '^[ |]*[.+][-+]*>' "$dir/out"
LC_ALL=C.UTF-8 ok book graph incident/sim-swap
is 'and not in that one' has out '╭'
says 'graph as JSON' '$data->{text} =~ /->/' book graph incident/sim-swap
ok book graph "$installed" --svg
is 'an SVG' has out '<svg xmlns="http://www.w3.org/2000/svg"'
ok book graph incident/sim-swap -o "$dir/x.svg"
is 'by the name of the file' cmp -s "$dir/x.svg" <("$HOLDFAST" book graph incident/sim-swap --svg)
says 'SVG as JSON' '$data->{svg} =~ /<svg/' book graph incident/sim-swap --svg
ok book graph incident/sim-swap -o "$dir/x.txt"
is 'text in a file' has x.txt '->'
no 65 'not a playbook' book graph provider/x
no 65 'not on the shelf' book graph incident/sim-swop
no 65 'No such file' book graph "$dir/none.md"
no 2 'BOOK' book graph
no 74 '' book graph incident/sim-swap --svg -o "$dir/none/x.svg"
printf '# A `aa`\n- **Wno:** x\n' >"$dir/aa.md"
no 65 'aa.md: 1:1' book graph "$dir/aa.md"
is 'the way to all of it' has err "holdfast book lint $dir/aa.md"
no 65 'No such file' book edit incident/sim-swap "$installed"

# own versions
new_key ann@agency.example
ok init --name Agency --domain agency.example

# A program whose books were never installed says so: it does not say that all is well.
books=$HOLDFAST_BOOKS
export HOLDFAST_BOOKS=''
if "$HOLDFAST" --json book list 2>/dev/null | grep -q '"data": \[\]'; then
	no 65 'no playbooks are installed' book show incident/sim-swap
	no 65 'no playbooks are installed' check
	no 65 'no playbooks are installed' assess
fi
HOLDFAST_BOOKS=$books
ok add person name='Jo Park' email=jo@agency.example
ok add account provider=x handle=@agency url=https://x.com/agency state=live owner='Jo Park'
no 65 'no version of its own' book edit incident/sim-swap --diff
no 65 'no version of its own' book edit incident/sim-swap --drop
no 2 'no terminal' book edit incident/sim-swap
no 2 'one of them' book edit incident/sim-swap --diff --drop
no 2 'one of them' book edit incident/sim-swap x.md --diff
no 65 'no name of a book' book edit incident/Sim-Swap "$installed"
no 65 'No such file' book edit incident/sim-swap "$dir/none"
no 65 'directory' book edit incident/sim-swap "$dir"
sed 's/^# .* `sim-swap`/# The number went dark `sim-swap`/' "$installed" >"$dir/mine.md"
sed 's/`stop`/`nowhere-at-all`/; s/^- \*\*Who:\*\*/- **Wno:**/' "$installed" >"$dir/broken.md"
before=$(head_of)
run book edit incident/sim-swap "$dir/broken.md"
is 'a text with errors is refused' test $status = 65 -a "$(head_of)" = "$before"
is 'with each of them' grep -q '^incident/sim-swap:[0-9]*:[0-9]*: .*Wno' "$dir/err"
is 'and says so' has err 'nothing is stored'
ok book edit incident/sim-swap "$dir/mine.md"
ok book show incident/sim-swap
is 'the own one is shown, to the byte' cmp -s "$dir/out" "$dir/mine.md"
says 'and listed' '(grep { $_->{name} eq "incident/sim-swap" && $_->{from} eq "register" && $_->{title} eq "The number went dark" && !$_->{note} } @$data) == 1' book list incident
says 'what it was made from' '$data->[0]{base} =~ /^[0-9a-f]{64}$/ && $data->[0]{path} eq "incident/sim-swap"' list document
ok book graph incident/sim-swap
is 'the own one is drawn' has out 'The number went dark'
ok book edit incident/sim-swap --diff
is 'the difference' has out '+# The number went dark `sim-swap`'
is 'from which to which' has out '--- installed'
says 'the difference as JSON' '$data->{diff} =~ /^--- installed\n\+\+\+ own\n@@/' book edit incident/sim-swap --diff
n=$(git --git-dir="$register" rev-list --count main)
input=$dir/mine.md ok book edit incident/sim-swap -
is 'the same again is no commit' test "$(git --git-dir="$register" rev-list --count main)" = "$n"
is 'it says so' has out 'unchanged'
run respond x:agency --playbook incident/sim-swap
is 'a run begins from it' grep -q 'The number went dark' <("$HOLDFAST" run show last --json | perl -pe 's/\\n/\n/g')
is 'without a word about the other' not has err 'has changed'

# the installed one moves on
sed -i '0,/^### .* `/s/^### \(.*\) `/### \1, now `/' "$installed"
says 'list says so' 'grep { $_->{name} eq "incident/sim-swap" && $_->{note} } @$data' book list
ok book show incident/sim-swap
is 'show says so' has err 'the installed one has changed'
is 'and how to see it' has err 'holdfast book edit incident/sim-swap --diff'
run respond x:agency --playbook incident/sim-swap --new
is 'the start of a run says so' has err 'the installed one has changed'
ok book edit incident/sim-swap "$dir/mine.md"
says 'it stays so' 'grep { $_->{note} } @$data' book list incident
ok book edit incident/sim-swap --seen
says 'until it was looked at' '!grep { $_->{note} } @$data' book list incident

# an id that is left out
awk '/^### /{n++} n != 2' "$installed" >"$dir/less.md"
id=$(awk '/^### /{n++} n == 2 {print; exit}' "$installed" | sed 's/.*`\(.*\)`/\1/')
run book edit incident/sim-swap "$dir/less.md"
is 'an id that disappeared is named' has err "\`$id\` disappeared"

# a book of our own, and a template
sed 's/`sim-swap`/`our-own`/' "$installed" >"$dir/own.md"
ok book edit routine/our-own "$dir/own.md"
says 'a new one' 'grep { $_->{name} eq "routine/our-own" && $_->{from} eq "register" } @$data' book list routine
no 65 'nothing lies under it' book edit routine/our-own --diff
printf 'Hello {{org.name}}\n' >"$dir/t.md"
ok book edit template/public/hello "$dir/t.md"
printf 'Hello {{#org.name}}\n' >"$dir/t2.md"
run book edit template/public/hello "$dir/t2.md"
is 'a template that is broken is refused' test $status = 65

# taking it away
no 2 'ask' book edit incident/sim-swap --drop
ok book edit incident/sim-swap --drop --force
ok book show incident/sim-swap
is 'the installed one counts again' cmp -s "$dir/out" "$installed"
ok book edit routine/our-own --drop --force
no 65 'not on the shelf' book show routine/our-own

# the editor, on a terminal
on_terminal() { script -qec "$*" /dev/null </dev/null >"$dir/out" 2>&1; status=$?; }
# what is read on a screen breaks no word; what a program reads is exact
on_terminal "stty cols 60; PAGER=cat $HOLDFAST book show incident/sim-swap"
tr -d '\r' <"$dir/out" | sed '/^ *```/,/^ *```/d' >"$dir/screen"
is 'a book fits the screen' test -s "$dir/screen" -a "$(wc -L <"$dir/screen")" -le 60
is 'and nothing of it is cut' test "$(tr -s ' \n' ' ' <"$dir/screen")" = "$(sed '/^ *```/,/^ *```/d' "$installed" | tr -s ' \n' ' ')"
cat >"$dir/editor" <<'EDITOR'
#!/bin/sh
ls -ld "${1%/*}" "$1" >"$HOME/seen"
echo "$1" >>"$HOME/seen"
touch "$1.swp"
sed 's/^# .* `/# Edited `/' "$1" >"$1.new" && cat "$1.new" >"$1"
EDITOR
chmod +x "$dir/editor"
export EDITOR=$dir/editor
unset VISUAL XDG_RUNTIME_DIR
on_terminal "$HOLDFAST" book edit incident/sim-swap
is 'the editor ends well' test $status = 0
ok book show incident/sim-swap
is 'what it wrote is stored' has out '# Edited `sim-swap`'
is 'its folder was private' grep -q '^drwx------' "$dir/seen"
is 'its file was private' grep -q '^-rw-------' "$dir/seen"
is 'nothing of it is left' not test -e "$(dirname "$(tail -n 1 "$dir/seen")")"
if [ "$(stat -fc %T /dev/shm 2>/dev/null)" = tmpfs ]; then
	is 'it lay in memory' grep -q '^/dev/shm/' "$dir/seen"
fi
before=$(head_of)
EDITOR=false on_terminal "$HOLDFAST" book edit incident/sim-swap
is 'an editor that fails stores nothing' test "$status" != 0 -a "$(head_of)" = "$before"
EDITOR=/no/such/editor on_terminal "$HOLDFAST" book edit incident/sim-swap
is 'nor one that is not there' test "$status" != 0 -a "$(head_of)" = "$before"

# what the manual pages show is so
block() { # PAGE N: the Nth literal block of EXAMPLES
	awk -v n="$2" '/^\.Sh/ { on = /EXAMPLES/ } on && /^\.Ed/ { b = 0 } on && b && i == n { print } on && /^\.Bd/ { b = 1; i++ }' "$HOLDFAST_TOP/man/$1"
}
mkdir -p "$dir/page/templates/provider"
block holdfast-template.5 1 >"$dir/page/templates/provider/report.md"
block holdfast-template.5 2 >"$dir/page/templates/provider/head.md"
is 'two examples in holdfast-template(5)' test -s "$dir/page/templates/provider/report.md" -a -s "$dir/page/templates/provider/head.md"
(
	cd "$dir/page/templates/provider" || exit 1
	printf '%s' '{"account": {"handle": "@agency"}, "run": {"id": "R1", "drill": true}, "now": "today", "needed": [{"label": "proof", "where": "Ask."}],
		"noticed_at": "22:41", "seen_what": "coins", "asks": [{"label": "id", "have": {"file_name": "id.png"}}, {"label": "letter"}]}' >data.json
	line=$(sed -n 's/^\.Dl \$ holdfast \(book render report.md .*\)/\1/p' "$HOLDFAST_TOP/man/holdfast-template.5")
	[ -n "$line" ] || exit 1
	# shellcheck disable=SC2086 # words
	"$HOLDFAST" $line >"$dir/out" 2>"$dir/err"
)
status=$?
is 'the command of holdfast-template(5) works' test $status = 0
is 'its value' has out '# Report to X: @agency'
is 'its partial' has out 'Run R1, printed today.'
is 'its section' has out '**DRILL. Do not file.**'
is 'its list' has out '- Still needed: proof. Ask.'
is 'its choice' test "$(grep -c -e '^- id: id.png$' -e '^- letter: \*\*missing\*\*$' "$dir/out")" = 2
HOLDFAST_BOOKS=$dir/page:$HOLDFAST_BOOKS ok book lint "$dir/page/templates/provider/report.md"
mkdir -p "$dir/page/playbooks/incident"
block holdfast-playbook.5 1 | sed "s/^\(- \*\*Reviewed:\*\*\) .*/\1 $(day 0)/" >"$dir/page/playbooks/incident/odd-post.md"
HOLDFAST_BOOKS=$dir/page:$HOLDFAST_BOOKS says 'the example of holdfast-playbook(5)' '@$data == 0' book lint "$dir/page/playbooks/incident/odd-post.md"
sed -n 's/^\.Dl \$ holdfast \(.*\)/\1/p' "$HOLDFAST_TOP/man/holdfast-playbook.5" >"$dir/lines"
is 'its commands' test "$(wc -l <"$dir/lines")" = 2
while read -r line; do
	status=$(cd "$dir/page" && HOLDFAST_BOOKS=$dir/page:$HOLDFAST_BOOKS && export HOLDFAST_BOOKS && eval "\"$HOLDFAST\" $line" >"$dir/out" 2>"$dir/err"; echo $?)
	is "holdfast-playbook(5): $line" test "$status" = 0
done <"$dir/lines"

# a book on paper
hijack=$HOLDFAST_TOP/playbooks/incident/hijacked-account.md
ok book show incident/hijacked-account --format html -o "$dir/one.html"
is 'it is said where it is' has out "written: $dir/one.html"
is 'a box for each step' test "$(grep -c '□ Time \.' "$dir/one.html")" = "$(grep -c '^### ' "$hijack")"
is 'it says when it was printed' grep -q "Printed on $(day 0)" "$dir/one.html"
is 'it may do nothing but look right' grep -q "Content-Security-Policy\" content=\"default-src 'none'" "$dir/one.html"
is 'it has no script' not grep -qi '<script' "$dir/one.html"
ok book show incident/hijacked-account -o "$dir/two.html"
is 'the end of its name says what it is to be' cmp -s "$dir/one.html" "$dir/two.html"
run book show incident/hijacked-account --format html
is 'without a file it is on standard output' cmp -s "$dir/out" "$dir/one.html"
ok book show incident/hijacked-account -o "$dir/one.md"
is 'a text is as it lies on the shelf' cmp -s "$hijack" "$dir/one.md"
says 'as JSON' '$data->{html} =~ /^<!DOCTYPE html>/i' book show provider/x --format html
is 'a provider sheet has nothing to tick' not has out '□'
ok book show provider/x --format html
is 'its routes have their source, and the day' eval 'has out "Seen on:" && has out "Source:"'
ok book show --all --format html -o "$dir/all.html"
for folder in incident routine provider; do
	for book in "$HOLDFAST_TOP/playbooks/$folder"/*.md; do
		name=$folder/${book##*/}
		name=${name%.md}
		case ${name##*/} in *.*) continue ;; esac
		is "all of them: $name" grep -qF "<code>$name</code></p>" "$dir/all.html"
	done
done
no 2 'BOOK: missing' book show
no 2 'BOOK: missing' book show --format html
no 2 'not together with a book' book show --all provider/x
no 2 'pdf' book show provider/x --format pdf
no 65 'not on the shelf' book show provider/xx --format html
no 74 '' book show provider/x -o "$dir/none/x.html"

# a register that does not open keeps nobody from reading
GNUPGHOME=$dir/gnupg-none run book list incident
is 'books without the key' test $status = 0
is 'it says what is left out' has err "own books are left out"
finish
