/* Which of two values counts when lines have crossed: the rest of it is merge_record's. */
#include <stdlib.h>
#include <string.h>

#include "merge_impl.h"

/* ---- what the ways say about a record ---- */

/* A record that is merged, and what the ways say about it. */
struct exact {
	struct merge_trace    t;
	const struct hf_json *ours, *theirs;
	struct hf_json       *start;   /* as merge_record has to be told it; NULL: as it was */
	struct hf_json       *another; /* fields that have a value which neither side has */
};

static int
set_field(struct hf_json *o, const char *field, const struct hf_json *value)
{
	if (value != NULL)
		return hf_json_set(o, field, hf_json_copy(value));
	hf_json_unset(o, field);
	return 0;
}

/* The start is what the side has that does not count: or, for a conflict, what neither has. */
static enum hf_code
settle(struct exact *x, const char *field, struct hf_err *e)
{
	const struct hf_json *ours = hf_json_get(x->ours, field), *theirs = hf_json_get(x->theirs, field), *another = NULL;
	struct hf_json       *none = hf_json_null();
	enum merge_verdict    v = MERGE_KEEP_NEITHER;
	enum hf_code          rc = merge_trace_judge(&v, &another, &x->t, field, e);

	if (rc != HF_OK)
		goto done;
	if (set_field(x->start, field,
		v == MERGE_KEEP_OURS        ? theirs :
		    v == MERGE_KEEP_NEITHER ? none :
					      ours) != 0 ||
	    (v == MERGE_KEEP_ANOTHER &&
		hf_json_set(x->another, field, another == NULL ? hf_json_null() : hf_json_copy(another)) != 0))
		rc = hf_nomem(e);
done:
	hf_json_free(none);
	return rc;
}

static bool
has_field(const struct hf_json *conflicts, const char *field)
{
	for (size_t i = 0; i < hf_json_len(conflicts); i++)
		if (strcmp(hf_json_get_str(hf_json_at(conflicts, i), "field"), field) == 0)
			return true;
	return false;
}

/* Lists need no choice. What one side has as it was at the start may all the same be what it chose since then. */
static bool
is_asked(const struct exact *x, const struct hf_json *found, const char *field)
{
	const struct hf_json *a = hf_json_get(x->ours, field), *b = hf_json_get(x->theirs, field);

	if (merge_same(a, b) || hf_json_is(a, HF_JSON_ARRAY) || hf_json_is(b, HF_JSON_ARRAY))
		return has_field(found, field);
	return strcmp(field, "version") != 0;
}

static enum hf_code
settle_fields(struct exact *x, const struct hf_json *found, struct hf_err *e)
{
	const struct hf_json *sides[2] = { x->ours, x->theirs };
	struct hf_json       *value;
	const char           *field;
	enum hf_code          rc = HF_OK;

	for (int i = 0; i < 2; i++)
		for (void *it = NULL; rc == HF_OK && hf_json_next(sides[i], &it, &field, &value);)
			if ((i == 0 || hf_json_get(x->ours, field) == NULL) && is_asked(x, found, field))
				rc = settle(x, field, e);
	return rc;
}

/* *out: can the ways be followed? */
static enum hf_code
follow(bool *out, struct exact *x, const struct merge_crossing *c, const struct hf_json *start, const struct hf_json *found,
    struct hf_err *e)
{
	char         id[HF_ID_SIZE], run[HF_ID_SIZE];
	enum hf_code rc;

	*out = false;
	path_read(c->path, id, run);
	if ((rc = merge_ways_make(c, e)) != HF_OK || !c->ways->forked || c->ways->lost)
		return rc;
	if ((x->start = hf_json_copy(start)) == NULL || (x->another = hf_json_object()) == NULL)
		return hf_nomem(e);
	if ((rc = merge_trace_make(&x->t, c, id, e)) != HF_OK)
		return rc;
	merge_trace_give(&x->t, c->ways->tip[0], x->ours);
	merge_trace_give(&x->t, c->ways->tip[1], x->theirs);
	if (c->n == 1)
		merge_trace_give(&x->t, 0, start);
	rc = settle_fields(x, found, e);
	*out = rc == HF_OK;
	if (rc != HF_SEALED && rc != HF_DAMAGED && rc != HF_BAD)
		return rc;
	hf_err_clear(e);
	return HF_OK;
}

/* A value that neither side has makes it a new version, whatever else it takes. */
static enum hf_code
put_another(struct hf_json **record, const struct exact *x, struct hf_err *e)
{
	int64_t         a = hf_json_num(hf_json_get(x->ours, "version")), b = hf_json_num(hf_json_get(x->theirs, "version"));
	struct hf_json *merged = hf_json_copy(*record), *value;
	const char     *field;
	int             bad = merged == NULL;

	hf_json_free(*record);
	*record = merged;
	for (void *it = NULL; !bad && hf_json_next(x->another, &it, &field, &value);)
		bad = set_field(merged, field, hf_json_is(value, HF_JSON_NULL) ? NULL : value) != 0;
	if (!bad)
		bad = hf_json_set(merged, "version", hf_json_int((a > b ? a : b) + 1)) != 0;
	return bad ? hf_nomem(e) : HF_OK;
}

/* Of what was found, what is about no field of the other list. */
static enum hf_code
give(struct hf_json *to, const struct hf_json *found, const struct hf_json *without, struct hf_err *e)
{
	for (size_t i = 0; to != NULL && i < hf_json_len(found); i++) {
		const struct hf_json *c = hf_json_at(found, i);

		if (!has_field(without, hf_json_get_str(c, "field")) && hf_json_push(to, hf_json_ref(c)) != 0)
			return hf_nomem(e);
	}
	return HF_OK;
}

enum hf_code
merge_exact(struct hf_json **out, struct hf_json *conflicts, struct hf_json *dropped, const struct merge_crossing *c,
    const struct hf_json *start, const struct merge_side *ours, const struct merge_side *theirs, struct hf_err *e)
{
	struct hf_json *found = hf_json_array(), *exact = hf_json_array();
	struct exact    x = { .ours = ours->record, .theirs = theirs->record };
	bool            followed = false;
	enum hf_code    rc;

	if ((rc = merge_record(out, found, start, ours, theirs, e)) != HF_OK)
		goto done;
	if (start != NULL && x.ours != NULL && x.theirs != NULL)
		rc = follow(&followed, &x, c, start, found, e);
	if (rc == HF_OK && followed) {
		hf_json_free(*out);
		if ((rc = merge_record(out, exact, x.start, ours, theirs, e)) == HF_OK && hf_json_len(x.another) > 0)
			rc = put_another(out, &x, e);
		if (rc == HF_OK && (rc = give(dropped, found, exact, e)) == HF_OK)
			rc = give(conflicts, exact, NULL, e);
	} else if (rc == HF_OK)
		rc = give(conflicts, found, NULL, e);
done:
	merge_trace_clear(&x.t);
	hf_json_free(x.start);
	hf_json_free(x.another);
	hf_json_free(found);
	hf_json_free(exact);
	return rc;
}
