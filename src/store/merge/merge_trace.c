/* Who knew what of one field of a record, read off the commits. */
#include <stdlib.h>
#include <string.h>

#include "merge_impl.h"

#define NONE SIZE_MAX

/* ---- the versions of one record along the ways ---- */

void
merge_trace_clear(struct merge_trace *t)
{
	for (size_t i = 0; t->list != NULL && i < t->n; i++)
		hf_json_free(t->list[i].json);
	free(t->list);
	free(t->version);
}

/* There is room for it: no more than one for each row outside, and for each change. */
static size_t
version_of(struct merge_trace *t, const struct hf_oid *oid)
{
	size_t i = t->n;

	if (oid->hex[0] == '\0')
		return NONE;
	while (i > 0 && !hf_oid_equal(&t->list[i - 1].oid, oid))
		i--;
	if (i > 0)
		return i - 1;
	t->list[t->n] = (struct merge_version){ *oid, NULL };
	return t->n++;
}

/* Of a knot; changes: those of the record, from that of this row on. */
static size_t
version_at(struct merge_trace *t, size_t row, const struct merge_change *changes, size_t n)
{
	const struct merge_row *r = &t->w->rows[row];
	size_t                  met = 0, after = NONE;

	for (size_t k = 0; k < r->n_before; k++) {
		if (met == n || changes[met].row != row || changes[met].k != k)
			return t->version[r->before[k]];
		after = version_of(t, &changes[met++].after);
	}
	return after != NONE || r->n_before == 0 ? after : t->version[r->before[0]];
}

enum hf_code
merge_trace_make(struct merge_trace *t, const struct merge_crossing *c, const char *id, struct hf_err *e)
{
	const struct merge_ways   *w = c->ways;
	size_t                     n, at = 0;
	const struct merge_change *changes = merge_ways_changes(&n, w, id);
	struct hf_oid              oid;
	enum hf_code               rc;

	*t = (struct merge_trace){ .c = c, .w = w, .events = n + 2 };
	if ((t->list = calloc(w->n_outside + n + 1, sizeof(*t->list))) == NULL ||
	    (t->version = calloc(w->n + 1, sizeof(*t->version))) == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < w->n_outside; i++) {
		if ((rc = hf_repo_lookup(&oid, c->r->repo, &w->rows[i].tree, c->path, e)) != HF_OK && rc != HF_NOTFOUND)
			return rc;
		if (rc == HF_NOTFOUND) {
			hf_err_clear(e);
			oid.hex[0] = '\0';
		}
		t->version[i] = version_of(t, &oid);
	}
	for (size_t i = w->n_outside; i < w->n; i++) {
		while (at < n && changes[at].row < i)
			at++;
		t->version[i] = version_at(t, i, &changes[at], n - at);
	}
	return HF_OK;
}

void
merge_trace_give(struct merge_trace *t, size_t row, const struct hf_json *record)
{
	size_t v = t->version[row];

	if (v != NONE && record != NULL && t->list[v].json == NULL)
		t->list[v].json = hf_json_ref(record);
}

static enum hf_code
value_of(const struct hf_json **out, struct merge_trace *t, size_t version, const char *field, struct hf_err *e)
{
	struct merge_version *v = version == NONE ? NULL : &t->list[version];
	enum hf_code          rc = HF_OK;

	if (v != NULL && v->json == NULL)
		rc = merge_read(&v->json, t->c->r, &v->oid, e);
	*out = rc != HF_OK || v == NULL ? NULL : hf_json_get(v->json, field);
	return rc;
}

/* ---- who knew what of one field ---- */

/*
 * The writes of a field are numbered: EARLIER is all that was written before the root and is no more, ROOT what stands there, then those of the knots. For
 * each row: the writes that it knows of, those of them that nobody wrote over who knew them, and the one whose value stands.
 */
enum { EARLIER, ROOT, FIRST };

struct writes {
	struct merge_trace *t;
	const char         *field;
	uint64_t           *known, *open;
	size_t             *stands;
	size_t              words; /* of a row */
	size_t             *row;   /* of each write */
	size_t              n;
};

static bool
has(const uint64_t *set, size_t i)
{
	return set[i / 64] >> i % 64 & 1;
}

static void
add(uint64_t *set, size_t i)
{
	set[i / 64] |= UINT64_C(1) << i % 64;
}

static uint64_t *
known(const struct writes *w, size_t row)
{
	return w->known + row * w->words;
}

static uint64_t *
open_in(const struct writes *w, size_t row)
{
	return w->open + row * w->words;
}

static void
writes_clear(struct writes *w)
{
	free(w->known);
	free(w->open);
	free(w->stands);
	free(w->row);
}

/* Did who wrote b know a? */
static bool
is_before(const struct writes *w, size_t a, size_t b)
{
	return a != b && (b == ROOT ? a == EARLIER : b >= FIRST && has(known(w, w->row[b]), a));
}

/* Of what is open in either of two rows, what is open in both together. */
static void
join(uint64_t *out, const struct writes *w, size_t x, size_t y)
{
	uint64_t *either = out;

	for (size_t i = 0; i < w->words; i++)
		either[i] = open_in(w, x)[i] | open_in(w, y)[i];
	for (size_t a = 0; a < w->n; a++)
		for (size_t b = 0; has(either, a) && b < w->n; b++)
			if ((has(open_in(w, x), b) || has(open_in(w, y), b)) && is_before(w, a, b))
				either[a / 64] &= ~(UINT64_C(1) << a % 64);
}

static void
write_here(struct writes *w, size_t row)
{
	memset(open_in(w, row), 0, w->words * sizeof(uint64_t));
	w->row[w->n] = row;
	add(known(w, row), w->n);
	add(open_in(w, row), w->n);
	w->stands[row] = w->n++;
}

static enum hf_code
value_in(const struct hf_json **out, const struct writes *w, size_t row, struct hf_err *e)
{
	return value_of(out, w->t, w->t->version[row], w->field, e);
}

/* A commit outside: what it has is the root's, or was there before. */
static enum hf_code
look_outside(struct writes *w, size_t row, struct hf_err *e)
{
	const struct hf_json *here, *root;
	enum hf_code          rc;

	if ((rc = value_in(&here, w, row, e)) != HF_OK || (rc = value_in(&root, w, 0, e)) != HF_OK)
		return rc;
	w->stands[row] = merge_same(here, root) ? ROOT : EARLIER;
	add(known(w, row), EARLIER);
	add(known(w, row), w->stands[row]);
	add(open_in(w, row), w->stands[row]);
	return HF_OK;
}

/*
 * The write of an earlier row whose value a merge has. When both sides had that value, it is that of who knew the other. NONE: it is new; or a merge has
 * what was let go before the root.
 */
static enum hf_code
taken(size_t *out, const struct writes *w, size_t row, struct hf_err *e)
{
	const struct merge_row *r = &w->t->w->rows[row];
	const struct hf_json   *here, *there;
	enum hf_code            rc = value_in(&here, w, row, e);

	*out = NONE;
	for (size_t k = 0; rc == HF_OK && k < r->n_before; k++)
		if ((rc = value_in(&there, w, r->before[k], e)) == HF_OK && merge_same(here, there) &&
		    (*out == NONE || is_before(w, *out, w->stands[r->before[k]])))
			*out = w->stands[r->before[k]];
	for (size_t i = FIRST; rc == HF_OK && r->n_before > 1 && *out == NONE && i < w->n; i++)
		if (has(open_in(w, row), i) && (rc = value_in(&there, w, w->row[i], e)) == HF_OK && merge_same(here, there))
			*out = i;
	return rc;
}

static enum hf_code
look_at(struct writes *w, size_t row, struct hf_err *e)
{
	const struct merge_row *r = &w->t->w->rows[row];
	size_t                  from;
	enum hf_code            rc;

	for (size_t k = 0; k < r->n_before; k++)
		for (size_t i = 0; i < w->words; i++)
			known(w, row)[i] |= known(w, r->before[k])[i];
	join(open_in(w, row), w, r->before[0], r->before[r->n_before > 1 ? 1 : 0]);
	if ((rc = taken(&from, w, row, e)) != HF_OK)
		return rc;
	if (from == NONE && r->n_before < 2)
		write_here(w, row);
	else
		w->stands[row] = from == NONE ? EARLIER : from;
	return HF_OK;
}

static enum hf_code
writes_make(struct writes *w, struct merge_trace *t, const char *field, struct hf_err *e)
{
	size_t       rows = t->w->n;
	enum hf_code rc = HF_OK;

	*w = (struct writes){ .t = t, .field = field, .words = t->events / 64 + 1, .n = FIRST };
	w->known = calloc(rows * w->words, sizeof(*w->known));
	w->open = calloc(rows * w->words, sizeof(*w->open));
	w->stands = calloc(rows, sizeof(*w->stands));
	w->row = calloc(t->events + 1, sizeof(*w->row));
	if (w->known == NULL || w->open == NULL || w->stands == NULL || w->row == NULL)
		return hf_nomem(e);
	for (size_t i = 0; rc == HF_OK && i < rows; i++)
		rc = i < t->w->n_outside ? look_outside(w, i, e) : look_at(w, i, e);
	return rc;
}

/* ---- one field ---- */

static const struct hf_json *
lesser(const struct hf_json *x, const struct hf_json *y)
{
	struct hf_buf a = HF_BUF_SECRET(0), b = HF_BUF_SECRET(0);
	bool          first;

	if (x == NULL || y == NULL)
		return NULL;
	hf_json_dump(&a, x, HF_JSON_COMPACT);
	hf_json_dump(&b, y, HF_JSON_COMPACT);
	first = strcmp(hf_buf_str(&a), hf_buf_str(&b)) < 0;
	hf_buf_clear(&a);
	hf_buf_clear(&b);
	return first ? x : y;
}

/* Both sides let a value stand that the other knows to be written over: the greatest of those that nobody wrote over. */
static enum hf_code
greatest(const struct hf_json **out, const struct writes *w, const uint64_t *set, struct hf_err *e)
{
	const struct hf_json *v;
	enum hf_code          rc = HF_OK;

	*out = NULL;
	for (size_t i = FIRST; rc == HF_OK && i < w->n; i++)
		if (has(set, i) && (rc = value_in(&v, w, w->row[i], e)) == HF_OK && lesser(*out, v) == *out)
			*out = v;
	return rc;
}

static enum hf_code
judge(enum merge_verdict *out, const struct hf_json **another, const struct writes *w, struct hf_err *e)
{
	const size_t         *tip = w->t->w->tip;
	size_t                x = w->stands[tip[0]], y = w->stands[tip[1]];
	bool                  x_known = has(known(w, tip[1]), x), y_known = has(known(w, tip[0]), y), x_open, y_open;
	uint64_t             *set = calloc(w->words, sizeof(*set));
	const struct hf_json *ours, *theirs;
	enum hf_code          rc = HF_OK;

	if (set == NULL)
		return hf_nomem(e);
	join(set, w, tip[0], tip[1]);
	x_open = has(set, x);
	y_open = has(set, y);
	if (!x_open && !y_open) {
		*out = MERGE_KEEP_ANOTHER;
		rc = greatest(another, w, set, e);
	} else if (x_open != y_open || x_known != y_known)
		*out = x_open != y_open ? (x_open ? MERGE_KEEP_OURS : MERGE_KEEP_THEIRS) :
		    x_known             ? MERGE_KEEP_THEIRS :
					  MERGE_KEEP_OURS;
	else if (!x_known)
		*out = MERGE_KEEP_NEITHER;
	else if ((rc = value_in(&ours, w, tip[0], e)) == HF_OK && (rc = value_in(&theirs, w, tip[1], e)) == HF_OK)
		*out = lesser(ours, theirs) == ours ? MERGE_KEEP_THEIRS : MERGE_KEEP_OURS;
	free(set);
	return rc;
}

enum hf_code
merge_trace_judge(
    enum merge_verdict *out, const struct hf_json **another, struct merge_trace *t, const char *field, struct hf_err *e)
{
	struct writes w;
	enum hf_code  rc;

	*another = NULL;
	if ((rc = writes_make(&w, t, field, e)) == HF_OK)
		rc = judge(out, another, &w, e);
	writes_clear(&w);
	return rc;
}
