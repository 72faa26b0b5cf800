/* What one record of a series can take from another: values that are the same, and words that are. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../fields.h"
#include "holdfast/schema.h"
#include "walk_in.h"

/* Where something lies, with the name of the other as a word in it: that is about the other alone. */
static bool
is_its_own(const struct hf_field *f, const struct hf_json *record, const char *value)
{
	const char *handle = hf_json_text(record, "handle"), *at = value;
	size_t      len = strlen(handle);

	while ((f->flags & HF_FIELD_POINTER) != 0 && len > 0 && (at = strstr(at, handle)) != NULL) {
		if ((at == value || !isalnum((unsigned char)at[-1])) && !isalnum((unsigned char)at[len]))
			return true;
		at++;
	}
	return false;
}

bool
walk_like(struct hf_buf *out, const struct walk *w, const struct hf_json *confirm)
{
	const char            *of = hf_json_get_str(confirm, "record"), *kind = hf_json_get_str(confirm, "kind");
	const struct hf_kind  *k = kind == NULL ? NULL : hf_schema_kind(kind);
	const struct hf_field *f = k == NULL ? NULL : hf_schema_field(k, hf_json_get_str(confirm, "field"));
	struct hf_json        *record = NULL;
	struct hf_buf          typed = HF_BUF_INIT;
	bool                   found;

	if (w->series == NULL || w->series->like[0] == '\0' || f == NULL || of == NULL || strcmp(of, hf_run_subject(w->run)) != 0 ||
	    !hf_json_is(hf_json_get(confirm, "value"), HF_JSON_NULL) ||
	    hf_register_get(&record, w->app->reg, w->series->like, NULL) != HF_OK)
		return false;
	if (hf_json_get(record, f->name) != NULL)
		field_typed(&typed, w->app->reg, f, hf_json_get(record, f->name));
	found = typed.len > 0 && !is_its_own(f, record, hf_buf_str(&typed));
	if (found)
		hf_buf_adds(out, hf_buf_str(&typed));
	hf_buf_clear(&typed);
	hf_json_free(record);
	return found;
}

static bool
is_words(const struct hf_value *v)
{
	return v->type == HF_VALUE_TEXT && v->sql == NULL;
}

const char *
walk_said(const struct walk *w, const struct hf_value *v)
{
	return w->series == NULL || !is_words(v) ? NULL : hf_json_get_str(w->series->said, v->name);
}

enum hf_code
walk_say_same(struct walk *w, const struct hf_value *v, const char *typed, struct hf_err *e)
{
	if (w->series == NULL || !is_words(v))
		return HF_OK;
	if (w->series->said == NULL)
		w->series->said = hf_json_object();
	return hf_json_set(w->series->said, v->name, hf_json_string(typed)) == 0 ? HF_OK : hf_nomem(e);
}

static enum hf_code
keep(struct hf_json **values, struct walk *w, const struct hf_value *v, const char *typed, struct hf_err *e)
{
	*values = hf_json_object();
	if (hf_json_set(*values, v->name, hf_json_string(typed)) == 0)
		return walk_say_same(w, v, typed, e);
	hf_json_free(*values);
	*values = NULL;
	return hf_nomem(e);
}

enum hf_code
walk_same(struct hf_json **values, struct walk *w, size_t n, struct hf_err *e)
{
	const struct hf_instance *i = walk_step(w);
	const struct hf_value    *v = &i->step->write[0];
	struct prompt q = { .help = "Words, the same for all that stand above. A number shows one of them alone.", .lines = true };
	struct hf_buf text = HF_BUF_INIT;
	char         *typed = NULL;
	enum hf_code  rc;

	*values = NULL;
	hf_buf_addf(&text, "For all %zu: ", n);
	if ((rc = hf_run_fill(&text, w->run, i, v->prompt, e)) != HF_OK)
		goto done;
	q.text = hf_buf_str(&text);
	q.fallback = walk_said(w, v);
	if ((rc = walk_ask_words(&typed, w, &q, e)) == HF_OK && typed != NULL && typed[0] != '\0')
		rc = keep(values, w, v, typed, e);
done:
	free(typed);
	hf_buf_clear(&text);
	return rc;
}
