/* book lint */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "cmd_book.h"
#include "holdfast/fs.h"
#include "holdfast/lint.h"
#include "holdfast/playbook.h"
#include "holdfast/schema.h"
#include "holdfast/text.h"
#include "holdfast/time.h"

struct lint {
	struct app         *app;
	struct hf_lint_opts opts;
	struct hf_db       *db; /* an empty register's tables, to try SQL on */
	struct hf_json     *found;
	size_t              errors, warnings, books;
	char                today[HF_DAY_SIZE];
};

/* ---- what the linter asks ---- */

static bool
sql_ok(void *arg, const char *sql, const char *const *params, size_t n_params, char *reason, size_t size)
{
	struct lint  *l = arg;
	struct hf_err why = HF_ERR_INIT;

	(void)params;
	(void)n_params;
	if (hf_db_try(l->db, sql, &why) == HF_OK)
		return true;
	snprintf(reason, size, "%s", hf_text_prefix(why.msg, "query: ") ? why.msg + 7 : why.msg);
	return false;
}

static bool
field_ok(void *arg, const char *kind, const char *field)
{
	const struct hf_kind *k = hf_schema_kind(kind);

	(void)arg;
	return k != NULL && (field == NULL || hf_schema_field(k, field) != NULL);
}

static bool
command_ok(void *arg, const char *command)
{
	const struct cmd *c;

	(void)arg;
	for (size_t i = 0; (c = cmd_at(i)) != NULL; i++)
		if (strcmp(c->name, command) == 0)
			return true;
	return cmd_is_family(command);
}

/* ---- one book ---- */

static struct hf_json *
row_of(const char *file, const char *name, const struct hf_defect *d)
{
	struct hf_json *row = hf_json_object();
	int             bad = 0;

	bad |= hf_json_set(row, "file", hf_json_string(file));
	bad |= hf_json_set(row, "book", hf_json_string(name));
	bad |= hf_json_set(row, "line", hf_json_int(d->pos.line));
	bad |= hf_json_set(row, "column", hf_json_int(d->pos.column));
	bad |= hf_json_set(row, "severity", hf_json_string(d->warning ? "warning" : "error"));
	bad |= hf_json_set(row, "text", hf_json_string(d->text));
	bad |= hf_json_set(row, "fix", hf_json_string(d->fix));
	return hf_json_built(row, bad);
}

static enum hf_code
defects_of(struct hf_defects *out, struct lint *l, const char *name, const struct hf_buf *text, struct hf_err *e)
{
	struct hf_err why = HF_ERR_INIT;
	enum hf_code  rc;

	if ((rc = hf_lint(out, name, hf_buf_str(text), text->len, &l->opts, &why)) == HF_BAD) {
		hf_defect_add(out, (struct hf_pos){ 1, 1 }, why.hint, "%s", why.msg);
		rc = out->failed ? hf_nomem(e) : HF_OK;
	} else if (rc != HF_OK && e != NULL) {
		*e = why;
	}
	return rc;
}

static enum hf_code
judge(struct lint *l, const char *file, const char *name, const struct hf_buf *text, struct hf_err *e)
{
	struct hf_defects defects = { NULL, 0, 0, false };
	enum hf_code      rc;

	l->books++;
	rc = defects_of(&defects, l, name, text, e);
	for (size_t i = 0; rc == HF_OK && i < defects.n; i++) {
		l->errors += !defects.list[i].warning;
		l->warnings += defects.list[i].warning;
		if (hf_json_push(l->found, row_of(file, name, &defects.list[i])) != 0)
			rc = hf_nomem(e);
	}
	hf_defects_clear(&defects);
	return rc;
}

static enum hf_code
on_shelf(struct lint *l, const char *name, struct hf_err *e)
{
	const struct hf_shelf_book *book = NULL;
	struct hf_buf               text = HF_BUF_INIT;
	enum hf_code                rc;

	if ((rc = hf_shelf_read(&text, &book, l->app->shelf, name, e)) == HF_OK)
		rc = judge(l, book->path[0] != '\0' ? book->path : book->name, book->name, &text, e);
	hf_buf_clear(&text);
	return rc;
}

static enum hf_code
in_file(struct lint *l, const char *path, struct hf_err *e)
{
	struct hf_buf text = HF_BUF_INIT;
	char         *name = NULL;
	enum hf_code  rc;

	if ((rc = hf_fs_read(&text, path, HF_DOC_MAX + 1, e)) == HF_OK) {
		if ((name = book_name_of(path)) == NULL)
			rc = hf_nomem(e);
		else
			rc = judge(l, path, name, &text, e);
	}
	free(name);
	hf_buf_clear(&text);
	return rc;
}

/* A name on the shelf, unless a file is called so. */
static enum hf_code
one(struct lint *l, const char *word, struct hf_err *e)
{
	return book_is_file(word) ? in_file(l, word, e) : on_shelf(l, word, e);
}

static enum hf_code
everything(struct lint *l, struct hf_err *e)
{
	const struct hf_shelf_book *books;
	size_t                      n;
	enum hf_code                rc;

	if ((rc = hf_shelf_list(&books, &n, l->app->shelf, e)) != HF_OK)
		return rc;
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		rc = on_shelf(l, books[i].name, e);
	return rc;
}

/* ---- all of it ---- */

static void
put_defects(struct out *o, const struct hf_json *rows, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < hf_json_len(rows); i++) {
		const struct hf_json *d = hf_json_at(rows, i);
		const char           *fix = hf_json_get_str(d, "fix");
		bool                  warning = strcmp(hf_json_get_str(d, "severity"), "warning") == 0;

		put(o, OUT_PLAIN, "%s:%lld:%lld: ", hf_json_get_str(d, "file"), (long long)hf_json_num(hf_json_get(d, "line")),
		    (long long)hf_json_num(hf_json_get(d, "column")));
		put(o, warning ? OUT_WARN : OUT_BAD, "%s", warning ? "warning: " : "");
		put_line(o, OUT_PLAIN, "%s%s%s", hf_json_get_str(d, "text"), fix[0] != '\0' ? "; " : "", fix);
	}
}

static enum hf_code
begin(struct lint *l, struct app *app, struct hf_err *e)
{
	enum hf_code rc;

	l->app = app;
	hf_day_of(l->today, hf_time_now(), NULL);
	l->opts = (struct hf_lint_opts){
		.shelf = app->shelf, .today = l->today, .sql_ok = sql_ok, .field_ok = field_ok, .command_ok = command_ok, .arg = l
	};
	if ((rc = hf_index_blank(&l->db, e)) != HF_OK)
		return rc;
	return (l->found = hf_json_array()) == NULL ? hf_nomem(e) : HF_OK;
}

enum hf_code
book_defects(struct hf_defects *out, struct app *app, const char *name, const struct hf_buf *text, struct hf_err *e)
{
	struct lint  l = { .app = NULL };
	enum hf_code rc;

	if ((rc = begin(&l, app, e)) == HF_OK)
		rc = defects_of(out, &l, name, text, e);
	hf_json_free(l.found);
	hf_db_close(l.db);
	return rc;
}

enum hf_code
book_lint(struct app *app, const struct args *a, struct hf_err *e)
{
	struct lint        l = { .app = NULL };
	size_t             n;
	const char *const *words = opt_words(a, "FILE|BOOK", &n);
	enum hf_code       rc = begin(&l, app, e);

	for (size_t i = 0; rc == HF_OK && i < n; i++)
		rc = one(&l, words[i], e);
	if (rc == HF_OK && n == 0)
		rc = everything(&l, e);
	if (rc == HF_OK) {
		out_view(app->out, l.found, put_defects, NULL);
		out_note(app->out, "%zu book%s: %zu error%s, %zu warning%s", l.books, l.books == 1 ? "" : "s", l.errors,
		    l.errors == 1 ? "" : "s", l.warnings, l.warnings == 1 ? "" : "s");
		rc = l.errors > 0 ? HF_NO : HF_OK;
	}
	hf_json_free(l.found);
	hf_db_close(l.db);
	return rc;
}
