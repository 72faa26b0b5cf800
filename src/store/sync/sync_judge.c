/* May it be taken, what came from another copy? */
#include <stdio.h>
#include <string.h>

#include "../git/repo_impl.h"
#include "../proof/proof.h"
#include "sync.h"

struct look {
	size_t        n;
	struct hf_oid root, refused;
	char          why[HF_ERR_MSG];
};

static enum hf_code
look_at(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	struct look *l = arg;

	l->n++;
	if (c == NULL) {
		l->refused = *oid;
		snprintf(l->why, sizeof(l->why), "%s", e == NULL ? "" : e->msg);
		hf_err_clear(e);
	} else if (c->n_parents == 0) {
		l->root = *oid;
	}
	return HF_OK;
}

static enum hf_code
refuse(struct sync *s, const char *reason, const struct hf_oid *here, const char *hint, struct hf_err *e)
{
	hf_fail(e, HF_NO, "%s: %s: %.12s there, %.12s here", s->t.name, reason,
	    s->incoming.hex[0] == '\0' ? "nothing" : s->incoming.hex, here->hex);
	return hf_hint(e, "%s", hint);
}

/* Against what this computer saw there the last time. */
static enum hf_code
judge_rollback(struct sync *s, struct hf_err *e)
{
	const struct hf_oid *last = &s->pin.synced;
	bool                 on = false, back = false;
	enum hf_code         rc = HF_OK;

	if (last->hex[0] == '\0')
		return HF_OK;
	if (s->incoming.hex[0] == '\0')
		back = true;
	else if ((rc = hf_repo_descends(&on, s->r->repo, &s->incoming, last, e)) == HF_OK && !on)
		rc = hf_repo_descends(&back, s->r->repo, last, &s->incoming, e);
	if (rc != HF_OK || on || (back && s->o->restore))
		return rc;
	if (back)
		return refuse(s, "it went back behind what was there before", last,
		    "ask who runs it; when an old copy was put back: holdfast sync --restore", e);
	return refuse(s, "its history was replaced: it no longer has what was there before", last,
	    "take nothing from it; ask who runs it, and compare heads with the other members", e);
}

/* "object 0123…: commit: why": which commit it is says the caller. */
static const char *
bare_reason(const char *why)
{
	const char *bare = strstr(why, ": commit: ");

	return strncmp(why, "object ", 7) == 0 && bare != NULL ? bare + strlen(": commit: ") : why;
}

/* The commits that are new: all readable? Of one that is not, nobody knows what it follows on. */
static enum hf_code
judge_shape(struct look *l, struct sync *s, struct hf_err *e)
{
	enum hf_code rc;

	if (s->incoming.hex[0] == '\0')
		return HF_OK;
	if ((rc = hf_repo_walk(s->r->repo, &s->incoming, &s->r->head, true, look_at, l, e)) != HF_OK)
		return rc;
	if (l->refused.hex[0] != '\0') {
		if (s->pin.synced.hex[0] == '\0') {
			hf_fail(e, HF_NO, "%s: no register: commit %.12s: %.200s", s->t.name, l->refused.hex, bare_reason(l->why));
			return hf_hint(e, "look at the address; a register's repository holds nothing else");
		}
		hf_fail(e, HF_NO, "%s: refused: commit %.12s: %.200s (%.12s there, %.12s here)", s->t.name, l->refused.hex,
		    bare_reason(l->why), s->incoming.hex, s->r->head.hex);
		return hf_hint(e, "nothing of it was taken; ask who can write there");
	}
	s->received = l->n;
	return HF_OK;
}

/* "commit 0123 (author Jo Park)", who it says it is by; anything else as it is. */
static void
add_where(struct hf_buf *b, struct hf_register *r, const char *where)
{
	struct hf_buf    raw = HF_BUF_INIT;
	struct hf_commit c;
	struct hf_oid    oid;

	if (!hf_oid_set(&oid, where)) {
		hf_buf_adds(b, where);
		return;
	}
	hf_buf_addf(b, "commit %.12s", where);
	if (hf_repo_commit_read(&c, &raw, r->repo, &oid, NULL) == HF_OK) {
		hf_buf_adds(b, " (author ");
		hf_register_who(b, r, c.author);
		hf_buf_addc(b, ')');
		hf_commit_clear(&c);
	}
	hf_buf_clear(&raw);
}

static enum hf_code
judge_proof(struct sync *s, struct hf_err *e)
{
	struct hf_json *problems = NULL, *first;
	const char     *where, *what;
	struct hf_buf   at = HF_BUF_INIT;
	enum hf_code    rc;

	if ((rc = proof_incoming(&problems, s->r, &s->r->head, &s->incoming, e)) == HF_OK && hf_json_len(problems) > 0) {
		first = hf_json_at(problems, 0);
		where = hf_json_get_str(first, "where");
		what = hf_json_get_str(first, "what");
		add_where(&at, s->r, where == NULL ? "" : where);
		hf_fail(e, HF_NO, "%s: refused: %s: %s (%zu problem%s; %.12s there, %.12s here)", s->t.name, hf_buf_str(&at),
		    what == NULL ? "" : what, hf_json_len(problems), hf_json_len(problems) == 1 ? "" : "s", s->incoming.hex,
		    s->r->head.hex);
		rc = hf_hint(e, "nothing of it was taken; ask who wrote that commit, and compare heads with the other members");
	}
	hf_json_free(problems);
	hf_buf_clear(&at);
	return rc;
}

static enum hf_code
must_all_be_there(struct sync *s, struct hf_err *e)
{
	for (size_t i = 0; i < s->wanted.n; i++) {
		bool found = false;

		for (size_t k = 0; !found && k < hf_json_len(s->leavers); k++)
			found = strcmp(hf_json_get_str(hf_json_at(s->leavers, k), "fingerprint"), s->wanted.fprs[i]) == 0;
		if (found)
			continue;
		hf_fail(e, HF_BAD, "%s: there is nothing of theirs to take on", s->wanted.fprs[i]);
		return hf_hint(e, "holdfast sync --dry-run says what would come");
	}
	return HF_OK;
}

/* "other copy: refused: … (0123 there, 4567 here)" */
static enum hf_code
name_heads(struct sync *s, struct hf_err *e)
{
	struct hf_err why = *e;

	hf_fail(e, why.code, "%s: refused: %.300s (%.12s there, %.12s here)", s->t.name, why.msg, s->incoming.hex, s->r->head.hex);
	return hf_hint(e, "%s", why.hint);
}

/* What somebody wrote on one side who was removed on the other: an admin has to want it. */
static enum hf_code
judge_leavers(struct sync *s, struct hf_err *e)
{
	bool         behind = true;
	enum hf_code rc = HF_OK;

	if (s->received > 0 && (rc = hf_repo_descends(&behind, s->r->repo, &s->incoming, &s->r->head, e)) != HF_OK)
		return rc;
	if (!behind) {
		struct hf_json *found;

		if ((rc = leavers_judge(&found, s->r, &s->incoming, &s->wanted, e)) == HF_NO)
			return name_heads(s, e);
		if (rc != HF_OK)
			return rc;
		for (size_t i = 0; rc == HF_OK && i < hf_json_len(found); i++)
			rc = hf_json_push(s->leavers, hf_json_ref(hf_json_at(found, i))) == 0 ? HF_OK : hf_nomem(e);
		hf_json_free(found);
	}
	return rc == HF_OK ? must_all_be_there(s, e) : rc;
}

/*
 * This copy itself: has somebody taken commits away from it? What was put back from an old copy is made good by the other side, when that has them
 * still.
 */
static enum hf_code
judge_here(struct sync *s, struct hf_err *e)
{
	bool         behind, there = false;
	enum hf_code rc;

	if ((rc = pin_judge(&behind, &s->pin, s->r, &s->r->head, e)) != HF_OK || !behind)
		return rc;
	if (s->incoming.hex[0] != '\0' && (rc = hf_repo_descends(&there, s->r->repo, &s->incoming, &s->pin.seen, e)) != HF_OK)
		return rc;
	if (there)
		return HF_OK;
	hf_fail(e, HF_NO, "%s: this copy went back: it is at %.12s and no longer has %.12s, which this computer saw", s->r->path,
	    s->r->head.hex, s->pin.seen.hex);
	return hf_hint(e, "clone the register anew: holdfast --register DIR clone URL --root %s", s->pin.root_by);
}

enum hf_code
sync_judge(struct sync *s, struct hf_err *e)
{
	struct look  l = { .n = 0 };
	enum hf_code rc;

	s->received = 0;
	if ((rc = judge_shape(&l, s, e)) != HF_OK || (rc = judge_rollback(s, e)) != HF_OK || (rc = judge_here(s, e)) != HF_OK)
		return rc;
	if (s->received == 0)
		return judge_leavers(s, e);
	if (l.root.hex[0] != '\0')
		return refuse(s, "another register: it began with another commit", &s->r->head,
		    "look at the address: holdfast sync --to URL", e);
	return (rc = judge_proof(s, e)) == HF_OK ? judge_leavers(s, e) : rc;
}

enum hf_code
sync_root(struct hf_oid *out, struct hf_register *r, const struct hf_oid *tip, struct hf_err *e)
{
	struct look  l = { .n = 0 };
	enum hf_code rc = hf_repo_walk(r->repo, tip, NULL, true, look_at, &l, e);

	*out = l.root;
	return rc;
}
