#!/usr/bin/env bash
# An https server on this computer, with a certificate made for it: two copies and a clone over it; certificates that must not do; who has to sign in;
# answers that are refusals; a server that falls silent, breaks off or leads elsewhere at each stage; and addresses with a password in them.
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
# shellcheck source=tests/servers.sh
. "$HOLDFAST_TOP/tests/servers.sh"
new_key ann@agency.example
fpr=$(gpg --list-keys --with-colons 2>/dev/null | awk -F: '/^fpr/ { print $10; exit }')
two=$dir/two srv=$dir/srv.git
b() { HOLDFAST_REGISTER=$two "$HOLDFAST" "$@" >"$dir/out" 2>"$dir/err" </dev/null; status=$?; }
n=0
something() { n=$((n + 1)); ok add person name="Person $n" email="p$n@agency.example"; }
does() { echo "$*" >"$dir/mode"; }
same() { [ "$(git -C "$srv" rev-parse main)" = "$(head_of)" ]; }

serve() { # CERTIFICATE
	start_https "$1"
	url=https://localhost:$https/srv.git
}
certificate localhost -days 2 -addext subjectAltName=DNS:localhost
certificate other -days 2 -addext subjectAltName=DNS:other.example
# req(1) makes none that is over.
certificate past -days 2
cat >"$dir/ca.conf" <<END
[ca]
default_ca = us
[us]
database = $dir/ca.index
serial = $dir/ca.serial
new_certs_dir = $dir
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = DNS:localhost
END
: >"$dir/ca.index" && echo 01 >"$dir/ca.serial"
openssl req -new -key "$dir/past.key" -subj /CN=past -out "$dir/past.csr" 2>>"$dir/openssl.log"
openssl ca -batch -notext -selfsign -config "$dir/ca.conf" -keyfile "$dir/past.key" -in "$dir/past.csr" -out "$dir/past.pem" -startdate 20240101000000Z \
	-enddate 20240201000000Z 2>>"$dir/openssl.log"
is 'a certificate that is over' not openssl x509 -noout -checkend 0 -in "$dir/past.pem" >/dev/null
export GIT_SSL_CAINFO=$dir/trusted.pem
cat "$dir/localhost.pem" "$dir/other.pem" "$dir/past.pem" >"$dir/trusted.pem"
git init -q --bare "$srv"
ok init --name Agency
does serve
serve localhost

# ---- all is well ----

ok sync --to "$url"
is 'it came through' same
something
ok sync
head -c 3000000 /dev/urandom >"$dir/proof.bin"
ok add account provider=x handle=agency
ok attach x:agency "$dir/proof.bin" description=Proof
ok sync
is 'so did what git sends in pieces' same
b clone "$url" --root "$fpr"
check 'a clone' "$([ $status = 0 ] && [ "$(cat "$two/refs/heads/main")" = "$(head_of)" ]; echo $?)"
b add person name='Max Lee' email=max@agency.example
b sync
check 'the other copy sends' $status
says 'what the other wrote' '$data->{received} == 1 && $data->{sent} == 0 && $data->{url} =~ /^https:/' sync
ok verify

# ---- certificates ----

unset GIT_SSL_CAINFO
no 77 'its certificate is not one that this computer trusts' sync
git config --file "$dir/.gitconfig" http.sslVerify false
git config --file "$dir/.gitconfig" "http.$url.sslVerify" false
git config --file "$dir/.gitconfig" "http.${url%/srv.git}.sslVerify" false
GIT_SSL_NO_VERIFY=1 no 77 'its certificate is not one that this computer trusts' sync
export GIT_SSL_CAINFO=$dir/trusted.pem
rm "$dir/.gitconfig"
no 77 'its certificate is for another name' sync --to "${url/localhost/127.0.0.1}"
for wrong in other past; do
	serve $wrong
	something
	no 77 'its certificate is' sync --to "$url"
	b clone "$url" --root "$fpr" --register "$dir/none"
	check "nothing is cloned from it" "$([ $status = 77 ] && [ -z "$(ls -d "$dir"/none* 2>/dev/null)" ]; echo $?)"
done
serve localhost
ok sync --to "$url"
b sync --to "$url"
check 'the other copy goes there, too' $status

# ---- who signs in, and how nobody is asked ----

cat >"$dir/ask" <<END
#!/bin/sh
echo asked >>"$dir/asked"
exec sleep 30
END
chmod +x "$dir/ask"
does sign-in
began=$SECONDS
no 77 'it asks for a name and a password' sync
SSH_ASKPASS=$dir/ask GIT_ASKPASS=$dir/ask no 77 'it does not let you in' --no-input sync
git config --file "$dir/.gitconfig" core.askPass "$dir/ask"
no 77 'it does not let you in' --no-input sync
is 'no window was opened' test ! -e "$dir/asked"
no 71 'did not answer in time' sync --timeout 1
is 'a window that nobody answers is closed' test $((SECONDS - began)) -le 12
is 'it was opened' test -s "$dir/asked"
# On a terminal, too, nobody is asked there.
GCM_INTERACTIVE=always script -qec "$HOLDFAST --no-input sync" /dev/null >"$dir/out" 2>"$dir/err" </dev/null
status=$?
is 'nor does git ask on the terminal' test $status = 77
git config --file "$dir/.gitconfig" credential.helper '!f() { test "$1" != get || printf "username=jo\npassword=word\n"; }; f'
something
ok sync
is 'a credential helper does' same
git config --file "$dir/.gitconfig" credential.helper '!f() { printf "username=jo\npassword=wrong\n"; }; f'
git config --file "$dir/.gitconfig" --unset core.askPass
no 77 'it does not let you in' sync
is 'what was typed is not shown' not grep -rqs wrong "$dir/out" "$dir/err"
rm "$dir/.gitconfig"

# ---- addresses with a password in them ----

host=${url#https://}
for address in "https://jo:s3cret@$host" "ssh://jo:s3cret@$host" "jo:s3cret@host:x" "http://jo:s3cret@$host" "https://ghp_s3cret01234567890123456789@$host" \
	"https://jo:s3/cret@$host" "$url?token=s3cret" $'https://jo:s3cret@host/\e[0m'; do
	no 65 '' sync --to "$address"
	is "nothing of it is repeated: $address" not grep -qE 's3|cret' "$dir/err"
	b clone "$address" --root "$fpr" --register "$dir/none"
	check "nor by clone: $address" "$([ $status = 65 ] && ! grep -qE 's3|cret' "$dir/err"; echo $?)"
done
git config --file "$dir/.gitconfig" "url.https://jo:s3cret@${host%/srv.git}/.insteadOf" https://agency.example/
does serve
no 77 'your git leads that address to one with a password in it' sync --to https://agency.example/srv.git
is 'nor is that' not has err s3cret
rm "$dir/.gitconfig"
ok sync --to "${url/localhost/jo@localhost}"
ok sync --to "$url"

# ---- what it may answer ----

does status 403
no 77 'it does not let you do that' sync
does status 404
no 65 'no repository is there' sync
for code in 500 502 503 504; do
	does status $code
	no 71 'the server itself failed' sync
done
does lead "http://${host%/srv.git}"
no 77 'it leads to a way that holdfast does not use' sync
does lead "${url%/srv.git}"
no 77 'it leads from one address to the next' sync
does status 200
no 1 'nothing there' sync
does serve
no 65 'no repository is there' sync --to "${url%/srv.git}/none.git"

# ---- silent or broken off, at each stage ----

# Where both have something for each other.
both_wrote() {
	something
	b add person name="Other $n" email="o$n@agency.example"
	does serve
	b sync
	check 'the other copy sends' $status
	before=$(head_of)
}
for how in silent cut; do
	for stage in 'service=git-upload-pack 0' 'service=git-upload-pack 40' 'srv.git/git-upload-pack 0' 'srv.git/git-upload-pack 100'; do
		both_wrote
		does $how $stage
		no 71 '' sync --timeout 1
		does serve
		ok sync
		is "the next one succeeds: $how $stage" same
	done
	for stage in 'service=git-receive-pack 0' 'service=git-receive-pack 40' 'srv.git/git-receive-pack 0' 'srv.git/git-receive-pack 10'; do
		something
		does $how $stage
		no 71 'what was to go may not have arrived' sync --timeout 1
		does serve
		ok sync
		is "the next one succeeds: $how $stage" same
	done
done
for stage in 'srv.git/git-receive-pack 0' 'srv.git/git-receive-pack 300'; do
	something
	does deaf $stage
	no 71 'did not answer in time' sync --timeout 1
done
does silent service=git-upload-pack 0
b clone "$url" --root "$fpr" --register "$dir/none" --timeout 1
check 'a clone from a silent one leaves nothing' "$([ $status = 71 ] && [ -z "$(ls -d "$dir"/none* 2>/dev/null)" ]; echo $?)"
does serve
ok sync
is 'all that was sent is there' same
is 'nothing of it still runs' test "$(pgrep -fc "git-remote-https.*$host" || true)" = 0
is 'the server is whole' git -C "$srv" fsck --strict --no-dangling --no-progress
b sync
ok verify
finish
