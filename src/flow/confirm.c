/* Confirm: is what the register says still right? */
#include <stdio.h>
#include <string.h>

#include "run_impl.h"

const char *
confirm_name(const struct hf_step *s, const char *word)
{
	const char *found = NULL, *dot;

	for (size_t k = 0; k < s->confirm.n; k++) {
		if (strcmp(s->confirm.v[k], word) == 0)
			return s->confirm.v[k];
		dot = strrchr(s->confirm.v[k], '.');
		if (dot == NULL || strcmp(dot + 1, word) != 0)
			continue;
		if (found != NULL)
			return NULL; /* of two records: the whole name is wanted */
		found = s->confirm.v[k];
	}
	return found;
}

enum hf_code
confirm_at(char id[HF_ID_SIZE], const char **field, const struct hf_run *run, const struct hf_instance *i, const char *name,
    struct hf_err *e)
{
	const char     *dot = strrchr(name, '.');
	struct hf_json *v = NULL;
	char            path[128];
	enum hf_code    rc;

	*field = dot == NULL ? "" : dot + 1;
	snprintf(path, sizeof(path), "%.*s", dot == NULL ? 0 : (int)(dot - name), name);
	if ((rc = hf_run_path(&v, run, i, path, e)) != HF_OK)
		return rc;
	if (hf_json_str(v) == NULL || !hf_id_valid(hf_json_str(v)))
		rc = hf_fail(e, HF_BAD, "%s: no record is known there", name);
	else
		snprintf(id, HF_ID_SIZE, "%s", hf_json_str(v));
	hf_json_free(v);
	return rc;
}

enum hf_code
confirm_values(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	const struct hf_names *list = &i->step->confirm;
	struct hf_json        *o = NULL, *v = NULL;
	enum hf_code           rc;

	*out = NULL;
	for (size_t k = 0; k < list->n; k++) {
		if (hf_json_get(i->values, list->v[k]) != NULL)
			continue;
		if ((rc = hf_run_path(&v, run, i, list->v[k], e)) != HF_OK)
			goto fail;
		if (o == NULL)
			o = hf_json_object();
		if (hf_json_set(o, list->v[k], v != NULL ? v : hf_json_null()) != 0) {
			rc = hf_nomem(e);
			goto fail;
		}
		v = NULL;
	}
	*out = o;
	return HF_OK;
fail:
	hf_json_free(o);
	return rc;
}

/* ---- people who have left ---- */

/* Adds "left on 2026-11-01" when the person has, with the name before it where it is one of several. */
static enum hf_code
add_left(struct hf_buf *out, const struct hf_run *run, const char *id, bool named, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if (id == NULL || !hf_id_valid(id))
		return HF_OK;
	rc = hf_db_prepare(&s, hf_register_db(run->r), "SELECT name, last_day FROM main.person WHERE id = ? AND gone", e);
	if (rc != HF_OK)
		return rc;
	hf_stmt_text(s, 1, id);
	if (hf_stmt_step(s))
		hf_buf_addf(out, "%s%s%sleft on %s", out->len > 0 ? ", " : "", named ? hf_stmt_col(s, 0) : "", named ? " " : "",
		    hf_stmt_col(s, 1));
	return hf_stmt_end(s, rc, e);
}

enum hf_code
confirm_left(struct hf_buf *out, const struct hf_run *run, const struct hf_json *value, bool named, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	if (hf_json_is(value, HF_JSON_STRING))
		return add_left(out, run, hf_json_str(value), named, e);
	for (size_t k = 0; rc == HF_OK && hf_json_is(value, HF_JSON_ARRAY) && k < hf_json_len(value); k++)
		rc = add_left(out, run, hf_json_str(hf_json_at(value, k)), true, e);
	return rc;
}

/* What was given in this visit, which may not be in the register yet, or else what stands there. */
static enum hf_code
said(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, const char *name, struct hf_err *e)
{
	*out = hf_json_ref(hf_json_get(i->values, name));
	return *out != NULL ? HF_OK : hf_run_path(out, run, i, name, e);
}

enum hf_code
confirm_still_here(const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	struct hf_json *v = NULL;
	struct hf_buf   left = HF_BUF_INIT;
	const char     *field;
	enum hf_code    rc = HF_OK;

	for (size_t k = 0; rc == HF_OK && k < i->step->confirm.n; k++) {
		if ((rc = said(&v, run, i, i->step->confirm.v[k], e)) == HF_OK &&
		    (rc = confirm_left(&left, run, v, true, e)) == HF_OK && left.len > 0) {
			field = strrchr(i->step->confirm.v[k], '.');
			rc = hf_fail(e, HF_NO, "%s: it cannot be right, %s", i->step->confirm.v[k], hf_buf_str(&left));
			hf_hint(e, "who is it now? holdfast run value %s %s %s=PERSON", run->id, i->address,
			    field == NULL ? "" : field + 1);
		}
		hf_json_free(v);
		v = NULL;
	}
	hf_buf_clear(&left);
	return rc;
}
