#!/usr/bin/env bash
# A folder that somebody handed over, with traps in it: what is started stands on a short list, and nothing that was planted runs. Every command of the
# command table is run, inside the planted register and inside a planted work tree, once with files beside the register's own and once with lines in
# its configuration; strace tells what was started. A new command has to get its line in words_of.
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 # a sanitizer looks for leaks with what strace uses
if ! strace -f -qq -o /dev/null true 2>/dev/null; then
	echo 'skipped: what is started by a planted register: strace does not work here'
	echo '1 passed, 0 failed'
	exit
fi

# ---- a register with something of everything in it ----

box=$dir/box stage=$dir/stage
mkdir "$box" "$dir/files"
export XDG_DATA_HOME=$box/data XDG_STATE_HOME=$box/state XDG_CACHE_HOME=$box/cache
register=$box/data/holdfast/default.git
new_key ann@agency.example
for name in jo max; do
	mkdir -m 700 "$dir/gnupg-$name"
	GNUPGHOME=$dir/gnupg-$name new_key $name@agency.example
	GNUPGHOME=$dir/gnupg-$name gpg --batch --armor --export >"$dir/files/$name.asc"
done
fpr=$(fpr_of ann@agency.example)
jo=$(gpg --homedir "$dir/gnupg-jo" --with-colons --list-keys 2>/dev/null | awk -F: '/^fpr/ { print $10; exit }')
export HOLDFAST_KEY=$fpr
cd "$dir/files" || exit 2
echo letter >letter.pdf
echo '{"name": "x"}' >data.json
echo 'Dear {{name}}' >letter.md
printf 'name,email\nKim Lee,kim@agency.example\n' >people.csv
sed '1s/.*/# Our own book `our-own`/' "$HOLDFAST_TOP/playbooks/routine/meeting-after.md" >our-own.md
ok init --name Agency --domain agency.example --person 'Ann Lee'
ok add unit name=Press director='Ann Lee' deputy_director='Ann Lee'
ok add person name='Jo Park' email=jo@agency.example unit=Press manager='Ann Lee'
ok add account provider=x handle=agency url=https://x.com/agency owner='Jo Park' responder='Ann Lee' unit=Press state=live
ok add account provider=x handle=other owner='Jo Park' unit=Press state=live
ok add account provider=x handle=gone
ok attach x:agency letter.pdf satisfies=letterhead
ok respond x:agency --at '10 min ago' --severity 2
ok member add jo.asc --role responder --person 'Jo Park'
run --json history x:agency
ok run note last 'a note'
run --json timeline last
entry=$(value '$data->[-1]{id}')
run --json list evidence
evidence=$(value '$data->[0]{id}')
git init -q --bare "$box/remote.git"
ok sync --to "$box/remote.git"
ok add person name='Not sent yet'

# ---- what is planted ----

# Each trap leaves a file in $dir/ran that bears its name; a filter hands on what it was given.
mkdir "$dir/ran" "$dir/traps"
trap_for() { # NAME: the path of a program
	printf '#!/bin/sh\n>"%s/%s"\ncase ${0##*/} in *clean | *smudge | *textconv) exec /bin/cat ;; esac\n' "$dir/ran" "$1" >"$dir/traps/$1"
	chmod +x "$dir/traps/$1"
	echo "$dir/traps/$1"
}
hooks='applypatch-msg commit-msg fsmonitor-watchman post-applypatch post-checkout post-commit post-index-change post-merge post-receive post-rewrite
	post-update pre-applypatch pre-auto-gc pre-commit pre-merge-commit prepare-commit-msg pre-push pre-rebase pre-receive proc-receive push-to-checkout
	reference-transaction sendemail-validate update'
settings='core.fsmonitor core.sshCommand core.pager core.editor core.askPass core.gitProxy core.alternateRefsCommand sequence.editor pager.log pager.show
	gpg.program gpg.openpgp.program gpg.x509.program gpg.ssh.program gpg.ssh.defaultKeyCommand credential.helper diff.external diff.trap.textconv
	diff.trap.command merge.trap.driver filter.trap.clean filter.trap.smudge filter.trap.process uploadpack.packObjectsHook
	remote.origin.uploadpack remote.origin.receivepack gc.recentObjectsHook trailer.x.command trailer.x.cmd browser.trap.cmd man.trap.cmd alias.fetch
	alias.push alias.ls-remote init.templateDir uploadArchive.trap tar.trap.command web.browser instaweb.httpd receive.procReceiveRefs'
set_traps() { # CONFIG: a line for each setting that starts something
	local setting
	for setting in $settings; do git config --file "$1" "$setting" "$(trap_for "config-$setting")"; done
	for setting in fetch push; do git config --file "$1" "alias.$setting" "!$(trap_for "alias-$setting")"; done
	git config --file "$1" credential.helper "!$(trap_for credential-shell)"
	git config --file "$1" core.hooksPath "$dir/traps/hooks"
	git config --file "$1" include.path "$dir/traps/included"
	git config --file "$1" core.attributesFile "$dir/traps/attributes"
	git config --file "$1" "url.ext::$(trap_for config-ext) .insteadOf" /
	git config --file "$1" protocol.ext.allow always
	git config --file "$1" core.worktree "$dir/traps/tree"
	git config --file "$1" extensions.worktreeConfig true
}
# Beside what a register consists of, and nothing that it refuses to have.
plant_files() { # REPOSITORY
	local hook
	mkdir -p "$1/hooks" "$1/info" "$1/modules/x/hooks"
	for hook in $hooks; do cp "$(trap_for "hook-$hook")" "$1/hooks/$hook"; done
	cp "$1"/hooks/* "$1/modules/x/hooks"
	echo '* filter=trap diff=trap merge=trap ident text eol=crlf working-tree-encoding=UTF-16' | tee "$1/info/attributes" >"$1/.gitattributes"
	printf '[submodule "x"]\n\tpath = x\n\turl = ext::%s\n\tupdate = !%s\n' "$(trap_for submodule)" "$(trap_for submodule)" >"$1/.gitmodules"
}
mkdir -p "$dir/traps/hooks" "$dir/traps/tree"
for hook in $hooks; do cp "$(trap_for "path-$hook")" "$dir/traps/hooks/$hook"; done
echo '* filter=trap' >"$dir/traps/attributes"
printf '[core]\n\tfsmonitor = %s\n' "$(trap_for included)" >"$dir/traps/included"

# The folder one happens to be in: programs by the names of those that are wanted, and a work tree's own settings.
for name in git gpg gpgconf gpg-agent ssh sh less more vi cat git-upload-pack git-receive-pack gpg.conf .gnupg; do cp "$(trap_for "here-$name")" "$dir/files/$name"; done
git init -q "$dir/files"
set_traps "$dir/files/.git/config"
plant_files "$dir/files/.git"
plant_files "$register"
plant_files "$box/remote.git"
: >"$dir/ran/none"
rm "$dir"/ran/*
# The traps do spring where nobody guards against them.
git init -q "$dir/control"
plant_files "$dir/control/.git"
git -C "$dir/control" -c user.name=x -c user.email=x@x.example -c core.fsmonitor="$dir/traps/config-core.fsmonitor" commit -q --allow-empty -m x 2>/dev/null
is 'a planted hook runs where it is not kept from it' test -e "$dir/ran/hook-post-commit" -a -e "$dir/ran/config-core.fsmonitor"
rm "$dir"/ran/*
cp -a "$box" "$stage"

# ---- every command ----

# Arguments with which a command does its work. Of the run, "last" is the one of x:agency.
words_of() { # COMMAND
	case $1 in
	respond) echo x:other ;;
	'run list' | 'member list' | due | verify | conflicts | 'book list' | version | help) echo ;;
	'run show' | 'run next' | 'run resume' | 'run close' | timeline) echo last ;;
	'run done') echo last ring-lead seen_by=Jo seen_where=page seen_what=coins ;;
	'run fail' | 'run claim') echo last ring-lead ;;
	'run skip') echo 'last ring-lead --why "nobody is there"' ;;
	'run answer') echo last still-in yes --anyway x ;;
	'run value') echo last ring-lead seen_by=Jo ;;
	'run note') echo last hello ;;
	'run attach') echo last first-captures letter.pdf --as captures ;;
	'run ticket') echo last 4711 --with x ;;
	'run assign' | 'run handover') echo 'last lead "Jo Park"' ;;
	'run approve' | 'run reject') echo last ring-lead ;;
	'run wait') echo last ring-lead --until 23:59 ;;
	'run correct') echo "last $entry another" ;;
	'run reopen') echo last --why again ;;
	'run compare') echo last last ;;
	report) echo last internal/siro-first ;;
	init) echo --name Agency ;;
	add) echo person name=Kim ;;
	set) echo x:agency purpose=News ;;
	remove) echo x:gone --force ;;
	show | history | impact | check | card | review) echo x:agency ;;
	list | export) echo account ;;
	find) echo agency ;;
	attach) echo x:agency letter.pdf description=again ;;
	extract) echo "$evidence -o out.pdf" ;;
	import) echo people.csv --kind person ;;
	query) echo '"SELECT * FROM account"' ;;
	whois) echo https://x.com/agency ;;
	offboard) echo '"Jo Park" --last-day tomorrow' ;;
	declare) echo '"Jo Park" provider=x handle=jo purpose=News' ;;
	attest) echo Press ;;
	assess) echo ;;
	dashboard) echo -o page.html ;;
	'member add') echo max.asc --role owner ;;
	'member remove') echo "$jo --force" ;;
	'member role') echo "$jo owner" ;;
	'member refresh') echo "$jo jo.asc" ;;
	clone) echo "$box/remote.git --root $fpr --register $dir/copy.git" ;;
	sync) echo ;;
	'conflicts settle') echo "$evidence kept" ;;
	'book show' | 'book graph' | 'book cacao' | 'book lint') echo incident/hijacked-account ;;
	'book edit') echo routine/our-own our-own.md ;;
	'book render') echo letter.md --data data.json ;;
	completion) echo bash ;;
	*) return 1 ;;
	esac
}
# What it answers where that is not 0.
wanted() {
	case $1 in
	init) echo 65 ;; # it is there
	'run approve' | 'run reject' | 'run close' | 'run reopen' | 'run resume' | check | due | review | offboard | attest) echo '[01]' ;;
	'conflicts settle') echo 65 ;; # an id that is none
	*) echo 0 ;;
	esac
}
started=$dir/started
refused_here() { [ $status = 65 ] && empty out && has err /config; }
watching="strace -f -qq -z -e signal=none --seccomp-bpf -s 1000 -e trace=execve,execveat -o $dir/trace"
# The path and the arguments of each program that was started but holdfast, in $started.
list_started() {
	sed -n 's/^[0-9]* *execve("\(.*\)\], 0x.*/\1/p' "$dir/trace" | tail -n +2 >"$started"
	is 'strace saw nothing else' not grep -q execveat "$dir/trace"
}
# Runs it in the folder of traps. $status, and $started.
watch() { # COMMAND WORDS-IN-SHELL
	rm -rf "$dir/copy.git"
	eval "set -- $1 ${2-}"
	# shellcheck disable=SC2086 # words
	timeout -k 1 60 $watching "$HOLDFAST" "$@" >"$dir/out" 2>"$dir/err" </dev/null
	status=$?
	list_started
}
# gpg's and git's own, from where the system has them. true is what git asks about alternates, instead of what a configuration says. A shell is started by git alone, for the other side of a folder here, whose words are ours.
side='"-c", "git -c core\.hooksPath=/dev/null -c core\.alternateRefsCommand=true -c receive\.autogc=false \(upload\|receive\)-pack '
others() {
	grep -v -e '^/\(usr/\)\?bin/\(gpg\|gpgconf\|gpg-agent\|true\)", ' -e '^/\(usr/\)\?bin/git", ' -e '^/\(usr/\)\?lib/git-core/git", ' -e "^/bin/sh\", \[\"/bin/sh\", $side" "$started"
}
good() { # WHAT COMMAND
	others >"$dir/others"
	is "$1: it started only gpg and git: $2: $(head -n 1 "$dir/others")" empty others
	is "$1: no trap was sprung: $2: $(ls "$dir/ran")" test -z "$(ls "$dir/ran")"
	rm -f "$dir"/ran/*
}
fresh() {
	rm -rf "$box"
	cp -a "$stage" "$box"
}

run --json help
mapfile -t commands < <(value 'join "", map { "$_->{name}\n" } @$data{commands}->@*')
is 'the command table was read' test ${#commands[@]} -ge 60
for command in "${commands[@]}"; do
	words=$(words_of "$command")
	is "words_of has the command $command" test $? = 0
	fresh
	watch "$command" "$words"
	is "$command $words: $(wanted "$command")" grep -qx "$(wanted "$command")" <<<$status
	good 'files' "$command"
done

# ---- a register whose configuration starts something: no command goes into it ----

fresh
set_traps "$register/config"
for command in "${commands[@]}"; do
	watch "$command" "$(words_of "$command")"
	good 'configuration' "$command"
	case $command in
	init | clone | help | version | completion | book*) ;;
	*) is "it is refused by $command" refused_here ;;
	esac
done

# ---- the other side's folder with the same: it is read from and written to ----

fresh
set_traps "$box/remote.git/config"
git config --file "$box/remote.git/config" --unset core.worktree
watch clone "$(words_of clone)"
is 'clone from it' test $status = 0
good 'the other side' clone
watch sync
is 'sync with it' test $status = 0
good 'the other side' sync

# ---- at a terminal: the user's own pager and editor, and the walk, which syncs ----

mkdir "$dir/mine"
for name in pager editor; do
	printf '#!/bin/sh\necho %s >>%s/asked\n[ %s = editor ] || cat >/dev/null\n' $name "$dir" $name >"$dir/mine/$name"
	chmod +x "$dir/mine/$name"
done
export PAGER=$dir/mine/pager EDITOR=$dir/mine/editor TERM=xterm
# watch, with somebody who reads PROMPT and then types KEYS.
at_terminal() { # PROMPT KEYS COMMAND...
	local prompt=$1 keys=$2
	shift 2
	: >"$dir/asked"
	: >"$dir/out"
	rm -f "$dir/ended"
	{
		until grep -qaF "$prompt" "$dir/out" || [ -e "$dir/ended" ]; do sleep 0.1; done
		printf '%s' "$keys"
		until [ -e "$dir/ended" ]; do sleep 0.1; done
	} | {
		timeout -k 1 60 script -qec "stty rows 24 cols 80; exec $watching $(printf '%q ' "$HOLDFAST" "$@")" /dev/null >"$dir/out" 2>"$dir/err"
		status=$?
		echo $status >"$dir/ended"
	}
	status=$(cat "$dir/ended")
	is "at a terminal: $*" test "$status" = 0
	list_started
}
# Whatever of the list is the user's own, or started by that, is not for good.
theirs() { # PROGRAM
	is "the $1 one asks for, by a shell" grep -q "^/bin/sh\", \[\"sh\", \"-c\", \"$dir/mine/$1" "$started"
	is "it is theirs: $1" grep -qx "$1" "$dir/asked"
	grep -v -e "\"$dir/mine/$1" -e '/cat", \["cat"$' "$started" >"$dir/kept"
	mv "$dir/kept" "$started"
}
fresh
at_terminal '' '' book show incident/hijacked-account
theirs pager
good terminal 'book show'
at_terminal '' '' book edit incident/hijacked-account
theirs editor
good terminal 'book edit'
rm -rf "$register/hooks" && cp -a "$box/remote.git/hooks" "$register"
at_terminal '10 min ago): ' $':q\r' run resume last
is 'the walk syncs beside it' grep -q '^/proc/self/exe", \["holdfast", ' "$started"
sed -i '\|^/proc/self/exe", \["holdfast", |d' "$started"
good terminal 'run resume'
finish
