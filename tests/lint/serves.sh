#!/usr/bin/env bash
# What serves a statement of the guidance knows it: a book that "Served by" names has the statement in its own "Serves".
# That both name something that is there, 'book lint' looks at.
set -u
cd "$(dirname "$0")/../.." || exit 2
exec perl - playbooks/guidance/*.md <<'PERL'
use strict;
use warnings;

sub slurp { open my $f, '<:encoding(UTF-8)', $_[0] or die "$_[0]: $!\n"; local $/; return <$f> }
my ($bad, $seen, %serves) = (0, 0);
sub serves {
	my ($book, $statement) = @_;
	$serves{$book} //= { map { $_ => 1 } (slurp("playbooks/$book.md") =~ /^- \*\*Serves:\*\* (.*)$/m ? $1 : '') =~ /R\d{3}/g };
	return $serves{$book}{$statement};
}

for my $file (@ARGV) {
	my ($n, $statement) = (0, '');
	for (split /\n/, slurp($file)) {
		$n++;
		$statement = $1 if /^## .*`(R\d{3})`$/;
		next unless /^- \*\*Served by:\*\* (.*)/;
		for my $book ($1 =~ m{`((?:incident|routine|provider)/[a-z0-9-]+)}g) {
			$seen++;
			next if serves($book, $statement);
			print "$file:$n: playbooks/$book.md does not say that it serves $statement\n";
			$bad++;
		}
	}
}
print "serves: nothing was looked at\n" unless $seen;
exit($bad > 0 || !$seen);
PERL
