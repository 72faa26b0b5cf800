#include "holdfast/repo.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gitdir.h"
#include "holdfast/fs.h"
#include "holdfast/text.h"
#include "loose.h"
#include "odb.h"
#include "refs.h"
#include "repo_impl.h"

#define LOCK_FILE "holdfast.lock"

struct hf_repo {
	char          *path, *objects;
	struct hf_odb *odb;
	int            lock; /* -1: not held */
};

static enum hf_code
attach(struct hf_repo **out, const char *path, struct hf_err *e)
{
	struct hf_repo *r;
	enum hf_code    rc = HF_OK;

	if ((r = calloc(1, sizeof(*r))) == NULL)
		return hf_nomem(e);
	r->lock = -1;
	r->path = strdup(path);
	r->objects = hf_fs_join(path, "objects");
	if (r->path == NULL || r->objects == NULL)
		rc = hf_nomem(e);
	else
		rc = hf_odb_open(&r->odb, r->objects, e);
	if (rc == HF_OK) {
		*out = r;
		r = NULL;
	}
	hf_repo_close(r);
	return rc;
}

enum hf_code
hf_repo_init(struct hf_repo **out, const char *path, struct hf_err *e)
{
	enum hf_code rc;

	*out = NULL;
	if ((rc = hf_gitdir_make(path, e)) != HF_OK)
		return rc;
	return attach(out, path, e);
}

enum hf_code
hf_repo_open(struct hf_repo **out, const char *path, struct hf_err *e)
{
	enum hf_code rc;

	*out = NULL;
	if ((rc = hf_gitdir_check(path, e)) != HF_OK)
		return rc;
	return attach(out, path, e);
}

void
hf_repo_close(struct hf_repo *r)
{
	if (r == NULL)
		return;
	hf_repo_unlock(r);
	hf_odb_close(r->odb);
	free(r->objects);
	free(r->path);
	free(r);
}

const char *
hf_repo_path(const struct hf_repo *r)
{
	return r->path;
}

const char *
hf_repo_objects(const struct hf_repo *r)
{
	return r->objects;
}

bool
hf_repo_locked(const struct hf_repo *r)
{
	return r->lock >= 0;
}

enum hf_code
hf_repo_ref(struct hf_oid *out, struct hf_repo *r, const char *name, struct hf_err *e)
{
	return hf_ref_read(out, r->path, name, e);
}

enum hf_code
hf_repo_head(struct hf_oid *out, struct hf_repo *r, struct hf_err *e)
{
	return hf_ref_read(out, r->path, HF_REPO_BRANCH, e);
}

enum hf_code
hf_repo_move(struct hf_repo *r, const struct hf_oid *from, const struct hf_oid *to, struct hf_err *e)
{
	return hf_ref_move(r->path, HF_REPO_BRANCH, from, to, e);
}

enum hf_code
hf_repo_read(
    struct hf_buf *out, struct hf_repo *r, enum hf_object_type type, const struct hf_oid *oid, size_t max, struct hf_err *e)
{
	struct hf_oid checked;
	enum hf_code  rc;

	if (!hf_oid_set(&checked, oid->hex))
		return hf_fail(e, HF_INTERNAL, "object: no name was given");
	rc = hf_odb_read(out, r->odb, type, &checked, max, e);
	return rc == HF_NOTFOUND ? hf_fail(e, HF_DAMAGED, "object %s: it is missing", oid->hex) : rc;
}

bool
hf_repo_has(struct hf_repo *r, const struct hf_oid *oid)
{
	return hf_odb_has(r->odb, oid);
}

enum hf_code
hf_repo_lacks(size_t *out, struct hf_repo *r, struct hf_oid *list, size_t n, struct hf_err *e)
{
	return hf_odb_lacks(out, r->odb, list, n, e);
}

enum hf_code
hf_repo_commit_raw(struct hf_buf *raw, struct hf_repo *r, const struct hf_oid *commit, struct hf_err *e)
{
	return hf_repo_read(raw, r, HF_OBJECT_COMMIT, commit, HF_COMMIT_MAX, e);
}

enum hf_code
hf_repo_blob(struct hf_buf *out, struct hf_repo *r, const struct hf_oid *blob, size_t max, struct hf_err *e)
{
	return hf_repo_read(out, r, HF_OBJECT_BLOB, blob, max < HF_REPO_BLOB_MAX ? max : HF_REPO_BLOB_MAX, e);
}

enum hf_code
hf_repo_tree(struct hf_tree *t, struct hf_repo *r, const struct hf_oid *oid, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = hf_repo_read(&t->raw, r, HF_OBJECT_TREE, oid, HF_TREE_MAX, e)) != HF_OK)
		return rc;
	if ((rc = hf_tree_read(t, e)) != HF_OK)
		hf_fail_in(e, "object %s", oid->hex);
	return rc;
}

enum hf_code
hf_repo_commit_read(struct hf_commit *out, struct hf_buf *raw, struct hf_repo *r, const struct hf_oid *oid, struct hf_err *e)
{
	enum hf_code rc;

	memset(out, 0, sizeof(*out));
	if ((rc = hf_repo_commit_raw(raw, r, oid, e)) != HF_OK)
		return rc;
	if ((rc = hf_commit_read(out, raw->data, raw->len, e)) != HF_OK)
		hf_fail_in(e, "object %s", oid->hex);
	return rc;
}

/* Under the lock, temporary objects of ours are nobody's; so are those of libgit2, which only another holdfast uses here. */
static enum hf_code
sweep_object(void *arg, const char *name, struct hf_err *e)
{
	struct hf_buf   path = HF_BUF_INIT;
	struct hf_repo *r = arg;

	(void)e;
	if (hf_text_prefix(name, HF_LOOSE_TMP) || hf_text_prefix(name, "tmp_object_git2_")) {
		hf_buf_addf(&path, "%s/%s", r->objects, name);
		unlink(hf_buf_str(&path));
		hf_buf_clear(&path);
	}
	return HF_OK;
}

enum hf_code
hf_repo_lock(struct hf_repo *r, int wait_ms, struct hf_err *e)
{
	enum hf_code rc;
	char        *path;

	if (r->lock >= 0)
		return hf_fail(e, HF_INTERNAL, "%s: locked twice", r->path);
	if ((path = hf_fs_join(r->path, LOCK_FILE)) == NULL)
		return hf_nomem(e);
	rc = hf_fs_lock(&r->lock, path, wait_ms, e);
	free(path);
	if (rc != HF_OK)
		return rc;
	if ((rc = hf_ref_sweep(r->path, HF_REPO_BRANCH, wait_ms, e)) == HF_OK)
		rc = hf_fs_list(r->objects, sweep_object, r, e);
	if (rc != HF_OK)
		hf_repo_unlock(r);
	return rc;
}

void
hf_repo_unlock(struct hf_repo *r)
{
	if (r->lock >= 0)
		hf_fs_unlock(r->lock);
	r->lock = -1;
}
