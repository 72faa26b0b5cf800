/* Beginning a run: the start entry pins the text of the book and of the provider's sheet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "run_impl.h"

int
put_moment(struct hf_json *entry, int64_t at, bool about, int offset)
{
	char text[HF_TIME_SIZE];

	hf_time_rfc3339(text, at, at % HF_SECOND != 0);
	if (hf_json_set(entry, "occurred_at", hf_json_string(text)) != 0)
		return -1;
	return hf_json_set(entry, "precision", hf_json_string(about ? "about" : "exact")) != 0 ||
		hf_json_set(entry, "offset", hf_json_int(offset)) != 0 ?
	    -1 :
	    0;
}

/* ---- values ---- */

static const enum hf_field_type as_field[] = {
	[HF_VALUE_TEXT] = HF_FIELD_LINES,
	[HF_VALUE_NUMBER] = HF_FIELD_INT,
	[HF_VALUE_DATE] = HF_FIELD_DATE,
	[HF_VALUE_TIME] = HF_FIELD_TIME,
	[HF_VALUE_BOOL] = HF_FIELD_BOOL,
	[HF_VALUE_EMAIL] = HF_FIELD_EMAIL,
	[HF_VALUE_PHONE] = HF_FIELD_PHONE,
	[HF_VALUE_CHOICE] = HF_FIELD_TEXT,
	[HF_VALUE_REF] = HF_FIELD_REF,
};

static enum hf_code
typed_choice(struct hf_json **out, const struct hf_value *v, const char *typed, struct hf_err *e)
{
	const char   *near;
	struct hf_buf all = HF_BUF_INIT;

	for (size_t i = 0; i < v->choices.n; i++)
		if (hf_text_equal_nocase(v->choices.v[i], typed)) {
			*out = hf_json_string(v->choices.v[i]);
			return *out == NULL ? hf_nomem(e) : HF_OK;
		}
	for (size_t i = 0; i < v->choices.n; i++)
		hf_buf_addf(&all, "%s%s", i > 0 ? ", " : "", v->choices.v[i]);
	near = hf_text_nearest(typed, (const char *const *)(void *)v->choices.v, v->choices.n);
	hf_fail(e, HF_BAD, "%s: \"%.60s\" is not one of %s", v->name, typed, hf_buf_str(&all));
	if (near != NULL)
		hf_hint(e, "did you mean %s?", near);
	hf_buf_clear(&all);
	return HF_BAD;
}

static enum hf_code
typed_time(struct hf_json **out, struct hf_register *r, const struct hf_value *v, const char *typed, struct hf_err *e)
{
	char         text[HF_TIME_SIZE];
	int64_t      t;
	enum hf_code rc;

	if ((rc = hf_time_human(&t, NULL, typed, hf_register_zone(r), hf_register_now(r), HF_WHEN_ANY, e)) != HF_OK)
		return hf_fail_in(e, "%s", v->name);
	hf_time_rfc3339(text, t, t % HF_SECOND != 0);
	*out = hf_json_string(text);
	return *out == NULL ? hf_nomem(e) : HF_OK;
}

static enum hf_code
typed_day(struct hf_json **out, struct hf_register *r, const struct hf_value *v, const char *typed, struct hf_err *e)
{
	char         day[HF_DAY_SIZE];
	enum hf_code rc;

	if ((rc = hf_day_human(day, typed, hf_register_zone(r), hf_register_now(r), e)) != HF_OK)
		return hf_fail_in(e, "%s", v->name);
	*out = hf_json_string(day);
	return *out == NULL ? hf_nomem(e) : HF_OK;
}

enum hf_code
run_typed(struct hf_json **out, struct hf_register *r, const struct hf_value *v, const char *typed, struct hf_err *e)
{
	struct hf_field f = { v->name, as_field[v->type], 0, v->kind, "" };
	char            id[HF_ID_SIZE];
	enum hf_code    rc;

	*out = NULL;
	if (typed[strspn(typed, " \t\n")] == '\0') {
		hf_fail(e, HF_BAD, "%s: it is empty", v->name);
		return hf_hint(e, "write what is known, or \"not known\" and why");
	}
	switch (v->type) {
	case HF_VALUE_CHOICE:
		return typed_choice(out, v, typed, e);
	case HF_VALUE_TIME:
		return typed_time(out, r, v, typed, e);
	case HF_VALUE_DATE:
		return typed_day(out, r, v, typed, e);
	case HF_VALUE_REF:
		if ((rc = hf_register_resolve(id, NULL, r, v->kind, typed, e)) != HF_OK)
			return hf_fail_in(e, "%s", v->name);
		*out = hf_json_string(id);
		return *out == NULL ? hf_nomem(e) : HF_OK;
	default:
		return hf_schema_value(out, &f, typed, e);
	}
}

/* ---- the start entry ---- */

static const char *
article(const char *kind)
{
	return strchr("aeio", kind[0]) != NULL ? "an" : "a"; /* a unit */
}

static enum hf_code
check_subject(const struct hf_playbook *pb, const char *book, const char *kind, struct hf_err *e)
{
	if (pb->subjects.n == 0 || hf_names_has(&pb->subjects, kind))
		return HF_OK;
	hf_fail(e, HF_BAD, "%s: it is about %s %s, not %s %s", book, article(pb->subjects.v[0]), pb->subjects.v[0], article(kind),
	    kind);
	return hf_hint(e, "holdfast book show %s tells when it is used", book);
}

static enum hf_code
read_book(struct hf_buf *text, struct hf_playbook **pb, struct hf_shelf *shelf, const char *book, struct hf_err *e)
{
	struct hf_defects defects = { NULL, 0, 0, false };
	enum hf_code      rc;

	if (strncmp(book, "incident/", 9) != 0 && strncmp(book, "routine/", 8) != 0) {
		hf_fail(e, HF_BAD, "%s: not a playbook", book);
		return hf_hint(e, "playbooks are called incident/… or routine/…: holdfast book list");
	}
	if ((rc = hf_shelf_read(text, NULL, shelf, book, e)) != HF_OK)
		return rc;
	if ((rc = hf_playbook_parse(pb, text->data, text->len, &defects, e)) != HF_OK) {
		hf_fail_in(e, "%s", book);
		hf_hint(e, "holdfast book lint %s", book);
	}
	hf_defects_clear(&defects);
	return rc;
}

static enum hf_code
ask_first(struct hf_json *captured, const struct hf_playbook *pb, struct hf_register *r, const struct hf_start *s, struct hf_err *e)
{
	char            text[HF_TIME_SIZE];
	struct hf_json *v;
	enum hf_code    rc;
	bool            timed = false;

	for (size_t i = 0; i < pb->n_ask; i++) {
		const struct hf_value *a = &pb->ask[i];
		const char            *typed = hf_json_get_str(s->values, a->name);

		if (typed == NULL && a->type == HF_VALUE_TIME && s->at != 0 && !timed) {
			hf_time_rfc3339(text, s->at, false);
			typed = text;
			timed = true;
		}
		if (typed == NULL)
			continue;
		if ((rc = run_typed(&v, r, a, typed, e)) != HF_OK)
			return rc;
		if (hf_json_set(captured, a->name, v) != 0)
			return hf_nomem(e);
	}
	return HF_OK;
}

static enum hf_code
known_values(const struct hf_playbook *pb, const struct hf_json *values, struct hf_err *e)
{
	const char     *names[64], *name, *near;
	struct hf_json *v;
	size_t          n = 0;
	bool            found;

	for (; n < pb->n_ask && n < 64; n++)
		names[n] = pb->ask[n].name;
	for (void *it = NULL; values != NULL && hf_json_next(values, &it, &name, &v);) {
		found = false;
		for (size_t i = 0; i < n; i++)
			found = found || strcmp(names[i], name) == 0;
		if (found)
			continue;
		near = hf_text_nearest(name, names, n);
		hf_fail(e, HF_BAD, "%s: the playbook does not ask for it first", name);
		if (n == 0)
			return hf_hint(e, "it asks for nothing first: leave it out, and give it at the step that asks for it");
		return near == NULL ? hf_hint(e, "it asks for %s%s", names[0], n > 1 ? " and others: holdfast book show" : "") :
				      hf_hint(e, "did you mean %s?", near);
	}
	return HF_OK;
}

static enum hf_code
severity(const struct hf_playbook *pb, const char *id, struct hf_err *e)
{
	struct hf_buf all = HF_BUF_INIT;

	if (id == NULL || hf_playbook_severity(pb, id) != NULL)
		return HF_OK;
	for (size_t i = 0; i < pb->n_severities; i++)
		hf_buf_addf(&all, "%s%s", i > 0 ? ", " : "", pb->severities[i].id);
	hf_fail(e, HF_BAD, "severity: \"%.20s\" is not one of %s", id,
	    all.len > 0 ? all.data : "none: this playbook has no severities");
	hf_buf_clear(&all);
	return HF_BAD;
}

/* The sheet of the subject's provider lies beside the book, as it was. */
static enum hf_code
include_sheet(struct hf_json *entry, struct hf_shelf *shelf, const struct hf_json *subject, struct hf_err *e)
{
	struct hf_buf   name = HF_BUF_INIT, text = HF_BUF_INIT;
	struct hf_json *inc;
	const char     *provider = hf_json_get_str(subject, "provider");
	enum hf_code    rc = HF_OK;

	if (provider == NULL)
		return HF_OK;
	hf_buf_addf(&name, "provider/%s", provider);
	if ((rc = hf_buf_check(&name, e)) == HF_OK && hf_shelf_has(shelf, name.data) &&
	    (rc = hf_shelf_read(&text, NULL, shelf, name.data, e)) == HF_OK) {
		inc = hf_json_object();
		if (hf_json_set(inc, name.data, hf_json_stringn(text.data, text.len)) != 0) {
			hf_json_free(inc);
			rc = hf_nomem(e);
		} else if (hf_json_set(entry, "includes", inc) != 0) {
			rc = hf_nomem(e);
		}
	}
	hf_buf_clear(&name);
	hf_buf_clear(&text);
	return rc;
}

static int
fill(struct hf_json *entry, const struct hf_start *s, const struct hf_playbook *pb, const struct hf_buf *text,
    struct hf_json *captured, int64_t now)
{
	char sum[HF_SHA256_SIZE];
	int  bad = 0;

	hf_sha256(sum, text->data, text->len);
	bad |= hf_json_set(entry, "type", hf_json_string("start"));
	bad |= hf_json_set(entry, "playbook", hf_json_string(s->playbook));
	bad |= hf_json_set(entry, "title", hf_json_string(pb->title));
	bad |= hf_json_set(entry, "subject", hf_json_string(s->subject));
	bad |= hf_json_set(entry, "book", hf_json_stringn(text->data, text->len));
	bad |= hf_json_set(entry, "book_sha256", hf_json_string(sum));
	bad |= put_moment(entry, s->at != 0 ? s->at : now, s->about, s->offset);
	if (s->drill)
		bad |= hf_json_set(entry, "drill", hf_json_bool(true));
	if (s->severity != NULL)
		bad |= hf_json_set(captured, "severity", hf_json_string(s->severity));
	if (s->acting_as != NULL)
		bad |= hf_json_set(entry, "acting_as", hf_json_string(s->acting_as));
	if (s->on_behalf != NULL)
		bad |= hf_json_set(entry, "on_behalf_of", hf_json_string(s->on_behalf));
	if (s->parent != NULL)
		bad |= hf_json_set(entry, "parent", hf_json_string(s->parent));
	if (hf_json_len(s->inherited) > 0)
		bad |= hf_json_set(entry, "inherited", hf_json_ref(s->inherited));
	if (hf_json_len(s->evidence) > 0)
		bad |= hf_json_set(entry, "inherited_evidence", hf_json_ref(s->evidence));
	if (hf_json_len(captured) > 0)
		bad |= hf_json_set(entry, "captured", hf_json_ref(captured));
	return bad;
}

enum hf_code
run_begin(char id[HF_ID_SIZE], struct hf_batch *b, struct hf_register *r, struct hf_shelf *shelf, const struct hf_start *s,
    struct hf_err *e)
{
	struct hf_buf       text = HF_BUF_INIT;
	struct hf_playbook *pb = NULL;
	struct hf_json     *subject = NULL, *entry = hf_json_object(), *captured = hf_json_object();
	char                first[HF_ID_SIZE];
	enum hf_code        rc;

	if (entry == NULL || captured == NULL) {
		rc = hf_nomem(e);
		goto done;
	}
	if ((rc = hf_register_get(&subject, r, s->subject, e)) != HF_OK ||
	    (rc = read_book(&text, &pb, shelf, s->playbook, e)) != HF_OK ||
	    (rc = check_subject(pb, s->playbook, hf_json_get_str(subject, "kind"), e)) != HF_OK ||
	    (rc = severity(pb, s->severity, e)) != HF_OK || (rc = run_want_role(pb, s->playbook, s->acting_as, e)) != HF_OK)
		goto done;
	if ((rc = known_values(pb, s->values, e)) != HF_OK || (rc = ask_first(captured, pb, r, s, e)) != HF_OK)
		goto done;
	if ((rc = hf_id_new(id, e)) != HF_OK || (rc = include_sheet(entry, shelf, subject, e)) != HF_OK)
		goto done;
	if (fill(entry, s, pb, &text, captured, hf_register_now(r)) != 0) {
		rc = hf_nomem(e);
		goto done;
	}
	rc = hf_batch_entry(first, b, id, entry, e);
	entry = NULL;
done:
	hf_playbook_free(pb);
	hf_buf_clear(&text);
	hf_json_free(subject);
	hf_json_free(entry);
	hf_json_free(captured);
	return rc;
}
