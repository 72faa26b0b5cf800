/* Merging one record: a table of cases, and records of every kind changed at random. */
#include <stdio.h>

#include "../src/store/merge/merge.h"
#include "test.h"

#define ANN  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define BOB  "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define HEAD "'register':'01JAAAAAAAAAAAAAAAAAAAAAAA','id':'01JBBBBBBBBBBBBBBBBBBBBBBB',"

/* JSON with single quotes; NULL stays NULL. */
static struct hf_json *
quoted(const char *text)
{
	struct hf_buf   b = HF_BUF_INIT;
	struct hf_json *j = NULL;

	if (text == NULL)
		return NULL;
	for (; *text != '\0'; text++)
		hf_buf_addc(&b, *text == '\'' ? '"' : *text);
	ck_ok(hf_json_parse(&j, hf_buf_str(&b), b.len, &e));
	hf_buf_clear(&b);
	return j;
}

static struct hf_json *
account(const char *fields)
{
	char text[2048];

	if (fields == NULL)
		return NULL;
	snprintf(text, sizeof(text), "{" HEAD "'kind':'account',%s}", fields);
	return quoted(text);
}

static const char *
dump(struct hf_buf *b, const struct hf_json *j)
{
	hf_buf_cut(b, 0);
	if (j != NULL)
		hf_json_dump(b, j, HF_JSON_PRETTY);
	return hf_buf_str(b);
}

/* Merge, and the other way round: the same record and the same conflicts, byte for byte. NULL: there is nothing any more. */
static struct hf_json *
merged(struct hf_json **conflicts, const struct hf_json *base, const struct merge_side *a, const struct merge_side *b)
{
	struct hf_json *one, *two, *back = hf_json_array();
	struct hf_buf   x = HF_BUF_INIT, y = HF_BUF_INIT;

	*conflicts = hf_json_array();
	ck_ok(merge_record(&one, *conflicts, base, a, b, &e));
	ck_ok(merge_record(&two, back, base, b, a, &e));
	ck_assert_str_eq(dump(&x, one), dump(&y, two));
	ck_assert_str_eq(dump(&x, *conflicts), dump(&y, back));
	hf_buf_clear(&x);
	hf_buf_clear(&y);
	hf_json_free(two);
	hf_json_free(back);
	return one;
}

/* ---- the table ---- */

/* Ann's side was written at 100 s, Bob's at 200 s, unless it says otherwise; so what Bob wrote is kept. */
static const struct row {
	const char *what, *base, *ann, *bob, *out, *conflicts;
	int64_t     ann_at, bob_at;
} rows[] = {
	{ "one side alone", "'version':3,'provider':'x'", "'version':4,'provider':'y'", "'version':3,'provider':'x'",
	    "'version':4,'provider':'y'", "", 0, 0 },
	{ "nobody", "'version':3,'provider':'x'", "'version':3,'provider':'x'", "'version':3,'provider':'x'",
	    "'version':3,'provider':'x'", "", 0, 0 },
	{ "two fields", "'version':3,'provider':'x'", "'version':4,'provider':'y'", "'version':5,'provider':'x','purpose':'news'",
	    "'version':6,'provider':'y','purpose':'news'", "", 0, 0 },
	{ "the same value", "'version':3,'provider':'x'", "'version':4,'provider':'y'", "'version':5,'provider':'y'",
	    "'version':6,'provider':'y'", "", 0, 0 },
	{ "the same everything", "'version':3,'provider':'x'", "'version':4,'provider':'y'", "'version':4,'provider':'y'",
	    "'version':4,'provider':'y'", "", 0, 0 },
	{ "one field, later wins", "'version':1,'purpose':'a'", "'version':2,'purpose':'b'", "'version':2,'purpose':'c'",
	    "'version':3,'purpose':'c'", "purpose c<b", 0, 0 },
	{ "one field, later is Ann", "'version':1,'purpose':'a'", "'version':2,'purpose':'b'", "'version':2,'purpose':'c'",
	    "'version':3,'purpose':'b'", "purpose b<c", 300, 0 },
	{ "a tie goes to the greater fingerprint", "'version':1,'purpose':'a'", "'version':2,'purpose':'z'",
	    "'version':2,'purpose':'c'", "'version':3,'purpose':'c'", "purpose c<z", 200, 0 },
	{ "taken out by the later", "'version':1,'purpose':'a'", "'version':2,'purpose':'b'", "'version':2", "'version':3",
	    "purpose -<b", 0, 0 },
	{ "taken out by the earlier", "'version':1,'purpose':'a'", "'version':2", "'version':2,'purpose':'c'",
	    "'version':3,'purpose':'c'", "purpose c<-", 0, 0 },
	{ "taken out by both", "'version':1,'purpose':'a'", "'version':2", "'version':3", "'version':4", "", 0, 0 },
	{ "taken out by one, another field by the other", "'version':1,'purpose':'a'", "'version':2",
	    "'version':2,'purpose':'a','url':'u'", "'version':3,'url':'u'", "", 0, 0 },
	{ "both set what was not there", "'version':1", "'version':2,'purpose':'b'", "'version':2,'purpose':'c'",
	    "'version':3,'purpose':'c'", "purpose c<b", 0, 0 },
	{ "yes and no", "'version':1", "'version':2,'passkey':true", "'version':2,'passkey':false", "'version':3,'passkey':false",
	    "passkey no<yes", 0, 0 },
	{ "numbers", "'version':1,'publisher_cap':3", "'version':2,'publisher_cap':4", "'version':2,'publisher_cap':5",
	    "'version':3,'publisher_cap':5", "publisher_cap 5<4", 0, 0 },
	{ "lists, both add", "'version':1,'tags':['a']", "'version':2,'tags':['a','b']", "'version':2,'tags':['a','c']",
	    "'version':3,'tags':['a','c','b']", "", 0, 0 },
	{ "lists, one adds and one takes", "'version':1,'tags':['a','b']", "'version':2,'tags':['a','b','c']",
	    "'version':2,'tags':['b']", "'version':3,'tags':['b','c']", "", 0, 0 },
	{ "lists, both take", "'version':1,'tags':['a','b','c']", "'version':2,'tags':['a','b']", "'version':2,'tags':['b','c']",
	    "'version':3,'tags':['b']", "", 0, 0 },
	{ "lists, nothing left", "'version':1,'tags':['a','b']", "'version':2,'tags':['a']", "'version':2,'tags':['b']",
	    "'version':3", "", 0, 0 },
	{ "lists, both add the same", "'version':1", "'version':2,'tags':['a','b']", "'version':2,'tags':['b','d']",
	    "'version':3,'tags':['b','d','a']", "", 0, 0 },
	{ "lists, taken out whole and added to", "'version':1,'tags':['a']", "'version':2", "'version':2,'tags':['a','b']",
	    "'version':3,'tags':['b']", "", 0, 0 },
	{ "lists, in another order", "'version':1,'tags':['a','b']", "'version':2,'tags':['b','a']",
	    "'version':2,'tags':['a','b'],'url':'u'", "'version':3,'tags':['b','a'],'url':'u'", "", 0, 0 },
	{ "a field of a newer release", "'version':1", "'version':2,'hologram':'x'", "'version':2,'url':'u'",
	    "'version':3,'hologram':'x','url':'u'", "", 0, 0 },
	{ "a field of a newer release, twice", "'version':1", "'version':2,'hologram':['x']", "'version':2,'hologram':['y']",
	    "'version':3,'hologram':['y']", "hologram ['y']<['x']", 0, 0 },
	{ "removed and left alone", "'version':1,'url':'u'", NULL, "'version':1,'url':'u'", NULL, "", 0, 0 },
	{ "removed and changed", "'version':1,'url':'u'", NULL, "'version':2,'url':'v'", "'version':2,'url':'v'",
	    "record changed<removed", 0, 0 },
	{ "removed later than changed", "'version':1,'url':'u'", "'version':2,'url':'v'", NULL, "'version':2,'url':'v'",
	    "record changed<removed", 0, 0 },
	{ "removed by both", "'version':1,'url':'u'", NULL, NULL, NULL, "", 0, 0 },
	{ "added by one", NULL, "'version':1,'url':'u'", NULL, "'version':1,'url':'u'", "", 0, 0 },
	{ "added by both", NULL, "'version':1,'url':'u','purpose':'a'", "'version':2,'url':'v'",
	    "'version':3,'url':'v','purpose':'a'", "url v<u", 0, 0 },
	{ "changed and put back is a change", "'version':1,'url':'u'", "'version':3,'url':'u'", "'version':2,'url':'v'",
	    "'version':4,'url':'v'", "", 0, 0 },
};

/* "field kept<other, …" with - for no value */
static void
words_of(struct hf_buf *out, const struct hf_json *conflicts)
{
	for (size_t i = 0; i < hf_json_len(conflicts); i++) {
		const struct hf_json *c = hf_json_at(conflicts, i);
		const char           *kept = hf_json_get_str(c, "kept"), *other = hf_json_get_str(c, "other");

		hf_buf_addf(out, "%s%s %s<%s", i > 0 ? ", " : "", hf_json_get_str(c, "field"), kept == NULL ? "-" : kept,
		    other == NULL ? "-" : other);
		ck_assert_str_eq(hf_json_get_str(c, "record"), "01JBBBBBBBBBBBBBBBBBBBBBBB");
	}
	for (size_t i = 0; i < out->len; i++)
		if (out->data[i] == '"')
			out->data[i] = '\'';
}

START_TEST(table)
{
	const struct row *row = &rows[_i];
	struct hf_json   *base = account(row->base), *a = account(row->ann), *b = account(row->bob), *want = account(row->out),
		       *conflicts;
	struct merge_side ann = { a, ANN, row->ann_at == 0 ? 100 : row->ann_at },
			  bob = { b, BOB, row->bob_at == 0 ? 200 : row->bob_at };
	struct hf_json *out = merged(&conflicts, base, &ann, &bob);
	struct hf_buf   x = HF_BUF_INIT, y = HF_BUF_INIT;

	ck_assert_msg(strcmp(dump(&x, out), dump(&y, want)) == 0, "%s: %s", row->what, hf_buf_str(&x));
	hf_buf_cut(&x, 0);
	words_of(&x, conflicts);
	ck_assert_msg(strcmp(hf_buf_str(&x), row->conflicts) == 0, "%s: %s", row->what, hf_buf_str(&x));
	hf_buf_clear(&x);
	hf_buf_clear(&y);
	hf_json_free(base);
	hf_json_free(a);
	hf_json_free(b);
	hf_json_free(want);
	hf_json_free(out);
	hf_json_free(conflicts);
}
END_TEST

START_TEST(who_and_when)
{
	struct hf_json *base = account("'version':1,'url':'a'"), *a = account("'version':2,'url':'b'"),
		       *b = account("'version':2,'url':'c'");
	struct merge_side ann = { a, ANN, 7 }, bob = { b, BOB, 5 };
	struct hf_json   *conflicts, *out = merged(&conflicts, base, &ann, &bob), *c = hf_json_at(conflicts, 0);

	ck_assert_str_eq(hf_json_get_str(c, "kept_by"), ANN);
	ck_assert_str_eq(hf_json_get_str(c, "other_by"), BOB);
	ck_assert_int_eq(hf_json_num(hf_json_get(c, "at")), 7);
	ck_assert_int_eq(hf_json_num(hf_json_get(c, "other_at")), 5);
	/* The same key at the same second, on two machines: the value decides, the same everywhere. */
	hf_json_free(out);
	hf_json_free(conflicts);
	ann = (struct merge_side){ a, BOB, 5 };
	out = merged(&conflicts, base, &ann, &bob);
	ck_assert_str_eq(hf_json_get_str(out, "url"), "c");
	hf_json_free(out);
	hf_json_free(conflicts);
	hf_json_free(base);
	hf_json_free(a);
	hf_json_free(b);
}
END_TEST

START_TEST(not_one_record)
{
	struct hf_json
	    *a = account("'version':2,'url':'b'"),
	    *b = quoted("{'register':'01JAAAAAAAAAAAAAAAAAAAAAAA','id':'01JCCCCCCCCCCCCCCCCCCCCCCC','kind':'account','version':2}"),
	    *c = quoted("{" HEAD "'kind':'person','version':2,'name':'Jo'}"), *d = quoted("{'kind':'account'}"), *out;
	struct merge_side ann = { a, ANN, 7 };

	ck_fails(HF_DAMAGED, "versions of one", merge_record(&out, NULL, NULL, &ann, &(struct merge_side){ b, BOB, 5 }, &e));
	ck_fails(HF_DAMAGED, "versions of one", merge_record(&out, NULL, NULL, &ann, &(struct merge_side){ c, BOB, 5 }, &e));
	ck_fails(HF_DAMAGED, "versions of one", merge_record(&out, NULL, NULL, &ann, &(struct merge_side){ d, BOB, 5 }, &e));
	ck_fails(HF_DAMAGED, "versions of one", merge_record(&out, NULL, c, &ann, &ann, &e));
	ck_assert_ptr_null(out);
	hf_json_free(a);
	hf_json_free(b);
	hf_json_free(c);
	hf_json_free(d);
}
END_TEST

/* A conflict that two people settled is no new conflict. */
START_TEST(conflicts_about_conflicts)
{
	struct hf_json   *base = quoted("{" HEAD "'kind':'conflict','version':1}");
	struct hf_json   *a = quoted("{" HEAD "'kind':'conflict','version':2,'settled_on':'2026-11-20'}");
	struct hf_json   *b = quoted("{" HEAD "'kind':'conflict','version':2,'settled_on':'2026-11-21'}");
	struct merge_side ann = { a, ANN, 7 }, bob = { b, BOB, 9 };
	struct hf_json   *conflicts, *out = merged(&conflicts, base, &ann, &bob);

	ck_assert_str_eq(hf_json_get_str(out, "settled_on"), "2026-11-21");
	ck_assert_int_eq(hf_json_num(hf_json_get(out, "version")), 3);
	ck_assert_uint_eq(hf_json_len(conflicts), 0);
	hf_json_free(base);
	hf_json_free(a);
	hf_json_free(b);
	hf_json_free(out);
	hf_json_free(conflicts);
}
END_TEST

/* ---- at random ---- */

static unsigned seed;

static unsigned
below(unsigned n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % n;
}

static struct hf_json *
any_value(const struct hf_field *f)
{
	static const char *const words[] = { "alpha", "beta", "gamma", "delta" };
	struct hf_json          *list;

	if (f->flags & HF_FIELD_LIST) {
		list = hf_json_array();
		for (unsigned i = 0; i < 4; i++)
			if (below(2))
				hf_json_push(list, hf_json_string(words[(i + below(4)) % 4]));
		if (hf_json_len(list) > 0)
			return list;
		hf_json_free(list);
		return NULL;
	}
	if (f->type == HF_FIELD_BOOL)
		return hf_json_bool(below(2));
	return f->type == HF_FIELD_INT ? hf_json_int(below(4)) : hf_json_string(words[below(4)]);
}

static struct hf_json *
any_change(const struct hf_json *from, const struct hf_kind *kind)
{
	struct hf_json *to = hf_json_copy(from);
	unsigned        n = below(6);

	for (unsigned i = 0; i < n; i++) {
		const struct hf_field *f = &kind->fields[below((unsigned)kind->n_fields)];
		struct hf_json        *v = below(4) == 0 ? NULL : any_value(f);

		if (v == NULL)
			hf_json_unset(to, f->name);
		else
			hf_json_set(to, f->name, v);
	}
	if (!hf_json_equal(from, to) || below(8) == 0)
		hf_json_set(to, "version", hf_json_int(2 + below(3)));
	return to;
}

static bool
same(const struct hf_json *a, const struct hf_json *b)
{
	return (a == NULL && b == NULL) || (a != NULL && b != NULL && hf_json_equal(a, b));
}

static bool
in_list(const struct hf_json *list, const struct hf_json *v)
{
	for (size_t i = 0; i < hf_json_len(list); i++)
		if (same(hf_json_at(list, i), v))
			return true;
	return false;
}

static const struct hf_json *
conflict_of(const struct hf_json *conflicts, const char *field)
{
	for (size_t i = 0; i < hf_json_len(conflicts); i++)
		if (strcmp(hf_json_get_str(hf_json_at(conflicts, i), "field"), field) == 0)
			return hf_json_at(conflicts, i);
	return NULL;
}

static void
says(const struct hf_json *text, const struct hf_json *value)
{
	char number[32];

	ck_assert((text == NULL) == (value == NULL));
	if (hf_json_is(value, HF_JSON_STRING))
		ck_assert_str_eq(hf_json_str(text), hf_json_str(value));
	else if (hf_json_is(value, HF_JSON_BOOL))
		ck_assert_str_eq(hf_json_str(text), hf_json_true(value) ? "yes" : "no");
	else if (value != NULL) {
		snprintf(number, sizeof(number), "%lld", (long long)hf_json_num(value));
		ck_assert_str_eq(hf_json_str(text), number);
	}
}

/* What is in the list is what both have, or one added; nothing twice. */
static void
check_list(const struct hf_json *base, const struct hf_json *a, const struct hf_json *b, const struct hf_json *out)
{
	const struct hf_json *all[3] = { base, a, b };

	for (int k = 0; k < 3; k++)
		for (size_t i = 0; i < hf_json_len(all[k]); i++) {
			const struct hf_json *v = hf_json_at(all[k], i);
			bool in = in_list(base, v) ? in_list(a, v) && in_list(b, v) : in_list(a, v) || in_list(b, v);

			ck_assert_int_eq(in_list(out, v), in);
		}
}

static void
check_field(const struct hf_field *f, const struct hf_json *base, const struct hf_json *a, const struct hf_json *b,
    const struct hf_json *out, const struct hf_json *c)
{
	bool ours = !same(base, a), theirs = !same(base, b);

	if (!ours || !theirs || same(a, b)) {
		ck_assert(same(out, ours ? a : b));
		ck_assert_ptr_null(c);
	} else if (f->flags & HF_FIELD_LIST) {
		check_list(base, a, b, out);
		ck_assert_ptr_null(c);
	} else {
		ck_assert(same(out, b)); /* the later */
		ck_assert_ptr_nonnull(c);
		says(hf_json_get(c, "kept"), b);
		says(hf_json_get(c, "other"), a);
	}
}

static void
one_of(const struct hf_kind *kind)
{
	struct hf_json   *base = account("'version':1"), *a, *b, *conflicts, *out;
	struct merge_side ann, bob;
	size_t            n = 0;

	hf_json_set(base, "kind", hf_json_string(kind->name));
	for (size_t i = 0; i < kind->n_fields; i++) {
		struct hf_json *v = below(2) ? any_value(&kind->fields[i]) : NULL;

		if (v != NULL)
			hf_json_set(base, kind->fields[i].name, v);
	}
	a = any_change(base, kind);
	b = any_change(base, kind);
	ann = (struct merge_side){ a, ANN, 5 };
	bob = (struct merge_side){ b, BOB, 5 };
	out = merged(&conflicts, base, &ann, &bob);
	if (same(a, b) || same(base, a) || same(base, b)) {
		ck_assert(same(out, same(base, a) ? b : a));
	} else {
		int64_t x = hf_json_num(hf_json_get(a, "version")), y = hf_json_num(hf_json_get(b, "version"));

		ck_assert_int_eq(hf_json_num(hf_json_get(out, "version")), (x > y ? x : y) + 1);
		for (size_t i = 0; i < kind->n_fields; i++) {
			const char           *name = kind->fields[i].name;
			const struct hf_json *c = conflict_of(conflicts, name);

			n += c != NULL;
			check_field(&kind->fields[i], hf_json_get(base, name), hf_json_get(a, name), hf_json_get(b, name),
			    hf_json_get(out, name), c);
		}
	}
	ck_assert_uint_eq(hf_json_len(conflicts), n);
	hf_json_free(base);
	hf_json_free(a);
	hf_json_free(b);
	hf_json_free(out);
	hf_json_free(conflicts);
}

START_TEST(at_random)
{
	if (strcmp(hf_kinds[_i].name, "conflict") == 0)
		return;
	seed = 20261120u + (unsigned)_i;
	for (int i = 0; i < 400; i++)
		one_of(&hf_kinds[_i]);
}
END_TEST

/* ---- what is kept of a conflict ---- */

START_TEST(conflict_records)
{
	struct hf_register r = { .id = "01JAAAAAAAAAAAAAAAAAAAAAAA" };
	struct hf_json    *base = account("'version':1,'url':'a'"), *a = account("'version':2,'url':'b'"),
		       *b = account("'version':2,'url':'c'");
	struct merge_side     ann = { a, ANN, 1790000000 }, bob = { b, BOB, 1790000005 };
	struct hf_json       *conflicts, *out = merged(&conflicts, base, &ann, &bob), *one, *two;
	const struct hf_kind *kind = hf_schema_kind("conflict");

	ck_ok(merge_conflict(&one, &r, hf_json_at(conflicts, 0), &e));
	ck_ok(merge_conflict(&two, &r, hf_json_at(conflicts, 0), &e));
	ck_assert(hf_json_equal(one, two));
	ck_assert(hf_id_valid(hf_json_get_str(one, "id")));
	ck_assert_int_eq(hf_id_time(hf_json_get_str(one, "id")), 1790000005000);
	ck_ok(hf_schema_judge_record(kind, one, &e));
	hf_json_free(two);
	hf_json_set(hf_json_at(conflicts, 0), "other", hf_json_string("d"));
	ck_ok(merge_conflict(&two, &r, hf_json_at(conflicts, 0), &e));
	ck_assert_str_ne(hf_json_get_str(one, "id"), hf_json_get_str(two, "id"));
	hf_json_set(hf_json_at(conflicts, 0), "at", hf_json_int(-1));
	hf_json_free(two);
	ck_fails(HF_DAMAGED, "no possible time", merge_conflict(&two, &r, hf_json_at(conflicts, 0), &e));
	hf_json_free(base);
	hf_json_free(a);
	hf_json_free(b);
	hf_json_free(one);
	hf_json_free(out);
	hf_json_free(conflicts);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("merge");
	TCase *t = tcase_create("record");

	tcase_add_loop_test(t, table, 0, N_OF(rows));
	tcase_add_test(t, who_and_when);
	tcase_add_test(t, not_one_record);
	tcase_add_test(t, conflicts_about_conflicts);
	tcase_add_loop_test(t, at_random, 0, (int)hf_n_kinds);
	tcase_add_test(t, conflict_records);
	suite_add_tcase(s, t);
	return run_suite(s);
}
