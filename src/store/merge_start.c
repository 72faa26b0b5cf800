/* What a record was that two crossed histories started from. */
#include <stdlib.h>
#include <string.h>

#include "merge_impl.h"

#define DEPTH 16 /* crossings behind crossings; what lies deeper is as if it had not been there */

/* ---- versions ---- */

static enum hf_code
read_record(struct hf_json **out, struct hf_register *r, const struct hf_oid *oid, struct hf_err *e)
{
	struct hf_buf sealed = HF_BUF_INIT, plain = HF_BUF_SECRET(RECORD_MAX);
	enum hf_code  rc;

	if ((rc = hf_repo_blob(&sealed, r->repo, oid, HF_REPO_BLOB_MAX, e)) == HF_OK &&
	    (rc = hf_vault_decrypt(&plain, r->vault, hf_buf_str(&sealed), sealed.len, e)) == HF_OK)
		rc = hf_json_parse(out, hf_buf_str(&plain), plain_len(hf_buf_str(&plain), plain.len), e);
	hf_buf_clear(&sealed);
	hf_buf_clear(&plain);
	return rc;
}

/* The record at a commit; *out NULL: it is not there. */
static enum hf_code
record_at(struct hf_json **out, struct hf_register *r, const struct hf_oid *commit, const char *path, struct hf_err *e)
{
	struct hf_oid tree, oid;
	enum hf_code  rc;

	*out = NULL;
	if ((rc = register_tree(&tree, r, commit, e)) != HF_OK)
		return rc;
	if ((rc = hf_repo_lookup(&oid, r->repo, &tree, path, e)) == HF_NOTFOUND)
		return HF_OK;
	return rc == HF_OK ? read_record(out, r, &oid, e) : rc;
}

struct versions {
	struct hf_json **list; /* NULL: not there */
	size_t           n;
};

static void
versions_clear(struct versions *v)
{
	for (size_t i = 0; v->list != NULL && i < v->n; i++)
		hf_json_free(v->list[i]);
	free(v->list);
}

static enum hf_code
versions_read(struct versions *v, struct hf_register *r, const struct hf_oid *commits, size_t n, const char *path, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	if ((v->list = calloc(n + 1, sizeof(struct hf_json *))) == NULL)
		return hf_nomem(e);
	for (v->n = 0; rc == HF_OK && v->n < n; v->n++)
		rc = record_at(&v->list[v->n], r, &commits[v->n], path, e);
	return rc;
}

/* ---- field by field ---- */

static bool
same(const struct hf_json *a, const struct hf_json *b)
{
	return (a == NULL && b == NULL) || (a != NULL && b != NULL && hf_json_equal(a, b));
}

/* Did any of the starts have it so? Then the other side knew it. */
static bool
is_known(const struct versions *v, const char *field, const struct hf_json *value)
{
	for (size_t i = 0; i < v->n; i++)
		if (same(hf_json_get(v->list[i], field), value))
			return true;
	return false;
}

static int
set_field(struct hf_json *o, const char *field, const struct hf_json *value)
{
	if (value != NULL)
		return hf_json_set(o, field, hf_json_copy(value));
	hf_json_unset(o, field);
	return 0;
}

/* Of two values that both sides knew, and chose between differently: the greater. The start is the other. */
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

static int
start_field(struct hf_json *start, const struct versions *v, const char *field, const struct hf_json *x, const struct hf_json *y)
{
	bool                  x_known = is_known(v, field, x), y_known = is_known(v, field, y);
	const struct hf_json *w = hf_json_get(start, field);

	if (same(x, y) || (!x_known && !y_known) || hf_json_is(x, HF_JSON_ARRAY) || hf_json_is(y, HF_JSON_ARRAY))
		return 0;
	if (!y_known)
		return set_field(start, field, x);
	if (!x_known)
		return set_field(start, field, y);
	if (same(w, x) || same(w, y))
		return set_field(start, field, same(w, x) ? y : x);
	return set_field(start, field, lesser(x, y));
}

static int
start_fields(struct hf_json *start, const struct versions *v, const struct hf_json *ours, const struct hf_json *theirs)
{
	const struct hf_json *sides[2] = { ours, theirs };
	struct hf_json       *value;
	const char           *field;
	int                   bad = 0;

	for (int i = 0; i < 2; i++)
		for (void *it = NULL; hf_json_next(sides[i], &it, &field, &value);)
			if (strcmp(field, "version") != 0 && (i == 0 || hf_json_get(ours, field) == NULL))
				bad |= start_field(start, v, field, hf_json_get(ours, field), hf_json_get(theirs, field));
	return bad;
}

/* ---- from start to start ---- */

static enum hf_code start_of(struct hf_json **out, struct hf_register *r, const struct hf_oid *bases, size_t n, const char *path,
    const struct hf_json *ours, const struct hf_json *theirs, int depth, struct hf_err *e);

/* Merge what two commits have, from what those started from. */
static enum hf_code
merge_two(struct hf_json **out, struct hf_register *r, const struct hf_oid commits[2], const struct hf_json *first,
    const struct hf_json *second, const char *path, int depth, struct hf_err *e)
{
	struct hf_json     *start = NULL;
	struct merge_writer a, b;
	struct hf_oid      *bases = NULL;
	size_t              n = 0;
	enum hf_code        rc;

	if ((rc = hf_repo_bases(&bases, &n, r->repo, &commits[0], &commits[1], e)) == HF_OK &&
	    (rc = start_of(&start, r, bases, n, path, first, second, depth, e)) == HF_OK &&
	    (rc = merge_writers(&a, r, &commits[0], &commits[1], &path, 1, e)) == HF_OK &&
	    (rc = merge_writers(&b, r, &commits[1], &commits[0], &path, 1, e)) == HF_OK)
		rc = merge_record(
		    out, NULL, start, &(struct merge_side){ first, a.by, a.at }, &(struct merge_side){ second, b.by, b.at }, e);
	hf_json_free(start);
	free(bases);
	return rc;
}

/* All of them, one after the other. */
static enum hf_code
merge_all(struct hf_json **out, struct hf_register *r, const struct hf_oid *bases, const struct versions *v, const char *path,
    int depth, struct hf_err *e)
{
	struct hf_json *so_far = hf_json_ref(v->list[0]), *next;
	enum hf_code    rc = HF_OK;

	for (size_t i = 1; rc == HF_OK && i < v->n; i++) {
		next = NULL;
		rc = merge_two(&next, r, (const struct hf_oid[2]){ bases[0], bases[i] }, so_far, v->list[i], path, depth, e);
		hf_json_free(so_far);
		so_far = next;
	}
	*out = so_far;
	return rc;
}

/* Both sides still have it: then one of the starts did, or it was added twice. */
static enum hf_code
fit_sides(
    struct hf_json **start, const struct versions *v, const struct hf_json *ours, const struct hf_json *theirs, struct hf_err *e)
{
	struct hf_json *fit = *start == NULL ? NULL : hf_json_copy(*start);

	for (size_t i = 0; fit == NULL && i < v->n; i++)
		fit = v->list[i] == NULL ? NULL : hf_json_copy(v->list[i]);
	if (fit == NULL)
		return HF_OK;
	hf_json_free(*start);
	*start = fit;
	return start_fields(fit, v, ours, theirs) == 0 ? HF_OK : hf_nomem(e);
}

static enum hf_code
start_of(struct hf_json **out, struct hf_register *r, const struct hf_oid *bases, size_t n, const char *path,
    const struct hf_json *ours, const struct hf_json *theirs, int depth, struct hf_err *e)
{
	struct versions v = { NULL, 0 };
	enum hf_code    rc;

	*out = NULL;
	if (depth == 0)
		return HF_OK;
	if ((rc = versions_read(&v, r, bases, n, path, e)) == HF_OK &&
	    (rc = merge_all(out, r, bases, &v, path, depth - 1, e)) == HF_OK && n > 1 && ours != NULL && theirs != NULL)
		rc = fit_sides(out, &v, ours, theirs, e);
	versions_clear(&v);
	if (rc != HF_OK) {
		hf_json_free(*out);
		*out = NULL;
	}
	return rc;
}

enum hf_code
merge_start(struct hf_json **out, struct hf_register *r, const struct hf_oid *bases, size_t n, const char *path,
    const struct hf_json *ours, const struct hf_json *theirs, struct hf_err *e)
{
	return start_of(out, r, bases, n, path, ours, theirs, DEPTH, e);
}
