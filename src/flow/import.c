#include "holdfast/import.h"

#include <stdio.h>
#include <string.h>

#include "import_impl.h"

#define TICK 128 /* rows */

/* ---- one cell ---- */

/* What export put there for spreadsheets goes again: an apostrophe before = + - @, at the start and after line breaks. Blanks around too. */
static void
clean_cell(struct hf_buf *b, const char *cell)
{
	bool first = true;

	hf_buf_cut(b, 0);
	cell += strspn(cell, " \t");
	for (; *cell != '\0'; cell++) {
		if (first && *cell == '\'' && cell[1] != '\0' && strchr("=+-@\t\r", cell[1]) != NULL) {
			first = false;
			continue;
		}
		first = *cell == '\n';
		if (*cell != '\r' || cell[1] != '\n')
			hf_buf_addc(b, *cell);
	}
	while (b->len > 0 && strchr(" \t\n", b->data[b->len - 1]) != NULL)
		hf_buf_cut(b, b->len - 1);
}

struct cell {
	struct import         *im;
	const struct hf_field *f;
	bool                   make;
};

static enum hf_code
one_value(struct hf_json **out, void *arg, const char *typed, struct hf_err *e)
{
	const struct cell *c = arg;

	if (c->f->type == HF_FIELD_REF)
		return refs_resolve(out, c->im, c->f, typed, c->make, e);
	return hf_schema_value(out, c->f, typed, e);
}

static enum hf_code
value_of(struct hf_json **out, struct import *im, const struct hf_field *f, const char *typed, bool make, struct hf_err *e)
{
	struct cell c = { im, f, make };

	return f->flags & HF_FIELD_LIST ? hf_schema_list(out, typed, one_value, &c, e) : one_value(out, &c, typed, e);
}

/* ---- one row ---- */

/* Where it went wrong; a message that starts with the column's name already is not told so twice. */
static enum hf_code
at_column(struct hf_err *e, size_t line, const char *column)
{
	size_t n = strlen(column);

	if (strncmp(e->msg, column, n) == 0 && e->msg[n] == ':')
		memmove(e->msg, e->msg + n + 2, strlen(e->msg + n + 2) + 1);
	return hf_fail_in(e, "line %zu, column %s", line, column);
}

/* Put the values of a row into values: those that tell which record it is, or all the others. */
static enum hf_code
read_values(struct hf_json *values, struct import *im, const struct hf_csv_row *row, bool who, struct hf_err *e)
{
	struct hf_json *v;
	struct hf_buf   cell = HF_BUF_INIT;
	enum hf_code    rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < row->n; i++) {
		const struct column *c = &im->columns[i];

		if (c->field == NULL || who_needs(im, c->field->name) != who)
			continue;
		clean_cell(&cell, row->cell[i]);
		if ((rc = hf_buf_check(&cell, e)) != HF_OK || cell.len == 0)
			continue;
		if ((rc = value_of(&v, im, c->field, cell.data, true, e)) != HF_OK)
			at_column(e, row->line, c->name);
		else if (hf_json_set(values, c->field->name, v) != 0)
			rc = hf_nomem(e);
	}
	hf_buf_clear(&cell);
	return rc;
}

static enum hf_code
check_required(const struct import *im, const struct hf_json *values, size_t line, struct hf_err *e)
{
	for (size_t i = 0; i < im->kind->n_fields; i++) {
		const struct hf_field *f = &im->kind->fields[i];

		if (!(f->flags & HF_FIELD_REQUIRED) || hf_json_get(values, f->name) != NULL)
			continue;
		hf_fail(e, HF_BAD, "line %zu: %s is missing", line, f->name);
		if (!columns_have(im, f->name))
			return hf_hint(e, "no column is the %s: --map COLUMN=%s says which", f->name, f->name);
		return hf_hint(e, "%s: %s", f->name, f->help);
	}
	return HF_OK;
}

/* The row as the first words of a message: "facebook:agency", else its first cell. */
static void
row_name(struct hf_buf *b, const struct import *im, const struct hf_json *values, const struct hf_csv_row *row)
{
	const char *provider = hf_json_get_str(values, "provider"), *handle = hf_json_get_str(values, "handle");

	if (strcmp(im->kind->name, "account") == 0 && provider != NULL && handle != NULL)
		hf_buf_addf(b, "%s:%s", provider, handle[0] == '@' ? handle + 1 : handle);
	else if (hf_json_get_str(values, "name") != NULL)
		hf_buf_adds(b, hf_json_get_str(values, "name"));
	else
		hf_buf_adds(b, row->cell[0]);
}

/* ---- what stands in the file twice ---- */

static const char *
notes_field(const struct hf_kind *k)
{
	return hf_schema_field(k, "notes") != NULL ? "notes" : hf_schema_field(k, "note") != NULL ? "note" : NULL;
}

/* Is what a cell says not what the record has? Nothing is made for it, and what cannot be read is not what the record has. */
static bool
differs(struct import *im, const struct hf_field *f, const char *text, const struct hf_json *record)
{
	struct hf_json *v = NULL;
	bool            same = value_of(&v, im, f, text, false, NULL) == HF_OK && hf_json_equal(v, hf_json_get(record, f->name));

	hf_json_free(v);
	return !same;
}

/* "also listed with owner Tommy Tuberville, unit Senate AL" */
static void
differences(struct hf_buf *b, struct import *im, const struct hf_json *record, const struct hf_csv_row *row)
{
	struct hf_buf cell = HF_BUF_INIT;

	for (size_t i = 0; i < row->n; i++) {
		const struct hf_field *f = im->columns[i].field;

		clean_cell(&cell, row->cell[i]);
		if (f != NULL && cell.len > 0 && !who_needs(im, f->name) && differs(im, f, cell.data, record))
			hf_buf_addf(b, "%s %s %s", b->len == 0 ? "also listed with" : ",", f->name, cell.data);
	}
	hf_buf_clear(&cell);
}

static enum hf_code
keep_note(struct import *im, const char *id, const struct hf_csv_row *row, struct hf_err *e)
{
	const char     *field = notes_field(im->kind), *old;
	struct hf_json *record = NULL;
	struct hf_buf   b = HF_BUF_INIT, all = HF_BUF_INIT;
	enum hf_code    rc;

	if ((rc = hf_batch_get(&record, im->b, id, e)) != HF_OK)
		return rc;
	differences(&b, im, record, row);
	old = hf_json_get_str(record, field);
	if (b.len > 0 && (old == NULL || strstr(old, b.data) == NULL)) {
		hf_buf_addf(&all, "%s%s%s", old == NULL ? "" : old, old == NULL ? "" : "\n", b.data);
		if ((rc = hf_buf_check(&all, e)) == HF_OK && (rc = hf_batch_set(im->b, id, field, '=', all.data, e)) != HF_OK)
			hf_fail_in(e, "line %zu", row->line);
	}
	hf_json_free(record);
	hf_buf_clear(&b);
	hf_buf_clear(&all);
	return rc;
}

static enum hf_code
twice(struct import *im, const char *id, const struct hf_json *values, const struct hf_csv_row *row, struct hf_err *e)
{
	struct hf_buf name = HF_BUF_INIT;
	enum hf_code  rc;

	if (im->how->duplicates != HF_DUPLICATES_REFUSE) {
		im->count.repeated++;
		return im->how->duplicates == HF_DUPLICATES_KEEP ? keep_note(im, id, row, e) : HF_OK;
	}
	row_name(&name, im, values, row);
	rc = hf_fail(e, HF_BAD, "line %zu: %s stands on line %lld already", row->line, hf_buf_str(&name),
	    (long long)hf_json_num(hf_json_get(im->seen, id)));
	hf_hint(e, "--duplicates skip takes the first of them; keep takes it too, and notes in it what the others say");
	hf_buf_clear(&name);
	return rc;
}

/* ---- from rows to records ---- */

static bool
in_key(const struct hf_kind *k, const char *field)
{
	const struct hf_field words = { .choices = k->key };
	char                  name[64];

	for (size_t i = 0; hf_field_choice(&words, i, name, sizeof(name)); i++)
		if (strcmp(name, field) == 0)
			return true;
	return false;
}

/* Of a record that was there, its key stays as it is written: "@Agency" and "agency" are one. */
static enum hf_code
set_all(struct import *im, const char *id, const struct hf_json *values, bool found, struct hf_err *e)
{
	const char     *field;
	struct hf_json *v;
	enum hf_code    rc = HF_OK;

	for (void *it = NULL; rc == HF_OK && hf_json_next(values, &it, &field, &v);)
		if (!found || !in_key(im->kind, field))
			rc = hf_batch_set_json(im->b, id, field, v, e);
	return rc;
}

/* values hold what tells which record it is; the rest is read when the row is taken. */
static enum hf_code
take_record(struct import *im, struct hf_json *values, const struct hf_csv_row *row, struct hf_err *e)
{
	char         id[HF_ID_SIZE];
	bool         found;
	enum hf_code rc = who_find(id, im, values, e);

	if (rc != HF_OK && rc != HF_NOTFOUND)
		return hf_fail_in(e, "line %zu", row->line);
	found = rc == HF_OK;
	if (found && hf_json_get(im->seen, id) != NULL)
		return twice(im, id, values, row, e);
	if ((rc = read_values(values, im, row, false, e)) != HF_OK ||
	    (!found && (rc = check_required(im, values, row->line, e)) != HF_OK))
		return rc;
	/* A person may be named as their own manager: then they have just been made. */
	if (!found)
		found = who_find(id, im, values, NULL) == HF_OK;
	if ((!found && (rc = hf_batch_add(id, im->b, im->kind->name, e)) != HF_OK) || (rc = who_note(im, values, id, e)) != HF_OK ||
	    (rc = set_all(im, id, values, found, e)) != HF_OK)
		return hf_fail_in(e, "line %zu", row->line);
	return hf_json_set(im->seen, id, hf_json_int((int64_t)row->line)) == 0 ? HF_OK : hf_nomem(e);
}

static enum hf_code
take_row(void *arg, const struct hf_csv_row *row, struct hf_err *e)
{
	struct import  *im = arg;
	struct hf_json *values;
	enum hf_code    rc;

	if (im->columns == NULL)
		return columns_read(im, row, e);
	if (row->line % TICK == 0)
		hf_progress_tick(im->how->progress, "reading", row->line, im->lines);
	if (row->n != im->n_columns) {
		hf_fail(e, HF_BAD, "line %zu: %zu cell%s, and the first line has %zu", row->line, row->n, row->n == 1 ? "" : "s",
		    im->n_columns);
		return hf_hint(e, "a cell that holds a comma stands in \"double quotes\"");
	}
	if ((values = hf_json_object()) == NULL)
		return hf_nomem(e);
	if ((rc = read_values(values, im, row, true, e)) == HF_OK)
		rc = take_record(im, values, row, e);
	hf_json_free(values);
	return rc;
}

/* What became of each record of the kind; those only named in a cell count as what they are. */
static enum hf_code
count(struct import *im, struct hf_err *e)
{
	struct hf_json *record, *line;
	const char     *id;
	enum hf_code    rc;

	for (void *it = NULL; hf_json_next(im->seen, &it, &id, &line);) {
		if ((rc = hf_batch_get(&record, im->b, id, e)) != HF_OK)
			return rc;
		if (!hf_batch_changes(im->b, id))
			im->count.unchanged++;
		else if (hf_json_num(hf_json_get(record, "version")) == 1)
			im->count.added++;
		else
			im->count.changed++;
		hf_json_free(record);
		if (hf_json_get(im->named, id) != NULL && strcmp(im->kind->name, "person") == 0)
			im->count.persons--;
		else if (hf_json_get(im->named, id) != NULL)
			im->count.units--;
	}
	return HF_OK;
}

static enum hf_code
begin(struct import *im, const char *data, size_t len, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = hf_schema_want_kind(&im->kind, im->how->kind, e)) != HF_OK)
		return rc;
	if (im->how->duplicates == HF_DUPLICATES_KEEP && notes_field(im->kind) == NULL) {
		hf_fail(e, HF_USAGE, "--duplicates keep: a record of kind %s has no field for notes", im->kind->name);
		return hf_hint(e, "--duplicates skip");
	}
	im->refs = hf_json_object();
	im->there = hf_json_object();
	im->seen = hf_json_object();
	im->named = hf_json_object();
	if (im->refs == NULL || im->there == NULL || im->seen == NULL || im->named == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < len; i++)
		im->lines += data[i] == '\n';
	return HF_OK;
}

/* The records there are told apart by columns, so the header comes first. */
static enum hf_code
header_then_rows(void *arg, const struct hf_csv_row *row, struct hf_err *e)
{
	struct import *im = arg;
	bool           first = im->columns == NULL;
	enum hf_code   rc = take_row(arg, row, e);

	return rc == HF_OK && first ? who_load(im, e) : rc;
}

enum hf_code
hf_import(struct hf_imported *out, struct hf_register *r, struct hf_batch *b, const char *data, size_t len,
    const struct hf_import *how, struct hf_err *e)
{
	struct import im = { .r = r, .b = b, .how = how };
	enum hf_code  rc;

	memset(out, 0, sizeof(*out));
	if ((rc = begin(&im, data, len, e)) != HF_OK || (rc = hf_csv_read(data, len, header_then_rows, &im, e)) != HF_OK)
		goto done;
	if (im.columns == NULL) {
		hf_fail(e, HF_BAD, "the file is empty");
		rc = hf_hint(e, "the first row names the columns: provider,handle,…");
		goto done;
	}
	hf_progress_tick(how->progress, "reading", im.lines, im.lines);
	if ((rc = count(&im, e)) == HF_OK)
		*out = im.count;
done:
	columns_free(&im);
	hf_json_free(im.refs);
	hf_json_free(im.there);
	hf_json_free(im.seen);
	hf_json_free(im.named);
	return rc;
}
