#include "holdfast/buf.h"
#include "test.h"

#include <stdint.h>

START_TEST(empty_is_a_string)
{
	struct hf_buf b = HF_BUF_INIT;
	char         *s;

	ck_assert_str_eq(hf_buf_str(&b), "");
	ck_ok(hf_buf_check(&b, &e));
	s = hf_buf_steal(&b);
	ck_assert_str_eq(s, "");
	free(s);
	hf_buf_clear(&b);
	hf_buf_clear(&b);
}
END_TEST

START_TEST(writers_append)
{
	struct hf_buf b = HF_BUF_INIT;
	char         *s;

	hf_buf_adds(&b, "one");
	hf_buf_addc(&b, ' ');
	hf_buf_add(&b, "two!", 3);
	hf_buf_addf(&b, " %d%s", 3, "");
	hf_buf_pad(&b, '.', 2);
	hf_buf_add(&b, NULL, 0);
	ck_assert_str_eq(hf_buf_str(&b), "one two 3..");
	ck_assert_uint_eq(b.len, 11);
	hf_buf_cut(&b, 3);
	ck_assert_str_eq(hf_buf_str(&b), "one");
	hf_buf_cut(&b, 99);
	ck_assert_uint_eq(b.len, 3);
	s = hf_buf_steal(&b);
	ck_assert_str_eq(s, "one");
	ck_assert_ptr_null(b.data);
	free(s);
}
END_TEST

START_TEST(grows_over_every_size)
{
	struct hf_buf b = HF_BUF_INIT;
	size_t        i;

	for (i = 0; i < 5000; i++)
		hf_buf_addc(&b, (char)('a' + i % 26));
	ck_ok(hf_buf_check(&b, &e));
	ck_assert_uint_eq(strlen(hf_buf_str(&b)), 5000);
	for (i = 0; i < 5000; i++)
		ck_assert_int_eq(b.data[i], (char)('a' + i % 26));
	hf_buf_clear(&b);
}
END_TEST

/* Room for max bytes, not for one more; what failed stays failed. */
START_TEST(limit_is_exact_and_sticks)
{
	struct hf_buf b = HF_BUF_INIT;
	size_t        max = (size_t)_i;

	b.max = max;
	hf_buf_pad(&b, 'x', max);
	ck_ok(hf_buf_check(&b, &e));
	ck_assert_uint_eq(b.len, max);
	hf_buf_addc(&b, 'y');
	ck_fails(HF_BAD, "too large", hf_buf_check(&b, &e));
	ck_assert_uint_eq(b.len, max);
	hf_buf_adds(&b, "");
	hf_buf_cut(&b, 0);
	hf_buf_addc(&b, 'z');
	ck_fails(HF_BAD, "too large", hf_buf_check(&b, &e));
	ck_assert_ptr_null(hf_buf_steal(&b));
	ck_ok(hf_buf_check(&b, &e)); /* and it can be used again */
	hf_buf_clear(&b);
}
END_TEST

START_TEST(impossible_sizes_fail)
{
	struct hf_buf b = HF_BUF_INIT;

	hf_buf_addc(&b, 'x');
	hf_buf_pad(&b, 'x', SIZE_MAX);
	ck_assert_int_eq(hf_buf_check(&b, NULL), HF_BAD);
	ck_assert_str_eq(hf_buf_str(&b), "x");
	hf_buf_clear(&b);
	hf_buf_pad(&b, 'x', SIZE_MAX / 4); /* no machine has it */
	ck_fails(HF_NOMEM, "out of memory", hf_buf_check(&b, &e));
	hf_buf_clear(&b);
}
END_TEST

START_TEST(secret_is_wiped_when_cut)
{
	struct hf_buf b = HF_BUF_SECRET(100);
	size_t        i;

	hf_buf_adds(&b, "correct horse battery staple");
	hf_buf_cut(&b, 7);
	ck_assert_str_eq(hf_buf_str(&b), "correct");
	for (i = 7; i < 28; i++)
		ck_assert_int_eq(b.data[i], 0);
	hf_buf_clear(&b);
	ck_assert(b.secret);
	ck_assert_uint_eq(b.max, 100);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("buf");
	TCase *t = tcase_create("buf");

	tcase_add_test(t, empty_is_a_string);
	tcase_add_test(t, writers_append);
	tcase_add_test(t, grows_over_every_size);
	tcase_add_loop_test(t, limit_is_exact_and_sticks, 1, 130);
	tcase_add_test(t, impossible_sizes_fail);
	tcase_add_test(t, secret_is_wiped_when_cut);
	suite_add_tcase(s, t);
	return run_suite(s);
}
