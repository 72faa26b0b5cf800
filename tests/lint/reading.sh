#!/usr/bin/env bash
# A tired person reads our books at night: in each of them
# - the text is of reading grade 9 at most: Flesch-Kincaid, 0.39 words/sentences + 11.8 syllables/words - 15.59, where an item of a list ends
#   a sentence, code is one word of one syllable, and a syllable is a run of vowels but for a silent e or ed at the end;
# - no source is "as above": the parts of a sheet are read one by one, each in its step;
# - no sentence has more than 25 words, in the short answer at the head of a playbook neither (there what stands between semicolons counts by itself).
# In a playbook that is the text of the steps, and besides
# - the title of a step is a question, or begins with a verb of tests/lint/verbs.txt;
# - a step that is no question says under its title what to do: a title and a caution are too little for somebody who never did it.
# reading.sh [FILE...]: without, every book. READING=figures prints the grade of each.
set -u
cd "$(dirname "$0")/../.." || exit 2
[ $# != 0 ] || set -- playbooks/{incident,routine,provider,policy,guidance,profile}/*.md
exec perl - "$@" <<'PERL'
use strict;
use warnings;

sub slurp { open my $f, '<:encoding(UTF-8)', $_[0] or die "$_[0]: $!\n"; local $/; return <$f> }
my %verb = map { $_ => 1 } grep { !/^#/ && length } split /\n/, slurp('tests/lint/verbs.txt');
my $bad = 0;
sub complain { print "$_[0]\n"; $bad++ }

sub syllables {
	my ($w) = @_;
	$w = lc $w;
	$w =~ s/'s$//;
	$w =~ s/(?<=[^aeiouylrdt])ed$// or $w =~ s/(?<=[lr])ed$//;
	$w =~ s/(?<=[^aeiouyl])e$// or $w =~ s/(?<=[aeiouy]l)e$//;
	$w =~ s/(?<=[^aeiouyscgzx])es$//;
	my $n = () = $w =~ /[aeiouy]+/g;
	return $n || 1;
}
sub sentences { return grep { /\w/ } split /(?<=[.?!])["')]*\s+|\n/, $_[0] }
sub words { return $_[0] =~ /[[:alpha:]][[:alpha:]'-]*|\d[\d.,]*/g }
sub plain {
	my ($t) = @_;
	$t =~ s/``.*?``|`[^`]*`/code/g;
	$t =~ s/\{[^}]*\}/name/g;
	$t =~ s/\[([^\]]*)\]\([^)]*\)/$1/g;
	$t =~ s/<?https?:\S+/code/g;
	$t =~ s/[*_]+//g;
	return $t;
}

for my $file (@ARGV) {
	my ($w, $s, $y, $in, $fence) = (0, 0, 0, 0, 0);
	my ($n, $para) = (0, '');
	my $playbook = $file =~ m{(^|/)(incident|routine)/};
	my $bare = ''; # title of a step that has no text yet
	my $end = sub {
		for my $sentence (sentences(plain($para))) {
			my @words = words($sentence) or next;
			complain("$file:$n: " . @words . " words in one sentence: $sentence") if @words > 25;
			$s++;
			$w += @words;
			$y += syllables($_) for @words;
		}
		$para = '';
	};
	for my $line (split /\n/, slurp($file)) {
		$n++;
		if ($line =~ /^\s*```/) { $fence = !$fence; next }
		next if $fence;
		complain("$file:$n: a source is named, not \"as above\"") if $line =~ /\bSource:.*\bas above\b/;
		if ($line =~ /^(#+) +(.*?) *`[^`]*` *$/) {
			$end->();
			$in = $1 eq '###' || !$playbook;
			next unless $in && $playbook;
			my ($title) = ($2);
			$bare = $title !~ /\?$/ ? $title : '';
			my ($word) = $title =~ /^([\w'-]+)/;
			complain("$file:$n: title is no question and begins with no verb of tests/lint/verbs.txt: $title")
			    unless $title =~ /\?$/ || $verb{ lc($word // '') };
			next;
		}
		if (!$in) {
			next unless $line =~ /^- \*\*(?:In short|Do not|Use when|Not for):\*\* *(.*)/;
			my $text = plain($1);
			complain("$file:$n: over 25 words in one sentence") if grep { (my @words = words($_)) > 25 } map { split /;/ } sentences($text);
			next;
		}
		if ($line =~ /^\s*$/) { $end->(); next }
		if ($line =~ /^- \*\*(.*?):\*\* *(.*)/) {
			my ($label, $text) = ($1, $2);
			$end->();
			complain("$file:$n: nothing under the title says what to do: $bare") if $bare ne '';
			$bare = '';
			$para = $text if $label =~ /^(If .*|Why|On .*|Ask)$/;
			$end->();
			next;
		}
		$bare = '' unless $line =~ /^\s*>/;
		$line =~ s/^\s*(?:> ?)?(?:(?:CAUTION|WARNING): *)?//;
		$end->() if $line =~ s/^(?:\d+[.)]|[-*]) +//;
		$para .= ($para eq '' ? '' : ' ') . $line;
	}
	$end->();
	my $grade = $s && $w ? 0.39 * $w / $s + 11.8 * $y / $w - 15.59 : 0;
	printf "%-45s grade %4.1f, %4d words\n", $file, $grade, $w if ($ENV{READING} // '') eq 'figures';
	complain(sprintf '%s: reading grade %.1f, over 9', $file, $grade) if $grade > 9;
}
exit($bad > 0);
PERL
