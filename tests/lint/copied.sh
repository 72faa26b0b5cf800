#!/usr/bin/env bash
# Our books say in our own words what the guidance asks for: eight words in a row that stand in one of its documents as well are a copy. The documents are
# not part of the project: SEEDS=FOLDER holds them as text. Addresses, code spans and the labels of the grammar do not count, and end a row.
# SEEDS=FOLDER copied.sh [FILE...]: without, every book, template and page of the manual, and README.md.
set -u
cd "$(dirname "$0")/../.." || exit 2
if [ -z "${SEEDS:-}" ]; then
	echo 'copied: not looked at: SEEDS=FOLDER names the documents of the guidance'
	exit 0
fi
[ -d "$SEEDS" ] || { echo "copied: $SEEDS: no such folder" >&2; exit 2; }
[ $# != 0 ] || mapfile -t books < <(find playbooks templates man README.md -type f | sort)
[ $# = 0 ] || books=("$@")
exec perl - "$SEEDS" "${books[@]}" <<'PERL'
use strict;
use warnings;

my $ROW = 8;
my $seeds = shift @ARGV;

sub slurp { open my $f, '<:encoding(UTF-8)', $_[0] or die "$_[0]: $!\n"; local $/; return <$f> }
# [word, line] of a text; undef where a row ends.
sub words_of {
	my ($text) = @_;
	my ($line, @out) = (0);
	for (split /\n/, $text) {
		$line++;
		s/\[([^\]]*)\]\([^)]*\)/$1/g;
		s/<?(?:https?:|mailto:)\S+|`[^`]*`|\*\*[^*]*:\*\*|\{[^}]*\}/ | /g;
		push @out, $_ eq '|' ? undef : [$_, $line] for /[[:alnum:]][[:alnum:]'-]*|\|/g;
	}
	return @out;
}
sub key { return join ' ', map { lc $_->[0] } @_ }

my (%rows, $documents);
for my $file (grep { -f } glob "\Q$seeds\E/*") {
	my @w = words_of(slurp($file));
	$documents++;
	for my $i (0 .. @w - $ROW) {
		my @row = @w[$i .. $i + $ROW - 1];
		$rows{key(@row)} = $file unless grep { !defined } @row;
	}
}
die "copied: $seeds: no documents in it\n" unless $documents;
my $bad = 0;
for my $file (@ARGV) {
	my @w = words_of(slurp($file));
	for (my $i = 0; $i + $ROW <= @w; $i++) {
		my @row = @w[$i .. $i + $ROW - 1];
		next if grep { !defined } @row;
		my $from = $rows{key(@row)} or next;
		print "$file:$row[0][1]: as in $from: ", join(' ', map { $_->[0] } @row), "\n";
		$bad++;
		$i += $ROW - 1;
	}
}
exit($bad > 0);
PERL
