/* Verify: records that both sides of a merge changed. They are merged once more, by the same rules, and the conflicts that this gives have to be there. */
#include <stdio.h>
#include <stdlib.h>

#include "proof_sides.h"

/* ---- who wrote on each side ---- */

/* Of all records on which the sides differ at once: a walk costs the same for one. */
static enum hf_code
ask_writers(struct sides *s, struct hf_err *e)
{
	struct hf_register *r = s->p->r;
	const char        **paths = calloc(s->n + 1, sizeof(*paths));
	bool                one = s->n_bases == 1; /* then all that both have lies behind it */
	size_t              n = 0;
	enum hf_code        rc = HF_OK;

	s->by_ours = calloc(s->n + 1, sizeof(*s->by_ours));
	s->by_theirs = calloc(s->n + 1, sizeof(*s->by_theirs));
	if (paths == NULL || s->by_ours == NULL || s->by_theirs == NULL)
		rc = hf_nomem(e);
	for (size_t i = 0; rc == HF_OK && i < s->n; i++) {
		if (s->list[i].kind != PATH_RECORD || sides_same(&s->list[i], OURS, THEIRS))
			continue;
		paths[n] = s->list[i].path;
		s->list[i].writer = ++n;
	}
	if (rc == HF_OK)
		rc = merge_writers(s->by_ours, r, &s->commit[OURS], one ? &s->bases[0] : &s->commit[THEIRS], paths, n, e);
	if (rc == HF_OK)
		rc = merge_writers(s->by_theirs, r, &s->commit[THEIRS], one ? &s->bases[0] : &s->commit[OURS], paths, n, e);
	free(paths);
	return rc;
}

static enum hf_code
writers(const struct merge_writer *out[SIDES], struct sides *s, const struct spot *t, struct hf_err *e)
{
	enum hf_code rc;

	if (s->by_ours == NULL && (rc = ask_writers(s, e)) != HF_OK)
		return rc;
	if (t->writer == 0)
		return hf_fail(e, HF_INTERNAL, "%s: no side of a merge wrote it", t->path);
	out[OURS] = &s->by_ours[t->writer - 1];
	out[THEIRS] = &s->by_theirs[t->writer - 1];
	return HF_OK;
}

/* ---- what both started from ---- */

static struct merge_crossing
crossing(struct sides *s, const struct spot *t)
{
	return (struct merge_crossing){ s->p->r, t->path, s->bases, s->n_bases, &s->ways, { s->commit[OURS], s->commit[THEIRS] } };
}

/* In crossed histories: what merging those gives. */
static enum hf_code
read_start(struct text text[SIDES], struct sides *s, const struct spot *t, struct hf_err *e)
{
	struct merge_crossing c = crossing(s, t);
	struct text          *base = &text[BASE];
	enum hf_code          rc;

	if (s->n_bases < 2)
		return HF_OK;
	text_clear(base);
	memset(base, 0, sizeof(*base));
	if ((rc = merge_start(&base->json, &c, text[OURS].json, text[THEIRS].json, e)) == HF_OK)
		base->state = base->json == NULL ? TEXT_NONE : TEXT_PLAIN;
	else if (rc == HF_SEALED || rc == HF_DAMAGED)
		base->state = TEXT_SEALED;
	if (base->state == TEXT_SEALED)
		hf_err_clear(e);
	return base->state == TEXT_SEALED ? HF_OK : rc;
}

/* ---- conflicts ---- */

static enum hf_code
at(bool *out, struct hf_oid *oid, const struct sides *s, int side, const char *path, struct hf_err *e)
{
	enum hf_code rc = hf_repo_lookup(oid, s->p->r->repo, &s->tree[side], path, e);

	*out = rc == HF_OK;
	if (rc != HF_NOTFOUND)
		return rc;
	if (e != NULL)
		hf_err_clear(e);
	return HF_OK;
}

/* The merge has to have it, word for word, unless a side knows it already. */
static enum hf_code
demand(const struct sides *s, const struct spot *t, const char *path, const struct hf_json *conflict, struct hf_err *e)
{
	struct text   text = { .state = TEXT_NONE };
	struct hf_oid oid;
	bool          there = false;
	enum hf_code  rc;

	for (int side = OURS; side <= THEIRS; side++)
		if ((rc = at(&there, &oid, s, side, path, e)) != HF_OK || there)
			return rc;
	if ((rc = at(&there, &oid, s, MERGED, path, e)) != HF_OK)
		return rc;
	if (!there)
		return proof_problem(s->p, e, s->d->oid.hex,
		    "%s: changed on both sides, and the merge dropped a value of %s: the conflict that keeps it is missing",
		    t->path, hf_json_get_str(conflict, "field"));
	if ((rc = proof_text(&text, s->p, path, &oid, e)) == HF_OK && text.state == TEXT_PLAIN &&
	    !hf_json_equal(text.json, conflict))
		rc = proof_problem(s->p, e, s->d->oid.hex, "%s: not the conflict that merging %s gives", path, t->path);
	text_clear(&text);
	return rc;
}

/* must: the merge has to have them; else it may. */
static enum hf_code
expect(struct sides *s, const struct spot *t, const struct hf_json *conflicts, bool must, struct hf_err *e)
{
	struct hf_json *c;
	char            path[PATH_SIZE];
	enum hf_code    rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < hf_json_len(conflicts); i++) {
		if ((rc = merge_conflict(&c, s->p->r, hf_json_at(conflicts, i), e)) != HF_OK)
			return rc == HF_DAMAGED ? sides_wrong(s, t, e->msg, e) : rc;
		path_record(path, hf_json_get_str(c, "id"));
		if (must)
			rc = demand(s, t, path, c, e);
		if (hf_json_set(s->expected, path, c) != 0)
			rc = hf_nomem(e);
	}
	return rc;
}

/* A record that stays because it is in use: who needs it cannot be told from the history. */
static bool
is_in_use(const struct hf_json *conflict)
{
	const char *field = hf_json_get_str(conflict, "field"), *kept = hf_json_get_str(conflict, "kept");

	return field != NULL && kept != NULL && strcmp(field, MERGE_WHOLE) == 0 && strcmp(kept, "in use") == 0;
}

enum hf_code
sides_judge_conflicts(struct sides *s, struct hf_err *e)
{
	struct hf_json *conflict;
	const char     *path;
	enum hf_code    rc = HF_OK;

	if (s->unjudged || s->n_bases > 1)
		return HF_OK;
	for (void *it = NULL; rc == HF_OK && hf_json_next(s->brought, &it, &path, &conflict);)
		if (hf_json_get(s->expected, path) == NULL && !is_in_use(conflict))
			rc = proof_problem(s->p, e, s->d->oid.hex, "%s: a conflict about what was none", path);
	return rc;
}

/* ---- changed on both sides ---- */

/* Without what both started from: every field is as a side has it, or a list of items of both. */
static bool
is_of_a_side(const struct hf_json *merged, const struct hf_json *ours, const struct hf_json *theirs)
{
	struct hf_json *value;
	const char     *key;

	for (void *it = NULL; hf_json_next(merged, &it, &key, &value);) {
		const struct hf_json *a = hf_json_get(ours, key), *b = hf_json_get(theirs, key);

		if (strcmp(key, "version") == 0 || (a != NULL && hf_json_equal(value, a)) || (b != NULL && hf_json_equal(value, b)))
			continue;
		if (!hf_json_is(value, HF_JSON_ARRAY))
			return false;
	}
	return true;
}

static int64_t
version(const struct text *t)
{
	return hf_json_num(hf_json_get(t->json, "version"));
}

static const char *
what_is_wrong(const struct spot *t, const struct text text[SIDES])
{
	int64_t a = version(&text[OURS]), b = version(&text[THEIRS]);

	if (!sides_there(t, MERGED))
		return "changed on one side, and the merge removed it";
	if (!sides_there(t, OURS) || !sides_there(t, THEIRS))
		return "the merge changed what one side alone had written";
	if (version(&text[MERGED]) != (a > b ? a : b) + 1)
		return "changed on both sides, and the merge dropped one of them";
	return "changed on both sides, and not what merging them gives";
}

/* What is sealed here: only what the others' rules would never do. */
static enum hf_code
judge_unread(struct sides *s, const struct spot *t, const struct text text[SIDES], struct hf_err *e)
{
	const struct merge_writer *by[SIDES];
	bool                       readable = text[OURS].state != TEXT_SEALED && text[THEIRS].state != TEXT_SEALED;
	enum hf_code               rc;

	s->unjudged = true;
	if ((rc = writers(by, s, t, e)) != HF_OK)
		return rc;
	/* Removed on one side, and only encrypted anew on the other. */
	if (!sides_there(t, MERGED))
		return by[OURS]->wrote && by[THEIRS]->wrote ? sides_wrong(s, t, what_is_wrong(t, text), e) : HF_OK;
	if (!readable || text[MERGED].state != TEXT_PLAIN || !by[OURS]->wrote || !by[THEIRS]->wrote)
		return HF_OK;
	if (!is_of_a_side(text[MERGED].json, text[OURS].json, text[THEIRS].json))
		return sides_wrong(s, t, what_is_wrong(t, text), e);
	return HF_OK;
}

static bool
is_merged(const struct spot *t, const struct text text[SIDES], const struct hf_json *merged)
{
	if (merged == NULL)
		return !sides_there(t, MERGED);
	return text[MERGED].json != NULL && hf_json_equal(merged, text[MERGED].json);
}

static enum hf_code may_put_back(bool *out, struct sides *s, const struct spot *t, struct hf_err *e);

/* What merging it gives, and conflicts with it. */
struct outcome {
	struct hf_json *merged, *conflicts, *dropped;
};

static void
outcome_clear(struct outcome *o)
{
	hf_json_free(o->merged);
	hf_json_free(o->conflicts);
	hf_json_free(o->dropped);
}

/* exact: as who can read all of the way merges it. */
static enum hf_code
merge_as(struct outcome *out, bool exact, struct sides *s, const struct spot *t, const struct text text[SIDES], struct hf_err *e)
{
	const struct merge_writer *by[SIDES];
	struct merge_crossing      c = crossing(s, t);
	enum hf_code               rc;

	memset(out, 0, sizeof(*out));
	if ((rc = writers(by, s, t, e)) != HF_OK)
		return rc;
	if ((out->conflicts = hf_json_array()) == NULL || (out->dropped = hf_json_array()) == NULL)
		return hf_nomem(e);
	struct merge_side ours = { text[OURS].json, by[OURS]->by, by[OURS]->at };
	struct merge_side theirs = { text[THEIRS].json, by[THEIRS]->by, by[THEIRS]->at };

	if (exact)
		return merge_exact(&out->merged, out->conflicts, out->dropped, &c, text[BASE].json, &ours, &theirs, e);
	return merge_record(&out->merged, out->conflicts, text[BASE].json, &ours, &theirs, e);
}

static enum hf_code
judge_both(struct sides *s, const struct spot *t, const struct text text[SIDES], struct hf_err *e)
{
	struct outcome o;
	bool           may = false;
	enum hf_code   rc;

	if (text[MERGED].state == TEXT_BAD)
		return sides_wrong(s, t, text[MERGED].why, e);
	for (int i = BASE; i <= MERGED; i++)
		if (text[i].state == TEXT_SEALED || text[i].state == TEXT_BAD)
			return judge_unread(s, t, text, e);
	if ((rc = merge_as(&o, true, s, t, text, e)) == HF_OK && s->ways.forked && !is_merged(t, text, o.merged)) {
		outcome_clear(&o);
		rc = merge_as(&o, false, s, t, text, e);
	}
	if (rc == HF_DAMAGED)
		rc = sides_wrong(s, t, "not versions of one record", e);
	else if (rc == HF_OK && is_merged(t, text, o.merged)) {
		if ((rc = expect(s, t, o.conflicts, true, e)) == HF_OK)
			rc = expect(s, t, o.dropped, false, e);
	} else if (rc == HF_OK && o.merged == NULL && (rc = may_put_back(&may, s, t, e)) == HF_OK &&
	    (!may || !sides_same_text(&text[MERGED], &text[sides_there(t, OURS) ? OURS : THEIRS])))
		rc = sides_wrong(s, t, "removed on one side, and the merge put it back", e);
	else if (rc == HF_OK && o.merged != NULL)
		rc = sides_wrong(s, t, what_is_wrong(t, text), e);
	outcome_clear(&o);
	return rc;
}

/* ---- records that one side removed and the other uses ---- */

static enum hf_code
note_conflict(struct sides *s, const struct spot *t, struct hf_err *e)
{
	struct text  text[SIDES];
	const char  *kind, *field, *record;
	enum hf_code rc;

	if ((rc = sides_read(text, s, t, e)) == HF_OK && text[MERGED].state != TEXT_PLAIN)
		s->unread = true;
	kind = hf_json_get_str(text[MERGED].json, "kind");
	field = hf_json_get_str(text[MERGED].json, "field");
	record = hf_json_get_str(text[MERGED].json, "record");
	if (rc == HF_OK && kind != NULL && strcmp(kind, "conflict") == 0 && field != NULL && strcmp(field, MERGE_WHOLE) == 0 &&
	    record != NULL && hf_json_set(s->put_back, record, hf_json_bool(true)) != 0)
		rc = hf_nomem(e);
	for (int i = 0; i < SIDES; i++)
		text_clear(&text[i]);
	return rc;
}

/* The merge put it back as the other side has it, and says so in a conflict (or may have said it where it cannot be read here). */
static enum hf_code
may_put_back(bool *out, struct sides *s, const struct spot *t, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	if (s->put_back == NULL) {
		if ((s->put_back = hf_json_object()) == NULL)
			return hf_nomem(e);
		for (size_t i = 0; rc == HF_OK && i < s->n; i++)
			if (s->list[i].kind == PATH_RECORD && !sides_there(&s->list[i], OURS) && !sides_there(&s->list[i], THEIRS))
				rc = note_conflict(s, &s->list[i], e);
	}
	*out = s->unread || hf_json_get(s->put_back, t->id) != NULL;
	return rc;
}

enum hf_code
sides_judge_record(struct sides *s, const struct spot *t, struct hf_err *e)
{
	struct text text[SIDES];
	int  side = sides_same(t, OURS, BASE) ? THEIRS : sides_same(t, THEIRS, BASE) || sides_same(t, OURS, THEIRS) ? OURS : BASE;
	bool may = false;
	enum hf_code rc;

	/* One side alone changed it (or both the same). */
	if (side != BASE && sides_same(t, MERGED, side))
		return HF_OK;
	if (side != BASE && !sides_there(t, MERGED))
		return sides_wrong(s, t, "the merge removed what was to stay", e);
	if (side != BASE && !sides_there(t, side) && sides_same(t, MERGED, BASE) && (rc = may_put_back(&may, s, t, e)) != HF_OK)
		return rc;
	if (side != BASE && sides_same(t, MERGED, BASE))
		return may ? HF_OK :
			     sides_wrong(s, t,
				 sides_there(t, side) ? "changed on one side, and the merge put the older one back" :
							"removed on one side, and the merge put it back",
				 e);
	if ((rc = sides_read(text, s, t, e)) == HF_OK) {
		if (!sides_there(t, OURS) && !sides_there(t, THEIRS))
			rc = sides_judge_new(s, t, &text[MERGED], e);
		else if (side != BASE)
			rc = sides_there(t, side) ? sides_anew(s, t, text, side, e) :
						    sides_wrong(s, t, "removed on one side, and the merge put it back", e);
		else if ((rc = read_start(text, s, t, e)) == HF_OK)
			rc = judge_both(s, t, text, e);
	}
	for (int i = 0; i < SIDES; i++)
		text_clear(&text[i]);
	return rc;
}
