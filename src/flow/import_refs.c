/* What a cell of an import refers to. Each text is looked up once. */
#include <string.h>

#include "holdfast/text.h"
#include "import_impl.h"

static enum hf_code
remember(struct import *im, const char *kinds, const char *text, const char *id, struct hf_err *e)
{
	struct hf_buf key = HF_BUF_INIT;
	enum hf_code  rc;

	hf_buf_addf(&key, "%s\n%s", kinds, text);
	if ((rc = hf_buf_check(&key, e)) == HF_OK && hf_json_set(im->refs, key.data, hf_json_string(id)) != 0)
		rc = hf_nomem(e);
	hf_buf_clear(&key);
	return rc;
}

static bool
recall(char id[HF_ID_SIZE], const struct import *im, const char *kinds, const char *text)
{
	struct hf_buf key = HF_BUF_INIT;
	const char   *found;

	hf_buf_addf(&key, "%s\n%s", kinds, text);
	if ((found = hf_json_get_str(im->refs, hf_buf_str(&key))) != NULL)
		memcpy(id, found, HF_ID_SIZE);
	hf_buf_clear(&key);
	return found != NULL;
}

/* A new unit or person. Those are told apart without regard to case, as the ones that are there. */
static enum hf_code
create(char id[HF_ID_SIZE], struct import *im, const char *kind, const char *name, const char *folded, struct hf_err *e)
{
	struct hf_json *values = NULL;
	enum hf_code    rc;

	if ((rc = hf_batch_add(id, im->b, kind, e)) != HF_OK || (rc = hf_batch_set(im->b, id, "name", '=', name, e)) != HF_OK ||
	    (rc = remember(im, kind, folded, id, e)) != HF_OK)
		return rc;
	if (strcmp(kind, "person") == 0)
		im->count.persons++;
	else
		im->count.units++;
	if (strcmp(kind, im->kind->name) != 0)
		return HF_OK;
	/* A row further down may say more of it. */
	values = hf_json_object();
	if (hf_json_set(values, "name", hf_json_string(name)) != 0 || hf_json_set(im->named, id, hf_json_bool(true)) != 0)
		rc = hf_nomem(e);
	else
		rc = who_note(im, values, id, e);
	hf_json_free(values);
	return rc;
}

static bool
creatable(const struct hf_field *f)
{
	return strcmp(f->choices, "person") == 0 || strcmp(f->choices, "unit") == 0;
}

/* One that this import has made, or makes now. HF_NOTFOUND leaves e as it is. */
static enum hf_code
made(char id[HF_ID_SIZE], struct import *im, const char *kind, const char *text, bool make, struct hf_err *e)
{
	struct hf_buf folded = HF_BUF_INIT;
	enum hf_code  rc;

	hf_buf_addc(&folded, '\n');
	hf_text_fold(&folded, text);
	if ((rc = hf_buf_check(&folded, e)) == HF_OK && !recall(id, im, kind, folded.data))
		rc = make ? create(id, im, kind, text, folded.data, e) : HF_NOTFOUND;
	hf_buf_clear(&folded);
	return rc;
}

static enum hf_code
resolve_one(char id[HF_ID_SIZE], struct import *im, const struct hf_field *f, const char *text, bool make, struct hf_err *e)
{
	enum hf_code rc = HF_NOTFOUND;

	if (recall(id, im, f->choices, text))
		return HF_OK;
	if (im->how->create && creatable(f)) {
		/* Without e, nothing is looked for that is like it. */
		if ((rc = hf_register_resolve_whole(id, im->r, f->choices, text, NULL)) == HF_NOTFOUND)
			rc = made(id, im, f->choices, text, make, e);
	}
	if (rc != HF_OK)
		rc = hf_register_resolve_whole(id, im->r, f->choices, text, e);
	if (rc == HF_NOTFOUND && creatable(f))
		hf_hint(e, "--create makes the units and persons that are missing");
	return rc == HF_OK ? remember(im, f->choices, text, id, e) : rc;
}

enum hf_code
refs_resolve(struct hf_json **out, struct import *im, const struct hf_field *f, const char *typed, bool make, struct hf_err *e)
{
	char         id[HF_ID_SIZE];
	enum hf_code rc;

	*out = NULL;
	if ((rc = resolve_one(id, im, f, typed, make, e)) == HF_OK && (*out = hf_json_string(id)) == NULL)
		rc = hf_nomem(e);
	return rc;
}
