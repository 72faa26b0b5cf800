#!/usr/bin/env bash
# Every example is run: the blocks of EXAMPLES in holdfast(1), and the lines under Examples in the help of each command. Each has a copy of a
# prepared register to itself, which nobody wrote to, with the things in it that the examples name.
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
stages=$dir/stages box=$dir/box
mkdir "$dir/bin" "$stages"
ln -s "$HOLDFAST" "$dir/bin/holdfast"
PATH=$dir/bin:$PATH
at() { export XDG_DATA_HOME=$1/data XDG_STATE_HOME=$1/state XDG_CACHE_HOME=$1/cache HOME=$1 HOLDFAST_BOOKS=$1:$HOLDFAST_TOP; }
# All are made in the place where they are used: some of what is known of a register is known of its place.
keep_stage() { cp -a "$box" "$stages/$1"; }
# Every file and folder there, by what changes when it is written to.
state_of_box() { find "$box" -printf '%P %i %s %C@\n' | cksum; }
# A copy of a stage is there: the one of the line before, when that only read.
boxed='' untouched=''
take_stage() { # STAGE
	[ "$boxed" = "$1" ] && [ "$(state_of_box)" = "$untouched" ] && return
	rm -rf "$box"
	cp -a "$stages/$1" "$box"
	boxed=$1 untouched=$(state_of_box)
}

# ---- what the examples name ----

new_key ann@agency.example
key=$(gpg --batch --with-colons --list-secret-keys | awk -F: '/^fpr/ { print $10; exit }')
export HOLDFAST_KEY=$key
for name in jo max; do
	mkdir -m 700 "$dir/gnupg-$name"
	GNUPGHOME=$dir/gnupg-$name new_key $name@agency.example
	GNUPGHOME=$dir/gnupg-$name gpg --batch --armor --export >"$dir/$name.asc"
done
mkdir "$box"
at "$box"
cd "$box" || exit 2
cp "$dir/jo.asc" "$dir/max.asc" .
sed '1s/.*/# Our own book `our-own`/' "$HOLDFAST_TOP/playbooks/routine/meeting-after.md" >our-own.md
for f in letter.pdf certificate.pdf page.png; do echo "$f" >$f; done
echo '[{"name": "Kim Lee"}, {"name": "Lou Ray"}]' >people.json
printf 'provider,handle,name,division,owner\nyoutube,agency,The Agency,Press,Jo Park\n' >accounts.csv
printf 'Staff number,name,email\n17,Kim Lee,kim@agency.example\n' >people.csv
mkdir -p .zfunc .config/fish/completions
cp -r "$HOLDFAST_TOP/playbooks" "$HOLDFAST_TOP/templates" .
keep_stage empty
ok init --name 'Example Agency' --domain agency.example --timezone Europe/London
ok add unit name=Press
ok add person name='Jo Park' email=jo@agency.example phone='+44 20 7946 0001' unit=Press
ok add person name='Sam Okoro' email=sam@agency.example
ok add person name='Ann Lee' email=ann@agency.example
ok member role "$key" --person 'Ann Lee'
ok set Press deputy_director='Ann Lee' director='Sam Okoro'
keep_stage people
ok add account provider=x handle=@agency url=https://x.com/agency owner='Jo Park' responder='Sam Okoro' unit=Press state=live mfa_methods=sms \
	registered_phone=+442079460001 registered_email=press@agency.example
ok attach @agency letter.pdf satisfies=letterhead
rm letter.pdf
echo letter >letter.pdf
keep_stage accounts
ok respond @agency --at 'yesterday 22:31'
ok run value last ring-lead seen_by=Jo seen_where='on the page' seen_what='free coins'
ok run attach last first-captures page.png --as captures

keep_stage running
ok member add jo.asc --role owner --person 'Jo Park'
git init -q --bare "$dir/remote.git"
ok sync --to "$dir/remote.git"
sed 's/^- \*\*In short:\*\* /&ours: /' playbooks/incident/hijacked-account.md >ours.md
ok book edit incident/hijacked-account ours.md
keep_stage shared

# ---- running one ----

# Which stage a line, or a block, needs.
stage_of() {
	case $1 in
	'holdfast init'*) echo empty ;;
	'holdfast add '*) echo people ;;
	'holdfast respond '*) echo accounts ;;
	'holdfast member add '*) echo running ;;
	'holdfast member '* | 'holdfast sync'* | *' --diff' | *' --remove') echo shared ;;
	*) echo running ;;
	esac
}
# What it answers where that is not 0: a no, or a question that nobody is there to hear.
wanted() {
	case $1 in
	'holdfast add account' | 'holdfast offboard '*' --mover' | 'holdfast book edit incident/hijacked-account') echo 2 ;;
	'holdfast remove '*) echo 65 ;; # others refer to it
	'holdfast member remove '*) echo 2 ;;
	'holdfast check --rules' | 'holdfast check --explain'*) echo 0 ;;
	'holdfast check'*) echo '[01]' ;; # findings are a no
	'holdfast run close last' | 'holdfast due'* | 'holdfast run reopen '* | 'holdfast run approve '* | 'holdfast run reject '* | *' --anyway '*) echo 1 ;;
	'holdfast run correct '* | 'holdfast conflicts settle '*) echo 65 ;; # an id that is only there
	'holdfast book lint') echo '[01]' ;; # make lint judges the books
	*) echo 0 ;;
	esac
}
# Addresses of other computers are not gone to.
is_far() { grep -qE '(git@|ssh://|https://[^ ]*\.git)' <<<"$1"; }
try() { # WHERE TEXT
	local want
	is_far "$2" && return
	take_stage "$(stage_of "$2")"
	[ "$(stage_of "$2")" = running ] && case $2 in *' -o letter.pdf'*) rm "$box/letter.pdf" ;; esac
	at "$box"
	(
		cd "$box" || exit 99
		bash -euc "$2" >"$dir/out" 2>"$dir/err" </dev/null
	)
	status=$?
	want=$(wanted "$2")
	is "$1: $2: $want" grep -qx "$want" <<<$status
	count=$((count + 1))
}
count=0

# The blocks of a manual page, as they are shown, between two headings.
blocks() { # PAGE FROM TO
	local block='' in='' line
	while IFS= read -r line; do
		case $line in
		'.Bd -literal'*) in=yes block='' ;;
		.Ed)
			[ -z "$in" ] || try "$1" "${block%$'\n'}"
			in=''
			;;
		*) [ -z "$in" ] || block+="${line//\\(dq/\"}"$'\n' ;;
		esac
	done < <(sed -n "/^\.S[hs] $2/,/^\.S[hs] $3/p" "$HOLDFAST_TOP/man/$1")
}
blocks holdfast.1 EXAMPLES SEE
blocks holdfast-register.5 Queries FILES
is 'the page has examples' test $count -ge 4

# The lines of the help.
run --json help
while IFS= read -r line; do
	try help "$line"
done < <(perl -MJSON::PP -0777 -ne 'print map { "$_\n" } map { ref $_->{examples} ? @{$_->{examples}} : split /\n/, $_->{examples} // "" } @{decode_json($_)->{data}{commands}}' "$dir/out")
is 'the help has examples' test $count -ge 60
finish
