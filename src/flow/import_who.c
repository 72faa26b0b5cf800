/*
 * Which record a row is. A kind with a key has it as its only name here; a person has up to three (the e-mail address; the name; the name of one
 * without an address), and any other record all its columns.
 */
#include <string.h>

#include "holdfast/text.h"
#include "import_impl.h"

static void
add_name(struct hf_buf *b, char sort, const char *text)
{
	hf_buf_cut(b, 0);
	hf_buf_addf(b, "%c\n", sort);
	hf_text_fold(b, text);
}

/* The id by that name; "" when several have it. */
static const char *
by_name(const struct import *im, const struct hf_buf *name)
{
	return hf_json_get_str(im->there, hf_buf_str(name));
}

static enum hf_code
put(struct import *im, const struct hf_buf *name, const char *id, struct hf_err *e)
{
	const char *before = by_name(im, name);

	if (before != NULL && strcmp(before, id) != 0)
		id = "";
	if (name->failed || hf_json_set(im->there, hf_buf_str(name), hf_json_string(id)) != 0)
		return hf_nomem(e);
	return HF_OK;
}

/* ---- any kind but persons ---- */

static void
all_columns(struct hf_buf *b, const struct import *im, const struct hf_json *values)
{
	hf_buf_cut(b, 0);
	for (size_t i = 0; i < im->n_columns; i++) {
		const struct hf_json *v = im->columns[i].field == NULL ? NULL : hf_json_get(values, im->columns[i].field->name);

		if (v != NULL)
			hf_json_dump(b, v, HF_JSON_COMPACT);
		hf_buf_addc(b, '\n');
	}
}

static void
key_name(struct hf_buf *b, const struct import *im, const struct hf_json *values)
{
	hf_buf_cut(b, 0);
	if (im->kind->single)
		hf_buf_adds(b, "one");
	else if (im->kind->key == NULL || !hf_schema_key(b, im->kind, values))
		all_columns(b, im, values);
}

/* ---- persons ---- */

static bool
is_person(const struct import *im)
{
	return strcmp(im->kind->name, "person") == 0;
}

static enum hf_code
note_person(struct import *im, const struct hf_json *values, const char *id, struct hf_err *e)
{
	const char   *name = hf_json_get_str(values, "name"), *email = hf_json_get_str(values, "email");
	struct hf_buf b = HF_BUF_INIT;
	enum hf_code  rc = HF_OK;

	if (email != NULL) {
		add_name(&b, 'e', email);
		rc = put(im, &b, id, e);
	}
	if (rc == HF_OK && name != NULL) {
		add_name(&b, 'n', name);
		rc = put(im, &b, id, e);
	}
	if (rc == HF_OK && name != NULL && email == NULL) {
		add_name(&b, 'o', name);
		rc = put(im, &b, id, e);
	}
	hf_buf_clear(&b);
	return rc;
}

/* By the address; else, somebody of that name who has none yet. Without an address in the row, by the name alone. */
static enum hf_code
find_person(char id[HF_ID_SIZE], struct import *im, const struct hf_json *values, struct hf_err *e)
{
	const char   *name = hf_json_get_str(values, "name"), *email = hf_json_get_str(values, "email"), *found = NULL;
	struct hf_buf b = HF_BUF_INIT;
	enum hf_code  rc = HF_NOTFOUND;

	if (email != NULL) {
		add_name(&b, 'e', email);
		found = by_name(im, &b);
	}
	if (found == NULL && name != NULL) {
		add_name(&b, email != NULL ? 'o' : 'n', name);
		found = by_name(im, &b);
	}
	if (found != NULL && *found == '\0') {
		hf_fail(e, HF_AMBIGUOUS, "several persons are called %s", email != NULL ? email : name);
		rc = hf_hint(e, "tell them apart by a column email");
	} else if (found != NULL) {
		memcpy(id, found, HF_ID_SIZE);
		rc = HF_OK;
	}
	hf_buf_clear(&b);
	return rc;
}

/* ---- all ---- */

bool
who_needs(const struct import *im, const char *field)
{
	const struct hf_field words = { .choices = is_person(im) ? "name email" : im->kind->key };
	char                  name[64];

	if (words.choices == NULL)
		return !im->kind->single;
	for (size_t i = 0; hf_field_choice(&words, i, name, sizeof(name)); i++)
		if (strcmp(name, field) == 0)
			return true;
	return false;
}

enum hf_code
who_note(struct import *im, const struct hf_json *values, const char *id, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	enum hf_code  rc;

	if (is_person(im))
		return note_person(im, values, id, e);
	key_name(&b, im, values);
	rc = put(im, &b, id, e);
	hf_buf_clear(&b);
	return rc;
}

enum hf_code
who_find(char id[HF_ID_SIZE], struct import *im, const struct hf_json *values, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	const char   *found;
	enum hf_code  rc = HF_NOTFOUND;

	if (is_person(im))
		return find_person(id, im, values, e);
	key_name(&b, im, values);
	found = by_name(im, &b);
	if (found != NULL && *found == '\0')
		rc = hf_fail(e, HF_AMBIGUOUS, "several records of kind %s are like this row", im->kind->name);
	else if (found != NULL)
		rc = HF_OK;
	if (rc == HF_OK)
		memcpy(id, found, HF_ID_SIZE);
	hf_buf_clear(&b);
	return rc;
}

enum hf_code
who_load(struct import *im, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, hf_register_db(im->r), "SELECT id, body FROM record WHERE kind = ?", e)) != HF_OK)
		return rc;
	hf_stmt_text(s, 1, im->kind->name);
	while (rc == HF_OK && hf_stmt_step(s)) {
		struct hf_json *record = NULL;
		const char     *body = hf_stmt_col(s, 1);

		if ((rc = hf_json_parse(&record, body, strlen(body), e)) == HF_OK)
			rc = who_note(im, record, hf_stmt_col(s, 0), e);
		hf_json_free(record);
	}
	return hf_stmt_end(s, rc, e);
}
