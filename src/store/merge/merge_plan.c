/* Where two histories differ, and who wrote what in them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../git/repo_impl.h"
#include "merge_impl.h"

/* ---- files ---- */

enum hf_code
merge_plan_push(struct merge_file **out, struct merge_plan *p, const char *path, struct hf_err *e)
{
	char run[HF_ID_SIZE];

	if (p->n == p->cap) {
		size_t             cap = p->cap == 0 ? 64 : p->cap * 2;
		struct merge_file *list = realloc(p->list, cap * sizeof(*list));

		if (list == NULL)
			return hf_nomem(e);
		p->list = list;
		p->cap = cap;
	}
	*out = &p->list[p->n++];
	memset(*out, 0, sizeof(**out));
	snprintf((*out)->path, PATH_SIZE, "%s", path);
	(*out)->kind = path_read(path, (*out)->id, run);
	return HF_OK;
}

const struct hf_oid *
merge_chosen(const struct merge_file *f)
{
	return f->choice == MERGE_THEIRS ? &f->theirs : &f->ours;
}

static enum hf_code
differs(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct merge_plan *p = arg;
	struct merge_file *f;
	enum hf_code       rc;

	/* Whatever does not belong here is not taken from there. */
	if (strlen(d->path) >= PATH_SIZE)
		return HF_OK;
	if ((rc = merge_plan_push(&f, p, d->path, e)) != HF_OK)
		return rc;
	f->ours = d->before;
	f->theirs = d->after;
	return HF_OK;
}

static int
by_path(const void *a, const void *b)
{
	const struct merge_file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static struct merge_file *
find(const struct merge_plan *p, const char *path)
{
	struct merge_file key;

	if (strlen(path) >= PATH_SIZE || p->n == 0)
		return NULL;
	strcpy(key.path, path);
	return bsearch(&key, p->list, p->n, sizeof(*p->list), by_path);
}

/* ---- what they started from ---- */

/* From one base to our side: here the base has something else than we have. */
struct basing {
	struct merge_plan *p;
	struct hf_oid     *at; /* of each file, what this base has */
};

static enum hf_code
base_differs(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct basing     *b = arg;
	struct merge_file *f = find(b->p, d->path);

	(void)e;
	if (f != NULL)
		b->at[f - b->p->list] = d->before;
	return HF_OK;
}

static void
take_base(struct merge_plan *p, const struct hf_oid *at, bool first)
{
	for (size_t i = 0; i < p->n; i++) {
		struct merge_file *f = &p->list[i];

		if (!first && strcmp(f->base.hex, at[i].hex) != 0)
			f->crossed = true;
		if (f->base.hex[0] == '\0')
			f->base = at[i];
		f->in_base = f->in_base || at[i].hex[0] != '\0';
	}
}

static enum hf_code
one_base(struct merge_plan *p, size_t i, struct hf_err *e)
{
	struct basing b = { p, calloc(p->n + 1, sizeof(*b.at)) };
	struct hf_oid tree;
	enum hf_code  rc;

	if (b.at == NULL)
		return hf_nomem(e);
	for (size_t k = 0; k < p->n; k++)
		b.at[k] = p->list[k].ours;
	if ((rc = register_tree(&tree, p->r, &p->bases[i], e)) == HF_OK &&
	    (rc = hf_repo_diff(p->r->repo, &tree, &p->ours_tree, base_differs, &b, e)) == HF_OK)
		take_base(p, b.at, i == 0);
	free(b.at);
	return rc;
}

/* ---- what needs no reading ---- */

static bool
is_there(const struct hf_oid *oid)
{
	return oid->hex[0] != '\0';
}

static void
decide(struct merge_file *f)
{
	bool lasting = f->kind == PATH_ENTRY || f->kind == PATH_BLOB;

	f->choice = MERGE_OPEN;
	if (f->kind == PATH_BAD)
		f->choice = MERGE_OURS;
	else if (lasting && (!is_there(&f->ours) || !is_there(&f->theirs)))
		f->choice = is_there(&f->ours) ? MERGE_OURS : MERGE_THEIRS;
	else if (!f->crossed && strcmp(f->base.hex, f->ours.hex) == 0)
		f->choice = MERGE_THEIRS;
	else if (!f->crossed && strcmp(f->base.hex, f->theirs.hex) == 0)
		f->choice = MERGE_OURS;
}

enum hf_code
merge_plan_make(struct merge_plan *out, struct hf_register *r, const struct hf_oid *theirs, struct hf_err *e)
{
	enum hf_code rc;

	memset(out, 0, sizeof(*out));
	out->r = r;
	out->ours = r->head;
	out->ours_tree = r->tree;
	out->theirs = *theirs;
	if ((out->conflicts = hf_json_array()) == NULL)
		return hf_nomem(e);
	if ((rc = register_tree(&out->theirs_tree, r, theirs, e)) != HF_OK ||
	    (rc = hf_repo_bases(&out->bases, &out->n_bases, r->repo, &out->ours, theirs, e)) != HF_OK ||
	    (rc = hf_repo_diff(r->repo, &out->ours_tree, &out->theirs_tree, differs, out, e)) != HF_OK)
		return rc;
	if (out->n > 1)
		qsort(out->list, out->n, sizeof(*out->list), by_path);
	for (size_t i = 0; rc == HF_OK && i < out->n_bases; i++)
		rc = one_base(out, i, e);
	for (size_t i = 0; rc == HF_OK && i < out->n; i++) {
		if (out->list[i].kind == PATH_META)
			return hf_fail(e, HF_DAMAGED, "holdfast.json: it is not the same on both sides");
		decide(&out->list[i]);
	}
	return rc;
}

void
merge_plan_clear(struct merge_plan *p)
{
	for (size_t i = 0; i < p->n; i++) {
		hf_json_free(p->list[i].record);
		hf_buf_clear(&p->list[i].data);
	}
	free(p->list);
	free(p->bases);
	hf_json_free(p->conflicts);
	merge_ways_clear(&p->ways);
}

/* ---- who wrote ---- */

struct writing {
	struct hf_register     *r;
	struct hf_json         *at; /* path → its place in out */
	struct merge_writer    *out;
	const struct hf_commit *c;               /* that is looked at */
	bool                    anew;            /* it says that it only encrypts anew, which is true of all but a person's key */
	struct hf_oid           second;          /* tree of its second parent, "" none */
	struct hf_oid           last, last_tree; /* the commit before it */
};

static enum hf_code
tree_of(struct hf_oid *out, struct writing *w, const struct hf_oid *commit, struct hf_err *e)
{
	if (strcmp(w->last.hex, commit->hex) != 0)
		return register_tree(out, w->r, commit, e);
	*out = w->last_tree;
	return HF_OK;
}

static enum hf_code
wrote(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct writing       *w = arg;
	const struct hf_json *at = hf_json_get(w->at, d->path);
	struct merge_writer  *out;
	struct hf_oid         second = { "" };
	enum hf_code          rc;

	if (at == NULL)
		return HF_OK;
	if (w->second.hex[0] != '\0') {
		rc = hf_repo_lookup(&second, w->r->repo, &w->second, d->path, e);
		if (rc != HF_OK && rc != HF_NOTFOUND)
			return rc;
		if (strcmp(rc == HF_OK ? second.hex : "", d->after.hex) == 0)
			return HF_OK;
	}
	out = &w->out[hf_json_num(at)];
	if (w->anew && out->wrote)
		return HF_OK;
	memcpy(out->by, w->c->author, HF_FPR_SIZE);
	out->at = w->c->author_time;
	out->wrote = !w->anew;
	return HF_OK;
}

static enum hf_code
look_at(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	struct writing *w = arg;
	struct hf_oid   before = { "" };
	enum hf_code    rc = HF_OK;

	if (c == NULL)
		return hf_fail_in(e, "commit %.12s", oid->hex);
	w->c = c;
	w->anew = hf_commit_says(c, "member");
	w->second.hex[0] = '\0';
	if (c->n_parents > 0)
		rc = tree_of(&before, w, &c->parent[0], e);
	if (rc == HF_OK && c->n_parents > 1)
		rc = register_tree(&w->second, w->r, &c->parent[1], e);
	if (rc == HF_OK)
		rc = hf_repo_diff(w->r->repo, c->n_parents > 0 ? &before : NULL, &c->tree, wrote, w, e);
	w->last = *oid;
	w->last_tree = c->tree;
	return rc;
}

/* Whose commit the tip is, for what none of the commits wrote. */
static enum hf_code
tip_writer(struct merge_writer *out, struct hf_register *r, const struct hf_oid *tip, struct hf_err *e)
{
	struct hf_commit c;
	struct hf_buf    raw = HF_BUF_INIT;
	enum hf_code     rc;

	memset(out, 0, sizeof(*out));
	if ((rc = hf_repo_commit_read(&c, &raw, r->repo, tip, e)) == HF_OK) {
		memcpy(out->by, c.author, HF_FPR_SIZE);
		out->at = c.author_time;
		hf_commit_clear(&c);
	}
	hf_buf_clear(&raw);
	return rc;
}

enum hf_code
merge_writers(struct merge_writer *out, struct hf_register *r, const struct hf_oid *tip, const struct hf_oid *other,
    const char *const *paths, size_t n, struct hf_err *e)
{
	struct writing      w = { .r = r, .at = hf_json_object(), .out = out };
	struct merge_writer first;
	enum hf_code        rc;

	if ((rc = tip_writer(&first, r, tip, e)) != HF_OK)
		goto done;
	for (size_t i = 0; rc == HF_OK && i < n; i++) {
		out[i] = first;
		if (hf_json_set(w.at, paths[i], hf_json_int((int64_t)i)) != 0)
			rc = hf_nomem(e);
	}
	if (rc == HF_OK && n > 0)
		rc = hf_repo_walk(r->repo, tip, other, true, look_at, &w, e);
done:
	hf_json_free(w.at);
	return rc;
}
