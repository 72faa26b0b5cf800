/* Commits of somebody who was removed, or has fewer roles, on a line that does not know of it. */
#include "leaver.h"

#include <stdio.h>
#include <string.h>

#include "../git/repo_impl.h"
#include "holdfast/text.h"

#define FILE_MAX 4096

/* ---- what each line holds ---- */

struct line {
	struct hf_register      *r;
	const struct hf_members *members; /* where they were removed or demoted, as it is now */
	struct hf_json          *wrote;   /* fingerprint → ids of the commits on the other line */
	struct hf_json          *gone;    /* fingerprint → {"removal", "removed_by", "removed_at"} */
	const struct hf_oid     *oid;     /* while one commit is looked at */
	const struct hf_commit  *c;
};

/* What they may do now, where they were removed or demoted. */
static unsigned
roles_now(const struct line *l, const char *fpr)
{
	const struct hf_member *m = hf_members_find(l->members, fpr);

	return m == NULL ? 0 : m->roles;
}

/* Whoever wrote there and may not do everything here. */
static enum hf_code
note_author(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	struct line    *l = arg;
	struct hf_json *list;

	if (c == NULL)
		return hf_fail_in(e, "commit %.12s", oid->hex);
	if (roles_now(l, c->author) & HF_ROLE_ADMIN)
		return HF_OK;
	if ((list = hf_json_get(l->wrote, c->author)) == NULL) {
		if ((list = hf_json_array()) == NULL || hf_json_set(l->wrote, c->author, list) != 0)
			return hf_nomem(e);
	}
	return hf_json_push(list, hf_json_string(oid->hex)) == 0 ? HF_OK : hf_nomem(e);
}

static enum hf_code
roles_in(unsigned *out, struct line *l, const char *fpr, const struct hf_oid *file, struct hf_err *e)
{
	struct hf_member m = { .roles = 0 };
	struct hf_buf    b = HF_BUF_INIT;
	enum hf_code     rc;

	*out = 0;
	if (file->hex[0] == '\0')
		return HF_OK;
	if ((rc = hf_repo_blob(&b, l->r->repo, file, FILE_MAX, e)) == HF_OK)
		rc = hf_member_read(&m, fpr, hf_buf_str(&b), b.len, e);
	*out = m.roles;
	hf_buf_clear(&b);
	return rc;
}

/* FPR.json, in members/: roles that they had, and have no more. */
static enum hf_code
note_loss(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct line    *l = arg;
	struct hf_json *o;
	unsigned        before, after;
	char            fpr[HF_FPR_SIZE];
	enum hf_code    rc;

	if (strlen(d->path) != HF_FPR_SIZE - 1 + 5 || !hf_text_suffix(d->path, ".json"))
		return HF_OK;
	snprintf(fpr, sizeof(fpr), "%.40s", d->path);
	if (hf_json_get(l->wrote, fpr) == NULL)
		return HF_OK;
	if ((rc = roles_in(&before, l, fpr, &d->before, e)) != HF_OK || (rc = roles_in(&after, l, fpr, &d->after, e)) != HF_OK ||
	    (before & ~after & ~roles_now(l, fpr)) == 0)
		return rc;
	o = hf_json_object();
	if ((hf_json_set(o, "removal", hf_json_string(l->oid->hex)) | hf_json_set(o, "removed_by", hf_json_string(l->c->author)) |
		hf_json_set(o, "removed_at", hf_json_int(l->c->author_time))) == 0)
		return hf_json_set(l->gone, fpr, o) == 0 ? HF_OK : hf_nomem(e);
	hf_json_free(o);
	return hf_nomem(e);
}

/* Members change in commits that say so, and in no merge that was not told by one. */
static enum hf_code
note_losses(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	struct line  *l = arg;
	struct hf_oid tree, before, after;
	enum hf_code  rc;

	if (c == NULL)
		return hf_fail_in(e, "commit %.12s", oid->hex);
	if (c->n_parents != 1 || !hf_commit_says(c, "member"))
		return HF_OK;
	if ((rc = register_tree(&tree, l->r, &c->parent[0], e)) != HF_OK ||
	    (rc = hf_repo_lookup(&before, l->r->repo, &tree, "members", e)) != HF_OK ||
	    (rc = hf_repo_lookup(&after, l->r->repo, &c->tree, "members", e)) != HF_OK || hf_oid_equal(&before, &after))
		return rc;
	l->oid = oid;
	l->c = c;
	return hf_repo_diff(l->r->repo, &before, &after, note_loss, l, e);
}

/* ---- what they could not have written any more ---- */

struct excess {
	unsigned roles;
	bool     found;
};

/* Would these roles do for it, whatever its content? Of what an owner may replace, or an auditor add, only that could tell. */
static enum hf_code
note_excess(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct excess *x = arg;
	char           id[HF_ID_SIZE], run[HF_ID_SIZE];
	enum path_kind kind = path_read(d->path, id, run);
	bool           added = d->before.hex[0] == '\0';

	(void)e;
	if (kind == PATH_MEMBER || kind == PATH_KEY)
		x->found = true; /* admins alone */
	else if (!(x->roles & HF_ROLE_RESPONDER))
		x->found = x->found || !(x->roles & HF_ROLE_OWNER) || !added;
	return HF_OK;
}

static enum hf_code
is_over(bool *out, struct hf_register *r, const char *hex, unsigned roles, struct hf_err *e)
{
	struct excess    x = { roles, false };
	struct hf_commit c = { .n_parents = 0 };
	struct hf_buf    raw = HF_BUF_INIT;
	struct hf_oid    oid, before;
	enum hf_code     rc;

	hf_oid_set(&oid, hex);
	if ((rc = hf_repo_commit_read(&c, &raw, r->repo, &oid, e)) == HF_OK) {
		if (c.n_parents > 1) /* what it brings together was others' to write; to accept it is for admins */
			x.found = hf_commit_says(&c, "accept");
		else if (c.n_parents == 1 && (rc = register_tree(&before, r, &c.parent[0], e)) == HF_OK)
			rc = hf_repo_diff(r->repo, &before, &c.tree, note_excess, &x, e);
	}
	*out = x.found;
	hf_commit_clear(&c);
	hf_buf_clear(&raw);
	return rc;
}

/* Of somebody who was removed, all; else what goes beyond the roles that are left. */
static enum hf_code
commits_of(struct hf_json **out, const struct line *l, const char *fpr, unsigned roles, struct hf_err *e)
{
	const struct hf_json *all = hf_json_get(l->wrote, fpr);
	bool                  over = true;
	enum hf_code          rc = HF_OK;

	if ((*out = hf_json_array()) == NULL)
		return hf_nomem(e);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(all); i++) {
		if (roles != 0 && (rc = is_over(&over, l->r, hf_json_str(hf_json_at(all, i)), roles, e)) != HF_OK)
			break;
		if (over && hf_json_push(*out, hf_json_ref(hf_json_at(all, i))) != 0)
			rc = hf_nomem(e);
	}
	return rc;
}

/* ---- one way ---- */

static enum hf_code
push_row(struct hf_json *out, const struct line *l, const char *fpr, const struct hf_json *gone, bool here, struct hf_err *e)
{
	unsigned        roles = roles_now(l, fpr);
	struct hf_buf   left = HF_BUF_INIT;
	struct hf_json *row = hf_json_copy(gone), *commits = NULL;
	enum hf_code    rc;

	hf_role_words(&left, roles);
	if ((rc = commits_of(&commits, l, fpr, roles, e)) == HF_OK && hf_json_len(commits) > 0 &&
	    ((hf_json_set(row, "fingerprint", hf_json_string(fpr)) | hf_json_set(row, "here", hf_json_bool(here)) |
		 hf_json_set(row, "left", hf_json_or_null(hf_buf_str(&left))) |
		 hf_json_set(row, "commits", hf_json_ref(commits))) != 0 ||
		hf_json_push(out, hf_json_ref(row)) != 0))
		rc = hf_nomem(e);
	hf_buf_clear(&left);
	hf_json_free(commits);
	hf_json_free(row);
	return rc;
}

static enum hf_code
push_rows(struct hf_json *out, const struct line *l, bool here, struct hf_err *e)
{
	struct hf_json *gone;
	const char     *fpr;
	enum hf_code    rc = HF_OK;

	for (void *it = NULL; rc == HF_OK && hf_json_next(l->gone, &it, &fpr, &gone);)
		rc = push_row(out, l, fpr, gone, here, e);
	return rc;
}

/* Who went, or lost a role, on the line that ends at gone, and wrote on the one that ends at wrote. */
static enum hf_code
one_way(struct hf_json *out, struct hf_register *r, const struct leaver_tip *gone, const struct leaver_tip *wrote,
    const struct hf_oid *base, bool here, struct hf_err *e)
{
	struct line  l = { .r = r, .members = gone->members, .wrote = hf_json_object(), .gone = hf_json_object() };
	enum hf_code rc;

	if (l.wrote == NULL || l.gone == NULL)
		rc = hf_nomem(e);
	else if ((rc = hf_repo_walk(r->repo, wrote->commit, base != NULL ? base : gone->commit, true, note_author, &l, e)) ==
		HF_OK &&
	    hf_json_len(l.wrote) > 0 &&
	    (rc = hf_repo_walk(r->repo, gone->commit, base != NULL ? base : wrote->commit, true, note_losses, &l, e)) == HF_OK)
		rc = push_rows(out, &l, here, e);
	hf_json_free(l.wrote);
	hf_json_free(l.gone);
	return rc;
}

enum hf_code
leavers_find(struct hf_json **out, struct hf_register *r, const struct leaver_tip *ours, const struct leaver_tip *theirs,
    const struct hf_oid *bases, size_t n, struct hf_err *e)
{
	/* All that both have lies behind one base; of crossed histories only the other tip tells. */
	const struct hf_oid *base = n == 1 ? &bases[0] : NULL;
	struct hf_json      *list = hf_json_array();
	enum hf_code         rc;

	*out = NULL;
	if (list == NULL)
		return hf_nomem(e);
	if ((rc = one_way(list, r, ours, theirs, base, false, e)) == HF_OK &&
	    (rc = one_way(list, r, theirs, ours, base, true, e)) == HF_OK)
		*out = hf_json_ref(list);
	hf_json_free(list);
	return rc;
}
