#include "holdfast/library.h"
#include "test.h"

struct table {
	double (*cos)(double);
	double (*sqrt)(double);
};

static const char *const present[] = { "cos", "sqrt" };
static const char *const absent[] = { "cos", "no_such_function" };

START_TEST(table_is_filled_in_order)
{
	const struct hf_library l = { "libm", "libm.so.6", "apt install libc6", present, 2 };
	struct table            t;

	ck_ok(hf_library_open(&t, &l, &e));
	ck_assert(t.cos(0.0) > 0.99 && t.sqrt(9.0) > 2.99 && t.sqrt(9.0) < 3.01);
}
END_TEST

START_TEST(missing_library_says_what_to_install)
{
	const struct hf_library l = { "libnone", "libnone.so.9", "apt install libnone", present, 2 };
	struct hf_err           e = HF_ERR_INIT;
	struct table            t;

	ck_assert_int_eq(hf_library_open(&t, &l, &e), HF_SYSTEM);
	ck_assert_ptr_nonnull(strstr(e.msg, "libnone: libnone.so.9"));
	ck_assert_str_eq(e.hint, "apt install libnone");
}
END_TEST

START_TEST(missing_function_is_named)
{
	const struct hf_library l = { "libm", "libm.so.6", "apt install libc6", absent, 2 };
	struct table            t;

	ck_fails(HF_SYSTEM, "libm: no no_such_function", hf_library_open(&t, &l, &e));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("library");
	TCase *t = tcase_create("library");

	tcase_add_test(t, table_is_filled_in_order);
	tcase_add_test(t, missing_library_says_what_to_install);
	tcase_add_test(t, missing_function_is_named);
	suite_add_tcase(s, t);
	return run_suite(s);
}
