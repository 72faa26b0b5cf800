/*
 * The snapshot: the index as it was at some commit, encrypted to the user's own key, in the cache folder. It may vanish or be damaged at any time.
 * A magic line first, then the database.
 */
#include <stdlib.h>
#include <string.h>

#include "holdfast/fs.h"
#include "impl.h"

#define SNAPSHOT_MAX (512u * 1024 * 1024)

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
	r->key[0] = r->head.hex[0] = r->tree.hex[0] = '\0';
	r->stats.snapshot = false;
	return fresh_db(r, e);
}

enum hf_code
snapshot_read(struct hf_register *r, struct hf_err *e)
{
	struct hf_buf sealed = HF_BUF_INIT, plain = HF_BUF_SECRET(SNAPSHOT_MAX);
	char         *path;
	enum hf_code  rc;

	if ((path = hf_fs_join(r->cache, "snapshot.gpg")) == NULL)
		return hf_nomem(e);
	rc = hf_fs_read(&sealed, path, SNAPSHOT_MAX, e);
	free(path);
	if (rc != HF_OK)
		goto none;
	if (hf_vault_decrypt(&plain, r->vault, hf_buf_str(&sealed), sealed.len, e) != HF_OK)
		goto none;
	if ((rc = fresh_db(r, e)) != HF_OK)
		goto done;
	if (hf_db_load(r->db, plain.data, plain.len, e) == HF_OK && index_attach(&r->index, r->db, e) == HF_OK && take_meta(r)) {
		r->stats.snapshot = true;
		recent_read(r);
		goto done;
	}
	r->key[0] = r->head.hex[0] = r->tree.hex[0] = '\0';
none:
	rc = fresh_db(r, e) == HF_OK ? hf_fail(e, HF_NOTFOUND, "snapshot: none that can be used") : HF_NOMEM;
done:
	hf_buf_clear(&sealed);
	hf_buf_clear(&plain);
	return rc;
}

static enum hf_code
save(struct hf_register *r, struct hf_err *e)
{
	struct hf_buf plain = HF_BUF_SECRET(0), sealed = HF_BUF_INIT;
	const char   *to[1] = { r->key };
	char         *path = NULL;
	enum hf_code  rc;

	if ((rc = register_key(r, e)) != HF_OK || (rc = register_members(r, e)) != HF_OK)
		goto done;
	if ((rc = index_meta_set(r->index, "register", r->id, e)) != HF_OK || (rc = index_meta_set(r->index, "key", r->key, e)) != HF_OK ||
	    (rc = index_meta_set(r->index, "head", r->head.hex, e)) != HF_OK || (rc = index_meta_set(r->index, "tree", r->tree.hex, e)) != HF_OK)
		goto done;
	if ((rc = hf_db_dump(&plain, r->db, e)) != HF_OK || (rc = hf_vault_encrypt(&sealed, r->vault, to, 1, plain.data, plain.len, e)) != HF_OK)
		goto done;
	if ((path = hf_fs_join(r->cache, "snapshot.gpg")) == NULL) {
		rc = hf_nomem(e);
		goto done;
	}
	if ((rc = hf_fs_mkdirs(r->cache, e)) == HF_OK)
		rc = hf_fs_write(path, sealed.data, sealed.len, e);
done:
	free(path);
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
