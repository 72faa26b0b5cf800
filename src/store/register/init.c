#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holdfast/fs.h"
#include "holdfast/register.h"
#include "impl.h"

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

/* *chosen: the admin to be. */
static enum hf_code
choose_key(struct hf_key *chosen, struct hf_register *r, struct hf_err *e)
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
		*chosen = *found;
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
	hf_buf_addf(
	    &f->meta, "{\n  \"created\": \"%s\",\n  \"format\": %d,\n  \"id\": \"%s\"\n}\n", m.added, REGISTER_FORMAT, r->id);
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
build(struct hf_register *r, const struct hf_init *init, char *beside, struct hf_err *e)
{
	enum hf_code rc;

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

/* Its id, its folders and its admin's key: all that is needed before something is written at its path. */
static enum hf_code
begin(struct hf_register **out, struct hf_key *admin, const struct hf_register_opts *opts, struct hf_err *e)
{
	struct hf_register *r = NULL;
	enum hf_code        rc;

	*out = NULL;
	if (hf_fs_exists(opts->path)) {
		hf_fail(e, HF_EXISTS, "%s: something is there already", opts->path);
		return hf_hint(e, "choose another place with --register DIR");
	}
	if ((rc = register_new(&r, opts, e)) != HF_OK)
		return rc;
	*out = r;
	if ((rc = hf_id_new(r->id, e)) != HF_OK || (rc = register_folders(r, opts, e)) != HF_OK ||
	    (rc = register_vault(r, opts, e)) != HF_OK)
		return rc;
	return choose_key(admin, r, e);
}

static void
undo(struct hf_register *r)
{
	struct hf_err ignored = HF_ERR_INIT;

	if (r != NULL && r->state != NULL)
		hf_fs_remove_tree(r->state, &ignored);
}

enum hf_code
hf_register_init_try(struct hf_key *admin, const struct hf_register_opts *opts, struct hf_err *e)
{
	struct hf_register *r;
	enum hf_code        rc = begin(&r, admin, opts, e);

	undo(r);
	hf_register_close(r);
	return rc;
}

enum hf_code
hf_register_init(struct hf_register **out, const struct hf_register_opts *opts, const struct hf_init *init, struct hf_err *e)
{
	struct hf_register *r;
	struct hf_buf       beside = HF_BUF_INIT;
	struct hf_key       admin;
	enum hf_code        rc;

	*out = NULL;
	hf_buf_addf(&beside, "%s.new.%ld", opts->path, (long)getpid());
	if ((rc = begin(&r, &admin, opts, e)) == HF_OK && (rc = hf_buf_check(&beside, e)) == HF_OK &&
	    (rc = register_parents(opts->path, e)) == HF_OK && (rc = build(r, init, beside.data, e)) != HF_OK) {
		struct hf_err ignored = HF_ERR_INIT;

		hf_fs_remove_tree(beside.data, &ignored);
	}
	if (rc != HF_OK)
		undo(r);
	else
		rc = hf_register_open(out, opts, e);
	hf_buf_clear(&beside);
	hf_register_close(r);
	return rc;
}
