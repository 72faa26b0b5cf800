#!/usr/bin/env bash
# Every playbook that is shipped as CACAO 2.0: whole, sound, and always the same. CACAO_SCHEMAS=DIR (the folder "schemas" of
# github.com/oasis-open/cacao-json-schemas) also holds them against the published schemas.
# shellcheck disable=SC2016 # Perl in single quotes
# shellcheck source=tests/lib.sh
. "${HOLDFAST_TOP:?}/tests/lib.sh"

# What the schemas do not say: every name leads somewhere, every step is reached, nothing goes round but within a while-condition, each branch
# has an end of its own, each variable that is used is there, each action of a book is there once.
sound() { # BOOK FILE any|soarca
	perl -MJSON::PP -e 'use strict; my ($book, $file, $for) = @ARGV; local $/; open my $f, "<:raw", $file or die; my $d = JSON::PP->new->utf8->decode(<$f>);
		my ($w, %ends, %state, @bad) = $d->{workflow}; my %agents = (%{$d->{agent_definitions}}, %{$d->{target_definitions} // {}});
		sub ways { my $s = $_[0]; grep defined, @$s{qw(on_completion on_true on_false on_success on_failure)}, values %{$s->{cases} // {}} }
		sub walk { my ($id) = @_; my $s = $w->{$id}; return push @bad, "$id is not there" if !$s;
			return push @bad, "$id is in a circle" if ($state{$id} // 0) == 1; return if $state{$id}; $state{$id} = 1;
			push @bad, "$id ends nowhere" if !ways($s) && $s->{type} ne "end"; walk($_) for ways($s); $state{$id} = 2 }
		walk($d->{workflow_start}); walk($d->{workflow_exception});
		for my $id (keys %$w) { my $s = $w->{$id}; push @bad, "$id is never reached" if !$state{$id}; $ends{$_}++ for grep /^end--/, ways($s);
			push @bad, "$id: not of its type" if $id !~ /^\Q$s->{type}\E--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
			push @bad, "$id: who?" if grep !$agents{$_}, $s->{agent} // (), @{$s->{targets} // []};
			push @bad, "$id: $_ is no variable" for grep !$d->{playbook_variables}{$_}, @{$s->{out_args} // []}, join(" ", @$s{grep exists $s->{$_}, qw(condition switch)}) =~ /(__\S+?__):value/g;
			push @bad, "$id: $s->{condition}" if $for eq "soarca" && defined $s->{condition} && $s->{condition} !~ /^__[a-z0-9_-]+__:value !?= \S+$/;
			push @bad, "$id: no words for SOARCA" if $for eq "soarca" && ($s->{type} =~ /switch|parallel/ || $s->{type} eq "action" && (@{$s->{targets}} != 1 || !$s->{timeout})) }
		# the last step of all may be followed by the end of the book
		push @bad, "$_ ends $ends{$_} branches" for grep $ends{$_} > 1, keys %ends;
		my %steps; for my $s (values %$w) { $steps{$_->{step}}++ for values %{$s->{step_extensions} // {}} }
		open my $b, "<", $book or die; my @ids = <$b> =~ /^###[^\n]*`([a-z0-9-]+)`\s*$/mg;
		push @bad, "step $_" for grep { ($steps{$_} // 0) != 1 } @ids; push @bad, "steps" if keys %steps != @ids;
		print map "$file: $_\n", @bad; exit !!@bad' "$@"
}

mkdir "$dir/any" "$dir/soarca"
n=0
for book in "$HOLDFAST_TOP"/playbooks/{incident,routine}/*.md; do
	name=${book##*/} name=${name%.md} folder=${book%/*} folder=${folder##*/}
	for tool in any soarca; do
		ok book cacao "$folder/$name" --for "$tool" -o "$dir/$tool/$name.json"
		is "$name for $tool is sound" sound "$book" "$dir/$tool/$name.json" "$tool"
	done
	run book cacao "$book"
	is "$name is always the same" cmp -s "$dir/out" "$dir/any/$name.json"
	n=$((n + 1))
done
is 'there are playbooks' test "$n" -gt 30
is 'every id stands in one book only' test -z "$(grep -hoE '"(action|if-condition|switch-condition|while-condition|playbook-action|end|start)--[0-9a-f-]+": \{' "$dir"/any/*.json | sort | uniq -d)"

# what stands in it
input=/dev/null
cat >"$dir/mine.md" <<'MINE'
# Mine `mine`

- **Subject:** account
- **Role:** `lead` the lead
- **Reviewed:** 2026-02-03
- **Serves:** R001

## One `one`

### First, an "odd" title `first`

> CAUTION: it's hot

Say {word}.

- **Who:** lead
- **By:** 5 min after start
- **Keep:** `proof` a picture
- **Write down:** `word` (text) what was said
- **Write down:** `how_many` (number) how many
- **If yes:** run `incident/sim-swap` on {account}.
- **If no, never:** go to `third`.
- **If it's over:** `stop`.

### Second `second`

- **Who:** lead
- **Wait:** 2 h
- **Only if:** the moon is full

### Third `third`

- **Who:** lead
- **Only if:** `first = yes`
MINE
says 'a book of mine' '$data->{id} =~ /^playbook--/ && $data->{modified} eq "2026-02-03T00:00:00.000Z" && $data->{external_references}[0]{name} eq "R001"' book cacao "$dir/mine.md"
says 'its values' '$data->{playbook_variables}{__word__}{type} eq "string" && $data->{playbook_variables}{__how_many__}{type} eq "float"' book cacao "$dir/mine.md"
says 'its deadline and evidence' 'grep { my ($x) = values %{$_->{step_extensions} // {}}; ($x->{deadline} // "") eq "5 min after start" && $x->{evidence}[0]{id} eq "proof" && $_->{commands}[0]{command} =~ /CAUTION: it.s hot\nSay __word__:value\./ } values %{$data->{workflow}}' book cacao "$dir/mine.md"
says 'its answers' 'grep { join(",", sort keys %{$_->{cases} // {}}) eq "it\x27s-over,no,yes" } values %{$data->{workflow}}' book cacao "$dir/mine.md"
says 'its wait' 'grep { ($_->{delay} // 0) == 7200000 } values %{$data->{workflow}}' book cacao "$dir/mine.md"
says 'what may be jumped over' '(grep { ($_->{condition} // "") eq "__go-to__:value = \x27none\x27" } values %{$data->{workflow}}) == 2' book cacao "$dir/mine.md"
says 'its child' 'my ($c) = grep { $_->{type} eq "playbook-action" } values %{$data->{workflow}}; $c->{playbook_id} eq $data->{related_to}[0]' book cacao "$dir/mine.md"
run book cacao incident/sim-swap
is 'the id that other books call' grep -qF "$("$HOLDFAST" book cacao "$dir/mine.md" | perl -ne 'print $1 if /"(playbook--[0-9a-f-]+)"/ && $p++ == 1; $p //= 0' )" "$dir/out"

# wrong
no 65 'not a playbook' book cacao provider/x
no 65 'not on the shelf' book cacao incident/sim-swop
is 'with the nearest' has err 'incident/sim-swap'
no 2 '--for' book cacao incident/sim-swap --for splunk
no 2 '' book cacao
no 74 '' book cacao incident/sim-swap -o "$dir/none/x.json"
echo '# X' >"$dir/bad.md"
no 65 'bad.md: 1:1:' book cacao "$dir/bad.md"

# What SOARCA (github.com/COSSAS/SOARCA, its decoder, workflow check, comparisons and manual capability) demands besides: each demand broken alone is seen
takes() { perl "$HOLDFAST_TOP/tests/cli/soarca.pl" "$@" >"$dir/err" 2>&1; }
for file in "$dir"/soarca/*.json; do
	is "${file##*/} is taken by SOARCA" takes "$file"
done
seen() { # WORDS CHANGE
	takes "$dir/soarca/hijacked-account.json" "$2"
	is "SOARCA: $1" has err "$1"
}
seen 'no text: name' '$d->{name} = 7'
seen 'the version' '$d->{spec_version} = "1.1"'
seen 'no moment: modified' '$d->{modified} = "2026-11-20"'
seen 'no type, or a value that is no text' '(values %{$d->{playbook_variables}})[0]{value} = 0'
seen 'somebody without a type or a name' 'delete((values %{$d->{target_definitions}})[0]{name})'
seen 'no address' '(values %{$d->{target_definitions}})[0]{contact} = { email => { work => "nobody" } }'
seen 'passed over' 'of("if-condition")->{type} = "switch-condition"'
seen 'no whole number' 'of("action")->{timeout} = "soon"'
seen 'which is not there' 'of("if-condition")->{on_true} = "action--none"'
seen 'is nobody' 'of("action")->{agent} = "individual--none"'
seen 'is no target' 'of("action")->{targets} = ["individual--none"]'
seen 'is lost' 'of("action")->{out_args} = ["__none__"]'
seen 'nothing after it' 'delete of("if-condition")->{on_completion}'
seen 'which playbook?' 'of("playbook-action")->{playbook_id} = "sim-swap"'
seen 'cannot be compared' 'of("if-condition")->{condition} .= " or"'
seen 'cannot be compared' 'of("if-condition")->{condition} = "__none__:value = yes"'
seen 'no number' '$_->{value} = "many" for grep { $_->{type} eq "integer" } values %{$d->{playbook_variables}}'
seen 'nobody asks' '$_->{name} = "human" for values %{$d->{agent_definitions}}'
seen 'asked not once' 'push @{of("action")->{commands}}, of("action")->{commands}[0]'
seen 'no words' 'of("action")->{commands}[0]{command} = ""'
seen 'a minute' 'delete of("action")->{timeout}'
seen 'goes round' 'of("action")->{on_completion} = $d->{workflow_start}'
seen 'ends nowhere' 'of("end")->{type} = "action"'
seen 'no beginning' '$d->{workflow_start} = "start--none"'
seen 'for ever' 'my %b; for (keys %$w) { $b{"$_-b"} = { %{$w->{$_}} } if $w->{$_}{type} ne "end" } for (values %$w, values %b) { my $to = ($_->{on_completion} // "") . "-b"; $_->{on_failure} = $to if $b{$to} } %$w = (%$w, %b)'

if [ -z "${CACAO_SCHEMAS-}" ]; then
	echo 'skipped: CACAO_SCHEMAS names no folder with the published schemas'
elif ! /usr/bin/python3 -c 'import jsonschema' 2>/dev/null; then
	is 'CACAO_SCHEMAS is set, and python3-jsonschema is not installed' false
else
	for tool in any soarca; do
		is "the published schemas ($tool)" /usr/bin/python3 -W ignore "$HOLDFAST_TOP/tests/cli/cacao.py" "$CACAO_SCHEMAS" "$dir/$tool"/*.json
	done
fi
finish
