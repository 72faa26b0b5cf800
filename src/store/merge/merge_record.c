/* Merging one record: a pure function of three versions and who wrote two of them when. */
#include <stdio.h>
#include <string.h>

#include "holdfast/hash.h"
#include "merge.h"

/* Of two versions in one field; x is the later side's. */
struct pair {
	const struct merge_side *x, *y;
	struct hf_json          *conflicts; /* NULL: nobody asks */
};

static bool
same(const struct hf_json *a, const struct hf_json *b)
{
	return (a == NULL && b == NULL) || (a != NULL && b != NULL && hf_json_equal(a, b));
}

static bool
in_envelope(const char *name)
{
	return strcmp(name, "id") == 0 || strcmp(name, "kind") == 0 || strcmp(name, "register") == 0 ||
	    strcmp(name, "version") == 0;
}

/* ---- which side is the later ---- */

static int
by_value(const struct hf_json *a, const struct hf_json *b)
{
	struct hf_buf x = HF_BUF_SECRET(0), y = HF_BUF_SECRET(0);
	int           order;

	if (a != NULL)
		hf_json_dump(&x, a, HF_JSON_COMPACT);
	if (b != NULL)
		hf_json_dump(&y, b, HF_JSON_COMPACT);
	order = strcmp(hf_buf_str(&x), hf_buf_str(&y));
	hf_buf_clear(&x);
	hf_buf_clear(&y);
	return order;
}

static bool
is_later(const struct merge_side *a, const struct merge_side *b)
{
	int order;

	if (a->at != b->at)
		return a->at > b->at;
	order = strcmp(a->by, b->by);
	return order != 0 ? order > 0 : by_value(a->record, b->record) > 0;
}

/* ---- conflicts ---- */

struct hf_json *
merge_typed(const struct hf_json *v)
{
	struct hf_buf   b = HF_BUF_SECRET(0);
	struct hf_json *text;
	char            number[32];

	switch (hf_json_type(v)) {
	case HF_JSON_STRING:
		return hf_json_copy(v);
	case HF_JSON_BOOL:
		return hf_json_string(hf_json_true(v) ? "yes" : "no");
	case HF_JSON_INT:
		snprintf(number, sizeof(number), "%lld", (long long)hf_json_num(v));
		return hf_json_string(number);
	default:
		hf_json_dump(&b, v, HF_JSON_COMPACT);
		text = b.failed ? NULL : hf_json_string(hf_buf_str(&b));
		hf_buf_clear(&b);
		return text;
	}
}

/* Takes over kept and other. Either may be NULL, which is no value. */
static enum hf_code
push_conflict(
    const struct pair *p, const char *id, const char *field, struct hf_json *kept, struct hf_json *other, struct hf_err *e)
{
	struct hf_json *c = hf_json_object();
	int             bad = hf_json_set(c, "record", hf_json_string(id));

	bad |= hf_json_set(c, "field", hf_json_string(field));
	if (kept != NULL)
		bad |= hf_json_set(c, "kept", kept);
	if (other != NULL)
		bad |= hf_json_set(c, "other", other);
	bad |= hf_json_set(c, "kept_by", hf_json_string(p->x->by)) | hf_json_set(c, "other_by", hf_json_string(p->y->by));
	bad |= hf_json_set(c, "at", hf_json_int(p->x->at)) | hf_json_set(c, "other_at", hf_json_int(p->y->at));
	if (!bad)
		return hf_json_push(p->conflicts, c) == 0 ? HF_OK : hf_nomem(e);
	hf_json_free(c);
	return hf_nomem(e);
}

static enum hf_code
field_conflict(const struct pair *p, const char *name, const struct hf_json *x, const struct hf_json *y, struct hf_err *e)
{
	struct hf_json *kept = x == NULL ? NULL : merge_typed(x), *other = y == NULL ? NULL : merge_typed(y);

	if ((x == NULL) == (kept == NULL) && (y == NULL) == (other == NULL))
		return push_conflict(p, hf_json_get_str(p->x->record, "id"), name, kept, other, e);
	hf_json_free(kept);
	hf_json_free(other);
	return hf_nomem(e);
}

static bool
is_asked(const struct pair *p, const struct hf_json *record)
{
	const char *kind = hf_json_get_str(record, "kind");

	return p->conflicts != NULL && kind != NULL && strcmp(kind, "conflict") != 0;
}

/* ---- one field ---- */

/* Append what stays of x: what y has too, and what x added. */
static int
add_items(struct hf_json *list, const struct hf_json *base, const struct hf_json *x, const struct hf_json *y)
{
	for (size_t i = 0; i < hf_json_len(x); i++) {
		const struct hf_json *item = hf_json_at(x, i);

		if ((hf_json_has(y, item) || !hf_json_has(base, item)) && hf_json_push_new(list, hf_json_ref(item)) != 0)
			return -1;
	}
	return 0;
}

/* A list without items is no value. */
static enum hf_code
merge_list(struct hf_json **out, const struct hf_json *base, const struct hf_json *x, const struct hf_json *y, struct hf_err *e)
{
	struct hf_json *list = hf_json_array();

	*out = NULL;
	if (list == NULL || add_items(list, base, x, y) != 0 || add_items(list, base, y, x) != 0) {
		hf_json_free(list);
		return hf_nomem(e);
	}
	if (hf_json_len(list) > 0)
		*out = hf_json_ref(list);
	hf_json_free(list);
	return HF_OK;
}

static bool
may_be_list(const struct hf_json *v)
{
	return v == NULL || hf_json_is(v, HF_JSON_ARRAY);
}

/* Fields that this release does not know are one value, whatever they hold. */
static bool
is_list(const struct hf_json *record, const char *name)
{
	const char            *k = hf_json_get_str(record, "kind");
	const struct hf_kind  *kind = k == NULL ? NULL : hf_schema_kind(k);
	const struct hf_field *f = kind == NULL ? NULL : hf_schema_field(kind, name);

	return f != NULL && (f->flags & HF_FIELD_LIST);
}

/* *out: the value that stands, a new reference; NULL: none. */
static enum hf_code
merge_field(struct hf_json **out, const struct pair *p, const struct hf_json *base, const char *name, struct hf_err *e)
{
	const struct hf_json *b = hf_json_get(base, name), *x = hf_json_get(p->x->record, name),
			     *y = hf_json_get(p->y->record, name);

	if (same(x, y) || same(b, y) || same(b, x)) {
		*out = hf_json_ref(same(x, y) || same(b, y) ? x : y);
		return HF_OK;
	}
	if (is_list(p->x->record, name) && may_be_list(b) && may_be_list(x) && may_be_list(y))
		return merge_list(out, b, x, y, e);
	*out = hf_json_ref(x);
	return is_asked(p, p->x->record) ? field_conflict(p, name, x, y, e) : HF_OK;
}

/* ---- the record ---- */

/* Every field that from has and out has not been asked for yet. */
static enum hf_code
merge_fields(struct hf_json *out, const struct pair *p, const struct hf_json *base, const struct hf_json *from, struct hf_err *e)
{
	const char     *name;
	struct hf_json *value, *merged;
	enum hf_code    rc;

	for (void *it = NULL; hf_json_next(from, &it, &name, &value);) {
		if (in_envelope(name) || (from != p->x->record && hf_json_get(p->x->record, name) != NULL))
			continue;
		if ((rc = merge_field(&merged, p, base, name, e)) != HF_OK)
			return rc;
		if (merged != NULL && hf_json_set(out, name, merged) != 0)
			return hf_nomem(e);
	}
	return HF_OK;
}

static int
set_envelope(struct hf_json *out, const struct pair *p)
{
	int64_t x = hf_json_num(hf_json_get(p->x->record, "version")), y = hf_json_num(hf_json_get(p->y->record, "version"));

	return hf_json_set(out, "register", hf_json_ref(hf_json_get(p->x->record, "register"))) |
	    hf_json_set(out, "id", hf_json_ref(hf_json_get(p->x->record, "id"))) |
	    hf_json_set(out, "kind", hf_json_ref(hf_json_get(p->x->record, "kind"))) |
	    hf_json_set(out, "version", hf_json_int((x > y ? x : y) + 1));
}

static enum hf_code
merge_both(struct hf_json **out, const struct pair *p, const struct hf_json *base, struct hf_err *e)
{
	struct hf_json *merged = hf_json_object();
	enum hf_code    rc;

	if (set_envelope(merged, p) != 0)
		rc = hf_nomem(e);
	else if ((rc = merge_fields(merged, p, base, p->x->record, e)) == HF_OK)
		rc = merge_fields(merged, p, base, p->y->record, e);
	if (rc == HF_OK)
		*out = hf_json_ref(merged);
	hf_json_free(merged);
	return rc;
}

/* there: the side that still has it. */
static enum hf_code
merge_removed(struct hf_json **out, struct hf_json *conflicts, const struct hf_json *base, const struct merge_side *there,
    const struct merge_side *gone, struct hf_err *e)
{
	struct pair p = { there, gone, conflicts };

	if (there->record == NULL || same(base, there->record))
		return HF_OK;
	*out = hf_json_ref(there->record);
	if (base == NULL || !is_asked(&p, there->record))
		return HF_OK;
	return push_conflict(
	    &p, hf_json_get_str(there->record, "id"), MERGE_WHOLE, hf_json_string("changed"), hf_json_string("removed"), e);
}

/* Has what every record has, and is the same one. */
static bool
is_version_of(const struct hf_json *a, const struct hf_json *b)
{
	static const char *const names[] = { "register", "id", "kind" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *x = hf_json_get_str(a, names[i]), *y = hf_json_get_str(b, names[i]);

		if (x == NULL || y == NULL || strcmp(x, y) != 0)
			return false;
	}
	return true;
}

enum hf_code
merge_record(struct hf_json **out, struct hf_json *conflicts, const struct hf_json *base, const struct merge_side *ours,
    const struct merge_side *theirs, struct hf_err *e)
{
	const struct hf_json *any = ours->record != NULL ? ours->record : theirs->record;
	bool                  first = is_later(ours, theirs);
	struct pair           p = { first ? ours : theirs, first ? theirs : ours, conflicts };

	*out = NULL;
	if (any == NULL)
		return HF_OK;
	if (!is_version_of(any, theirs->record != NULL ? theirs->record : any) || (base != NULL && !is_version_of(any, base)))
		return hf_fail(e, HF_DAMAGED, "merge: not versions of one record");
	if (ours->record == NULL || theirs->record == NULL)
		return merge_removed(
		    out, conflicts, base, ours->record != NULL ? ours : theirs, ours->record != NULL ? theirs : ours, e);
	if (same(ours->record, theirs->record) || same(base, theirs->record) || same(base, ours->record)) {
		*out = hf_json_ref(same(base, ours->record) ? theirs->record : ours->record);
		return HF_OK;
	}
	return merge_both(out, &p, base, e);
}

/* ---- what is kept of a conflict ---- */

static void
sum_of(char out[HF_SHA256_SIZE], const struct hf_register *r, const struct hf_json *conflict)
{
	struct hf_buf b = HF_BUF_SECRET(0);

	hf_buf_addf(&b, "%s\n", r->id);
	hf_json_dump(&b, conflict, HF_JSON_COMPACT);
	hf_sha256(out, hf_buf_str(&b), b.len);
	hf_buf_clear(&b);
}

enum hf_code
merge_conflict(struct hf_json **out, const struct hf_register *r, const struct hf_json *conflict, struct hf_err *e)
{
	static const char *const fields[] = { "record", "field", "kept", "other", "kept_by", "other_by" };
	struct hf_json          *j;
	char                     sum[HF_SHA256_SIZE], id[HF_ID_SIZE];
	int                      bad;

	*out = NULL;
	sum_of(sum, r, conflict);
	if (!hf_id_of(id, hf_json_num(hf_json_get(conflict, "at")) * HF_SECOND, sum))
		return hf_fail(e, HF_DAMAGED, "merge: a commit of no possible time");
	j = hf_json_object();
	bad = hf_json_set(j, "register", hf_json_string(r->id)) | hf_json_set(j, "id", hf_json_string(id)) |
	    hf_json_set(j, "kind", hf_json_string("conflict")) | hf_json_set(j, "version", hf_json_int(1));
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (hf_json_get(conflict, fields[i]) != NULL)
			bad |= hf_json_set(j, fields[i], hf_json_ref(hf_json_get(conflict, fields[i])));
	if (bad) {
		hf_json_free(j);
		return hf_nomem(e);
	}
	*out = j;
	return HF_OK;
}
