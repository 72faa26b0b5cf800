# shellcheck shell=bash
# What the scripts of tests/cli that work on a register have in common. A script sources it, calls the functions and ends with "finish".
#
#	. "$HOLDFAST_TOP/tests/lib.sh"
#	new_key jo@agency.example
#	ok init --name 'Agency'
#	run show @nobody
#	is 'an unknown reference' refused 65 'no record has that name'
#	finish
#
# HOLDFAST is the program. HOME and GNUPGHOME are made anew in $dir, with a short name (gpg-agent's sockets), and its agents are ended.
set -u
: "${HOLDFAST:?}" "${HOLDFAST_TOP:?}"
[ -x "$HOLDFAST" ] || { echo "$HOLDFAST: no program"; exit 2; }
dir=$(mktemp -d /tmp/hfc.XXXXXX) || exit 2
export HOME=$dir GNUPGHOME=$dir/gnupg LC_ALL=C TZ=UTC TMPDIR=$dir HOLDFAST_BOOKS=$HOLDFAST_TOP
unset HOLDFAST_REGISTER HOLDFAST_KEY XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME PAGER
mkdir -m 700 "$GNUPGHOME"
trap 'end_agents; rm -rf "$dir"' EXIT
export BEGAN
BEGAN=$(date +%s)
passed=0 failed=0 status=0
register=$dir/.local/share/holdfast/default.git

end_agents() {
	local home
	for home in "$dir"/gnupg*; do
		gpgconf --homedir "$home" --kill all 2>/dev/null
	done
}

# A day, counted from the one on which the script began: a midnight on the way does not move it. In Perl, day(N) is the same.
day() { date -u -d "@$((BEGAN + $1 * 86400))" +%F; }
# Today, or the day on which the script began.
is_today() { [ "$1" = "$(day 0)" ] || [ "$1" = "$(date -u +%F)" ]; }
# What is shown of one day is not walked into the next: waits for a midnight that is near.
after_midnight() {
	local left=$((86400 - $(date +%s) % 86400))
	[ $left -gt 300 ] || sleep $((left + 1))
	BEGAN=$(date +%s)
}
# The provider sheets as if somebody had looked at every route today: what is said of them does not change with the year.
fresh_sheets() {
	local sheet
	mkdir -p "$dir/fresh/playbooks/provider"
	for sheet in "$HOLDFAST_TOP"/playbooks/provider/*.md; do
		sed "s/^\(- \*\*Seen on:\*\*\) .*/\1 $(day 0)/" "$sheet" >"$dir/fresh/playbooks/provider/${sheet##*/}"
	done
	export HOLDFAST_BOOKS=$dir/fresh:$HOLDFAST_TOP
}

new_key() { # ADDRESS [ALGORITHM [USAGE]]
	gpg --batch --quiet --passphrase '' --quick-generate-key "Test <$1>" "${2-future-default}" "${3-default}" never 2>>"$dir/gpg.log" ||
	    { cat "$dir/gpg.log"; exit 2; }
}

# shellcheck source=tests/join.sh
. "$HOLDFAST_TOP/tests/join.sh"

check() { # NAME STATUS: 0 is good
	if [ "$2" = 0 ]; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	echo "not so: $1 (status $status)"
	sed 's/^/  out: /' "$dir/out" | head -n 8
	sed 's/^/  err: /' "$dir/err" | head -n 8
}

# run ARGUMENT...: $status, $dir/out, $dir/err. Standard input is the file $input.
input=/dev/null
run() {
	"$HOLDFAST" "$@" >"$dir/out" 2>"$dir/err" <"$input"
	status=$?
}

is() { # NAME TEST...
	local name=$1
	shift
	"$@"
	check "$name" $?
}

ok() { # ARGUMENT...: has to succeed
	run "$@"
	is "$*" test $status = 0
}

has() { grep -qF -e "$2" "$dir/$1"; }
empty() { [ ! -s "$dir/$1" ]; }
not() { "$@"; [ $? = 1 ]; } # 1 is a no; anything else (grep without its file) is no answer
head_of() { cat "$register/refs/heads/main" 2>/dev/null; }

# One line that says so and a status, at most one line of hint, nothing on standard output, and nothing written since "before".
refused() { # STATUS WORDS
	[ $status = "$1" ] && empty out && [ "$(wc -l <"$dir/err")" -le 2 ] && head -n 1 "$dir/err" | grep -q '^holdfast: ' && has err "$2" &&
	    [ "$(head_of)" = "${before-}" ]
}

# no STATUS WORDS ARGUMENT...: run it, and it is refused so.
no() {
	local want=$1 words=$2
	shift 2
	before=$(head_of)
	run "$@"
	is "$* is refused with $want: $words" refused "$want" "$words"
}

# One strict JSON document without a byte that a terminal obeys; then a Perl expression on its $data (or $error) has to be true.
json() { # EXPRESSION
	perl -MJSON::PP -MPOSIX=strftime -e 'sub day { strftime("%F", gmtime($ENV{BEGAN} + 86400 * shift)) }
		local $/; open F, "<:raw", $ARGV[0]; $_ = <F>; exit 1 if /[\x00-\x09\x0b-\x1f\x7f]/;
		my $d = eval { JSON::PP->new->utf8->decode($_) }; exit 1 if $@ || $d->{format} != 1;
		our ($data, $error) = ($d->{data}, $d->{error}); exit !eval $ARGV[1]' "$dir/out" "$1"
}
value() { # EXPRESSION: prints it
	perl -MJSON::PP -e 'local $/; open F, "<:raw", $ARGV[0]; our $data = JSON::PP->new->utf8->decode(<F>)->{data}; print eval $ARGV[1]' "$dir/out" "$1"
}
# The same with --json, and the expression.
says() { # NAME EXPRESSION ARGUMENT...
	local name=$1 expression=$2
	shift 2
	run --json "$@"
	is "$name: $*" json "$expression"
}

finish() {
	echo "$passed passed, $failed failed"
	[ $failed = 0 ]
	exit
}

# What a manual page shows is typed at a terminal in this folder, and what is seen there is compared. HOLDFAST_WRITE=1: it is written into the page instead.
walk_page() { # PAGE
	local walk=$HOLDFAST_TOP/tests/cli/page_walk.py
	mkdir "$dir/bin" && ln -s "$HOLDFAST" "$dir/bin/holdfast"
	export PATH=$dir/bin:$PATH TERM=xterm NO_COLOR=1 PAGER=cat
	if [ -n "${HOLDFAST_WRITE-}" ]; then
		/usr/bin/python3 "$walk" write "$1"
		exit
	fi
	/usr/bin/python3 "$walk" compare "$1" >"$dir/out" 2>"$dir/err"
	is 'what the page shows is what is seen' test $? = 0
	[ $failed = 0 ] || cat "$dir/out"
}
