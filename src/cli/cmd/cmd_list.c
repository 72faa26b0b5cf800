/* list, find */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../records.h"
#include "cmd.h"

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

/* ---- list, as a table ---- */

#define MOST 12 /* columns */

struct table {
	struct out_rows  *rows;
	struct out_column columns[MOST + 1];
	char              names[MOST][64];
	size_t            n;
};

/* Does the field refer to records of one kind? Then the query reads what they are called from that kind's table. */
static bool
is_ref_to_one(const struct hf_field *f)
{
	return f->type == HF_FIELD_REF && !(f->flags & HF_FIELD_LIST) && strpbrk(f->choices, " *") == NULL;
}

/* A field as a column of the query: what it refers to by name, yes and no for 1 and 0, lists with commas. */
static void
select_field(struct hf_buf *b, const struct hf_field *f)
{
	if (f->flags & HF_FIELD_LIST)
		hf_buf_addf(b, ", (SELECT group_concat(value, ', ') FROM json_each(t.\"%s\"))", f->name);
	else if (is_ref_to_one(f))
		hf_buf_addf(b, ", (SELECT ref FROM \"%s\" x WHERE x.id = t.\"%s\")", f->choices, f->name);
	else if (f->type == HF_FIELD_BOOL)
		hf_buf_addf(b, ", CASE t.\"%s\" WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END", f->name);
	else
		hf_buf_addf(b, ", t.\"%s\"", f->name);
}

static unsigned
flags_of(const struct hf_field *f)
{
	if (f->type == HF_FIELD_REF && !is_ref_to_one(f))
		return OUT_SPARE | OUT_REF;
	return strcmp(f->name, "state") == 0 ? OUT_SPARE | OUT_STATE : OUT_SPARE;
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
		add_column(t, name, flags_of(f));
	}
}

static enum hf_code
push_row(void *arg, struct hf_stmt *s, struct hf_err *e)
{
	struct table *t = arg;

	(void)e;
	for (size_t i = 0; i < t->n; i++)
		out_rows_cell(t->rows, hf_stmt_col(s, (int)i));
	return HF_OK;
}

static enum hf_code
list_table(struct app *app, const struct hf_kind *kind, const struct filters *fs, struct hf_err *e)
{
	struct table  t = { .rows = NULL };
	struct hf_buf select = HF_BUF_INIT;
	enum hf_code  rc;

	table_columns(&t, &select, kind);
	t.rows = out_rows_new(app->out, t.columns);
	out_paged(app->out);
	if ((rc = hf_buf_check(&select, e)) == HF_OK)
		rc = records_each(app, select.data, kind, fs, push_row, &t, e);
	if (rc == HF_OK && put_rows(t.rows) == 0)
		out_note(app->out, "no record of kind %s%s", kind->name, hf_json_len(fs->params) > 0 ? " is like that" : " yet");
	out_rows_free(t.rows);
	hf_buf_clear(&select);
	return rc;
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
	if ((rc = hf_schema_want_kind(&kind, opt_word(a, "KIND"), e)) != HF_OK ||
	    (rc = filters_of(&fs, app, kind, words, n, e)) != HF_OK)
		goto done;
	if (out_is_text(app->out)) {
		rc = list_table(app, kind, &fs, e);
	} else if ((rc = records_of(&records, app, kind, &fs, e)) == HF_OK) {
		out_record(app->out, records);
	}
	if (rc == HF_OK)
		records_hidden(app);
done:
	filters_clear(&fs);
	hf_json_free(records);
	return rc;
}

/* ---- find ---- */

static enum hf_code
found_row(void *arg, const struct hf_found *found, struct hf_err *e)
{
	struct out_rows *rows = arg;

	(void)e;
	out_rows_cell(rows, found->kind);
	out_rows_cell(rows, found->ref);
	out_rows_cell(rows, found->id);
	return HF_OK;
}

static enum hf_code
find_table(struct app *app, const char *const *words, size_t n, struct hf_err *e)
{
	static const struct out_column columns[] = { { "kind", NULL, OUT_FAINT }, { "ref", "name", OUT_KEEP },
		{ "id", NULL, OUT_KEEP | OUT_FAINT }, OUT_END };
	struct out_rows               *rows = out_rows_new(app->out, columns);
	enum hf_code                   rc;

	out_paged(app->out);
	if ((rc = hf_register_find(found_row, rows, app->reg, words, n, e)) == HF_OK && put_rows(rows) == 0)
		out_note(app->out, "nothing is like that");
	out_rows_free(rows);
	return rc;
}

struct records {
	struct hf_register *r;
	struct hf_json     *list;
};

static enum hf_code
found_record(void *arg, const struct hf_found *found, struct hf_err *e)
{
	struct records *records = arg;
	struct hf_json *record;
	enum hf_code    rc;

	if ((rc = hf_register_get(&record, records->r, found->id, e)) != HF_OK)
		return rc;
	return hf_json_push(records->list, record) == 0 ? HF_OK : hf_nomem(e);
}

static enum hf_code
find_records(struct app *app, const char *const *words, size_t n, struct hf_err *e)
{
	struct records records = { app->reg, hf_json_array() };
	enum hf_code   rc = records.list == NULL ? hf_nomem(e) : hf_register_find(found_record, &records, app->reg, words, n, e);

	if (rc == HF_OK)
		out_record(app->out, records.list);
	if (rc == HF_OK && hf_json_len(records.list) == 0)
		out_note(app->out, "nothing is like that");
	hf_json_free(records.list);
	return rc;
}

static enum hf_code
find(struct app *app, const struct args *a, struct hf_err *e)
{
	size_t             n;
	const char *const *words = opt_words(a, "WORD", &n);
	enum hf_code       rc = out_is_text(app->out) ? find_table(app, words, n, e) : find_records(app, words, n, e);

	if (rc == HF_OK)
		records_hidden(app);
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
	    .about =
		"With fields, only those that have these values; FIELD= is those where nothing is recorded. gone=no leaves out who has left and what "
		"is closed, in_use=yes keeps accounts that are live.",
	    .examples =
		"holdfast list account unit=Press state=live\nholdfast list person gone=no\nholdfast list account recovery_tested_on=\n",
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
	CMD_END,
};
