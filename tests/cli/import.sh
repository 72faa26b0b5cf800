#!/usr/bin/env bash
# Importing as people do it: a list with owners and divisions, twice; a file that holds a record twice; what is wrong with a file; and back by export.
# shellcheck disable=SC2016
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"
new_key ann@agency.example
ok init --name 'Agency'
commits() { git --git-dir="$register" rev-list --count main; }

# A made-up list: accounts of N offices, one of them twice with another owner.
accounts() {
	perl -e 'print "provider,handle,url,name,division,owner\n";
		for my $i (1 .. $ARGV[0]) { my $o = int(($i + 2) / 3); my ($p) = (qw(x facebook youtube))[$i % 3];
			print "$p,\@Office$i,https://$p.example/Office$i,\"Office of Member $o, Sánchez\",Division " . int($o / 4) . ",Member $o Sánchez\n"; }' "$1"
}
map=(--kind account --map 'name=display_name,division=unit')

accounts 60 >"$dir/list.csv"
no 65 'line 2, column division: Division 0: no unit has that name' import "$dir/list.csv" "${map[@]}"
no 65 'line 1, column name: account has no such field' import "$dir/list.csv" --kind account
before=$(head_of)
says 'a rehearsal' '$data->{added} == 60 && $data->{changed} == 0 && $data->{unchanged} == 0 && keys %$data == 3' \
    import "$dir/list.csv" "${map[@]}" --create --dry-run
is 'a rehearsal writes nothing' test "$(head_of)" = "$before"
ok import "$dir/list.csv" "${map[@]}" --create
is 'it says what came with it' has out '60 added, 0 changed, 0 unchanged; made 20 persons and 6 units'
is 'all in one commit' test "$(commits)" = 2
says 'and all is there' '@$data == 60' list account
says 'names as they stand' '$data->{display_name} eq "Office of Member 1, S\x{e1}nchez"' show x:Office3
before=$(head_of)
says 'once more' '$data->{unchanged} == 60 && !$data->{added} && !$data->{changed}' import "$dir/list.csv" "${map[@]}" --create
is 'once more writes nothing' test "$(head_of)" = "$before"
sed -i 's/Member 7 /Member 8 /' "$dir/list.csv"
accounts 62 | tail -n 2 >>"$dir/list.csv"
says 'what was changed and added' '$data->{unchanged} == 57 && $data->{added} == 2 && $data->{changed} == 3' import "$dir/list.csv" "${map[@]}" --create

# one account twice
cp "$dir/list.csv" "$dir/twice.csv"
echo 'x,office3,https://x.example/Office3,Office of Another,Division 9,Another Owner' >>"$dir/twice.csv"
no 65 'line 64: x:office3 stands on line 4 already' import "$dir/twice.csv" "${map[@]}" --create
is 'and what helps' has err '--duplicates skip'
says 'skip goes on with the first' '$data->{unchanged} == 62' import "$dir/twice.csv" "${map[@]}" --create --duplicates skip
no 65 'no record has that name' show 'Another Owner'
ok import "$dir/twice.csv" "${map[@]}" --create --duplicates keep
is 'keep takes the first' has out '0 added, 1 changed, 61 unchanged'
says 'and notes the others' '$data->{notes} =~ /also listed with .*owner Another Owner/' show x:Office3
is 'and makes nothing for them' test "$("$HOLDFAST" --json list person | grep -c '"name"')" = 21
says 'keep again changes nothing' '$data->{unchanged} == 62' import "$dir/twice.csv" "${map[@]}" --create --duplicates keep
no 2 'is not one of refuse|skip|keep' import "$dir/twice.csv" "${map[@]}" --duplicates last

# back and forth
for kind in account person unit; do
	"$HOLDFAST" export $kind >"$dir/$kind.csv"
	n=$(("$(perl -0777 -ne 'print scalar(() = /\n(?=")/g)' "$dir/$kind.csv")"))
	says 'an export comes back unchanged' "\$data->{unchanged} == $n && !\$data->{added} && !\$data->{changed}" import "$dir/$kind.csv" --kind $kind
done
cp "$dir/person.csv" "$dir/crlf.csv"
perl -pi -e 's/\r?\n/\r\n/; s/^/\xef\xbb\xbf/ if $. == 1' "$dir/crlf.csv"
says 'as a spreadsheet saves it' '!$data->{added} && !$data->{changed}' import "$dir/crlf.csv" --kind person
input=$dir/person.csv run --json import - --kind person
is 'from standard input' json '!$data->{added} && !$data->{changed}'

# what is wrong
bad() { # WORDS CONTENT: printf's
	# shellcheck disable=SC2059
	printf "$2" >"$dir/bad.csv"
	no 65 "$1" import "$dir/bad.csv" --kind account
}
bad 'the file is empty' ''
bad 'line 3: 1 cell, and the first line has 2' 'provider,handle\nx,a\nx\n'
bad 'line 3, column 5: not UTF-8' 'provider,handle\nx,a\nx,ab\351\n'
printf 'provider,handle\nfacebok,a\nx,b\n' >"$dir/near.csv"
ok import "$dir/near.csv" --kind account --dry-run
is 'a rehearsal asks for nothing to be changed' not has err sheet
ok import "$dir/near.csv" --kind account
is 'a provider without a sheet' has err 'no provider sheet is called facebok; did you mean facebook? holdfast set REF provider=facebook'
is 'and no other' test "$(grep -c sheet "$dir/err")" = 1
ok remove --force facebok:a
ok remove --force x:b
bad 'this quote is never closed' 'provider,handle\nx,"a\n'
bad 'line 2, column state: "liv" is not one of' 'provider,handle,state\nx,a,liv\n'
bad 'line 2, column created_on: "31/12/2026" is not a date' 'provider,handle,created_on\nx,a,31/12/2026\n'
bad 'line 1, column handel: account has no such field' 'provider,handel\nx,a\n'
is 'with the nearest' has err 'did you mean handle?'
bad 'line 2, column owner: Nobody: no person has that name' 'provider,handle,owner\nx,a,Nobody\n'
bad 'line 2, column notes: this looks like a password' 'provider,handle,notes\nx,a,password: hunter22\n'
is 'and does not repeat it' not has err hunter22
no 65 'Is a directory' import "$dir" --kind account
no 65 'No such file' import "$dir/nothing.csv" --kind account
no 65 'unknown kind' import "$dir/list.csv" --kind acount
no 2 '--kind is missing' import "$dir/list.csv"
no 65 'the file has no such column' import "$dir/list.csv" --kind account --map nmae=display_name
finish
