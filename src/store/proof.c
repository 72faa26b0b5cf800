/* Verify: is everything in the register as its members wrote it? */
#include "proof.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers.h"

enum hf_code
proof_problem(struct proof *p, struct hf_err *e, const char *where, const char *fmt, ...)
{
	struct hf_json *o = hf_json_object();
	struct hf_buf   b = HF_BUF_INIT;
	va_list         ap;
	int             bad;

	va_start(ap, fmt);
	hf_buf_addv(&b, fmt, ap);
	va_end(ap);
	bad = hf_json_set(o, "where", hf_json_string(where)) | hf_json_set(o, "what", hf_json_string(hf_buf_str(&b)));
	hf_buf_clear(&b);
	if (!bad)
		return hf_json_push(p->problems, o) == 0 ? HF_OK : hf_nomem(e);
	hf_json_free(o);
	return hf_nomem(e);
}

/* ---- commits, their signatures checked two at a time ---- */

struct link {
	struct hf_oid       oid;
	struct hf_commit    c;
	bool                whole; /* the strict reader took it */
	struct hf_signature sig;
	enum hf_code        rc;
	struct hf_err       err;
};

struct chain {
	struct link *list;
	size_t       n, cap;
};

static enum hf_code
gather(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	struct chain *ch = arg;
	struct link  *l;

	if (ch->n == ch->cap) {
		size_t       cap = ch->cap == 0 ? 64 : ch->cap * 2;
		struct link *list = realloc(ch->list, cap * sizeof(*list));

		if (list == NULL)
			return hf_nomem(e);
		ch->list = list;
		ch->cap = cap;
	}
	l = &ch->list[ch->n++];
	memset(l, 0, sizeof(*l));
	l->oid = *oid;
	if (c == NULL)
		return HF_OK;
	l->c = *c;
	l->c.message = NULL;
	l->c.signature = malloc(c->signature_len + 1);
	l->c.payload = malloc(c->payload_len + 1);
	if (l->c.signature == NULL || l->c.payload == NULL)
		return hf_nomem(e);
	memcpy(l->c.signature, c->signature, c->signature_len + 1);
	memcpy(l->c.payload, c->payload, c->payload_len);
	l->whole = true;
	return HF_OK;
}

static enum hf_code
judge_signature(struct hf_vault *v, void *item, struct hf_err *e)
{
	struct link *l = item;

	(void)e;
	if (l->whole)
		l->rc = hf_vault_verify(&l->sig, v, l->c.signature, l->c.signature_len, l->c.payload, l->c.payload_len, &l->err);
	return HF_OK;
}

static void
drop_chain(struct chain *ch)
{
	for (size_t i = 0; i < ch->n; i++)
		hf_commit_clear(&ch->list[i].c);
	free(ch->list);
}

/* ---- one commit ---- */

struct step {
	struct proof      *p;
	const struct link *l;
	bool               member; /* it says that it only encrypts anew */
	bool               admin;  /* its author was admin */
};

static const struct link *
find_link(const struct chain *ch, const char *hex)
{
	for (size_t i = ch->n; i-- > 0;)
		if (strcmp(ch->list[i].oid.hex, hex) == 0)
			return &ch->list[i];
	return NULL;
}

static enum hf_code
count_write(struct proof *p, const char *path, const struct hf_diff *d, struct hf_err *e)
{
	int64_t n = d->after.hex[0] == '\0' ? 0 : hf_json_num(hf_json_get(p->writes, path)) + 1;

	return hf_json_set(p->writes, path, hf_json_int(n)) == 0 ? HF_OK : hf_nomem(e);
}

static enum hf_code
judge_path(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct step   *s = arg;
	const char    *where = s->l->oid.hex;
	char           id[HF_ID_SIZE], run[HF_ID_SIZE];
	enum path_kind kind = path_read(d->path, id, run);
	bool           was = d->before.hex[0] != '\0', is = d->after.hex[0] != '\0';

	switch (kind) {
	case PATH_BAD:
		return proof_problem(s->p, e, where, "%s: this does not belong in a register", d->path);
	case PATH_META:
		return was ? proof_problem(s->p, e, where, "holdfast.json: changed") : HF_OK;
	case PATH_MEMBER:
	case PATH_KEY:
		return s->admin ? HF_OK : proof_problem(s->p, e, where, "%s: changed by somebody who is not admin", d->path);
	case PATH_BLOB:
	case PATH_ENTRY:
		if (was && !(s->member && is))
			return proof_problem(
			    s->p, e, where, "%s: %s", d->path, is ? "changed; entries and evidence never change" : "removed");
		if (kind == PATH_ENTRY && !was && hf_json_set(s->p->author, d->path, hf_json_string(s->l->c.author)) != 0)
			return hf_nomem(e);
		return HF_OK;
	case PATH_RECORD:
		break;
	}
	return s->member ? HF_OK : count_write(s->p, d->path, d, e);
}

/* The key counted when the commit was made: a member of the parent, signing with a key that was good then. */
static enum hf_code
judge_signer(struct proof *p, const struct link *l, const struct link *parent, const struct hf_members *members, bool *admin,
    struct hf_err *e)
{
	const struct hf_member *m = hf_members_find(members, l->c.author);
	const char             *at = l->oid.hex;

	*admin = m != NULL && (m->roles & HF_ROLE_ADMIN);
	if (l->rc != HF_OK)
		return proof_problem(p, e, at, "its signature cannot be judged: %s", l->err.msg);
	if (strcmp(l->c.author, l->c.committer) != 0 || (l->sig.fpr[0] != '\0' && strcmp(l->sig.fpr, l->c.author) != 0))
		return proof_problem(p, e, at, "signed by another key than the one it names");
	switch (l->sig.status) {
	case HF_SIG_BAD:
		return proof_problem(p, e, at, "its signature is wrong: it was changed after it was signed");
	case HF_SIG_UNKNOWN_KEY:
		return proof_problem(p, e, at, "signed by a key that was never a member");
	case HF_SIG_REVOKED_KEY:
		return proof_problem(p, e, at, "signed by a key that is revoked");
	case HF_SIG_EXPIRED_KEY:
		if (l->sig.made_at >= l->sig.key_expires || (parent != NULL && l->sig.made_at < parent->c.author_time * HF_SECOND))
			return proof_problem(p, e, at, "signed by a key that was expired");
		break;
	case HF_SIG_GOOD:
		break;
	}
	if (m == NULL)
		return proof_problem(p, e, at, "signed by %s, who was not a member then", l->c.author);
	return HF_OK;
}

static enum hf_code
judge_commit(struct proof *p, const struct chain *ch, const struct link *l, struct hf_err *e)
{
	const struct link *parent = l->whole && l->c.n_parents > 0 ? find_link(ch, l->c.parent[0].hex) : NULL;
	struct step        s = { p, l, false, false };
	struct hf_members  members = { NULL, 0, { "" } };
	enum hf_code       rc;

	if (!l->whole)
		return proof_problem(p, e, l->oid.hex, "not as a register's commit must be");
	if (l->c.n_parents > 0 && (parent == NULL || !parent->whole))
		return proof_problem(p, e, l->oid.hex, "its parent cannot be read");
	s.member = l->c.message_len == 7 && memcmp(l->c.payload + l->c.payload_len - 7, "member\n", 7) == 0;
	/* The first commit makes its author a member; every other is judged by the membership before it. */
	if ((rc = hf_members_load(&members, p->r->repo, parent == NULL ? &l->c.tree : &parent->c.tree, e)) != HF_OK)
		return rc == HF_DAMAGED ? proof_problem(p, e, l->oid.hex, "%s", e->msg) : rc;
	if ((rc = judge_signer(p, l, parent, &members, &s.admin, e)) == HF_OK)
		rc = hf_repo_diff(p->r->repo, parent == NULL ? NULL : &parent->c.tree, &l->c.tree, judge_path, &s, e);
	if (rc == HF_DAMAGED)
		rc = proof_problem(p, e, l->oid.hex, "%s", e->msg);
	hf_members_clear(&members);
	return rc;
}

static enum hf_code
one_root(struct proof *p, const struct chain *ch, struct hf_err *e)
{
	size_t roots = 0;

	for (size_t i = 0; i < ch->n; i++)
		roots += ch->list[i].whole && ch->list[i].c.n_parents == 0;
	return roots == 1 ? HF_OK : proof_problem(p, e, p->r->head.hex, "%zu first commits; a register has one", roots);
}

enum hf_code
proof_history(struct proof *p, struct hf_err *e)
{
	struct hf_register *r = p->r;
	struct chain        ch = { NULL, 0, 0 };
	enum hf_code        rc;

	if ((rc = hf_repo_walk(r->repo, &r->head, NULL, true, gather, &ch, e)) != HF_OK ||
	    (rc = work_all(r->vault, judge_signature, ch.list, sizeof(*ch.list), ch.n, r->progress, "checking signatures", 0, ch.n,
		 e)) != HF_OK ||
	    (rc = one_root(p, &ch, e)) != HF_OK)
		goto done;
	for (size_t i = 0; rc == HF_OK && i < ch.n; i++)
		rc = judge_commit(p, &ch, &ch.list[i], e);
	p->commits = ch.n;
done:
	drop_chain(&ch);
	return rc;
}

/* ---- all of it ---- */

static enum hf_code
answer(struct hf_json **out, struct proof *p, struct hf_err *e)
{
	struct hf_json *o = hf_json_object();

	if (hf_json_set(o, "commits", hf_json_int((int64_t)p->commits)) != 0 ||
	    hf_json_set(o, "records", hf_json_int((int64_t)p->records)) != 0 ||
	    hf_json_set(o, "entries", hf_json_int((int64_t)p->entries)) != 0 ||
	    hf_json_set(o, "sealed", hf_json_int((int64_t)hf_register_sealed(p->r))) != 0 ||
	    hf_json_set(o, "problems", hf_json_ref(p->problems)) != 0) {
		hf_json_free(o);
		return hf_nomem(e);
	}
	*out = o;
	return HF_OK;
}

enum hf_code
hf_register_verify(struct hf_json **out, struct hf_register *r, struct hf_err *e)
{
	struct proof p = { r, hf_json_array(), hf_json_object(), hf_json_object(), 0, 0, 0 };
	enum hf_code rc;

	*out = NULL;
	if (p.problems == NULL || p.writes == NULL || p.author == NULL)
		rc = hf_nomem(e);
	else if ((rc = register_members(r, e)) == HF_OK && (rc = proof_history(&p, e)) == HF_OK &&
	    (rc = proof_state(&p, e)) == HF_OK)
		rc = answer(out, &p, e);
	hf_json_free(p.problems);
	hf_json_free(p.writes);
	hf_json_free(p.author);
	return rc;
}
