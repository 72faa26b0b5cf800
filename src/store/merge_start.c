/* What a record was that two crossed histories started from. */
#include <stdlib.h>
#include <string.h>

#include "merge_impl.h"

#define DEPTH 16 /* crossings behind crossings; what lies deeper is as if it had not been there */

/* ---- versions ---- */

enum hf_code
merge_read(struct hf_json **out, struct hf_register *r, const struct hf_oid *oid, struct hf_err *e)
{
	struct hf_buf sealed = HF_BUF_INIT, plain = HF_BUF_SECRET(RECORD_MAX);
	enum hf_code  rc;

	*out = NULL;
	if (oid->hex[0] == '\0')
		return HF_OK;
	if ((rc = hf_repo_blob(&sealed, r->repo, oid, HF_REPO_BLOB_MAX, e)) == HF_OK &&
	    (rc = hf_vault_decrypt(&plain, r->vault, hf_buf_str(&sealed), sealed.len, e)) == HF_OK)
		rc = hf_json_parse(out, hf_buf_str(&plain), plain_len(hf_buf_str(&plain), plain.len), e);
	hf_buf_clear(&sealed);
	hf_buf_clear(&plain);
	return rc;
}

enum hf_code
merge_blob_at(struct hf_oid *out, struct hf_register *r, const struct hf_oid *commit, const char *path, struct hf_err *e)
{
	struct hf_oid tree;
	enum hf_code  rc;

	out->hex[0] = '\0';
	if ((rc = register_tree(&tree, r, commit, e)) != HF_OK)
		return rc;
	rc = hf_repo_lookup(out, r->repo, &tree, path, e);
	return rc == HF_NOTFOUND ? HF_OK : rc;
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
	struct hf_oid at;
	enum hf_code  rc = HF_OK;

	if ((v->list = calloc(n + 1, sizeof(struct hf_json *))) == NULL)
		return hf_nomem(e);
	for (v->n = 0; rc == HF_OK && v->n < n; v->n++)
		if ((rc = merge_blob_at(&at, r, &commits[v->n], path, e)) == HF_OK)
			rc = merge_read(&v->list[v->n], r, &at, e);
	return rc;
}

/* ---- field by field ---- */

/* Did any of the starts have it so? Then the other side knew it. */
static bool
is_known(const struct versions *v, const char *field, const struct hf_json *value)
{
	for (size_t i = 0; i < v->n; i++)
		if (merge_same(hf_json_get(v->list[i], field), value))
			return true;
	return false;
}

int
merge_set(struct hf_json *o, const char *field, const struct hf_json *value)
{
	if (value != NULL)
		return hf_json_set(o, field, hf_json_copy(value));
	hf_json_unset(o, field);
	return 0;
}

/* ---- what somebody wrote once they knew the others ---- */

struct choosing {
	const struct merge_crossing *c;
	const char                  *field;
	const struct hf_json        *value;
	bool                         chosen;
};

/* A commit of somebody's, no merge and none that only encrypts anew: did it write the value, or write over it? */
static enum hf_code
look_at(void *arg, const struct hf_oid *oid, const struct hf_commit *commit, struct hf_err *e)
{
	struct choosing *w = arg;
	struct hf_json  *before = NULL, *after = NULL;
	struct hf_oid    from, to;
	enum hf_code     rc;

	if (commit == NULL)
		return hf_fail_in(e, "commit %.12s", oid->hex);
	if (commit->n_parents != 1)
		return HF_OK;
	if ((rc = merge_blob_at(&from, w->c->r, &commit->parent[0], w->c->path, e)) != HF_OK ||
	    (rc = merge_blob_at(&to, w->c->r, oid, w->c->path, e)) != HF_OK || hf_oid_equal(&from, &to))
		return rc;
	if ((rc = merge_read(&before, w->c->r, &from, e)) == HF_OK && (rc = merge_read(&after, w->c->r, &to, e)) == HF_OK) {
		bool was = merge_same(hf_json_get(before, w->field), w->value),
		     is = merge_same(hf_json_get(after, w->field), w->value);

		w->chosen = is && (w->chosen || !was);
	}
	hf_json_free(before);
	hf_json_free(after);
	return rc;
}

/* Does the value stand on that side because somebody wrote it there, not because a merge took it? */
static enum hf_code
is_chosen(bool *out, const struct merge_crossing *c, int side, const char *field, const struct hf_json *value, struct hf_err *e)
{
	struct choosing w = { c, field, value, false };
	enum hf_code    rc = hf_repo_walk(c->r->repo, &c->tips[side], &c->tips[!side], true, look_at, &w, e);

	*out = w.chosen;
	return rc;
}

/* ---- the start of a field ---- */

const struct hf_json *
merge_lesser(const struct hf_json *x, const struct hf_json *y)
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

/*
 * x and y are ours and theirs. The start is what the side had that changed nothing: when one of the two is what the starts come to, the other is
 * a change only if somebody wrote it.
 */
static enum hf_code
start_field(struct hf_json *start, const struct merge_crossing *c, const struct versions *v, const char *field,
    const struct hf_json *x, const struct hf_json *y, struct hf_err *e)
{
	bool                  x_known = is_known(v, field, x), y_known = is_known(v, field, y), chosen;
	const struct hf_json *w = hf_json_get(start, field), *value;
	enum hf_code          rc;

	if (merge_same(x, y) || (!x_known && !y_known) || hf_json_is(x, HF_JSON_ARRAY) || hf_json_is(y, HF_JSON_ARRAY))
		return HF_OK;
	if (x_known != y_known) {
		value = x_known ? x : y;
	} else if (!merge_same(w, x) && !merge_same(w, y)) {
		value = merge_lesser(x, y);
	} else {
		value = merge_same(w, x) ? y : x;
		if ((rc = is_chosen(&chosen, c, merge_same(w, x), field, value, e)) != HF_OK || chosen)
			return rc;
	}
	return merge_set(start, field, value) == 0 ? HF_OK : hf_nomem(e);
}

static enum hf_code
start_fields(struct hf_json *start, const struct merge_crossing *c, const struct versions *v, const struct hf_json *ours,
    const struct hf_json *theirs, struct hf_err *e)
{
	const struct hf_json *sides[2] = { ours, theirs };
	struct hf_json       *value;
	const char           *field;
	enum hf_code          rc = HF_OK;

	for (int i = 0; i < 2; i++)
		for (void *it = NULL; rc == HF_OK && hf_json_next(sides[i], &it, &field, &value);)
			if (strcmp(field, "version") != 0 && (i == 0 || hf_json_get(ours, field) == NULL))
				rc = start_field(start, c, v, field, hf_json_get(ours, field), hf_json_get(theirs, field), e);
	return rc;
}

/* ---- from start to start ---- */

static enum hf_code start_of(struct hf_json **out, const struct merge_crossing *c, const struct hf_json *ours,
    const struct hf_json *theirs, int depth, struct hf_err *e);

/* Merge what two commits have, from what those started from. */
static enum hf_code
merge_two(struct hf_json **out, struct merge_crossing *c, const struct hf_json *first, const struct hf_json *second, int depth,
    struct hf_err *e)
{
	struct hf_json     *start = NULL;
	struct merge_writer a, b;
	struct hf_oid      *bases = NULL;
	enum hf_code        rc;

	if ((rc = hf_repo_bases(&bases, &c->n, c->r->repo, &c->tips[0], &c->tips[1], e)) == HF_OK) {
		c->bases = bases;
		if ((rc = start_of(&start, c, first, second, depth, e)) == HF_OK &&
		    (rc = merge_writers(&a, c->r, &c->tips[0], &c->tips[1], &c->path, 1, e)) == HF_OK &&
		    (rc = merge_writers(&b, c->r, &c->tips[1], &c->tips[0], &c->path, 1, e)) == HF_OK)
			rc = merge_record(out, NULL, start, &(struct merge_side){ first, a.by, a.at },
			    &(struct merge_side){ second, b.by, b.at }, e);
	}
	hf_json_free(start);
	free(bases);
	return rc;
}

/* All of them, one after the other. */
static enum hf_code
merge_all(struct hf_json **out, const struct merge_crossing *c, const struct versions *v, int depth, struct hf_err *e)
{
	struct hf_json *so_far = hf_json_ref(v->list[0]), *next;
	enum hf_code    rc = HF_OK;

	for (size_t i = 1; rc == HF_OK && i < v->n; i++) {
		struct merge_crossing behind = { .r = c->r, .path = c->path, .tips = { c->bases[0], c->bases[i] } };

		next = NULL;
		rc = merge_two(&next, &behind, so_far, v->list[i], depth, e);
		hf_json_free(so_far);
		so_far = next;
	}
	*out = so_far;
	return rc;
}

/* Both sides still have it: then one of the starts did, or it was added twice. */
static enum hf_code
fit_sides(struct hf_json **start, const struct merge_crossing *c, const struct versions *v, const struct hf_json *ours,
    const struct hf_json *theirs, struct hf_err *e)
{
	struct hf_json *fit = *start == NULL ? NULL : hf_json_copy(*start);

	for (size_t i = 0; fit == NULL && i < v->n; i++)
		fit = v->list[i] == NULL ? NULL : hf_json_copy(v->list[i]);
	if (fit == NULL)
		return HF_OK;
	hf_json_free(*start);
	*start = fit;
	return start_fields(fit, c, v, ours, theirs, e);
}

static enum hf_code
start_of(struct hf_json **out, const struct merge_crossing *c, const struct hf_json *ours, const struct hf_json *theirs, int depth,
    struct hf_err *e)
{
	struct versions v = { NULL, 0 };
	enum hf_code    rc;

	*out = NULL;
	if (depth == 0)
		return HF_OK;
	if ((rc = versions_read(&v, c->r, c->bases, c->n, c->path, e)) == HF_OK &&
	    (rc = merge_all(out, c, &v, depth - 1, e)) == HF_OK && c->n > 1 && ours != NULL && theirs != NULL)
		rc = fit_sides(out, c, &v, ours, theirs, e);
	versions_clear(&v);
	if (rc != HF_OK) {
		hf_json_free(*out);
		*out = NULL;
	}
	return rc;
}

enum hf_code
merge_start(struct hf_json **out, const struct merge_crossing *c, const struct hf_json *ours, const struct hf_json *theirs,
    struct hf_err *e)
{
	return start_of(out, c, ours, theirs, DEPTH, e);
}
