/*
 * Each shipped rule by name: a register in which it finds nothing, and the same one, different in one fact, in which it does.
 *
 * tests/data/rules/good.json is that register, cases.json the facts: set fields (null takes one away), add and drop records, rows of the tables
 * of shelf and runs, entries. Without "quiet" the rule must find "record" ("agency" unless said), "n" rows in all (1 unless said).
 */
#include <stdio.h>
#include <time.h>

#include "holdfast/check.h"
#include "holdfast/fs.h"
#include "holdfast/id.h"
#include "holdfast/schema.h"
#include "holdfast/time.h"
#include "test.h"

static struct hf_json  *good, *cases;
static struct hf_shelf *shelf;
static struct hf_rules *rules;

/* ---- reading the tables ---- */

static struct hf_json *
read_json(const char *name)
{
	struct hf_buf   b = HF_BUF_INIT, path = HF_BUF_INIT;
	struct hf_json *j;

	hf_buf_addf(&path, "%s/tests/data/rules/%s", getenv("HOLDFAST_TOP"), name);
	ck_ok(hf_fs_read(&b, path.data, 1 << 20, &e));
	ck_ok(hf_json_parse(&j, b.data, b.len, &e));
	hf_buf_clear(&b);
	hf_buf_clear(&path);
	return j;
}

/* "@jo" is the id that this name has in all tables. */
static void
id_of(char out[HF_ID_SIZE], const char *name)
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint64_t          h = 14695981039346656037u;

	for (const char *p = name; *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	strcpy(out, "01J0000000000");
	for (size_t i = 13; i < 26; i++, h /= 32)
		out[i] = digits[h % 32];
	out[26] = '\0';
	ck_assert(hf_id_valid(out));
}

static struct hf_json *
named(const struct hf_json *v)
{
	struct hf_json *copy, *item;
	const char     *key;
	char            id[HF_ID_SIZE];

	if (hf_json_is(v, HF_JSON_STRING) && hf_json_str(v)[0] == '@') {
		id_of(id, hf_json_str(v) + 1);
		return hf_json_string(id);
	}
	if (hf_json_is(v, HF_JSON_ARRAY)) {
		copy = hf_json_array();
		for (size_t i = 0; i < hf_json_len(v); i++)
			ck_assert_int_eq(hf_json_push(copy, named(hf_json_at(v, i))), 0);
		return copy;
	}
	if (!hf_json_is(v, HF_JSON_OBJECT))
		return hf_json_copy(v);
	copy = hf_json_object();
	for (void *it = NULL; hf_json_next(v, &it, &key, &item);)
		ck_assert_int_eq(hf_json_set(copy, key, named(item)), 0);
	return copy;
}

static bool
dropped(const struct hf_json *list, const char *name)
{
	for (size_t i = 0; i < hf_json_len(list); i++)
		if (strcmp(hf_json_str(hf_json_at(list, i)), name) == 0)
			return true;
	return false;
}

/* A record as it is in a register: what is null is not there. */
static void
put_fields(struct hf_json *to, const struct hf_json *fields)
{
	const char     *key;
	struct hf_json *v;

	for (void *it = NULL; fields != NULL && hf_json_next(fields, &it, &key, &v);)
		if (hf_json_is(v, HF_JSON_NULL))
			hf_json_unset(to, key);
		else
			ck_assert_int_eq(hf_json_set(to, key, named(v)), 0);
}

static void
put_record(struct hf_json *to, const char *name, const struct hf_json *record, const struct hf_json *change)
{
	struct hf_json *r = hf_json_object();
	char            id[HF_ID_SIZE];

	id_of(id, name);
	ck_assert_int_eq(hf_json_set(r, "id", hf_json_string(id)), 0);
	put_fields(r, hf_json_get(hf_json_get(good, "defaults"), hf_json_get_str(record, "kind")));
	put_fields(r, record);
	put_fields(r, hf_json_get(hf_json_get(change, "set"), name));
	ck_assert_int_eq(hf_json_push(to, r), 0);
}

static struct hf_json *
records_of(const struct hf_json *change)
{
	struct hf_json *list = hf_json_array(), *r;
	const char     *name;

	for (void *it = NULL; hf_json_next(hf_json_get(good, "records"), &it, &name, &r);)
		if (!dropped(hf_json_get(change, "drop"), name))
			put_record(list, name, r, change);
	for (void *it = NULL; hf_json_get(change, "add") != NULL && hf_json_next(hf_json_get(change, "add"), &it, &name, &r);)
		put_record(list, name, r, change);
	return list;
}

/* ---- the tables of the shelf and the runs ---- */

static struct hf_db         *db;
static const struct hf_json *changed;

static void
insert(const char *table, const struct hf_json *row)
{
	struct hf_buf   sql = HF_BUF_INIT;
	struct hf_stmt *s;
	const char     *key;
	struct hf_json *v, *ids = named(row);
	int             n = 0;

	hf_buf_addf(&sql, "INSERT OR REPLACE INTO temp.%s(", table);
	for (void *it = NULL; hf_json_next(ids, &it, &key, &v); n++)
		hf_buf_addf(&sql, "%s%s", n > 0 ? ", " : "", key);
	hf_buf_adds(&sql, ") VALUES (?");
	while (--n > 0)
		hf_buf_adds(&sql, ", ?");
	hf_buf_adds(&sql, ")");
	ck_ok(hf_db_prepare(&s, db, sql.data, &e));
	for (void *it = NULL; hf_json_next(ids, &it, &key, &v);)
		hf_stmt_json(s, ++n, v);
	hf_stmt_step(s);
	ck_ok(hf_stmt_reset(s, &e));
	hf_stmt_free(s);
	hf_json_free(ids);
	hf_buf_clear(&sql);
}

/* Is the row one that the case takes away? By the first of its fields. */
static bool
without(const char *table, const struct hf_json *row)
{
	const char     *gone = hf_json_get_str(hf_json_get(changed, "without"), table), *key;
	struct hf_json *first;
	void           *it = NULL;

	return gone != NULL && hf_json_next(row, &it, &key, &first) && strcmp(hf_json_str(first), gone) == 0;
}

static enum hf_code
supply(void *arg, const char *group, struct hf_err *e)
{
	const struct hf_json *sources[] = { hf_json_get(good, "tables"), hf_json_get(changed, "tables") };
	const char           *table;
	struct hf_json       *rows;

	(void)arg;
	(void)e;
	for (size_t k = 0; k < 2; k++)
		for (void *it = NULL; sources[k] != NULL && hf_json_next(sources[k], &it, &table, &rows);)
			for (size_t i = 0; strstr(group, table) != NULL && i < hf_json_len(rows); i++)
				if (k > 0 || !without(table, hf_json_at(rows, i)))
					insert(table, hf_json_at(rows, i));
	return HF_OK;
}

/* ---- asking ---- */

/* Only so many findings of a rule get their words; counted are all of them. */
static void
ck_counted(const struct hf_check *all, const struct hf_check_opts *opts)
{
	struct hf_check_opts o = *opts;
	struct hf_check     *few;

	for (o.words = 1; o.words < 3; o.words++) {
		ck_ok(hf_check_run(&few, &o, &e));
		ck_assert_uint_eq(few->findings, all->findings);
		ck_assert_uint_eq(few->n_excused, all->n_excused);
		for (size_t i = 0; i < all->n; i++) {
			const struct hf_checked *a = &all->rules[i], *b = &few->rules[i];

			ck_assert(a->n == b->n && a->things == b->things && a->of == b->of && strcmp(a->fix, b->fix) == 0);
			for (size_t k = 0; k < a->n; k++) {
				bool said = k < o.words;

				ck_assert_str_eq(b->findings[k].record, said ? a->findings[k].record : "");
				ck_assert_str_eq(b->findings[k].ref, said ? a->findings[k].ref : "");
				ck_assert_str_eq(b->findings[k].found, said ? a->findings[k].found : "");
			}
		}
		hf_check_free(few);
	}
}

static struct hf_check *
ask(const struct hf_json *change, const char *rule)
{
	struct hf_json      *records = records_of(change), *entries = named(hf_json_get(change, "entries"));
	const char          *today = hf_json_get_str(good, "today");
	struct hf_check_opts o = { .rules = rules, .today = today, .only = &rule, .n_only = rule != NULL, .count = HF_COUNT_ALL };
	struct hf_check     *c;

	ck_ok(hf_time_parse(&o.now, NULL, hf_json_get_str(good, "now"), &e));
	ck_ok(hf_index_sample(&db, records, entries, today, &e));
	changed = change;
	hf_db_supply(db, supply, NULL);
	o.db = db;
	ck_ok(hf_check_run(&c, &o, &e));
	ck_counted(c, &o);
	hf_json_free(records);
	hf_json_free(entries);
	return c;
}

static void
end(struct hf_check *c)
{
	hf_check_free(c);
	hf_db_close(db);
	db = NULL;
}

START_TEST(test_good)
{
	struct hf_check *c = ask(NULL, NULL);

	ck_assert_uint_eq(c->n, rules->n);
	for (size_t i = 0; i < c->n; i++)
		ck_assert_msg(c->rules[i].n == 0, "%s finds %s: %s", c->rules[i].rule->rule->id, c->rules[i].findings[0].ref,
		    c->rules[i].findings[0].found);
	end(c);
}
END_TEST

/* ---- what a rule says to do ---- */

/* The words of a command line, as a shell would part them. */
static struct hf_json *
words_of(const char *line)
{
	struct hf_json *words = hf_json_array();
	struct hf_buf   word = HF_BUF_INIT;
	char            quote = '\0';

	for (const char *p = line;; p++) {
		if (*p == '\0' || (quote == '\0' && *p == ' ')) {
			if (word.len > 0)
				ck_assert_int_eq(hf_json_push(words, hf_json_string(hf_buf_str(&word))), 0);
			hf_buf_cut(&word, 0);
			if (*p == '\0')
				break;
		} else if (*p == quote)
			quote = '\0';
		else if (quote == '\0' && (*p == '\'' || *p == '"'))
			quote = *p;
		else
			hf_buf_addc(&word, *p);
	}
	hf_buf_clear(&word);
	return words;
}

/* The kind of the record that people call so. */
static const struct hf_kind *
kind_of(const char *ref)
{
	for (size_t i = 0; i < hf_n_kinds; i++) {
		struct hf_stmt *s;
		char            sql[128];
		bool            found;

		if (hf_kinds[i].single && strcmp(hf_kinds[i].name, ref) == 0)
			return &hf_kinds[i];
		snprintf(sql, sizeof(sql), "SELECT 1 FROM main.\"%s\" WHERE id = ?1 OR ref = ?1", hf_kinds[i].name);
		ck_ok(hf_db_prepare(&s, db, sql, &e));
		hf_stmt_text(s, 1, ref);
		found = hf_stmt_step(s);
		hf_stmt_free(s);
		if (found)
			return &hf_kinds[i];
	}
	return NULL;
}

/* field=value, += or -=: the field is there, people may set it, and the value is one of its. What is in capitals a person fills in. */
static void
check_set(const char *fix, const struct hf_kind *kind, const char *typed)
{
	char                   name[64], placeholder[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	const struct hf_field *f;
	const char            *value = strchr(typed, '=');
	struct hf_json        *v = NULL;
	bool                   list;

	ck_assert_msg(value != NULL && value > typed, "%s: %s sets nothing", fix, typed);
	list = value[-1] == '+' || value[-1] == '-';
	snprintf(name, sizeof(name), "%.*s", (int)(value - typed - list), typed);
	ck_ok(hf_schema_want_field(&f, kind, name, &e));
	ck_assert_msg((f->flags & HF_FIELD_SET) == 0, "%s: %s is set by nobody", fix, name);
	ck_assert_msg(!list || (f->flags & HF_FIELD_LIST) != 0, "%s: %s is no list", fix, name);
	value++;
	if (strspn(value, placeholder) == strlen(value) || f->type == HF_FIELD_REF)
		return;
	ck_ok(hf_schema_value(&v, f, value, &e));
	hf_json_free(v);
}

static void
check_fix(const char *fix)
{
	struct hf_json       *words = words_of(fix);
	const char           *verb = hf_json_str(hf_json_at(words, 0)), *what = hf_json_str(hf_json_at(words, 1));
	const struct hf_kind *kind = NULL;

	if (strcmp(verb, "add") == 0)
		kind = hf_schema_kind(what);
	else if (strcmp(verb, "set") == 0)
		kind = kind_of(what);
	if (strcmp(verb, "add") == 0 || strcmp(verb, "set") == 0)
		ck_assert_msg(kind != NULL, "%s: %s is nothing", fix, what);
	ck_assert_msg(kind == NULL || hf_json_len(words) > 2, "%s: sets nothing", fix);
	for (size_t i = 2; kind != NULL && i < hf_json_len(words); i++)
		check_set(fix, kind, hf_json_str(hf_json_at(words, i)));
	hf_json_free(words);
}

/* ---- what a rule looks at ---- */

/* The values of a query's column of that name. */
static struct hf_json *
values_of(const char *sql, const char *name, const struct hf_json *params)
{
	struct hf_json *rows, *list = hf_json_array();
	struct hf_ask   q = { .sql = sql, .params = params };
	const char     *v;

	ck_ok(hf_db_ask(&rows, NULL, db, &q, &e));
	for (size_t i = 0; i < hf_json_len(rows); i++)
		if ((v = hf_json_get_str(hf_json_at(rows, i), name)) != NULL)
			hf_json_push(list, hf_json_string(v));
	hf_json_free(rows);
	return list;
}

static bool
among(const struct hf_json *list, const char *value)
{
	for (size_t i = 0; i < hf_json_len(list); i++)
		if (strcmp(hf_json_str(hf_json_at(list, i)), value) == 0)
			return true;
	return false;
}

/* What a rule looks at is counted by one column. Each row that it finds is about one of those, and they are as many as it says. */
static void
check_looked(const struct hf_checked *r)
{
	const struct hf_rule *rule = r->rule->rule;
	struct hf_json       *params = hf_json_object(), *rows, *all, *found;
	struct hf_ask         q = { .sql = rule->looks_sql };
	const char           *name = NULL;
	struct hf_json       *v;
	void                 *it = NULL;

	ck_assert_int_eq(hf_json_set(params, "today", hf_json_ref(hf_json_get(good, "today"))), 0);
	ck_assert_int_eq(hf_json_set(params, "now", hf_json_ref(hf_json_get(good, "now"))), 0);
	ck_ok(hf_db_ask(&rows, NULL, db, &q, &e));
	ck_assert_msg(hf_json_len(rows) > 0, "%s found something where it had no %s to look at", rule->id, rule->looks_at);
	ck_assert(hf_json_next(hf_json_at(rows, 0), &it, &name, &v));
	all = values_of(rule->looks_sql, name, NULL);
	found = values_of(rule->sql, name, params);
	ck_assert_uint_eq(hf_json_len(found), r->n);
	for (size_t i = 0; i < hf_json_len(found); i++)
		ck_assert_msg(among(all, hf_json_str(hf_json_at(found, i))), "%s: %s is none of the %s", rule->id,
		    hf_json_str(hf_json_at(found, i)), rule->looks_at);
	ck_assert_msg(r->of == hf_json_len(all) && r->things > 0 && r->things <= r->of && r->things <= r->n,
	    "%s: %zu of %zu %s in %zu findings", rule->id, r->things, r->of, rule->looks_at, r->n);
	hf_json_free(found);
	hf_json_free(all);
	hf_json_free(rows);
	hf_json_free(params);
}

/* Of an organisation that wrote nothing down yet, a rule about what it has says nothing. */
START_TEST(test_nothing_to_look_at)
{
	const char          *today = hf_json_get_str(good, "today");
	struct hf_check_opts o = { .rules = rules, .today = today, .count = HF_COUNT_ALL };
	struct hf_json      *org = hf_json_array(), *none = hf_json_array();
	struct hf_check     *c;
	size_t               some = 0;

	put_record(org, "org", hf_json_get(hf_json_get(good, "records"), "org"), NULL);
	ck_ok(hf_index_sample(&db, org, none, today, &e));
	o.db = db;
	ck_ok(hf_check_run(&c, &o, &e));
	for (size_t i = 0; i < c->n; i++)
		some += c->rules[i].of > 0;
	ck_assert_uint_eq(some, 5); /* a secret in the register; books, contacts, messages and exercises of the organisation */
	hf_check_free(c);
	hf_json_free(org);
	hf_json_free(none);
	hf_db_close(db);
	db = NULL;
}
END_TEST

/* ---- the cases ---- */

static void
one_case(const struct hf_json *k)
{
	const char              *rule = hf_json_get_str(k, "rule"), *record = hf_json_get_str(k, "record");
	bool                     quiet = hf_json_true(hf_json_get(k, "quiet")), there = false;
	size_t                   n = hf_json_get(k, "n") == NULL ? 1 : (size_t)hf_json_num(hf_json_get(k, "n"));
	struct hf_check         *c = ask(k, rule);
	struct hf_buf            text = HF_BUF_INIT;
	char                     id[HF_ID_SIZE];
	const struct hf_checked *r = &c->rules[0];

	hf_json_dump(&text, k, HF_JSON_COMPACT);
	id_of(id, record == NULL ? "agency" : record);
	ck_assert_uint_eq(c->n, 1);
	ck_assert_msg(r->n == (quiet ? 0 : n), "%s: %zu findings, the first %s: %s", hf_buf_str(&text), r->n,
	    r->n == 0 ? "" : r->findings[0].ref, r->n == 0 ? "" : r->findings[0].found);
	for (size_t i = 0; i < r->n; i++) {
		there |= strcmp(r->findings[i].record, id) == 0;
		ck_assert_msg(r->findings[i].ref[0] != '\0' && r->findings[i].found[0] != '\0', "%s says nothing", rule);
		ck_assert_msg(strchr(r->findings[i].found, '{') == NULL, "%s: %s", rule, r->findings[i].found);
	}
	ck_assert_msg(quiet || there, "%s: found in %s, not in %s", hf_buf_str(&text), r->findings[0].record, id);
	ck_assert_msg(quiet || (r->fix[0] != '\0' && strchr(r->fix, '{') == NULL), "%s: to do: %s", rule, r->fix);
	if (!quiet) {
		check_fix(r->fix);
		check_looked(r);
	}
	hf_buf_clear(&text);
	end(c);
}

START_TEST(test_cases)
{
	for (size_t i = 0; i < hf_json_len(cases); i++)
		one_case(hf_json_at(cases, i));
}
END_TEST

/* A rule that nobody thought through has no place on the shelf. */
START_TEST(test_all_rules_have_a_case)
{
	ck_assert_uint_eq(rules->n, 92);
	for (size_t i = 0; i < rules->n; i++) {
		size_t n = 0;

		for (size_t k = 0; k < hf_json_len(cases); k++)
			n += strcmp(hf_json_get_str(hf_json_at(cases, k), "rule"), rules->list[i].rule->id) == 0 &&
			    !hf_json_true(hf_json_get(hf_json_at(cases, k), "quiet"));
		ck_assert_msg(n > 0, "%s is in no case of tests/data/rules", rules->list[i].rule->id);
		ck_assert_msg(rules->list[i].rule->source.n > 0, "%s has no source", rules->list[i].rule->id);
	}
}
END_TEST

static void
open_all(void)
{
	const char *dirs[1] = { getenv("HOLDFAST_TOP") };

	ck_assert_ptr_nonnull(dirs[0]);
	good = read_json("good.json");
	cases = read_json("cases.json");
	ck_ok(hf_shelf_open(&shelf, dirs, 1, &e));
	ck_ok(hf_rules_open(&rules, shelf, &e));
}

static void
close_all(void)
{
	hf_rules_free(rules);
	hf_shelf_close(shelf);
	hf_json_free(good);
	hf_json_free(cases);
}

int
main(void)
{
	Suite *s = suite_create("rules");
	TCase *t = tcase_create("rules");

	tcase_add_checked_fixture(t, open_all, close_all);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, test_good);
	tcase_add_test(t, test_cases);
	tcase_add_test(t, test_nothing_to_look_at);
	tcase_add_test(t, test_all_rules_have_a_case);
	suite_add_tcase(s, t);
	return run_suite(s);
}
