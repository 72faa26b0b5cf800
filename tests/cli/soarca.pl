# A playbook as SOARCA takes it: soarca.pl FILE [CHANGE]. Says what its decoder, its check of a workflow, its comparisons and its manual capability
# would refuse, lose or pass over; exit 1 when there is anything. CHANGE is Perl on $d, the document: to plant something.
use strict;
use warnings;
use JSON::PP;

my ($file, $change) = @ARGV;
local $/;
open my $f, '<:raw', $file or die "$file: $!\n";
my $d = JSON::PP->new->utf8->decode(<$f>);
our $w = $d->{workflow};
sub of { my ($type) = @_; return (map { $w->{$_} } sort grep { $w->{$_}{type} eq $type } keys %$w)[0] }    # the first step of a type
if (defined $change) { eval $change; die $@ if $@ }

my ($agents, $targets, $vars) = map { $d->{$_} // {} } qw(agent_definitions target_definitions playbook_variables);
my @bad;

# Its structures hold texts and whole numbers: anything else is refused as a whole.
sub is_text { my ($v) = @_; return defined $v && !ref $v && JSON::PP->new->allow_nonref->encode($v) =~ /^"/ }
push @bad, "no text: $_" for grep { !is_text($d->{$_}) } qw(id type spec_version name created_by created modified workflow_start);
push @bad, 'the version' if ($d->{spec_version} // '') ne 'cacao-2.0';
push @bad, "no moment: $_" for grep { ($d->{$_} // '') !~ /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/ } qw(created modified);
for my $name (sort keys %$vars) {
	my $v = $vars->{$name};
	push @bad, "$name: no type, or a value that is no text" if !is_text($v->{type}) || (exists $v->{value} && !is_text($v->{value}));
}
for my $who (values %$agents, values %$targets) {
	push @bad, 'somebody without a type or a name' if !is_text($who->{type}) || !is_text($who->{name});
	push @bad, "no address: $_" for grep { !is_text($_) || !/^[^\s@<>,]+@[^\s@<>,]+$/ } values %{$who->{contact}{email} // {}};
}

# A step of a sort that it does not know, or without the step after it, ends the run or is passed over.
sub ways { my ($s) = @_; return grep { defined } @$s{qw(on_completion on_success on_failure on_true on_false)}, @{$s->{next_steps} // []}, values %{$s->{cases} // {}} }
for my $id (sort keys %$w) {
	my $s = $w->{$id};
	push @bad, "$id: passed over" if $s->{type} !~ /^(start|end|action|if-condition|while-condition|playbook-action)$/;
	push @bad, "$id: no whole number" if grep { exists $s->{$_} && $s->{$_} !~ /^\d+$/ } qw(delay timeout);
	push @bad, "$id: leads to $_, which is not there" for grep { !$w->{$_} } ways($s);
	push @bad, "$id: $_ is nobody" for grep { !$agents->{$_} } $s->{agent} // ();
	push @bad, "$id: $_ is no target" for grep { !$targets->{$_} } @{$s->{targets} // []};
	push @bad, "$id: what is answered to $_ is lost" for grep { !$vars->{$_} } @{$s->{out_args} // []};
	next if $s->{type} eq 'end';
	push @bad, "$id: nothing after it" if !grep { defined && $w->{$_} } (grep { defined } @$s{qw(on_completion on_success on_failure)})[0];
	push @bad, "$id: which playbook?" if $s->{type} eq 'playbook-action' && ($s->{playbook_id} // '') !~ /^playbook--/;
	condition($id, $s) if $s->{type} =~ /-condition$/;
	action($id, $s) if $s->{type} eq 'action';
}

# Three words, a variable that is there, and a value that can be compared as its type.
sub condition {
	my ($id, $s) = @_;
	my @part = split / /, $s->{condition} // '', -1;
	my @used = grep { index($part[0] // '', "$_:value") >= 0 } keys %$vars;
	return push @bad, "$id: cannot be compared: " . ($s->{condition} // '') if @part != 3 || $part[1] !~ /^!?=$/ || @used != 1;
	my $v = $vars->{$used[0]};
	push @bad, "$id: $v->{type} is not compared" if $v->{type} !~ /^(string|bool|integer)$/;
	push @bad, "$id: no number" if $v->{type} eq 'integer' && grep { ($_ // '') !~ /^-?\d+$/ } $v->{value}, $part[2];
	push @bad, "$id: not yes or no" if $v->{type} eq 'bool' && grep { ($_ // '') !~ /^(true|false)$/ } $v->{value}, $part[2];
}

# People are asked by the capability of that name, once for each command and target; without a time it gives up after a minute.
sub action {
	my ($id, $s) = @_;
	push @bad, "$id: nobody asks" if ($agents->{$s->{agent} // ''}{name} // '') ne 'soarca-manual';
	push @bad, "$id: asked not once" if @{$s->{targets} // []} != 1 || @{$s->{commands} // []} != 1;
	push @bad, "$id: no words" if grep { ($_->{type} // '') ne 'manual' || !is_text($_->{command}) || $_->{command} eq '' } @{$s->{commands} // []};
	push @bad, "$id: a minute" if !$s->{timeout};
}

# It follows every way to its end, and does not remember where it was: a circle is refused, and what forks and meets again takes for ever.
my $visits = 0;
sub follow {
	my ($id, %seen) = @_;
	return if ++$visits > 20000;
	$seen{$id} = 1;
	my %next = map { $_ => 1 } grep { $w->{$_} } ways($w->{$id});
	push @bad, "$id: ends nowhere" if !%next && $w->{$id}{type} ne 'end';
	for my $to (sort keys %next) { $seen{$to} ? push @bad, "$id: goes round" : follow($to, %seen) }
}
push @bad, 'no beginning' if !$w->{$d->{workflow_start} // ''};
follow($d->{workflow_start}) if $w->{$d->{workflow_start} // ''};
push @bad, 'it would be followed for ever' if $visits > 20000;

print map { "$_\n" } @bad;
exit(@bad ? 1 : 0);
