#include "holdfast/document.h"

#include <stdio.h>
#include <string.h>

#include "holdfast/hash.h"

enum hf_code
hf_document_find(char id[HF_ID_SIZE], struct hf_json **record, struct hf_register *r, const char *name, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	id[0] = '\0';
	if (record != NULL)
		*record = NULL;
	if ((rc = hf_db_prepare(&s, hf_register_db(r), "SELECT id FROM document WHERE path = ?1", e)) != HF_OK)
		return rc;
	hf_stmt_text(s, 1, name);
	if (hf_stmt_step(s) && hf_stmt_col(s, 0) != NULL)
		snprintf(id, HF_ID_SIZE, "%s", hf_stmt_col(s, 0));
	rc = hf_stmt_end(s, HF_OK, e);
	if (rc == HF_OK && id[0] == '\0')
		return hf_fail(e, HF_NOTFOUND, "%s: the organisation has no version of its own", name);
	return rc == HF_OK && record != NULL ? hf_register_get(record, r, id, e) : rc;
}

/* The sum of the installed one; "" when there is none. */
static enum hf_code
sum_below(char sum[HF_SHA256_SIZE], struct hf_shelf *shelf, const char *name, struct hf_err *e)
{
	struct hf_buf text = HF_BUF_INIT;
	enum hf_code  rc = hf_shelf_below(&text, shelf, name, e);

	sum[0] = '\0';
	if (rc == HF_OK)
		hf_sha256(sum, hf_buf_str(&text), text.len);
	hf_buf_clear(&text);
	return rc == HF_NOTFOUND ? HF_OK : rc;
}

static enum hf_code
note_base(struct hf_batch *b, const char *id, const char *sum, struct hf_err *e)
{
	struct hf_json *value = hf_json_or_null(sum);
	enum hf_code    rc = value == NULL ? hf_nomem(e) : hf_batch_set_json(b, id, "base", value, e);

	hf_json_free(value);
	return rc;
}

enum hf_code
hf_document_put(char id[HF_ID_SIZE], struct hf_batch *b, struct hf_register *r, struct hf_shelf *shelf, const char *name,
    const char *text, bool seen, struct hf_err *e)
{
	struct hf_json *value = NULL;
	struct hf_err   why = HF_ERR_INIT;
	char            sum[HF_SHA256_SIZE];
	enum hf_code    rc;

	rc = hf_document_find(id, NULL, r, name, text == NULL ? e : &why);
	if (rc == HF_NOTFOUND && text != NULL) {
		seen = true;
		if ((rc = hf_batch_add(id, b, "document", e)) == HF_OK)
			rc = hf_batch_set(b, id, "path", '=', name, e);
	} else if (rc != HF_OK && text != NULL && e != NULL)
		*e = why;
	if (rc == HF_OK && text != NULL) {
		if ((value = hf_json_string(text)) == NULL)
			rc = hf_fail(e, HF_BAD, "%s: it is no text", name);
		else
			rc = hf_batch_set_json(b, id, "text", value, e);
	}
	hf_json_free(value);
	if (rc == HF_OK && seen && (rc = sum_below(sum, shelf, name, e)) == HF_OK)
		rc = note_base(b, id, sum, e);
	return rc;
}

enum hf_code
hf_document_behind(bool *out, struct hf_register *r, struct hf_shelf *shelf, const char *name, struct hf_err *e)
{
	struct hf_json *record = NULL;
	const char     *base;
	char            id[HF_ID_SIZE], sum[HF_SHA256_SIZE];
	enum hf_code    rc;

	*out = false;
	if ((rc = hf_document_find(id, &record, r, name, e)) != HF_OK)
		return rc == HF_NOTFOUND ? HF_OK : rc;
	base = hf_json_get_str(record, "base");
	if (base != NULL && (rc = sum_below(sum, shelf, name, e)) == HF_OK)
		*out = sum[0] != '\0' && strcmp(base, sum) != 0;
	hf_json_free(record);
	return rc;
}
