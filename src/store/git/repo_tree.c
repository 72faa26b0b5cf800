#include <stdio.h>
#include <string.h>

#include "repo_impl.h"

#define ENTRIES_MAX 2000000 /* one look at a tree visits no more */

struct diff {
	struct hf_repo *r;
	hf_diff_fn     *fn;
	void           *arg;
	size_t          seen;
	char            path[HF_TREE_PATH + 1];
};

enum hf_code
hf_repo_lookup(struct hf_oid *out, struct hf_repo *r, const struct hf_oid *tree, const char *path, struct hf_err *e)
{
	const struct hf_tree_entry *entry;
	struct hf_tree              t = HF_TREE_INIT;
	const char                 *p = path;
	enum hf_code                rc;
	size_t                      n;

	*out = *tree;
	for (;;) {
		n = strcspn(p, "/");
		if ((rc = hf_repo_tree(&t, r, out, e)) != HF_OK)
			break;
		entry = hf_tree_find(&t, p, n);
		if (entry == NULL || (p[n] == '/' && !entry->dir)) {
			rc = hf_fail(e, HF_NOTFOUND, "%s: not there", path);
			break;
		}
		hf_oid_from_bytes(out, entry->id);
		hf_tree_clear(&t);
		if (p[n] == '\0')
			return HF_OK;
		p += n + 1;
	}
	out->hex[0] = '\0';
	hf_tree_clear(&t);
	return rc;
}

/* A folder's tree; nothing at all for no id. A folder with nothing in it is never written. */
static enum hf_code
load(struct hf_tree *t, struct diff *d, const unsigned char *id, int depth, struct hf_err *e)
{
	struct hf_oid oid;
	enum hf_code  rc;

	if (id == NULL)
		return HF_OK;
	hf_oid_from_bytes(&oid, id);
	if ((rc = hf_repo_tree(t, d->r, &oid, e)) != HF_OK)
		return rc;
	if (t->n == 0 && depth > 1)
		return hf_fail(e, HF_DAMAGED, "object %s: tree: a folder with nothing in it", oid.hex);
	return HF_OK;
}

/* One folder of both trees. */
struct folder {
	size_t               at; /* where its entries' names go in the path */
	int                  depth;
	const unsigned char *from, *to; /* its trees; NULL: it is not there */
};

static enum hf_code diff_folder(struct diff *d, const struct folder *f, struct hf_err *e);

/* One name. a or b is NULL when it is not there. */
static enum hf_code
diff_entry(struct diff *d, const struct folder *f, const struct hf_tree_entry *a, const struct hf_tree_entry *b, struct hf_err *e)
{
	const struct hf_tree_entry *entry = a == NULL ? b : a;
	size_t                      n = strlen(entry->name);
	struct hf_diff              found = { .path = d->path };
	struct folder               inner = { f->at + n + 1, f->depth + 1, a == NULL ? NULL : a->id, b == NULL ? NULL : b->id };

	if (++d->seen > ENTRIES_MAX)
		return hf_fail(e, HF_DAMAGED, "tree: more entries than any register has");
	if (inner.from != NULL && inner.to != NULL && memcmp(inner.from, inner.to, HF_OID_BYTES) == 0)
		return HF_OK;
	if (entry->dir && f->depth == HF_TREE_DEPTH)
		return hf_fail(e, HF_DAMAGED, "tree: folders too deep");
	memcpy(d->path + f->at, entry->name, n + 1);
	if (entry->dir) {
		d->path[f->at + n] = '/';
		return diff_folder(d, &inner, e);
	}
	if (inner.from != NULL)
		hf_oid_from_bytes(&found.before, inner.from);
	if (inner.to != NULL)
		hf_oid_from_bytes(&found.after, inner.to);
	return d->fn(d->arg, &found, e);
}

static enum hf_code
diff_folder(struct diff *d, const struct folder *f, struct hf_err *e)
{
	struct hf_tree a = HF_TREE_INIT, b = HF_TREE_INIT;
	size_t         i = 0, k = 0;
	enum hf_code   rc;
	int            order;

	if ((rc = load(&a, d, f->from, f->depth, e)) == HF_OK)
		rc = load(&b, d, f->to, f->depth, e);
	while (rc == HF_OK && (i < a.n || k < b.n)) {
		order = i == a.n ? 1 : k == b.n ? -1 : hf_tree_order(&a.list[i], &b.list[k]);
		rc = diff_entry(d, f, order <= 0 ? &a.list[i] : NULL, order >= 0 ? &b.list[k] : NULL, e);
		i += order <= 0;
		k += order >= 0;
	}
	hf_tree_clear(&a);
	hf_tree_clear(&b);
	return rc;
}

enum hf_code
hf_repo_diff(struct hf_repo *r, const struct hf_oid *from, const struct hf_oid *to, hf_diff_fn *fn, void *arg, struct hf_err *e)
{
	struct diff   d = { .r = r, .fn = fn, .arg = arg };
	unsigned char a[HF_OID_BYTES], b[HF_OID_BYTES];
	struct folder top = { 0, 1, from == NULL ? NULL : a, b };

	if ((from != NULL && !hf_oid_to_bytes(a, from)) || !hf_oid_to_bytes(b, to))
		return hf_fail(e, HF_INTERNAL, "tree: no name was given");
	if (from != NULL && hf_oid_equal(from, to))
		return HF_OK;
	return diff_folder(&d, &top, e);
}
