#include <stdio.h>

#include "git_aid.h"
#include "holdfast/fs.h"
#include "test.h"

static enum hf_code
note_commit(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	hf_buf_addf(arg, "%s%s\n", oid->hex, c == NULL ? " refused" : "");
	if (c == NULL)
		ck_assert_msg(e == NULL || (e->code == HF_DAMAGED && e->msg[0] != '\0'), "%s", e->msg);
	return HF_OK;
}

/* A commit object with these parents; no tree of it is needed here. */
static struct hf_oid
raw_commit(const struct hf_oid *a, const struct hf_oid *b, int at, const char *extra)
{
	struct hf_buf raw = HF_BUF_INIT;
	struct hf_oid oid;

	hf_buf_adds(&raw, "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n");
	if (a != NULL)
		hf_buf_addf(&raw, "parent %s\n", a->hex);
	if (b != NULL)
		hf_buf_addf(&raw, "parent %s\n", b->hex);
	hf_buf_addf(&raw, "author holdfast <" AID_FPR "@holdfast.invalid> %d +0000\n", at);
	hf_buf_addf(&raw, "committer holdfast <" AID_FPR "@holdfast.invalid> %d +0000\n", at);
	hf_buf_adds(&raw, "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iHUEABYKAB0WIQTN\n =abcd\n -----END PGP SIGNATURE-----\n");
	hf_buf_addf(&raw, "%s\nrecord\n", extra);
	oid = aid_object("r", HF_OBJECT_COMMIT, raw.data, raw.len);
	hf_buf_clear(&raw);
	return oid;
}

static bool
comes_before(const char *text, const char *a, const char *b)
{
	const char *x = strstr(text, a), *y = strstr(text, b);

	return x == NULL || y == NULL || x < y;
}

/* The same set as git's; order is checked parent by parent. */
static void
compare_walk(const struct hf_oid *tip, const struct hf_oid *stop, const struct hf_oid (*parents)[3], int n)
{
	struct hf_buf old = HF_BUF_INIT, young = HF_BUF_INIT, gits = HF_BUF_INIT, sorted = HF_BUF_INIT;

	ck_ok(hf_repo_walk(aid_repo, tip, stop, true, note_commit, &old, &e));
	ck_ok(hf_repo_walk(aid_repo, tip, stop, false, note_commit, &young, &e));
	aid_run(&gits, "git -C r rev-list %s %s%s | sort", tip->hex, stop == NULL ? "" : "^", stop == NULL ? "" : stop->hex);
	ck_ok(hf_fs_write(aid_path("ours"), hf_buf_str(&old), old.len, &e));
	aid_run(&sorted, "sort ours");
	ck_assert_str_eq(hf_buf_str(&sorted), hf_buf_str(&gits));
	ck_assert_uint_eq(old.len, young.len);
	for (int i = 0; i < n; i++)
		for (int k = 1; k < 3; k++)
			if (parents[i][k].hex[0] != '\0') {
				ck_assert(comes_before(hf_buf_str(&old), parents[i][k].hex, parents[i][0].hex));
				ck_assert(comes_before(hf_buf_str(&young), parents[i][0].hex, parents[i][k].hex));
			}
	hf_buf_clear(&old);
	hf_buf_clear(&young);
	hf_buf_clear(&gits);
	hf_buf_clear(&sorted);
}

static void
compare_pair(const struct hf_oid *a, const struct hf_oid *b)
{
	struct hf_buf  theirs = HF_BUF_INIT, ours = HF_BUF_INIT;
	struct hf_err  e = HF_ERR_INIT;
	struct hf_oid *bases;
	size_t         n;
	enum hf_code   rc;
	bool           behind;

	ck_assert_int_eq(hf_repo_descends(&behind, aid_repo, a, b, &e), HF_OK);
	ck_assert_int_eq(behind, aid_run(NULL, "git -C r merge-base --is-ancestor %s %s", b->hex, a->hex) == 0);
	aid_run(&theirs, "git -C r merge-base --all %s %s | sort", a->hex, b->hex);
	rc = hf_repo_bases(&bases, &n, aid_repo, a, b, &e);
	ck_assert_int_eq(rc, theirs.len == 0 ? HF_NOTFOUND : HF_OK);
	for (size_t i = 0; i < n; i++)
		hf_buf_addf(&ours, "%s\n", bases[i].hex);
	ck_assert_str_eq(hf_buf_str(&ours), hf_buf_str(&theirs));
	free(bases);
	hf_buf_clear(&theirs);
	hf_buf_clear(&ours);
}

/* Random histories, with merges, several roots and clocks that go back. */
START_TEST(walk_agrees_with_git)
{
	struct hf_oid parents[24][3];
	unsigned      random = (unsigned)_i * 7919 + 1;

	memset(parents, 0, sizeof(parents));
	for (int i = 0; i < N_OF(parents); i++) {
		unsigned a, b;

		random = random * 1103515245 + 12345;
		a = random >> 16;
		b = random >> 22;
		if (i > 0 && a % 9 != 0)
			parents[i][1] = parents[i - 1 - (int)(a % (i < 5 ? (unsigned)i : 5))][0];
		if (i > 4 && parents[i][1].hex[0] != '\0' && b % 3 == 0)
			parents[i][2] = parents[(int)(b / 3 % (unsigned)i)][0];
		if (hf_oid_equal(&parents[i][1], &parents[i][2]))
			parents[i][2].hex[0] = '\0';
		parents[i][0] = raw_commit(parents[i][1].hex[0] == '\0' ? NULL : &parents[i][1],
		    parents[i][2].hex[0] == '\0' ? NULL : &parents[i][2], 1000 * i - (int)(random >> 20 & 2047) + 5000, "");
	}
	for (int i = 20; i < N_OF(parents); i++)
		for (int k = -1; k < N_OF(parents); k += 5)
			compare_walk(
			    &parents[i][0], k < 0 ? NULL : &parents[k][0], (const struct hf_oid(*)[3])parents, N_OF(parents));
	for (int i = 12; i < N_OF(parents); i += 3)
		for (int k = 0; k < N_OF(parents); k += 3)
			compare_pair(&parents[i][0], &parents[k][0]);
}
END_TEST

START_TEST(walk_past_what_is_refused)
{
	struct hf_oid root = raw_commit(NULL, NULL, 1, ""), bad = raw_commit(&root, NULL, 2, "encoding x\n"),
		      side = raw_commit(&root, NULL, 3, ""), tip = raw_commit(&bad, &side, 4, ""), gone, last;
	struct hf_buf got = HF_BUF_INIT;

	ck_ok(hf_repo_walk(aid_repo, &tip, NULL, false, note_commit, &got, &e));
	ck_assert_ptr_nonnull(strstr(got.data, " refused\n"));
	ck_assert_uint_eq(got.len, 4 * 41 + strlen(" refused"));
	ck_assert(hf_oid_set(&gone, "1234567890123456789012345678901234567890"));
	last = raw_commit(&gone, NULL, 5, "");
	hf_buf_cut(&got, 0);
	ck_ok(hf_repo_walk(aid_repo, &last, NULL, true, note_commit, &got, &e));
	ck_assert_uint_eq(got.len, 2 * 41 + strlen(" refused"));
	ck_assert_ptr_nonnull(strstr(got.data, "1234567890123456789012345678901234567890 refused\n"));
	hf_buf_clear(&got);
}
END_TEST

static enum hf_code
stop_at_second(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	(void)oid;
	(void)c;
	return ++*(int *)arg == 2 ? hf_fail(e, HF_NO, "enough") : HF_OK;
}

START_TEST(walk_stops)
{
	struct hf_oid tip;
	int           calls = 0;

	aid_put("a", "1");
	aid_put("a", "2");
	tip = aid_put("a", "3");
	ck_fails(HF_NO, "enough", hf_repo_walk(aid_repo, &tip, NULL, false, stop_at_second, &calls, &e));
	ck_assert_int_eq(calls, 2);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("repo_walk");
	TCase *t = tcase_create("repo_walk");

	tcase_set_timeout(t, 120);
	tcase_add_checked_fixture(t, aid_repo_begin, aid_repo_end);
	tcase_add_loop_test(t, walk_agrees_with_git, 0, 2);
	tcase_add_test(t, walk_past_what_is_refused);
	tcase_add_test(t, walk_stops);
	suite_add_tcase(s, t);
	return run_suite(s);
}
