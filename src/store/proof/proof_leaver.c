/* Verify: a merge that brings together a removal, or a loss of roles, and what was written without knowing of it. */
#include <string.h>

#include "../member/leaver.h"
#include "proof.h"

/* "by Gina, whom Ann removed" in fingerprints: who they are is not the history's to say. */
static enum hf_code
say(struct proof *p, const struct deed *d, const struct hf_json *row, const char *what, struct hf_err *e)
{
	const struct hf_json *commits = hf_json_get(row, "commits");
	struct hf_buf         list = HF_BUF_INIT, how = HF_BUF_INIT;
	char                  at[HF_TIME_SIZE];
	enum hf_code          rc;

	for (size_t i = 0; i < hf_json_len(commits) && i < 3; i++)
		hf_buf_addf(&list, "%s%.12s", i == 0 ? "" : ", ", hf_json_str(hf_json_at(commits, i)));
	if (hf_json_len(commits) > 3)
		hf_buf_addf(&list, " and %zu more", hf_json_len(commits) - 3);
	leavers_words(&how, row);
	hf_time_rfc3339(at, hf_json_num(hf_json_get(row, "removed_at")) * HF_SECOND, false);
	rc = proof_problem(p, e, d->oid.hex, "it brings in %s by %s, who was %s by %s on %.10s: %s", hf_buf_str(&list),
	    hf_json_get_str(row, "fingerprint"), hf_buf_str(&how), hf_json_get_str(row, "removed_by"), at, what);
	hf_buf_clear(&list);
	hf_buf_clear(&how);
	return rc;
}

static bool
is_admin(const struct hf_members *m, const char *fpr)
{
	const struct hf_member *found = hf_members_find(m, fpr);

	return found != NULL && (found->roles & HF_ROLE_ADMIN);
}

static enum hf_code
members_at(const struct hf_members **out, struct proof *p, const struct hf_oid *commit, struct hf_err *e)
{
	struct hf_oid tree;
	enum hf_code  rc;

	if ((rc = register_tree(&tree, p->r, commit, e)) != HF_OK)
		return rc;
	return proof_members(out, p, &tree, e);
}

enum hf_code
proof_leavers(
    struct proof *p, const struct deed *d, const struct hf_commit *c, const struct hf_oid *bases, size_t n, struct hf_err *e)
{
	const struct hf_members *ours, *theirs;
	struct hf_json          *found = NULL;
	const char              *what = NULL;
	enum hf_code             rc;

	if ((rc = members_at(&ours, p, &c->parent[0], e)) != HF_OK || (rc = members_at(&theirs, p, &c->parent[1], e)) != HF_OK ||
	    (rc = leavers_find(&found, p->r, &(struct leaver_tip){ &c->parent[0], ours },
		 &(struct leaver_tip){ &c->parent[1], theirs }, bases, n, e)) != HF_OK)
		return rc;
	if (!d->accepts)
		what = "no admin took that on";
	else if (!is_admin(ours, d->who.fpr) || !is_admin(theirs, d->who.fpr))
		what = "it was taken on by a member who is not admin on both sides";
	for (size_t i = 0; rc == HF_OK && what != NULL && i < hf_json_len(found); i++)
		rc = say(p, d, hf_json_at(found, i), what, e);
	if (rc == HF_OK && d->accepts && hf_json_len(found) == 0)
		rc = proof_problem(p, e, d->oid.hex, "it says that it takes on what a leaver wrote, and there is nothing of that");
	hf_json_free(found);
	return rc;
}
