#!/usr/bin/env bash
# The library never prints, exits, aborts, or looks at the environment; nor do the fortified names of these.
set -u
words='v?f?printf|v?dprintf|perror|f?puts|f?putc|putchar|fwrite|(f?puts|f?putc|putchar|fwrite)_unlocked|psignal|v?warnx?|v?errx?|stdout|stderr'
words="$words|exit|quick_exit|abort|__assert_fail|assert|getenv|secure_getenv|setenv|unsetenv|putenv|clearenv|system|popen"
[ -s "$OUT/libholdfast.a" ] || { echo "silent: $OUT/libholdfast.a: no library to look at"; exit 2; }
nm -A -P -u "$OUT/libholdfast.a" | awk '{ print $1, $2 }' | grep -E " (__)?($words)(_chk)?(@.*)?\$" && exit 1
exit 0
