/* Before a merge: what leavers wrote, an admin has to want; and to people it is told what it was. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../git/repo_impl.h"
#include "leaver.h"

static bool
is_wanted(const struct leavers_wanted *w, const char *fpr)
{
	for (size_t i = 0; w != NULL && i < w->n; i++)
		if (strcmp(w->fprs[i], fpr) == 0)
			return true;
	return false;
}

void
leavers_words(struct hf_buf *b, const struct hf_json *row)
{
	const char *left = hf_json_get_str(row, "left");

	if (left == NULL)
		hf_buf_adds(b, "removed");
	else
		hf_buf_addf(b, "made %s", left);
}

/* ", and 2 commits of theirs come in that the removal does not know: 0123, 4567" */
static void
add_commits(struct hf_buf *b, const struct hf_json *row)
{
	const struct hf_json *commits = hf_json_get(row, "commits");
	size_t                n = hf_json_len(commits);

	hf_buf_addf(b, ", and %zu commit%s of theirs %s that %s:", n, n == 1 ? "" : "s",
	    hf_json_true(hf_json_get(row, "here")) ? n == 1 ? "is here" : "are here" :
		n == 1                             ? "comes in" :
						     "come in",
	    hf_json_get_str(row, "left") == NULL ? "the removal does not know" : "needed more");
	for (size_t i = 0; i < n && i < 3; i++)
		hf_buf_addf(b, "%s %.12s", i == 0 ? "" : ",", hf_json_str(hf_json_at(commits, i)));
	if (n > 3)
		hf_buf_adds(b, ", …");
}

/* Who of them took the user's rights while the user took theirs; NULL: nobody. */
static const char *
each_other(const struct hf_register *r, const struct hf_json *found)
{
	const char *me = NULL;

	for (size_t i = 0; i < hf_json_len(found); i++)
		if (strcmp(hf_json_get_str(hf_json_at(found, i), "fingerprint"), r->key) == 0)
			me = hf_json_get_str(hf_json_at(found, i), "removed_by");
	for (size_t i = 0; me != NULL && i < hf_json_len(found); i++)
		if (strcmp(hf_json_get_str(hf_json_at(found, i), "fingerprint"), me) == 0 &&
		    strcmp(hf_json_get_str(hf_json_at(found, i), "removed_by"), r->key) == 0)
			return me;
	return NULL;
}

/* "Gina (0123…), removed by Ann on 2026-11-21, and 2 commits of theirs come in that the removal does not know: 0123, …" */
static enum hf_code
refuse(struct hf_register *r, const struct hf_json *row, const struct hf_json *found, struct hf_err *e)
{
	const char   *fpr = hf_json_get_str(row, "fingerprint"), *other = each_other(r, found);
	struct hf_buf b = HF_BUF_INIT;
	char          at[HF_TIME_SIZE];

	hf_register_who(&b, r, fpr);
	hf_buf_addf(&b, " (%s) was ", fpr);
	leavers_words(&b, row);
	hf_buf_adds(&b, " by ");
	hf_register_who(&b, r, hf_json_get_str(row, "removed_by"));
	hf_time_rfc3339(at, hf_json_num(hf_json_get(row, "removed_at")) * HF_SECOND, false);
	hf_buf_addf(&b, " on %.10s", at);
	add_commits(&b, row);
	hf_fail(e, HF_NO, "%s", hf_buf_str(&b));
	hf_buf_clear(&b);
	if (other != NULL)
		return hf_hint(e,
		    "you did it to each other: talk first. They are right: put this copy aside, clone anew. You are: they undo theirs, and sync; "
		    "then you: holdfast sync --accept-leaver %s. Neither: a third admin: man holdfast-sharing",
		    other);
	if (strcmp(fpr, r->key) == 0)
		return hf_hint(
		    e, "that is you: another admin takes it on from this copy, with sync --to and --accept-leaver %s", fpr);
	return hf_hint(e, "an admin looks: holdfast sync --dry-run --accept-leaver %s; and without --dry-run takes them on", fpr);
}

static enum hf_code
must_be_admin(struct hf_register *r, const struct hf_members *m, struct hf_err *e)
{
	const struct hf_member *me = hf_members_find(m, r->key);

	if (me != NULL && (me->roles & HF_ROLE_ADMIN))
		return HF_OK;
	hf_fail(e, HF_DENIED, "only an admin, on both sides, takes that on");
	return hf_hint(e, "ask one of them: holdfast member list");
}

static enum hf_code
judge_all(
    struct hf_json *out, struct hf_register *r, const struct hf_json *found, const struct leavers_wanted *wanted, struct hf_err *e)
{
	for (size_t i = 0; i < hf_json_len(found); i++) {
		struct hf_json *row = hf_json_at(found, i);
		const char     *fpr = hf_json_get_str(row, "fingerprint");

		/* To somebody who was removed, merging says so. */
		if (strcmp(fpr, r->key) == 0 && hf_json_get_str(row, "left") == NULL)
			continue;
		if (!is_wanted(wanted, fpr))
			return refuse(r, row, found, e);
		if (hf_json_push(out, hf_json_ref(row)) != 0)
			return hf_nomem(e);
	}
	return HF_OK;
}

enum hf_code
leavers_judge(
    struct hf_json **out, struct hf_register *r, const struct hf_oid *theirs, const struct leavers_wanted *wanted, struct hf_err *e)
{
	struct hf_members there = { .n = 0 };
	struct hf_oid    *bases = NULL, tree;
	struct hf_json   *found = NULL, *list = hf_json_array();
	size_t            n = 0;
	enum hf_code      rc;

	*out = NULL;
	if (list == NULL)
		return hf_nomem(e);
	if ((rc = register_key(r, e)) != HF_OK || (rc = register_members(r, e)) != HF_OK ||
	    (rc = register_tree(&tree, r, theirs, e)) != HF_OK || (rc = hf_members_load(&there, r->repo, &tree, e)) != HF_OK ||
	    (rc = hf_repo_bases(&bases, &n, r->repo, &r->head, theirs, e)) != HF_OK)
		goto done;
	rc = leavers_find(
	    &found, r, &(struct leaver_tip){ &r->head, &r->members }, &(struct leaver_tip){ theirs, &there }, bases, n, e);
	if (rc == HF_OK && (rc = judge_all(list, r, found, wanted, e)) == HF_OK && hf_json_len(list) > 0 &&
	    (rc = must_be_admin(r, &r->members, e)) == HF_OK)
		rc = must_be_admin(r, &there, e);
	if (rc == HF_OK)
		*out = hf_json_ref(list);
done:
	hf_members_clear(&there);
	hf_json_free(found);
	hf_json_free(list);
	free(bases);
	return rc;
}

/* ---- for people ---- */

struct telling {
	struct hf_register *r;
	struct hf_json     *changed;
};

static enum hf_code
tell_file(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct telling *t = arg;
	struct hf_buf   b = HF_BUF_INIT;
	char            id[HF_ID_SIZE], run[HF_ID_SIZE], fpr[HF_FPR_SIZE];
	enum path_kind  kind = path_read(d->path, id, run);
	int             bad;

	hf_buf_adds(&b, d->before.hex[0] == '\0' ? "added " : d->after.hex[0] == '\0' ? "removed " : "changed ");
	if (kind == PATH_RECORD)
		hf_register_ref(&b, t->r, id);
	else if (kind == PATH_ENTRY)
		hf_buf_addf(&b, "an entry of run %s", run);
	else if (kind == PATH_MEMBER || kind == PATH_KEY) {
		hf_buf_adds(&b, kind == PATH_MEMBER ? "the member " : "the key of ");
		snprintf(fpr, sizeof(fpr), "%.40s", d->path + strlen("members/"));
		hf_register_who(&b, t->r, fpr);
	} else
		hf_buf_adds(&b, d->path);
	bad = hf_json_push(t->changed, hf_json_string(hf_buf_str(&b)));
	hf_buf_clear(&b);
	return bad == 0 ? HF_OK : hf_nomem(e);
}

static enum hf_code
tell_commit(struct hf_json **out, struct hf_register *r, const char *hex, struct hf_err *e)
{
	struct telling   t = { r, hf_json_array() };
	struct hf_commit c = { .n_parents = 0 };
	struct hf_buf    raw = HF_BUF_INIT;
	struct hf_oid    oid, before;
	char             word[64];
	enum hf_code     rc;

	*out = hf_json_object();
	hf_oid_set(&oid, hex);
	if ((rc = hf_repo_commit_read(&c, &raw, r->repo, &oid, e)) != HF_OK)
		goto done;
	if (c.n_parents > 0 && (rc = register_tree(&before, r, &c.parent[0], e)) == HF_OK)
		rc = hf_repo_diff(r->repo, &before, &c.tree, tell_file, &t, e);
	snprintf(word, sizeof(word), "%.*s", (int)c.message_len - 1, c.message);
	if (rc == HF_OK &&
	    (hf_json_set(*out, "commit", hf_json_string(hex)) | hf_json_set(*out, "at", hf_json_time(c.author_time * HF_SECOND)) |
		hf_json_set(*out, "message", hf_json_string(word)) | hf_json_set(*out, "changed", hf_json_ref(t.changed))) != 0)
		rc = hf_nomem(e);
done:
	hf_commit_clear(&c);
	hf_buf_clear(&raw);
	hf_json_free(t.changed);
	return rc;
}

enum hf_code
leavers_tell(struct hf_json *leavers, struct hf_register *r, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < hf_json_len(leavers); i++) {
		struct hf_json       *row = hf_json_at(leavers, i), *list = hf_json_array(), *one = NULL;
		const struct hf_json *commits = hf_json_get(row, "commits");

		for (size_t k = 0; rc == HF_OK && k < hf_json_len(commits); k++)
			if ((rc = tell_commit(&one, r, hf_json_str(hf_json_at(commits, k)), e)) != HF_OK)
				hf_json_free(one);
			else if (hf_json_push(list, one) != 0)
				rc = hf_nomem(e);
		if (rc == HF_OK && hf_json_set(row, "commits", hf_json_ref(list)) != 0)
			rc = hf_nomem(e);
		hf_json_free(list);
	}
	return rc;
}
