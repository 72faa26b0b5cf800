/* Writing: a batch becomes one signed commit. */
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "holdfast/hash.h"
#include "recrypt.h"
#include "seal.h"
#include "write_check.h"

/* One of a commit's files: a record or entry, evidence, or (both NULL) a record that is removed. */
struct file {
	char                  path[PATH_SIZE];
	const struct hf_json *json;
	const struct hf_buf  *data;
	struct hf_buf         sealed;
	struct audience       to;
};

struct files {
	struct file *list;
	size_t       n;
};

static void
drop_files(struct files *fs)
{
	for (size_t i = 0; i < fs->n; i++) {
		hf_buf_clear(&fs->list[i].sealed);
		audience_clear(&fs->list[i].to);
	}
	free(fs->list);
}

static struct file *
next_file(struct files *fs)
{
	struct file *f = &fs->list[fs->n++];

	memset(f, 0, sizeof(*f));
	return f;
}

static enum hf_code
gather(struct files *fs, struct hf_batch *b, struct hf_err *e)
{
	struct file *f;

	if ((fs->list = calloc(b->n_changes + b->n_entries + b->n_blobs + 1, sizeof(*fs->list))) == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < b->n_changes; i++) {
		if (b->changes[i].same)
			continue;
		f = next_file(fs);
		path_record(f->path, b->changes[i].id);
		f->json = b->changes[i].final;
	}
	for (size_t i = 0; i < b->n_entries; i++) {
		f = next_file(fs);
		path_entry(f->path, b->entries[i].run, b->entries[i].id);
		f->json = b->entries[i].entry;
	}
	for (size_t i = 0; i < b->n_blobs; i++) {
		f = next_file(fs);
		path_blob(f->path, b->blobs[i].id);
		f->data = &b->blobs[i].data;
	}
	return HF_OK;
}

/* Into the index, all of it; then who may read each can be asked. */
static enum hf_code
find_readers(struct files *fs, struct hf_register *r, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < fs->n; i++)
		if (fs->list[i].data == NULL)
			rc = register_put(r, fs->list[i].path, fs->list[i].json, e);
	for (size_t i = 0; rc == HF_OK && i < fs->n; i++) {
		struct file *f = &fs->list[i];

		if (f->json == NULL && f->data == NULL)
			continue;
		if ((rc = audience_of(&f->to, r, f->path, e)) == HF_SEALED && f->data != NULL)
			rc = audience_whole(&f->to, r, e); /* nothing refers to it */
		if (rc == HF_OK)
			rc = write_readable(r, f->path, &f->to, e);
	}
	return rc;
}

static enum hf_code
seal_files(struct files *fs, struct hf_register *r, struct hf_err *e)
{
	struct sealing *list = calloc(fs->n, sizeof(*list));
	size_t          n = 0;
	enum hf_code    rc;

	if (list == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < fs->n; i++) {
		struct file *f = &fs->list[i];

		if (f->json != NULL)
			list[n++] = (struct sealing){ .to = f->to, .json = f->json, .out = &f->sealed };
		else if (f->data != NULL)
			list[n++] =
			    (struct sealing){ .to = f->to, .data = hf_buf_str(f->data), .len = f->data->len, .out = &f->sealed };
	}
	rc = seal_all(r, list, n, e);
	for (size_t i = 0; rc == HF_NOKEY && i < n; i++)
		if (recrypt_blocked(r, list[i].to.fprs, list[i].to.n, e))
			break;
	free(list);
	return rc;
}

static enum hf_code
put_files(struct hf_oid *out, struct hf_register *r, const struct files *fs, const char *word, struct hf_err *e)
{
	struct hf_commit_spec spec = register_spec(r, word);
	struct hf_edit       *edits = calloc(fs->n, sizeof(*edits));
	enum hf_code          rc;

	if (edits == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < fs->n; i++) {
		edits[i].path = fs->list[i].path;
		edits[i].data = fs->list[i].sealed.data; /* NULL: removed */
		edits[i].len = fs->list[i].sealed.len;
	}
	rc = hf_repo_commit(out, r->repo, &spec, edits, fs->n, e);
	free(edits);
	return rc;
}

static enum hf_code
index_file(struct hf_register *r, const struct file *f, struct hf_err *e)
{
	char oid[HF_SHA1_SIZE];

	if (f->data != NULL)
		return HF_OK;
	if (f->json == NULL)
		return register_kept(r, f->path, NULL, NULL, false, e);
	hf_sha1_git(oid, "blob", hf_buf_str(&f->sealed), f->sealed.len);
	return register_kept(r, f->path, oid, f->json, !audience_has(&f->to, r->key), e);
}

/* The commit stands; the index follows. If it cannot, it is thrown away and made again at the next opening. */
static enum hf_code
follow(struct hf_register *r, const struct hf_oid *head, const struct files *fs, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < fs->n; i++)
		rc = index_file(r, &fs->list[i], e);
	if (rc != HF_OK) {
		index_undo(r->index);
		return rc;
	}
	return (rc = index_end(r->index, e)) == HF_OK ? register_moved(r, head, e) : rc;
}

/* The snapshot remembers the key; the branch may have taken it off the members since. */
static enum hf_code
still_member(const struct hf_register *r, struct hf_err *e)
{
	if (hf_members_find(&r->members, r->key) != NULL)
		return HF_OK;
	hf_fail(e, HF_DENIED, "key: %s is not a member any more", r->key);
	return hf_hint(e, "ask an admin: holdfast member add KEYFILE --role responder");
}

/* What the batch comes to, and whether it may be. */
static enum hf_code
prepare(struct hf_batch *b, struct hf_err *e)
{
	struct hf_register *r = b->r;
	enum hf_code        rc;

	if ((rc = register_refresh(r, e)) != HF_OK || (rc = register_members(r, e)) != HF_OK ||
	    (rc = register_key(r, e)) != HF_OK || (rc = still_member(r, e)) != HF_OK || (rc = batch_check(b, e)) != HF_OK ||
	    (rc = batch_chain(b, e)) != HF_OK)
		return rc;
	return write_allowed(b, e);
}

static enum hf_code
write_files(struct files *fs, struct hf_register *r, const char *word, struct hf_err *e)
{
	struct hf_oid head;
	enum hf_code  rc, written;

	if ((rc = index_begin(r->index, e)) != HF_OK)
		return rc;
	if ((written = find_readers(fs, r, e)) == HF_OK && (written = seal_files(fs, r, e)) == HF_OK)
		written = put_files(&head, r, fs, word, e);
	if (written != HF_OK && written != HF_UNSURE) {
		index_undo(r->index);
		return written;
	}
	if (follow(r, &head, fs, e) != HF_OK)
		return hf_fail(e, HF_UNSURE, "recorded as %.12s, but the index could not follow", head.hex);
	return written;
}

static enum hf_code
commit_locked(struct hf_batch *b, const char *word, struct hf_err *e)
{
	struct files fs = { NULL, 0 };
	enum hf_code rc;

	if ((rc = prepare(b, e)) == HF_OK && (rc = gather(&fs, b, e)) == HF_OK && fs.n > 0 &&
	    ((rc = write_files(&fs, b->r, word, e)) == HF_OK || rc == HF_UNSURE)) {
		write_settle(b);
		write_warn(b->r);
	}
	drop_files(&fs);
	return rc;
}

enum hf_code
hf_batch_commit(struct hf_batch *b, const char *word, struct hf_err *e)
{
	enum hf_code rc;

	if (b->n_changes == 0 && b->n_entries == 0 && b->n_blobs == 0)
		return HF_OK;
	if ((rc = hf_repo_lock(b->r->repo, LOCK_WAIT, e)) != HF_OK)
		return rc;
	rc = commit_locked(b, word, e);
	hf_repo_unlock(b->r->repo);
	return rc;
}
