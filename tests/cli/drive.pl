# Answers every step of a run, as somebody would who does what the step says: drive.pl RUN OTHER [NAME=VALUE...]
#
# OTHER is the key that approves. NAME=VALUE is what to say where a step asks for that value ("stays"), or STEP=ANSWER which way to go; else the first
# choice is taken, or what fits the type. Steps that are done with other commands (a member, a run, a conflict) are told by their id. What was done is
# printed, one line each. Stops after STOP_BEFORE (a step's id, without its row), if that is set. Exit 1: nothing more can be done, and why.
use strict;
use warnings;
use JSON::PP;

my ($run, $other, @said) = @ARGV;
my %say = map { split /=/, $_, 2 } @said;
my $me = $ENV{HOLDFAST_KEY};
my %tried;

sub hf {
	my (@words) = @_;
	open my $in, '-|', $ENV{HOLDFAST}, '--json', '--no-input', @words or die;
	local $/;
	my $text = <$in>;
	close $in;
	my $j = $text eq '' ? {} : JSON::PP->new->utf8->decode($text);
	return ($j->{data}, $j->{error});
}

sub must {
	my ($data, $error) = hf(@_);
	if ($error) {
		print "stopped: @_: $error->{message}\n";
		exit 1;
	}
	return $data;
}

# With a cache of their own, as on a computer of their own: the snapshot is for one key, and two would take turns in reading everything anew.
sub as_other {
	local $ENV{HOLDFAST_KEY} = $other;
	local $ENV{XDG_CACHE_HOME} = "$ENV{HOME}/cache-of-the-other";
	return must(@_);
}

# Somebody who is here to stay.
sub anybody { return must('query', "SELECT id FROM person WHERE NOT gone AND last_day IS NULL AND id <> '$_[0]' AND key_fpr IS NOT NULL ORDER BY name")->[0]{id} }

sub fits {
	my ($w, $row, $subject) = @_;
	my ($name, $type) = ($w->{name}, $w->{type});
	return $say{$name} if defined $say{$name};
	return ref $w->{choices}[0] ? ($w->{choices}[0]{value} // $w->{choices}[0]{id}) : $w->{choices}[0] if @{$w->{choices} // []};
	return anybody($subject) if ($w->{kind} // '') eq 'person';
	return must('query', 'SELECT id FROM unit')->[0]{id} if ($w->{kind} // '') eq 'unit';
	return $row =~ /phone/ ? '+44 20 7946 0999' : 'desk@agency.example' if $name eq 'new_address';
	return 'today' if $type =~ /day|date/;
	return 'now' if $type =~ /time|moment/;
	return 'yes' if $type =~ /yes/;
	return 7 if $type =~ /number/;
	return 'nothing';
}

# What is done in another place.
sub elsewhere {
	my ($step, $row, $subject) = @_;
	if ($step =~ /^take-key/) {
		as_other('member', 'remove', $subject, '--force');
	} elsif ($step =~ /^(pass|give)-run/) {
		my ($role) = $row =~ /role ([a-z-]+),/;
		my $of = must('query', "SELECT record FROM tie WHERE person = '$subject' AND what = 'run' AND detail LIKE '$role,%'");
		must('run', 'handover', $of->[0]{record}, $role, anybody($subject)) if @$of;
	} elsif ($step =~ /^pass-conflict/) {
		must('conflicts', 'settle', $_->{record}, 'kept') for @{must('query', "SELECT record FROM tie WHERE person = '$subject' AND what = 'conflict'")};
	}
}

my $subject = must('run', 'show', $run)->{subject};
for (;;) {
	my $at = must('run', 'next', $run);
	my $step = $at->{step};
	if (!defined $step) {
		my ($waits) = grep { $_->{state} eq 'waiting' } @{must('run', 'show', $run)->{steps}};
		last if !$waits;
		as_other('run', 'approve', $run, $waits->{id} // $waits->{step});
		next;
	}
	(my $id = $step) =~ s/@.*//;
	last if ($ENV{STOP_BEFORE} // '') eq $id;
	if ($tried{$step}++ > 2) {
		print "stopped: $step again and again\n";
		exit 1;
	}
	elsewhere($step, $at->{title}, $subject);
	my @values = map { "$_->{name}=" . fits($_, $at->{title}, $subject) } grep { !defined $_->{value} } @{$at->{write}};
	for my $k (grep { !@{$_->{files} // []} } @{$at->{keep}}) {
		must('run', 'attach', $run, $step, $0, '--as', $k->{id});
	}
	must('report', $run, $_, '--step', $step) for @{$at->{reports}};
	if (defined $say{$id}) {
		must('run', 'value', $run, $step, @values) if @values;
		@values = ();
		must('run', 'answer', $run, $step, $say{$id});
		next if (must('run', 'next', $run)->{step} // '') ne $step;
	}
	my ($done, $error) = hf('run', 'done', $run, $step, @values);
	if ($error && $error->{message} =~ /not a telephone number/) {
		($done, $error) = hf('run', 'done', $run, $step, map { s/^new_address=.*/new_address=+44 20 7946 0999/r } @values);
	}
	if ($error) {
		print "stopped: $step: $error->{message}\n";
		exit 1;
	}
	as_other('run', 'approve', $run, $step) if $done->{state} eq 'waiting';
	print "$step: $at->{title}\n";
}
