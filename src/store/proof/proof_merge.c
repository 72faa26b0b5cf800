/* Verify: a merge keeps both sides. Each of its commits was judged where it was made; here is judged that nothing of either got lost or was slipped in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proof_sides.h"

/* ---- where the merge differs from one of its sides ---- */

/* NULL: out of memory */
static struct spot *
spot_at(struct sides *s, const char *path)
{
	size_t       at = (size_t)hf_json_num(hf_json_get(s->by_path, path));
	struct spot *list;

	if (at == 0) {
		if (s->n == s->cap) {
			size_t cap = s->cap == 0 ? 64 : 2 * s->cap;

			if ((list = realloc(s->list, cap * sizeof(*list))) == NULL)
				return NULL;
			s->list = list;
			s->cap = cap;
		}
		at = ++s->n;
		memset(&s->list[at - 1], 0, sizeof(*s->list));
		snprintf(s->list[at - 1].path, sizeof(s->list[at - 1].path), "%s", path);
		s->list[at - 1].kind = path_read(path, s->list[at - 1].id, s->list[at - 1].run);
		if (hf_json_set(s->by_path, path, hf_json_int((int64_t)at)) != 0)
			return NULL;
	}
	return &s->list[at - 1];
}

static enum hf_code
differs(void *arg, const struct hf_diff *f, struct hf_err *e)
{
	struct sides *s = arg;
	struct spot  *spot = spot_at(s, f->path);

	if (spot == NULL)
		return hf_nomem(e);
	spot->at[s->from] = f->before;
	spot->at[MERGED] = f->after;
	spot->seen[s->from] = true;
	return HF_OK;
}

static enum hf_code
compare(struct sides *s, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (s->from = OURS; rc == HF_OK && s->from <= THEIRS; s->from++)
		rc = hf_repo_diff(s->p->r->repo, &s->tree[s->from], &s->tree[MERGED], differs, s, e);
	for (size_t i = 0; i < s->n; i++) {
		struct spot *spot = &s->list[i];

		for (int side = OURS; side <= THEIRS; side++)
			if (!spot->seen[side])
				spot->at[side] = spot->at[MERGED];
	}
	return rc;
}

/* What one of the bases has there. */
static enum hf_code
set_base(struct spot *spot, const struct sides *s, const struct hf_oid *tree, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = hf_repo_lookup(&spot->at[BASE], s->p->r->repo, tree, spot->path, e)) != HF_NOTFOUND)
		return rc;
	spot->at[BASE].hex[0] = '\0';
	return HF_OK;
}

/* ---- judging one path ---- */

enum hf_code
sides_wrong(const struct sides *s, const struct spot *t, const char *what, struct hf_err *e)
{
	return proof_problem(s->p, e, s->d->oid.hex, "%s: %s", t->path, what);
}

enum hf_code
sides_read(struct text text[SIDES], const struct sides *s, const struct spot *t, struct hf_err *e)
{
	struct fetch f[SIDES];
	enum hf_code rc;

	memset(f, 0, sizeof(f));
	for (int i = 0; i < SIDES; i++) {
		f[i].path = t->path;
		f[i].blob = &t->at[i];
	}
	if ((rc = proof_keys_home(s->p, e)) != HF_OK && rc != HF_BAD)
		return rc;
	rc = proof_texts(s->p, f, SIDES, e);
	for (int i = 0; i < SIDES; i++)
		text[i] = f[i].text;
	return rc;
}

bool
sides_same_text(const struct text *a, const struct text *b)
{
	if (a->state != TEXT_PLAIN || b->state != TEXT_PLAIN)
		return false;
	return a->json == NULL || b->json == NULL ? a->json == b->json && strcmp(a->sum, b->sum) == 0 :
						    hf_json_equal(a->json, b->json);
}

/* A new ciphertext where a side's own was to be expected: the same text for other members, and nothing else. */
enum hf_code
sides_anew(const struct sides *s, const struct spot *t, const struct text text[SIDES], int side, struct hf_err *e)
{
	if (text[MERGED].state == TEXT_PLAIN && text[side].state == TEXT_PLAIN)
		return sides_same_text(&text[MERGED], &text[side]) ?
		    HF_OK :
		    sides_wrong(s, t, "the merge changed what one side alone had written", e);
	if (text[MERGED].state == TEXT_BAD)
		return sides_wrong(s, t, text[MERGED].why, e);
	return s->other_members ? HF_OK :
				  sides_wrong(s, t, "the merge put something else in place of what one side had written", e);
}

/* The account, entry or file that only the merge itself has. */
enum hf_code
sides_judge_new(const struct sides *s, const struct spot *t, const struct text *m, struct hf_err *e)
{
	const char *kind = hf_json_get_str(m->json, "kind"), *misplaced;

	if (sides_there(t, BASE))
		return sides_wrong(s, t, "both sides removed it, and the merge put it back", e);
	if (t->kind != PATH_RECORD)
		return sides_wrong(s, t, "the merge added what neither side has", e);
	if (m->state == TEXT_BAD)
		return sides_wrong(s, t, m->why, e);
	if (m->state != TEXT_PLAIN)
		return HF_OK;
	if ((misplaced = register_misplaced(s->p->r, t->kind, m->json, t->id, t->run)) != NULL)
		return sides_wrong(s, t, misplaced, e);
	if (strcmp(kind, "conflict") != 0)
		return sides_wrong(s, t, "the merge added what neither side has", e);
	return hf_json_set(s->brought, t->path, hf_json_ref(m->json)) == 0 ? HF_OK : hf_nomem(e);
}

/* Entries and evidence: all of both sides. */
static enum hf_code
judge_kept(const struct sides *s, const struct spot *t, struct hf_err *e)
{
	struct text  text[SIDES];
	int          side = sides_there(t, OURS) ? OURS : THEIRS;
	enum hf_code rc;

	if (!sides_there(t, MERGED))
		return sides_wrong(s, t, "the merge dropped it; entries and evidence stay", e);
	if (sides_same(t, MERGED, OURS) || sides_same(t, MERGED, THEIRS))
		return HF_OK;
	if ((rc = sides_read(text, s, t, e)) == HF_OK)
		rc = !sides_there(t, side) ? sides_judge_new(s, t, &text[MERGED], e) : sides_anew(s, t, text, side, e);
	for (int i = 0; i < SIDES; i++)
		text_clear(&text[i]);
	return rc;
}

static enum hf_code
roles_at(unsigned *out, const struct sides *s, const char *path, const struct hf_oid *blob, struct hf_err *e)
{
	struct hf_buf    b = HF_BUF_INIT;
	struct hf_member m = { .roles = 0 };
	char             fpr[HF_FPR_SIZE];
	enum hf_code     rc;

	snprintf(fpr, sizeof(fpr), "%.40s", path + strlen("members/"));
	if ((rc = hf_repo_blob(&b, s->p->r->repo, blob, 4096, e)) == HF_OK)
		rc = hf_member_read(&m, fpr, hf_buf_str(&b), b.len, e);
	*out = m.roles;
	hf_buf_clear(&b);
	return rc;
}

/* A member whose roles both sides changed. */
static enum hf_code
has_merged_roles(bool *out, const struct sides *s, const struct spot *t, struct hf_err *e)
{
	unsigned      roles[SIDES] = { 0 }, base;
	struct hf_oid tree, blob;
	enum hf_code  rc = HF_OK;

	for (int i = OURS; rc == HF_OK && i <= MERGED; i++)
		rc = roles_at(&roles[i], s, t->path, &t->at[i], e);
	for (size_t i = 0; rc == HF_OK && i < s->n_bases; i++) {
		if ((rc = register_tree(&tree, s->p->r, &s->bases[i], e)) != HF_OK)
			return rc;
		if ((rc = hf_repo_lookup(&blob, s->p->r->repo, &tree, t->path, e)) == HF_OK &&
		    (rc = roles_at(&base, s, t->path, &blob, e)) == HF_OK)
			roles[BASE] |= base;
		rc = rc == HF_NOTFOUND ? HF_OK : rc;
	}
	*out = rc == HF_OK && roles[MERGED] == merge_roles(roles[BASE], roles[OURS], roles[THEIRS]);
	return rc;
}

/* Members and their keys: what one side did stands; removed on one side is removed. */
static enum hf_code
judge_member(const struct sides *s, const struct spot *t, struct hf_err *e)
{
	int side = sides_same(t, OURS, BASE) ? THEIRS : sides_same(t, THEIRS, BASE) || sides_same(t, OURS, THEIRS) ? OURS : BASE;
	enum hf_code rc = HF_OK;
	bool         good;

	if (side != BASE)
		good = sides_same(t, MERGED, side);
	else if (!sides_there(t, OURS) || !sides_there(t, THEIRS))
		good = !sides_there(t, MERGED);
	else if (!sides_there(t, MERGED))
		good = false;
	else if (t->kind == PATH_MEMBER)
		rc = has_merged_roles(&good, s, t, e);
	else
		good = sides_same(t, MERGED, OURS) || sides_same(t, MERGED, THEIRS);
	if (rc != HF_OK)
		return rc == HF_DAMAGED ? sides_wrong(s, t, "not what a member's file must be", e) : rc;
	return good ? HF_OK : sides_wrong(s, t, "the merge undid what one side had changed", e);
}

static enum hf_code
judge_against(struct sides *s, const struct spot *t, struct hf_err *e)
{
	size_t       said = hf_json_len(s->p->problems);
	enum hf_code rc;

	switch (t->kind) {
	case PATH_BAD:
		return sides_wrong(s, t, "this does not belong in a register", e);
	case PATH_META:
		return sides_wrong(s, t, "changed; it never changes", e);
	case PATH_MEMBER:
	case PATH_KEY:
		return judge_member(s, t, e);
	case PATH_RECORD:
		rc = sides_judge_record(s, t, e);
		break;
	default:
		rc = judge_kept(s, t, e);
		break;
	}
	if (rc != HF_OK || hf_json_len(s->p->problems) > said || !sides_there(t, MERGED) || sides_same(t, MERGED, OURS) ||
	    sides_same(t, MERGED, THEIRS))
		return rc;
	return proof_seal(s->p, s->d, t->path, &t->at[MERGED], e);
}

/* Of crossed histories, it must be right against one of those that both started from. */
static enum hf_code
judge_spot(struct sides *s, struct spot *t, struct hf_err *e)
{
	size_t        said = hf_json_len(s->p->problems);
	struct hf_oid tree;
	enum hf_code  rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < s->n_bases; i++) {
		while (i > 0 && hf_json_len(s->p->problems) > said)
			hf_json_remove(s->p->problems, hf_json_len(s->p->problems) - 1);
		if ((rc = register_tree(&tree, s->p->r, &s->bases[i], e)) != HF_OK || (rc = set_base(t, s, &tree, e)) != HF_OK ||
		    (rc = judge_against(s, t, e)) != HF_OK || hf_json_len(s->p->problems) == said)
			return rc;
	}
	return rc;
}

/* ---- the commit ---- */

static enum hf_code
tree_of(struct hf_oid *out, struct proof *p, const struct hf_oid *commit, struct hf_err *e)
{
	struct hf_commit c = { .n_parents = 0 };
	struct hf_buf    raw = HF_BUF_INIT;
	enum hf_code     rc;

	if ((rc = hf_repo_commit_read(&c, &raw, p->r->repo, commit, e)) == HF_OK)
		*out = c.tree;
	hf_commit_clear(&c);
	hf_buf_clear(&raw);
	return rc;
}

static enum hf_code
open_sides(struct sides *s, const struct hf_commit *c, struct hf_err *e)
{
	struct hf_oid members[2];
	enum hf_code  rc;

	s->commit[OURS] = c->parent[0];
	s->commit[THEIRS] = c->parent[1];
	s->tree[MERGED] = c->tree;
	if ((rc = hf_repo_bases(&s->bases, &s->n_bases, s->p->r->repo, &c->parent[0], &c->parent[1], e)) != HF_OK)
		return rc;
	s->commit[BASE] = s->bases[0];
	for (int i = BASE; i <= THEIRS; i++)
		if ((rc = tree_of(&s->tree[i], s->p, &s->commit[i], e)) != HF_OK)
			return rc;
	for (int i = 0; i < 2; i++)
		if ((rc = hf_repo_lookup(&members[i], s->p->r->repo, &s->tree[OURS + i], "members", e)) != HF_OK)
			return rc;
	s->other_members = !hf_oid_equal(&members[0], &members[1]);
	s->by_path = hf_json_object();
	s->expected = hf_json_object();
	s->brought = hf_json_object();
	return s->by_path == NULL || s->expected == NULL || s->brought == NULL ? hf_nomem(e) : HF_OK;
}

enum hf_code
proof_merge(struct proof *p, const struct deed *d, const struct hf_commit *c, struct hf_err *e)
{
	struct sides s = { .p = p, .d = d };
	enum hf_code rc;

	/* What stands before it in the slice was judged first. */
	if ((rc = proof_flush(p, e)) != HF_OK || (rc = open_sides(&s, c, e)) != HF_OK)
		goto done;
	if (hf_oid_equal(&s.commit[BASE], &s.commit[OURS]) || hf_oid_equal(&s.commit[BASE], &s.commit[THEIRS])) {
		rc = proof_problem(p, e, d->oid.hex, "it merges a commit with one that stands behind it");
		goto done;
	}
	if ((rc = proof_leavers(p, d, c, s.bases, s.n_bases, e)) == HF_OK)
		rc = compare(&s, e);
	for (size_t i = 0; rc == HF_OK && i < s.n; i++)
		rc = judge_spot(&s, &s.list[i], e);
	if (rc == HF_OK)
		rc = sides_judge_conflicts(&s, e);
done:
	hf_json_free(s.by_path);
	hf_json_free(s.put_back);
	hf_json_free(s.expected);
	hf_json_free(s.brought);
	merge_ways_clear(&s.ways);
	free(s.by_ours);
	free(s.by_theirs);
	free(s.bases);
	free(s.list);
	return rc;
}
