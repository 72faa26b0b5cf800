/* Which runs there are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run_impl.h"

enum hf_code
run_ids(struct hf_json **out, struct hf_register *r, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	struct hf_json *list = hf_json_array();
	enum hf_code    rc;

	*out = NULL;
	if ((rc = hf_db_prepare(&s, hf_register_db(r), "SELECT DISTINCT run FROM main.entry ORDER BY run DESC", e)) != HF_OK) {
		hf_json_free(list);
		return rc;
	}
	while (rc == HF_OK && hf_stmt_step(s))
		if (hf_json_push(list, hf_json_string(hf_stmt_col(s, 0))) != 0)
			rc = hf_nomem(e);
	rc = hf_stmt_end(s, rc, e);
	if (rc != HF_OK) {
		hf_json_free(list);
		list = NULL;
	}
	*out = list;
	return rc;
}

static int
set_subject(struct hf_json *row, const struct hf_run *run)
{
	struct hf_buf ref = HF_BUF_INIT;
	int           bad = 0;

	hf_register_ref(&ref, run->r, run->subject);
	bad |= hf_json_set(row, "subject", hf_json_string(run->subject));
	bad |= hf_json_set(row, "ref", hf_json_string(hf_buf_str(&ref)));
	hf_buf_clear(&ref);
	return bad;
}

static struct hf_json *
row_of(const struct hf_run *run)
{
	struct hf_json *row = hf_json_object();
	size_t          finished, all, late;
	int             bad = 0;

	hf_run_progress(run, &finished, &all, &late);
	bad |= hf_json_set(row, "run", hf_json_string(run->id));
	bad |= hf_json_set(row, "playbook", hf_json_string(run->book));
	bad |= hf_json_set(row, "title", hf_json_string(run->pb->title));
	bad |= set_subject(row, run);
	bad |= hf_json_set(row, "state", hf_json_string(run->open ? "open" : "closed"));
	bad |= hf_json_set(row, "drill", hf_json_bool(run->drill));
	bad |= hf_json_set(row, "started_at", hf_json_time(run->started));
	bad |= hf_json_set(row, "closed_at", hf_json_time(run->open ? 0 : run->ended));
	bad |= hf_json_set(row, "steps", hf_json_int((int64_t)all));
	bad |= hf_json_set(row, "finished", hf_json_int((int64_t)finished));
	bad |= hf_json_set(row, "late", hf_json_int((int64_t)late));
	return hf_json_built(row, bad);
}

/* One run that cannot be read does not hide the others: it is there, as damaged. */
static struct hf_json *
damaged_row(const char *id, const struct hf_err *why)
{
	struct hf_json *row = hf_json_object();
	int             bad = 0;

	bad |= hf_json_set(row, "run", hf_json_string(id));
	bad |= hf_json_set(row, "title", hf_json_string(why->msg));
	bad |= hf_json_set(row, "subject", hf_json_null());
	bad |= hf_json_set(row, "state", hf_json_string("damaged"));
	return hf_json_built(row, bad);
}

enum hf_code
hf_run_list(struct hf_json **out, struct hf_register *r, struct hf_shelf *shelf, struct hf_err *e)
{
	struct hf_json   *ids = NULL, *list = hf_json_array();
	struct run_books *books = run_books_new();
	struct hf_err     why;
	struct hf_run    *run;
	enum hf_code      rc;

	*out = NULL;
	rc = books == NULL ? hf_nomem(e) : run_ids(&ids, r, e);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(ids); i++) {
		const char *id = hf_json_str(hf_json_at(ids, i));

		hf_err_clear(&why);
		if ((rc = run_open_with(&run, r, shelf, books, false, id, &why)) == HF_NOMEM)
			break;
		if (hf_json_push(list, rc == HF_OK ? row_of(run) : damaged_row(id, &why)) != 0)
			rc = hf_nomem(e);
		else
			rc = HF_OK;
		hf_run_close(run);
	}
	run_books_free(books);
	hf_json_free(ids);
	if (rc != HF_OK) {
		hf_json_free(list);
		return rc;
	}
	*out = list;
	return HF_OK;
}

/* ---- the heads alone ---- */

static int
copy_col(struct hf_json *row, const char *key, struct hf_stmt *s, int col)
{
	const char *v = hf_stmt_col(s, col);

	return hf_json_set(row, key, hf_json_or_null(v));
}

static struct hf_json *
head_of(struct hf_register *r, struct hf_stmt *s)
{
	struct hf_json *row = hf_json_object();
	struct hf_buf   ref = HF_BUF_INIT;
	const char     *subject = hf_stmt_col(s, 3);
	int             bad = 0;

	if (subject != NULL)
		hf_register_ref(&ref, r, subject);
	bad |= copy_col(row, "run", s, 0);
	bad |= copy_col(row, "playbook", s, 1);
	bad |= copy_col(row, "title", s, 2);
	bad |= copy_col(row, "subject", s, 3);
	bad |= hf_json_set(row, "ref", hf_json_string(hf_buf_str(&ref)));
	bad |= hf_json_set(row, "state", hf_json_string("open"));
	bad |= hf_json_set(row, "drill", hf_json_bool(hf_stmt_num(s, 4) != 0));
	bad |= copy_col(row, "started_at", s, 5);
	bad |= hf_json_set(row, "closed_at", hf_json_null());
	bad |= copy_col(row, "parent", s, 6);
	hf_buf_clear(&ref);
	return hf_json_built(row, bad);
}

/* A run that was closed, and perhaps opened again: the chain says which came last. */
static enum hf_code
settle_state(struct hf_json *row, struct hf_register *r, struct hf_err *e)
{
	struct hf_json *entries = NULL;
	enum hf_code    rc;
	int             bad = 0;

	if ((rc = hf_register_entries(&entries, r, hf_json_get_str(row, "run"), e)) != HF_OK)
		return rc;
	for (size_t i = 0; i < hf_json_len(entries); i++) {
		const struct hf_json *entry = hf_json_at(entries, i);
		const char           *type = hf_json_get_str(entry, "type");
		bool                  close = type != NULL && strcmp(type, "close") == 0;

		if (!close && (type == NULL || strcmp(type, "reopen") != 0 || hf_json_get(entry, "step") != NULL))
			continue;
		bad |= hf_json_set(row, "state", hf_json_string(close ? "closed" : "open"));
		bad |= hf_json_set(row, "closed_at", close ? hf_json_time(entry_time(entry)) : hf_json_null());
	}
	hf_json_free(entries);
	return bad ? hf_nomem(e) : HF_OK;
}

static enum hf_code
heads(struct hf_json *list, struct hf_register *r, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, hf_register_db(r),
		 "SELECT run, playbook, json_extract(body, '$.title'), subject,"
		 " json_extract(body, '$.drill'), json_extract(body, '$.occurred_at'), json_extract(body, '$.parent')"
		 " FROM main.entry WHERE type = 'start' ORDER BY run DESC",
		 e)) != HF_OK)
		return rc;
	while (rc == HF_OK && hf_stmt_step(s))
		if (hf_json_push(list, head_of(r, s)) != 0)
			rc = hf_nomem(e);
	return hf_stmt_end(s, rc, e);
}

static enum hf_code
ends(struct hf_json *list, struct hf_register *r, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, hf_register_db(r), "SELECT DISTINCT run FROM main.entry WHERE type = 'close'", e)) != HF_OK)
		return rc;
	while (rc == HF_OK && hf_stmt_step(s))
		for (size_t i = 0; rc == HF_OK && i < hf_json_len(list); i++)
			if (strcmp(hf_json_get_str(hf_json_at(list, i), "run"), hf_stmt_col(s, 0)) == 0)
				rc = settle_state(hf_json_at(list, i), r, e);
	return hf_stmt_end(s, rc, e);
}

enum hf_code
hf_run_list_heads(struct hf_json **out, struct hf_register *r, struct hf_err *e)
{
	struct hf_json *list = hf_json_array();
	enum hf_code    rc = list == NULL ? hf_nomem(e) : heads(list, r, e);

	*out = NULL;
	if (rc != HF_OK || (rc = ends(list, r, e)) != HF_OK) {
		hf_json_free(list);
		return rc;
	}
	*out = list;
	return HF_OK;
}
