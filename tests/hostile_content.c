/* What commits by honest signers do to records, runs, members and each other, and honest work: rows for check_hostile and check_hostile_push. */
#include <stdio.h>
#include <sys/time.h>

#include "../src/store/merge/merge.h"
#include "holdfast/hash.h"
#include "holdfast/time.h"
#include "hostile_aid.h"

static struct hf_oid
by_bob(const char *path, const struct hf_oid *blob)
{
	return with(&h.base, BOB, strncmp(path, "runs/", 5) == 0 ? "run" : "record", path, blob);
}

static struct hf_oid
put_json(const char *path, struct hf_json *j)
{
	struct hf_oid blob = seal_json(j);

	hf_json_free(j);
	return by_bob(path, &blob);
}

static struct hf_oid
base_blob(const char *path)
{
	struct hf_oid tree = tree_of(&h.base);

	return tree_get(&tree, path);
}

/* ---- records ---- */

static struct hf_oid
two_swapped(void)
{
	struct hf_oid a = base_blob(at_record(h.account)), b = base_blob(at_record(h.other)), tree = tree_of(&h.base);

	tree = tree_set(&tree, at_record(h.account), "100644", &b);
	tree = tree_set(&tree, at_record(h.other), "100644", &a);
	return commit_on(&h.base, BOB, "record", &tree);
}

static struct hf_oid
changed_by(int versions, const char *key, const char *value)
{
	struct hf_json *j = record(h.account);

	bump(j, versions);
	set(j, key, value);
	return put_json(at_record(h.account), j);
}

static struct hf_oid
other_register(void)
{
	return changed_by(1, "register", "01ARZ3NDEKTSV4RRFFQ69G5FAV");
}
static struct hf_oid
other_id(void)
{
	return changed_by(1, "id", "01ARZ3NDEKTSV4RRFFQ69G5FAV");
}
static struct hf_oid
other_kind(void)
{
	return changed_by(1, "kind", "grant");
}
static struct hf_oid
unknown_kind(void)
{
	return changed_by(1, "kind", "weapon");
}
static struct hf_oid
version_same(void)
{
	return changed_by(0, "notes", "x");
}
static struct hf_oid
version_skipped(void)
{
	return changed_by(2, "notes", "x");
}
static struct hf_oid
version_back(void)
{
	return changed_by(-1, "notes", "x");
}
static struct hf_oid
version_huge(void)
{
	return changed_by(1000000, "notes", "x");
}

/* The very ciphertext of before the last change. */
static struct hf_oid
old_blob(void)
{
	struct hf_json *list = NULL;
	struct hf_oid   commit, tree, blob;

	ck_ok(hf_register_history(&list, h.r, h.account, &e));
	ck_assert(hf_oid_set(&commit, hf_json_get_str(hf_json_at(list, hf_json_len(list) - 1), "commit")));
	tree = tree_of(&commit);
	blob = tree_get(&tree, at_record(h.account));
	hf_json_free(list);
	return by_bob(at_record(h.account), &blob);
}

static struct hf_oid
fresh_with(const char *key, struct hf_json *value)
{
	char            id[HF_ID_SIZE];
	struct hf_json *j = fresh("unit", id);

	hf_json_set(j, key, value);
	return put_json(at_record(id), j);
}

static struct hf_oid
fresh_at_seven(void)
{
	return fresh_with("version", hf_json_int(7));
}
static struct hf_oid
fresh_version_text(void)
{
	return fresh_with("version", hf_json_string("1"));
}
static struct hf_oid
fresh_no_kind(void)
{
	return fresh_with("kind", hf_json_null());
}

static struct hf_oid
new_text(const char *text)
{
	struct hf_oid blob = seal(text, "");
	char          id[HF_ID_SIZE];

	ck_ok(hf_id_new(id, &e));
	return by_bob(at_record(id), &blob);
}

static struct hf_oid
not_json(void)
{
	return new_text("hello");
}
static struct hf_oid
a_list(void)
{
	return new_text("[]");
}
static struct hf_oid
a_number(void)
{
	return new_text("7");
}
static struct hf_oid
twice_a_key(void)
{
	return new_text("{\"id\": 1, \"id\": 2}");
}

static struct hf_oid
a_record_as_entry(void)
{
	struct hf_oid blob = base_blob(at_record(h.account));

	return by_bob(at_entry(h.run, h.account), &blob);
}

static struct hf_oid
meta_changed(void)
{
	struct hf_oid blob = put_text("{\"format\": 1, \"id\": \"01ARZ3NDEKTSV4RRFFQ69G5FAV\"}");

	return with(&h.base, ANN, "record", "holdfast.json", &blob);
}

static struct hf_oid
meta_removed(void)
{
	return with(&h.base, ANN, "record", "holdfast.json", NULL);
}

static const struct hostile_case records[] = {
	{ "two records swapped", two_swapped, "swapped" },
	{ "a record of another register", other_register, "another register" },
	{ "another record", other_id, "swapped" },
	{ "another kind", other_kind, "became a grant" },
	{ "a kind that nobody knows", unknown_kind, "not known to this release" },
	{ "the version stays", version_same, "an older one was put back" },
	{ "a version is skipped", version_skipped, "one was left out" },
	{ "a version back", version_back, "an older one was put back" },
	{ "a version far ahead", version_huge, "one was left out" },
	{ "an old ciphertext put back", old_blob, "an older one was put back" },
	{ "a new one at version 7", fresh_at_seven, "where it is new" },
	{ "a version in quotes", fresh_version_text, "no version" },
	{ "no kind", fresh_no_kind, "kind" },
	{ "not JSON", not_json, "JSON" },
	{ "a list", a_list, "no record" },
	{ "a number", a_number, "" },
	{ "a key twice", twice_a_key, "" },
	{ "a record in a run", a_record_as_entry, "run" },
	{ "holdfast.json changed", meta_changed, "never changes" },
	{ "holdfast.json removed", meta_removed, "never changes" },
};

/* ---- ciphertexts ---- */

static struct hf_oid
sealed_with(const char *options, const char *text)
{
	struct hf_json *j = record(h.account);
	struct hf_buf   b = HF_BUF_INIT, out = HF_BUF_INIT;
	struct hf_oid   blob;

	bump(j, 1);
	hf_json_dump(&b, j, HF_JSON_PRETTY);
	hf_buf_pad(&b, '\n', 512 - b.len % 512);
	if (text != NULL)
		hf_buf_adds(&out, text);
	else
		hf_fixture_gpg(&out, h.home, options, b.data, b.len);
	blob = put_object(HF_OBJECT_BLOB, hf_buf_str(&out), out.len);
	hf_json_free(j);
	hf_buf_clear(&b);
	hf_buf_clear(&out);
	return by_bob(at_record(h.account), &blob);
}

static struct hf_oid
sealed_more(const char *more)
{
	struct hf_json *j = record(h.account);
	struct hf_buf   b = HF_BUF_INIT;
	struct hf_oid   blob;

	bump(j, 1);
	hf_json_dump(&b, j, HF_JSON_PRETTY);
	blob = seal(hf_buf_str(&b), more);
	hf_json_free(j);
	hf_buf_clear(&b);
	return by_bob(at_record(h.account), &blob);
}

static struct hf_oid
one_more_reader(enum hand who)
{
	char more[128];

	snprintf(more, sizeof(more), "--recipient %s", h.fpr[who]);
	return sealed_more(more);
}

static struct hf_oid
for_a_stranger(void)
{
	return one_more_reader(MAL);
}
static struct hf_oid
for_one_who_left(void)
{
	return one_more_reader(GINA);
}
static struct hf_oid
hidden_reader(void)
{
	char more[128];

	snprintf(more, sizeof(more), "--hidden-recipient %s", h.fpr[MAL]);
	return sealed_more(more);
}
static struct hf_oid
thrown_ids(void)
{
	return sealed_more("--throw-keyids");
}
static struct hf_oid
with_a_password(void)
{
	return sealed_more("--symmetric --pinentry-mode loopback --passphrase x");
}
static struct hf_oid
armored(void)
{
	return sealed_more("--armor");
}
static struct hf_oid
no_mdc(void)
{
	return sealed_more("--rfc2440 --cipher-algo CAST5 --disable-mdc");
}
static struct hf_oid
a_password_only(void)
{
	return sealed_with("--symmetric --pinentry-mode loopback --passphrase x", NULL);
}
static struct hf_oid
a_literal(void)
{
	return sealed_with("--store", NULL);
}
static struct hf_oid
signed_only(void)
{
	char args[128];

	snprintf(args, sizeof(args), "--local-user %s --sign", h.fpr[BOB]);
	return sealed_with(args, NULL);
}
static struct hf_oid
clear(void)
{
	return sealed_with(NULL, "{\"kind\": \"account\"}\n");
}
static struct hf_oid
nothing(void)
{
	return sealed_with(NULL, "");
}

static struct hf_oid
damaged(size_t from_end, bool cut)
{
	struct hf_json *j = record(h.account);
	struct hf_buf   b = HF_BUF_INIT;
	struct hf_oid   blob;

	bump(j, 1);
	blob = seal_json(j);
	get_object(&b, HF_OBJECT_BLOB, &blob);
	if (cut)
		hf_buf_cut(&b, b.len - from_end);
	else
		b.data[b.len - from_end] = (char)(b.data[b.len - from_end] ^ 1);
	blob = put_object(HF_OBJECT_BLOB, b.data, b.len);
	hf_json_free(j);
	hf_buf_clear(&b);
	return by_bob(at_record(h.account), &blob);
}

static struct hf_oid
one_bit(void)
{
	return damaged(40, false);
}
static struct hf_oid
cut_short(void)
{
	return damaged(9, true);
}

static struct hf_oid
two_messages(void)
{
	struct hf_oid blob = base_blob(at_record(h.account));
	struct hf_buf b = HF_BUF_INIT;

	get_object(&b, HF_OBJECT_BLOB, &blob);
	get_object(&b, HF_OBJECT_BLOB, &blob);
	blob = put_object(HF_OBJECT_BLOB, b.data, b.len);
	hf_buf_clear(&b);
	return by_bob(at_record(h.account), &blob);
}

static const struct hostile_case ciphertexts[] = {
	{ "for a stranger, too", for_a_stranger, "no member's key" },
	{ "for one who left, too", for_one_who_left, "is not a member" },
	{ "for a hidden reader", hidden_reader, "no member's key" },
	{ "for nobody named", thrown_ids, "no member's key" },
	{ "with a password, too", with_a_password, "message" },
	{ "with a password only", a_password_only, "message" },
	{ "armored", armored, "message" },
	{ "without integrity protection", no_mdc, "message" },
	{ "not encrypted", a_literal, "message" },
	{ "only signed", signed_only, "message" },
	{ "in the clear", clear, "message" },
	{ "nothing", nothing, "message" },
	{ "one bit of it", one_bit, "not what was written" },
	{ "cut short", cut_short, "message" },
	{ "two messages", two_messages, "message" },
};

/* ---- runs ---- */

static struct hf_oid
entry_with(const char *key, struct hf_json *value, const char *run)
{
	char            id[HF_ID_SIZE];
	struct hf_json *j = next_entry(BOB, "note", id);

	ck_assert_int_eq(hf_json_set(j, key, value), 0);
	return put_json(at_entry(run, id), j);
}

static struct hf_json *
sums(int first, int second)
{
	struct hf_json *list = hf_json_array();
	int             which[] = { first, second };

	for (int i = 0; i < 2; i++) {
		struct hf_json *j;
		char            sum[HF_SHA256_SIZE];

		if (which[i] < 0)
			continue;
		j = entry(which[i]);
		ck_ok(hf_entry_hash(sum, j, &e));
		hf_json_push(list, hf_json_string(sum));
		hf_json_free(j);
	}
	return list;
}

#define RUN "01ARZ3NDEKTSV4RRFFQ69G5FAV"

static struct hf_oid
another_actor(void)
{
	return entry_with("actor", hf_json_string(h.fpr[ANN]), h.run);
}
static struct hf_oid
no_actor(void)
{
	return entry_with("actor", hf_json_null(), h.run);
}
static struct hf_oid
other_run(void)
{
	return entry_with("text", hf_json_string("x"), RUN);
}
static struct hf_oid
no_prev(void)
{
	return entry_with("prev", hf_json_array(), h.run);
}
static struct hf_oid
tail_cut(void)
{
	return entry_with("prev", sums(2, -1), h.run);
}
static struct hf_oid
cut_to_the_start(void)
{
	return entry_with("prev", sums(0, -1), h.run);
}
static struct hf_oid
one_too_many(void)
{
	return entry_with("prev", sums(2, 3), h.run);
}
static struct hf_oid
early(void)
{
	return entry_with("recorded_at", hf_json_string("2020-01-01T00:00:00.000Z"), h.run);
}
static struct hf_oid
late(void)
{
	return entry_with("recorded_at", hf_json_string("2090-01-01T00:00:00.000Z"), h.run);
}

static struct hf_oid
a_gap(void)
{
	struct hf_json *list = hf_json_array();

	hf_json_push(list, hf_json_string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
	return entry_with("prev", list, h.run);
}

static struct hf_oid
entry_of_olga(void)
{
	return entry_with("by_person", hf_json_string(h.olga), h.run);
}
static struct hf_oid
entry_of_nobody(void)
{
	return entry_with("by_person", hf_json_string(RUN), h.run);
}

static struct hf_oid
moved_entry(void)
{
	struct hf_oid blob = base_blob(at_entry(h.run, h.entry[1]));

	return by_bob(at_entry(RUN, h.entry[1]), &blob);
}

static struct hf_oid
signed_again(void)
{
	struct hf_json *j = entry(1);
	struct hf_oid   blob;

	set(j, "actor", h.fpr[BOB]);
	blob = seal_json(j);
	hf_json_free(j);
	return by_bob(at_entry(h.run, h.entry[1]), &blob);
}

/* The same note as another one: whoever wrote it first is its author. */
static struct hf_oid
entry_copied(void)
{
	struct hf_json *j = entry(3);
	char            id[HF_ID_SIZE];

	ck_ok(hf_id_new(id, &e));
	set(j, "id", id);
	return put_json(at_entry(h.run, id), j);
}

static struct hf_oid
blob_swapped(void)
{
	struct hf_oid blob = base_blob(at_entry(h.run, h.entry[1]));

	return with(&h.base, BOB, "record", at_blob(h.blob), &blob);
}

static struct hf_oid
run_removed(void)
{
	struct hf_oid tree = tree_of(&h.base);

	for (int i = 0; i < 4; i++)
		tree = tree_set(&tree, at_entry(h.run, h.entry[i]), "", NULL);
	return commit_on(&h.base, ANN, "run", &tree);
}

static const struct hostile_case runs[] = {
	{ "another's name", another_actor, "another author" },
	{ "no name", no_actor, "another author" },
	{ "under another run", other_run, "another run" },
	{ "nothing before it", no_prev, "was cut and gone on" },
	{ "the tail cut", tail_cut, "was cut and gone on" },
	{ "cut to its start", cut_to_the_start, "was cut and gone on" },
	{ "what is no head", one_too_many, "missing or was changed" },
	{ "a gap", a_gap, "was cut and gone on" },
	{ "recorded years ago", early, "back-dated" },
	{ "recorded in years", late, "clock was wrong" },
	{ "an entry as if Olga wrote it", entry_of_olga, "whose key it was not" },
	{ "an entry by a person who is not there", entry_of_nobody, "whose key it was not" },
	{ "an entry in another run", moved_entry, "another run" },
	{ "an old entry signed anew", signed_again, "stay as they are" },
	{ "an entry copied", entry_copied, "another author" },
	{ "evidence swapped", blob_swapped, "stay as they are" },
	{ "a run removed", run_removed, "stay as they are" },
};

/* ---- members ---- */

static struct hf_oid
added(const struct hf_oid *file, const struct hf_oid *key)
{
	struct hf_oid tree = tree_of(&h.base);

	if (file != NULL)
		tree = tree_set(&tree, at_member(MAL, "json"), "100644", file);
	if (key != NULL)
		tree = tree_set(&tree, at_member(MAL, "asc"), "100644", key);
	return commit_on(&h.base, ANN, "member", &tree);
}

#define NOW (h.began + 360)

static struct hf_oid
file_by(enum hand by, int64_t at, const char *roles)
{
	struct hf_oid file = member_file(MAL, roles, by, at), key = key_file(MAL);

	return added(&file, &key);
}

static struct hf_oid
by_another(void)
{
	return file_by(BOB, NOW, "\"owner\"");
}
static struct hf_oid
of_before(void)
{
	return file_by(ANN, h.began - 86400, "\"owner\"");
}
static struct hf_oid
of_later(void)
{
	return file_by(ANN, NOW + 86400, "\"owner\"");
}
static struct hf_oid
unknown_role(void)
{
	return file_by(ANN, NOW, "\"king\"");
}
static struct hf_oid
no_role(void)
{
	return file_by(ANN, NOW, "");
}

static struct hf_oid
only_file(void)
{
	struct hf_oid file = member_file(MAL, "\"owner\"", ANN, NOW);

	return added(&file, NULL);
}

static struct hf_oid
only_key(void)
{
	struct hf_oid key = key_file(MAL);

	return added(NULL, &key);
}

static struct hf_oid
another_key(void)
{
	struct hf_oid file = member_file(MAL, "\"owner\"", ANN, NOW), key = key_file(BOB);

	return added(&file, &key);
}

static struct hf_oid
with_key_of(const char *args)
{
	struct hf_oid file = member_file(MAL, "\"owner\"", ANN, NOW), key;
	struct hf_buf b = HF_BUF_INIT;

	hf_fixture_gpg(&b, h.home, args, NULL, 0);
	key = put_object(HF_OBJECT_BLOB, b.data, b.len);
	hf_buf_clear(&b);
	return added(&file, &key);
}

static struct hf_oid
two_keys(void)
{
	char args[256];

	snprintf(args, sizeof(args), "--armor --export %s %s", h.fpr[MAL], h.fpr[BOB]);
	return with_key_of(args);
}

static struct hf_oid
secret_key(void)
{
	char args[256];

	snprintf(args, sizeof(args), "--armor --export-secret-keys %s", h.fpr[MAL]);
	return with_key_of(args);
}

static struct hf_oid
no_key(void)
{
	struct hf_oid file = member_file(MAL, "\"owner\"", ANN, NOW), key = put_text("hello\n");

	return added(&file, &key);
}

/* Gina's file and key as they were before she was removed. */
static struct hf_oid
put_back(void)
{
	struct hf_oid tree = tree_of(&h.base), old, file, key;
	struct hf_buf raw = HF_BUF_INIT;

	for (old = h.base; tree = tree_of(&old), (file = tree_get(&tree, at_member(GINA, "json"))).hex[0] == '\0';) {
		hf_buf_cut(&raw, 0);
		get_object(&raw, HF_OBJECT_COMMIT, &old);
		snprintf(old.hex, sizeof(old.hex), "%.40s", strstr(raw.data, "\nparent ") + 8);
	}
	key = tree_get(&tree, at_member(GINA, "asc"));
	tree = tree_of(&h.base);
	tree = tree_set(&tree, at_member(GINA, "json"), "100644", &file);
	tree = tree_set(&tree, at_member(GINA, "asc"), "100644", &key);
	hf_buf_clear(&raw);
	/* Minutes have gone by, as they do. */
	return make_commit(&(struct make){ { &h.base }, tree, ANN, ANN, h.began + 7200, "member" });
}

static struct hf_oid
put_back_late(void)
{
	struct hf_oid tree = tree_of(&h.base), later;
	struct make   m = { { &h.base }, tree, BOB, BOB, h.began + 3600, "record" }, back;
	struct hf_buf raw = HF_BUF_INIT;
	struct hf_oid id;

	later = make_commit(&m);
	id = put_back();
	back = (struct make){ { &later }, tree_of(&id), ANN, ANN, h.began + 7200, "member" };
	hf_buf_clear(&raw);
	return make_commit(&back);
}

static struct hf_oid
last_admin(void)
{
	struct hf_oid tree = tree_of(&h.base);

	tree = tree_set(&tree, at_member(ANN, "json"), "", NULL);
	tree = tree_set(&tree, at_member(ANN, "asc"), "", NULL);
	return commit_on(&h.base, ANN, "member", &tree);
}

static struct hf_oid
no_admin(void)
{
	struct hf_oid file = member_file(ANN, "\"responder\"", ANN, NOW);

	return with(&h.base, ANN, "member", at_member(ANN, "json"), &file);
}

static struct hf_oid
nobody(void)
{
	struct hf_oid tree = tree_of(&h.base), members = tree_get(&tree, "members");

	(void)members;
	tree = tree_set(&tree, "members", "", NULL);
	return commit_on(&h.base, ANN, "member", &tree);
}

static struct hf_oid
in_a_record_commit(void)
{
	struct hf_oid file = member_file(MAL, "\"owner\"", ANN, NOW), key = key_file(MAL), tree = tree_of(&h.base);

	tree = tree_set(&tree, at_member(MAL, "json"), "100644", &file);
	tree = tree_set(&tree, at_member(MAL, "asc"), "100644", &key);
	return commit_on(&h.base, ANN, "record", &tree);
}

/* A member who adds themselves, and goes on. */
static struct hf_oid
self_added(void)
{
	struct hf_oid file = member_file(MAL, "\"admin\"", MAL, NOW), key = key_file(MAL), tree = tree_of(&h.base), one;

	tree = tree_set(&tree, at_member(MAL, "json"), "100644", &file);
	tree = tree_set(&tree, at_member(MAL, "asc"), "100644", &key);
	one = commit_on(&h.base, MAL, "member", &tree);
	return commit_on(&one, MAL, "record", &tree);
}

/* What encrypting anew must leave alone. */
static struct hf_oid
anew_changed(void)
{
	struct hf_json *j = record(h.account);
	struct hf_oid   blob;

	set(j, "notes", "slipped in");
	blob = seal_json(j);
	hf_json_free(j);
	return with(&h.base, ANN, "member", at_record(h.account), &blob);
}

static struct hf_oid
anew_person(void)
{
	struct hf_json *j = record(h.olga);
	struct hf_oid   blob;

	set(j, "name", "Olga!");
	bump(j, 1);
	blob = seal_json(j);
	hf_json_free(j);
	return with(&h.base, ANN, "member", at_record(h.olga), &blob);
}

static struct hf_oid
anew_entry(void)
{
	struct hf_json *j = entry(1);
	struct hf_oid   blob;

	set(j, "text", "slipped in");
	blob = seal_json(j);
	hf_json_free(j);
	return with(&h.base, ANN, "member", at_entry(h.run, h.entry[1]), &blob);
}

static struct hf_oid
anew_blob(void)
{
	struct hf_oid blob = seal("another picture\n", "");

	return with(&h.base, ANN, "member", at_blob(h.blob), &blob);
}

static struct hf_oid
anew_more(void)
{
	char            id[HF_ID_SIZE];
	struct hf_json *j = fresh("unit", id);
	struct hf_oid   blob = seal_json(j);

	hf_json_free(j);
	return with(&h.base, ANN, "member", at_record(id), &blob);
}

static struct hf_oid
anew_less(void)
{
	return with(&h.base, ANN, "member", at_record(h.account), NULL);
}

static const struct hostile_case members[] = {
	{ "added by another, it says", by_another, "another member added it" },
	{ "of a time before", of_before, "an older one was put back" },
	{ "of a later time", of_later, "after the commit" },
	{ "a role that nobody knows", unknown_role, "member's file" },
	{ "no role", no_role, "member's file" },
	{ "a file without a key", only_file, "stands alone" },
	{ "a key without a file", only_key, "stands alone" },
	{ "another's key", another_key, "another key" },
	{ "two keys", two_keys, "members/" },
	{ "a secret key", secret_key, "members/" },
	{ "no key", no_key, "members/" },
	{ "a leaver put back", put_back_late, "an older one was put back" },
	{ "the last admin removed", last_admin, "nobody is admin" },
	{ "the last admin is none", no_admin, "nobody is admin" },
	{ "no members", nobody, "members" },
	{ "in a commit about records", in_a_record_commit, "not about members" },
	{ "a stranger adds themselves", self_added, "never a member" },
	{ "a record changed while encrypting anew", anew_changed, "only encrypts anew" },
	{ "a person changed while encrypting anew", anew_person, "only encrypts anew" },
	{ "an entry changed while encrypting anew", anew_entry, "only encrypts anew" },
	{ "evidence changed while encrypting anew", anew_blob, "only encrypts anew" },
	{ "a record added while encrypting anew", anew_more, "only encrypts anew" },
	{ "a record removed while encrypting anew", anew_less, "only encrypts anew" },
};

/* ---- merges ---- */

static char unit_id[HF_ID_SIZE];

/* Bob adds a unit, changes the account and removes a grant; Ann logs a note. */
static struct hf_oid
bobs_side(void)
{
	struct hf_json *j = fresh("unit", unit_id), *a = record(h.account);
	struct hf_oid   blob = seal_json(j), tree = tree_of(&h.base);

	tree = tree_set(&tree, at_record(unit_id), "100644", &blob);
	set(a, "notes", "Bob");
	bump(a, 1);
	blob = seal_json(a);
	tree = tree_set(&tree, at_record(h.account), "100644", &blob);
	tree = tree_set(&tree, at_record(h.grant), "", NULL);
	hf_json_free(a);
	hf_json_free(j);
	return commit_on(&h.base, BOB, "record", &tree);
}

static char note_id[HF_ID_SIZE];

static struct hf_oid
anns_side(void)
{
	struct hf_json *j = next_entry(ANN, "note", note_id);
	struct hf_oid   blob = seal_json(j);

	hf_json_free(j);
	return with(&h.base, ANN, "run", at_entry(h.run, note_id), &blob);
}

/* Both changed the account. */
static struct hf_oid
anns_change(void)
{
	struct hf_json *a = record(h.account);
	struct hf_oid   blob;

	set(a, "purpose", "Ann");
	bump(a, 1);
	blob = seal_json(a);
	hf_json_free(a);
	return with(&h.base, ANN, "record", at_record(h.account), &blob);
}

static struct hf_oid
both(const struct hf_oid *a, const struct hf_oid *b)
{
	struct hf_oid ours = tree_of(a), theirs = tree_of(b), blob;

	(void)a;
	blob = tree_get(&theirs, at_entry(h.run, note_id));
	return tree_set(&ours, at_entry(h.run, note_id), "100644", &blob);
}

static struct hf_oid
merged(const char *path, const char *text)
{
	struct hf_oid bob = bobs_side(), ann = anns_side(), tree = both(&bob, &ann), blob;

	if (text != NULL)
		blob = seal(text, "");
	tree = tree_set(&tree, path, "100644", text == NULL ? NULL : &blob);
	return merge_of(&bob, &ann, BOB, &tree);
}

static struct hf_oid
take_ours(void)
{
	struct hf_oid bob = bobs_side(), ann = anns_side(), tree = tree_of(&bob);

	return merge_of(&bob, &ann, BOB, &tree);
}

static struct hf_oid
take_theirs(void)
{
	struct hf_oid bob = bobs_side(), ann = anns_side(), tree = tree_of(&ann);

	return merge_of(&bob, &ann, BOB, &tree);
}

static struct hf_oid
take_base(void)
{
	struct hf_oid bob = bobs_side(), ann = anns_side(), tree = tree_of(&h.base);

	return merge_of(&bob, &ann, BOB, &tree);
}

static struct hf_oid
older_back(void)
{
	struct hf_oid bob = bobs_side(), ann = anns_side(), tree = both(&bob, &ann), old = base_blob(at_record(h.account));

	tree = tree_set(&tree, at_record(h.account), "100644", &old);
	return merge_of(&bob, &ann, BOB, &tree);
}

static struct hf_oid
grant_back(void)
{
	struct hf_oid bob = bobs_side(), ann = anns_side(), tree = both(&bob, &ann), old = base_blob(at_record(h.grant));

	tree = tree_set(&tree, at_record(h.grant), "100644", &old);
	return merge_of(&bob, &ann, BOB, &tree);
}

static struct hf_oid
drops_entry(void)
{
	return merged(at_entry(h.run, h.entry[1]), NULL);
}
static struct hf_oid
drops_blob(void)
{
	return merged(at_blob(h.blob), NULL);
}
static struct hf_oid
drops_other(void)
{
	return merged(at_record(h.other), NULL);
}
static struct hf_oid
slips_text(void)
{
	return merged(at_record(h.other), "{}");
}
static struct hf_oid
slips_entry(void)
{
	return merged(at_entry(h.run, "01ARZ3NDEKTSV4RRFFQ69G5FAV"), "{}");
}
static struct hf_oid
slips_file(void)
{
	return merged("readme", "x");
}
static struct hf_oid
slips_meta(void)
{
	return merged("holdfast.json", "{}");
}
static struct hf_oid
drops_member(void)
{
	return merged(at_member(BOB, "json"), NULL);
}

static struct hf_oid
slips_record(void)
{
	char            id[HF_ID_SIZE];
	struct hf_json *j = fresh("unit", id);
	struct hf_buf   b = HF_BUF_INIT;
	struct hf_oid   oid;

	hf_json_dump(&b, j, HF_JSON_PRETTY);
	oid = merged(at_record(id), b.data);
	hf_json_free(j);
	hf_buf_clear(&b);
	return oid;
}

static struct hf_oid
changes_other(void)
{
	struct hf_json *j = record(h.other);
	struct hf_buf   b = HF_BUF_INIT;
	struct hf_oid   oid;

	set(j, "notes", "slipped in");
	bump(j, 1);
	hf_json_dump(&b, j, HF_JSON_PRETTY);
	oid = merged(at_record(h.other), b.data);
	hf_json_free(j);
	hf_buf_clear(&b);
	return oid;
}

/* The account, changed on both sides: what becomes of it. */
static struct hf_oid
both_changed(int side, const char *purpose, const char *notes, int by)
{
	struct hf_oid   bob = bobs_side(), ann = anns_change(), tree = tree_of(&bob), other = tree_of(&ann), blob;
	struct hf_json *j = record(h.account);

	if (side == 2) {
		blob = tree_get(&other, at_record(h.account));
	} else if (side == 0) {
		set(j, "purpose", purpose);
		set(j, "notes", notes);
		bump(j, by);
		blob = seal_json(j);
	}
	if (side != 1)
		tree = tree_set(&tree, at_record(h.account), "100644", &blob);
	hf_json_free(j);
	return merge_of(&bob, &ann, BOB, &tree);
}

static struct hf_oid
account_ours(void)
{
	return both_changed(1, "", "", 0);
}
static struct hf_oid
account_theirs(void)
{
	return both_changed(2, "", "", 0);
}
static struct hf_oid
account_version(void)
{
	return both_changed(0, "Ann", "Bob", 1);
}
static struct hf_oid
account_third(void)
{
	return both_changed(0, "Ann", "Mallory", 2);
}
static struct hf_oid
account_half(void)
{
	return both_changed(0, "news", "Bob", 2);
}

static struct hf_oid
by_a_stranger(void)
{
	struct hf_oid bob = bobs_side(), ann = anns_side(), tree = both(&bob, &ann);

	return merge_of(&bob, &ann, MAL, &tree);
}

/* A member on one side, removed on the other. */
static struct hf_oid
by_one_who_left(void)
{
	struct hf_oid bob = bobs_side(), tree = tree_of(&h.base), ann, both_trees = tree_of(&bob), none;

	tree = tree_set(&tree, at_member(BOB, "json"), "", NULL);
	tree = tree_set(&tree, at_member(BOB, "asc"), "", NULL);
	ann = commit_on(&h.base, ANN, "member", &tree);
	none = tree_get(&tree, "members");
	both_trees = tree_set(&both_trees, "members", "40000", &none);
	return merge_of(&bob, &ann, BOB, &both_trees);
}

static struct hf_oid
leaver_back(void)
{
	struct hf_oid bob = bobs_side(), tree = tree_of(&h.base), ann, both_trees = tree_of(&bob);

	tree = tree_set(&tree, at_member(BOB, "json"), "", NULL);
	tree = tree_set(&tree, at_member(BOB, "asc"), "", NULL);
	ann = commit_on(&h.base, ANN, "member", &tree);
	return merge_of(&bob, &ann, ANN, &both_trees);
}

/* The purpose of the account, changed by each to their own name, at one moment; what merging them gives, and the conflict that it keeps. */
struct dispute {
	struct hf_oid   ann, bob, tree;
	struct hf_json *merged, *conflict;
	char            path[PATH_SIZE];
};

static struct hf_oid
purpose_by(enum hand who, const char *purpose, struct hf_json **out)
{
	struct hf_json *j = record(h.account);
	struct hf_oid   blob;

	set(j, "purpose", purpose);
	bump(j, 1);
	blob = seal_json(j);
	*out = j;
	return with(&h.base, who, "record", at_record(h.account), &blob);
}

static struct dispute
dispute(void)
{
	struct dispute  d;
	struct hf_json *base = record(h.account), *ann, *bob, *list = hf_json_array();

	d.ann = purpose_by(ANN, "Ann", &ann);
	d.bob = purpose_by(BOB, "Bob", &bob);
	ck_ok(merge_record(
	    &d.merged, list, base, &(struct merge_side){ ann, h.fpr[ANN], 7 }, &(struct merge_side){ bob, h.fpr[BOB], 7 }, &e));
	ck_assert_uint_eq(hf_json_len(list), 1);
	hf_json_set(hf_json_at(list, 0), "at", hf_json_int(time_of(&d.ann)));
	hf_json_set(hf_json_at(list, 0), "other_at", hf_json_int(time_of(&d.bob)));
	ck_ok(merge_conflict(&d.conflict, h.r, hf_json_at(list, 0), &e));
	strcpy(d.path, at_record(hf_json_get_str(d.conflict, "id")));
	d.tree = tree_of(&d.ann);
	hf_json_free(base);
	hf_json_free(ann);
	hf_json_free(bob);
	hf_json_free(list);
	return d;
}

static struct hf_oid
settle_so(struct dispute *d, bool conflict)
{
	struct hf_oid blob = seal_json(d->merged);

	d->tree = tree_set(&d->tree, at_record(h.account), "100644", &blob);
	blob = seal_json(d->conflict);
	if (conflict)
		d->tree = tree_set(&d->tree, d->path, "100644", &blob);
	hf_json_free(d->merged);
	hf_json_free(d->conflict);
	return merge_of(&d->ann, &d->bob, ANN, &d->tree);
}

static struct hf_oid
disputed(void)
{
	struct dispute d = dispute();

	return settle_so(&d, true);
}

static struct hf_oid
conflict_dropped(void)
{
	struct dispute d = dispute();

	return settle_so(&d, false);
}

static struct hf_oid
conflict_other(void)
{
	struct dispute d = dispute();

	set(d.conflict, "other", "Mallory");
	return settle_so(&d, true);
}

static struct hf_oid
conflict_turned(void)
{
	struct dispute d = dispute();

	set(d.merged, "purpose", hf_json_get_str(d.conflict, "other"));
	return settle_so(&d, true);
}

/* Both sides' work, and a conflict that nobody had. */
static struct hf_oid
conflict_invented(void)
{
	struct hf_oid   bob = bobs_side(), ann = anns_side(), tree = both(&bob, &ann), blob;
	char            id[HF_ID_SIZE];
	struct hf_json *c = fresh("conflict", id);

	hf_json_unset(c, "name");
	set(c, "record", h.account);
	set(c, "field", "purpose");
	set(c, "kept", "news");
	set(c, "other", "Mallory's");
	blob = seal_json(c);
	tree = tree_set(&tree, at_record(id), "100644", &blob);
	hf_json_free(c);
	return merge_of(&bob, &ann, BOB, &tree);
}

/* Bob removed the grant while Ann encrypted it anew: it is removed. */
static struct hf_oid
removed_and_anew(void)
{
	struct hf_json *j = record(h.grant);
	struct hf_oid   blob = seal_json(j), ann = with(&h.base, ANN, "member", at_record(h.grant), &blob), bob = bobs_side(),
		      tree = tree_of(&bob);

	hf_json_free(j);
	return merge_of(&bob, &ann, BOB, &tree);
}

/* Ann removed Bob; his side does not know it. All of it but who is a member comes together. */
static struct hf_oid
fork_merged(enum hand who, const char *word)
{
	struct hf_oid bob = bobs_side(), tree = tree_of(&h.base), ann, all = tree_of(&bob), who_is;
	struct make   m = { .author = who, .signer = who, .at = h.began + 7200, .word = word };

	tree = tree_set(&tree, at_member(BOB, "json"), "", NULL);
	tree = tree_set(&tree, at_member(BOB, "asc"), "", NULL);
	ann = commit_on(&h.base, ANN, "member", &tree);
	who_is = tree_get(&tree, "members");
	m.tree = tree_set(&all, "members", "40000", &who_is);
	m.parent[0] = &ann;
	m.parent[1] = &bob;
	return make_commit(&m);
}

static struct hf_oid
fork_unsaid(void)
{
	return fork_merged(ANN, "merge");
}
static struct hf_oid
fork_by_responder(void)
{
	return fork_merged(EXP, "accept");
}
static struct hf_oid
fork_taken_on(void)
{
	return fork_merged(ANN, "accept");
}

/* Who went on after it, and only then is merged with what was here. */
static struct hf_oid
fork_gone_on(void)
{
	struct hf_oid first = fork_unsaid(), tree = tree_of(&first);

	return commit_on(&first, ANN, "record", &tree);
}

static struct hf_oid
accept_nothing(void)
{
	struct hf_oid bob = bobs_side(), ann = anns_side();
	struct make   m = { { &bob, &ann }, both(&bob, &ann), ANN, ANN, h.began + 7200, "accept" };

	return make_commit(&m);
}

static struct hf_oid
accept_one_parent(void)
{
	struct hf_oid tree = tree_of(&h.base);

	return commit_on(&h.base, ANN, "accept", &tree);
}

static const struct hostile_case merges[] = {
	{ "a conflict dropped", conflict_dropped, "the conflict that keeps it is missing" },
	{ "a conflict that keeps another value", conflict_other, "not the conflict that merging" },
	{ "the earlier value", conflict_turned, "not what merging them gives" },
	{ "a conflict invented", conflict_invented, "a conflict about what was none" },
	{ "a leaver's fork", fork_unsaid, "no admin took that on" },
	{ "a leaver's fork, and on", fork_gone_on, "no admin took that on" },
	{ "a leaver's fork, taken on by a responder", fork_by_responder, "not admin on both sides" },
	{ "taken on, and no leaver", accept_nothing, "there is nothing of that" },
	{ "taken on, and no merge", accept_one_parent, "one parent" },
	{ "ours alone", take_ours, "dropped it" },
	{ "theirs alone", take_theirs, "older one back" },
	{ "neither", take_base, "older one back" },
	{ "an older record back", older_back, "older one back" },
	{ "a removed record back", grant_back, "put it back" },
	{ "an entry dropped", drops_entry, "dropped it" },
	{ "evidence dropped", drops_blob, "dropped it" },
	{ "a record dropped", drops_other, "was to stay" },
	{ "a text put in", slips_text, "" },
	{ "an entry put in", slips_entry, "neither side has" },
	{ "a record put in", slips_record, "neither side has" },
	{ "a file put in", slips_file, "does not belong" },
	{ "holdfast.json", slips_meta, "never changes" },
	{ "a member dropped", drops_member, "the merge undid" },
	{ "a record that nobody changed", changes_other, "one side alone" },
	{ "both changed it, ours kept", account_ours, "dropped one of them" },
	{ "both changed it, theirs kept", account_theirs, "dropped one of them" },
	{ "both changed it, version not up", account_version, "dropped one of them" },
	{ "both changed it, and a third value", account_third, "not what merging them gives" },
	{ "both changed it, one undone", account_half, "not what merging them gives" },
	{ "by a stranger", by_a_stranger, "never a member" },
	{ "by one who left on the other side", by_one_who_left, "who was not a member then" },
	{ "a leaver kept", leaver_back, "no admin took that on" },
};

/* ---- honest work ---- */

static struct hf_oid
two_sides(void)
{
	struct hf_oid bob = bobs_side(), ann = anns_side(), tree = both(&bob, &ann);

	return merge_of(&bob, &ann, BOB, &tree);
}

static struct hf_oid
two_sides_one_record(void)
{
	return both_changed(0, "Ann", "Bob", 2);
}

/* Each logs on their own; then both heads are named. */
static struct hf_oid
two_logs(void)
{
	char            bobs[HF_ID_SIZE], last[HF_ID_SIZE], sum[HF_SHA256_SIZE];
	struct hf_json *a = next_entry(ANN, "note", note_id), *b = next_entry(BOB, "note", bobs),
		       *c = next_entry(BOB, "note", last), *prev = hf_json_array();
	struct hf_oid blob = seal_json(a), ann = with(&h.base, ANN, "run", at_entry(h.run, note_id), &blob), bob, tree, m;

	blob = seal_json(b);
	bob = with(&h.base, BOB, "run", at_entry(h.run, bobs), &blob);
	tree = both(&bob, &ann);
	m = merge_of(&bob, &ann, BOB, &tree);
	ck_ok(hf_entry_hash(sum, a, &e));
	hf_json_push(prev, hf_json_string(sum));
	ck_ok(hf_entry_hash(sum, b, &e));
	hf_json_push(prev, hf_json_string(sum));
	hf_json_set(c, "prev", prev);
	blob = seal_json(c);
	hf_json_free(a);
	hf_json_free(b);
	hf_json_free(c);
	return with(&m, BOB, "run", at_entry(h.run, last), &blob);
}

/* A newcomer, for whom all is encrypted anew while Bob goes on; Ann brings both together. */
static struct hf_oid
newcomer_meanwhile(void)
{
	struct hf_oid file = member_file(MAL, "\"responder\"", ANN, NOW), key = key_file(MAL), tree = tree_of(&h.base), ann, bob,
		      blob, m;
	struct hf_json *j = record(h.other);

	tree = tree_set(&tree, at_member(MAL, "json"), "100644", &file);
	tree = tree_set(&tree, at_member(MAL, "asc"), "100644", &key);
	blob = seal_json(j);
	tree = tree_set(&tree, at_record(h.other), "100644", &blob);
	hf_json_free(j);
	ann = commit_on(&h.base, ANN, "member", &tree);
	bob = bobs_side();
	m = tree_of(&bob);
	m = tree_set(&m, at_member(MAL, "json"), "100644", &file);
	m = tree_set(&m, at_member(MAL, "asc"), "100644", &key);
	m = tree_set(&m, at_record(h.other), "100644", &blob);
	/* His unit, for the newcomer too. */
	j = fresh("unit", unit_id + 0);
	hf_json_free(j);
	return merge_of(&ann, &bob, ANN, &m);
}

/* Who was added signs. */
static struct hf_oid
newcomer_signs(void)
{
	struct hf_oid   file = member_file(MAL, "\"responder\"", ANN, NOW), key = key_file(MAL), one = added(&file, &key), blob;
	char            id[HF_ID_SIZE];
	struct hf_json *j = fresh("unit", id);

	blob = seal_json(j);
	hf_json_free(j);
	return with(&one, MAL, "record", at_record(id), &blob);
}

/* A key tied to a person when its holder becomes a member. */
static struct hf_oid
tied(void)
{
	struct hf_oid   file = member_file(MAL, "\"owner\"", ANN, NOW), key = key_file(MAL), tree = tree_of(&h.base), blob;
	struct hf_json *j = record(h.olga);

	set(j, "key_fpr", h.fpr[MAL]);
	bump(j, 1);
	blob = seal_json(j);
	tree = tree_set(&tree, at_member(MAL, "json"), "100644", &file);
	tree = tree_set(&tree, at_member(MAL, "asc"), "100644", &key);
	tree = tree_set(&tree, at_record(h.olga), "100644", &blob);
	hf_json_free(j);
	return commit_on(&h.base, ANN, "member", &tree);
}

static struct hf_oid
nothing_new(void)
{
	return h.base;
}

/* Three members, one after the other, minutes out of step. */
static struct hf_oid
clocks_apart(void)
{
	struct hf_oid tree = tree_of(&h.base), one, two;
	struct make   m = { { &h.base }, tree, BOB, BOB, h.began + 3600, "record" };

	one = make_commit(&m);
	m = (struct make){ { &one }, tree, OLGA, OLGA, h.began + 3600 - 200, "record" };
	two = make_commit(&m);
	m = (struct make){ { &two }, tree, AUD, AUD, h.began + 3600, "record" };
	return make_commit(&m);
}

static const struct hostile_case honest[] = {
	{ "nothing", nothing_new, NULL },
	{ "two sides", two_sides, NULL },
	{ "two sides of one record", two_sides_one_record, NULL },
	{ "two logs", two_logs, NULL },
	{ "two values, and the conflict that keeps one", disputed, NULL },
	{ "removed on one side, encrypted anew on the other", removed_and_anew, NULL },
	{ "a leaver's work, taken on", fork_taken_on, NULL },
	{ "a newcomer meanwhile", newcomer_meanwhile, NULL },
	{ "a newcomer signs", newcomer_signs, NULL },
	{ "a newcomer tied to a person", tied, NULL },
	{ "clocks apart", clocks_apart, NULL },
};

/* ---- all of them ---- */

static const struct {
	const struct hostile_case *list;
	int                        n;
} tables[] = { { records, N_OF(records) }, { ciphertexts, N_OF(ciphertexts) }, { runs, N_OF(runs) }, { members, N_OF(members) },
	{ merges, N_OF(merges) }, { honest, N_OF(honest) } };

int
hostile_contents(void)
{
	int n = 0;

	for (int t = 0; t < N_OF(tables); t++)
		n += tables[t].n;
	return n;
}

bool
hostile_content(struct hostile_row *out, int i)
{
	int t = 0;

	for (; t < N_OF(tables) && i >= tables[t].n; t++)
		i -= tables[t].n;
	if (t == N_OF(tables))
		return false;
	*out = (struct hostile_row){ tables[t].list[i].name, tables[t].list[i].words, tables[t].list[i].make() };
	return true;
}
