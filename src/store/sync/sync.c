/* Fetch, judge, merge, push. */
#include "sync.h"

#include <stdlib.h>
#include <string.h>

#include "../git/repo_impl.h"
#include "holdfast/fs.h"

#define TRIES 5 /* when somebody else pushes at the same time */

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

/* Who began it, for the pin. */
static enum hf_code
find_root(struct sync *s, struct hf_err *e)
{
	struct hf_buf    raw = HF_BUF_INIT;
	struct hf_commit c;
	struct hf_oid    root;
	enum hf_code     rc;

	if ((rc = sync_root(&root, s->r, &s->r->head, e)) != HF_OK)
		return rc;
	if ((rc = hf_repo_commit_read(&c, &raw, s->r->repo, &root, e)) == HF_OK) {
		s->pin.root = root;
		strcpy(s->pin.root_by, c.author);
		hf_commit_clear(&c);
	}
	hf_buf_clear(&raw);
	return rc;
}

/* Where the other copy stands now was checked, or comes from here. */
static enum hf_code
remember(struct sync *s, struct hf_err *e)
{
	enum hf_code rc;

	if ((s->pin.root.hex[0] == '\0' && (rc = find_root(s, e)) != HF_OK) ||
	    (rc = pin_advance(&s->pin, s->r, &s->r->head, e)) != HF_OK)
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
	if ((rc = fetch(s, e)) != HF_OK || (rc = register_refresh(s->r, e)) != HF_OK || (rc = sync_judge(s, e)) != HF_OK)
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
	    hf_json_set(o, "sent", hf_json_int((int64_t)s->sent)) | hf_json_set(o, "lost", hf_json_int((int64_t)s->lost)) |
	    hf_json_set(o, "mended", hf_json_int((int64_t)s->mended)) |
	    hf_json_set(o, "merged", hf_json_int((int64_t)s->merged.records)) |
	    hf_json_set(o, "conflicts", hf_json_int((int64_t)s->merged.conflicts)) |
	    hf_json_set(o, "head", hf_json_string(s->r->head.hex)) | hf_json_set(o, "leavers", hf_json_ref(s->leavers)) |
	    hf_json_set(o, "up_to_date", hf_json_bool(s->received == 0 && s->sent == 0)) |
	    hf_json_set(o, "member", hf_json_bool(!register_left(s->r)));
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
	if ((rc = sync_lock(&fd, r, e)) != HF_OK || (rc = register_refresh(r, e)) != HF_OK || (rc = head_is_there(r, e)) != HF_OK ||
	    (rc = open_way(&s, e)) != HF_OK)
		goto done;
	if (opts->dry_run || (rc = sync_mend(&s, e)) == HF_OK)
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
