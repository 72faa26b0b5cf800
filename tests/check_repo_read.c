#include <stdio.h>

#include "git_aid.h"
#include "holdfast/fs.h"
#include "test.h"

#define ZERO "0000000000000000000000000000000000000000"

START_TEST(blob_reads)
{
	struct hf_buf b = HF_BUF_INIT;
	struct hf_oid commit = aid_put("a", "some text"), tree = aid_tree(&commit), blob, none;

	ck_ok(hf_repo_lookup(&blob, aid_repo, &tree, "a", &e));
	hf_buf_adds(&b, "kept, ");
	ck_ok(hf_repo_blob(&b, aid_repo, &blob, 9, &e));
	ck_assert_str_eq(b.data, "kept, some text");
	ck_fails(HF_DAMAGED, "too large", hf_repo_blob(&b, aid_repo, &blob, 8, &e));
	ck_fails(HF_DAMAGED, "a tree, not a blob", hf_repo_blob(&b, aid_repo, &tree, 100, &e));
	ck_fails(HF_DAMAGED, "a blob, not a commit", hf_repo_commit_raw(&b, aid_repo, &blob, &e));
	ck_assert(hf_oid_set(&none, "1234567890123456789012345678901234567890"));
	ck_fails(HF_DAMAGED, "missing", hf_repo_blob(&b, aid_repo, &none, 100, &e));
	none.hex[0] = '\0';
	ck_fails(HF_INTERNAL, "no name", hf_repo_blob(&b, aid_repo, &none, 100, &e));
	ck_assert_str_eq(b.data, "kept, some text");
	hf_buf_clear(&b);
}
END_TEST

START_TEST(lookup)
{
	const struct hf_edit     edits[] = { aid_edit("a/b/c/d", "1"), aid_edit("a/b.x", "2"), aid_edit("ab", "3") };
	static const char *const none[] = { "b", "a/c", "a/b/c/d/e", "a/b.x/c", "a/", "a/b/", "/a", "", "a//b", "ab/c", "A",
		"a/b/c/dd" };
	struct hf_oid            commit, tree, oid;
	char                     line[256];

	ck_ok(aid_commit(&commit, aid_repo, edits, N_OF(edits), &e));
	tree = aid_tree(&commit);
	for (int i = 0; i < N_OF(edits); i++) {
		ck_ok(hf_repo_lookup(&oid, aid_repo, &tree, edits[i].path, &e));
		aid_must(line, "git -C r rev-parse main:%s", edits[i].path);
		ck_assert_str_eq(line, oid.hex);
	}
	ck_ok(hf_repo_lookup(&oid, aid_repo, &tree, "a/b", &e));
	aid_must(line, "git -C r rev-parse main:a/b");
	ck_assert_str_eq(line, oid.hex);
	for (int i = 0; i < N_OF(none); i++) {
		ck_fails(HF_NOTFOUND, "not there", hf_repo_lookup(&oid, aid_repo, &tree, none[i], &e));
		ck_assert_str_eq(oid.hex, "");
	}
}
END_TEST

/* Everything of a commit, as text: what git's own tools say, and what we read. */
static enum hf_code
note_diff(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	const char *a = d->before.hex[0] == '\0' ? ZERO : d->before.hex, *b = d->after.hex[0] == '\0' ? ZERO : d->after.hex;

	(void)e;
	hf_buf_addf(arg, "%s %s %s\n", a, b, d->path);
	return HF_OK;
}

static void
compare_diff(const struct hf_oid *from, const struct hf_oid *to)
{
	struct hf_buf ours = HF_BUF_INIT, gits = HF_BUF_INIT;

	ck_ok(hf_repo_diff(aid_repo, from, to, note_diff, &ours, &e));
	aid_run(&gits,
	    "git -C r diff-tree -r --no-renames --no-commit-id %s %s | sed 's/^:[0-9]* [0-9]* \\([0-9a-f]* [0-9a-f]*\\) .\\t/\\1 /'",
	    from == NULL ? "4b825dc642cb6eb9a060e54bf8d69288fbee4904" : from->hex, to->hex);
	ck_assert_str_eq(hf_buf_str(&ours), hf_buf_str(&gits));
	hf_buf_clear(&ours);
	hf_buf_clear(&gits);
}

/* Names that are each other's beginnings, as files and as folders. */
START_TEST(diff_agrees_with_git)
{
	static const char *const names[] = { "a", "a-", "a.b", "a0", "b" };
	struct hf_oid            trees[8], commit;
	unsigned                 random = (unsigned)_i + 1;
	char                     path[64];
	struct hf_repo          *fresh;

	for (int k = 0; k < N_OF(trees); k++) {
		/* Each commit starts anew on an empty branch. */
		struct hf_edit edits[12];
		char           paths[12][64];
		size_t         n = 0;

		for (int i = 0; i < N_OF(edits); i++) {
			random = random * 1103515245 + 12345;
			const char *x = names[random >> 16 & 3], *y = names[random >> 18 & 3], *z = names[random >> 20 & 3];
			bool        clash = false;

			switch (random >> 24 & 3) {
			case 0:
				snprintf(path, sizeof(path), "%s", x);
				break;
			case 1:
				snprintf(path, sizeof(path), "%s/%s", x, y);
				break;
			default:
				snprintf(path, sizeof(path), "%s/%s/%s", x, y, z);
			}
			for (size_t m = 0; m < n; m++) {
				size_t l = strlen(paths[m]), o = strlen(path), shorter = l < o ? l : o;

				clash |=
				    strncmp(paths[m], path, shorter) == 0 && (l == o || (l < o ? path[l] : paths[m][o]) == '/');
			}
			if (clash)
				continue;
			memcpy(paths[n], path, sizeof(path));
			edits[n] = aid_edit(paths[n], random >> 28 & 1 ? "x" : "y");
			n++;
		}
		struct hf_commit_spec spec = aid_spec(NULL);

		aid_must(NULL, "git -C r update-ref -d refs/heads/main");
		ck_ok(hf_repo_commit(&commit, aid_repo, &spec, edits, n, &e));
		trees[k] = aid_tree(&commit);
		compare_diff(NULL, &trees[k]);
		for (int j = 0; j < k; j++)
			compare_diff(&trees[j], &trees[k]);
	}
	compare_diff(&trees[0], &trees[0]);
	ck_ok(hf_repo_open(&fresh, aid_path("r"), &e));
	hf_repo_close(fresh);
}
END_TEST

static enum hf_code
stop_at_b(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	++*(int *)arg;
	return strcmp(d->path, "b") == 0 ? hf_fail(e, HF_NO, "enough") : HF_OK;
}

START_TEST(diff_stops)
{
	const struct hf_edit edits[] = { aid_edit("a", "1"), aid_edit("b", "2"), aid_edit("c", "3") };
	struct hf_oid        commit, tree;
	int                  calls = 0;

	ck_ok(aid_commit(&commit, aid_repo, edits, N_OF(edits), &e));
	tree = aid_tree(&commit);
	ck_fails(HF_NO, "enough", hf_repo_diff(aid_repo, NULL, &tree, stop_at_b, &calls, &e));
	ck_assert_int_eq(calls, 2);
}
END_TEST

/* ---- hostile trees ---- */

/* Entries "mode name", of a blob or a tree that is there; | between them, in the order given. */
static const char *const hostile_trees[] = {
	"100644 ..",
	"40000 ..",
	"100644 .",
	"40000 .",
	"40000 .git",
	"100644 .git",
	"100644 .gitattributes",
	"100644 .gitmodules",
	"100644 .x",
	"40000 GIT~1",
	"100644 git~1",
	"100644 a/b",
	"100644 a/../../x",
	"100644 /",
	"100644 ",
	"100644 a b",
	"100644 a\n",
	"100644 \033]0;x",
	"100644 a\302\235",
	"100644 .g\342\200\214it",
	"100644 \342\200\256gpg",
	"100644 \377",
	"100644 a\\b",
	"100644 a:b",
	"100644 a~",
	"100644 *",
	"100644 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	"100755 a",
	"120000 a",
	"160000 a",
	"100664 a",
	"100600 a",
	"0100644 a",
	"040000 a",
	"140000 a",
	"644 a",
	"100644a",
	"100644  a",
	"0 a",
	" a",
	"",
	"100644 a|100644 a",
	"40000 a|40000 a",
	"100644 b|100644 a",
	"40000 a|100644 a",
	"100644 a|40000 a",
	"100644 a|100644 a-|100644 a.|40000 a",
	"40000 a|100644 a-",
	"100644 a0|40000 a",
};

static void
add_entry(struct hf_buf *b, const char *text, size_t len, const struct hf_oid *blob, const struct hf_oid *tree)
{
	const struct hf_oid *oid = strncmp(text, "40000", 5) == 0 || strncmp(text, "040000", 6) == 0 ? tree : blob;
	unsigned             byte;

	hf_buf_add(b, text, len);
	hf_buf_addc(b, '\0');
	for (size_t i = 0; i < 20; i++) {
		ck_assert_int_eq(sscanf(oid->hex + 2 * i, "%2x", &byte), 1);
		hf_buf_addc(b, (char)byte);
	}
}

static void
make_tree(struct hf_oid *out, const char *entries, const struct hf_oid *blob, const struct hf_oid *tree)
{
	struct hf_buf b = HF_BUF_INIT;
	size_t        n;

	for (;; entries += n + 1) {
		n = strcspn(entries, "|");
		add_entry(&b, entries, n, blob, tree);
		if (entries[n] == '\0')
			break;
	}
	*out = aid_object("r", HF_OBJECT_TREE, b.data, b.len);
	hf_buf_clear(&b);
}

static void
assert_refused(const struct hf_oid *tree, const char *what)
{
	struct hf_buf said = HF_BUF_INIT;
	struct hf_oid oid;
	struct hf_err e = HF_ERR_INIT;
	enum hf_code  rc = hf_repo_diff(aid_repo, NULL, tree, note_diff, &said, &e);

	ck_assert_msg(rc == HF_DAMAGED && strstr(e.msg, "tree: ") != NULL, "%s: %s: %s", what, hf_code_name(rc), e.msg);
	rc = hf_repo_lookup(&oid, aid_repo, tree, "x/y", &e);
	ck_assert_msg(rc == HF_DAMAGED || rc == HF_NOTFOUND, "%s: %s", what, hf_code_name(rc));
	hf_buf_clear(&said);
}

START_TEST(trees_hostile)
{
	struct hf_oid blob, sub, tree, outer;

	blob = aid_object("r", HF_OBJECT_BLOB, "x", 1);
	make_tree(&sub, "100644 x", &blob, &blob);
	for (int i = 0; i < N_OF(hostile_trees); i++) {
		make_tree(&tree, hostile_trees[i], &blob, &sub);
		assert_refused(&tree, hostile_trees[i]);
		make_tree(&outer, "40000 sub", &blob, &tree);
		assert_refused(&outer, hostile_trees[i]);
	}
}
END_TEST

START_TEST(trees_of_odd_shape)
{
	struct hf_oid blob, tree, deep, empty;
	struct hf_buf said = HF_BUF_INIT;
	char          raw[] = "100644 a\0"
			      "1234567890123456789";

	blob = aid_object("r", HF_OBJECT_BLOB, "x", 1);
	make_tree(&tree, "100644 x", &blob, &blob);
	for (int i = 0; i < 3; i++) {
		make_tree(&deep, "40000 d", &blob, &tree);
		tree = deep;
	}
	ck_ok(hf_repo_diff(aid_repo, NULL, &tree, note_diff, &said, &e));
	ck_assert_ptr_nonnull(strstr(said.data, "d/d/d/x"));
	make_tree(&deep, "40000 d", &blob, &tree);
	ck_fails(HF_DAMAGED, "too deep", hf_repo_diff(aid_repo, NULL, &deep, note_diff, &said, &e));
	empty = aid_object("r", HF_OBJECT_TREE, "", 0);
	ck_ok(hf_repo_diff(aid_repo, NULL, &empty, note_diff, &said, &e));
	make_tree(&tree, "40000 d", &blob, &empty);
	ck_fails(HF_DAMAGED, "nothing in it", hf_repo_diff(aid_repo, NULL, &tree, note_diff, &said, &e));
	make_tree(&tree, "40000 d", &blob, &blob); /* a file where a folder is named, and the other way round */
	ck_fails(HF_DAMAGED, "a blob, not a tree", hf_repo_diff(aid_repo, NULL, &tree, note_diff, &said, &e));
	tree = aid_object("r", HF_OBJECT_TREE, raw, sizeof(raw) - 1); /* cut off in the id */
	ck_fails(HF_DAMAGED, "tree: ", hf_repo_diff(aid_repo, NULL, &tree, note_diff, &said, &e));
	tree = aid_object("r", HF_OBJECT_TREE, "100644 abc", 10);
	ck_fails(HF_DAMAGED, "tree: ", hf_repo_diff(aid_repo, NULL, &tree, note_diff, &said, &e));
	hf_buf_clear(&said);
}
END_TEST

static enum hf_code
count_diff(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	(void)d;
	(void)e;
	++*(size_t *)arg;
	return HF_OK;
}

/* Four levels of hundred names, all the same tree: a hundred million files in 20 kB. */
START_TEST(tree_bomb)
{
	struct hf_buf b = HF_BUF_INIT;
	struct hf_oid blob, tree;
	char          name[32];
	size_t        n = 0;

	blob = aid_object("r", HF_OBJECT_BLOB, "x", 1);
	tree = blob;
	for (int level = 0; level < 4; level++) {
		hf_buf_cut(&b, 0);
		for (int i = 0; i < 100; i++) {
			snprintf(name, sizeof(name), "%s n%02d", level == 0 ? "100644" : "40000", i);
			add_entry(&b, name, strlen(name), &blob, &tree);
		}
		tree = aid_object("r", HF_OBJECT_TREE, b.data, b.len);
	}
	ck_fails(HF_DAMAGED, "more entries", hf_repo_diff(aid_repo, NULL, &tree, count_diff, &n, &e));
	ck_assert_uint_lt(n, 3000000);
	hf_buf_clear(&b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("repo_read");
	TCase *t = tcase_create("repo_read");

	tcase_set_timeout(t, 120);
	tcase_add_checked_fixture(t, aid_repo_begin, aid_repo_end);
	tcase_add_test(t, blob_reads);
	tcase_add_test(t, lookup);
	tcase_add_loop_test(t, diff_agrees_with_git, 0, 2);
	tcase_add_test(t, diff_stops);
	tcase_add_test(t, trees_hostile);
	tcase_add_test(t, trees_of_odd_shape);
	tcase_add_test(t, tree_bomb);
	suite_add_tcase(s, t);
	return run_suite(s);
}
