#!/usr/bin/env bash
# A server that dies or falls silent while two copies sync, at any byte of what goes over the wire, by ssh and by https; in a folder, at any moment of
# git's own two ends; and holdfast itself killed. Each try ends within its limit and never calls a success what was none; the next one succeeds; and
# nothing that was acknowledged is lost. ROUNDS: how many of each (make campaign: 40).
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
# shellcheck source=tests/servers.sh
. "$HOLDFAST_TOP/tests/servers.sh"
rounds=${ROUNDS:-1} limit=2
new_key ann@agency.example
fpr=$(gpg --list-keys --with-colons 2>/dev/null | awk -F: '/^fpr/ { print $10; exit }')
two=$dir/two srv=$dir/srv.git
ok init --name Agency
git init -q --bare "$srv"
ok sync --to "$srv"
echo serve >"$dir/mode"
certificate localhost -days 2 -addext subjectAltName=DNS:localhost
export GIT_SSL_CAINFO=$dir/localhost.pem
start_https localhost
start_sshd
sed 's/^[^ ]*/server/' "$dir/keys" >"$dir/known"
HOLDFAST_REGISTER=$two ok clone "$srv" --root "$fpr"

same() { [ "$(git -C "$srv" rev-parse main)" = "$(head_of)" ]; }
told=0 lies=0 late=0 stuck=0 broke=0 wrote=0
# Something to send, and something to receive.
both_wrote() {
	wrote=$((wrote + 1))
	"$HOLDFAST" -q add person name="Here $wrote" email="here$wrote@agency.example" >/dev/null && told=$((told + 1))
	HOLDFAST_REGISTER=$two "$HOLDFAST" -q add person name="There $wrote" email="there$wrote@agency.example" >/dev/null && told=$((told + 1))
	HOLDFAST_REGISTER=$two "$HOLDFAST" -q sync --to "$srv" >/dev/null || stuck=$((stuck + 1))
}
# One try that may fail: $status. Its limit: each git of it may be silent for $limit seconds, and there may be no more than half a minute besides.
try() { # NAME
	local began=$EPOCHREALTIME took
	run sync --timeout $limit
	took=$((${EPOCHREALTIME/./} - ${began/./}))
	[ $took -lt $(((limit + 30) * 1000000)) ] || { late=$((late + 1)); echo "$1: it took $took us"; }
	if [ $status = 0 ]; then
		same || { lies=$((lies + 1)); echo "$1: called a success"; }
	else
		broke=$((broke + 1))
		[ $status = 71 ] && [ "$(wc -l <"$dir/err")" -le 2 ] || { lies=$((lies + 1)); echo "$1: status $status"; cat "$dir/err"; }
	fi
}
# All is well again.
next() { # NAME
	run sync
	[ $status = 0 ] && same && ok list person && return
	stuck=$((stuck + 1))
	echo "$1: the next one did not succeed ($status)"
	cat "$dir/err"
}
some() { echo $((RANDOM * 32768 + RANDOM)); }

# ---- over a wire ----

over() { # NAME ADDRESS
	local how way up down at i
	both_wrote
	echo pass >"$dir/wire"
	ok sync --to "$2"
	sleep 0.2
	read -r up down <"$dir/wire.count"
	is "$1: bytes went both ways" test "$up" -gt 1000 -a "$down" -gt 1000
	for ((i = 0; i < rounds; i++)); do
		for how in cut silent; do
			for way in up down; do
				both_wrote
				[ $way = up ] && at=$(($(some) % up)) || at=$(($(some) % down))
				echo $how $way $at >"$dir/wire"
				try "$1: $how after $at bytes $way"
				echo pass >"$dir/wire"
				next "$1: $how after $at bytes $way"
			done
		done
		both_wrote
		echo "cut down $(($(some) % down))" >"$dir/wire"
		run --register "$dir/three" clone "$2" --root "$fpr" --timeout $limit
		[ $status != 0 ] || same || lies=$((lies + 1))
		[ $status = 0 ] || [ -z "$(ls -d "$dir"/three* 2>/dev/null)" ] || { lies=$((lies + 1)); echo "$1: half a clone"; }
		rm -rf "$dir"/three*
		echo pass >"$dir/wire"
		next "$1: after a clone"
	done
	ok sync --to "$srv"
}
start_wire "$sshd"
ssh_to "$wire"
over ssh "ssh://server$srv"
start_wire "$https"
over https "https://localhost:$wire/srv.git"

# ---- in a folder ----

# The other end is a git of ours, too: it is killed, or stopped, some time after it has begun.
hit() { # SIGNAL upload|receive MICROSECONDS
	perl -MTime::HiRes=time,usleep -e 'my ($signal, $end, $path, $wait) = @ARGV; my $until = time + 5;
		while (time < $until) {
			for my $file (glob "/proc/[0-9]*/cmdline") {
				open my $f, "<", $file or next;
				my $words = <$f> // "";
				$words =~ /^git\0-c\0core\.hooksPath.*\0$end-pack\0\Q$path\E\0/ && $file =~ /(\d+)/ or next;
				usleep $wait;
				kill $signal, $1;
				exit;
			}
			usleep 500;
		}' "$1" "$2" "$srv" "$3"
}
for ((i = 0; i < rounds; i++)); do
	for signal in KILL STOP; do
		for end in upload receive; do
			both_wrote
			hit $signal $end $(($(some) % 15000)) &
			hitter=$!
			try "a folder: $signal $end-pack"
			wait $hitter
			next "a folder: $signal $end-pack"
		done
	done
done

# ---- holdfast itself ----

a=$EPOCHREALTIME
ok sync
span=$(((${EPOCHREALTIME/./} - ${a/./}) * 2))
for ((i = 0; i < rounds * 2; i++)); do
	both_wrote
	"$HOLDFAST" --quiet sync >/dev/null 2>&1 &
	pid=$!
	us=$(($(some) % span))
	sleep "$(printf '%d.%06d' $((us / 1000000)) $((us % 1000000)))"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	next 'holdfast was killed'
done

echo "$((rounds * 14)) tries, of which $broke failed; $told records"
is "no failure was called a success ($broke failed)" test $lies = 0
is 'each ended within its limit' test $late = 0
is 'each next one succeeded' test $stuck = 0
is 'something did fail' test $broke -ge $((rounds * 2))
says 'nothing is lost' "@\$data == $told" list person
is 'nor on the server' git -C "$srv" fsck --strict --no-dangling --no-progress
ok verify
finish
