/*
 * The snapshot: the index as it was at some commit, encrypted to the user's own key, in the cache folder. It may vanish or be damaged at any time.
 * A line that says how long the database is, then the database, zipped: a fifth of the bytes to go through gpg, which costs far more than
 * the unzipping.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../git/zip.h"
#include "../vault/workers.h"
#include "holdfast/fs.h"
#include "impl.h"

#define SNAPSHOT_MAX (512u * 1024 * 1024)
#define HEAD         "holdfast snapshot 2 %12zu\n"
#define HEAD_SIZE    33

static enum hf_code
fresh_db(struct hf_register *r, struct hf_err *e)
{
	index_free(r->index);
	r->index = NULL;
	hf_db_close(r->db);
	r->db = NULL;
	return hf_db_open(&r->db, e);
}

static void
set_oid(struct hf_oid *out, const char *hex)
{
	out->hex[0] = '\0';
	if (strlen(hex) == HF_OID_SIZE - 1)
		strcpy(out->hex, hex);
}

/* What stands in the snapshot beside the records. */
static bool
take_meta(struct hf_register *r)
{
	set_oid(&r->head, index_meta(r->index, "head"));
	set_oid(&r->tree, index_meta(r->index, "tree"));
	if (strcmp(index_meta(r->index, "register"), r->id) != 0 || r->head.hex[0] == '\0' || r->tree.hex[0] == '\0')
		return false;
	if (hf_fpr_valid(index_meta(r->index, "key")))
		strcpy(r->key, index_meta(r->index, "key"));
	return r->key_wanted == NULL || strcmp(r->key, r->key_wanted) == 0;
}

enum hf_code
snapshot_forget(struct hf_register *r, struct hf_err *e)
{
	r->key[0] = r->head.hex[0] = r->tree.hex[0] = r->base.hex[0] = '\0';
	r->stats.snapshot = false;
	/* Nor the facts beside it: they may be of another copy, and would be written down as this one's. */
	hf_json_free(r->recent);
	r->recent = NULL;
	r->unsaved = r->saved = 0;
	return fresh_db(r, e);
}

/* ---- reading ---- */

static enum hf_code
unzip(void *arg, void *data, size_t len, struct hf_err *e)
{
	return hf_zip_take(data, len, true, arg, e);
}

/* The database from what was decrypted. HF_DAMAGED: it is no snapshot, or made by another release. */
static enum hf_code
take(struct hf_register *r, const struct hf_buf *plain, struct hf_err *e)
{
	struct hf_zipped zipped = { .fd = -1, .checked = true }; /* by gpg */
	char             head[HEAD_SIZE + 1];
	size_t           size = 0;
	enum hf_code     rc;

	if (plain->len <= HEAD_SIZE || sscanf(plain->data, HEAD, &size) != 1 || size == 0 || size > SNAPSHOT_MAX)
		return hf_fail(e, HF_DAMAGED, "snapshot: it is none");
	snprintf(head, sizeof(head), HEAD, size);
	if (memcmp(head, plain->data, HEAD_SIZE) != 0)
		return hf_fail(e, HF_DAMAGED, "snapshot: it is none");
	zipped.mem = plain->data + HEAD_SIZE;
	zipped.len = plain->len - HEAD_SIZE;
	if ((rc = hf_db_load(r->db, size, unzip, &zipped, e)) != HF_OK || (rc = index_attach(&r->index, r->db, e)) != HF_OK)
		return rc;
	return take_meta(r) ? HF_OK : hf_fail(e, HF_DAMAGED, "snapshot: of something else");
}

/* Its two files. */
struct cached {
	const char   *name;
	struct hf_buf sealed, plain;
	enum hf_code  rc;
	struct hf_err err;
};

static enum hf_code
open_cached(struct hf_vault *v, void *items, size_t n, struct hf_err *e)
{
	(void)e;
	for (struct cached *c = items, *end = c + n; c < end; c++) {
		struct hf_opened m = hf_opened_of(&c->sealed, &c->plain), *one = &m;

		if (c->rc == HF_OK)
			c->rc = hf_vault_decrypt_many(v, &one, 1, &c->err);
		if (c->rc == HF_OK && (c->rc = m.rc) != HF_OK)
			c->err = m.err;
		hf_buf_clear(&c->sealed);
	}
	return HF_OK;
}

static enum hf_code
read_cached(struct cached *c, const struct hf_register *r, const char *name, size_t max, struct hf_err *e)
{
	char *path = hf_fs_join(r->cache, name);

	memset(c, 0, sizeof(*c));
	c->name = name;
	c->plain = (struct hf_buf)HF_BUF_SECRET(max);
	if (path == NULL)
		return hf_nomem(e);
	c->rc = hf_fs_read(&c->sealed, path, max, &c->err);
	free(path);
	return HF_OK;
}

/* Both at once: each is a gpg of its own. */
static enum hf_code
open_both(struct cached both[2], struct hf_register *r, struct hf_err *e)
{
	struct work  w = { .fn = open_cached, .items = both, .size = sizeof(*both), .together = 1 };
	enum hf_code rc, rc2;

	rc = read_cached(&both[0], r, "snapshot.gpg", SNAPSHOT_MAX, e);
	rc2 = read_cached(&both[1], r, "recent.gpg", RECENT_MAX, e);
	if (rc != HF_OK || rc2 != HF_OK)
		return HF_NOMEM;
	w.n = both[0].rc != HF_OK ? 0 : both[1].rc != HF_OK ? 1 : 2;
	return work_all(r->vault, &w, e);
}

/* A passphrase prompt that was cancelled would come up again for each record. Everything else only costs time. */
static enum hf_code
take_both(struct hf_register *r, const struct cached both[2], struct hf_err *e)
{
	enum hf_code rc = both[0].rc;

	if (rc == HF_OK && (rc = take(r, &both[0].plain, e)) == HF_OK) {
		r->stats.snapshot = true;
		recent_take(r, both[1].rc == HF_OK ? &both[1].plain : NULL);
		return HF_OK;
	}
	if (rc == HF_CANCELLED) {
		if (e != NULL)
			*e = both[0].err;
		return rc;
	}
	if ((rc = snapshot_forget(r, e)) != HF_OK)
		return rc;
	return hf_fail(e, HF_NOTFOUND, "snapshot: none that can be used");
}

enum hf_code
snapshot_read(struct hf_register *r, struct hf_err *e)
{
	struct cached both[2];
	enum hf_code  rc;

	/* While gpg is being looked for. */
	if ((rc = fresh_db(r, e)) != HF_OK)
		return rc;
	if ((rc = open_both(both, r, e)) == HF_OK)
		rc = take_both(r, both, e);
	for (int i = 0; i < 2; i++) {
		hf_buf_clear(&both[i].sealed);
		hf_buf_clear(&both[i].plain);
	}
	return rc;
}

/* ---- writing ---- */

static enum hf_code
zip(void *arg, const void *data, size_t len, struct hf_err *e)
{
	struct hf_buf *plain = arg;

	hf_buf_addf(plain, HEAD, len);
	return hf_zip(plain, &(struct hf_piece){ data, len }, 1, e);
}

enum hf_code
cache_write(struct hf_register *r, const char *name, const struct hf_buf *bytes, struct hf_err *e)
{
	char        *path = hf_fs_join(r->cache, name);
	enum hf_code rc = path == NULL ? hf_nomem(e) : hf_fs_mkdirs(r->cache, e);

	if (rc == HF_OK)
		rc = hf_fs_write_cache(path, bytes->data, bytes->len, e);
	free(path);
	return rc;
}

static enum hf_code
name_it(struct hf_register *r, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = index_meta_set(r->index, "register", r->id, e)) != HF_OK ||
	    (rc = index_meta_set(r->index, "key", r->key, e)) != HF_OK ||
	    (rc = index_meta_set(r->index, "head", r->head.hex, e)) != HF_OK)
		return rc;
	return index_meta_set(r->index, "tree", r->tree.hex, e);
}

static enum hf_code
save(struct hf_register *r, struct hf_err *e)
{
	struct hf_buf plain = HF_BUF_SECRET(0), sealed = HF_BUF_INIT;
	const char   *to[1] = { r->key };
	enum hf_code  rc;

	if ((rc = register_key(r, e)) != HF_OK || (rc = register_members(r, e)) != HF_OK || (rc = name_it(r, e)) != HF_OK ||
	    (rc = hf_db_dump(r->db, zip, &plain, e)) != HF_OK)
		goto done;
	if ((rc = hf_vault_encrypt(&sealed, r->vault, to, 1, plain.data, plain.len, e)) == HF_OK)
		rc = cache_write(r, "snapshot.gpg", &sealed, e);
done:
	hf_buf_clear(&plain);
	hf_buf_clear(&sealed);
	return rc;
}

/* The whole, and what was recent is in it. */
static enum hf_code
save_all(struct hf_register *r, struct hf_err *e)
{
	struct hf_err ignored = HF_ERR_INIT;
	char         *path;
	enum hf_code  rc;

	if ((rc = save(r, e)) != HF_OK)
		return rc;
	hf_json_free(r->recent);
	r->recent = NULL;
	r->unsaved = r->saved = 0;
	r->base = r->head;
	if ((path = hf_fs_join(r->cache, "recent.gpg")) != NULL)
		hf_fs_remove_tree(path, &ignored); /* of another base it would not be used anyway */
	free(path);
	return HF_OK;
}

void
snapshot_write(struct hf_register *r)
{
	struct hf_err e = HF_ERR_INIT;

	if (r->unsaved > RECENT_MANY || (r->base.hex[0] == '\0' && r->unsaved > 0))
		save_all(r, &e);
	else if (r->unsaved != r->saved)
		recent_write(r, &e);
}

void
snapshot_lag(struct hf_register *r)
{
	if (r->unsaved >= r->saved + RECENT_LAG || r->base.hex[0] == '\0')
		snapshot_write(r);
}

/* Unless somebody else went on meanwhile: theirs is newer. */
void
snapshot_close(struct hf_register *r)
{
	struct hf_oid head;

	if (r->index != NULL && r->repo != NULL && r->unsaved != r->saved && hf_repo_head(&head, r->repo, NULL) == HF_OK &&
	    hf_oid_equal(&head, &r->head))
		snapshot_write(r);
}
