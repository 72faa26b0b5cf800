/* Commits, trees and ciphertexts made by hand against the one judge of what comes in: each refused for the right reason, nothing moved; honest work is not. */
#include <stdio.h>

#include "hostile_aid.h"

static void
judged(const struct hostile_row *row)
{
	if (row->words == NULL)
		accepted(&row->oid);
	else
		refused(&row->oid, row->words);
	/* What we take git takes. */
	if (row->words == NULL && !hf_oid_equal(&row->oid, &h.base) && strcmp(row->name, HOSTILE_EXPIRED) != 0)
		ck_assert_msg(git_takes(&row->oid), "%s: we take what git does not", row->name);
}

START_TEST(commits)
{
	struct hostile_row row;

	ck_assert(hostile_commit(&row, _i));
	judged(&row);
}
END_TEST

START_TEST(contents)
{
	struct hostile_row row;

	ck_assert(hostile_content(&row, _i));
	judged(&row);
}
END_TEST

/* A good commit, and each of its bytes changed in turn (every seventh: it is the same all over). */
START_TEST(bytes_changed)
{
	struct make   m = hostile_good();
	struct hf_oid oid = make_commit(&m);
	struct hf_buf raw = HF_BUF_INIT, said = HF_BUF_INIT;
	int           taken = 0;

	accepted(&oid);
	ck_assert(git_takes(&oid));
	get_object(&raw, HF_OBJECT_COMMIT, &oid);
	for (size_t i = (size_t)_i; i < raw.len; i += 28) {
		raw.data[i] = (char)(raw.data[i] ^ 1);
		oid = put_object(HF_OBJECT_COMMIT, raw.data, raw.len);
		hf_buf_cut(&said, 0);
		if (incoming(&said, &h.base, &oid) == 0) {
			taken++;
			ck_assert_msg(git_takes(&oid), "byte %zu: we take what git does not", i);
		}
		raw.data[i] = (char)(raw.data[i] ^ 1);
	}
	ck_assert_int_eq(taken, 0);
	hf_buf_clear(&raw);
	hf_buf_clear(&said);
}
END_TEST

/* The whole of the base, as a clone sees it, with who came, went, was revoked and expired. */
START_TEST(from_the_beginning)
{
	struct hf_buf said = HF_BUF_INIT;

	ck_assert_msg(incoming(&said, NULL, &h.base) == 0, "%s", said.data);
	hf_buf_clear(&said);
}
END_TEST

/* What was signed before its key was revoked stands. */
START_TEST(before_the_revocation)
{
	struct hf_buf   raw = HF_BUF_INIT, said = HF_BUF_INIT;
	struct hf_oid   before, oid, blob;
	char            id[HF_ID_SIZE];
	struct hf_json *j = fresh("unit", id);

	get_object(&raw, HF_OBJECT_COMMIT, &h.base);
	snprintf(before.hex, sizeof(before.hex), "%.40s", strstr(raw.data, "\nparent ") + 8);
	blob = seal_json(j);
	oid = with(&before, REV, "record", at_record(id), &blob);
	ck_assert_msg(incoming(&said, &h.base, &oid) == 0, "%s", said.data);
	hf_json_free(j);
	hf_buf_clear(&raw);
	hf_buf_clear(&said);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("hostile");
	TCase *t = tcase_create("hostile");

	tcase_set_timeout(t, 120);
	tcase_add_unchecked_fixture(t, hostile_make, hostile_remove);
	tcase_add_checked_fixture(t, hostile_open, hostile_close);
	tcase_add_loop_test(t, commits, 0, hostile_commits());
	tcase_add_loop_test(t, contents, 0, hostile_contents());
	tcase_add_loop_test(t, bytes_changed, 0, 4);
	tcase_add_test(t, from_the_beginning);
	tcase_add_test(t, before_the_revocation);
	suite_add_tcase(s, t);
	return run_suite(s);
}
