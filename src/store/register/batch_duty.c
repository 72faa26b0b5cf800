/* Who has left is given no duty (HF_FIELD_DUTY). */
#include <string.h>

#include "batch.h"

/* Is it so already? Who changes something else of a record need not put that right first. */
static bool
stands_there(struct hf_batch *b, const struct change *c, const struct hf_field *f, const char *id)
{
	struct hf_json       *record = NULL;
	const struct hf_json *old;
	bool                  found = false;

	if (c->fresh || hf_register_get(&record, b->r, c->id, NULL) != HF_OK)
		return false;
	old = hf_json_get(record, f->name);
	found = hf_json_str(old) != NULL && strcmp(hf_json_str(old), id) == 0;
	for (size_t i = 0; !found && hf_json_is(old, HF_JSON_ARRAY) && i < hf_json_len(old); i++)
		found = strcmp(hf_json_str(hf_json_at(old, i)), id) == 0;
	hf_json_free(record);
	return found;
}

static enum hf_code
one(struct hf_batch *b, const struct change *c, const struct hf_field *f, const char *id, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if (batch_change(b, id) != NULL) /* they come, or come back, in this very commit */
		return HF_OK;
	if ((rc = hf_db_prepare(&s, b->r->db, "SELECT name, last_day FROM main.person WHERE id = ? AND gone", e)) != HF_OK)
		return rc;
	hf_stmt_text(s, 1, id);
	if (hf_stmt_step(s) && !stands_there(b, c, f, id)) {
		rc = hf_fail(e, HF_BAD, "%s: %s left on %s", f->name, hf_stmt_col(s, 0), hf_stmt_col(s, 1));
		hf_hint(e, "name somebody who is here: holdfast list person gone=no");
	}
	return hf_stmt_end(s, rc, e);
}

enum hf_code
batch_duty(struct hf_batch *b, const struct change *c, const struct op *o, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	if (!(o->field->flags & HF_FIELD_DUTY) || o->op == '-' || o->value == NULL)
		return HF_OK;
	if (hf_json_str(o->value) != NULL)
		return one(b, c, o->field, hf_json_str(o->value), e);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(o->value); i++)
		rc = one(b, c, o->field, hf_json_str(hf_json_at(o->value, i)), e);
	return rc;
}
