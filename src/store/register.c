#include "holdfast/register.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holdfast/fs.h"
#include "holdfast/text.h"
#include "impl.h"

#define FORMAT 1

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
	struct hf_vault_opts vo = { o->user_home, NULL, o->may_prompt };
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
	} else if (hf_json_num(hf_json_get(j, "format")) != FORMAT) {
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
			hf_hint(e, "make one with holdfast init --name \"Our organisation\", or name one with --register");
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

/* ---- init ---- */

static enum hf_code
usable(const struct hf_key *k, const char *wanted, struct hf_err *e)
{
	if (k == NULL) {
		hf_fail(e, HF_NOKEY, "key: %s", wanted != NULL ? "you do not hold that secret key" : "you have no secret key");
		return hf_hint(e, "make one with gpg --quick-generate-key \"Your Name <you@work.example>\" default default 2y");
	}
	if (k->expired || k->revoked || k->disabled)
		return hf_fail(e, HF_NOKEY, "key: %s is %s", k->fpr, k->expired ? "expired" : k->revoked ? "revoked" : "disabled");
	if (!k->can_encrypt) {
		hf_fail(e, HF_NOKEY, "key: %s cannot encrypt", k->fpr);
		return hf_hint(e, "add an encryption subkey with gpg --quick-add-key %s cv25519 encr", k->fpr);
	}
	if (!k->can_sign)
		return hf_fail(e, HF_NOKEY, "key: %s cannot sign", k->fpr);
	return HF_OK;
}

static enum hf_code
choose_key(struct hf_register *r, struct hf_err *e)
{
	struct hf_key *keys = NULL, *found = NULL;
	size_t         n = 0, fit = 0;
	enum hf_code   rc;

	if ((rc = hf_vault_secret_keys(&keys, &n, r->vault, e)) != HF_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (r->key_wanted != NULL && strcmp(r->key_wanted, keys[i].fpr) != 0)
			continue;
		if (found == NULL || (keys[i].can_encrypt && keys[i].can_sign))
			found = &keys[i];
		fit += keys[i].can_encrypt && keys[i].can_sign;
	}
	if (fit > 1) {
		hf_fail(e, HF_NOKEY, "key: you have %zu secret keys", fit);
		rc = hf_hint(e, "say which with --key FINGERPRINT");
	} else if ((rc = usable(found, r->key_wanted, e)) == HF_OK) {
		strcpy(r->key, found->fpr);
	}
	free(keys);
	return rc;
}

struct first {
	struct hf_buf meta, member, armor, org;
	char          member_path[PATH_SIZE], key_path[PATH_SIZE], org_path[PATH_SIZE];
};

static enum hf_code
first_files(struct first *f, struct hf_register *r, struct hf_err *e)
{
	struct hf_member m = { "", HF_ROLE_ADMIN, "", "" };
	struct hf_oid    stamp;
	enum hf_code     rc;

	hf_time_rfc3339(m.added, hf_register_now(r), false);
	strcpy(m.fpr, r->key);
	strcpy(m.added_by, r->key);
	hf_buf_addf(&f->meta, "{\n  \"created\": \"%s\",\n  \"format\": %d,\n  \"id\": \"%s\"\n}\n", m.added, FORMAT, r->id);
	hf_member_write(&f->member, &m);
	snprintf(f->member_path, PATH_SIZE, "members/%s.json", r->key);
	snprintf(f->key_path, PATH_SIZE, "members/%s.asc", r->key);
	if ((rc = hf_vault_export(&f->armor, r->vault, r->key, e)) != HF_OK || (rc = hf_buf_check(&f->meta, e)) != HF_OK ||
	    (rc = hf_buf_check(&f->member, e)) != HF_OK)
		return rc;
	/* Not the id of a tree, so the home is built again from the repository at the next opening. */
	snprintf(stamp.hex, sizeof(stamp.hex), "init-%s", r->id);
	return hf_vault_members(r->vault, stamp.hex, &(struct hf_keyfile){ r->key, f->armor.data, f->armor.len }, 1, e);
}

static enum hf_code
first_org(struct first *f, struct hf_register *r, const struct hf_init *init, struct hf_err *e)
{
	struct hf_json *o = hf_json_object();
	struct hf_buf   plain = HF_BUF_SECRET(0);
	char            id[HF_ID_SIZE];
	const char     *to[1] = { r->key };
	enum hf_code    rc;

	if ((rc = hf_id_new(id, e)) != HF_OK)
		goto done;
	path_record(f->org_path, id);
	if (hf_json_set(o, "register", hf_json_string(r->id)) != 0 || hf_json_set(o, "id", hf_json_string(id)) != 0 ||
	    hf_json_set(o, "kind", hf_json_string("org")) != 0 || hf_json_set(o, "version", hf_json_int(1)) != 0 ||
	    hf_json_set(o, "name", hf_json_string(init->name)) != 0 ||
	    (hf_json_len(init->domains) > 0 && hf_json_set(o, "domains", hf_json_copy(init->domains)) != 0) ||
	    (init->timezone != NULL && hf_json_set(o, "timezone", hf_json_string(init->timezone)) != 0)) {
		rc = hf_nomem(e);
		goto done;
	}
	if ((rc = hf_schema_judge_record(hf_schema_kind("org"), o, e)) == HF_OK && (rc = plain_write(&plain, o, e)) == HF_OK)
		rc = hf_vault_encrypt(&f->org, r->vault, to, 1, plain.data, plain.len, e);
done:
	hf_json_free(o);
	hf_buf_clear(&plain);
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

static enum hf_code
first_commit(struct hf_register *r, const struct hf_init *init, struct hf_err *e)
{
	struct first          f = { .meta = HF_BUF_INIT };
	struct hf_commit_spec spec = register_spec(r, "init");
	struct hf_oid         oid;
	enum hf_code          rc;

	spec.base = NULL;
	if ((rc = first_files(&f, r, e)) == HF_OK && (rc = first_org(&f, r, init, e)) == HF_OK) {
		struct hf_edit edits[] = {
			{ "holdfast.json", f.meta.data, f.meta.len, NULL },
			{ f.member_path, f.member.data, f.member.len, NULL },
			{ f.key_path, f.armor.data, f.armor.len, NULL },
			{ f.org_path, f.org.data, f.org.len, NULL },
		};
		rc = hf_repo_commit(&oid, r->repo, &spec, edits, sizeof(edits) / sizeof(edits[0]), e);
	}
	hf_buf_clear(&f.meta);
	hf_buf_clear(&f.member);
	hf_buf_clear(&f.armor);
	hf_buf_clear(&f.org);
	return rc;
}

/* Built beside and renamed into place, so that a half-made register is never taken for one. */
static enum hf_code
build(struct hf_register *r, const struct hf_register_opts *opts, const struct hf_init *init, char *beside, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = hf_id_new(r->id, e)) != HF_OK || (rc = register_folders(r, opts, e)) != HF_OK ||
	    (rc = register_vault(r, opts, e)) != HF_OK || (rc = choose_key(r, e)) != HF_OK)
		return rc;
	if ((rc = hf_fs_remove_tree(beside, e)) != HF_OK || (rc = hf_repo_init(&r->repo, beside, e)) != HF_OK)
		return rc;
	if ((rc = first_commit(r, init, e)) != HF_OK || (rc = register_id_write(beside, r->id, e)) != HF_OK)
		return rc;
	hf_repo_close(r->repo);
	r->repo = NULL;
	if (rename(beside, r->path) != 0)
		return hf_fail_errno(e, HF_WRITE, errno, "%s", r->path);
	return HF_OK;
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

enum hf_code
hf_register_init(struct hf_register **out, const struct hf_register_opts *opts, const struct hf_init *init, struct hf_err *e)
{
	struct hf_register *r = NULL;
	struct hf_buf       beside = HF_BUF_INIT;
	enum hf_code        rc;

	*out = NULL;
	if (hf_fs_exists(opts->path)) {
		hf_fail(e, HF_EXISTS, "%s: something is there already", opts->path);
		return hf_hint(e, "choose another place with --register DIR");
	}
	hf_buf_addf(&beside, "%s.new.%ld", opts->path, (long)getpid());
	if ((rc = hf_buf_check(&beside, e)) != HF_OK || (rc = register_new(&r, opts, e)) != HF_OK ||
	    (rc = register_parents(opts->path, e)) != HF_OK)
		goto done;
	if ((rc = build(r, opts, init, beside.data, e)) != HF_OK) {
		struct hf_err ignored = HF_ERR_INIT;

		hf_fs_remove_tree(beside.data, &ignored);
		if (r->state != NULL)
			hf_fs_remove_tree(r->state, &ignored);
		goto done;
	}
	rc = hf_register_open(out, opts, e);
done:
	hf_buf_clear(&beside);
	hf_register_close(r);
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
