/* What two people changed at the same time: listed, and settled. */
#include <stdio.h>
#include <string.h>

#include "../register/batch.h"
#include "holdfast/share.h"
#include "merge.h"

/* ---- listing ---- */

static struct hf_json *
or_null(const struct hf_json *v)
{
	return v == NULL ? hf_json_null() : hf_json_ref(v);
}

/* now: what the field has by now; NULL: no value. */
static enum hf_code
push_row(struct hf_json *out, struct hf_register *r, const char *id, const struct hf_json *conflict, const struct hf_json *now,
    struct hf_err *e)
{
	static const char *const fields[] = { "record", "field", "kept", "other", "kept_by", "other_by" };
	struct hf_json          *row = hf_json_object();
	struct hf_buf            ref = HF_BUF_INIT;
	char                     at[HF_TIME_SIZE];
	int                      bad;

	hf_register_ref(&ref, r, hf_json_get_str(conflict, "record"));
	hf_time_rfc3339(at, hf_id_time(id), false);
	bad = hf_json_set(row, "id", hf_json_string(id)) | hf_json_set(row, "ref", hf_json_string(hf_buf_str(&ref))) |
	    hf_json_set(row, "at", hf_json_string(at)) | hf_json_set(row, "now", or_null(now));
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		bad |= hf_json_set(row, fields[i], or_null(hf_json_get(conflict, fields[i])));
	hf_buf_clear(&ref);
	if (!bad)
		return hf_json_push(out, row) == 0 ? HF_OK : hf_nomem(e);
	hf_json_free(row);
	return hf_nomem(e);
}

/*
 * Two merges of crossed histories may have told of the same two values, each in its own words. The last of them is listed, and all are settled at once.
 */
#define SAME_TWO                                                                                   \
	"d.record = c.record AND d.field = c.field AND ((d.kept IS c.kept AND d.other IS c.other)" \
	" OR (d.kept IS c.other AND d.other IS c.kept))"

/* Of what is sealed it cannot be told here whether it is there: it is somebody else's to settle. */
static const char open_ones[] =
    "SELECT c.id, x.body, y.body FROM main.conflict c JOIN record x ON x.id = c.id JOIN record y ON y.id = c.record"
    " WHERE c.settled_on IS NULL AND NOT EXISTS (SELECT 1 FROM main.conflict d WHERE d.id > c.id AND d.settled_on IS NULL AND " SAME_TWO
    ")"
    " ORDER BY c.id";

static enum hf_code
push_open(struct hf_json *out, struct hf_register *r, struct hf_stmt *s, struct hf_err *e)
{
	const char           *text = hf_stmt_col(s, 1), *about = hf_stmt_col(s, 2), *field;
	const struct hf_json *value;
	struct hf_json       *conflict = NULL, *record = NULL, *now = NULL;
	enum hf_code          rc;

	if ((rc = hf_json_parse(&conflict, text, strlen(text), e)) != HF_OK ||
	    (rc = hf_json_parse(&record, about, strlen(about), e)) != HF_OK)
		goto done;
	field = hf_json_get_str(conflict, "field");
	if (strcmp(field, MERGE_WHOLE) == 0)
		now = hf_json_ref(hf_json_get(conflict, "kept"));
	else if ((value = hf_json_get(record, field)) != NULL && (now = merge_typed(value)) == NULL)
		rc = hf_nomem(e);
	if (rc == HF_OK)
		rc = push_row(out, r, hf_stmt_col(s, 0), conflict, now, e);
done:
	hf_json_free(conflict);
	hf_json_free(record);
	hf_json_free(now);
	return rc;
}

static enum hf_code
list_open(struct hf_json *out, struct hf_register *r, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, r->db, open_ones, e)) != HF_OK)
		return rc;
	while (rc == HF_OK && hf_stmt_step(s))
		rc = push_open(out, r, s, e);
	return hf_stmt_end(s, rc, e);
}

/* ---- two records with one key ---- */

static enum hf_code
push_pair(
    struct hf_json *out, struct hf_register *r, const struct hf_kind *k, const char *first, const char *second, struct hf_err *e)
{
	struct hf_json *c = hf_json_object();
	enum hf_code    rc;

	if (hf_json_set(c, "record", hf_json_string(first)) != 0 || hf_json_set(c, "field", hf_json_string(k->key)) != 0 ||
	    hf_json_set(c, "kept", hf_json_string(first)) != 0 || hf_json_set(c, "other", hf_json_string(second)) != 0)
		rc = hf_nomem(e);
	else
		rc = push_row(out, r, second, c, hf_json_get(c, "kept"), e);
	hf_json_free(c);
	return rc;
}

static enum hf_code
pairs_of(struct hf_json *out, struct hf_register *r, const struct hf_kind *k, struct hf_err *e)
{
	struct hf_json *seen = hf_json_object(), *record;
	struct hf_stmt *s = NULL;
	struct hf_buf   key = HF_BUF_INIT;
	enum hf_code    rc, done;

	if ((rc = hf_db_prepare(&s, r->db, "SELECT id, body FROM record WHERE kind = ? ORDER BY id", e)) != HF_OK)
		goto done;
	hf_stmt_text(s, 1, k->name);
	while (rc == HF_OK && hf_stmt_step(s)) {
		const char *id = hf_stmt_col(s, 0), *text = hf_stmt_col(s, 1), *first;

		if ((rc = hf_json_parse(&record, text, strlen(text), e)) != HF_OK)
			break;
		hf_buf_cut(&key, 0);
		if (hf_schema_key(&key, k, record)) {
			if ((first = hf_json_get_str(seen, hf_buf_str(&key))) != NULL)
				rc = push_pair(out, r, k, first, id, e);
			else if (key.failed || hf_json_set(seen, hf_buf_str(&key), hf_json_string(id)) != 0)
				rc = hf_nomem(e);
		}
		hf_json_free(record);
	}
	if ((done = hf_stmt_reset(s, e)) != HF_OK)
		rc = done;
done:
	hf_stmt_free(s);
	hf_buf_clear(&key);
	hf_json_free(seen);
	return rc;
}

enum hf_code
hf_conflicts(struct hf_json **out, struct hf_register *r, struct hf_err *e)
{
	struct hf_json *list = hf_json_array();
	enum hf_code    rc = list == NULL ? hf_nomem(e) : list_open(list, r, e);

	*out = NULL;
	for (size_t k = 0; rc == HF_OK && k < hf_n_kinds; k++)
		if (hf_kinds[k].key != NULL)
			rc = pairs_of(list, r, &hf_kinds[k], e);
	if (rc == HF_OK)
		*out = hf_json_ref(list);
	hf_json_free(list);
	return rc;
}

/* ---- settling ---- */

static const char *
text_or(const struct hf_json *v, const char *fallback)
{
	return v == NULL ? fallback : hf_json_str(v);
}

/* Does the field still hold what was kept? */
static enum hf_code
must_stand(struct hf_register *r, const struct hf_json *conflict, const struct hf_json *record, struct hf_err *e)
{
	const char           *field = hf_json_get_str(conflict, "field");
	const struct hf_json *value = hf_json_get(record, field), *kept = hf_json_get(conflict, "kept");
	struct hf_json       *now = value == NULL ? NULL : merge_typed(value);
	struct hf_buf         ref = HF_BUF_INIT;
	enum hf_code          rc = HF_OK;

	if (value != NULL && now == NULL)
		return hf_nomem(e);
	if ((now == NULL) != (kept == NULL) || (now != NULL && !hf_json_equal(now, kept))) {
		hf_register_ref(&ref, r, hf_json_get_str(conflict, "record"));
		hf_fail(e, HF_BAD, "%s: %s was changed since, to %s", hf_buf_str(&ref), field, text_or(now, "nothing"));
		rc = hf_hint(
		    e, "holdfast conflicts settle %s kept leaves it so; holdfast set changes it", hf_json_get_str(conflict, "id"));
	}
	hf_buf_clear(&ref);
	hf_json_free(now);
	return rc;
}

/* Lists that could not be merged are held as JSON. */
static enum hf_code
set_other(struct hf_batch *b, const struct hf_kind *kind, const struct hf_json *conflict, struct hf_err *e)
{
	const char            *field = hf_json_get_str(conflict, "field"), *id = hf_json_get_str(conflict, "record");
	const struct hf_json  *other = hf_json_get(conflict, "other");
	const struct hf_field *f;
	struct hf_json        *list = NULL;
	enum hf_code           rc;

	if ((rc = hf_schema_want_field(&f, kind, field, e)) != HF_OK)
		return rc;
	if (other != NULL && (f->flags & HF_FIELD_LIST) &&
	    hf_json_parse(&list, hf_json_str(other), strlen(hf_json_str(other)), NULL) == HF_OK)
		other = list;
	rc = hf_batch_set_json(b, id, field, other, e);
	hf_json_free(list);
	return rc;
}

static enum hf_code
take_other(struct hf_batch *b, struct hf_register *r, const struct hf_json *conflict, struct hf_err *e)
{
	const char     *id = hf_json_get_str(conflict, "record");
	struct hf_json *record = NULL;
	enum hf_code    rc;

	if (strcmp(hf_json_get_str(conflict, "field"), MERGE_WHOLE) == 0)
		return hf_batch_remove(b, id, e);
	if ((rc = hf_register_get(&record, r, id, e)) != HF_OK)
		return rc;
	if ((rc = must_stand(r, conflict, record, e)) == HF_OK)
		rc = set_other(b, hf_schema_kind(hf_json_get_str(record, "kind")), conflict, e);
	hf_json_free(record);
	return rc;
}

static enum hf_code
get_open(struct hf_json **out, struct hf_register *r, const char *id, struct hf_err *e)
{
	const char  *kind;
	enum hf_code rc;

	if ((rc = hf_register_get(out, r, id, e)) != HF_OK)
		return rc;
	kind = hf_json_get_str(*out, "kind");
	if (strcmp(kind, "conflict") != 0)
		rc = hf_fail(e, HF_NOTFOUND, "%s: a record of kind %s, not a conflict", id, kind);
	else if (hf_json_get(*out, "settled_on") != NULL)
		rc = hf_fail(e, HF_BAD, "%s: settled already, on %s", id, hf_json_get_str(*out, "settled_on"));
	else
		return HF_OK;
	hf_json_free(*out);
	*out = NULL;
	return hf_hint(e, "holdfast conflicts lists those that are open");
}

static const char same_ones[] =
    "SELECT d.id FROM main.conflict c JOIN main.conflict d ON d.settled_on IS NULL AND " SAME_TWO " WHERE c.id = ?";

/* Itself, and those that tell of the same. */
static enum hf_code
settle_same(struct hf_batch *b, struct hf_register *r, const char *id, struct hf_err *e)
{
	struct hf_json *today = hf_json_string(r->today);
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, r->db, same_ones, e)) == HF_OK) {
		hf_stmt_text(s, 1, id);
		while (rc == HF_OK && hf_stmt_step(s))
			rc = hf_batch_set_json(b, hf_stmt_col(s, 0), "settled_on", today, e);
		rc = hf_stmt_end(s, rc, e);
	}
	hf_json_free(today);
	return rc;
}

enum hf_code
hf_conflict_batch(struct hf_batch **out, struct hf_register *r, const char *id, bool other, struct hf_err *e)
{
	struct hf_json  *conflict = NULL;
	struct hf_batch *b = NULL;
	enum hf_code     rc;

	*out = NULL;
	if ((rc = get_open(&conflict, r, id, e)) != HF_OK || (rc = hf_batch_new(&b, r, e)) != HF_OK ||
	    (other && (rc = take_other(b, r, conflict, e)) != HF_OK) || (rc = settle_same(b, r, id, e)) != HF_OK)
		goto done;
	*out = b;
	b = NULL;
done:
	hf_batch_free(b);
	hf_json_free(conflict);
	return rc;
}

enum hf_code
hf_conflict_settle(struct hf_register *r, const char *id, bool other, struct hf_err *e)
{
	struct hf_batch *b;
	enum hf_code     rc;

	if ((rc = hf_conflict_batch(&b, r, id, other, e)) == HF_OK)
		rc = hf_batch_commit(b, "record", e);
	hf_batch_free(b);
	return rc;
}
