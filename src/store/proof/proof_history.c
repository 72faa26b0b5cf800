/* Verify: history, a few hundred commits at a time. */
#include <stdlib.h>
#include <string.h>

#include "../vault/workers.h"
#include "proof.h"

#define CHUNK 256

/* ---- which commits ---- */

struct order {
	struct hf_oid *list;
	size_t         n, cap;
};

static enum hf_code
note(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	struct order  *o = arg;
	struct hf_oid *list;

	(void)c;
	if (o->n == o->cap) {
		size_t cap = o->cap == 0 ? 256 : 2 * o->cap;

		if ((list = realloc(o->list, cap * sizeof(*list))) == NULL)
			return hf_nomem(e);
		o->list = list;
		o->cap = cap;
	}
	o->list[o->n++] = *oid;
	return HF_OK;
}

/* ---- a chunk of them ---- */

struct chunk {
	struct link   list[CHUNK];
	size_t        n;
	struct hf_oid members; /* members/ of the last one */
};

static void
drop(struct chunk *ch)
{
	for (size_t i = 0; i < ch->n; i++)
		hf_commit_clear(&ch->list[i].c);
	ch->n = 0;
}

static enum hf_code
read_link(struct link *l, struct proof *p, const struct hf_oid *oid, struct hf_err *e)
{
	struct hf_buf raw = HF_BUF_INIT;
	enum hf_code  rc;

	memset(l, 0, sizeof(*l));
	l->oid = *oid;
	if ((rc = hf_repo_commit_raw(&raw, p->r->repo, oid, &l->err)) == HF_OK)
		rc = hf_commit_read(&l->c, raw.data, raw.len, &l->err);
	/* The word stands in the payload, too, which stays. */
	if (rc == HF_OK)
		l->c.message = l->c.payload + l->c.payload_len - l->c.message_len;
	l->whole = rc == HF_OK;
	hf_buf_clear(&raw);
	if (rc != HF_OK && rc != HF_DAMAGED) {
		*e = l->err;
		return rc;
	}
	return HF_OK;
}

/*
 * From at on, as many as can be judged at once: members come and go, and what they sign can be judged only after the commit that brought their key. *at
 * moves on.
 */
static enum hf_code
fill(struct chunk *ch, struct proof *p, const struct order *o, size_t *at, struct hf_err *e)
{
	struct hf_oid members;
	bool          turn = false;
	enum hf_code  rc = HF_OK;

	while (rc == HF_OK && !turn && *at < o->n && ch->n < CHUNK) {
		struct link *l = &ch->list[ch->n];

		if ((rc = read_link(l, p, &o->list[(*at)++], e)) != HF_OK)
			return rc;
		ch->n++;
		if (!l->whole || hf_repo_lookup(&members, p->r->repo, &l->c.tree, "members", NULL) != HF_OK)
			continue;
		turn = !hf_oid_equal(&members, &ch->members);
		ch->members = members;
	}
	return rc;
}

/* Some of a chunk, for one gpg. */
struct some {
	struct hf_signed list[HF_VERIFY_MANY];
	struct link     *of[HF_VERIFY_MANY];
	size_t           n;
};

static enum hf_code
judge_some(struct hf_vault *v, void *items, size_t n, struct hf_err *e)
{
	struct some *s = items;
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < n; i++)
		rc = hf_vault_verify_many(v, s[i].list, s[i].n, e);
	return rc;
}

/* Two gpgs have as much to do each, as far as they can. */
static size_t
share_out(struct some *some, struct chunk *ch)
{
	size_t each = ch->n < 2 * HF_VERIFY_MANY ? (ch->n + 1) / 2 : HF_VERIFY_MANY, n = 0;

	for (size_t i = 0; i < ch->n; i++) {
		struct link *l = &ch->list[i];
		struct some *s = &some[n == 0 ? 0 : n - 1];

		if (!l->whole)
			continue;
		if (n == 0 || s->n == each)
			s = &some[n++];
		s->list[s->n] =
		    (struct hf_signed){ l->c.signature, l->c.payload, l->c.signature_len, l->c.payload_len, .rc = HF_OK };
		s->of[s->n++] = l;
	}
	return n;
}

static enum hf_code
judge_signatures(struct proof *p, struct chunk *ch, size_t done, size_t total, struct hf_err *e)
{
	struct some *some = calloc(CHUNK / HF_VERIFY_MANY + 1, sizeof(*some));
	struct work  w;
	size_t       n;
	enum hf_code rc;

	if (some == NULL)
		return hf_nomem(e);
	n = share_out(some, ch);
	w = (struct work){ judge_some, some, sizeof(*some), n, 1, NULL, "", 0, n };
	rc = work_all(p->vault, &w, e);
	hf_progress_tick(p->r->progress, "checking commits", done + ch->n, total);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < some[i].n; k++) {
			some[i].of[k]->sig = some[i].list[k].is;
			some[i].of[k]->rc = some[i].list[k].rc;
			some[i].of[k]->err = some[i].list[k].err;
		}
	free(some);
	return rc;
}

/* The keys that these are signed with are in the home. The first commit brings its own. */
static enum hf_code
need_keys(struct proof *p, const struct chunk *ch, struct hf_err *e)
{
	const struct link *l = &ch->list[0];
	bool               late = p->keys.built == 0;
	enum hf_code       rc = HF_OK;

	if (p->keys.n == 0 && l->whole && l->c.n_parents == 0 && (rc = proof_keys_take(p, &l->c.tree, e)) != HF_OK)
		return rc == HF_DAMAGED || rc == HF_NOTFOUND ? proof_problem(p, e, l->oid.hex, "%s", e->msg) : rc;
	for (size_t i = 0; i < ch->n; i++)
		late = late || (ch->list[i].whole && proof_keys_new(p, ch->list[i].c.author));
	if (!late)
		return HF_OK;
	return (rc = proof_keys_home(p, e)) == HF_BAD ? proof_problem(p, e, l->oid.hex, "%s", e->msg) : rc;
}

/* The first commit brought no key that could be used. */
static enum hf_code
judge_without_keys(struct proof *p, const struct chunk *ch, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < ch->n; i++)
		rc = ch->list[i].whole ?
		    proof_problem(p, e, ch->list[i].oid.hex, "its signature cannot be judged: no member's key stands before it") :
		    proof_problem(p, e, ch->list[i].oid.hex, "not as a register's commit must be: %s", ch->list[i].err.msg);
	p->commits += ch->n;
	return rc;
}

static enum hf_code
judge_chunk(struct proof *p, struct chunk *ch, size_t done, size_t total, struct hf_err *e)
{
	enum hf_code rc;
	bool         keys;

	if ((rc = need_keys(p, ch, e)) != HF_OK)
		return rc;
	if (p->keys.built == 0)
		return judge_without_keys(p, ch, e);
	rc = judge_signatures(p, ch, done, total, e);
	for (size_t i = 0; rc == HF_OK && !p->full && i < ch->n; i++) {
		rc = proof_commit(&keys, p, &ch->list[i], e);
		p->commits++;
		if (rc == HF_OK && keys)
			rc = proof_keys_take(p, &ch->list[i].c.tree, e);
		if (rc == HF_OK && p->slice.n >= PROOF_SLICE)
			rc = proof_flush(p, e);
	}
	return rc == HF_OK ? proof_flush(p, e) : rc;
}

enum hf_code
proof_history(struct proof *p, const struct hf_oid *known, const struct hf_oid *tip, struct hf_err *e)
{
	struct order  o = { NULL, 0, 0 };
	struct chunk *ch = calloc(1, sizeof(*ch));
	size_t        at = 0, done;
	enum hf_code  rc;

	if (ch == NULL)
		return hf_nomem(e);
	p->roots = known == NULL ? 0 : 1;
	rc = hf_repo_walk(p->r->repo, tip, known, true, note, &o, e);
	while (rc == HF_OK && at < o.n && !p->full) {
		done = at;
		if ((rc = fill(ch, p, &o, &at, e)) == HF_OK)
			rc = judge_chunk(p, ch, done, o.n, e);
		p->slice.n = 0;
		drop(ch);
	}
	if (rc == HF_OK && p->roots == 0 && hf_json_len(p->problems) == 0)
		rc = proof_problem(p, e, tip->hex, "no first commit was found behind it");
	free(ch);
	free(o.list);
	return rc;
}
