#include "holdfast/schema.h"

#include <stdio.h>
#include <string.h>

#include "holdfast/text.h"

const struct hf_kind *
hf_schema_kind(const char *name)
{
	for (size_t i = 0; i < hf_n_kinds; i++)
		if (strcmp(hf_kinds[i].name, name) == 0)
			return &hf_kinds[i];
	return NULL;
}

const struct hf_field *
hf_schema_field(const struct hf_kind *kind, const char *name)
{
	for (size_t i = 0; i < kind->n_fields; i++)
		if (strcmp(kind->fields[i].name, name) == 0)
			return &kind->fields[i];
	return NULL;
}

enum hf_code
hf_schema_want_kind(const struct hf_kind **out, const char *name, struct hf_err *e)
{
	const char *names[64];
	const char *near;

	if ((*out = hf_schema_kind(name)) != NULL)
		return HF_OK;
	for (size_t i = 0; i < hf_n_kinds; i++)
		names[i] = hf_kinds[i].name;
	near = hf_text_nearest(name, names, hf_n_kinds);
	hf_fail(e, HF_BAD, "%s: unknown kind", name);
	if (near != NULL)
		return hf_hint(e, "did you mean %s?", near);
	return hf_hint(e, "the kinds are account, person, unit, org and others: holdfast help add");
}

enum hf_code
hf_schema_want_field(const struct hf_field **out, const struct hf_kind *kind, const char *name, struct hf_err *e)
{
	const char *names[128];
	const char *near;

	if ((*out = hf_schema_field(kind, name)) != NULL)
		return HF_OK;
	for (size_t i = 0; i < kind->n_fields; i++)
		names[i] = kind->fields[i].name;
	near = hf_text_nearest(name, names, kind->n_fields);
	hf_fail(e, HF_BAD, "%s: %s has no such field", name, kind->name);
	if (near != NULL)
		return hf_hint(e, "did you mean %s?", near);
	return hf_hint(e, "holdfast help %s lists its fields", kind->name);
}

bool
hf_field_choice(const struct hf_field *f, size_t n, char *word, size_t size)
{
	const char *p = f->choices;
	size_t      len;

	if (p == NULL)
		return false;
	for (;; n--) {
		p += strspn(p, " ");
		if (*p == '\0')
			return false;
		len = strcspn(p, " ");
		if (n == 0)
			break;
		p += len;
	}
	snprintf(word, size, "%.*s", (int)len, p);
	return true;
}

/* ---- JSON ---- */

static enum hf_code
judge_one(const struct hf_field *f, const struct hf_json *v, struct hf_err *e)
{
	struct hf_json *canonical = NULL;
	struct hf_field one = *f;
	char            what[256];
	enum hf_code    rc;

	one.flags &= ~HF_FIELD_LIST;
	switch (f->type) {
	case HF_FIELD_BOOL:
		if (hf_json_is(v, HF_JSON_BOOL))
			return HF_OK;
		break;
	case HF_FIELD_INT:
		if (hf_json_is(v, HF_JSON_INT) && hf_json_num(v) >= 0)
			return HF_OK;
		break;
	default:
		if (!hf_json_is(v, HF_JSON_STRING))
			break;
		if ((rc = hf_schema_value(&canonical, f, hf_json_str(v), e)) == HF_OK && !hf_json_equal(canonical, v)) {
			hf_fail(e, HF_BAD, "%s: \"%.60s\" is not in the form that is stored", f->name, hf_json_str(v));
			rc = hf_hint(e, "write %.100s", hf_json_str(canonical));
		}
		hf_json_free(canonical);
		return rc;
	}
	return hf_fail(e, HF_BAD, "%s: not %s", f->name, hf_field_words(what, sizeof(what), &one));
}

enum hf_code
hf_schema_judge(const struct hf_field *f, const struct hf_json *value, struct hf_err *e)
{
	enum hf_code rc;

	if (!(f->flags & HF_FIELD_LIST))
		return judge_one(f, value, e);
	if (!hf_json_is(value, HF_JSON_ARRAY))
		return hf_fail(e, HF_BAD, "%s: not a list", f->name);
	for (size_t i = 0; i < hf_json_len(value); i++)
		if ((rc = judge_one(f, hf_json_at(value, i), e)) != HF_OK)
			return rc;
	return HF_OK;
}

static bool
in_envelope(const char *name)
{
	return strcmp(name, "id") == 0 || strcmp(name, "kind") == 0 || strcmp(name, "register") == 0 ||
	    strcmp(name, "version") == 0;
}

enum hf_code
hf_schema_judge_record(const struct hf_kind *kind, const struct hf_json *record, struct hf_err *e)
{
	const struct hf_field *f;
	struct hf_json        *value;
	const char            *key;
	enum hf_code           rc;

	for (void *it = NULL; hf_json_next(record, &it, &key, &value);) {
		if (in_envelope(key))
			continue;
		if ((rc = hf_schema_want_field(&f, kind, key, e)) != HF_OK || (rc = hf_schema_judge(f, value, e)) != HF_OK)
			return rc;
	}
	for (size_t i = 0; i < kind->n_fields; i++) {
		if ((kind->fields[i].flags & HF_FIELD_REQUIRED) && hf_json_get(record, kind->fields[i].name) == NULL) {
			hf_fail(e, HF_BAD, "%s: %s is missing", kind->name, kind->fields[i].name);
			return hf_hint(e, "add %s=…: %s", kind->fields[i].name, kind->fields[i].help);
		}
	}
	return HF_OK;
}

/* ---- keys ---- */

static bool
add_part(struct hf_buf *out, const char *name, const struct hf_json *value)
{
	const char *v = hf_json_str(value);

	if (v == NULL)
		return false;
	hf_text_fold(out, strcmp(name, "handle") == 0 && v[0] == '@' ? v + 1 : v);
	hf_buf_addc(out, '\n');
	return true;
}

bool
hf_schema_key(struct hf_buf *out, const struct hf_kind *kind, const struct hf_json *record)
{
	const struct hf_field words = { .choices = kind->key };
	char                  name[64];

	for (size_t i = 0; hf_field_choice(&words, i, name, sizeof(name)); i++)
		if (!add_part(out, name, hf_json_get(record, name)))
			return false;
	return kind->key != NULL;
}
