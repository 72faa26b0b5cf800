/* What rules, fields, books and reports show of themselves. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assess_in.h"
#include "holdfast/check.h"
#include "holdfast/schema.h"
#include "holdfast/text.h"
#include "holdfast/time.h"

/* ---- rules ---- */

static int
put_rule(struct hf_json *rules, const struct hf_checked *c)
{
	struct hf_json *o = hf_json_object();
	int             bad = 0;

	bad |= hf_json_set(o, "found", hf_json_int((int64_t)(c->things > 0 ? c->things : c->n)));
	bad |= hf_json_set(o, "of", hf_json_int((int64_t)c->of));
	bad |= hf_json_set(o, "looks_at", hf_json_string(c->rule->rule->looks_at));
	if (!bad)
		return hf_json_set(rules, c->rule->rule->id, o);
	hf_json_free(o);
	return -1;
}

enum hf_code
assess_rules(struct assess *a, struct hf_err *e)
{
	struct hf_check_opts opts = { .db = hf_register_db(a->r),
		.today = hf_register_today(a->r),
		.now = hf_register_now(a->r),
		.count = HF_COUNT_ALL,
		.words = 1 };
	struct hf_rules     *rules = NULL;
	struct hf_check     *check = NULL;
	enum hf_code         rc;

	if ((rc = hf_rules_open(&rules, a->shelf, e)) != HF_OK)
		return rc;
	opts.rules = rules;
	rc = hf_check_run(&check, &opts, e);
	for (size_t i = 0; rc == HF_OK && i < check->n; i++)
		if (put_rule(a->rules, &check->rules[i]) != 0)
			rc = hf_nomem(e);
	hf_check_free(check);
	hf_rules_free(rules);
	return rc;
}

enum hf_code
assess_rule(enum showing *out, struct hf_buf *says, struct assess *a, const char *rule, struct hf_err *e)
{
	const struct hf_json *o = hf_json_get(a->rules, rule);
	long long             found = hf_json_num(hf_json_get(o, "found")), of = hf_json_num(hf_json_get(o, "of"));

	if (o == NULL) {
		*out = SHOWS_BAD;
		hf_buf_adds(says, "no such rule on the shelf");
	} else if (found > 0) {
		*out = of > found ? SHOWS_SOME : SHOWS_BAD;
		if (of >= found)
			hf_buf_addf(says, "found with %lld of %lld %s", found, of, hf_json_get_str(o, "looks_at"));
		else
			hf_buf_addf(says, "%lld found", found);
	} else if (of == 0) {
		*out = SHOWS_EMPTY;
		hf_buf_addf(says, "nothing to check: the register has no %s", hf_json_get_str(o, "looks_at"));
	} else {
		*out = SHOWS_GOOD;
		hf_buf_addf(says, "nothing found among %lld %s", of, hf_json_get_str(o, "looks_at"));
	}
	return hf_buf_check(says, e);
}

/* ---- fields ---- */

/* How many of the records that count have it. Those of the organisation itself count once. */
static enum hf_code
count_field(
    int64_t *with, int64_t *all, struct assess *a, const struct hf_kind *kind, const struct hf_field *field, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	struct hf_buf   sql = HF_BUF_INIT;
	enum hf_code    rc;

	hf_buf_addf(&sql, "SELECT count(\"%s\"), count(*) FROM \"%s\" WHERE in_use AND NOT gone%s", field->name, kind->name,
	    field->flags & HF_FIELD_MEETING ? " AND class = 'meeting'" : "");
	if ((rc = hf_buf_check(&sql, e)) == HF_OK && (rc = hf_db_prepare(&s, hf_register_db(a->r), sql.data, e)) == HF_OK) {
		if (hf_stmt_step(s)) {
			*with = hf_stmt_num(s, 0);
			*all = hf_stmt_num(s, 1);
		}
	}
	rc = hf_stmt_end(s, rc, e);
	hf_buf_clear(&sql);
	return rc;
}

enum hf_code
assess_field(enum showing *out, struct hf_buf *says, struct assess *a, const char *field, struct hf_err *e)
{
	char                   name[64];
	size_t                 dot = strcspn(field, ".");
	const struct hf_kind  *kind;
	const struct hf_field *f = NULL;
	int64_t                with = 0, all = 0;
	enum hf_code           rc;

	snprintf(name, sizeof(name), "%.*s", (int)dot, field);
	if ((kind = hf_schema_kind(name)) != NULL)
		f = hf_schema_field(kind, field + dot + 1);
	if (f == NULL) {
		*out = SHOWS_BAD;
		hf_buf_adds(says, "there is no such field");
		return HF_OK;
	}
	if ((rc = count_field(&with, &all, a, kind, f, e)) != HF_OK)
		return rc;
	*out = all == 0 ? SHOWS_NOTHING : with == all ? SHOWS_GOOD : with == 0 ? SHOWS_BAD : SHOWS_SOME;
	hf_buf_addf(says, "recorded for %lld of %lld", (long long)with, (long long)all);
	return HF_OK;
}

/* ---- books ---- */

/* Finished steps of the last year, drills too: a rehearsal shows that it can be done. */
enum hf_code
assess_runs(struct assess *a, struct hf_err *e)
{
	static const char *const sql =
	    "WITH b(run, book) AS (SELECT run, playbook FROM entry WHERE type = 'start')"
	    " SELECT b.book || '#' || substr(json_extract(n.body, '$.step'), 1, instr(json_extract(n.body, '$.step') || '@', '@') - 1), count(*),"
	    "  max(substr(coalesce(json_extract(n.body, '$.occurred_at'), json_extract(n.body, '$.recorded_at')), 1, 10))"
	    " FROM entry n JOIN b ON b.run = n.run WHERE n.type IN ('done', 'answer') GROUP BY 1"
	    " UNION ALL SELECT b.book, count(DISTINCT n.run),"
	    "  max(substr(coalesce(json_extract(n.body, '$.occurred_at'), json_extract(n.body, '$.recorded_at')), 1, 10))"
	    " FROM entry n JOIN b ON b.run = n.run WHERE n.type IN ('done', 'answer') GROUP BY 1";
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, hf_register_db(a->r), sql, e)) != HF_OK)
		return rc;
	while (rc == HF_OK && hf_stmt_step(s)) {
		struct hf_json *o = hf_json_object();

		if (hf_json_set(o, "done", hf_json_int(hf_stmt_num(s, 1))) != 0 ||
		    hf_json_set(o, "last", hf_json_string(hf_stmt_col(s, 2))) != 0) {
			hf_json_free(o);
			o = NULL;
		}
		if (hf_json_set(a->runs, hf_stmt_col(s, 0), o) != 0)
			rc = hf_nomem(e);
	}
	return hf_stmt_end(s, rc, e);
}

static bool
is_procedure(const char *book)
{
	return hf_text_prefix(book, "incident/") || hf_text_prefix(book, "routine/");
}

enum hf_code
assess_book(enum showing *out, struct hf_buf *says, struct assess *a, const char *book, const char *step, struct hf_err *e)
{
	const struct hf_json *o;
	const char           *last;
	struct hf_buf         key = HF_BUF_INIT;

	if (!hf_shelf_has(a->shelf, book)) {
		*out = SHOWS_BAD;
		hf_buf_adds(says, "not on the shelf");
		return HF_OK;
	}
	if (!is_procedure(book)) {
		hf_buf_adds(says, "on the shelf");
		return HF_OK;
	}
	hf_buf_addf(&key, "%s%s%s", book, step[0] == '\0' ? "" : "#", step);
	o = hf_json_get(a->runs, hf_buf_str(&key));
	last = hf_json_get_str(o, "last");
	if (last == NULL)
		hf_buf_adds(says, "written down, never carried out or rehearsed");
	else
		hf_buf_addf(says, "carried out or rehearsed %lld time%s, last on %s",
		    (long long)hf_json_num(hf_json_get(o, "done")), hf_json_num(hf_json_get(o, "done")) == 1 ? "" : "s", last);
	*out = last == NULL ? SHOWS_WRITTEN : strcmp(last, a->since) >= 0 ? SHOWS_GOOD : SHOWS_SOME;
	hf_buf_clear(&key);
	return hf_buf_check(says, e);
}

enum hf_code
assess_report(enum showing *out, struct hf_buf *says, struct assess *a, const char *name, struct hf_err *e)
{
	struct hf_buf full = HF_BUF_INIT;
	bool          there;

	hf_buf_addf(&full, "template/%s", name);
	there = hf_shelf_has(a->shelf, hf_buf_str(&full));
	hf_buf_adds(says, there ? "can be printed" : "not on the shelf");
	*out = there ? SHOWS_NOTHING : SHOWS_BAD;
	hf_buf_clear(&full);
	return hf_buf_check(says, e);
}

/* ---- people ---- */

enum hf_code
assess_answer(struct hf_json **out, struct assess *a, const char *statement, struct hf_err *e)
{
	static const char *const sql =
	    "SELECT answer, rag, risk, improvement FROM attestation WHERE control = ? AND answered_on >= ?"
	    " AND answer IS NOT NULL ORDER BY CASE answer WHEN 'not-met' THEN 1 WHEN 'partly' THEN 2 ELSE 3 END,"
	    " CASE rag WHEN 'red' THEN 1 WHEN 'amber' THEN 2 ELSE 3 END, answered_on DESC, id LIMIT 1";
	static const char *const keys[] = { "answer", "rag", "risk", "improvement" };
	struct hf_stmt          *s = NULL;
	enum hf_code             rc;

	*out = NULL;
	if ((rc = hf_db_prepare(&s, hf_register_db(a->r), sql, e)) != HF_OK)
		return rc;
	hf_stmt_text(s, 1, statement);
	hf_stmt_text(s, 2, a->since);
	if (hf_stmt_step(s)) {
		int bad = (*out = hf_json_object()) == NULL;

		for (int i = 0; i < (int)(sizeof(keys) / sizeof(keys[0])); i++)
			if (hf_stmt_col(s, i) != NULL)
				bad |= hf_json_set(*out, keys[i], hf_json_string(hf_stmt_col(s, i)));
		if (bad)
			rc = hf_nomem(e);
	}
	return hf_stmt_end(s, rc, e);
}
