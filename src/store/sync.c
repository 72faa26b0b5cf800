/* Fetch, judge, merge, push. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/fs.h"
#include "holdfast/share.h"
#include "merge.h"
#include "pin.h"
#include "proof.h"
#include "transport.h"

#define TRIES     5 /* when somebody else pushes at the same time */
#define SYNC_FILE "holdfast.sync"

struct sync {
	struct hf_register        *r;
	const struct hf_sync_opts *o;
	struct transport           t;
	struct pin                 pin;
	struct hf_oid              incoming; /* "" the other side has nothing yet */
	size_t                     received, sent;
	struct merge_count         merged;
	bool                       refresh; /* files of one side may be for the members of before the other */
	bool                       first;   /* no other copy was known before */
	struct leavers_wanted      wanted;
	struct hf_json            *leavers; /* who is taken on */
};

/* ---- where the other copy is ---- */

/* One sync at a time: git's own locks would fail the second. */
static enum hf_code
lock_sync(int *fd, const struct hf_register *r, struct hf_err *e)
{
	char        *path = hf_fs_join(hf_repo_path(r->repo), SYNC_FILE);
	enum hf_code rc;

	if (path == NULL)
		return hf_nomem(e);
	if ((rc = hf_fs_lock(fd, path, LOCK_WAIT, e)) == HF_LOCKED) {
		hf_fail(e, HF_LOCKED, "sync: another one is at work");
		rc = hf_hint(e, "try again when it has finished");
	}
	free(path);
	return rc;
}

enum hf_code
hf_remote_set(struct hf_register *r, const char *url, struct hf_err *e)
{
	struct pin   p;
	char        *address = NULL;
	int          fd = -1;
	enum hf_code rc;

	if ((rc = lock_sync(&fd, r, e)) != HF_OK)
		return rc;
	if ((rc = pin_read(&p, r, e)) == HF_OK && (url == NULL || (rc = transport_address(&address, url, e)) == HF_OK) &&
	    (rc = pin_set_url(&p, address, e)) == HF_OK)
		rc = pin_write(&p, r, e);
	hf_fs_unlock(fd);
	free(address);
	pin_clear(&p);
	return rc;
}

enum hf_code
hf_remote_get(char **out, struct hf_register *r, struct hf_err *e)
{
	struct pin   p;
	enum hf_code rc;

	*out = NULL;
	if ((rc = pin_read(&p, r, e)) == HF_OK) {
		*out = p.url;
		p.url = NULL;
	}
	pin_clear(&p);
	return rc;
}

/* ---- judging what came ---- */

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
			hf_fail(e, HF_NO, "%s: no register: commit %.12s: %.200s", s->t.name, l->refused.hex, l->why);
			return hf_hint(e, "look at the address; a register's repository holds nothing else");
		}
		hf_fail(e, HF_NO, "%s: refused: commit %.12s: %.200s (%.12s there, %.12s here)", s->t.name, l->refused.hex, l->why,
		    s->incoming.hex, s->r->head.hex);
		return hf_hint(e, "nothing of it was taken; ask who can write there");
	}
	s->received = l->n;
	return HF_OK;
}

static enum hf_code
judge_proof(struct sync *s, struct hf_err *e)
{
	struct hf_json *problems = NULL, *first;
	const char     *where, *what;
	enum hf_code    rc;

	if ((rc = proof_incoming(&problems, s->r, &s->r->head, &s->incoming, e)) == HF_OK && hf_json_len(problems) > 0) {
		first = hf_json_at(problems, 0);
		where = hf_json_get_str(first, "where");
		what = hf_json_get_str(first, "what");
		hf_fail(e, HF_NO, "%s: refused: %s: %s (%zu problem%s; %.12s there, %.12s here)", s->t.name,
		    where == NULL ? "" : where, what == NULL ? "" : what, hf_json_len(problems),
		    hf_json_len(problems) == 1 ? "" : "s", s->incoming.hex, s->r->head.hex);
		rc = hf_hint(e, "nothing of it was taken; ask who wrote that commit, and compare heads with the other members");
	}
	hf_json_free(problems);
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

static enum hf_code
judge(struct sync *s, struct hf_err *e)
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

/* ---- one round ---- */

static enum hf_code
fetch(struct sync *s, struct hf_err *e)
{
	bool         there;
	enum hf_code rc;

	s->incoming.hex[0] = '\0';
	if ((rc = transport_fetch(&there, &s->t, e)) == HF_OK && there)
		rc = hf_repo_ref(&s->incoming, s->r->repo, TRANSPORT_REF, e);
	return rc;
}

/* What others wrote without knowing of a newcomer, or of somebody who went, is encrypted anew. A failure leaves it for the next who may. */
static void
refresh_audience(struct sync *s)
{
	struct hf_json         *done = NULL;
	struct hf_err           ignored = HF_ERR_INIT;
	const struct hf_member *me;

	if (!s->refresh || register_members(s->r, &ignored) != HF_OK || register_key(s->r, &ignored) != HF_OK ||
	    (me = hf_members_find(&s->r->members, s->r->key)) == NULL || !(me->roles & (HF_ROLE_ADMIN | HF_ROLE_RESPONDER)))
		return;
	hf_member_refresh(&done, s->r, NULL, NULL, 0, false, &ignored);
	hf_json_free(done);
}

static enum hf_code
take(struct sync *s, struct hf_err *e)
{
	struct merge_count n = { 0, 0, false, false };
	bool               ours = false;
	enum hf_code       rc;

	if ((rc = hf_repo_lock(s->r->repo, LOCK_WAIT, e)) != HF_OK)
		return rc;
	if ((rc = register_refresh(s->r, e)) == HF_OK &&
	    (rc = hf_repo_descends(&ours, s->r->repo, &s->r->head, &s->incoming, e)) == HF_OK && !ours)
		rc = merge_theirs(&n, s->r, &s->incoming, &s->wanted, e);
	hf_repo_unlock(s->r->repo);
	s->merged.records += n.records;
	s->merged.conflicts += n.conflicts;
	s->refresh |= n.refresh;
	return rc;
}

static enum hf_code
count(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	(void)oid;
	(void)c;
	hf_err_clear(e);
	(*(size_t *)arg)++;
	return HF_OK;
}

static enum hf_code
count_outgoing(struct sync *s, struct hf_err *e)
{
	s->sent = 0;
	return hf_repo_walk(s->r->repo, &s->r->head, s->incoming.hex[0] == '\0' ? NULL : &s->incoming, true, count, &s->sent, e);
}

static enum hf_code
give(struct sync *s, struct hf_err *e)
{
	struct hf_oid head = s->r->head;
	enum hf_code  rc;

	if ((rc = count_outgoing(s, e)) != HF_OK || s->sent == 0)
		return rc;
	if ((rc = transport_push(&s->t, &head, s->incoming.hex[0] == '\0' ? NULL : &s->incoming, e)) == HF_OK) {
		s->incoming = head;
		return HF_OK;
	}
	s->sent = 0;
	/* A connection that broke may have done so after the other side took it all. */
	hf_fail_in(e, "%s%s", s->received > 0 ? "what came in is here, but " : "",
	    rc == HF_SYSTEM ? "what was to go may not have arrived" : "nothing was sent");
	return rc;
}

/* Where the other copy stands now was checked, or comes from here. */
static enum hf_code
remember(struct sync *s, struct hf_err *e)
{
	struct look  l = { .n = 0 };
	enum hf_code rc;

	if (s->pin.root.hex[0] == '\0') {
		struct hf_buf    raw = HF_BUF_INIT;
		struct hf_commit c;

		if ((rc = hf_repo_walk(s->r->repo, &s->r->head, NULL, true, look_at, &l, e)) != HF_OK)
			return rc;
		if ((rc = hf_repo_commit_raw(&raw, s->r->repo, &l.root, e)) == HF_OK &&
		    (rc = hf_commit_read(&c, raw.data, raw.len, e)) == HF_OK) {
			s->pin.root = l.root;
			strcpy(s->pin.root_by, c.author);
			hf_commit_clear(&c);
		}
		hf_buf_clear(&raw);
		if (rc != HF_OK)
			return rc;
	}
	if ((rc = pin_advance(&s->pin, s->r, &s->r->head, e)) != HF_OK)
		return rc;
	s->pin.synced = s->incoming;
	return pin_write(&s->pin, s->r, e);
}

/* Fetch, judge, merge, push. HF_LOCKED from the push: somebody was faster. */
static enum hf_code
one_round(bool *again, struct sync *s, struct hf_err *e)
{
	struct hf_err why = HF_ERR_INIT;
	size_t        before = s->received;
	enum hf_code  rc, saved;

	*again = false;
	if ((rc = fetch(s, e)) != HF_OK || (rc = register_refresh(s->r, e)) != HF_OK || (rc = judge(s, e)) != HF_OK)
		return rc;
	s->received += before;
	if (s->o->dry_run)
		return count_outgoing(s, e);
	if (s->incoming.hex[0] != '\0' && (rc = take(s, e)) != HF_OK)
		return rc;
	refresh_audience(s);
	rc = give(s, e);
	saved = remember(s, &why);
	*again = rc == HF_LOCKED;
	if (rc == HF_OK && saved != HF_OK) {
		*e = why;
		rc = saved;
	}
	return rc;
}

static enum hf_code
rounds(struct sync *s, struct hf_err *e)
{
	bool         again = true;
	enum hf_code rc = HF_OK;

	for (int i = 0; i < TRIES && again; i++) {
		hf_err_clear(e);
		rc = one_round(&again, s, e);
	}
	return rc;
}

/* ---- all of it ---- */

static enum hf_code
answer(struct hf_json **out, const struct sync *s, struct hf_err *e)
{
	struct hf_json *o = hf_json_object();
	int             bad;

	bad = hf_json_set(o, "url", hf_json_string(s->t.url)) | hf_json_set(o, "via", hf_json_or_null(s->t.via)) |
	    hf_json_set(o, "push", hf_json_or_null(s->t.push)) | hf_json_set(o, "received", hf_json_int((int64_t)s->received)) |
	    hf_json_set(o, "sent", hf_json_int((int64_t)s->sent)) |
	    hf_json_set(o, "merged", hf_json_int((int64_t)s->merged.records)) |
	    hf_json_set(o, "conflicts", hf_json_int((int64_t)s->merged.conflicts)) |
	    hf_json_set(o, "head", hf_json_string(s->r->head.hex)) | hf_json_set(o, "leavers", hf_json_ref(s->leavers)) |
	    hf_json_set(o, "up_to_date", hf_json_bool(s->received == 0 && s->sent == 0));
	if (!bad) {
		*out = o;
		return HF_OK;
	}
	hf_json_free(o);
	return hf_nomem(e);
}

static enum hf_code
open_way(struct sync *s, struct hf_err *e)
{
	char        *address = NULL;
	enum hf_code rc;

	if ((rc = pin_read(&s->pin, s->r, e)) != HF_OK)
		return rc;
	s->first = s->pin.url == NULL;
	if (s->o->url != NULL) {
		if ((rc = transport_address(&address, s->o->url, e)) == HF_OK)
			rc = pin_set_url(&s->pin, address, e);
		free(address);
	}
	if (rc == HF_OK && s->pin.url == NULL) {
		hf_fail(e, HF_NOTFOUND, "sync: no other copy is known");
		rc = hf_hint(e, "say where it is: holdfast sync --to URL");
	}
	return rc == HF_OK ? transport_open(&s->t, hf_repo_path(s->r->repo), s->pin.url, s->o, e) : rc;
}

/* Git would say it in its own words, or not at all. */
static enum hf_code
head_is_there(struct hf_register *r, struct hf_err *e)
{
	struct hf_buf raw = HF_BUF_INIT;
	enum hf_code  rc = hf_repo_commit_raw(&raw, r->repo, &r->head, e);

	hf_buf_clear(&raw);
	return rc == HF_DAMAGED ? hf_hint(e, "holdfast verify says what is damaged, and what to do") : rc;
}

enum hf_code
hf_sync(struct hf_json **out, struct hf_register *r, const struct hf_sync_opts *opts, struct hf_err *e)
{
	struct sync   s = { .r = r, .o = opts, .wanted = { opts->accept, opts->n_accept }, .leavers = hf_json_array() };
	struct hf_err ignored = HF_ERR_INIT;
	int           fd = -1;
	enum hf_code  rc;

	*out = NULL;
	if ((rc = lock_sync(&fd, r, e)) != HF_OK || (rc = register_refresh(r, e)) != HF_OK || (rc = head_is_there(r, e)) != HF_OK ||
	    (rc = open_way(&s, e)) != HF_OK)
		goto done;
	rc = rounds(&s, e);
	/* Not reached, but an address all the same: the next sync tries it again. */
	if (rc == HF_SYSTEM && s.first && s.pin.url != NULL && !opts->dry_run && s.incoming.hex[0] == '\0')
		pin_write(&s.pin, r, &ignored);
	if (rc == HF_OK && (rc = leavers_tell(s.leavers, r, e)) == HF_OK && (rc = answer(out, &s, e)) == HF_OK && !opts->dry_run)
		transport_repack(&s.t);
done:
	kept_drop(r);
	hf_fs_unlock(fd);
	transport_close(&s.t);
	pin_clear(&s.pin);
	hf_json_free(s.leavers);
	return rc;
}
