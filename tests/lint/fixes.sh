#!/usr/bin/env bash
# What a rule says to do can be typed: every Fix of the policies names a command that is there, with options that it takes and a book that is on the shelf.
# That its fields exist, and take those values, is a test: check_rules. What begins with {…} is not known before it is filled in: that test looks at it.
set -u
cd "$(dirname "$0")/../.." || exit 2
home=$(mktemp -d) || exit 2
trap 'rm -rf "$home"' EXIT
env -i PATH="$PATH" HOME="$home" LC_ALL=C TZ=UTC "$OUT/holdfast" help --json >"$home/help" || exit 2
exec perl -MJSON::PP - "$home/help" playbooks/policy/*.md <<'PERL'
use strict;
use warnings;

sub slurp { open my $f, '<:raw', $_[0] or die "$_[0]: $!\n"; local $/; return <$f> }
my $help = decode_json(slurp(shift @ARGV))->{data};
my %command = map { $_->{name} => $_ } @{ $help->{commands} };
my ($bad, $seen) = (0, 0);
for my $file (@ARGV) {
	my $n = 0;
	for (split /\n/, slurp($file)) {
		$n++;
		my ($fix) = /^- \*\*Fix:\*\* `([^{].*)`$/ or next;
		my @words = split ' ', $fix;
		my $name = shift @words;
		$name .= ' ' . shift @words if !$command{$name} && @words;
		my $c = $command{$name};
		my $complain = sub { print "$file:$n: $fix: @_\n"; $bad++ };
		$seen++;
		if (!$c) { $complain->("there is no command $name"); next }
		my @operands = grep { !/^--/ } @words;
		my $value = '';
		for (@words) {
			next unless /^--(.*)/;
			my ($option) = grep { $_->{name} eq $1 } @{ $c->{options} };
			if (!$option) { $complain->("$name has no option --$1"); next }
			$value = $option->{value} ? $words[ (grep { $words[$_] eq "--$1" } 0 .. $#words)[0] + 1 ] // '' : '';
			@operands = grep { $_ ne $value } @operands;
			$complain->("--playbook: $value is not on the shelf") if $1 eq 'playbook' && !-e "playbooks/$value.md";
		}
		my @takes = @{ $c->{operands} };
		$complain->("$name takes " . @takes . ' operands') if @operands > @takes && !grep { $_->{many} } @takes;
		$complain->("$name needs more") if @operands < grep { !$_->{optional} } @takes;
	}
}
print "fixes: no rule has one\n" unless $seen;
exit($bad > 0 || !$seen);
PERL
