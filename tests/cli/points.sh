#!/usr/bin/env bash
# The thirty points of the command line, as far as they can be checked without a register; the numbers are theirs. What needs a terminal is
# in check_terminal.c, what needs a register in the scripts beside this one. HOLDFAST is the program, HOLDFAST_TOP the source.
set -u
: "${HOLDFAST:?}" "${HOLDFAST_TOP:?}"
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0

check() { # NAME STATUS: 0 is good
	if [ "$2" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not so: $1"
		sed 's/^/  out: /' "$dir/out" | head -n 5
		sed 's/^/  err: /' "$dir/err" | head -n 5
	fi
}

run() { # ARGUMENT...: $status, out, err
	"$HOLDFAST" "$@" >"$dir/out" 2>"$dir/err" </dev/null
	status=$?
}

is() { # NAME TEST...
	local name=$1
	shift
	"$@"
	check "$name" $?
}

has() { grep -qF -e "$2" "$dir/$1"; }
empty() { [ ! -s "$dir/$1" ]; }
not() { ! "$@"; }
# One strict JSON document of the right shape, without a byte that a terminal obeys; $1 is its member besides format.
document() {
	perl -MJSON::PP -e 'local $/; open F, "<:raw", $ARGV[0]; $_ = <F>; exit 1 if /[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]/;
		$d = eval { JSON::PP->new->utf8->decode($_) }; exit 1 if $@;
		exit !($d->{format} eq 1 && exists $d->{$ARGV[1]} && keys %$d == 2)' "$dir/out" "$1"
}
clean() { ! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xaa-\xae]' "$dir/$1"; }

# All commands, one per line.
commands() {
	local first second
	"$HOLDFAST" complete COMMAND '' | cut -f 1 | while read -r first; do
		second=$("$HOLDFAST" complete COMMAND '' "$first" | cut -f 1)
		if [ -n "$second" ]; then printf '%s\n' "$second" | sed "s/^/$first /"; else echo "$first"; fi
	done
}
commands >"$dir/commands"
is 'there are commands' test "$(wc -l <"$dir/commands")" -ge 3

# 1 to 4
for way in -h --help help; do
	run $way
	is "1: $way gives 0" test $status = 0
	is "1: $way goes to standard output" has out 'Global options'
	is "1: $way leaves standard error alone" empty err
done
env -i "$HOLDFAST" help >"$dir/out" 2>"$dir/err"
is '3: help needs no HOME' test $? = 0
run
is '4: no command gives 2' test $status = 2
is '4: no command: nothing on standard output' empty out
is '4: no command: short usage' has err 'usage: holdfast'
is '4: no command: at most three lines' test "$(wc -l <"$dir/err")" -le 3

# What holds for every command.
while read -r command; do
	# shellcheck disable=SC2086
	set -- $command
	run help "$@"
	cp "$dir/out" "$dir/help"
	is "2: help $command" test $status = 0
	run "$@" --help
	is "2: $command --help is the same" cmp -s "$dir/out" "$dir/help"
	env -i "$HOLDFAST" "$@" --help >"$dir/out" 2>"$dir/err"
	is "3: $command --help needs no HOME" test $? = 0
	run "$@" --no-such-option
	is "5: $command --no-such-option gives 2" test $status = 2
	is "5: $command --no-such-option is named" has err '--no-such-option'
	is "9: $command: every short option has a long one" not grep -qE '^  -[a-zA-Z0-9]( |$)' "$dir/help"
	run "$@" --jso
	is "11: $command: no abbreviated option" test $status = 2
	is "12: $command: an error leaves standard output alone" empty out
	run "$@" --json --no-such-option
	is "18: $command --json fails with one document" document error
	is "18: its code is the exit status" grep -qE "\"code\": ?$status\b" "$dir/out"
done <"$dir/commands"

# 5 to 11
run --nonsense
is '5: an unknown global option is named' has err 'holdfast: --nonsense: unknown option'
run hepl
is '6: an unknown command gives 2' test $status = 2
is '6: the nearest is named' has err 'holdfast help'
is '6: and not run' empty out
run --version
is '7: --version' grep -qxE 'holdfast [0-9]+\.[0-9]+\.[0-9]+' <(head -n 1 "$dir/out")
run help -- version
is '8: -- ends the options' has out 'holdfast version'
run help -- --json
is '8: what follows -- is no option' test $status = 2
run version -
is "8: - is an operand" has err "'-'"
run --json version
cp "$dir/out" "$dir/before"
run version --json
is '10: options before and after' cmp -s "$dir/out" "$dir/before"
run vers
is '11: no abbreviated command' test $status = 2

# 13: the manual page lists the statuses of HF_CODES, and no other.
sed -n 's/^[[:space:]]*X([A-Z]*, \([0-9]*\),.*/\1/p' "$HOLDFAST_TOP/include/holdfast/err.h" | sort -un >"$dir/codes"
sed -n '/^\.Sh EXIT STATUS/,/^\.Sh EXA/s/^\.It \([0-9]*\)$/\1/p' "$HOLDFAST_TOP/man/holdfast.1" | sort -un >"$dir/page"
is '13: exit statuses of the manual page' cmp -s "$dir/codes" "$dir/page"
is '13: there are some' test "$(wc -l <"$dir/codes")" -ge 9

# 14 to 16
for args in version help '--json version' '--json nonsense' 'completion bash'; do
	# shellcheck disable=SC2086
	"$HOLDFAST" $args >/dev/full 2>"$dir/err"
	got=$?
	[ "$args" = '--json nonsense' ] && want=2 || want=74
	is "14: $args to a full disk" test $got = $want
	is "14: $args says so" has err 'standard output: No space left'
	# shellcheck disable=SC2086
	"$HOLDFAST" $args 2>"$dir/err" | head -n 1 >"$dir/out"
	[ "$args" = '--json nonsense' ] || is "15: $args to a reader that leaves" empty err
	# shellcheck disable=SC2086
	"$HOLDFAST" $args >&- 2>"$dir/err"
	is "16: $args with standard output closed" test $? = $want
	# shellcheck disable=SC2086
	"$HOLDFAST" $args <&- >"$dir/out" 2>&-
	got=$?
	[ $want = 74 ] && want=0
	is "16: $args with the other two closed" test $got = $want
	# shellcheck disable=SC2086
	"$HOLDFAST" $args <&- >&- 2>&-
	is "16: $args with all three closed" test $? -ne 139
done

# 18 to 20
for args in version help 'help version' 'completion bash' 'complete KIND a'; do
	# shellcheck disable=SC2086
	run --json $args
	is "18: --json $args is one document" document data
done
odd=$'\e]52;c;ZXZpbA==\a\e[2J\xc2\x9b31m\xe2\x80\xae\xff\r\n'
for args in "$odd" "--$odd" "version $odd" "--color=$odd" "help $odd"; do
	# shellcheck disable=SC2086
	run $args
	is '20: what was typed is shown and not obeyed' clean err
	# shellcheck disable=SC2086
	run --json $args
	is '19: and is valid in JSON' document error
done

# 21, 22
run help
is '21: no colour in a file' clean out
run --color always help
is '21: unless it is asked for' grep -q $'\e' "$dir/out"
NO_COLOR=1 run --color always help
is '21: which counts more than NO_COLOR' grep -q $'\e' "$dir/out"
run --color never help
is '21: --color never' clean out
PAGER=false run help
is '22: no pager without a terminal' has out 'Global options'

# 28: it hangs in a write to a pipe that is full.
full_pipe='use Fcntl; pipe R, W; fcntl W, F_SETFL, O_NONBLOCK; 1 while syswrite W, "x" x 4096; 1 while syswrite W, "x"; fcntl W, F_SETFL, 0;
	my $p = fork // exit 2; if (!$p) { open STDOUT, ">&W"; $SIG{$ARGV[1]} = "DEFAULT"; exec $ARGV[0], "version" }
	select undef, undef, undef, 0.3; kill $ARGV[1], $p; waitpid $p, 0; exit !($? == (128 + $ARGV[2]) << 8)'
for sig in INT TERM HUP; do
	is "28: $sig" perl -e "$full_pipe" "$HOLDFAST" $sig "$(kill -l $sig)"
done

# 29
page=$HOLDFAST_TOP/man/holdfast.1
if command -v mandoc >/dev/null; then
	# Pages of other packages may or may not be installed.
	mandoc -Tlint -Wstyle "$page" 2>"$dir/err" | grep -v 'STYLE: referenced manual not found' >"$dir/out"
	is '29: the page is good mdoc' empty out
fi
for section in NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' ENVIRONMENT FILES EXAMPLES; do
	is "29: it has $section" grep -qx "\.Sh $section" "$page"
done
while read -r command; do
	is "29: the page has $command" grep -qE "^\.(It )?Cm $command( |$)" "$page"
done <"$dir/commands"

# 30
for shell in bash zsh fish; do
	run completion $shell
	cp "$dir/out" "$dir/script"
	while read -r command; do
		is "30: $shell knows $command" grep -qF -e "${command##* }" "$dir/script"
	done <"$dir/commands"
	if command -v $shell >/dev/null; then
		$shell -n "$dir/script" 2>"$dir/err"
		is "30: $shell reads its script" test $? = 0
	fi
done

# What Tab gives in bash after a line.
tab() {
	PATH=$(dirname "$HOLDFAST"):$PATH bash --norc -c '
		compopt() { :; }
		source <(holdfast completion bash)
		COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDBREAKS=$'\'' \t\n"'\''\'\'''\''><=;|&(:'\''
		_holdfast
		printf "%s\n" "${COMPREPLY[@]}"' bash "$1" 2>"$dir/err" | sort | tr '\n' ' ' >"$dir/out"
	cat "$dir/out"
}
is '30: a command' test "$(tab 'holdfast comple')" = 'completion '
is '30: choices' test "$(tab 'holdfast completion ')" = 'bash fish zsh '
is '30: choices of an option' test "$(tab 'holdfast --color ')" = 'always auto never '
is '30: the same with =' test "$(tab 'holdfast version --color=a')" = 'always auto '
is '30: options' test "$(tab 'holdfast version --qu')" = '--quiet '
is '30: what only the program knows' test "$(tab 'holdfast help comple')" = 'completion '
is '30: past an option with a value' test "$(tab 'holdfast --register completion vers')" = 'version '

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
