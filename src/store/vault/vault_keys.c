/* The vault: keys, the user's and the members'. */
#include <stdlib.h>
#include <string.h>

#include "armor.h"
#include "holdfast/time.h"
#include "vault_parts.h"

#define KEY_MAX (1u << 20) /* bytes of one exported key */

bool
hf_fpr_valid(const char *s)
{
	return s != NULL && strspn(s, "0123456789ABCDEF") == HF_FPR_SIZE - 1 && s[HF_FPR_SIZE - 1] == '\0';
}

enum hf_code
hf_vault_secret_keys(struct hf_key **out, size_t *n, struct hf_vault *v, struct hf_err *e)
{
	struct ring  r = { 0 };
	struct facts f;
	enum hf_code rc;

	*out = NULL;
	*n = 0;
	if ((rc = vault_list_secret(&r, &f, v, NULL, e)) == HF_OK && r.n_keys > 0) {
		if ((*out = calloc(r.n_keys, sizeof(**out))) == NULL)
			rc = hf_nomem(e);
		else
			*n = r.n_keys;
	}
	for (size_t i = 0; i < *n; i++)
		ring_judge(&(*out)[i], &r, &r.keys[i], hf_time_now());
	ring_clear(&r);
	return rc;
}

/* What gpg makes of it. */
static enum hf_code
inspect(struct hf_key *out, struct hf_vault *v, const struct hf_buf *key, struct hf_err *e)
{
	struct ring  r = { 0 };
	enum hf_code rc;
	unsigned     error;

	if ((rc = vault_need_private(v, e)) != HF_OK)
		return rc;
	if ((error = run_inspect(&r, v->private, key->data, key->len)) != 0)
		rc = vault_why(v, error, "key file", e);
	else if (r.n_keys != 1 || r.keys[0].secret || r.keys[0].disabled || r.keys[0].uid[0] == '\0')
		rc = hf_fail(e, HF_BAD, "key file: gpg finds no key in it that could be used");
	else
		ring_judge(out, &r, &r.keys[0], hf_time_now());
	ring_clear(&r);
	return rc;
}

enum hf_code
hf_vault_inspect(struct hf_key *out, struct hf_vault *v, const void *data, size_t len, struct hf_err *e)
{
	struct hf_buf key = HF_BUF_INIT;
	enum hf_code  rc;

	memset(out, 0, sizeof(*out));
	if ((rc = armor_read_key(&key, data, len, e)) == HF_OK)
		rc = inspect(out, v, &key, e);
	hf_buf_clear(&key);
	return rc;
}

/* Lines in gpg.conf can change what an export gives. */
static enum hf_code
check_export(struct hf_vault *v, const char *fpr, const char *text, size_t len, struct hf_err *e)
{
	struct hf_key key;
	enum hf_code  rc;

	if (len == 0)
		return hf_fail(e, HF_NOTFOUND, "%s: gpg has no such key", fpr);
	if ((rc = hf_vault_inspect(&key, v, text, len, e)) != HF_OK) {
		hf_fail_in(e, "%s", fpr);
		return rc;
	}
	return strcmp(key.fpr, fpr) == 0 ? HF_OK : hf_fail(e, HF_BAD, "%s: gpg gave another key", fpr);
}

static enum hf_code
export_from(struct hf_buf *out, struct hf_vault *v, struct gpgme_context *ctx, const char *fpr, struct hf_err *e)
{
	struct sink  sink;
	enum hf_code rc;
	unsigned     error;

	sink_open(&sink, out, KEY_MAX);
	error = run_export(&sink, ctx, fpr);
	if ((rc = sink_check(&sink, fpr, e)) == HF_OK && error != 0)
		rc = vault_why(v, error, fpr, e);
	if (rc == HF_OK)
		rc = check_export(v, fpr, hf_buf_str(out) + sink.start, out->len - sink.start, e);
	return sink_close(&sink, rc);
}

enum hf_code
hf_vault_export(struct hf_buf *out, struct hf_vault *v, const char *fpr, struct hf_err *e)
{
	enum hf_code rc;

	if (!hf_fpr_valid(fpr))
		return hf_fail(e, HF_BAD, "%s: not a full fingerprint", fpr);
	return (rc = vault_need_user(v, e)) != HF_OK ? rc : export_from(out, v, v->user, fpr, e);
}

enum hf_code
hf_vault_member_export(struct hf_buf *out, struct hf_vault *v, const char *fpr, struct hf_err *e)
{
	struct hf_key key;
	enum hf_code  rc;

	if ((rc = hf_vault_member(&key, v, fpr, e)) != HF_OK || (rc = vault_need_private(v, e)) != HF_OK)
		return rc;
	return export_from(out, v, v->private, fpr, e);
}

void
hf_vault_look_again(struct hf_vault *v)
{
	run_close(v->private);
	v->private = NULL;
	v->looked = false;
}

const char *
hf_vault_stamp(struct hf_vault *v)
{
	return vault_look(v, NULL) == HF_OK ? v->home.stamp : "";
}

enum hf_code
hf_vault_member(struct hf_key *out, struct hf_vault *v, const char *fpr, struct hf_err *e)
{
	const struct ring_key *key;
	enum hf_code           rc;

	memset(out, 0, sizeof(*out));
	if ((rc = vault_need_home(v, e)) != HF_OK)
		return rc;
	if ((key = ring_find(&v->home.ring, fpr)) == NULL)
		return hf_fail(e, HF_NOTFOUND, "%s: no member has this key", fpr);
	ring_judge(out, &v->home.ring, key, hf_time_now());
	return HF_OK;
}

/* The bytes of all of them, one after the other. */
static enum hf_code
join_keys(struct hf_buf *out, const struct hf_keyfile *keys, size_t n, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < n; i++) {
		if (!hf_fpr_valid(keys[i].fpr))
			rc = hf_fail(e, HF_BAD, "%s: not a full fingerprint", keys[i].fpr);
		else if ((rc = armor_read_key(out, keys[i].armor, keys[i].len, e)) != HF_OK)
			hf_fail_in(e, "%s", keys[i].fpr);
	}
	return rc;
}

/* Every key that was meant to be there (of one there may be several files, older and newer), and no other. */
static enum hf_code
check_members(const struct ring *r, const struct hf_keyfile *keys, size_t n, struct hf_err *e)
{
	size_t distinct = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		if (ring_find(r, keys[i].fpr) == NULL)
			return hf_fail(e, HF_BAD, "%s: its key file holds another key, or one that cannot be used", keys[i].fpr);
		while (k < i && strcmp(keys[k].fpr, keys[i].fpr) != 0)
			k++;
		distinct += k == i;
	}
	if (r->n_keys != distinct)
		return hf_fail(e, HF_BAD, "members' keys: files of %zu keys gave %zu", distinct, r->n_keys);
	return ring_check_ids(r, e);
}

static enum hf_code
import_keys(struct ring *out, struct hf_vault *v, struct gpgme_context *ctx, const struct hf_buf *keys, struct hf_err *e)
{
	struct facts f;
	unsigned     error;

	facts_init(&f);
	if (keys->len > 0 && (error = run_import(ctx, keys->data, keys->len)) != 0)
		return vault_why(v, error, "members' keys", e);
	if ((error = run_list(out, &f, ctx, NULL, false)) != 0)
		return vault_why(v, error, "members' keys", e);
	return HF_OK;
}

static enum hf_code
fill_home(struct home *h, struct hf_vault *v, const struct hf_keyfile *keys, size_t n, struct hf_err *e)
{
	struct hf_buf         all = HF_BUF_INIT;
	struct gpgme_context *ctx = NULL;
	enum hf_code          rc;

	if ((rc = join_keys(&all, keys, n, e)) == HF_OK && (rc = run_open(&ctx, v, h->dir, e)) == HF_OK &&
	    (rc = import_keys(&h->ring, v, ctx, &all, e)) == HF_OK)
		rc = check_members(&h->ring, keys, n, e);
	run_close(ctx);
	hf_buf_clear(&all);
	return rc;
}

static bool
is_built(const struct hf_vault *v, const char *stamp)
{
	return v->home.dir != NULL && strcmp(v->home.stamp, stamp) == 0;
}

/* Under the lock: somebody else may have built it while we waited. */
static enum hf_code
build(struct hf_vault *v, struct home_build *b, const char *stamp, const struct hf_keyfile *keys, size_t n, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = home_load(&v->home, e)) != HF_OK || is_built(v, stamp))
		return rc;
	if ((rc = home_new(b, stamp, e)) != HF_OK || (rc = fill_home(&b->home, v, keys, n, e)) != HF_OK)
		return rc;
	return home_commit(&v->home, b, e);
}

enum hf_code
hf_vault_members(struct hf_vault *v, const char *stamp, const struct hf_keyfile *keys, size_t n, struct hf_err *e)
{
	struct home_build b;
	enum hf_code      rc;

	if ((rc = vault_look(v, e)) != HF_OK || is_built(v, stamp))
		return rc;
	run_close(v->private);
	v->private = NULL;
	if ((rc = home_begin(&b, &v->home, e)) == HF_OK)
		rc = build(v, &b, stamp, keys, n, e);
	home_end(&b);
	return rc;
}
