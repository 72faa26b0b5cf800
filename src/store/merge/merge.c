/* Merging: forward, or one commit with two parents. */
#include "merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../register/seal.h"
#include "holdfast/hash.h"
#include "merge_impl.h"

/* ---- the index as it will be ---- */

/* What came in, and what is gone. */
static enum hf_code
take_theirs(struct merge_plan *p, struct hf_err *e)
{
	struct file_at *list = calloc(p->n + 1, sizeof(*list));
	size_t          n = 0;
	enum hf_code    rc = list == NULL ? hf_nomem(e) : HF_OK;

	for (size_t i = 0; rc == HF_OK && i < p->n; i++) {
		const struct merge_file *f = &p->list[i];

		if (f->choice != MERGE_THEIRS || (f->kind != PATH_RECORD && f->kind != PATH_ENTRY))
			continue;
		if (f->theirs.hex[0] == '\0') {
			rc = register_fact(p->r, f->path, NULL, NULL, NULL, false, e);
			continue;
		}
		strcpy(list[n].path, f->path);
		list[n++].oid = f->theirs;
	}
	if (rc == HF_OK)
		rc = register_read_files(p->r, list, n, e);
	free(list);
	return rc;
}

static enum hf_code
put_merged(struct merge_plan *p, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < p->n; i++)
		if (p->list[i].record != NULL)
			rc = register_put(p->r, p->list[i].path, p->list[i].record, e);
	return rc;
}

/* Is there a file of that path on either side? Then the conflict is known, and perhaps settled. */
static bool
is_known(const struct merge_plan *p, const char *path)
{
	struct hf_oid oid;

	return hf_repo_lookup(&oid, p->r->repo, &p->ours_tree, path, NULL) == HF_OK ||
	    hf_repo_lookup(&oid, p->r->repo, &p->theirs_tree, path, NULL) == HF_OK;
}

static enum hf_code
add_conflicts(struct merge_plan *p, struct hf_err *e)
{
	struct merge_file *f;
	struct hf_json    *record;
	char               path[PATH_SIZE];
	enum hf_code       rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < hf_json_len(p->conflicts); i++) {
		if ((rc = merge_conflict(&record, p->r, hf_json_at(p->conflicts, i), e)) != HF_OK)
			return rc;
		path_record(path, hf_json_get_str(record, "id"));
		if (is_known(p, path) || (rc = merge_plan_push(&f, p, path, e)) != HF_OK) {
			hf_json_free(record);
			continue;
		}
		f->choice = MERGE_NEW;
		f->record = record;
		rc = register_put(p->r, path, record, e);
	}
	return rc;
}

static enum hf_code
fill_index(struct merge_plan *p, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = take_theirs(p, e)) != HF_OK || (rc = put_merged(p, e)) != HF_OK || (rc = merge_keep(p, e)) != HF_OK)
		return rc;
	return add_conflicts(p, e);
}

/* ---- encrypting what is new ---- */

static enum hf_code
seal_merged(struct merge_plan *p, struct hf_err *e)
{
	struct sealing *list = calloc(p->n + 1, sizeof(*list));
	size_t          n = 0;
	enum hf_code    rc = list == NULL ? hf_nomem(e) : HF_OK;

	for (size_t i = 0; rc == HF_OK && i < p->n; i++) {
		struct merge_file *f = &p->list[i];

		if (f->record == NULL)
			continue;
		list[n].json = f->record;
		list[n].out = &f->data;
		if ((rc = audience_of(&list[n].to, p->r, f->path, e)) == HF_OK)
			f->sealed = !audience_has(&list[n].to, p->r->key);
		n++;
	}
	if (rc == HF_OK)
		rc = seal_all(p->r, list, n, e);
	for (size_t i = 0; i < n; i++)
		audience_clear(&list[i].to);
	free(list);
	return rc;
}

/* The index gets the files' own names. */
static enum hf_code
name_merged(struct merge_plan *p, struct hf_err *e)
{
	char         oid[HF_SHA1_SIZE];
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < p->n; i++) {
		const struct merge_file *f = &p->list[i];

		if (f->record == NULL)
			continue;
		hf_sha1_git(oid, "blob", hf_buf_str(&f->data), f->data.len);
		rc = register_kept(p->r, f->path, oid, f->record, f->sealed, e);
	}
	return rc;
}

/* ---- the commit ---- */

static enum hf_code
commit_merge(struct hf_oid *out, struct merge_plan *p, struct hf_err *e)
{
	struct hf_commit_spec spec = register_spec(p->r, p->accepts ? "accept" : "merge");
	struct hf_edit       *edits = calloc(p->n + 1, sizeof(*edits));
	size_t                n = 0;
	enum hf_code          rc;

	if (edits == NULL)
		return hf_nomem(e);
	spec.base = &p->ours;
	spec.other = &p->theirs;
	for (size_t i = 0; i < p->n; i++) {
		const struct merge_file *f = &p->list[i];
		const struct hf_oid     *chosen = merge_chosen(f);

		if (f->choice == MERGE_OURS)
			continue;
		edits[n].path = f->path;
		if (f->choice == MERGE_NEW) {
			edits[n].data = hf_buf_str(&f->data);
			edits[n].len = f->data.len;
		} else if (chosen->hex[0] != '\0')
			edits[n].blob = chosen;
		n++;
	}
	rc = hf_repo_commit(out, p->r->repo, &spec, edits, n, e);
	free(edits);
	return rc;
}

/* ---- all of it ---- */

/* What register_fact noted of a merge that was not made. */
struct noted {
	size_t unsaved, recent;
};

static struct noted
note_now(const struct hf_register *r)
{
	return (struct noted){ r->unsaved, hf_json_len(r->recent) };
}

static void
undo(struct hf_register *r, const struct noted *before)
{
	index_undo(r->index);
	r->unsaved = before->unsaved;
	for (size_t n = hf_json_len(r->recent); n > before->recent; n--)
		hf_json_remove(r->recent, n - 1);
}

/* The members that were worked out are not those of a commit. */
static void
forget_members(struct hf_register *r)
{
	hf_members_clear(&r->members);
	r->have_members = false;
}

static enum hf_code
unsure(const struct hf_oid *head, struct hf_err *e)
{
	return hf_fail(e, HF_UNSURE, "merged as %.12s, but the index could not follow", head->hex);
}

static enum hf_code
merge_indexed(struct merge_plan *p, struct hf_err *e)
{
	struct noted  before = note_now(p->r);
	struct hf_oid head;
	enum hf_code  rc, written;

	if ((rc = index_begin(p->r->index, e)) != HF_OK)
		return rc;
	if ((rc = fill_index(p, e)) != HF_OK || (rc = seal_merged(p, e)) != HF_OK) {
		undo(p->r, &before);
		return rc;
	}
	written = commit_merge(&head, p, e);
	if (written != HF_OK && written != HF_UNSURE) {
		undo(p->r, &before);
		return written;
	}
	forget_members(p->r);
	if (name_merged(p, e) != HF_OK) {
		index_undo(p->r->index);
		return unsure(&head, e);
	}
	return index_end(p->r->index, e) == HF_OK && register_moved(p->r, &head, e) == HF_OK ? written : unsure(&head, e);
}

/* Who may read a file can hang on members and on records; entries and evidence change nobody else's. */
static bool
may_be_for_others(const struct merge_plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->list[i].kind != PATH_ENTRY && p->list[i].kind != PATH_BLOB)
			return true;
	return false;
}

static enum hf_code
merge_two(struct merge_count *out, struct hf_register *r, const struct hf_oid *theirs, const struct leavers_wanted *wanted,
    struct hf_err *e)
{
	struct merge_plan p;
	struct hf_json   *leavers;
	bool              accepts;
	enum hf_code      rc;

	if ((rc = register_key(r, e)) != HF_OK || (rc = register_members(r, e)) != HF_OK ||
	    (rc = leavers_judge(&leavers, r, theirs, wanted, e)) != HF_OK)
		return rc;
	accepts = hf_json_len(leavers) > 0;
	hf_json_free(leavers);
	rc = merge_plan_make(&p, r, theirs, e);
	p.accepts = accepts;
	if (rc == HF_OK && (rc = merge_members(&p, e)) == HF_OK && (rc = merge_open(&p, e)) == HF_OK)
		rc = merge_indexed(&p, e);
	if (rc != HF_OK && rc != HF_UNSURE)
		forget_members(r);
	out->records = p.both;
	out->conflicts = hf_json_len(p.conflicts);
	out->refresh = may_be_for_others(&p);
	merge_plan_clear(&p);
	return rc;
}

static enum hf_code
forward(struct hf_register *r, const struct hf_oid *theirs, struct hf_err *e)
{
	enum hf_code rc, moved;

	moved = hf_repo_move(r->repo, &r->head, theirs, e);
	if (moved != HF_OK && moved != HF_UNSURE)
		return moved;
	if ((rc = register_refresh(r, e)) != HF_OK || (rc = register_settle(r, e)) != HF_OK)
		return unsure(theirs, e);
	snapshot_write(r);
	return moved;
}

enum hf_code
merge_theirs(struct merge_count *out, struct hf_register *r, const struct hf_oid *theirs, const struct leavers_wanted *wanted,
    struct hf_err *e)
{
	enum hf_code rc;

	memset(out, 0, sizeof(*out));
	if ((rc = register_refresh(r, e)) != HF_OK ||
	    (rc = hf_repo_descends(&out->forward, r->repo, &r->head, theirs, e)) != HF_OK || out->forward)
		return rc;
	if ((rc = hf_repo_descends(&out->forward, r->repo, theirs, &r->head, e)) != HF_OK)
		return rc;
	if ((rc = register_members(r, e)) != HF_OK || (rc = hf_members_home_in(&r->members, theirs, r->vault, r->repo, e)) != HF_OK)
		return rc;
	return out->forward ? forward(r, theirs, e) : merge_two(out, r, theirs, wanted, e);
}
