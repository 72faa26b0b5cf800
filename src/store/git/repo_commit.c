#include <stdlib.h>
#include <string.h>

#include "commit_write.h"
#include "loose.h"
#include "repo_impl.h"

#define LOCK_WAIT 10000 /* ms */

/* One commit being made. */
struct work {
	struct hf_repo              *r;
	const struct hf_commit_spec *spec;
	struct hf_pile              *pile;
	const struct hf_edit       **edits; /* in the order of paths */
	size_t                       n;
};

/* One folder being built. */
struct folder {
	size_t               from, to; /* its edits */
	size_t               at;       /* where its entries' names begin in their paths */
	int                  depth;
	const unsigned char *base; /* its tree before; NULL: it was not there */
};

/* One name in a folder that is edited: a file, or a folder with all the edits in it. */
struct name {
	char                 text[HF_TREE_NAME + 1];
	struct hf_tree_entry entry;  /* points to text and id */
	struct folder        inner;  /* its edits; of a file, the one */
	bool                 before; /* it was there */
	bool                 keep;   /* it still is */
	unsigned char        id[HF_OID_BYTES];
};

static int
by_path(const void *a, const void *b)
{
	const struct hf_edit *const *x = a, *const *y = b;

	return strcmp((*x)->path, (*y)->path);
}

static bool
path_ok(const char *path)
{
	size_t n, depth = 0;

	for (;;) {
		n = strcspn(path, "/");
		if (!hf_tree_name_ok(path, n) || ++depth > HF_TREE_DEPTH)
			return false;
		if (path[n] == '\0')
			return true;
		path += n + 1;
	}
}

static enum hf_code
sort_edits(struct work *w, const struct hf_edit *edits, size_t n, struct hf_err *e)
{
	size_t i;

	w->n = n;
	if ((w->edits = calloc(n + 1, sizeof(*w->edits))) == NULL)
		return hf_nomem(e);
	for (i = 0; i < n; i++) {
		if (!path_ok(edits[i].path))
			return hf_fail(e, HF_INTERNAL, "%s: no path of a register", edits[i].path);
		w->edits[i] = &edits[i];
	}
	if (n > 0)
		qsort(w->edits, n, sizeof(*w->edits), by_path);
	for (i = 1; i < n; i++)
		if (strcmp(w->edits[i - 1]->path, w->edits[i]->path) == 0)
			return hf_fail(e, HF_INTERNAL, "%s: changed twice at once", w->edits[i]->path);
	return HF_OK;
}

/* The name that the folder's edits from `from` on begin with. */
static void
name_set(struct name *out, const struct work *w, const struct folder *f, size_t from)
{
	const char *path = w->edits[from]->path + f->at;
	size_t      n = strcspn(path, "/"), to = from + 1;

	memset(out, 0, sizeof(*out));
	memcpy(out->text, path, n);
	out->entry = (struct hf_tree_entry){ out->text, out->id, path[n] == '/' };
	while (out->entry.dir && to < f->to && strncmp(w->edits[to]->path + f->at, path, n + 1) == 0)
		to++;
	out->inner = (struct folder){ from, to, f->at + n + 1, f->depth + 1, NULL };
}

static enum hf_code build(struct hf_oid *out, bool *empty, struct work *w, const struct folder *f, struct hf_err *e);

/* What becomes of it: its new id, and whether it is kept. */
static enum hf_code
name_edit(struct name *x, struct work *w, struct hf_err *e)
{
	const struct hf_edit *edit = w->edits[x->inner.from];
	struct hf_oid         oid;
	enum hf_code          rc;
	bool                  empty = false;

	if (x->entry.dir)
		rc = build(&oid, &empty, w, &x->inner, e);
	else if (edit->blob != NULL) {
		oid = *edit->blob;
		rc = HF_OK;
	} else if (edit->data != NULL)
		rc = hf_pile_put(&oid, w->pile, HF_OBJECT_BLOB, edit->data, edit->len, e);
	else
		return x->before ? HF_OK : hf_fail(e, HF_NOTFOUND, "%s: not there", edit->path);
	x->keep = !empty;
	if (rc == HF_OK && x->keep && !hf_oid_to_bytes(x->id, &oid))
		rc = hf_fail(e, HF_INTERNAL, "%s: no object name", edit->path);
	return rc;
}

/* The entries before and the edits, side by side in git's order, into the bytes of a new tree. */
static enum hf_code
merge(struct hf_buf *raw, struct work *w, const struct hf_tree *before, const struct folder *f, struct hf_err *e)
{
	struct name  x;
	size_t       i = 0, at = f->from;
	enum hf_code rc = HF_OK;

	while (at < f->to && rc == HF_OK) {
		name_set(&x, w, f, at);
		while (i < before->n && hf_tree_order(&before->list[i], &x.entry) < 0)
			hf_tree_add(raw, &before->list[i++]);
		if (i < before->n && hf_tree_order(&before->list[i], &x.entry) == 0) {
			x.inner.base = before->list[i++].id;
			x.before = true;
		}
		rc = name_edit(&x, w, e);
		if (rc == HF_OK && x.keep)
			hf_tree_add(raw, &x.entry);
		at = x.inner.to;
	}
	while (i < before->n)
		hf_tree_add(raw, &before->list[i++]);
	return rc == HF_OK ? hf_buf_check(raw, e) : rc;
}

/* Put a tree aside, unless it is what the base has. Read back first: a name that is a file and a folder shows there. */
static enum hf_code
put_tree(struct hf_oid *out, struct work *w, struct hf_tree *t, const unsigned char *base, struct hf_err *e)
{
	struct hf_oid before = { "" };
	enum hf_code  rc;

	if ((rc = hf_tree_read(t, e)) != HF_OK)
		return rc == HF_DAMAGED ? hf_fail(e, HF_INTERNAL, "tree: a name would be a file and a folder") : rc;
	if (base != NULL)
		hf_oid_from_bytes(&before, base);
	hf_object_id(out, HF_OBJECT_TREE, hf_buf_str(&t->raw), t->raw.len);
	if (hf_oid_equal(out, &before))
		return HF_OK;
	return hf_pile_put(out, w->pile, HF_OBJECT_TREE, hf_buf_str(&t->raw), t->raw.len, e);
}

/* The tree of a folder. An empty one is not written, but for the topmost. */
static enum hf_code
build(struct hf_oid *out, bool *empty, struct work *w, const struct folder *f, struct hf_err *e)
{
	struct hf_tree before = HF_TREE_INIT, after = HF_TREE_INIT;
	struct hf_oid  oid;
	enum hf_code   rc = HF_OK;

	*empty = false;
	if (f->base != NULL) {
		hf_oid_from_bytes(&oid, f->base);
		rc = hf_repo_tree(&before, w->r, &oid, e);
	}
	if (rc == HF_OK)
		rc = merge(&after.raw, w, &before, f, e);
	if (rc == HF_OK && f->depth > 1 && after.raw.len == 0)
		*empty = true;
	else if (rc == HF_OK)
		rc = put_tree(out, w, &after, f->base, e);
	hf_tree_clear(&after);
	hf_tree_clear(&before);
	return rc;
}

/* The tree of a commit that the new one stands on. *at: moved on to its time. */
static enum hf_code
parent_tree(unsigned char out[HF_OID_BYTES], int64_t *at, struct hf_repo *r, const struct hf_oid *commit, struct hf_err *e)
{
	struct hf_commit c;
	struct hf_buf    raw = HF_BUF_INIT;
	enum hf_code     rc;

	if ((rc = hf_repo_commit_read(&c, &raw, r, commit, e)) == HF_OK && !hf_oid_to_bytes(out, &c.tree))
		rc = hf_fail(e, HF_INTERNAL, "commit: no tree");
	if (rc == HF_OK && *at >= 0 && *at < c.author_time * 1000)
		*at = c.author_time * 1000;
	hf_commit_clear(&c);
	hf_buf_clear(&raw);
	return rc;
}

/* Better found out before the signature is asked for; what counts is the swap at the end. */
static enum hf_code
check_base(const struct work *w, struct hf_err *e)
{
	const struct hf_oid *base = w->spec->base;
	struct hf_oid        now;
	enum hf_code         rc;

	rc = hf_repo_head(&now, w->r, e);
	if (rc == HF_NOTFOUND ? base == NULL : rc == HF_OK && base != NULL && hf_oid_equal(&now, base))
		return HF_OK;
	if (rc != HF_OK && rc != HF_NOTFOUND)
		return rc;
	return hf_fail(e, HF_LOCKED, HF_REPO_BRANCH ": it has moved meanwhile");
}

static enum hf_code
make_commit(struct hf_oid *out, struct work *w, struct hf_err *e)
{
	struct hf_commit_spec spec = *w->spec;
	struct folder         top = { 0, w->n, 0, 1, NULL };
	struct hf_buf         raw = HF_BUF_INIT;
	struct hf_oid         tree;
	unsigned char         base[HF_OID_BYTES], other[HF_OID_BYTES];
	enum hf_code          rc;
	bool                  empty;

	if ((rc = check_base(w, e)) != HF_OK)
		goto done;
	if (spec.base != NULL) {
		if ((rc = parent_tree(base, &spec.at, w->r, spec.base, e)) != HF_OK)
			goto done;
		top.base = base;
	}
	if (spec.other != NULL && (rc = parent_tree(other, &spec.at, w->r, spec.other, e)) != HF_OK)
		goto done;
	if ((rc = build(&tree, &empty, w, &top, e)) != HF_OK)
		goto done;
	if ((rc = hf_commit_write(&raw, &tree, &spec, e)) != HF_OK)
		goto done;
	if ((rc = hf_pile_put(out, w->pile, HF_OBJECT_COMMIT, raw.data, raw.len, e)) == HF_OK &&
	    (rc = hf_pile_settle(w->pile, e)) == HF_OK)
		rc = hf_repo_move(w->r, w->spec->base, out, e);
done:
	hf_buf_clear(&raw);
	return rc;
}

static enum hf_code
commit_locked(struct hf_oid *out, struct hf_repo *r, const struct hf_commit_spec *spec, const struct hf_edit *edits, size_t n,
    struct hf_err *e)
{
	struct work  w = { .r = r, .spec = spec };
	enum hf_code rc;

	if ((rc = sort_edits(&w, edits, n, e)) == HF_OK && (rc = hf_pile_new(&w.pile, hf_repo_objects(r), e)) == HF_OK)
		rc = make_commit(out, &w, e);
	hf_pile_free(w.pile);
	free(w.edits);
	return rc;
}

enum hf_code
hf_repo_commit(struct hf_oid *out, struct hf_repo *r, const struct hf_commit_spec *spec, const struct hf_edit *edits, size_t n,
    struct hf_err *e)
{
	enum hf_code rc;

	out->hex[0] = '\0';
	if (hf_repo_locked(r))
		rc = commit_locked(out, r, spec, edits, n, e);
	else if ((rc = hf_repo_lock(r, LOCK_WAIT, e)) == HF_OK) {
		rc = commit_locked(out, r, spec, edits, n, e);
		hf_repo_unlock(r);
	}
	if (rc != HF_OK && rc != HF_UNSURE)
		out->hex[0] = '\0';
	return rc;
}
