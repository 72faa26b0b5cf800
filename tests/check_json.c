#include "holdfast/json.h"
#include "test.h"

static struct hf_json *
parse(const char *s)
{
	struct hf_json *j = NULL;

	ck_ok(hf_json_parse(&j, s, strlen(s), &e));
	return j;
}

static void
assert_dump(const struct hf_json *j, enum hf_json_format format, const char *text)
{
	struct hf_buf b = HF_BUF_INIT;

	hf_json_dump(&b, j, format);
	ck_ok(hf_buf_check(&b, &e));
	ck_assert_str_eq(hf_buf_str(&b), text);
	hf_buf_clear(&b);
}

/* ---- reading ---- */

static const struct {
	const char *s, *dump;
} good[] = {
	{ "{}", "{}" },
	{ " [ 1 , 2.5 , \"x\" , true , false , null ] \n", "[1,2.5,\"x\",true,false,null]" },
	{ "{\"b\":1,\"a\":{\"d\":[],\"c\":0}}", "{\"a\":{\"c\":0,\"d\":[]},\"b\":1}" },
	{ "\"alone\"", "\"alone\"" },
	{ "-9223372036854775808", "-9223372036854775808" },
	{ "9223372036854775807", "9223372036854775807" },
	{ "\"\\u00e9\\ud83d\\udd12\"", "\"\xc3\xa9\xf0\x9f\x94\x92\"" },
	{ "\"\\u001b\\n\\\"\\\\\"", "\"\\u001B\\n\\\"\\\\\"" },
	{ "\"\x7f\"", "\"\x7f\"" },
};

START_TEST(documents_are_read)
{
	struct hf_json *j = parse(good[_i].s);

	assert_dump(j, HF_JSON_COMPACT, good[_i].dump);
	hf_json_free(j);
}
END_TEST

static const struct {
	const char *s;
	size_t      len;
	const char *where;
} bad[] = {
	{ "", 0, "line 1, column 0" },
	{ "{", 1, "line 1" },
	{ "{}{}", 4, "line 1, column 3" },
	{ "{} x", 4, "line 1" },
	{ "[1,]", 4, "line 1" },
	{ "{\n\"a\":1,\n\"a\":2}", 15, "line 3" },
	{ "{a:1}", 5, "line 1" },
	{ "'x'", 3, "line 1" },
	{ "[01]", 4, "line 1" },
	{ "[1.]", 4, "line 1" },
	{ "NaN", 3, "line 1" },
	{ "[1e999]", 7, "line 1" },
	{ "9223372036854775808", 19, "line 1" },
	{ "\"\xff\"", 3, "line 1" },
	{ "\"\xed\xa0\x80\"", 5, "line 1" },
	{ "\"\\ud800\"", 8, "line 1" },
	{ "\"\\u0000\"", 8, "line 1" },
	{ "\"a\nb\"", 5, "line 1" },
	{ "\"a\0b\"", 5, "line 1" },
	{ "{}\0", 3, "line 1" },
	{ "\xef\xbb\xbf{}", 5, "line 1" },
};

START_TEST(other_texts_are_refused)
{
	struct hf_json *some = hf_json_null(), *j = some;

	ck_fails(HF_BAD, bad[_i].where, hf_json_parse(&j, bad[_i].s, bad[_i].len, &e));
	ck_assert_ptr_null(j);
	hf_json_free(some);
}
END_TEST

/* n arrays in each other. */
static enum hf_code
nest(size_t n)
{
	struct hf_buf   b = HF_BUF_INIT;
	struct hf_json *j;
	enum hf_code    rc;

	hf_buf_pad(&b, '[', n);
	hf_buf_pad(&b, ']', n);
	rc = hf_json_parse(&j, b.data, b.len, NULL);
	hf_json_free(j);
	hf_buf_clear(&b);
	return rc;
}

START_TEST(depth_has_a_limit)
{
	ck_assert_int_eq(nest(64), HF_OK);
	ck_assert_int_eq(nest(65), HF_BAD);
	ck_assert_int_eq(nest(3000), HF_BAD);
	ck_assert_int_eq(nest(1000000), HF_BAD);
}
END_TEST

/* ---- making ---- */

START_TEST(makers_nest)
{
	struct hf_json *o = hf_json_object(), *a = hf_json_array();

	ck_assert_int_eq(hf_json_push(a, hf_json_int(1)), 0);
	ck_assert_int_eq(hf_json_push(a, hf_json_real(0.5)), 0);
	ck_assert_int_eq(hf_json_push(a, hf_json_null()), 0);
	ck_assert_int_eq(hf_json_set(o, "list", a), 0);
	ck_assert_int_eq(hf_json_set(o, "yes", hf_json_bool(true)), 0);
	ck_assert_int_eq(hf_json_set(o, "name", hf_json_string("\xc3\xa9")), 0);
	ck_assert_int_eq(hf_json_set(o, "part", hf_json_stringn("abcdef", 3)), 0);
	assert_dump(o, HF_JSON_COMPACT, "{\"list\":[1,0.5,null],\"name\":\"\xc3\xa9\",\"part\":\"abc\",\"yes\":true}");
	assert_dump(o, HF_JSON_PRETTY,
	    "{\n  \"list\": [\n    1,\n    0.5,\n    null\n  ],\n  \"name\": \"\xc3\xa9\",\n  \"part\": \"abc\",\n  \"yes\": true\n}");
	hf_json_remove(a, 0);
	hf_json_unset(o, "name");
	hf_json_unset(o, "never was");
	assert_dump(o, HF_JSON_COMPACT, "{\"list\":[0.5,null],\"part\":\"abc\",\"yes\":true}");
	hf_json_free(o);
}
END_TEST

START_TEST(makers_refuse)
{
	struct hf_json *o = hf_json_object(), *a = hf_json_array();

	ck_assert_ptr_null(hf_json_string("\xff"));
	ck_assert_ptr_null(hf_json_string(NULL));
	ck_assert_ptr_null(hf_json_stringn("a\0b", 3));
	ck_assert_int_eq(hf_json_set(o, "x", NULL), -1);
	ck_assert_int_eq(hf_json_set(o, "\xff", hf_json_int(1)), -1);
	ck_assert_int_eq(hf_json_set(a, "x", hf_json_int(1)), -1); /* the value is taken over all the same: no leak */
	ck_assert_int_eq(hf_json_push(a, NULL), -1);
	ck_assert_int_eq(hf_json_push(o, hf_json_string("leak?")), -1);
	ck_assert_int_eq(hf_json_push(NULL, hf_json_string("leak?")), -1);
	hf_json_free(o);
	hf_json_free(a);
}
END_TEST

/* ---- getting ---- */

START_TEST(getters_are_safe)
{
	struct hf_json *o = parse("{\"s\":\"x\",\"n\":7,\"r\":1.5,\"t\":true,\"f\":false,\"z\":null,\"a\":[1,2],\"o\":{\"k\":1}}");

	ck_assert_str_eq(hf_json_get_str(o, "s"), "x");
	ck_assert_ptr_null(hf_json_get_str(o, "n"));
	ck_assert_ptr_null(hf_json_get_str(o, "absent"));
	ck_assert_ptr_null(hf_json_get_str(NULL, "s"));
	ck_assert_str_eq(hf_json_text(o, "s"), "x");
	ck_assert_str_eq(hf_json_text(o, "n"), "");
	ck_assert_str_eq(hf_json_text(o, "absent"), "");
	ck_assert_str_eq(hf_json_text(NULL, "s"), "");
	ck_assert_ptr_null(hf_json_get(hf_json_get(o, "a"), "s"));
	ck_assert_int_eq(hf_json_num(hf_json_get(o, "n")), 7);
	ck_assert_int_eq(hf_json_num(hf_json_get(o, "r")), 0);
	ck_assert_double_eq(hf_json_float(hf_json_get(o, "r")), 1.5);
	ck_assert_double_eq(hf_json_float(hf_json_get(o, "n")), 7);
	ck_assert_double_eq(hf_json_float(NULL), 0);
	ck_assert(hf_json_true(hf_json_get(o, "t")) && !hf_json_true(hf_json_get(o, "f")) && !hf_json_true(hf_json_get(o, "n")));
	ck_assert(!hf_json_true(NULL));
	ck_assert_uint_eq(hf_json_len(hf_json_get(o, "a")), 2);
	ck_assert_uint_eq(hf_json_len(o), 8);
	ck_assert_uint_eq(hf_json_len(hf_json_get(o, "s")), 0);
	ck_assert_uint_eq(hf_json_len(NULL), 0);
	ck_assert_int_eq(hf_json_num(hf_json_at(hf_json_get(o, "a"), 1)), 2);
	ck_assert_ptr_null(hf_json_at(hf_json_get(o, "a"), 2));
	ck_assert_ptr_null(hf_json_at(o, 0));
	ck_assert_ptr_null(hf_json_str(NULL));
	hf_json_free(o);
	hf_json_free(NULL);
}
END_TEST

static const struct {
	const char       *s;
	enum hf_json_type type;
} types[] = {
	{ "null", HF_JSON_NULL },
	{ "true", HF_JSON_BOOL },
	{ "false", HF_JSON_BOOL },
	{ "1", HF_JSON_INT },
	{ "1.0", HF_JSON_REAL },
	{ "\"\"", HF_JSON_STRING },
	{ "[]", HF_JSON_ARRAY },
	{ "{}", HF_JSON_OBJECT },
};

START_TEST(types_are_told)
{
	struct hf_json *j = parse(types[_i].s);

	ck_assert_int_eq(hf_json_type(j), types[_i].type);
	ck_assert(hf_json_is(j, types[_i].type));
	ck_assert(!hf_json_is(NULL, types[_i].type));
	hf_json_free(j);
}
END_TEST

START_TEST(nothing_twice)
{
	struct hf_json *a = parse("[1,{\"x\":\"y\"}]"), *same = parse("{\"x\":\"y\"}");

	ck_assert_uint_eq(hf_json_find(a, same), 1);
	ck_assert(hf_json_has(a, same));
	ck_assert_int_eq(hf_json_push_new(a, same), 0);
	ck_assert_int_eq(hf_json_push_new(a, hf_json_int(2)), 0);
	ck_assert_int_eq(hf_json_push_new(a, hf_json_int(2)), 0);
	ck_assert_int_ne(hf_json_push_new(a, NULL), 0);
	assert_dump(a, HF_JSON_COMPACT, "[1,{\"x\":\"y\"},2]");
	hf_json_free(a);
	a = parse("[]");
	ck_assert_uint_eq(hf_json_find(a, NULL), 0);
	ck_assert(!hf_json_has(a, NULL));
	hf_json_free(a);
}
END_TEST

START_TEST(whole_or_nothing)
{
	struct hf_json *o = hf_json_object();

	ck_assert_ptr_eq(hf_json_built(o, hf_json_set(o, "x", hf_json_int(1))), o);
	ck_assert_ptr_null(hf_json_built(o, hf_json_set(o, "x", hf_json_string("\xff"))));
	ck_assert_ptr_null(hf_json_built(NULL, -1));
}
END_TEST

START_TEST(walk_in_order_of_insertion)
{
	struct hf_json *o = parse("{\"z\":1,\"a\":2,\"m\":3}"), *value;
	struct hf_buf   b = HF_BUF_INIT;
	const char     *key;
	void           *it = NULL;

	while (hf_json_next(o, &it, &key, &value))
		hf_buf_addf(&b, "%s%d", key, (int)hf_json_num(value));
	ck_assert_str_eq(hf_buf_str(&b), "z1a2m3");
	it = NULL;
	ck_assert(!hf_json_next(NULL, &it, &key, &value));
	hf_buf_clear(&b);
	hf_json_free(o);
}
END_TEST

START_TEST(copies_and_references)
{
	struct hf_json *a = parse("{\"x\":[1]}"), *copy = hf_json_copy(a), *ref = hf_json_ref(a);

	ck_assert(hf_json_equal(a, copy));
	ck_assert_ptr_eq(a, ref);
	hf_json_push(hf_json_get(copy, "x"), hf_json_int(2));
	ck_assert(!hf_json_equal(a, copy));
	ck_assert(!hf_json_equal(a, NULL));
	hf_json_free(a);
	assert_dump(ref, HF_JSON_COMPACT, "{\"x\":[1]}");
	hf_json_free(ref);
	hf_json_free(copy);
	ck_assert_ptr_null(hf_json_ref(NULL));
}
END_TEST

START_TEST(what_may_be_missing_is_null)
{
	struct hf_json *o = hf_json_object();

	ck_assert_int_eq(hf_json_set(o, "a", hf_json_or_null(NULL)), 0);
	ck_assert_int_eq(hf_json_set(o, "b", hf_json_or_null("")), 0);
	ck_assert_int_eq(hf_json_set(o, "c", hf_json_or_null("x")), 0);
	ck_assert_int_eq(hf_json_set(o, "d", hf_json_time(0)), 0);
	ck_assert_int_eq(hf_json_set(o, "e", hf_json_time(INT64_C(1700000000999))), 0);
	assert_dump(o, HF_JSON_COMPACT, "{\"a\":null,\"b\":null,\"c\":\"x\",\"d\":null,\"e\":\"2023-11-14T22:13:20Z\"}");
	hf_json_free(o);
}
END_TEST

START_TEST(dump_keeps_the_limit)
{
	struct hf_json *o = parse("{\"x\":\"long enough\"}");
	struct hf_buf   b = HF_BUF_INIT;

	b.max = 8;
	hf_json_dump(&b, o, HF_JSON_COMPACT);
	ck_fails(HF_BAD, "too large", hf_buf_check(&b, &e));
	hf_buf_clear(&b);
	hf_json_free(o);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("json");
	TCase *t = tcase_create("json");

	tcase_add_loop_test(t, documents_are_read, 0, N_OF(good));
	tcase_add_loop_test(t, other_texts_are_refused, 0, N_OF(bad));
	tcase_add_test(t, depth_has_a_limit);
	tcase_add_test(t, makers_nest);
	tcase_add_test(t, makers_refuse);
	tcase_add_test(t, getters_are_safe);
	tcase_add_loop_test(t, types_are_told, 0, N_OF(types));
	tcase_add_test(t, nothing_twice);
	tcase_add_test(t, whole_or_nothing);
	tcase_add_test(t, walk_in_order_of_insertion);
	tcase_add_test(t, copies_and_references);
	tcase_add_test(t, what_may_be_missing_is_null);
	tcase_add_test(t, dump_keeps_the_limit);
	suite_add_tcase(s, t);
	return run_suite(s);
}
