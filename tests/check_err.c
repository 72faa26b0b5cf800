#include "test.h"

static const struct {
	enum hf_code code;
	const char  *name;
	int          status;
} codes[] = {
	{ HF_OK, "OK", 0 },
	{ HF_NO, "NO", 1 },
	{ HF_USAGE, "USAGE", 2 },
	{ HF_BAD, "BAD", 65 },
	{ HF_INTERNAL, "INTERNAL", 70 },
	{ HF_SYSTEM, "SYSTEM", 71 },
	{ HF_WRITE, "WRITE", 74 },
	{ HF_LOCKED, "LOCKED", 75 },
	{ HF_UNSURE, "UNSURE", 76 },
	{ HF_DENIED, "DENIED", 77 },
};

START_TEST(code_has_name_text_and_status)
{
	ck_assert_str_eq(hf_code_name(codes[_i].code), codes[_i].name);
	ck_assert_int_eq(hf_code_status(codes[_i].code), codes[_i].status);
	ck_assert_uint_gt(strlen(hf_code_text(codes[_i].code)), 3);
}
END_TEST

START_TEST(fail_fills_and_clear_empties)
{
	struct hf_err e = HF_ERR_INIT;

	ck_assert_int_eq(hf_fail(&e, HF_BAD, "%s: too %s", "x", "long"), HF_BAD);
	ck_assert_int_eq(e.code, HF_BAD);
	ck_assert_str_eq(e.msg, "x: too long");
	ck_assert_int_eq(hf_hint(&e, "holdfast %s", "list"), HF_BAD);
	ck_assert_str_eq(e.hint, "holdfast list");
	hf_fail(&e, HF_WRITE, "again");
	ck_assert_str_eq(e.hint, ""); /* a new failure has not the hint of the one before */
	hf_err_clear(&e);
	ck_assert_int_eq(e.code, HF_OK);
	ck_assert_str_eq(e.msg, "");
}
END_TEST

START_TEST(errno_is_told)
{
	struct hf_err e = HF_ERR_INIT;

	ck_assert_int_eq(hf_fail_errno(&e, HF_SYSTEM, 2, "/etc/%s", "x"), HF_SYSTEM);
	ck_assert_str_eq(e.msg, "/etc/x: No such file or directory");
}
END_TEST

START_TEST(context_goes_before)
{
	struct hf_err e = HF_ERR_INIT;

	hf_fail(&e, HF_DAMAGED, "truncated");
	ck_assert_int_eq(hf_fail_in(&e, "record %d", 7), HF_DAMAGED);
	ck_assert_str_eq(e.msg, "record 7: truncated");
}
END_TEST

START_TEST(nobody_to_tell)
{
	ck_assert_int_eq(hf_fail(NULL, HF_BAD, "x"), HF_BAD);
	ck_assert_int_eq(hf_fail_errno(NULL, HF_WRITE, 5, "x"), HF_WRITE);
	ck_assert_int_eq(hf_nomem(NULL), HF_NOMEM);
	ck_assert_int_eq(hf_hint(NULL, "x"), HF_NOMEM); /* and not a defect of ours */
	hf_fail(NULL, HF_BAD, "x");
	ck_assert_int_eq(hf_fail_in(NULL, "y"), HF_BAD);
	ck_assert_int_eq(hf_hint(NULL, "x"), HF_BAD);
}
END_TEST

/* The context is of every length up to and over the room there is; the message stays one string, with as much as fits. */
START_TEST(long_context_is_cut)
{
	struct hf_err e = HF_ERR_INIT;
	char          ctx[HF_ERR_MSG + 8];
	size_t        n;

	for (n = 1; n < sizeof(ctx); n++) {
		memset(ctx, 'c', n);
		ctx[n] = '\0';
		hf_fail(&e, HF_BAD, "why");
		ck_assert_int_eq(hf_fail_in(&e, "%s", ctx), HF_BAD);
		ck_assert_uint_lt(strlen(e.msg), sizeof(e.msg));
		if (n + 5 < sizeof(e.msg))
			ck_assert_str_eq(e.msg + n, ": why");
	}
}
END_TEST

START_TEST(long_message_is_cut)
{
	struct hf_err e = HF_ERR_INIT;
	char          s[2 * HF_ERR_MSG];

	memset(s, 'x', sizeof(s) - 1);
	s[sizeof(s) - 1] = '\0';
	hf_fail_errno(&e, HF_BAD, 2, "%s", s);
	ck_assert_uint_eq(strlen(e.msg), HF_ERR_MSG - 1);
	hf_hint(&e, "%s", s);
	ck_assert_uint_eq(strlen(e.hint), HF_ERR_HINT - 1);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("err");
	TCase *t = tcase_create("err");

	tcase_add_loop_test(t, code_has_name_text_and_status, 0, N_OF(codes));
	tcase_add_test(t, fail_fills_and_clear_empties);
	tcase_add_test(t, errno_is_told);
	tcase_add_test(t, context_goes_before);
	tcase_add_test(t, nobody_to_tell);
	tcase_add_test(t, long_context_is_cut);
	tcase_add_test(t, long_message_is_cut);
	suite_add_tcase(s, t);
	return run_suite(s);
}
