#!/usr/bin/env bash
# A foreign library has one door: the header is included by one source file only. What belongs to the C library is listed here;
# every other <header> is foreign.
set -u
libc='assert|ctype|dirent|dlfcn|errno|fcntl|float|fnmatch|ftw|getopt|glob|grp|inttypes|langinfo|libgen|limits|locale|math|poll|pthread|pwd'
libc="$libc|regex|sched|setjmp|signal|spawn|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|strings"
libc="$libc|sys/[a-z]*|termios|time|unistd|wchar|wctype"
grep -HoE '^[[:space:]]*#[[:space:]]*include[[:space:]]*<[^>]*>' -r src include | sed 's/:.*</ /; s/>//' |
    grep -vE " ($libc)\.h\$" | sort -u | awk '
	$1 ~ /^include\// { print $1 ": a public header includes <" $2 ">"; bad = 1; next }
	{ files[$2] = files[$2] " " $1; n[$2]++ }
	END { for (h in n) if (n[h] > 1) { print "<" h "> is included by" files[h]; bad = 1 } exit bad }'
