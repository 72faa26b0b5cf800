/* list, find, export */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "fields.h"
#include "holdfast/csv.h"
#include "holdfast/text.h"
#include "holdfast/time.h"
#include "ref.h"

/* What people see of each kind beside what it is called; everything is in --json, export and show. */
static const struct {
	const char *kind, *fields;
} shown[] = {
	{ "org", "domains numbers timezone" },
	{ "unit", "parent director deputy_director" },
	{ "person", "post unit email phone last_day" },
	{ "account", "display_name unit owner responder criticality state" },
	{ "link", "account depends_on how" },
	{ "contact", "account type value holder verified_on" },
	{ "grant", "account person supplier role device since until" },
	{ "device", "ownership managed holder patched_on" },
	{ "supplier", "scope contract_ref contract_ends_on" },
	{ "share", "account person supplier shared_on rotated_on" },
	{ "evidence", "account satisfies description obtained_on valid_until" },
	{ "desk", "partner_contact portal_ref account_manager" },
	{ "declaration", "person purpose decision deadline" },
	{ "attestation", "unit period control answer rag answered_by" },
	{ "exception", "rule subject reason accepted_by expires" },
	{ "document", "owner reviewed_on review_by" },
	{ "conflict", "record field kept other settled_on" },
};

static const char *
fields_shown(const struct hf_kind *k)
{
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if (strcmp(shown[i].kind, k->name) == 0)
			return shown[i].fields;
	return "";
}

/* ---- filters ---- */

struct filters {
	struct hf_buf   sql;    /* " WHERE …" */
	struct hf_json *params; /* in their order */
};

static enum hf_code
add_param(struct filters *fs, struct hf_json *value, struct hf_err *e)
{
	return hf_json_push(fs->params, value) == 0 ? HF_OK : hf_nomem(e);
}

/* Columns of the index that are no fields: yes or no. */
static bool
is_derived(const char *name)
{
	return strcmp(name, "in_use") == 0 || strcmp(name, "gone") == 0;
}

static enum hf_code
filter_value(struct hf_json **out, struct app *app, const struct hf_field *f, const char *typed, struct hf_err *e)
{
	char         id[HF_ID_SIZE], day[HF_DAY_SIZE];
	enum hf_code rc;

	if (f->type == HF_FIELD_REF) {
		if ((rc = ref_pick(id, app, f->choices, typed, e)) != HF_OK)
			return hf_fail_in(e, "%s", f->name);
		*out = hf_json_string(id);
		return *out == NULL ? hf_nomem(e) : HF_OK;
	}
	if (f->type == HF_FIELD_DATE && hf_day_human(day, typed, hf_register_zone(app->reg), hf_register_now(app->reg), NULL) == HF_OK)
		typed = day;
	return hf_schema_value(out, f, typed, e);
}

static enum hf_code
add_field_filter(struct filters *fs, struct app *app, const struct hf_field *f, const char *typed, struct hf_err *e)
{
	bool            text = f->type == HF_FIELD_TEXT || f->type == HF_FIELD_LINES || f->type == HF_FIELD_EMAIL;
	bool            handle = strcmp(f->name, "handle") == 0;
	struct hf_json *v;
	enum hf_code    rc;

	if (*typed == '\0') {
		hf_buf_addf(&fs->sql, "\"%s\" IS NULL", f->name);
		return HF_OK;
	}
	if ((rc = filter_value(&v, app, f, typed, e)) != HF_OK)
		return rc;
	if (f->flags & HF_FIELD_LIST)
		hf_buf_addf(&fs->sql, "EXISTS (SELECT 1 FROM json_each(\"%s\") WHERE %s)", f->name, text ? "fold(value) = fold(?)" : "value = ?");
	else if (handle)
		hf_buf_addf(&fs->sql, "fold(ltrim(\"%s\", '@')) = fold(ltrim(?, '@'))", f->name);
	else
		hf_buf_addf(&fs->sql, text ? "fold(\"%s\") = fold(?)" : "\"%s\" = ?", f->name);
	return add_param(fs, v, e);
}

static enum hf_code
add_filter(struct filters *fs, struct app *app, const struct hf_kind *kind, const char *word, struct hf_err *e)
{
	const struct hf_field *f, yes_no = { "in_use", HF_FIELD_BOOL, 0, NULL, "" };
	const char            *value;
	struct hf_json        *v;
	char                  *name, op;
	enum hf_code           rc;

	if ((rc = field_split(&name, &op, &value, word, e)) != HF_OK)
		return rc;
	hf_buf_adds(&fs->sql, fs->sql.len == 0 ? " WHERE " : " AND ");
	if (op != '=') {
		hf_fail(e, HF_USAGE, "'%s': a filter is FIELD=VALUE", word);
		rc = hf_hint(e, "write %s=%s", name, value);
	} else if (is_derived(name)) {
		hf_buf_addf(&fs->sql, "%s = ?", name);
		if ((rc = hf_schema_value(&v, &yes_no, value, e)) == HF_OK)
			rc = add_param(fs, v, e);
	} else if ((rc = hf_schema_want_field(&f, kind, name, e)) == HF_OK) {
		rc = add_field_filter(fs, app, f, value, e);
	}
	free(name);
	return rc;
}

static enum hf_code
filters_of(struct filters *fs, struct app *app, const struct hf_kind *kind, const char *const *words, size_t n, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	if ((fs->params = hf_json_array()) == NULL)
		return hf_nomem(e);
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		rc = add_filter(fs, app, kind, words[i], e);
	return rc == HF_OK ? hf_buf_check(&fs->sql, e) : rc;
}

static void
filters_clear(struct filters *fs)
{
	hf_buf_clear(&fs->sql);
	hf_json_free(fs->params);
}

/* ---- rows ---- */

typedef enum hf_code row_fn(void *arg, struct hf_stmt *s, struct hf_err *e);

static enum hf_code
each(struct app *app, const char *select, const struct hf_kind *kind, const struct filters *fs, row_fn *fn, void *arg, struct hf_err *e)
{
	struct hf_buf   sql = HF_BUF_INIT;
	struct hf_stmt *s = NULL;
	enum hf_code    rc, done;

	hf_buf_addf(&sql, "SELECT %s FROM \"%s\" t%s ORDER BY fold(t.ref), t.id", select, kind->name, fs == NULL ? "" : hf_buf_str(&fs->sql));
	if ((rc = hf_buf_check(&sql, e)) != HF_OK || (rc = hf_db_prepare(&s, hf_register_db(app->reg), sql.data, e)) != HF_OK)
		goto done;
	for (size_t i = 0; fs != NULL && i < hf_json_len(fs->params); i++)
		hf_stmt_json(s, (int)i + 1, hf_json_at(fs->params, i));
	while (rc == HF_OK && hf_stmt_step(s))
		rc = fn(arg, s, e);
	if ((done = hf_stmt_reset(s, e)) != HF_OK)
		rc = done;
done:
	hf_stmt_free(s);
	hf_buf_clear(&sql);
	return rc;
}

static enum hf_code
push_body(void *arg, struct hf_stmt *s, struct hf_err *e)
{
	struct hf_json *records = arg, *record;
	const char     *body = hf_stmt_col(s, 0);
	enum hf_code    rc;

	if ((rc = hf_json_parse(&record, body, strlen(body), e)) != HF_OK)
		return rc;
	return hf_json_push(records, record) == 0 ? HF_OK : hf_nomem(e);
}

/* Whole records. */
static enum hf_code
records_of(struct hf_json **out, struct app *app, const struct hf_kind *kind, const struct filters *fs, struct hf_err *e)
{
	enum hf_code rc;

	if ((*out = hf_json_array()) == NULL)
		return hf_nomem(e);
	rc = each(app, "(SELECT body FROM record WHERE record.id = t.id)", kind, fs, push_body, *out, e);
	if (rc != HF_OK) {
		hf_json_free(*out);
		*out = NULL;
	}
	return rc;
}

/* ---- list, as a table ---- */

#define MOST 12 /* columns */

struct table {
	struct hf_json   *rows;
	struct out_column columns[MOST + 1];
	char              names[MOST][64];
	size_t            n;
};

/* A field as a column of the query: what it refers to by name, yes and no for 1 and 0, lists with commas. */
static void
select_field(struct hf_buf *b, const struct hf_field *f)
{
	bool several = f->choices != NULL && (strchr(f->choices, ' ') != NULL || strcmp(f->choices, "*") == 0);

	if (f->flags & HF_FIELD_LIST)
		hf_buf_addf(b, ", (SELECT group_concat(value, ', ') FROM json_each(t.\"%s\"))", f->name);
	else if (f->type == HF_FIELD_REF && !several)
		hf_buf_addf(b, ", (SELECT ref FROM \"%s\" x WHERE x.id = t.\"%s\")", f->choices, f->name);
	else if (f->type == HF_FIELD_BOOL)
		hf_buf_addf(b, ", CASE t.\"%s\" WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END", f->name);
	else
		hf_buf_addf(b, ", t.\"%s\"", f->name);
}

static void
add_column(struct table *t, const char *name, unsigned flags)
{
	snprintf(t->names[t->n], sizeof(t->names[0]), "%s", name);
	t->columns[t->n].key = t->names[t->n];
	t->columns[t->n].flags = flags;
	t->n++;
}

static void
table_columns(struct table *t, struct hf_buf *select, const struct hf_kind *kind)
{
	const struct hf_field *f, words = { .choices = fields_shown(kind) };
	char                   name[64];

	add_column(t, kind->label == NULL ? "id" : kind->name, OUT_KEEP);
	hf_buf_adds(select, kind->label == NULL ? "t.id" : "t.ref");
	for (size_t i = 0; t->n < MOST && hf_field_choice(&words, i, name, sizeof(name)); i++) {
		if ((f = hf_schema_field(kind, name)) == NULL)
			continue;
		select_field(select, f);
		add_column(t, name, OUT_SPARE | (strcmp(name, "state") == 0 ? OUT_STATE : 0) | (f->type == HF_FIELD_REF ? OUT_REF : 0));
	}
}

static enum hf_code
push_row(void *arg, struct hf_stmt *s, struct hf_err *e)
{
	struct table   *t = arg;
	struct hf_json *row = hf_json_object();

	for (size_t i = 0; row != NULL && i < t->n; i++)
		if (hf_stmt_col(s, (int)i) != NULL && hf_json_set(row, t->names[i], hf_json_string(hf_stmt_col(s, (int)i))) != 0) {
			hf_json_free(row);
			return hf_nomem(e);
		}
	return hf_json_push(t->rows, row) == 0 ? HF_OK : hf_nomem(e);
}

static enum hf_code
list_table(struct app *app, const struct hf_kind *kind, const struct filters *fs, struct hf_err *e)
{
	struct table  t = { .rows = hf_json_array() };
	struct hf_buf select = HF_BUF_INIT;
	enum hf_code  rc;

	if (t.rows == NULL)
		return hf_nomem(e);
	table_columns(&t, &select, kind);
	if ((rc = hf_buf_check(&select, e)) == HF_OK && (rc = each(app, select.data, kind, fs, push_row, &t, e)) == HF_OK) {
		out_paged(app->out);
		out_table(app->out, t.rows, t.columns);
		if (hf_json_len(t.rows) == 0)
			out_note(app->out, "no record of kind %s%s", kind->name, hf_json_len(fs->params) > 0 ? " is like that" : " yet");
	}
	hf_buf_clear(&select);
	hf_json_free(t.rows);
	return rc;
}

/* What cannot be listed is counted. */
static void
note_hidden(struct app *app)
{
	struct hf_stmt *s = NULL;
	size_t          sealed = hf_register_sealed(app->reg);

	if (sealed > 0)
		out_note(app->out, "%zu more record%s sealed: not encrypted to your key", sealed, sealed == 1 ? " is" : "s are");
	if (hf_db_prepare(&s, hf_register_db(app->reg), "SELECT count(*) FROM problem", NULL) == HF_OK && hf_stmt_step(s) && hf_stmt_num(s, 0) > 0)
		out_warn(app->out, "%lld file%s of the register cannot be used: holdfast verify says why", (long long)hf_stmt_num(s, 0),
		    hf_stmt_num(s, 0) == 1 ? "" : "s");
	hf_stmt_free(s);
}

static enum hf_code
list(struct app *app, const struct args *a, struct hf_err *e)
{
	const struct hf_kind *kind;
	const char *const    *words;
	struct filters        fs = { HF_BUF_INIT, NULL };
	struct hf_json       *records = NULL;
	size_t                n;
	enum hf_code          rc;

	words = opt_words(a, "FIELD=VALUE", &n);
	if ((rc = hf_schema_want_kind(&kind, opt_word(a, "KIND"), e)) != HF_OK || (rc = filters_of(&fs, app, kind, words, n, e)) != HF_OK)
		goto done;
	if (out_is_text(app->out)) {
		rc = list_table(app, kind, &fs, e);
	} else if ((rc = records_of(&records, app, kind, &fs, e)) == HF_OK) {
		out_record(app->out, records);
	}
	if (rc == HF_OK)
		note_hidden(app);
done:
	filters_clear(&fs);
	hf_json_free(records);
	return rc;
}

/* ---- find ---- */

static enum hf_code
find(struct app *app, const struct args *a, struct hf_err *e)
{
	static const struct out_column columns[] = { { "kind", NULL, OUT_FAINT }, { "ref", "name", OUT_KEEP }, { "id", NULL, OUT_KEEP | OUT_FAINT },
		OUT_END };
	const char *const *words;
	struct hf_json    *found = NULL, *records = hf_json_array(), *record;
	size_t             n;
	enum hf_code       rc;

	words = opt_words(a, "WORD", &n);
	if (records == NULL)
		return hf_nomem(e);
	if ((rc = hf_register_find(&found, app->reg, words, n, e)) != HF_OK)
		goto done;
	for (size_t i = 0; rc == HF_OK && !out_is_text(app->out) && i < hf_json_len(found); i++)
		if ((rc = hf_register_get(&record, app->reg, hf_json_get_str(hf_json_at(found, i), "id"), e)) == HF_OK)
			rc = hf_json_push(records, record) == 0 ? HF_OK : hf_nomem(e);
	if (rc != HF_OK)
		goto done;
	out_paged(app->out);
	out_table(app->out, out_is_text(app->out) ? found : records, columns);
	if (hf_json_len(found) == 0)
		out_note(app->out, "nothing is like that");
	note_hidden(app);
done:
	hf_json_free(found);
	hf_json_free(records);
	return rc;
}

/* ---- export ---- */

/* A name that two records share would not lead back to one: then the id. */
static void
add_ref(struct hf_buf *b, struct app *app, const struct hf_json *names, const char *id)
{
	struct hf_buf ref = HF_BUF_INIT;

	hf_register_ref(&ref, app->reg, id);
	hf_buf_adds(b, hf_json_num(hf_json_get(names, hf_buf_str(&ref))) > 1 ? id : hf_buf_str(&ref));
	hf_buf_clear(&ref);
}

/* How many records are called so: {ref: n}, over the kinds that fields refer to. */
static enum hf_code
count_names(struct hf_json **out, struct app *app, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	struct hf_json *names = hf_json_object();
	enum hf_code    rc, done;

	rc = hf_db_prepare(&s, hf_register_db(app->reg), "SELECT ref, count(*) FROM (SELECT ref FROM person UNION ALL SELECT ref FROM unit"
	    " UNION ALL SELECT ref FROM account UNION ALL SELECT ref FROM device UNION ALL SELECT ref FROM supplier) GROUP BY ref HAVING count(*) > 1", e);
	while (rc == HF_OK && hf_stmt_step(s))
		if (hf_json_set(names, hf_stmt_col(s, 0), hf_json_int(hf_stmt_num(s, 1))) != 0)
			rc = hf_nomem(e);
	if (s != NULL && (done = hf_stmt_reset(s, e)) != HF_OK)
		rc = done;
	hf_stmt_free(s);
	*out = names;
	return rc;
}

static void
add_value(struct hf_buf *b, struct app *app, const struct hf_json *names, const struct hf_field *f, const struct hf_json *v)
{
	if (f->type != HF_FIELD_REF) {
		field_typed(b, app->reg, f, v);
		return;
	}
	if (hf_json_str(v) != NULL)
		add_ref(b, app, names, hf_json_str(v));
	for (size_t i = 0; i < hf_json_len(v); i++) {
		struct hf_buf one = HF_BUF_INIT;

		add_ref(&one, app, names, hf_json_str(hf_json_at(v, i)));
		hf_buf_adds(b, i > 0 ? ", " : "");
		hf_buf_adds(b, strchr(hf_buf_str(&one), ',') != NULL ? hf_json_str(hf_json_at(v, i)) : hf_buf_str(&one));
		hf_buf_clear(&one);
	}
}

/* Fields that no record has are left out, those that every record must have are not. */
static bool
is_used(const struct hf_json *records, const struct hf_field *f)
{
	if (f->flags & HF_FIELD_REQUIRED)
		return true;
	for (size_t i = 0; i < hf_json_len(records); i++)
		if (hf_json_get(hf_json_at(records, i), f->name) != NULL)
			return true;
	return false;
}

static void
add_csv(struct hf_buf *b, struct app *app, const struct hf_kind *kind, const struct hf_json *records, const struct hf_json *names)
{
	bool  *used = calloc(kind->n_fields, sizeof(*used));
	size_t column = 0;

	if (used == NULL) {
		b->failed = true;
		return;
	}
	for (size_t k = 0; k < kind->n_fields; k++)
		if ((used[k] = is_used(records, &kind->fields[k])))
			hf_csv_cell(b, kind->fields[k].name, column++);
	hf_buf_addc(b, '\n');
	for (size_t i = 0; i < hf_json_len(records); i++) {
		column = 0;
		for (size_t k = 0; k < kind->n_fields; k++) {
			struct hf_buf cell = HF_BUF_INIT;

			if (!used[k])
				continue;
			add_value(&cell, app, names, &kind->fields[k], hf_json_get(hf_json_at(records, i), kind->fields[k].name));
			hf_csv_cell(b, hf_buf_str(&cell), column++);
			hf_buf_clear(&cell);
		}
		hf_buf_addc(b, '\n');
	}
	free(used);
}

static enum hf_code
export(struct app *app, const struct args *a, struct hf_err *e)
{
	const struct hf_kind *kind;
	struct hf_json       *records = NULL, *names = NULL;
	struct hf_buf         b = HF_BUF_INIT;
	enum hf_code          rc;

	if ((rc = hf_schema_want_kind(&kind, opt_word(a, "KIND"), e)) != HF_OK || (rc = records_of(&records, app, kind, NULL, e)) != HF_OK)
		goto done;
	if (!out_is_text(app->out)) {
		out_record(app->out, records);
	} else {
		if ((rc = count_names(&names, app, e)) != HF_OK)
			goto done;
		add_csv(&b, app, kind, records, names);
		if ((rc = hf_buf_check(&b, e)) == HF_OK)
			out_document(app->out, "csv", b.data, b.len);
	}
	if (rc == HF_OK)
		note_hidden(app);
done:
	hf_json_free(records);
	hf_json_free(names);
	hf_buf_clear(&b);
	return rc;
}

extern const struct cmd list_cmds[];

const struct cmd list_cmds[] = {
	{
	    .name = "list",
	    .run = list,
	    .needs = NEED_REGISTER,
	    .operands = "KIND [FIELD=VALUE...]",
	    .group = CMD_REGISTER,
	    .summary = "list the records of a kind",
	    .about = "With fields, only those that have these values; FIELD= is those where nothing is recorded. gone=no leaves out who has left and what "
	             "is closed, in_use=yes keeps accounts that are live.",
	    .examples = "holdfast list account unit=Press state=live\nholdfast list person gone=no\nholdfast list account recovery_tested_on=\n",
	},
	{
	    .name = "find",
	    .run = find,
	    .needs = NEED_REGISTER,
	    .operands = "WORD...",
	    .group = CMD_REGISTER,
	    .summary = "find the records in which every word occurs",
	    .about = "A word may stand anywhere in a record, also within another. Case does not matter.",
	    .examples = "holdfast find agency press\n",
	},
	{
	    .name = "export",
	    .run = export,
	    .needs = NEED_REGISTER,
	    .operands = "KIND",
	    .group = CMD_REGISTER,
	    .summary = "write the records of a kind as CSV, or with --json as JSON",
	    .about = "A column for each field that any record has; holdfast import reads it again. A cell that a spreadsheet would run as a formula gets "
	             "an apostrophe before it. What is written is no longer encrypted: mind where it goes.",
	    .examples = "holdfast export account >accounts.csv\nholdfast export person --json\n",
	},
	CMD_END,
};
