/* Whose keys the private home holds: the members', and those of everybody who was one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/hash.h"
#include "holdfast/member.h"
#include "holdfast/text.h"

#define KEYFILE_MAX (256u * 1024)

struct homing {
	struct hf_repo    *repo;
	struct hf_keyfile *files;
	size_t             n;
	struct hf_oid      last; /* members/ of the commit before */
};

/* ---- key files ---- */

static struct hf_keyfile *
file_of(const struct homing *h, const char *fpr)
{
	for (size_t i = 0; i < h->n; i++)
		if (strncmp(h->files[i].fpr, fpr, HF_FPR_SIZE - 1) == 0)
			return &h->files[i];
	return NULL;
}

static void
drop_files(struct homing *h)
{
	for (size_t i = 0; i < h->n; i++) {
		free((void *)(uintptr_t)h->files[i].fpr);
		free((void *)(uintptr_t)h->files[i].armor);
	}
	free(h->files);
}

/* One more, empty; NULL when out of memory. */
static struct hf_keyfile *
add_file(struct homing *h)
{
	struct hf_keyfile *files = realloc(h->files, (h->n + 1) * sizeof(*files));

	if (files == NULL)
		return NULL;
	h->files = files;
	return memset(&files[h->n++], 0, sizeof(*files));
}

static enum hf_code
key_file(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct homing     *h = arg;
	struct hf_keyfile *f;
	struct hf_buf      b = HF_BUF_INIT;
	enum hf_code       rc;

	if (!hf_text_suffix(d->path, ".asc") || strlen(d->path) != HF_FPR_SIZE - 1 + 4 || file_of(h, d->path) != NULL)
		return HF_OK;
	if ((rc = hf_repo_blob(&b, h->repo, &d->after, KEYFILE_MAX, e)) != HF_OK || (f = add_file(h)) == NULL) {
		hf_buf_clear(&b);
		return rc != HF_OK ? rc : hf_nomem(e);
	}
	f->len = b.len;
	f->armor = hf_buf_steal(&b);
	f->fpr = strndup(d->path, HF_FPR_SIZE - 1);
	return f->armor == NULL || f->fpr == NULL ? hf_nomem(e) : HF_OK;
}

static enum hf_code
present_files(struct homing *h, const struct hf_members *m, struct hf_err *e)
{
	h->last = m->tree;
	return hf_repo_diff(h->repo, NULL, &m->tree, key_file, h, e);
}

/* In place of what is there of that key, or after the rest. */
static enum hf_code
put_file(struct homing *h, const struct hf_keyfile *extra, struct hf_err *e)
{
	struct hf_keyfile *f = file_of(h, extra->fpr);

	if (f == NULL) {
		if ((f = add_file(h)) == NULL)
			return hf_nomem(e);
		f->fpr = strdup(extra->fpr);
	}
	free((void *)(uintptr_t)f->armor);
	f->len = extra->len;
	if ((f->armor = malloc(extra->len + 1)) == NULL || f->fpr == NULL)
		return hf_nomem(e);
	memcpy((void *)(uintptr_t)f->armor, extra->armor, extra->len);
	return HF_OK;
}

/* ---- those of the past ---- */

static enum hf_code
past_commit(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	struct homing *h = arg;
	struct hf_oid  members;

	(void)oid;
	if (c == NULL || hf_repo_lookup(&members, h->repo, &c->tree, "members", NULL) != HF_OK || hf_oid_equal(&members, &h->last))
		return HF_OK;
	h->last = members;
	return hf_repo_diff(h->repo, NULL, &members, key_file, h, e);
}

/* Newest first. What of them cannot be read is left out. */
static void
past_files(struct homing *h, const struct hf_oid *tip, const struct hf_oid *known)
{
	hf_repo_walk(h->repo, tip, known, false, past_commit, h, NULL);
}

/* The first of the files are the members'. Should one of the past not go with them, only they count. */
static enum hf_code
build(const struct homing *h, size_t present, struct hf_vault *v, const char *stamp, struct hf_err *e)
{
	enum hf_code rc = hf_vault_members(v, stamp, h->files, h->n, e);

	if (rc != HF_BAD || h->n == present)
		return rc;
	hf_err_clear(e);
	return hf_vault_members(v, stamp, h->files, present, e);
}

static enum hf_code
build_with_past(struct homing *h, const struct hf_oid *theirs, struct hf_vault *v, const char *stamp, struct hf_err *e)
{
	size_t        present = h->n;
	struct hf_oid head;

	if (hf_repo_head(&head, h->repo, NULL) == HF_OK)
		past_files(h, &head, NULL);
	if (theirs != NULL)
		past_files(h, theirs, NULL);
	return build(h, present, v, stamp, e);
}

/* ---- the homes ---- */

/* The stamp is the id of members/; after an "@" stands up to where a history was looked at that is not on the branch yet. */
static bool
is_home_of(struct hf_vault *v, const struct hf_members *m)
{
	const char *stamp = hf_vault_stamp(v);
	size_t      n = strlen(m->tree.hex);

	return strncmp(stamp, m->tree.hex, n) == 0 && (stamp[n] == '\0' || stamp[n] == '@');
}

enum hf_code
hf_members_home(const struct hf_members *m, struct hf_vault *v, struct hf_repo *repo, struct hf_err *e)
{
	struct homing h = { .repo = repo };
	enum hf_code  rc;

	if (is_home_of(v, m))
		return HF_OK;
	if ((rc = present_files(&h, m, e)) == HF_OK)
		rc = build_with_past(&h, NULL, v, m->tree.hex, e);
	drop_files(&h);
	return rc;
}

enum hf_code
hf_members_home_with(
    const struct hf_members *m, const struct hf_keyfile *extra, struct hf_vault *v, struct hf_repo *repo, struct hf_err *e)
{
	struct homing h = { .repo = repo };
	char          sum[HF_SHA256_SIZE], stamp[HF_SHA256_SIZE + HF_OID_SIZE];
	enum hf_code  rc;

	hf_sha256(sum, extra->armor, extra->len);
	snprintf(stamp, sizeof(stamp), "%s-%s", m->tree.hex, sum);
	if ((rc = present_files(&h, m, e)) == HF_OK && (rc = put_file(&h, extra, e)) == HF_OK)
		rc = build_with_past(&h, NULL, v, stamp, e);
	drop_files(&h);
	return rc;
}

enum hf_code
hf_members_home_of(const struct hf_keyfile *files, size_t n, const char *stamp, const struct hf_oid *theirs, struct hf_vault *v,
    struct hf_repo *repo, struct hf_err *e)
{
	struct homing h = { .repo = repo };
	enum hf_code  rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < n; i++)
		rc = put_file(&h, &files[i], e);
	if (rc == HF_OK)
		rc = build_with_past(&h, theirs, v, stamp, e);
	drop_files(&h);
	return rc;
}

/* Does the home hold all of them? */
static bool
all_known(const struct homing *h, size_t from, struct hf_vault *v)
{
	struct hf_key key;

	for (size_t i = from; i < h->n; i++)
		if (hf_vault_member(&key, v, h->files[i].fpr, NULL) != HF_OK)
			return false;
	return true;
}

enum hf_code
hf_members_home_in(
    const struct hf_members *m, const struct hf_oid *theirs, struct hf_vault *v, struct hf_repo *repo, struct hf_err *e)
{
	struct homing h = { .repo = repo };
	struct hf_oid head;
	char          stamp[2 * HF_OID_SIZE];
	size_t        present = 0;
	enum hf_code  rc;

	if ((rc = hf_members_home(m, v, repo, e)) != HF_OK || (rc = hf_repo_head(&head, repo, e)) != HF_OK ||
	    (rc = present_files(&h, m, e)) != HF_OK)
		goto done;
	present = h.n;
	past_files(&h, theirs, &head);
	if (all_known(&h, present, v))
		goto done;
	past_files(&h, &head, NULL);
	snprintf(stamp, sizeof(stamp), "%s@%s", m->tree.hex, theirs->hex);
	rc = build(&h, present, v, stamp, e);
done:
	drop_files(&h);
	return rc;
}
