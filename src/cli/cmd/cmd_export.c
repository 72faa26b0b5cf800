/* export */
#include <stdlib.h>
#include <string.h>

#include "../fields.h"
#include "../records.h"
#include "cmd.h"
#include "holdfast/csv.h"

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
	enum hf_code    rc;

	rc = hf_db_prepare(&s, hf_register_db(app->reg),
	    "SELECT ref, count(*) FROM (SELECT ref FROM person UNION ALL SELECT ref FROM unit"
	    " UNION ALL SELECT ref FROM account UNION ALL SELECT ref FROM device UNION ALL SELECT ref FROM supplier) GROUP BY ref HAVING count(*) > 1",
	    e);
	while (rc == HF_OK && hf_stmt_step(s))
		if (hf_json_set(names, hf_stmt_col(s, 0), hf_json_int(hf_stmt_num(s, 1))) != 0)
			rc = hf_nomem(e);
	rc = hf_stmt_end(s, rc, e);
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
export_kind(struct app *app, const struct args *a, struct hf_err *e)
{
	const struct hf_kind *kind;
	struct hf_json       *records = NULL, *names = NULL;
	struct hf_buf         b = HF_BUF_INIT;
	enum hf_code          rc;

	if ((rc = hf_schema_want_kind(&kind, opt_word(a, "KIND"), e)) != HF_OK ||
	    (rc = records_of(&records, app, kind, NULL, e)) != HF_OK)
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
		records_hidden(app);
done:
	hf_json_free(records);
	hf_json_free(names);
	hf_buf_clear(&b);
	return rc;
}

extern const struct cmd export_cmds[];

const struct cmd export_cmds[] = {
	{
	    .name = "export",
	    .run = export_kind,
	    .needs = NEED_REGISTER,
	    .operands = "KIND",
	    .group = CMD_REGISTER,
	    .summary = "write the records of a kind as CSV, or with --json as JSON",
	    .about =
		"A column for each field that any record has; holdfast import reads it again. A cell that a spreadsheet would run as a formula gets "
		"an apostrophe before it. What is written is no longer encrypted: mind where it goes.",
	    .examples = "holdfast export account >accounts.csv\nholdfast export person --json\n",
	},
	CMD_END,
};
