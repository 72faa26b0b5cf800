/* Commits and trees made by hand, and what each role does: rows for check_hostile and check_hostile_push. */
#include <stdio.h>

#include "../src/store/git/object.h"
#include "holdfast/hash.h"
#include "holdfast/time.h"
#include "hostile_aid.h"

/* ---- the bytes of a commit ---- */

static struct hf_oid
head_tree(void)
{
	return tree_of(&h.base);
}

/* A good one to begin with: a grant added by Bob. */
static struct make
good(void)
{
	struct hf_oid   tree = head_tree(), blob;
	char            id[HF_ID_SIZE];
	struct hf_json *j = fresh("unit", id);
	struct make     m = { { &h.base }, tree, BOB, BOB, h.began + 3600, "record" };

	blob = seal_json(j);
	m.tree = tree_set(&tree, at_record(id), "100644", &blob);
	hf_json_free(j);
	return m;
}

static void
replace(struct hf_buf *b, const char *old, const char *new)
{
	char         *at = strstr(b->data, old);
	struct hf_buf out = HF_BUF_INIT;

	ck_assert_msg(at != NULL, "no \"%s\"", old);
	hf_buf_add(&out, b->data, (size_t)(at - b->data));
	hf_buf_adds(&out, new);
	hf_buf_add(&out, at + strlen(old), b->len - (size_t)(at - b->data) - strlen(old));
	hf_buf_clear(b);
	*b = out;
}

/* Before it is signed (so that git and gpg are content), or after. */
static const struct {
	const char *name, *old, *new, *words;
	bool        signed_too;
} bytes[] = {
	{ "encoding header", "\n\nrecord", "\nencoding UTF-8\n\nrecord", "no signature after the committer", true },
	{ "another header", "\n\nrecord", "\nnote hello\n\nrecord", "no signature after the committer", true },
	{ "mergetag", "\n\nrecord", "\nmergetag object 0\n\nrecord", "no signature after the committer", true },
	{ "gpgsig-sha256 after it", "\n\nrecord", "\ngpgsig-sha256 x\n\nrecord", "header that does not belong", false },
	{ "gpgsig-sha256 instead", "\ngpgsig ", "\ngpgsig-sha256 ", "no signature", false },
	{ "a second author", "\ncommitter", "\nauthor A <a@x> 1 +0000\ncommitter", "committer", true },
	{ "a second tree", "\nparent", "\ntree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nparent", "author", true },
	{ "author of another form", "author holdfast", "author Bob", "author", true },
	{ "committer of another form", "committer holdfast", "committer Bob", "committer", true },
	{ "timezone of the author", " +0000\ncommitter", " +0100\ncommitter", "author", true },
	{ "timezone of the committer", " +0000\n\n", " -0000\n\n", "committer", true },
	{ "message of two words", "\n\nrecord\n", "\n\nrecord it\n", "not one word", true },
	{ "message of two lines", "\n\nrecord\n", "\n\nrecord\nrecord\n", "not one word", true },
	{ "message with a capital", "\n\nrecord\n", "\n\nRecord\n", "not one word", true },
	{ "message without a newline", "\n\nrecord\n", "\n\nrecord", "not one word", true },
	{ "no message", "\n\nrecord\n", "\n\n", "not one word", true },
	{ "message of a terminal", "\n\nrecord\n", "\n\nrec\033ord\n", "not one word", true },
	{ "it says merge", "\n\nrecord\n", "\n\nmerge\n", "says merge", true },
	{ "it says member", "\n\nrecord\n", "\n\nmember\n", "encrypts anew", true },
	{ "fingerprint in small letters", "holdfast.invalid", "HOLDFAST.invalid", "author", true },
	{ "text before the signature", "gpgsig -----BEGIN", "gpgsig hello\n -----BEGIN", "signature", false },
	{ "text after the signature", "END PGP SIGNATURE-----\n", "END PGP SIGNATURE-----\n hello\n", "not one armored block",
	    false },
	{ "a comment in the signature", "-----BEGIN PGP SIGNATURE-----\n", "-----BEGIN PGP SIGNATURE-----\n Comment: hello\n",
	    "headers of its own", false },
	{ "a version in the signature", "-----BEGIN PGP SIGNATURE-----\n", "-----BEGIN PGP SIGNATURE-----\n Version: 1\n",
	    "headers of its own", false },
	{ "no checksum", "\n =", "\n hello\n =", "not one armored block", false },
	{ "a blank line in the signature", "\n -----END", "\n \n -----END", "not one armored block", false },
	{ "no signature begins", "-----BEGIN PGP SIGNATURE-----", "-----BEGIN PGP MESSAGE-----", "signature", false },
	{ "signature without an end", "\n -----END PGP SIGNATURE-----", "", "signature", false },
	{ "a header after the signature", "\n\nrecord", "\nencoding UTF-8\n\nrecord", "header that does not belong", false },
	{ "another word, signed before", "\n\nrecord\n", "\n\nrecords\n", "changed after it was signed", false },
	{ "another time, signed before", " +0000\ncommitter", "0 +0000\ncommitter", "changed after it was signed", false },
};

static struct hf_oid
make_bytes(int i)
{
	struct make   m = good();
	struct hf_buf payload = HF_BUF_INIT, sig = HF_BUF_INIT, raw = HF_BUF_INIT;
	struct hf_oid oid;

	make_payload(&payload, &m);
	if (bytes[i].signed_too)
		replace(&payload, bytes[i].old, bytes[i].new);
	make_signature(&sig, BOB, &payload);
	fold_in(&raw, &payload, "gpgsig", &sig);
	if (!bytes[i].signed_too)
		replace(&raw, bytes[i].old, bytes[i].new);
	oid = put_object(HF_OBJECT_COMMIT, raw.data, raw.len);
	hf_buf_clear(&payload);
	hf_buf_clear(&sig);
	hf_buf_clear(&raw);
	return oid;
}

/* ---- signers and signatures ---- */

static struct hf_oid
unsigned_one(void)
{
	struct make   m = good();
	struct hf_buf b = HF_BUF_INIT;
	struct hf_oid oid;

	make_payload(&b, &m);
	oid = put_object(HF_OBJECT_COMMIT, b.data, b.len);
	hf_buf_clear(&b);
	return oid;
}

static struct hf_oid
signed_by(enum hand author, enum hand signer)
{
	struct make m = good();

	m.author = author;
	m.signer = signer;
	return make_commit(&m);
}

static struct hf_oid
wrong_signer(void)
{
	return signed_by(BOB, ANN);
}
static struct hf_oid
stolen_name(void)
{
	return signed_by(ANN, MAL);
}
static struct hf_oid
non_member(void)
{
	return signed_by(MAL, MAL);
}
static struct hf_oid
removed_member(void)
{
	return signed_by(GINA, GINA);
}
static struct hf_oid
revoked_member(void)
{
	return signed_by(REV, REV);
}
static struct hf_oid
expired_member(void)
{
	return signed_by(EXP_OLD, EXP_OLD);
}

/* Two signature packets in one armor. */
static struct hf_oid
two_signatures(void)
{
	struct make   m = good();
	struct hf_buf payload = HF_BUF_INIT, sig = HF_BUF_INIT, raw = HF_BUF_INIT;
	struct hf_oid oid;
	char          args[256];

	make_payload(&payload, &m);
	snprintf(args, sizeof(args), "--armor --local-user %s! --local-user %s! --detach-sign", h.fpr[BOB], h.fpr[MAL]);
	hf_fixture_gpg(&sig, h.home, args, payload.data, payload.len);
	fold_in(&raw, &payload, "gpgsig", &sig);
	oid = put_object(HF_OBJECT_COMMIT, raw.data, raw.len);
	hf_buf_clear(&payload);
	hf_buf_clear(&sig);
	hf_buf_clear(&raw);
	return oid;
}

static struct hf_oid
two_headers(void)
{
	struct make   m = good();
	struct hf_buf payload = HF_BUF_INIT, sig = HF_BUF_INIT, one = HF_BUF_INIT, raw = HF_BUF_INIT;
	struct hf_oid oid;

	make_payload(&payload, &m);
	make_signature(&sig, BOB, &payload);
	fold_in(&one, &payload, "gpgsig", &sig);
	fold_in(&raw, &one, "gpgsig", &sig);
	oid = put_object(HF_OBJECT_COMMIT, raw.data, raw.len);
	hf_buf_clear(&payload);
	hf_buf_clear(&sig);
	hf_buf_clear(&one);
	hf_buf_clear(&raw);
	return oid;
}

static struct hf_oid
with_gpg(const char *options, const char *tail, size_t tail_len)
{
	struct make   m = good();
	struct hf_buf payload = HF_BUF_INIT, sig = HF_BUF_INIT, raw = HF_BUF_INIT;
	struct hf_oid oid;
	char          args[256];

	make_payload(&payload, &m);
	snprintf(args, sizeof(args), "--armor --local-user %s! %s", h.fpr[BOB], options);
	hf_fixture_gpg(&sig, h.home, args, payload.data, payload.len);
	fold_in(&raw, &payload, "gpgsig", &sig);
	hf_buf_add(&raw, tail, tail_len);
	oid = put_object(HF_OBJECT_COMMIT, raw.data, raw.len);
	hf_buf_clear(&payload);
	hf_buf_clear(&sig);
	hf_buf_clear(&raw);
	return oid;
}

static struct hf_oid
nul_tail(void)
{
	return with_gpg("--detach-sign", "\0hidden", 7);
}
static struct hf_oid
weak_hash(void)
{
	return with_gpg("--digest-algo SHA1 --detach-sign", "", 0);
}
static struct hf_oid
over_text(void)
{
	return with_gpg("--textmode --detach-sign", "", 0);
}
static struct hf_oid
that_lapses(void)
{
	return with_gpg("--default-sig-expire 1d --detach-sign", "", 0);
}

/* ---- parents and times ---- */

static struct hf_oid
at_time(int64_t away)
{
	struct make m = good();

	m.at = away;
	return make_commit(&m);
}

static struct hf_oid
back_dated(void)
{
	return at_time(h.began - 86400);
}
static struct hf_oid
in_the_future(void)
{
	return at_time(hf_time_now() / HF_SECOND + 86400);
}

static struct hf_oid
two_times(void)
{
	struct make   m = good();
	struct hf_buf payload = HF_BUF_INIT, sig = HF_BUF_INIT, raw = HF_BUF_INIT;
	struct hf_oid oid;
	char          at[32], other[48];

	make_payload(&payload, &m);
	snprintf(at, sizeof(at), "%lld +0000\n\n", (long long)m.at);
	snprintf(other, sizeof(other), "%lld +0000\n\n", (long long)m.at + 7);
	replace(&payload, at, other);
	make_signature(&sig, BOB, &payload);
	fold_in(&raw, &payload, "gpgsig", &sig);
	oid = put_object(HF_OBJECT_COMMIT, raw.data, raw.len);
	hf_buf_clear(&payload);
	hf_buf_clear(&sig);
	hf_buf_clear(&raw);
	return oid;
}

static struct hf_oid
unrelated_root(void)
{
	struct make m = good();

	m.parent[0] = NULL;
	m.word = "init";
	return make_commit(&m);
}

static struct hf_oid
two_roots(void)
{
	struct hf_oid root = unrelated_root(), tree = head_tree();

	return merge_of(&h.base, &root, BOB, &tree);
}

static struct hf_oid
octopus(void)
{
	struct hf_oid a = signed_by(BOB, BOB), b = signed_by(BOB, BOB);
	struct make   m = { { &h.base, &a, &b }, head_tree(), BOB, BOB, h.began + 7200, "merge" };

	return make_commit(&m);
}

static struct hf_oid
same_parent_twice(void)
{
	struct make m = { { &h.base, &h.base }, head_tree(), BOB, BOB, h.began + 7200, "merge" };

	return make_commit(&m);
}

static struct hf_oid
missing_parent(void)
{
	struct hf_oid none = { "1234567890123456789012345678901234567890" };
	struct make   m = good();

	m.parent[0] = &none;
	return make_commit(&m);
}

static struct hf_oid
merge_with_behind(void)
{
	struct hf_oid a = signed_by(BOB, BOB), tree = tree_of(&a);

	return merge_of(&a, &h.base, BOB, &tree);
}

static struct hf_oid
two_parents_no_merge(void)
{
	struct hf_oid a = signed_by(BOB, BOB), b = signed_by(BOB, BOB), tree = tree_of(&a);
	struct make   m = { { &a, &b }, tree, BOB, BOB, h.began + 7200, "record" };

	return make_commit(&m);
}

static struct hf_oid
on_a_bad_one(void)
{
	struct hf_oid bad = non_member(), tree = tree_of(&bad);

	return commit_on(&bad, ANN, "record", &tree);
}

static const struct hostile_case signers[] = {
	{ "unsigned", unsigned_one, "no signature" },
	{ "signed by another member", wrong_signer, "another key than the one it names" },
	{ "an admin's name, a stranger's key", stolen_name, "never a member" },
	{ "a stranger", non_member, "never a member" },
	{ "a removed member", removed_member, "who was not a member then" },
	{ "a revoked key", revoked_member, "revoked" },
	{ "an expired key, signed before its parent", expired_member, "expired" },
	{ "two signatures", two_signatures, "more than one" },
	{ "two signature headers", two_headers, "header that does not belong" },
	{ "a NUL and more", nul_tail, "NUL" },
	{ "SHA-1", weak_hash, "signature is wrong" },
	{ "a signature over text", over_text, "signature is wrong" },
	{ "a signature that lapses", that_lapses, "signature is wrong" },
	{ "back-dated", back_dated, "back-dated" },
	{ "in the future", in_the_future, "in the future" },
	{ "two times", two_times, "two times" },
	{ "an unrelated root", unrelated_root, "first commit" },
	{ "a second root merged", two_roots, "first commit" },
	{ "octopus", octopus, "more than two parents" },
	{ "one parent twice", same_parent_twice, "same parent twice" },
	{ "a parent that is missing", missing_parent, "not as a register's commit must be" },
	{ "a merge with what is behind", merge_with_behind, "stands behind" },
	{ "two parents and no merge", two_parents_no_merge, "does not say merge" },
	{ "good upon bad", on_a_bad_one, "never a member" },
};

/* ---- names and modes in trees ---- */

#define ID   "01ARZ3NDEKTSV4RRFFQ69G5FAV"
#define GOOD "records/V/" ID ".gpg"

static const struct {
	const char *path, *mode, *words;
} trees[] = {
	{ GOOD, "100755", "an entry that no register has" },
	{ GOOD, "120000", "an entry that no register has" },
	{ GOOD, "160000", "an entry that no register has" },
	{ GOOD, "100664", "an entry that no register has" },
	{ GOOD, "040000", "an entry that no register has" },
	{ GOOD, "40000", "" },
	{ "records", "100644", "" },
	{ "records", "120000", "an entry that no register has" },
	{ "records/V", "160000", "an entry that no register has" },
	{ "..", "100644", "an entry that no register has" },
	{ ".", "40000", "an entry that no register has" },
	{ ".git", "100644", "an entry that no register has" },
	{ ".git/hooks/post-checkout", "100755", "an entry that no register has" },
	{ ".GIT", "100644", "an entry that no register has" },
	{ "GIT~1", "100644", "an entry that no register has" },
	{ ".gitattributes", "100644", "an entry that no register has" },
	{ ".gitmodules", "100644", "an entry that no register has" },
	{ "records/.gitattributes", "100644", "an entry that no register has" },
	{ "records/..", "100644", "an entry that no register has" },
	{ "rec\033ords", "100644", "an entry that no register has" },
	{ "rec\nords", "100644", "an entry that no register has" },
	{ "rec\xe2\x80\xaeords", "100644", "an entry that no register has" },
	{ ".g\xe2\x80\x8dit", "100644", "an entry that no register has" },
	{ "a\\b", "100644", "an entry that no register has" },
	{ "-oProxyCommand=x", "100644", "an entry that no register has" },
	{ "a:b", "100644", "an entry that no register has" },
	{ "con name", "100644", "an entry that no register has" },
	{ "readme", "100644", "does not belong" },
	{ "README.md", "100644", "does not belong" },
	{ "holdfast.json.orig", "100644", "does not belong" },
	{ "Records/V/" ID ".gpg", "100644", "does not belong" },
	{ "records/v/" ID ".gpg", "100644", "does not belong" },
	{ "records/A/" ID ".gpg", "100644", "does not belong" },
	{ "records/V/" ID, "100644", "does not belong" },
	{ "records/V/" ID ".GPG", "100644", "does not belong" },
	{ "records/V/01arz3ndektsv4rrffq69g5fav.gpg", "100644", "does not belong" },
	{ "records/V/01ARZ3NDEKTSV4RRFFQ69G5FAV.gpg.gpg", "100644", "does not belong" },
	{ "records/" ID ".gpg", "100644", "does not belong" },
	{ "records/V/a/" ID ".gpg", "100644", "does not belong" },
	{ "records/V/a/b/c/d", "100644", "too deep" },
	{ "runs/" ID "/a.gpg", "100644", "does not belong" },
	{ "runs/" ID ".gpg", "100644", "does not belong" },
	{ "blobs/V/x.gpg", "100644", "does not belong" },
	{ "members/x.json", "100644", "member" },
	{ "members/" ID "AAAAAAAAAAAAAA.json.bak", "100644", "" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "100644", "an entry that no register has" },
};

static struct hf_oid
make_tree(int i)
{
	struct hf_oid tree = head_tree(), blob = seal("x", ""), inner = { "" };

	if (strstr(trees[i].mode, "40000") != NULL) {
		inner = tree_set(&inner, "a", "100644", &blob);
		blob = inner;
	} else if (strcmp(trees[i].mode, "160000") == 0) {
		blob = h.base;
	} else if (strcmp(trees[i].mode, "120000") == 0) {
		blob = put_text("/tmp");
	}
	tree = tree_set(&tree, trees[i].path, trees[i].mode, &blob);
	return commit_on(&h.base, ANN, "record", &tree);
}

static struct hf_oid
raw_tree(const char *first, const char *second)
{
	struct hf_oid file = tree_get(&(struct hf_oid){ "" }, "x"), oid;
	struct hf_buf raw = HF_BUF_INIT, old = HF_BUF_INIT;
	unsigned char id[HF_OID_BYTES];
	const char   *names[] = { first, second };

	file = put_text("x");
	oid = head_tree();
	get_object(&old, HF_OBJECT_TREE, &oid);
	hf_oid_to_bytes(id, &file);
	for (int i = 0; i < 2; i++) {
		hf_buf_addf(&raw, "100644 %s", names[i]);
		hf_buf_addc(&raw, '\0');
		hf_buf_add(&raw, id, sizeof(id));
	}
	hf_buf_add(&raw, old.data, old.len);
	oid = put_object(HF_OBJECT_TREE, raw.data, raw.len);
	oid = commit_on(&h.base, ANN, "record", &oid);
	hf_buf_clear(&raw);
	hf_buf_clear(&old);
	return oid;
}

static struct hf_oid
twice_a_name(void)
{
	return raw_tree("a", "a");
}
static struct hf_oid
out_of_order(void)
{
	return raw_tree("b", "a");
}
static struct hf_oid
empty_folder(void)
{
	struct hf_oid tree = head_tree(), empty = put_object(HF_OBJECT_TREE, "", 0);

	tree = tree_set(&tree, "extra", "40000", &empty);
	return commit_on(&h.base, ANN, "record", &tree);
}

static const struct hostile_case shapes[] = {
	{ "a name twice", twice_a_name, "not in order" },
	{ "names out of order", out_of_order, "not in order" },
	{ "an empty folder", empty_folder, "nothing in it" },
};

/* ---- what each role may not ---- */

static struct hf_oid
changed(const char *id)
{
	struct hf_json *j = record(id);
	struct hf_oid   blob;

	set(j, "notes", "mine now");
	bump(j, 1);
	blob = seal_json(j);
	hf_json_free(j);
	return blob;
}

static struct hf_oid
same_again(const char *id)
{
	struct hf_json *j = record(id);
	struct hf_oid   blob = seal_json(j);

	hf_json_free(j);
	return blob;
}

enum act {
	ADD_ACCOUNT,
	ADD_ATTESTATION,
	ADD_NOTE,
	ADD_DONE,
	ADD_BLOB,
	CHANGE_OWN,
	CHANGE_OWN_GRANT,
	CHANGE_OTHER,
	CHANGE_OTHER_GRANT,
	TAKE_OVER,
	GIVE_AWAY,
	CHANGE_PERSON,
	REMOVE_RECORD,
	RECRYPT_RECORD,
	RECRYPT_ENTRY,
	RECRYPT_BLOB,
	CHANGE_ENTRY,
	REMOVE_ENTRY,
	CHANGE_BLOB,
	REMOVE_BLOB,
	ADD_MEMBER,
	RAISE_SELF,
	REMOVE_MEMBER,
	CHANGE_KEY
};

static struct hf_oid
new_record(const char *kind, enum hand who)
{
	char            id[HF_ID_SIZE];
	struct hf_json *j = fresh(kind, id);
	struct hf_oid   blob = seal_json(j);

	hf_json_free(j);
	return with(&h.base, who, "record", at_record(id), &blob);
}

static struct hf_oid
new_entry(const char *type, enum hand who)
{
	char            id[HF_ID_SIZE];
	struct hf_json *j = next_entry(who, type, id);
	struct hf_oid   blob = seal_json(j);

	hf_json_free(j);
	return with(&h.base, who, "run", at_entry(h.run, id), &blob);
}

static struct hf_oid
reowned(const char *id, enum hand who)
{
	struct hf_json *j = record(id);
	struct hf_oid   blob;

	if (strcmp(id, h.account) == 0)
		hf_json_unset(j, "owner");
	else
		set(j, "owner", h.olga);
	bump(j, 1);
	blob = seal_json(j);
	hf_json_free(j);
	return with(&h.base, who, "record", at_record(id), &blob);
}

static struct hf_oid
newcomer_as(const char *roles, enum hand by)
{
	struct hf_oid file = member_file(MAL, roles, by, h.began + 360), key = key_file(MAL), tree = head_tree();

	tree = tree_set(&tree, at_member(MAL, "json"), "100644", &file);
	tree = tree_set(&tree, at_member(MAL, "asc"), "100644", &key);
	return commit_on(&h.base, by, "member", &tree);
}

/* The record as it is, but for its version and a field. */
static struct hf_oid
rewritten(const char *id, enum hand who)
{
	struct hf_oid blob = changed(id);

	return with(&h.base, who, "record", at_record(id), &blob);
}

static struct hf_oid
act_on_record(enum act what, enum hand who)
{
	struct hf_oid blob;

	switch (what) {
	case ADD_ACCOUNT:
		return new_record("account", who);
	case ADD_ATTESTATION:
		return new_record("attestation", who);
	case CHANGE_OWN:
		return rewritten(h.account, who);
	case CHANGE_OWN_GRANT:
		return rewritten(h.mine, who);
	case CHANGE_OTHER:
		return rewritten(h.other, who);
	case CHANGE_OTHER_GRANT:
		return rewritten(h.grant, who);
	case TAKE_OVER:
		return reowned(h.other, who);
	case GIVE_AWAY:
		return reowned(h.account, who);
	case CHANGE_PERSON:
		return rewritten(h.olga, who);
	case REMOVE_RECORD:
		return with(&h.base, who, "record", at_record(h.mine), NULL);
	default: /* RECRYPT_RECORD */
		blob = same_again(h.account);
		return with(&h.base, who, "member", at_record(h.account), &blob);
	}
}

static struct hf_oid
act_on_run(enum act what, enum hand who)
{
	struct hf_json *j;
	struct hf_oid   blob;

	if (what == ADD_NOTE || what == ADD_DONE)
		return new_entry(what == ADD_NOTE ? "note" : "done", who);
	if (what == REMOVE_ENTRY)
		return with(&h.base, who, "run", at_entry(h.run, h.entry[1]), NULL);
	j = entry(1);
	if (what == CHANGE_ENTRY)
		set(j, "text", "otherwise");
	blob = seal_json(j);
	hf_json_free(j);
	return with(&h.base, who, what == CHANGE_ENTRY ? "run" : "member", at_entry(h.run, h.entry[1]), &blob);
}

static struct hf_oid
act_on_blob(enum act what, enum hand who)
{
	struct hf_oid blob = seal(what == RECRYPT_BLOB ? "a picture\n" : "another picture", "");
	char          id[HF_ID_SIZE];

	ck_ok(hf_id_new(id, &e));
	return with(&h.base, who, what == RECRYPT_BLOB ? "member" : "record", at_blob(what == ADD_BLOB ? id : h.blob),
	    what == REMOVE_BLOB ? NULL : &blob);
}

static struct hf_oid
act_on_members(enum act what, enum hand who)
{
	struct hf_oid blob, tree = head_tree();

	switch (what) {
	case ADD_MEMBER:
		return newcomer_as("\"responder\"", who);
	case RAISE_SELF:
		blob = member_file(who, "\"admin\"", who, h.began + 360);
		return with(&h.base, who, "member", at_member(who, "json"), &blob);
	case REMOVE_MEMBER:
		tree = tree_set(&tree, at_member(BOB, "json"), "", NULL);
		tree = tree_set(&tree, at_member(BOB, "asc"), "", NULL);
		return commit_on(&h.base, who, "member", &tree);
	default: /* CHANGE_KEY */
		blob = put_text("-----BEGIN PGP PUBLIC KEY BLOCK-----\n");
		return with(&h.base, who, "member", at_member(ANN, "asc"), &blob);
	}
}

static struct hf_oid
act(enum act what, enum hand who)
{
	switch (what) {
	case ADD_NOTE:
	case ADD_DONE:
	case RECRYPT_ENTRY:
	case CHANGE_ENTRY:
	case REMOVE_ENTRY:
		return act_on_run(what, who);
	case ADD_BLOB:
	case RECRYPT_BLOB:
	case CHANGE_BLOB:
	case REMOVE_BLOB:
		return act_on_blob(what, who);
	case ADD_MEMBER:
	case RAISE_SELF:
	case REMOVE_MEMBER:
	case CHANGE_KEY:
		return act_on_members(what, who);
	default:
		return act_on_record(what, who);
	}
}

#define ROLE "does not allow it"
#define MINE "not its author's to write"
#define STAY "stay as they are"

/* words NULL: it is theirs to do. */
static const struct {
	enum hand   who;
	enum act    what;
	const char *words;
} rights[] = {
	{ BOB, ADD_ACCOUNT, NULL },
	{ BOB, ADD_DONE, NULL },
	{ BOB, ADD_BLOB, NULL },
	{ BOB, CHANGE_OTHER, NULL },
	{ BOB, REMOVE_RECORD, NULL },
	{ BOB, RECRYPT_RECORD, NULL },
	{ BOB, RECRYPT_ENTRY, NULL },
	{ BOB, TAKE_OVER, NULL },
	{ BOB, CHANGE_ENTRY, STAY },
	{ BOB, REMOVE_ENTRY, STAY },
	{ BOB, CHANGE_BLOB, STAY },
	{ BOB, REMOVE_BLOB, STAY },
	{ BOB, ADD_MEMBER, ROLE },
	{ BOB, RAISE_SELF, ROLE },
	{ BOB, REMOVE_MEMBER, ROLE },
	{ BOB, CHANGE_KEY, ROLE },
	{ OLGA, ADD_ACCOUNT, NULL },
	{ OLGA, ADD_NOTE, NULL },
	{ OLGA, ADD_DONE, NULL },
	{ OLGA, ADD_BLOB, NULL },
	{ OLGA, CHANGE_OWN, NULL },
	{ OLGA, CHANGE_OWN_GRANT, NULL },
	{ OLGA, CHANGE_OTHER, MINE },
	{ OLGA, CHANGE_OTHER_GRANT, MINE },
	{ OLGA, TAKE_OVER, MINE },
	{ OLGA, GIVE_AWAY, MINE },
	{ OLGA, CHANGE_PERSON, MINE },
	{ OLGA, REMOVE_RECORD, ROLE },
	{ OLGA, RECRYPT_RECORD, ROLE },
	{ OLGA, RECRYPT_ENTRY, ROLE },
	{ OLGA, RECRYPT_BLOB, ROLE },
	{ OLGA, CHANGE_ENTRY, STAY },
	{ OLGA, REMOVE_ENTRY, STAY },
	{ OLGA, CHANGE_BLOB, STAY },
	{ OLGA, REMOVE_BLOB, STAY },
	{ OLGA, ADD_MEMBER, ROLE },
	{ OLGA, RAISE_SELF, ROLE },
	{ OLGA, REMOVE_MEMBER, ROLE },
	{ OLGA, CHANGE_KEY, ROLE },
	{ AUD, ADD_ATTESTATION, NULL },
	{ AUD, ADD_NOTE, NULL },
	{ AUD, ADD_ACCOUNT, MINE },
	{ AUD, ADD_DONE, MINE },
	{ AUD, ADD_BLOB, ROLE },
	{ AUD, CHANGE_OWN, ROLE },
	{ AUD, CHANGE_OTHER_GRANT, ROLE },
	{ AUD, REMOVE_RECORD, ROLE },
	{ AUD, RECRYPT_RECORD, ROLE },
	{ AUD, RECRYPT_ENTRY, ROLE },
	{ AUD, RECRYPT_BLOB, ROLE },
	{ AUD, CHANGE_ENTRY, STAY },
	{ AUD, REMOVE_ENTRY, STAY },
	{ AUD, CHANGE_BLOB, STAY },
	{ AUD, REMOVE_BLOB, STAY },
	{ AUD, ADD_MEMBER, ROLE },
	{ AUD, RAISE_SELF, ROLE },
	{ AUD, REMOVE_MEMBER, ROLE },
	{ AUD, CHANGE_KEY, ROLE },
	{ ANN, CHANGE_ENTRY, STAY },
	{ ANN, REMOVE_ENTRY, STAY },
	{ ANN, CHANGE_BLOB, STAY },
	{ ANN, REMOVE_BLOB, STAY },
	{ ANN, ADD_MEMBER, NULL },
	{ ANN, REMOVE_MEMBER, NULL },
	{ EXP, ADD_ACCOUNT, NULL },
};

/* ---- all of them ---- */

struct make
hostile_good(void)
{
	return good();
}

bool
hostile_commit(struct hostile_row *out, int i)
{
	const struct hostile_case *c = NULL;

	if (i < N_OF(bytes)) {
		*out = (struct hostile_row){ bytes[i].name, bytes[i].words, make_bytes(i) };
		return true;
	}
	if ((i -= N_OF(bytes)) < N_OF(trees)) {
		*out = (struct hostile_row){ trees[i].path, trees[i].words, make_tree(i) };
		return true;
	}
	if ((i -= N_OF(trees)) < N_OF(rights)) {
		*out = (struct hostile_row){ rights[i].who == EXP ? HOSTILE_EXPIRED : "what a role may do", rights[i].words,
			act(rights[i].what, rights[i].who) };
		return true;
	}
	if ((i -= N_OF(rights)) < N_OF(signers))
		c = &signers[i];
	else if ((i -= N_OF(signers)) < N_OF(shapes))
		c = &shapes[i];
	if (c != NULL)
		*out = (struct hostile_row){ c->name, c->words, c->make() };
	return c != NULL;
}

int
hostile_commits(void)
{
	return N_OF(bytes) + N_OF(trees) + N_OF(rights) + N_OF(signers) + N_OF(shapes);
}
