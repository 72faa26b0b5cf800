# shellcheck shell=bash disable=SC2154
# A second member, for tests and the demonstration: GNUPGHOME, $register (the repository) and $dir (for a scratch file) are set.
fpr_of() { gpg --batch --quiet --no-auto-check-trustdb --with-colons --list-keys "$1" | awk -F: '/^fpr/ { print $10; exit }'; }

# Another key of this home becomes a member, as plain git and gpg do it: right after init, before there is anything that it has to read. Prints its
# fingerprint. What is encrypted from then on it can read.
join_member() ( # ADDRESS ROLE [NAME]
	export GIT_DIR=$register GIT_INDEX_FILE=$dir/join.index
	admin=$(git ls-tree --name-only HEAD members/ | sed -n 's|^members/\(.*\)\.json$|\1|p' | head -n 1)
	gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key "${3-Test} <$1>" future-default default never 2>/dev/null
	new=$(fpr_of "$1")
	rm -f "$GIT_INDEX_FILE"
	git read-tree HEAD
	blob=$(git cat-file blob "HEAD:members/$admin.json" | sed -e "s/\"fingerprint\": \"[0-9A-F]*\"/\"fingerprint\": \"$new\"/" -e "s/\"admin\"/\"$2\"/" | git hash-object -w --stdin)
	git update-index --add --cacheinfo "100644,$blob,members/$new.json"
	blob=$(gpg --batch --armor --export "$new" | git hash-object -w --stdin)
	git update-index --add --cacheinfo "100644,$blob,members/$new.asc"
	tree=$(git write-tree)
	commit=$(echo member | GIT_AUTHOR_NAME=holdfast GIT_AUTHOR_EMAIL=$admin@holdfast.invalid GIT_COMMITTER_NAME=holdfast \
	    GIT_COMMITTER_EMAIL=$admin@holdfast.invalid git -c gpg.program=gpg commit-tree "-S$admin" -p HEAD "$tree")
	git update-ref refs/heads/main "$commit"
	echo "$new"
)
