#include "holdfast/register.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holdfast/fs.h"
#include "impl.h"

/* ---- making one, opening one ---- */

enum hf_code
register_folders(struct hf_register *r, const struct hf_register_opts *o, struct hf_err *e)
{
	if ((r->state = hf_fs_join(o->state_dir, r->id)) == NULL || (r->cache = hf_fs_join(o->cache_dir, r->id)) == NULL)
		return hf_nomem(e);
	return HF_OK;
}

enum hf_code
register_vault(struct hf_register *r, const struct hf_register_opts *o, struct hf_err *e)
{
	struct hf_vault_opts vo = { o->user_home, NULL, o->may_prompt, o->env };
	char                *home;
	enum hf_code         rc;

	if ((rc = hf_fs_mkdirs(r->state, e)) != HF_OK)
		return rc;
	if ((home = hf_fs_join(r->state, "gnupg")) == NULL)
		return hf_nomem(e);
	vo.private_home = home;
	rc = hf_vault_open(&r->vault, &vo, e);
	free(home);
	return rc;
}

enum hf_code
register_new(struct hf_register **out, const struct hf_register_opts *o, struct hf_err *e)
{
	struct hf_register *r;

	*out = NULL;
	if (o->key != NULL && !hf_fpr_valid(o->key)) {
		hf_fail(e, HF_USAGE, "key: \"%.60s\" is not a full fingerprint", o->key);
		return hf_hint(e, "gpg --list-secret-keys shows it: 40 digits, without spaces");
	}
	if ((r = calloc(1, sizeof(*r))) == NULL)
		return hf_nomem(e);
	r->now = o->now;
	r->progress = o->progress;
	r->path = strdup(o->path);
	r->key_wanted = o->key == NULL ? NULL : strdup(o->key);
	if (r->path == NULL || (o->key != NULL && r->key_wanted == NULL)) {
		hf_register_close(r);
		return hf_nomem(e);
	}
	*out = r;
	return HF_OK;
}

void
hf_register_close(struct hf_register *r)
{
	if (r == NULL)
		return;
	snapshot_close(r);
	index_free(r->index);
	hf_db_close(r->db);
	hf_members_clear(&r->members);
	hf_json_free(r->recent);
	kept_drop(r);
	hf_vault_close(r->vault);
	hf_repo_close(r->repo);
	free(r->path);
	free(r->state);
	free(r->cache);
	free(r->key_wanted);
	free(r);
}

/*
 * The id stands in holdfast.json, in the tree. So that opening needs no libgit2, it is also kept in a file of its own inside the
 * repository, holdfast.id, which is made again when it is missing; every record's envelope is compared with it anyway.
 */
enum hf_code
register_id_write(const char *folder, const char *id, struct hf_err *e)
{
	char        *path = hf_fs_join(folder, "holdfast.id");
	char         line[HF_ID_SIZE + 1];
	enum hf_code rc;

	if (path == NULL)
		return hf_nomem(e);
	snprintf(line, sizeof(line), "%s\n", id);
	rc = hf_fs_write(path, line, strlen(line), e);
	free(path);
	return rc;
}

enum hf_code
register_id_in(char out[HF_ID_SIZE], struct hf_repo *repo, const struct hf_oid *tree, struct hf_err *e)
{
	struct hf_buf   b = HF_BUF_INIT;
	struct hf_oid   blob;
	struct hf_json *j = NULL;
	const char     *id;
	enum hf_code    rc;

	if ((rc = hf_repo_lookup(&blob, repo, tree, "holdfast.json", e)) != HF_OK ||
	    (rc = hf_repo_blob(&b, repo, &blob, 4096, e)) != HF_OK || (rc = hf_json_parse(&j, b.data, b.len, e)) != HF_OK)
		goto done;
	id = hf_json_get_str(j, "id");
	if (id == NULL || !hf_id_valid(id)) {
		rc = hf_fail(e, HF_DAMAGED, "holdfast.json: no id");
	} else if (hf_json_num(hf_json_get(j, "format")) != REGISTER_FORMAT) {
		hf_fail(e, HF_BAD, "holdfast.json: a format that this release does not know");
		rc = hf_hint(e, "use the release of holdfast that the others use");
	} else {
		strcpy(out, id);
	}
done:
	hf_json_free(j);
	hf_buf_clear(&b);
	return rc;
}

static enum hf_code
id_from_tree(struct hf_register *r, struct hf_err *e)
{
	struct hf_oid head, tree;
	enum hf_code  rc;

	if ((rc = hf_repo_head(&head, r->repo, e)) != HF_OK || (rc = register_tree(&tree, r, &head, e)) != HF_OK ||
	    (rc = register_id_in(r->id, r->repo, &tree, e)) != HF_OK)
		return rc;
	return register_id_write(r->path, r->id, e);
}

static enum hf_code
read_id(struct hf_register *r, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	char         *path;
	enum hf_code  rc;

	if ((path = hf_fs_join(r->path, "holdfast.id")) == NULL)
		return hf_nomem(e);
	rc = hf_fs_read(&b, path, 64, NULL);
	free(path);
	snprintf(r->id, sizeof(r->id), "%.26s", hf_buf_str(&b));
	hf_buf_clear(&b);
	if (rc == HF_OK && hf_id_valid(r->id))
		return HF_OK;
	r->id[0] = '\0';
	if ((rc = id_from_tree(r, e)) != HF_OK && rc != HF_SYSTEM) {
		rc = hf_fail(e, HF_BAD, "%s: not a register", r->path);
		hf_hint(e, "make one with holdfast init --name \"Our organisation\"");
	}
	return rc;
}

enum hf_code
hf_register_open(struct hf_register **out, const struct hf_register_opts *opts, struct hf_err *e)
{
	struct hf_register *r = NULL;
	enum hf_code        rc;

	*out = NULL;
	if ((rc = register_new(&r, opts, e)) != HF_OK)
		return rc;
	if ((rc = hf_repo_open(&r->repo, opts->path, e)) != HF_OK) {
		if (rc == HF_NOTFOUND)
			hf_hint(e,
			    "make one: holdfast init --name \"Our organisation\"; have your team's: holdfast clone URL; or name one: --register DIR");
		goto done;
	}
	if ((rc = read_id(r, e)) != HF_OK || (rc = register_folders(r, opts, e)) != HF_OK ||
	    (rc = register_vault(r, opts, e)) != HF_OK || (rc = register_load(r, e)) != HF_OK)
		goto done;
	*out = r;
	r = NULL;
done:
	hf_register_close(r);
	return rc;
}

static enum hf_code
sign_with(void *arg, struct hf_buf *sig, const void *data, size_t len, struct hf_err *e)
{
	struct hf_register *r = arg;

	return hf_vault_sign(sig, r->vault, r->key, data, len, e);
}

struct hf_commit_spec
register_spec(struct hf_register *r, const char *message)
{
	return (struct hf_commit_spec){
		.base = &r->head, .fpr = r->key, .message = message, .at = hf_register_now(r), .sign = sign_with, .arg = r
	};
}

enum hf_code
register_parents(const char *path, struct hf_err *e)
{
	const char  *base = hf_fs_base(path);
	char        *dir;
	enum hf_code rc;

	if (base == path)
		return HF_OK;
	if ((dir = strndup(path, (size_t)(base - path))) == NULL)
		return hf_nomem(e);
	rc = hf_fs_mkdirs(dir, e);
	free(dir);
	return rc;
}

/* ---- what it is ---- */

const char *
hf_register_id(const struct hf_register *r)
{
	return r->id;
}

const char *
hf_register_path(const struct hf_register *r)
{
	return r->path;
}

const struct hf_oid *
hf_register_head(const struct hf_register *r)
{
	return &r->head;
}

const char *
hf_register_key(const struct hf_register *r)
{
	return r->key;
}

const char *
hf_register_zone(const struct hf_register *r)
{
	return r->zone;
}

const char *
hf_register_today(const struct hf_register *r)
{
	return r->today;
}

int64_t
hf_register_now(const struct hf_register *r)
{
	return r->now != 0 ? r->now : hf_time_now();
}

struct hf_db *
hf_register_db(struct hf_register *r)
{
	hf_db_supply(r->db, r->supply, r->supply_arg); /* it may be another one than last time */
	return r->db;
}

void
hf_register_supply(struct hf_register *r, hf_db_supply_fn *fn, void *arg)
{
	r->supply = fn;
	r->supply_arg = arg;
}

struct hf_vault *
hf_register_vault(struct hf_register *r)
{
	return r->vault;
}

const struct hf_register_stats *
hf_register_stats(const struct hf_register *r)
{
	return &r->stats;
}

const char *
hf_register_notice(const struct hf_register *r)
{
	return r->notice;
}

size_t
hf_register_sealed(const struct hf_register *r)
{
	struct hf_stmt *s = NULL;
	size_t          n = 0;

	if (hf_db_prepare(&s, r->db, "SELECT count(*) FROM sealed", NULL) == HF_OK && hf_stmt_step(s))
		n = (size_t)hf_stmt_num(s, 0);
	hf_stmt_free(s);
	return n;
}
