#!/usr/bin/env bash
# accounts.sh N: a CSV of N invented accounts (provider,handle,url,name,division,owner), three to an owner, twelve owners to a division.
set -eu
awk -v n="$1" 'BEGIN {
	split("x facebook instagram youtube linkedin", p, " ")
	print "provider,handle,url,name,division,owner"
	for (i = 1; i <= n; i++) {
		o = int((i - 1) / 3) + 1
		prov = p[(i - 1) % 5 + 1]
		printf "%s,office%d.%d,https://%s.example/office%d.%d,\"Office of Member %d\",Division %d,Member %d\n", prov, o, i, prov, o, i, o, int((o - 1) / 12) + 1, o
	}
}'
