/* The header row of an import: which column goes where. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "import_impl.h"

void
columns_free(struct import *im)
{
	for (size_t i = 0; i < im->n_columns; i++)
		free(im->columns[i].name);
	free(im->columns);
	im->columns = NULL;
	im->n_columns = 0;
}

bool
columns_have(const struct import *im, const char *field)
{
	for (size_t i = 0; i < im->n_columns; i++)
		if (im->columns[i].field != NULL && strcmp(im->columns[i].field->name, field) == 0)
			return true;
	return false;
}

/* " Display Name" → "display_name" */
static void
as_field(struct hf_buf *b, const char *name)
{
	for (; *name != '\0'; name++)
		hf_buf_addc(b, *name == ' ' || *name == '-' ? '_' : (char)tolower((unsigned char)*name));
}

/* The part of "column=field" behind the last =, for this column; NULL when nothing is said of it. */
static const char *
mapped(const struct import *im, const char *name)
{
	for (size_t i = 0; i < hf_json_len(im->how->map); i++) {
		const char *entry = hf_json_str(hf_json_at(im->how->map, i)), *eq = strrchr(entry, '=');

		if (strlen(name) == (size_t)(eq - entry) && strncmp(entry, name, strlen(name)) == 0)
			return eq + 1;
	}
	return NULL;
}

static enum hf_code
unknown(const struct import *im, const char *name, struct hf_err *e)
{
	struct hf_buf          field = HF_BUF_INIT;
	const struct hf_field *none;
	struct hf_err          near = HF_ERR_INIT;

	as_field(&field, name);
	hf_schema_want_field(&none, im->kind, hf_buf_str(&field), &near);
	hf_buf_clear(&field);
	hf_fail(e, HF_BAD, "line 1, column %s: %s has no such field", name, im->kind->name);
	if (strchr(name, ';') != NULL && im->n_columns == 1)
		return hf_hint(e, "cells are separated by commas, not semicolons: save it again as CSV with commas");
	if (hf_text_prefix(near.hint, "did you mean "))
		return hf_hint(e, "%s --map \"%s=FIELD\" says where it goes, --map \"%s=\" leaves it out", near.hint, name, name);
	return hf_hint(e, "--map \"%s=FIELD\" says where it goes, --map \"%s=\" leaves it out", name, name);
}

/* The field of a column: by the map, else by its own name. */
static enum hf_code
choose(const struct hf_field **out, const struct import *im, const char *name, struct hf_err *e)
{
	const char   *to = mapped(im, name);
	struct hf_buf field = HF_BUF_INIT;
	enum hf_code  rc = HF_OK;

	*out = NULL;
	if (to != NULL) {
		if (*to != '\0' && (rc = hf_schema_want_field(out, im->kind, to, e)) != HF_OK)
			return hf_fail_in(e, "--map");
	} else {
		as_field(&field, name);
		if ((*out = hf_schema_field(im->kind, hf_buf_str(&field))) == NULL)
			rc = unknown(im, name, e);
		hf_buf_clear(&field);
	}
	if (rc == HF_OK && *out != NULL && ((*out)->flags & HF_FIELD_SET)) {
		hf_fail(e, HF_BAD, "line 1, column %s: %s is set by holdfast, not by hand", name, (*out)->name);
		return hf_hint(e, "--map \"%s=\" leaves the column out", name);
	}
	return rc;
}

static enum hf_code
name_column(struct import *im, const char *cell, struct hf_err *e)
{
	struct column *c = &im->columns[im->n_columns];
	size_t         from = strspn(cell, " \t"), len = strlen(cell);

	while (len > from && (cell[len - 1] == ' ' || cell[len - 1] == '\t'))
		len--;
	if ((c->name = strndup(cell + from, len - from)) == NULL)
		return hf_nomem(e);
	im->n_columns++;
	return HF_OK;
}

static enum hf_code
choose_field(struct import *im, size_t at, struct hf_err *e)
{
	struct column *c = &im->columns[at];
	enum hf_code   rc;

	if (c->name[0] == '\0' && mapped(im, "") == NULL) {
		hf_fail(e, HF_BAD, "line 1: column %zu has no name", at + 1);
		return hf_hint(e, "the first row names the columns: provider,handle,…");
	}
	if ((rc = choose(&c->field, im, c->name, e)) != HF_OK)
		return rc;
	for (size_t i = 0; c->field != NULL && i < at; i++)
		if (im->columns[i].field == c->field)
			return hf_fail(
			    e, HF_BAD, "line 1: columns %s and %s are both the %s", im->columns[i].name, c->name, c->field->name);
	return HF_OK;
}

/* Every column that --map names has to be there. */
static enum hf_code
check_map(const struct import *im, struct hf_err *e)
{
	const char *names[256], *near;
	size_t      n = 0;

	for (; n < im->n_columns && n < 256; n++)
		names[n] = im->columns[n].name;
	for (size_t i = 0; i < hf_json_len(im->how->map); i++) {
		const char *entry = hf_json_str(hf_json_at(im->how->map, i));
		size_t      len = (size_t)(strrchr(entry, '=') - entry);
		char        name[128];
		bool        found = false;

		snprintf(name, sizeof(name), "%.*s", (int)(len < sizeof(name) ? len : sizeof(name) - 1), entry);
		for (size_t k = 0; !found && k < im->n_columns; k++)
			found = strcmp(im->columns[k].name, name) == 0;
		if (found)
			continue;
		near = hf_text_nearest(name, names, n);
		hf_fail(e, HF_BAD, "--map: %s: the file has no such column", name);
		return near != NULL ? hf_hint(e, "did you mean %s?", near) : HF_BAD;
	}
	return HF_OK;
}

static enum hf_code
check_shape(const struct import *im, struct hf_err *e)
{
	for (size_t i = 0; i < hf_json_len(im->how->map); i++) {
		const char *entry = hf_json_str(hf_json_at(im->how->map, i));

		if (entry == NULL || strchr(entry, '=') == NULL) {
			hf_fail(e, HF_USAGE, "--map: \"%.60s\" is not COLUMN=FIELD", entry == NULL ? "" : entry);
			return hf_hint(e, "--map name=display_name,division=unit");
		}
	}
	return HF_OK;
}

enum hf_code
columns_read(struct import *im, const struct hf_csv_row *row, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = check_shape(im, e)) != HF_OK)
		return rc;
	if ((im->columns = calloc(row->n + 1, sizeof(*im->columns))) == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < row->n; i++)
		if ((rc = name_column(im, row->cell[i], e)) != HF_OK)
			return rc;
	if ((rc = check_map(im, e)) != HF_OK)
		return rc;
	for (size_t i = 0; i < im->n_columns; i++)
		if ((rc = choose_field(im, i, e)) != HF_OK)
			return rc;
	return HF_OK;
}
