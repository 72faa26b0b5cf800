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
static struct hf_json *
any_of(const struct versions *v)
{
	struct hf_json *found = NULL;

	for (size_t i = 0; found == NULL && i < v->n; i++)
		found = hf_json_ref(v->list[i]);
	return found;
}

/* Does one have a list that the other has not so? */
static bool
lists_differ(const struct hf_json *one, const struct hf_json *other)
{
	struct hf_json *value;
	const char     *field;

	for (void *it = NULL; hf_json_next(one, &it, &field, &value);)
		if (hf_json_is(value, HF_JSON_ARRAY) && !merge_same(value, hf_json_get(other, field)))
			return true;
	return false;
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
	rc = versions_read(&v, c->r, c->bases, c->n, c->path, e);
	/* Where no list is disputed any start will do; to look for those of the starts takes a walk for each record. */
	if (rc == HF_OK && ours != NULL && theirs != NULL && !lists_differ(ours, theirs) && !lists_differ(theirs, ours))
		*out = any_of(&v);
	else if (rc == HF_OK && (rc = merge_all(out, c, &v, depth - 1, e)) == HF_OK && *out == NULL && ours != NULL &&
	    theirs != NULL)
		*out = any_of(&v);
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
