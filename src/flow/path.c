/* {paths}: from captured values, the columns of a row and the subject, through the register. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/brief.h"
#include "holdfast/schema.h"
#include "holdfast/text.h"
#include "run_impl.h"

#define NOT_RECORDED "not recorded"

static struct hf_json *
org_id(const struct hf_run *run)
{
	struct hf_stmt *s = NULL;
	struct hf_json *id = NULL;

	if (hf_db_prepare(&s, hf_register_db(run->r), "SELECT id FROM main.org LIMIT 1", NULL) == HF_OK && hf_stmt_step(s))
		id = hf_json_string(hf_stmt_col(s, 0));
	hf_stmt_free(s);
	return id;
}

static struct hf_json *
from_sheet(const struct hf_run *run, const char *field)
{
	const struct hf_sheet *s = run->sheet;
	struct hf_buf          b = HF_BUF_INIT;
	const struct hf_names *list = NULL;
	struct hf_json        *out = NULL;

	if (s == NULL)
		return field[0] == '\0' || strcmp(field, "name") == 0 ? hf_json_string(run->provider) : NULL;
	if (field[0] == '\0' || strcmp(field, "name") == 0 || strcmp(field, "title") == 0)
		return hf_json_string(s->title);
	if (strcmp(field, "genuine_senders") == 0)
		list = &s->senders;
	else if (strcmp(field, "web") == 0)
		list = &s->web;
	else if (strcmp(field, "also_called") == 0)
		list = &s->also_called;
	for (size_t i = 0; list != NULL && i < list->n; i++)
		hf_buf_addf(&b, "%s%s", i > 0 ? ", " : "", list->v[i]);
	if (b.len > 0)
		out = hf_json_string(hf_buf_str(&b));
	hf_buf_clear(&b);
	return out;
}

/* The first word of a path. */
static struct hf_json *
root(const struct hf_run *run, const struct hf_instance *i, const char *word)
{
	const struct hf_json *v;

	if (i != NULL && (v = hf_json_get(i->row, word)) != NULL)
		return hf_json_ref(v);
	if ((v = run_value(run, i, word)) != NULL)
		return hf_json_ref(v);
	if (strcmp(word, run->subject_kind) == 0 || strcmp(word, "subject") == 0)
		return hf_json_string(run->subject);
	if (strcmp(word, "org") == 0)
		return org_id(run);
	if (strcmp(word, "today") == 0)
		return hf_json_string(hf_register_today(run->r));
	if (strcmp(word, "run") == 0)
		return hf_json_string(run->id);
	if (strcmp(word, "severity") == 0 && run->severity[0] != '\0')
		return hf_json_string(run->severity);
	return NULL;
}

/* From a record's id to one of its fields. */
static enum hf_code
follow(struct hf_json **v, const struct hf_run *run, const char *field, struct hf_err *e)
{
	struct hf_json *record = NULL, *next = NULL;
	struct hf_buf   ref = HF_BUF_INIT;
	const char     *id = hf_json_str(*v);
	enum hf_code    rc;

	if (id == NULL || !hf_id_valid(id) || (rc = hf_register_get(&record, run->r, id, e)) == HF_NOTFOUND || rc == HF_SEALED) {
		rc = HF_OK;
	} else if (rc == HF_OK && strcmp(field, "ref") == 0) {
		hf_register_ref(&ref, run->r, id);
		next = hf_json_string(hf_buf_str(&ref));
	} else if (rc == HF_OK) {
		next = hf_json_ref(hf_json_get(record, field));
	}
	hf_json_free(*v);
	*v = next;
	hf_json_free(record);
	hf_buf_clear(&ref);
	return rc;
}

enum hf_code
hf_run_path(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, const char *path, struct hf_err *e)
{
	char         word[64];
	const char  *p = path;
	size_t       n = strcspn(p, ".");
	enum hf_code rc = HF_OK;

	snprintf(word, sizeof(word), "%.*s", (int)n, p);
	if (strcmp(word, "provider") == 0 && run_value(run, i, word) == NULL && (i == NULL || hf_json_get(i->row, word) == NULL)) {
		*out = from_sheet(run, p[n] == '.' ? p + n + 1 : "");
		return HF_OK;
	}
	*out = root(run, i, word);
	for (p += n; rc == HF_OK && *out != NULL && *p == '.'; p += n) {
		p++;
		n = strcspn(p, ".");
		snprintf(word, sizeof(word), "%.*s", (int)n, p);
		rc = follow(out, run, word, e);
	}
	return rc;
}

/* ---- as text ---- */

static bool
is_moment(const char *s, int64_t *t)
{
	return strlen(s) >= 20 && s[4] == '-' && s[10] == 'T' && hf_time_parse(t, NULL, s, NULL) == HF_OK;
}

void
hf_brief_value(struct hf_buf *out, const struct hf_run *run, const struct hf_json *v)
{
	const char *s;
	int64_t     t;

	switch (hf_json_type(v)) {
	case HF_JSON_STRING:
		s = hf_json_str(v);
		if (hf_id_valid(s))
			hf_register_ref(out, run->r, s);
		else if (is_moment(s, &t))
			hf_time_local(out, t, hf_register_zone(run->r), true);
		else
			hf_buf_adds(out, s);
		break;
	case HF_JSON_BOOL:
		hf_buf_adds(out, hf_json_true(v) ? "yes" : "no");
		break;
	case HF_JSON_ARRAY:
		for (size_t i = 0; i < hf_json_len(v); i++) {
			hf_buf_adds(out, i > 0 ? ", " : "");
			hf_brief_value(out, run, hf_json_at(v, i));
		}
		break;
	case HF_JSON_INT:
	case HF_JSON_REAL:
		hf_json_dump(out, v, HF_JSON_COMPACT);
		break;
	default:
		hf_buf_adds(out, NOT_RECORDED);
		break;
	}
}

/* The next {path} at or after p: its inside into path. NULL when there is none. */
static const char *
next_path(const char *p, char path[128], const char **after)
{
	for (; (p = strchr(p, '{')) != NULL; p++) {
		size_t n = strspn(p + 1, "abcdefghijklmnopqrstuvwxyz0123456789_.");

		if (n > 0 && n < 128 && p[1 + n] == '}') {
			snprintf(path, 128, "%.*s", (int)n, p + 1);
			*after = p + n + 2;
			return p;
		}
	}
	return NULL;
}

/* As a field takes it: ids as they are, times in RFC 3339. */
static void
raw(struct hf_buf *out, const struct hf_json *v)
{
	if (hf_json_is(v, HF_JSON_STRING))
		hf_buf_adds(out, hf_json_str(v));
	else if (hf_json_is(v, HF_JSON_BOOL))
		hf_buf_adds(out, hf_json_true(v) ? "yes" : "no");
	else if (hf_json_is(v, HF_JSON_ARRAY))
		for (size_t i = 0; i < hf_json_len(v); i++) {
			hf_buf_adds(out, i > 0 ? ", " : "");
			raw(out, hf_json_at(v, i));
		}
	else
		hf_json_dump(out, v, HF_JSON_COMPACT);
}

/* What comes in place of a {path}; v is NULL when nothing is recorded there. */
typedef enum hf_code put_fn(
    struct hf_buf *out, const struct hf_run *run, const char *path, const struct hf_json *v, struct hf_err *e);

static enum hf_code
fill(struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i, const char *text, put_fn *put, struct hf_err *e)
{
	struct hf_json *v = NULL;
	const char     *p = text, *at, *after;
	char            path[128];
	enum hf_code    rc;

	while ((at = next_path(p, path, &after)) != NULL) {
		hf_buf_add(out, p, (size_t)(at - p));
		if ((rc = hf_run_path(&v, run, i, path, e)) == HF_OK)
			rc = put(out, run, path, v, e);
		hf_json_free(v);
		v = NULL;
		if (rc != HF_OK)
			return rc;
		p = after;
	}
	hf_buf_adds(out, p);
	return hf_buf_check(out, e);
}

/* Of whoever has a duty in the organisation, what the duty is: "it" alone says nothing. NULL: it is none. */
static const char *
duty_words(const char *path, const char *word, size_t len)
{
	const struct hf_field *f;
	char                   name[64];

	if (!hf_text_prefix(path, "org.") || word != path + 4)
		return NULL;
	snprintf(name, sizeof(name), "%.*s", (int)len, word);
	f = hf_schema_field(hf_schema_kind("org"), name);
	return f != NULL && (f->flags & HF_FIELD_DUTY) != 0 ? f->help : NULL;
}

/*
 * A gap says what is missing, so that whoever reads it aloud knows what to look for: "Ring (responder not recorded), (phone not recorded)".
 * After a colon the line has said that already.
 */
static void
gap(struct hf_buf *out, const char *path)
{
	const char *end = path + strlen(path), *word, *duty;

	if (out->len >= 2 && memcmp(out->data + out->len - 2, ": ", 2) == 0) {
		hf_buf_adds(out, NOT_RECORDED);
		return;
	}
	if (end - path > 5 && strcmp(end - 5, ".name") == 0)
		end -= 5;
	for (word = end; word > path && word[-1] != '.';)
		word--;
	hf_buf_addc(out, '(');
	if ((duty = duty_words(path, word, (size_t)(end - word))) != NULL)
		hf_buf_adds(out, duty);
	for (; duty == NULL && word < end; word++)
		hf_buf_addc(out, *word == '_' ? ' ' : *word);
	hf_buf_adds(out, " " NOT_RECORDED ")");
}

static enum hf_code
put_shown(struct hf_buf *out, const struct hf_run *run, const char *path, const struct hf_json *v, struct hf_err *e)
{
	(void)e;
	if (v == NULL)
		gap(out, path);
	else
		hf_brief_value(out, run, v);
	return HF_OK;
}

static enum hf_code
put_raw(struct hf_buf *out, const struct hf_run *run, const char *path, const struct hf_json *v, struct hf_err *e)
{
	(void)run;
	if (v == NULL)
		return hf_fail(e, HF_BAD, "{%s}: nothing is recorded there", path);
	raw(out, v);
	return HF_OK;
}

enum hf_code
hf_run_fill(struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i, const char *text, struct hf_err *e)
{
	return fill(out, run, i, text, put_shown, e);
}

enum hf_code
run_value_text(struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i, const char *text, struct hf_err *e)
{
	return fill(out, run, i, text, put_raw, e);
}

/* ---- people ---- */

struct people {
	struct hf_json *here, *left; /* who has left comes after everybody else */
};

static bool
listed(const struct hf_json *list, const char *id)
{
	for (size_t i = 0; i < hf_json_len(list); i++)
		if (strcmp(hf_json_get_str(hf_json_at(list, i), "id"), id) == 0)
			return true;
	return false;
}

static enum hf_code
add_person(struct people *to, const struct hf_run *run, const char *id, struct hf_err *e)
{
	static const char *const fields[] = { "name", "phone", "email" };
	struct hf_json          *p = NULL, *row;
	const char              *last;
	bool                     gone;
	enum hf_code             rc;

	if (listed(to->here, id) || listed(to->left, id))
		return HF_OK;
	if ((rc = hf_register_get(&p, run->r, id, e)) != HF_OK)
		return rc == HF_NOTFOUND || rc == HF_SEALED ? HF_OK : rc;
	row = hf_json_object();
	last = hf_json_get_str(p, "last_day");
	gone = last != NULL && strcmp(last, hf_register_today(run->r)) < 0;
	if (hf_json_set(row, "id", hf_json_string(id)) != 0 || (gone && hf_json_set(row, "left_on", hf_json_string(last)) != 0))
		rc = hf_nomem(e);
	for (size_t i = 0; rc == HF_OK && i < sizeof(fields) / sizeof(fields[0]); i++)
		if (hf_json_get(p, fields[i]) != NULL && hf_json_set(row, fields[i], hf_json_ref(hf_json_get(p, fields[i]))) != 0)
			rc = hf_nomem(e);
	if (rc != HF_OK)
		hf_json_free(row);
	else if (hf_json_push(gone ? to->left : to->here, row) != 0)
		rc = hf_nomem(e);
	hf_json_free(p);
	return rc;
}

enum hf_code
hf_run_people(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, const char *role, struct hf_err *e)
{
	const struct hf_role *r = hf_playbook_role(run->pb, role);
	struct people         all = { hf_json_array(), hf_json_array() };
	struct hf_json       *v = NULL;
	const char           *assigned = hf_json_get_str(run->assigned, role);
	enum hf_code          rc = all.here == NULL || all.left == NULL ? hf_nomem(e) : HF_OK;

	if (rc == HF_OK && assigned != NULL)
		rc = add_person(&all, run, assigned, e);
	for (size_t k = 0; rc == HF_OK && r != NULL && k < r->paths.n; k++) {
		if ((rc = hf_run_path(&v, run, i, r->paths.v[k], e)) != HF_OK)
			break;
		if (hf_json_str(v) != NULL && hf_id_valid(hf_json_str(v)))
			rc = add_person(&all, run, hf_json_str(v), e);
		hf_json_free(v);
		v = NULL;
	}
	hf_json_free(v);
	for (size_t k = 0; rc == HF_OK && k < hf_json_len(all.left); k++)
		if (hf_json_push(all.here, hf_json_ref(hf_json_at(all.left, k))) != 0)
			rc = hf_nomem(e);
	hf_json_free(all.left);
	if (rc != HF_OK) {
		hf_json_free(all.here);
		all.here = NULL;
	}
	*out = all.here;
	return rc;
}
