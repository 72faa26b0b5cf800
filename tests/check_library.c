/* Libraries opened when they are needed. */
#include "holdfast/library.h"

#include "test.h"

struct two {
	size_t (*length)(const char *);
	int (*compare)(const char *, const char *);
};

START_TEST(each_function_is_where_its_name_stands)
{
	static const char *const names[] = { "strlen", "strcmp" };
	struct two               c = { NULL, NULL };

	ck_ok(hf_library_load(&c, "libc.so.6", "libc", names, 2, &e));
	ck_assert_uint_eq(c.length("four"), 4);
	ck_assert_int_ne(c.compare("a", "b"), 0);
}
END_TEST

START_TEST(what_is_not_there_is_named)
{
	static const char *const names[] = { "strlen", "no_such_function" };
	struct two               c = { NULL, NULL };

	ck_fails(HF_SYSTEM, "libnowhere: libnowhere.so.7", hf_library_load(&c, "libnowhere.so.7", "libnowhere", names, 2, &e));
	ck_fails(HF_SYSTEM, "libc: no no_such_function", hf_library_load(&c, "libc.so.6", "libc", names, 2, &e));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("library");
	TCase *t = tcase_create("library");

	tcase_add_test(t, each_function_is_where_its_name_stands);
	tcase_add_test(t, what_is_not_there_is_named);
	suite_add_tcase(s, t);
	return run_suite(s);
}
