/* What a report is given, from the register. */
#include "context.h"

#include <stdlib.h>
#include <string.h>

#include "run_impl.h"

#define DEPTH 3

void
ctx_fail(struct context *c, enum hf_code rc)
{
	if (c->rc == HF_OK)
		c->rc = rc;
}

void
ctx_set(struct context *c, struct hf_json *o, const char *key, struct hf_json *v)
{
	if (v == NULL || hf_json_set(o, key, v) != 0)
		ctx_fail(c, hf_nomem(c->e));
}

void
ctx_push(struct context *c, struct hf_json *list, struct hf_json *v)
{
	if (v == NULL || hf_json_push(list, v) != 0)
		ctx_fail(c, hf_nomem(c->e));
}

void
ctx_text(struct context *c, struct hf_json *o, const char *key, const char *text)
{
	ctx_set(c, o, key, text != NULL && text[0] != '\0' ? hf_json_string(text) : hf_json_null());
}

void
ctx_time(struct context *c, struct hf_json *o, const char *key, int64_t t)
{
	struct hf_buf b = HF_BUF_INIT;

	if (t != 0)
		hf_time_local(&b, t, hf_register_zone(c->r), true);
	ctx_text(c, o, key, hf_buf_str(&b));
	hf_buf_clear(&b);
}

static struct hf_json *
moment_or_text(struct context *c, const char *s)
{
	struct hf_buf   b = HF_BUF_INIT;
	struct hf_json *v;
	int64_t         t;

	if (strlen(s) < 20 || s[4] != '-' || s[10] != 'T' || hf_time_parse(&t, NULL, s, NULL) != HF_OK)
		return hf_json_string(s);
	hf_time_local(&b, t, hf_register_zone(c->r), true);
	v = hf_json_string(hf_buf_str(&b));
	hf_buf_clear(&b);
	return v;
}

struct hf_json *
ctx_value(struct context *c, const struct hf_json *v, int depth)
{
	struct hf_json *list, *record;

	if (hf_json_is(v, HF_JSON_STRING)) {
		if (hf_id_valid(hf_json_str(v)) && depth > 0 && (record = ctx_record(c, hf_json_str(v), depth - 1)) != NULL)
			return record;
		return moment_or_text(c, hf_json_str(v));
	}
	if (!hf_json_is(v, HF_JSON_ARRAY))
		return hf_json_copy(v);
	list = hf_json_array();
	for (size_t i = 0; i < hf_json_len(v); i++)
		ctx_push(c, list, ctx_value(c, hf_json_at(v, i), depth));
	return list;
}

struct hf_json *
ctx_record(struct context *c, const char *id, int depth)
{
	struct hf_json *record = NULL, *o = NULL, *v;
	struct hf_buf   ref = HF_BUF_INIT;
	struct hf_err   why = HF_ERR_INIT;
	const char     *key;

	if (hf_register_get(&record, c->r, id, &why) != HF_OK)
		return NULL;
	if ((o = hf_json_object()) == NULL)
		ctx_fail(c, hf_nomem(c->e));
	for (void *it = NULL; o != NULL && hf_json_next(record, &it, &key, &v);)
		ctx_set(c, o, key, strcmp(key, "id") == 0 ? hf_json_ref(v) : ctx_value(c, v, depth));
	hf_register_ref(&ref, c->r, id);
	if (o != NULL)
		ctx_text(c, o, "ref", hf_buf_str(&ref));
	hf_buf_clear(&ref);
	hf_json_free(record);
	return o;
}

struct hf_json *
ctx_rows(struct context *c, const char *sql, const char *param)
{
	struct hf_json *params = hf_json_object(), *rows = NULL;
	struct hf_ask   ask = { sql, params, 0 };

	if (hf_json_set(params, "x", hf_json_string(param)) != 0 ||
	    hf_json_set(params, "today", hf_json_string(hf_register_today(c->r))) != 0 ||
	    hf_json_set(
		params, "period", hf_json_or_null(c->run == NULL ? NULL : hf_json_get_str(hf_run_values(c->run), "period"))) != 0)
		ctx_fail(c, hf_nomem(c->e));
	else if (hf_db_ask(&rows, NULL, hf_register_db(c->r), &ask, c->e) != HF_OK)
		ctx_fail(c, HF_INTERNAL);
	hf_json_free(params);
	return rows != NULL ? rows : hf_json_array();
}

void
ctx_who(struct context *c, struct hf_json *o, const char *key, const char *fpr)
{
	struct hf_buf b = HF_BUF_INIT;

	if (fpr == NULL || fpr[0] == '\0')
		return;
	hf_register_who(&b, c->r, fpr);
	ctx_text(c, o, key, hf_buf_str(&b));
	hf_buf_clear(&b);
}

/* ---- lists about the account ---- */

static const struct {
	const char *key, *sql;
} lists[] = {
	{ "links",
	    "SELECT l.how, a.ref, a.handle, a.provider FROM link l JOIN account a ON a.id = l.depends_on WHERE l.account = :x ORDER BY l.how" },
	{ "grants",
	    "SELECT p.name AS person, s.name AS supplier, g.role, g.since, b.name AS authorised_by FROM live_grant g"
	    " LEFT JOIN person p ON p.id = g.person LEFT JOIN supplier s ON s.id = g.supplier LEFT JOIN person b ON b.id = g.authorised_by"
	    " WHERE g.account = :x ORDER BY g.role, p.name" },
	{ "contacts",
	    "SELECT c.type, c.value, p.name AS holder, c.verified_on, c.type IN ('email', 'phone') AS is_address FROM contact c LEFT JOIN person p ON p.id = c.holder"
	    " WHERE c.account = :x ORDER BY c.type" },
	{ "desk",
	    "SELECT d.partner_contact, d.portal_ref, d.account_manager, d.note FROM desk d JOIN account a ON a.provider = d.provider"
	    " WHERE a.id = :x" },
	{ "siblings",
	    "SELECT a.ref, replace(group_concat(DISTINCT i.because), ',', ', ') AS because FROM impact i JOIN account a ON a.id = i.other WHERE i.account = :x"
	    " GROUP BY a.id ORDER BY a.ref" },
	{ "proofs",
	    "SELECT description, satisfies, file_name, sha256, obtained_on, valid_until,"
	    " coalesce(valid_until < (SELECT today FROM temp.clock), 0) AS expired FROM evidence WHERE account = :x OR account IS NULL"
	    " ORDER BY satisfies" },
};

/* 0 and 1 as what they mean, so that sections work on them. */
void
ctx_bool(struct context *c, struct hf_json *rows, const char *key)
{
	for (size_t i = 0; i < hf_json_len(rows); i++) {
		struct hf_json *row = hf_json_at(rows, i), *v = hf_json_get(row, key);

		if (hf_json_is(v, HF_JSON_INT))
			ctx_set(c, row, key, hf_json_bool(hf_json_num(v) != 0));
	}
}

static void
about_account(struct context *c)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct hf_json *rows = ctx_rows(c, lists[i].sql, c->subject);

		ctx_bool(c, rows, "expired");
		ctx_bool(c, rows, "is_address");
		ctx_set(c, c->out, lists[i].key, rows);
	}
}

/* What still bears a person's name, each with its account as an object. */
static void
about_person(struct context *c)
{
	struct hf_json *rows =
	    ctx_rows(c, "SELECT account, what, detail, record FROM tie WHERE person = :x ORDER BY what = 'duty' DESC, what, detail",
		c->subject);

	for (size_t i = 0; i < hf_json_len(rows); i++) {
		struct hf_json *row = hf_json_at(rows, i);

		ctx_set(c, row, "account", ctx_value(c, hf_json_get(row, "account"), 1));
		ctx_set(c, row, "record", ctx_value(c, hf_json_get(row, "record"), 1));
	}
	ctx_set(c, c->out, "ties", rows);
}

static void
about_org(struct context *c)
{
	struct hf_json *rows = ctx_rows(c,
	    "SELECT display_name, provider, handle, url, language, purpose, verified_badge, confirmed_on, published, ref FROM account"
	    " WHERE in_use AND :x IS NOT NULL ORDER BY provider, handle",
	    c->subject);

	ctx_bool(c, rows, "verified_badge");
	ctx_bool(c, rows, "published");
	ctx_set(c, c->out, "accounts", rows);
}

/* ---- the frame ---- */

/* What marks every page. */
static void
marking(struct context *c, struct hf_json *report)
{
	struct hf_buf b = HF_BUF_INIT;
	const char   *own = c->rep->marking;

	if (c->run != NULL && c->run->drill)
		hf_buf_adds(&b, "DRILL");
	if (own != NULL && own[0] != '\0')
		hf_buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", own);
	ctx_text(c, report, "marking", hf_buf_str(&b));
	hf_buf_clear(&b);
}

/* Which one it is of those that the log of the run names: "2", or "2, a draft". */
static void
version(struct context *c, struct hf_json *report)
{
	struct hf_buf b = HF_BUF_INIT;
	size_t        n = 1;

	for (size_t i = 0; c->run != NULL && i < hf_json_len(c->run->entries); i++) {
		const struct hf_json *e = hf_json_at(c->run->entries, i);

		n += strcmp(hf_json_text(e, "type"), "report") == 0 && c->rep->template_name != NULL &&
		    strcmp(hf_json_text(e, "template"), c->rep->template_name) == 0;
	}
	if (c->run != NULL)
		hf_buf_addf(&b, "%zu%s", n, c->rep->draft || !c->run->open ? ", not in the log" : "");
	ctx_text(c, report, "version", hf_buf_str(&b));
	hf_buf_clear(&b);
}

static void
post_of(struct context *c, struct hf_json *who, const char *fpr)
{
	struct hf_json *rows = ctx_rows(c, "SELECT post FROM person WHERE key_fpr = :x AND NOT gone", fpr);

	ctx_text(c, who, "post", hf_json_get_str(hf_json_at(rows, 0), "post"));
	hf_json_free(rows);
}

static void
frame(struct context *c)
{
	struct hf_json *reg = hf_json_object(), *rep = hf_json_object(), *author = hf_json_object();
	char            id[HF_ID_SIZE];
	struct hf_buf   utc = HF_BUF_INIT;
	int64_t         now = hf_register_now(c->r);

	ctx_text(c, reg, "id", hf_register_id(c->r));
	ctx_text(c, reg, "head", hf_register_head(c->r)->hex);
	ctx_set(c, c->out, "register", reg);
	if (hf_id_new(id, c->e) == HF_OK)
		ctx_text(c, rep, "id", id);
	ctx_text(c, rep, "template", c->rep->template_name);
	version(c, rep);
	marking(c, rep);
	ctx_set(c, c->out, "report", rep);
	ctx_text(c, author, "fingerprint", hf_register_key(c->r));
	ctx_who(c, author, "name", hf_register_key(c->r));
	post_of(c, author, hf_register_key(c->r));
	ctx_set(c, c->out, "author", author);
	ctx_time(c, c->out, "now", now);
	hf_time_local(&utc, now, "", true);
	ctx_text(c, c->out, "now_utc", hf_buf_str(&utc));
	hf_buf_clear(&utc);
	ctx_text(c, c->out, "today", hf_register_today(c->r));
}

static void
records(struct context *c)
{
	struct hf_json *rows = ctx_rows(c, "SELECT id FROM org WHERE :x IS NOT NULL LIMIT 1", ""), *subject;
	const char     *kind;

	if (hf_json_len(rows) > 0) {
		struct hf_json *org = ctx_record(c, hf_json_get_str(hf_json_at(rows, 0), "id"), DEPTH);

		if (org != NULL)
			ctx_set(c, c->out, "org", org);
	}
	hf_json_free(rows);
	if ((subject = ctx_record(c, c->subject, DEPTH)) == NULL)
		return;
	kind = hf_json_get_str(subject, "kind");
	ctx_set(c, c->out, kind, subject);
	if (strcmp(kind, "account") == 0)
		about_account(c);
	else if (strcmp(kind, "person") == 0)
		about_person(c);
	else if (strcmp(kind, "org") == 0)
		about_org(c);
	else if (strcmp(kind, "unit") == 0)
		context_unit(c);
}

static void
values(struct context *c)
{
	const char     *name;
	struct hf_json *v;

	for (void *it = NULL; c->run != NULL && hf_json_next(c->run->values, &it, &name, &v);)
		ctx_set(c, c->out, name, ctx_value(c, v, DEPTH));
}

enum hf_code
hf_report_context(struct hf_json **out, const struct hf_report *rep, struct hf_err *e)
{
	struct context c = { .rep = rep, .r = rep->r, .run = rep->run, .e = e };

	*out = NULL;
	c.subject = rep->run != NULL ? hf_run_subject(rep->run) : rep->subject;
	if ((c.out = hf_json_object()) == NULL)
		return hf_nomem(e);
	/* Values first: what the register holds of that name, and what holdfast says itself, stand above what was typed. */
	values(&c);
	records(&c);
	context_provider(&c);
	context_run(&c);
	frame(&c);
	hf_sheet_free(c.own_sheet);
	if (c.rc != HF_OK) {
		hf_json_free(c.out);
		return c.rc;
	}
	*out = c.out;
	return HF_OK;
}
