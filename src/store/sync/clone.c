/* A copy of a register: made beside, judged from its first commit on, and only then in its place. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../git/gitdir.h"
#include "../git/repo_impl.h"
#include "../proof/pin.h"
#include "../proof/proof.h"
#include "holdfast/fs.h"
#include "holdfast/share.h"
#include "transport.h"

#define KEY_MAX (256u * 1024)

struct clone {
	struct hf_register            *r;
	const struct hf_register_opts *opts;
	struct transport               t;
	struct hf_buf                  beside;
	struct hf_oid                  head;
	struct pin                     pin;
	struct hf_oid                  root_tree;
	char                           uid[256];
};

/* ---- the first commit ---- */

struct roots {
	struct hf_oid oid[2];
	size_t        n, commits;
	struct hf_oid refused;
	char          why[HF_ERR_MSG];
};

static enum hf_code
look_at(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	struct roots *l = arg;

	l->commits++;
	if (c == NULL) {
		l->refused = *oid;
		snprintf(l->why, sizeof(l->why), "%s", e == NULL ? "" : e->msg);
		hf_err_clear(e);
	} else if (c->n_parents == 0) {
		l->oid[l->n > 0] = *oid;
		l->n++;
	}
	return HF_OK;
}

static enum hf_code
no_register(const struct clone *c, const char *why, struct hf_err *e)
{
	hf_fail(e, HF_BAD, "%s: no register: %s", c->t.name, why);
	return hf_hint(e, "look at the address");
}

static enum hf_code
find_root(struct clone *c, struct hf_err *e)
{
	struct roots  l = { .n = 0 };
	struct hf_buf why = HF_BUF_INIT;
	enum hf_code  rc;

	if ((rc = hf_repo_walk(c->r->repo, &c->head, NULL, true, look_at, &l, e)) != HF_OK)
		return rc;
	if (l.refused.hex[0] != '\0')
		hf_buf_addf(&why, "commit %.12s: %.200s", l.refused.hex, l.why);
	else if (l.n != 1)
		hf_buf_addf(&why, "it has %zu first commits", l.n);
	if (why.len > 0)
		rc = no_register(c, hf_buf_str(&why), e);
	hf_buf_clear(&why);
	c->pin.root = l.oid[0];
	return rc;
}

/*
 * A home with the key of the first commit alone, to judge that commit; what is built of the whole history later has another stamp. What the key is
 * called nobody vouches for but that commit.
 */
static enum hf_code
read_key(struct clone *c, struct hf_err *e)
{
	struct hf_buf armor = HF_BUF_INIT;
	struct hf_oid blob;
	struct hf_key key;
	char          path[PATH_SIZE], stamp[8 + HF_OID_SIZE];
	enum hf_code  rc;

	snprintf(path, sizeof(path), "members/%s.asc", c->pin.root_by);
	snprintf(stamp, sizeof(stamp), "root-%s", c->pin.root.hex);
	if ((rc = hf_repo_lookup(&blob, c->r->repo, &c->root_tree, path, e)) == HF_NOTFOUND)
		return no_register(c, "its first commit does not hold the key that it names", e);
	if (rc == HF_OK && (rc = hf_repo_blob(&armor, c->r->repo, &blob, KEY_MAX, e)) == HF_OK &&
	    (rc = hf_vault_inspect(&key, c->r->vault, hf_buf_str(&armor), armor.len, e)) == HF_OK &&
	    (rc = hf_vault_members(
		 c->r->vault, stamp, &(struct hf_keyfile){ c->pin.root_by, hf_buf_str(&armor), armor.len }, 1, e)) == HF_OK)
		snprintf(c->uid, sizeof(c->uid), "%s", key.uid);
	hf_buf_clear(&armor);
	return rc;
}

/* Signed by the key that it names, and that key is in it. */
static enum hf_code
judge_root(struct clone *c, struct hf_err *e)
{
	struct hf_commit    commit = { .n_parents = 0 };
	struct hf_signature sig = { .status = HF_SIG_BAD };
	struct hf_buf       raw = HF_BUF_INIT;
	enum hf_code        rc;

	if ((rc = hf_repo_commit_read(&commit, &raw, c->r->repo, &c->pin.root, e)) != HF_OK)
		goto done;
	c->root_tree = commit.tree;
	strcpy(c->pin.root_by, commit.author);
	if ((rc = register_id_in(c->r->id, c->r->repo, &commit.tree, e)) != HF_OK) {
		if (rc == HF_DAMAGED || rc == HF_NOTFOUND)
			rc = no_register(c, "its first commit has no holdfast.json", e);
		goto done;
	}
	if ((rc = register_folders(c->r, c->opts, e)) != HF_OK || (rc = register_vault(c->r, c->opts, e)) != HF_OK ||
	    (rc = read_key(c, e)) != HF_OK)
		goto done;
	rc = hf_vault_verify(&sig, c->r->vault, commit.signature, commit.signature_len, commit.payload, commit.payload_len, e);
	if (rc == HF_OK && (sig.status == HF_SIG_BAD || sig.status == HF_SIG_UNKNOWN_KEY || strcmp(sig.fpr, commit.author) != 0))
		rc = no_register(c, "its first commit is not signed by the key that it names", e);
done:
	hf_commit_clear(&commit);
	hf_buf_clear(&raw);
	return rc;
}

/* Is it the one that was meant? */
static enum hf_code
confirm(struct clone *c, const char *root, hf_root_fn *ask, void *arg, struct hf_err *e)
{
	if (root != NULL && strcmp(root, c->pin.root_by) == 0)
		return HF_OK;
	if (root != NULL) {
		hf_fail(e, HF_DENIED, "%s: another register: its first commit was signed by %s, not by %s", c->t.name,
		    c->pin.root_by, root);
		return hf_hint(e, "ask who made the register for its fingerprint, by telephone or in person");
	}
	if (ask != NULL && ask(arg, c->pin.root_by, c->uid))
		return HF_OK;
	hf_fail(e, HF_DENIED, "%s: its first commit was signed by %s, and nobody confirmed that", c->t.name, c->pin.root_by);
	return hf_hint(e, "compare it with who made the register, then add --root %s", c->pin.root_by);
}

/* ---- the rest ---- */

static enum hf_code
judge_all(struct clone *c, struct hf_err *e)
{
	struct hf_json *problems = NULL, *first;
	const char     *where, *what;
	enum hf_code    rc;

	if ((rc = proof_incoming(&problems, c->r, NULL, &c->head, e)) == HF_OK && hf_json_len(problems) > 0) {
		first = hf_json_at(problems, 0);
		where = hf_json_get_str(first, "where");
		what = hf_json_get_str(first, "what");
		hf_fail(e, HF_NO, "%s: refused: %s: %s (%zu problem%s)", c->t.name, where == NULL ? "" : where,
		    what == NULL ? "" : what, hf_json_len(problems), hf_json_len(problems) == 1 ? "" : "s");
		rc = hf_hint(e, "nothing of it was taken; ask who wrote that commit");
	}
	hf_json_free(problems);
	return rc;
}

/* Built beside; the register opens from there, so that what cannot be opened is never put in place. */
static enum hf_code
build(struct clone *c, const struct hf_sync_opts *sync, const char *address, struct hf_err *e)
{
	bool         there;
	enum hf_code rc;

	hf_buf_addf(&c->beside, "%s.new.%ld", c->opts->path, (long)getpid());
	if ((rc = hf_buf_check(&c->beside, e)) != HF_OK || (rc = register_parents(c->opts->path, e)) != HF_OK ||
	    (rc = hf_fs_remove_tree(c->beside.data, e)) != HF_OK || (rc = hf_repo_init(&c->r->repo, c->beside.data, e)) != HF_OK ||
	    (rc = transport_open(&c->t, c->beside.data, address, sync, e)) != HF_OK ||
	    (rc = transport_fetch(&there, &c->t, e)) != HF_OK)
		return rc;
	if (!there) {
		no_register(c, "nothing was put there yet", e);
		return hf_hint(e, "who keeps the register puts it there: holdfast sync --to URL; or look at the address");
	}
	return hf_repo_ref(&c->head, c->r->repo, TRANSPORT_REF, e);
}

static enum hf_code
open_beside(struct clone *c, struct hf_err *e)
{
	enum hf_code rc;

	/* The membership of the first commit was for judging it alone. */
	hf_members_clear(&c->r->members);
	c->r->have_members = false;
	if ((rc = hf_repo_move(c->r->repo, NULL, &c->head, e)) != HF_OK ||
	    (rc = register_id_write(c->beside.data, c->r->id, e)) != HF_OK)
		return rc;
	rc = register_load(c->r, e);
	kept_drop(c->r);
	return rc;
}

/* The pin first: a register in its place has one. */
static enum hf_code
put_in_place(struct clone *c, const char *address, struct hf_err *e)
{
	struct hf_buf folder = HF_BUF_INIT;
	enum hf_code  rc;

	if ((c->pin.url = strdup(address)) == NULL)
		return hf_nomem(e);
	if ((rc = pin_advance(&c->pin, c->r, &c->head, e)) != HF_OK)
		return rc;
	c->pin.synced = c->head;
	if ((rc = pin_write(&c->pin, c->r, e)) != HF_OK)
		return rc;
	hf_repo_close(c->r->repo);
	c->r->repo = NULL;
	if (rename(c->beside.data, c->opts->path) != 0)
		return hf_fail_errno(e, errno == ENOTEMPTY || errno == EEXIST ? HF_EXISTS : HF_WRITE, errno, "%s", c->opts->path);
	hf_buf_add(&folder, c->opts->path, (size_t)(hf_fs_base(c->opts->path) - c->opts->path));
	hf_gitdir_sync(AT_FDCWD, folder.len == 0 ? "." : hf_buf_str(&folder));
	hf_buf_clear(&folder);
	return hf_repo_open(&c->r->repo, c->opts->path, e);
}

enum hf_code
hf_clone(struct hf_register **out, const struct hf_register_opts *opts, const struct hf_sync_opts *sync, const char *url,
    const char *root, hf_root_fn *ask, void *arg, struct hf_err *e)
{
	struct clone c = { .opts = opts, .beside = HF_BUF_INIT };
	char        *address = NULL;
	enum hf_code rc;

	*out = NULL;
	if (root != NULL && !hf_fpr_valid(root)) {
		hf_fail(e, HF_USAGE, "root: \"%.60s\" is not a full fingerprint", root);
		return hf_hint(e, "40 digits, as who made the register has it: gpg --list-keys --fingerprint");
	}
	if (hf_fs_exists(opts->path)) {
		hf_fail(e, HF_EXISTS, "%s: something is there already", opts->path);
		return hf_hint(e, "choose another place with --register DIR, or holdfast sync");
	}
	if ((rc = transport_address(&address, url, e)) != HF_OK || (rc = register_new(&c.r, opts, e)) != HF_OK ||
	    (rc = build(&c, sync, address, e)) != HF_OK || (rc = find_root(&c, e)) != HF_OK || (rc = judge_root(&c, e)) != HF_OK ||
	    (rc = confirm(&c, root, ask, arg, e)) != HF_OK || (rc = judge_all(&c, e)) != HF_OK ||
	    (rc = open_beside(&c, e)) != HF_OK || (rc = put_in_place(&c, address, e)) != HF_OK)
		goto done;
	*out = c.r;
	c.r = NULL;
done:
	if (c.beside.len > 0)
		hf_fs_remove_tree(c.beside.data, NULL);
	transport_close(&c.t);
	hf_buf_clear(&c.beside);
	pin_clear(&c.pin);
	hf_register_close(c.r);
	free(address);
	return rc;
}
