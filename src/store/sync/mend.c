/* Files that this copy has lost: are there any, and fetch them anew. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "../git/gitdir.h"
#include "../register/impl.h"
#include "holdfast/fs.h"
#include "holdfast/text.h"
#include "sync.h"

#define MEND_FOLDER "holdfast.mend" /* in the register: one sync at a time, and one that was killed left it for the next */

/* ---- are there any ---- */

/* The files of the register, by name. */
struct files {
	struct hf_oid *list;
	size_t         n, cap;
};

static enum hf_code
add_file(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct files  *f = arg;
	struct hf_oid *more;
	size_t         cap = f->cap == 0 ? 1024 : 2 * f->cap;

	if (f->n == f->cap) {
		if ((more = realloc(f->list, cap * sizeof(*more))) == NULL)
			return hf_nomem(e);
		f->list = more;
		f->cap = cap;
	}
	f->list[f->n++] = d->after;
	return HF_OK;
}

/* A folder that is lost hides how many files were in it. */
static enum hf_code
count_missing(size_t *n, struct hf_register *r, struct hf_err *e)
{
	struct files f = { NULL, 0, 0 };
	size_t       folders = 0;
	enum hf_code rc;

	if ((rc = hf_repo_diff(r->repo, NULL, &r->tree, add_file, &f, e)) == HF_DAMAGED) {
		hf_err_clear(e);
		folders = 1;
		rc = HF_OK;
	}
	if (rc == HF_OK && (rc = hf_repo_lacks(n, r->repo, f.list, f.n, e)) == HF_OK)
		*n += folders;
	free(f.list);
	return rc;
}

/* It is there, by its name, but cannot be read. */
static bool
is_damaged(struct hf_register *r, const char *path)
{
	struct hf_buf bytes = HF_BUF_INIT;
	struct hf_oid oid;
	bool          is;

	is = hf_repo_lookup(&oid, r->repo, &r->tree, path, NULL) == HF_OK && hf_repo_has(r->repo, &oid) &&
	    hf_repo_blob(&bytes, r->repo, &oid, HF_REPO_BLOB_MAX, NULL) == HF_DAMAGED;
	hf_buf_clear(&bytes);
	return is;
}

static enum hf_code
count_damaged(size_t *n, struct hf_register *r, struct hf_err *e)
{
	struct hf_stmt *q = NULL;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&q, r->db, "SELECT path FROM problem", e)) != HF_OK)
		return rc;
	while (hf_stmt_step(q))
		*n += is_damaged(r, hf_stmt_col(q, 0));
	return hf_stmt_end(q, HF_OK, e);
}

enum hf_code
hf_register_lost(size_t *n, struct hf_register *r, struct hf_err *e)
{
	size_t       damaged = 0;
	enum hf_code rc;

	*n = 0;
	if ((rc = count_missing(n, r, e)) == HF_OK && (rc = count_damaged(&damaged, r, e)) == HF_OK)
		*n += damaged;
	else
		*n = 0;
	return rc;
}

/* ---- fetch them anew ---- */

struct move {
	const char *from, *to, *suffix;
};

static enum hf_code
move_one(void *arg, const char *name, struct hf_err *e)
{
	const struct move *m = arg;
	char              *from = NULL, *to = NULL;
	enum hf_code       rc = HF_OK;

	if (!hf_text_prefix(name, "pack-") || !hf_text_suffix(name, m->suffix))
		return HF_OK;
	from = hf_fs_join(m->from, name);
	to = hf_fs_join(m->to, name);
	if (from == NULL || to == NULL)
		rc = hf_nomem(e);
	else if (rename(from, to) != 0) /* one of the same name is the same, but may be damaged */
		rc = hf_fail_errno(e, HF_WRITE, errno, "%s", to);
	free(from);
	free(to);
	return rc;
}

/* A pack is there when its index is: that goes last. git has synced them. */
static enum hf_code
move_packs(const char *beside, const char *repo, struct hf_err *e)
{
	char        *from = hf_fs_join(beside, "objects/pack"), *to = hf_fs_join(repo, "objects/pack");
	struct move  pack = { from, to, ".pack" }, index = { from, to, ".idx" };
	enum hf_code rc;

	if (from == NULL || to == NULL)
		rc = hf_nomem(e);
	else if ((rc = hf_fs_mkdirs(to, e)) == HF_OK && (rc = hf_fs_list(from, move_one, &pack, e)) == HF_OK)
		rc = hf_fs_list(from, move_one, &index, e);
	if (rc == HF_OK)
		hf_gitdir_sync(AT_FDCWD, to);
	free(from);
	free(to);
	return rc;
}

/* Git itself would take what is here for whole, and fetch nothing. */
static enum hf_code
fetch_all(struct sync *s, const char *beside, struct hf_err *e)
{
	struct transport t = s->t;
	struct hf_repo  *repo = NULL;
	bool             there;
	enum hf_code     rc;

	t.repo = beside;
	if ((rc = hf_fs_remove_tree(beside, e)) != HF_OK || (rc = hf_repo_init(&repo, beside, e)) != HF_OK)
		return rc;
	hf_repo_close(repo);
	if ((rc = transport_fetch(&there, &t, e)) != HF_OK || !there || (rc = transport_pack(&t, e)) != HF_OK)
		return rc;
	return move_packs(beside, hf_repo_path(s->r->repo), e);
}

enum hf_code
sync_mend(struct sync *s, struct hf_err *e)
{
	struct hf_err ignored = HF_ERR_INIT;
	char         *beside;
	size_t        left;
	enum hf_code  rc;

	if ((rc = hf_register_lost(&s->lost, s->r, e)) != HF_OK || s->lost == 0)
		return rc;
	if ((beside = hf_fs_join(hf_repo_path(s->r->repo), MEND_FOLDER)) == NULL)
		return hf_nomem(e);
	rc = fetch_all(s, beside, e);
	hf_fs_remove_tree(beside, &ignored);
	free(beside);
	if (rc != HF_OK || (rc = register_reload(s->r, e)) != HF_OK || (rc = hf_register_lost(&left, s->r, e)) != HF_OK)
		return rc;
	s->mended = left < s->lost ? s->lost - left : 0;
	/* Without the damaged ones; while something is still lost git does not, and nothing is taken away. */
	if (s->mended > 0)
		transport_pack(&s->t, &ignored);
	return HF_OK;
}
