/* Conflicts that are none, since one side knew what the other has. */
#include <stdlib.h>
#include <string.h>

#include "merge_impl.h"

/* ---- the commits between the bases and the two sides ---- */

struct listing {
	struct merge_ways *w;
	int                side;
	size_t             cap;
	struct hf_json    *places; /* commit → its place */
};

static enum hf_code
add_step(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	struct listing    *l = arg;
	struct merge_step *step, *more;
	size_t             n = l->w->n[l->side];

	if (c == NULL)
		return hf_fail_in(e, "commit %.12s", oid->hex);
	if (n == l->cap) {
		l->cap = l->cap == 0 ? 64 : 2 * l->cap;
		if ((more = realloc(l->w->list[l->side], l->cap * sizeof(*more))) == NULL)
			return hf_nomem(e);
		l->w->list[l->side] = more;
	}
	step = &l->w->list[l->side][n];
	memset(step, 0, sizeof(*step));
	step->oid = *oid;
	step->n_parents = c->n_parents;
	for (size_t k = 0; k < c->n_parents; k++)
		step->parent[k] = c->parent[k];
	l->w->forked |= c->n_parents > 1;
	l->w->n[l->side]++;
	return hf_json_set(l->places, oid->hex, hf_json_int((int64_t)n)) == 0 ? HF_OK : hf_nomem(e);
}

static void
find_parents(struct listing *l)
{
	for (size_t i = 0; i < l->w->n[l->side]; i++) {
		struct merge_step *step = &l->w->list[l->side][i];

		for (size_t k = 0; k < step->n_parents; k++) {
			const struct hf_json *at = hf_json_get(l->places, step->parent[k].hex);

			step->at[k] = at == NULL ? SIZE_MAX : (size_t)hf_json_num(at);
		}
	}
}

static enum hf_code
make_ways(const struct merge_crossing *c, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (int side = 0; rc == HF_OK && !c->ways->made && side < 2; side++) {
		struct listing l = { c->ways, side, 0, hf_json_object() };

		if ((rc = hf_repo_walk(c->r->repo, &c->tips[side], &c->tips[!side], false, add_step, &l, e)) == HF_OK)
			find_parents(&l);
		hf_json_free(l.places);
	}
	c->ways->made = rc == HF_OK;
	return rc;
}

void
merge_ways_clear(struct merge_ways *w)
{
	free(w->list[0]);
	free(w->list[1]);
	memset(w, 0, sizeof(*w));
}

/* ---- where a value comes from ---- */

struct tracing {
	const struct merge_crossing *c;
	const char                  *field;
	const struct hf_json        *value;
};

/* here: the record in the commit after it, which has the value. */
static enum hf_code
comes_from(bool *out, const struct tracing *t, const struct hf_oid *here, const struct hf_oid *parent, struct hf_err *e)
{
	struct hf_json *before = NULL;
	struct hf_oid   there;
	enum hf_code    rc;

	*out = false;
	if ((rc = merge_blob_at(&there, t->c->r, parent, t->c->path, e)) != HF_OK || there.hex[0] == '\0')
		return rc;
	if ((*out = hf_oid_equal(here, &there)))
		return HF_OK;
	if ((rc = merge_read(&before, t->c->r, &there, e)) == HF_OK)
		*out = merge_same(hf_json_get(before, t->field), t->value);
	hf_json_free(before);
	return rc;
}

static enum hf_code
step_back(bool *out, const struct tracing *t, int side, const struct merge_step *step, struct hf_err *e)
{
	struct hf_oid here;
	bool          from;
	enum hf_code  rc = merge_blob_at(&here, t->c->r, &step->oid, t->c->path, e);

	*out = false;
	for (size_t k = 0; rc == HF_OK && k < step->n_parents; k++) {
		if ((rc = comes_from(&from, t, &here, &step->parent[k], e)) != HF_OK || !from)
			continue;
		*out = true;
		if (step->at[k] != SIZE_MAX)
			t->c->ways->list[side][step->at[k]].has = true;
	}
	return rc;
}

/* Nobody wrote it on the way from what the other side knows to this one. What cannot be read is not known to be so. */
static enum hf_code
is_known(bool *out, const struct tracing *t, int side, struct hf_err *e)
{
	struct merge_step *list = t->c->ways->list[side];
	size_t             n = t->c->ways->n[side];
	enum hf_code       rc = HF_OK;

	for (size_t i = 0; i < n; i++)
		list[i].has = i == 0;
	*out = n > 0;
	for (size_t i = 0; rc == HF_OK && *out && i < n; i++)
		if (list[i].has)
			rc = step_back(out, t, side, &list[i], e);
	if (rc != HF_SEALED && rc != HF_DAMAGED && rc != HF_BAD)
		return rc;
	*out = false;
	hf_err_clear(e);
	return HF_OK;
}

/* ---- one record ---- */

/* *out: the start as merge_record has to be told it; NULL: as it is. */
static enum hf_code
fit_start(struct hf_json **out, const struct merge_crossing *c, const struct hf_json *start, const struct hf_json *sides[2],
    const struct hf_json *conflicts, struct hf_err *e)
{
	for (size_t i = 0; i < hf_json_len(conflicts); i++) {
		const char           *field = hf_json_get_str(hf_json_at(conflicts, i), "field");
		const struct hf_json *x = hf_json_get(sides[0], field), *y = hf_json_get(sides[1], field);
		bool                  known[2];
		enum hf_code          rc;

		if ((rc = is_known(&known[0], &(struct tracing){ c, field, x }, 0, e)) != HF_OK ||
		    (rc = is_known(&known[1], &(struct tracing){ c, field, y }, 1, e)) != HF_OK)
			return rc;
		if (!known[0] && !known[1])
			continue;
		if ((*out == NULL && (*out = hf_json_copy(start)) == NULL) ||
		    merge_set(*out, field,
			known[0] && known[1] ? merge_lesser(x, y) :
			    known[0]         ? x :
					       y) != 0)
			return hf_nomem(e);
	}
	return HF_OK;
}

static bool
has_field(const struct hf_json *conflicts, const char *field)
{
	for (size_t i = 0; i < hf_json_len(conflicts); i++)
		if (strcmp(hf_json_get_str(hf_json_at(conflicts, i), "field"), field) == 0)
			return true;
	return false;
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
	const struct hf_json *sides[2] = { ours->record, theirs->record };
	struct hf_json       *found = hf_json_array(), *exact = hf_json_array(), *fit = NULL;
	enum hf_code          rc;

	if ((rc = merge_record(out, found, start, ours, theirs, e)) != HF_OK)
		goto done;
	if (hf_json_len(found) > 0 && start != NULL && sides[0] != NULL && sides[1] != NULL && (rc = make_ways(c, e)) == HF_OK &&
	    c->ways->forked)
		rc = fit_start(&fit, c, start, sides, found, e);
	if (rc == HF_OK && fit != NULL) {
		hf_json_free(*out);
		if ((rc = merge_record(out, exact, fit, ours, theirs, e)) == HF_OK &&
		    (rc = give(dropped, found, exact, e)) == HF_OK)
			rc = give(conflicts, exact, NULL, e);
	} else if (rc == HF_OK)
		rc = give(conflicts, found, NULL, e);
done:
	hf_json_free(found);
	hf_json_free(exact);
	hf_json_free(fit);
	return rc;
}
