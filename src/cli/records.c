#include "records.h"

#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "holdfast/time.h"
#include "ref.h"

/* ---- filters ---- */

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
	if (f->type == HF_FIELD_DATE &&
	    hf_day_human(day, typed, hf_register_zone(app->reg), hf_register_now(app->reg), NULL) == HF_OK)
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
		hf_buf_addf(&fs->sql, "EXISTS (SELECT 1 FROM json_each(\"%s\") WHERE %s)", f->name,
		    text ? "fold(value) = fold(?)" : "value = ?");
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

enum hf_code
filters_of(struct filters *fs, struct app *app, const struct hf_kind *kind, const char *const *words, size_t n, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	if ((fs->params = hf_json_array()) == NULL)
		return hf_nomem(e);
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		rc = add_filter(fs, app, kind, words[i], e);
	return rc == HF_OK ? hf_buf_check(&fs->sql, e) : rc;
}

void
filters_clear(struct filters *fs)
{
	hf_buf_clear(&fs->sql);
	hf_json_free(fs->params);
}

/* ---- rows ---- */

enum hf_code
records_each(struct app *app, const char *select, const struct hf_kind *kind, const struct filters *fs, row_fn *fn, void *arg,
    struct hf_err *e)
{
	struct hf_buf   sql = HF_BUF_INIT;
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	hf_buf_addf(&sql, "SELECT %s FROM \"%s\" t%s ORDER BY t.ref COLLATE NOCASE, t.id", select, kind->name,
	    fs == NULL ? "" : hf_buf_str(&fs->sql));
	if ((rc = hf_buf_check(&sql, e)) != HF_OK || (rc = hf_db_prepare(&s, hf_register_db(app->reg), sql.data, e)) != HF_OK)
		goto done;
	for (size_t i = 0; fs != NULL && i < hf_json_len(fs->params); i++)
		hf_stmt_json(s, (int)i + 1, hf_json_at(fs->params, i));
	while (rc == HF_OK && hf_stmt_step(s))
		rc = fn(arg, s, e);
done:
	rc = hf_stmt_end(s, rc, e);
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

enum hf_code
records_of(struct hf_json **out, struct app *app, const struct hf_kind *kind, const struct filters *fs, struct hf_err *e)
{
	enum hf_code rc;

	if ((*out = hf_json_array()) == NULL)
		return hf_nomem(e);
	rc = records_each(app, "(SELECT body FROM record WHERE record.id = t.id)", kind, fs, push_body, *out, e);
	if (rc != HF_OK) {
		hf_json_free(*out);
		*out = NULL;
	}
	return rc;
}

void
records_warn_secret(struct app *app, const char *file_name, const char *why)
{
	if (why != NULL)
		out_warn(
		    app->out, "%s looks like %s: change that where it is used; check names it until then (HF-108)", file_name, why);
}

/* ---- what is not shown ---- */

void
records_damaged(struct app *app)
{
	struct hf_stmt *s = NULL;

	if (hf_db_prepare(&s, hf_register_db(app->reg), "SELECT count(*) FROM problem", NULL) == HF_OK && hf_stmt_step(s) &&
	    hf_stmt_num(s, 0) > 0)
		out_warn(app->out, "%lld file%s of the register cannot be used: holdfast verify says why",
		    (long long)hf_stmt_num(s, 0), hf_stmt_num(s, 0) == 1 ? "" : "s");
	hf_stmt_free(s);
}

void
records_lost(struct app *app)
{
	struct hf_err ignored = HF_ERR_INIT;
	size_t        n = 0;

	if (hf_register_lost(&n, app->reg, &ignored) == HF_OK && n > 0)
		out_warn(app->out, "%zu file%s of the register %s lost here: holdfast sync fetches them from the other copy", n,
		    n == 1 ? "" : "s", n == 1 ? "is" : "are");
}

void
records_hidden(struct app *app)
{
	size_t sealed = hf_register_sealed(app->reg);

	if (sealed > 0)
		out_note(app->out, "%zu more file%s sealed: not encrypted to your key", sealed, sealed == 1 ? " is" : "s are");
	records_damaged(app);
}
