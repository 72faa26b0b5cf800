#!/usr/bin/env bash
# Everything that is promised is shipped, and whole. By complete.txt: the books of each folder, and what each template prints. And:
# - a playbook has its short answer, two things not to do, when to use it and when not, a role, and of an incident its severity;
# - each of its steps says who does it, and leaves something behind: an answer, a value, a paper, or a word on what to do when it fails;
# - a provider sheet has its routes, what they ask for, what to contain and what to watch, its genuine senders and its second factor;
# - a provider that is not retired has its report.
set -u
cd "$(dirname "$0")/../.." || exit 2
exec perl - tests/lint/complete.txt <<'PERL'
use strict;
use warnings;
use File::Basename;

sub slurp { open my $f, '<:encoding(UTF-8)', $_[0] or die "$_[0]: $!\n"; local $/; return <$f> }
my ($bad, $seen) = (0, 0);
sub complain { print "$_[0]\n"; $bad++ }

# A template with its partials, which lie beside it or under their own name.
sub whole {
	my ($name) = @_;
	my $text = slurp("templates/$name.md");
	my $folder = dirname($name);
	$text =~ s{\{\{> ([\w/-]+)\}\}}{
		my ($there) = grep { -e "templates/$_.md" } "$folder/$1", $1;
		$there ? whole($there) : complain("templates/$name.md: there is no $1") && ''
	}ge;
	return $text;
}

sub named { # the templates that NAME or FOLDER/* stands for: without what is only part of others
	my ($name) = @_;
	return $name unless $name =~ s/\*$//;
	return grep { !m{/(head|body|foot|routine-head|sources|generic|self-assessment)$} } map { m{^templates/(.*)\.md$} } glob "templates/$name*.md";
}

for (split /\n/, slurp(shift @ARGV)) {
	if (/^is (\S+) (.*)/) {
		my @want = sort split ' ', $2;
		my @have = sort grep { !/\./ } map { basename($_) =~ s/\.md$//r } glob "playbooks/$1*.md";
		complain("playbooks/$1: is @have, not @want") if "@want" ne "@have";
		$seen++;
	} elsif (/^prints (\S+): (.*)/) {
		my @words = split ' ', $2;
		for my $name (named($1)) {
			my $text = whole($name);
			for my $word (@words) {
				complain("templates/$name.md: nothing of $word") if index(lc $text, lc $word) < 0;
				$seen++;
			}
		}
	}
}

for my $file (glob 'playbooks/{incident,routine}/*.md') {
	my ($head, @phases) = split /^## /m, slurp($file);
	my @labels = ('In short', 'Do not', 'Use when', 'Not for', 'Subject', 'Role', 'Reviewed', 'Serves');
	push @labels, 'Severity' if $file =~ /incident/;
	for my $label (@labels) { complain("$file: no **$label:**") unless $head =~ /\*\*\Q$label\E:\*\*/ }
	complain("$file: one thing not to do") if (() = $head =~ /\*\*Do not:\*\*/g) < 2;
	for my $phase (@phases) {
		my ($first, @steps) = split /^### /m, $phase;
		for my $step (@steps) {
			my ($id) = $step =~ /`([\w-]+)` *$/m;
			$seen++;
			complain("$file: $id: nobody does it") unless "$first$step" =~ /\*\*Who:\*\*/;
			complain("$file: $id: no time is given") unless "$first$step" =~ /\*\*(By|Needs|Only if|Wait|Repeat|For each):\*\*/;
		}
	}
}

for my $file (glob 'playbooks/provider/*.md') {
	my $text = slurp($file);
	my $name = basename($file, '.md');
	$seen++;
	complain("$file: no **$_:**") for grep { $text !~ /\*\*\Q$_\E:\*\*/ } 'Genuine senders', 'Second factor', 'Reviewed';
	complain("$file: no section $_") for grep { $text !~ /^## .*`\Q$_\E`$/m } qw(routes watch-out), $name eq 'skype' ? () : qw(asks contain);
	complain("$file: no report for it") unless $name eq 'skype' || -e "templates/provider/$name.md";
}
complain("only $seen things were looked at") if $seen < 1000;
exit($bad > 0);
PERL
