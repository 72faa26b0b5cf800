#!/usr/bin/env bash
# For whoever makes a release: released.sh VERSION adds the ids that the books have gained to playbooks/released.txt, where "book lint" looks for
# those that have gone. A line is taken away by hand, and only when no register can have a run that names its id.
set -eu
cd "$(dirname "$0")/.."
version=${1:?the version that is released}
list=playbooks/released.txt
[ -e "$list" ] || echo '# Every id that was ever released, with the release that brought it: see holdfast-playbook(5), and tests/released.sh.' >"$list"
for book in playbooks/{incident,routine,provider,policy,profile,guidance}/*.md; do
	name=${book#playbooks/} name=${name%.md}
	case ${name##*/} in *.* | '*') continue ;; esac
	sed -n 's/^##*[^`]* .*`\([A-Za-z0-9-]*\)` *$/\1/p' "$book" | tail -n +2 | while read -r id; do
		grep -q " $name $id\$" "$list" || echo "$version $name $id"
	done
done >>"$list"
{ grep '^#' "$list"; grep -v '^#' "$list" | sort -k2,2 -k1,1V -k3,3; } >"$list.new"
mv "$list.new" "$list"
