/* The commits where the lines between two histories part and meet, and which records changed from one to the next. */
#include <stdlib.h>
#include <string.h>

#include "merge_impl.h"

#define MEETINGS 64 /* crossings behind crossings that are looked for one commit that all have */
#define NONE     SIZE_MAX

/* ---- the commit that all that is looked at comes from ---- */

static enum hf_code
meet(struct hf_oid *out, struct hf_register *r, const struct hf_oid *a, const struct hf_oid *b, int *left, struct hf_err *e)
{
	struct hf_oid *bases = NULL, so_far;
	size_t         n;
	enum hf_code   rc;

	if (--*left < 0)
		return hf_fail(e, HF_SEALED, "merge: the histories cross too often to be followed");
	if ((rc = hf_repo_bases(&bases, &n, r->repo, a, b, e)) != HF_OK)
		return rc;
	*out = bases[0];
	for (size_t i = 1; rc == HF_OK && i < n; i++) {
		so_far = *out;
		rc = meet(out, r, &so_far, &bases[i], left, e);
	}
	free(bases);
	return rc;
}

static enum hf_code
meet_all(struct hf_oid *out, const struct merge_crossing *c, struct hf_err *e)
{
	struct hf_oid so_far;
	int           left = MEETINGS;
	enum hf_code  rc = HF_OK;

	*out = c->bases[0];
	for (size_t i = 1; rc == HF_OK && i < c->n; i++) {
		so_far = *out;
		rc = meet(out, c->r, &so_far, &c->bases[i], &left, e);
	}
	return rc;
}

/* ---- the commits in between ---- */

/* One of them; at: where its parents are in the list, NONE outside it. */
struct step {
	struct hf_oid tree, parent[2];
	size_t        n_parents, at[2];
	size_t        children;
	bool          knot;
	size_t        place; /* in rows: its own, or that of the knot before it */
};

struct listing {
	struct merge_ways *w;
	struct step       *list; /* parents first */
	size_t             n, cap;
	struct hf_json    *places; /* commit → its place */
};

static size_t
place_of(const struct listing *l, const struct hf_oid *commit)
{
	const struct hf_json *at = hf_json_get(l->places, commit->hex);

	return at == NULL ? NONE : (size_t)hf_json_num(at);
}

static enum hf_code
add_step(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	struct listing *l = arg;
	struct step    *s, *more;

	if (c == NULL)
		return hf_fail_in(e, "commit %.12s", oid->hex);
	if (place_of(l, oid) != NONE)
		return HF_OK;
	if (l->n == l->cap) {
		l->cap = l->cap == 0 ? 64 : 2 * l->cap;
		if ((more = realloc(l->list, l->cap * sizeof(*more))) == NULL)
			return hf_nomem(e);
		l->list = more;
	}
	s = &l->list[l->n];
	memset(s, 0, sizeof(*s));
	s->tree = c->tree;
	s->n_parents = c->n_parents;
	for (size_t k = 0; k < c->n_parents; k++) {
		s->parent[k] = c->parent[k];
		s->at[k] = place_of(l, &c->parent[k]);
		if (s->at[k] != NONE)
			l->list[s->at[k]].children++;
	}
	l->w->forked |= c->n_parents > 1;
	return hf_json_set(l->places, oid->hex, hf_json_int((int64_t)l->n++)) == 0 ? HF_OK : hf_nomem(e);
}

/* Where lines part or meet, and where they end. Between them one commit follows the other. */
static void
tie_knots(struct listing *l, const struct hf_oid tips[2])
{
	for (size_t i = 0; i < l->n; i++) {
		struct step *s = &l->list[i];

		s->knot |= s->children > 1 || s->n_parents > 1;
		for (size_t k = 0; s->n_parents > 1 && k < s->n_parents; k++)
			if (s->at[k] != NONE)
				l->list[s->at[k]].knot = true;
	}
	for (int side = 0; side < 2; side++)
		if (place_of(l, &tips[side]) != NONE)
			l->list[place_of(l, &tips[side])].knot = true;
}

/* ---- rows: first the commits outside, then the knots ---- */

static enum hf_code
add_row(struct merge_row **out, struct merge_ways *w, struct hf_err *e)
{
	struct merge_row *more;

	if (w->n == w->cap) {
		w->cap = w->cap == 0 ? 64 : 2 * w->cap;
		if ((more = realloc(w->rows, w->cap * sizeof(*more))) == NULL)
			return hf_nomem(e);
		w->rows = more;
	}
	*out = &w->rows[w->n++];
	memset(*out, 0, sizeof(**out));
	return HF_OK;
}

static enum hf_code
add_outside(struct listing *l, struct hf_register *r, const struct hf_oid *commit, struct hf_err *e)
{
	struct merge_row *row;
	enum hf_code      rc;

	if (hf_json_get(l->w->outside, commit->hex) != NULL)
		return HF_OK;
	if ((rc = add_row(&row, l->w, e)) != HF_OK || (rc = register_tree(&row->tree, r, commit, e)) != HF_OK)
		return rc;
	return hf_json_set(l->w->outside, commit->hex, hf_json_int((int64_t)l->w->n_outside++)) == 0 ? HF_OK : hf_nomem(e);
}

static size_t
row_before(const struct listing *l, const struct step *s, size_t k)
{
	return s->at[k] != NONE ? l->list[s->at[k]].place : (size_t)hf_json_num(hf_json_get(l->w->outside, s->parent[k].hex));
}

static enum hf_code
make_rows(struct listing *l, struct hf_register *r, const struct hf_oid *root, struct hf_err *e)
{
	struct merge_row *row;
	enum hf_code      rc = add_outside(l, r, root, e);

	for (size_t i = 0; rc == HF_OK && i < l->n; i++)
		for (size_t k = 0; rc == HF_OK && k < l->list[i].n_parents; k++)
			if (l->list[i].at[k] == NONE)
				rc = add_outside(l, r, &l->list[i].parent[k], e);
	for (size_t i = 0; rc == HF_OK && i < l->n; i++) {
		struct step *s = &l->list[i];

		if (!s->knot) {
			s->place = row_before(l, s, 0);
			continue;
		}
		s->place = l->w->n;
		if ((rc = add_row(&row, l->w, e)) != HF_OK)
			break;
		row->tree = s->tree;
		row->n_before = s->n_parents;
		for (size_t k = 0; k < s->n_parents; k++)
			row->before[k] = row_before(l, s, k);
	}
	return rc;
}

/* ---- what changed ---- */

struct comparing {
	struct merge_ways *w;
	size_t             row, k;
};

static enum hf_code
changed(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct comparing    *c = arg;
	struct merge_ways   *w = c->w;
	struct merge_change *more;
	char                 id[HF_ID_SIZE], run[HF_ID_SIZE];

	if (path_read(d->path, id, run) != PATH_RECORD)
		return HF_OK;
	if (w->n_changes == w->cap_changes) {
		w->cap_changes = w->cap_changes == 0 ? 256 : 2 * w->cap_changes;
		if ((more = realloc(w->changes, w->cap_changes * sizeof(*more))) == NULL)
			return hf_nomem(e);
		w->changes = more;
	}
	more = &w->changes[w->n_changes++];
	memcpy(more->id, id, sizeof(id));
	more->row = c->row;
	more->k = c->k;
	more->after = d->after;
	return HF_OK;
}

static int
by_record(const void *a, const void *b)
{
	const struct merge_change *x = a, *y = b;
	int                        order = strcmp(x->id, y->id);

	if (order != 0)
		return order;
	return x->row != y->row ? (x->row > y->row ? 1 : -1) : (x->k > y->k) - (x->k < y->k);
}

static enum hf_code
find_changes(struct merge_ways *w, struct hf_register *r, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t i = w->n_outside; rc == HF_OK && i < w->n; i++)
		for (size_t k = 0; rc == HF_OK && k < w->rows[i].n_before; k++) {
			struct comparing c = { w, i, k };

			rc = hf_repo_diff(r->repo, &w->rows[w->rows[i].before[k]].tree, &w->rows[i].tree, changed, &c, e);
		}
	if (rc == HF_OK && w->n_changes > 1)
		qsort(w->changes, w->n_changes, sizeof(*w->changes), by_record);
	return rc;
}

static int
by_id(const void *key, const void *item)
{
	return strcmp(key, ((const struct merge_change *)item)->id);
}

const struct merge_change *
merge_ways_changes(size_t *n, const struct merge_ways *w, const char *id)
{
	const struct merge_change *at = w->n_changes == 0 ? NULL : bsearch(id, w->changes, w->n_changes, sizeof(*at), by_id);

	*n = 0;
	if (at == NULL)
		return NULL;
	while (at > w->changes && strcmp(at[-1].id, id) == 0)
		at--;
	while (at + *n < w->changes + w->n_changes && strcmp(at[*n].id, id) == 0)
		++*n;
	return at;
}

/* ---- all of it ---- */

static enum hf_code
make(const struct merge_crossing *c, struct listing *l, struct hf_err *e)
{
	struct hf_oid root;
	enum hf_code  rc;

	if ((l->places = hf_json_object()) == NULL || (l->w->outside = hf_json_object()) == NULL)
		return hf_nomem(e);
	if ((rc = meet_all(&root, c, e)) != HF_OK)
		return rc;
	for (int side = 0; rc == HF_OK && side < 2; side++)
		rc = hf_repo_walk(c->r->repo, &c->tips[side], &root, true, add_step, l, e);
	if (rc != HF_OK || !l->w->forked)
		return rc;
	tie_knots(l, c->tips);
	if ((rc = make_rows(l, c->r, &root, e)) != HF_OK)
		return rc;
	for (int side = 0; side < 2; side++)
		l->w->tip[side] = place_of(l, &c->tips[side]) == NONE ? 0 : l->list[place_of(l, &c->tips[side])].place;
	return find_changes(l->w, c->r, e);
}

enum hf_code
merge_ways_make(const struct merge_crossing *c, struct hf_err *e)
{
	struct listing l = { .w = c->ways };
	enum hf_code   rc;

	if (c->ways->made)
		return HF_OK;
	rc = make(c, &l, e);
	free(l.list);
	hf_json_free(l.places);
	c->ways->lost = rc == HF_SEALED;
	c->ways->made = rc == HF_OK || rc == HF_SEALED;
	if (rc == HF_SEALED)
		hf_err_clear(e);
	return c->ways->made ? HF_OK : rc;
}

void
merge_ways_clear(struct merge_ways *w)
{
	free(w->rows);
	free(w->changes);
	hf_json_free(w->outside);
	memset(w, 0, sizeof(*w));
}
