/* Which run a user means. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "run_impl.h"

#define PREFIX 4 /* characters of an id that may stand for it */

static bool
is_state(const struct hf_json *row, const char *state)
{
	return strcmp(hf_json_get_str(row, "state"), state) == 0;
}

/* Rows about a subject; the open ones if there are any. */
static enum hf_code
about(struct hf_json **out, const struct hf_json *runs, const char *subject, struct hf_err *e)
{
	static const char *const states[] = { "open", "closed" };
	struct hf_json          *found = hf_json_array();

	for (size_t s = 0; found != NULL && s < 2 && hf_json_len(found) == 0; s++)
		for (size_t i = 0; i < hf_json_len(runs); i++) {
			struct hf_json *row = hf_json_at(runs, i);
			const char     *id = hf_json_get_str(row, "subject");

			if (id != NULL && strcmp(id, subject) == 0 && is_state(row, states[s]) &&
			    hf_json_push(found, hf_json_ref(row)) != 0) {
				hf_json_free(found);
				return hf_nomem(e);
			}
		}
	*out = found;
	return found == NULL ? hf_nomem(e) : HF_OK;
}

/* [{"id","kind","ref"}] as hf_register_resolve gives it: what a menu shows. */
static struct hf_json *
menu(const struct hf_json *rows)
{
	struct hf_json *list = hf_json_array(), *o;
	struct hf_buf   ref = HF_BUF_INIT;

	for (size_t i = 0; list != NULL && i < hf_json_len(rows); i++) {
		const struct hf_json *row = hf_json_at(rows, i);

		hf_buf_cut(&ref, 0);
		hf_buf_addf(&ref, "%s, %s, %s since %.16s", hf_json_text(row, "title"), hf_json_text(row, "ref"),
		    hf_json_text(row, "state"), hf_json_text(row, "started_at"));
		o = hf_json_object();
		if (hf_json_set(o, "id", hf_json_ref(hf_json_get(row, "run"))) != 0 ||
		    hf_json_set(o, "kind", hf_json_string("run")) != 0 ||
		    hf_json_set(o, "ref", hf_json_string(hf_buf_str(&ref))) != 0) {
			hf_json_free(o);
			o = NULL;
		}
		if (hf_json_push(list, o) != 0) {
			hf_json_free(list);
			list = NULL;
		}
	}
	hf_buf_clear(&ref);
	return list;
}

static enum hf_code
pick(char out[HF_ID_SIZE], struct hf_json **several, const struct hf_json *found, const char *ref, struct hf_err *e)
{
	size_t n = hf_json_len(found);

	if (n == 1) {
		snprintf(out, HF_ID_SIZE, "%s", hf_json_get_str(hf_json_at(found, 0), "run"));
		return HF_OK;
	}
	if (n == 0) {
		hf_fail(e, HF_NOTFOUND, "%s: no run has that name", ref);
		return hf_hint(e, "holdfast run list shows them");
	}
	hf_fail(e, HF_AMBIGUOUS, "%s: %zu runs are meant", ref, n);
	hf_hint(e, "say which: %s or %s%s", hf_json_get_str(hf_json_at(found, 0), "run"),
	    hf_json_get_str(hf_json_at(found, 1), "run"), n > 2 ? "...; holdfast run list shows them" : "");
	if (several != NULL && (*several = menu(found)) == NULL)
		return hf_nomem(e);
	return HF_AMBIGUOUS;
}

/* How many ids begin so; *last is one of them. An id in full is itself, whatever else begins so. */
static size_t
count_ids(const char **last, const struct hf_json *ids, const char *ref)
{
	size_t n = 0, len = strlen(ref);

	*last = NULL;
	for (size_t i = 0; len >= PREFIX && i < hf_json_len(ids); i++) {
		const char *id = hf_json_str(hf_json_at(ids, i));

		if (strncasecmp(id, ref, len) != 0)
			continue;
		*last = id;
		n++;
	}
	return n;
}

/* By what it is about, or by the beginning of an id that several have. */
static enum hf_code
by_rows(char out[HF_ID_SIZE], struct hf_json **several, struct hf_register *r, const char *ref, bool is_id, struct hf_err *e)
{
	struct hf_json *runs = NULL, *found = NULL;
	char            subject[HF_ID_SIZE];
	enum hf_code    rc;

	if (!is_id && (rc = hf_register_resolve(subject, NULL, r, NULL, ref, e)) != HF_OK) {
		if (rc != HF_NOTFOUND || (hf_id_valid(ref) && (rc = hf_register_entries(&runs, r, ref, e)) == HF_SEALED))
			return rc;
		hf_err_clear(e);
		return pick(out, NULL, NULL, ref, e);
	}
	if ((rc = hf_run_list_heads(&runs, r, e)) != HF_OK)
		return rc;
	if (!is_id) {
		rc = about(&found, runs, subject, e);
	} else {
		for (size_t i = hf_json_len(runs); i-- > 0;)
			if (strncasecmp(hf_json_get_str(hf_json_at(runs, i), "run"), ref, strlen(ref)) != 0)
				hf_json_remove(runs, i);
		found = hf_json_ref(runs);
	}
	if (rc == HF_OK)
		rc = pick(out, several, found, ref, e);
	hf_json_free(found);
	hf_json_free(runs);
	return rc;
}

/* The open ones that no other run shows as part of itself. */
static enum hf_code
open_ones(struct hf_json **out, struct hf_register *r, struct hf_err *e)
{
	struct hf_json *runs;
	enum hf_code    rc;

	if ((rc = hf_run_list_heads(&runs, r, e)) != HF_OK)
		return rc;
	for (size_t i = hf_json_len(runs); i-- > 0;)
		if (!is_state(hf_json_at(runs, i), "open") || hf_json_get_str(hf_json_at(runs, i), "parent") != NULL)
			hf_json_remove(runs, i);
	*out = runs;
	return HF_OK;
}

static enum hf_code
the_open_one(char out[HF_ID_SIZE], struct hf_json **several, struct hf_register *r, struct hf_err *e)
{
	struct hf_json *open;
	enum hf_code    rc;

	if ((rc = open_ones(&open, r, e)) != HF_OK)
		return rc;
	if (hf_json_len(open) == 0) {
		hf_fail(e, HF_NOTFOUND, "no run is open");
		rc = hf_hint(e, "holdfast run list shows those that are closed; holdfast respond begins one");
	} else {
		rc = pick(out, several, open, "run", e);
	}
	hf_json_free(open);
	return rc;
}

/* The run in which the user did something last; of none of theirs, the one that was started last. */
static enum hf_code
the_last(char out[HF_ID_SIZE], struct hf_register *r, const struct hf_json *ids, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	rc = hf_db_prepare(&s, hf_register_db(r), "SELECT run FROM entry WHERE actor = ? ORDER BY id DESC LIMIT 1", e);
	if (rc != HF_OK)
		return rc;
	hf_stmt_text(s, 1, hf_register_key(r));
	snprintf(out, HF_ID_SIZE, "%s", hf_stmt_step(s) ? hf_stmt_col(s, 0) : hf_json_str(hf_json_at(ids, 0)));
	return hf_stmt_end(s, rc, e);
}

enum hf_code
hf_run_resolve(char out[HF_ID_SIZE], struct hf_json **several, struct hf_register *r, const char *ref, struct hf_err *e)
{
	struct hf_json *ids = NULL;
	const char     *one;
	size_t          n;
	enum hf_code    rc;

	if (several != NULL)
		*several = NULL;
	if (ref == NULL)
		return the_open_one(out, several, r, e);
	if ((rc = run_ids(&ids, r, e)) != HF_OK)
		return rc;
	n = count_ids(&one, ids, ref);
	if (strcmp(ref, "last") == 0 && hf_json_len(ids) > 0)
		rc = the_last(out, r, ids, e);
	else if (n == 1)
		snprintf(out, HF_ID_SIZE, "%s", one);
	else
		rc = by_rows(out, several, r, ref, n > 1, e);
	hf_json_free(ids);
	return rc;
}
