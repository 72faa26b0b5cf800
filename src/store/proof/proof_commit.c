/* Verify: one commit. Its signer, its time, and what it did to each path. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../git/repo_impl.h"
#include "../register/rights.h"
#include "proof.h"

/* ---- the signer ---- */

/* Was the key revoked already in the tree before? */
static enum hf_code
was_revoked(bool *out, struct proof *p, const struct deed *d, const char *fpr, struct hf_err *e)
{
	struct hf_buf armor = HF_BUF_INIT;
	struct hf_oid file;
	struct hf_key key;
	char          path[PATH_SIZE];
	enum hf_code  rc;

	*out = true;
	snprintf(path, sizeof(path), "members/%s.asc", fpr);
	if ((rc = hf_repo_lookup(&file, p->r->repo, &d->before, path, e)) == HF_OK &&
	    (rc = hf_repo_blob(&armor, p->r->repo, &file, 256u * 1024, e)) == HF_OK &&
	    (rc = hf_vault_inspect(&key, p->vault, armor.data, armor.len, e)) == HF_OK)
		*out = key.revoked;
	hf_buf_clear(&armor);
	return rc == HF_NOTFOUND || rc == HF_DAMAGED || rc == HF_BAD ? HF_OK : rc;
}

static enum hf_code
judge_key(struct proof *p, const struct link *l, struct hf_err *e)
{
	const char  *at = l->oid.hex;
	bool         revoked = true;
	enum hf_code rc;

	switch (l->sig.status) {
	case HF_SIG_BAD:
		return proof_problem(p, e, at, "its signature is wrong: it was changed after it was signed");
	case HF_SIG_UNKNOWN_KEY:
		return proof_problem(p, e, at, "signed by a key that was never a member");
	case HF_SIG_REVOKED_KEY:
		/* What was signed before the revocation came stands. */
		if (l->deed.before.hex[0] != '\0' && (rc = was_revoked(&revoked, p, &l->deed, l->sig.fpr, e)) != HF_OK)
			return rc;
		return revoked ? proof_problem(p, e, at, "signed by a key that is revoked") : HF_OK;
	case HF_SIG_EXPIRED_KEY:
		if (l->sig.made_at >= l->sig.key_expires || l->sig.made_at < l->deed.parent_at * HF_SECOND)
			return proof_problem(p, e, at, "signed by a key that was expired");
		return HF_OK;
	case HF_SIG_GOOD:
		break;
	}
	return HF_OK;
}

static enum hf_code
judge_signer(struct proof *p, const struct link *l, struct hf_err *e)
{
	const char  *at = l->oid.hex;
	enum hf_code rc;

	if (l->rc != HF_OK)
		return proof_problem(p, e, at, "its signature cannot be judged: %s", l->err.msg);
	if (strcmp(l->c.author, l->c.committer) != 0 || (l->sig.fpr[0] != '\0' && strcmp(l->sig.fpr, l->c.author) != 0))
		return proof_problem(p, e, at, "signed by another key than the one it names");
	if ((rc = judge_key(p, l, e)) != HF_OK)
		return rc;
	if (l->deed.who.roles == 0)
		return proof_problem(p, e, at, "signed by %s, who was not a member then", l->c.author);
	return HF_OK;
}

/* ---- the time ---- */

static enum hf_code
judge_time(struct proof *p, const struct link *l, struct hf_err *e)
{
	int64_t       now = hf_register_now(p->r) / HF_SECOND, at = l->c.author_time;
	struct hf_buf by = HF_BUF_INIT;
	enum hf_code  rc = HF_OK;

	if (l->c.committer_time != at)
		rc = proof_problem(p, e, l->oid.hex, "it names two times");
	if (rc == HF_OK && at < l->deed.parent_at - PROOF_SLACK) {
		hf_time_words(&by, (l->deed.parent_at - at) * HF_SECOND);
		rc = proof_problem(p, e, l->oid.hex,
		    "its time is %s before that of the commit it stands on: it is back-dated, or a clock was wrong",
		    hf_buf_str(&by));
	} else if (rc == HF_OK && at > now + (p->incoming ? PROOF_AHEAD : PROOF_SLACK)) {
		hf_time_words(&by, (at - now) * HF_SECOND);
		rc = proof_problem(
		    p, e, l->oid.hex, "its time is %s in the future: a clock is wrong, its writer's or this one", hf_buf_str(&by));
	}
	hf_buf_clear(&by);
	return rc;
}

/* ---- its parents ---- */

static enum hf_code
one_parent(struct deed *d, struct proof *p, const struct hf_oid *oid, bool second, struct hf_err *e)
{
	const struct hf_members *m;
	const struct hf_member  *found;
	struct hf_commit         c = { .n_parents = 0 };
	struct hf_buf            raw = HF_BUF_INIT;
	enum hf_code             rc;

	if ((rc = hf_repo_commit_read(&c, &raw, p->r->repo, oid, e)) != HF_OK || (rc = proof_members(&m, p, &c.tree, e)) != HF_OK)
		goto done;
	if (c.author_time > d->parent_at)
		d->parent_at = c.author_time;
	found = hf_members_find(m, d->who.fpr);
	/* Whoever merges is a member on both sides. */
	if (found == NULL)
		d->who.roles = 0;
	else if (!second)
		d->who.roles = found->roles;
	if (!second)
		d->before = c.tree;
done:
	hf_commit_clear(&c);
	hf_buf_clear(&raw);
	return rc;
}

/* The first commit makes its author a member; every other is judged by the membership before it. */
static enum hf_code
fill_deed(struct link *l, struct proof *p, struct hf_err *e)
{
	struct deed             *d = &l->deed;
	const struct hf_members *m;
	const struct hf_member  *found;
	enum hf_code             rc = HF_OK;

	d->oid = l->oid;
	d->tree = l->c.tree;
	d->at = l->c.author_time;
	d->first = l->c.n_parents == 0;
	d->merge = l->c.n_parents == 2;
	d->member = hf_commit_says(&l->c, "member");
	d->accepts = hf_commit_says(&l->c, "accept");
	strcpy(d->who.fpr, l->c.author);
	for (size_t i = 0; rc == HF_OK && i < l->c.n_parents; i++)
		rc = one_parent(d, p, &l->c.parent[i], i == 1, e);
	if (rc != HF_OK || !d->first)
		return rc;
	if ((rc = proof_members(&m, p, &l->c.tree, e)) == HF_OK && (found = hf_members_find(m, l->c.author)) != NULL)
		d->who = *found;
	return rc;
}

/* ---- the first ---- */

static bool
is_ours(struct proof *p, const struct hf_oid *tree)
{
	struct hf_buf   b = HF_BUF_INIT;
	struct hf_json *j = NULL;
	struct hf_oid   blob;
	bool            same = false;

	if (hf_repo_lookup(&blob, p->r->repo, tree, "holdfast.json", NULL) == HF_OK &&
	    hf_repo_blob(&b, p->r->repo, &blob, 4096, NULL) == HF_OK && hf_json_parse(&j, hf_buf_str(&b), b.len, NULL) == HF_OK) {
		const char *id = hf_json_get_str(j, "id");

		same = id != NULL && strcmp(id, p->r->id) == 0 && hf_json_num(hf_json_get(j, "format")) == 1;
	}
	hf_json_free(j);
	hf_buf_clear(&b);
	return same;
}

static enum hf_code
judge_first(struct proof *p, const struct link *l, struct hf_err *e)
{
	const struct hf_members *m;
	enum hf_code             rc;

	if (++p->roots > 1)
		return proof_problem(p, e, l->oid.hex, "a second first commit: it has nothing in common with this register");
	if (!is_ours(p, &l->c.tree))
		return proof_problem(p, e, l->oid.hex, "holdfast.json: not that of this register");
	if ((rc = proof_members(&m, p, &l->c.tree, e)) != HF_OK)
		return rc;
	if (m->n != 1 || strcmp(m->list[0].fpr, l->c.author) != 0)
		return proof_problem(p, e, l->oid.hex, "the first commit makes its author the only member, and this one does not");
	return HF_OK;
}

/* ---- paths ---- */

struct step {
	struct proof      *p;
	const struct deed *d;
	bool               members; /* something under members/ changed */
};

static const char *
deed_word(enum write_kind what)
{
	switch (what) {
	case WRITE_ADD:
		return "added";
	case WRITE_REPLACE:
		return "changed";
	case WRITE_RECRYPT:
		return "encrypted anew";
	case WRITE_REMOVE:
		break;
	}
	return "removed";
}

static enum hf_code
refuse_role(const struct step *s, const char *path, enum write_kind what, struct hf_err *e)
{
	struct hf_buf roles = HF_BUF_INIT;
	enum hf_code  rc;

	hf_role_words(&roles, s->d->who.roles);
	rc = proof_problem(s->p, e, s->d->oid.hex, "%s: %s by a member who is %s, which does not allow it", path, deed_word(what),
	    hf_buf_str(&roles));
	hf_buf_clear(&roles);
	return rc;
}

static enum hf_code
judge_file(struct step *s, const struct hf_diff *f, enum path_kind kind, enum write_kind what, struct hf_err *e)
{
	const struct deed *d = s->d;

	if (kind != PATH_RECORD && (what == WRITE_REPLACE || what == WRITE_REMOVE))
		return proof_problem(
		    s->p, e, d->oid.hex, "%s: %s; entries and evidence stay as they are", f->path, deed_word(what));
	if (d->member && what != WRITE_RECRYPT)
		return proof_problem(s->p, e, d->oid.hex, "%s: %s in a commit that only encrypts anew", f->path, deed_word(what));
	if (d->who.roles != 0 && !rights_path(d->who.roles, kind, what))
		return refuse_role(s, f->path, what, e);
	return proof_change(s->p, d, f, e);
}

static enum hf_code
judge_path(void *arg, const struct hf_diff *f, struct hf_err *e)
{
	struct step    *s = arg;
	char            id[HF_ID_SIZE], run[HF_ID_SIZE];
	enum path_kind  kind = path_read(f->path, id, run);
	bool            was = f->before.hex[0] != '\0', is = f->after.hex[0] != '\0';
	enum write_kind what = !was ? WRITE_ADD : !is ? WRITE_REMOVE : s->d->member ? WRITE_RECRYPT : WRITE_REPLACE;

	switch (kind) {
	case PATH_BAD:
		return is ? proof_problem(s->p, e, s->d->oid.hex, "%s: this does not belong in a register", f->path) : HF_OK;
	case PATH_META:
		return s->d->first ? HF_OK : proof_problem(s->p, e, s->d->oid.hex, "holdfast.json: changed; it never changes");
	case PATH_MEMBER:
	case PATH_KEY:
		s->members = true;
		if (!s->d->first && !s->d->member)
			return proof_problem(s->p, e, s->d->oid.hex, "%s: %s in a commit that is not about members", f->path,
			    deed_word(what == WRITE_RECRYPT ? WRITE_REPLACE : what));
		if (s->d->who.roles != 0 && !rights_path(s->d->who.roles, kind, what == WRITE_RECRYPT ? WRITE_REPLACE : what))
			return refuse_role(s, f->path, what == WRITE_RECRYPT ? WRITE_REPLACE : what, e);
		return proof_member_file(s->p, s->d, f, e);
	case PATH_BLOB:
	case PATH_ENTRY:
	case PATH_RECORD:
		break;
	}
	return judge_file(s, f, kind, what, e);
}

static enum hf_code
judge_paths(struct step *s, const struct link *l, struct hf_err *e)
{
	const struct deed       *d = &l->deed;
	const struct hf_members *m;
	enum hf_code             rc;

	if (d->merge != (hf_commit_says(&l->c, "merge") || d->accepts))
		return proof_problem(
		    s->p, e, l->oid.hex, d->merge ? "two parents, but it does not say merge" : "it says merge, but has one parent");
	if (d->merge)
		rc = proof_merge(s->p, d, &l->c, e);
	else
		rc = hf_repo_diff(s->p->r->repo, d->before.hex[0] == '\0' ? NULL : &d->before, &d->tree, judge_path, s, e);
	if (rc != HF_OK)
		return rc;
	/* Readable, and somebody is admin. */
	return proof_members(&m, s->p, &d->tree, e);
}

enum hf_code
proof_commit(bool *keys, struct proof *p, struct link *l, struct hf_err *e)
{
	size_t       before = hf_json_len(p->problems);
	struct step  s = { p, &l->deed, false };
	enum hf_code rc;

	*keys = false;
	if (!l->whole)
		return proof_problem(p, e, l->oid.hex, "not as a register's commit must be: %s", l->err.msg);
	if ((rc = fill_deed(l, p, e)) == HF_OK && (rc = judge_signer(p, l, e)) == HF_OK && (rc = judge_time(p, l, e)) == HF_OK &&
	    (!l->deed.first || (rc = judge_first(p, l, e)) == HF_OK))
		rc = judge_paths(&s, l, e);
	if (rc == HF_DAMAGED || rc == HF_NOTFOUND)
		return proof_problem(p, e, l->oid.hex, "%s", e->msg);
	/* Keys that somebody brought who may not are not used. What a merge brings was brought by its sides. */
	*keys = rc == HF_OK && hf_json_len(p->problems) == before && s.members;
	return rc;
}
