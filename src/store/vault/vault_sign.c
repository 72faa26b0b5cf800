/* The vault: signatures. */
#include <string.h>

#include "holdfast/time.h"
#include "vault_parts.h"

#define SIG_MAX (64u << 10)

/* ---- sign ---- */

/* Why gpg will not sign with that key. */
static enum hf_code
why_not(struct hf_vault *v, const char *fpr, unsigned error, struct hf_err *e)
{
	const struct ring_key *k;
	struct ring            r = { 0 };
	struct facts           f;
	struct hf_key          key;
	enum hf_code           rc = HF_OK;

	if (vault_trouble(error) != TROUBLE_NO_SECRET)
		return vault_why(v, error, fpr, e);
	if ((rc = vault_list_secret(&r, &f, v, fpr, e)) == HF_OK && (k = ring_find(&r, fpr)) == NULL)
		rc = vault_no_secret(v, f.no_agent, fpr, e);
	else if (rc == HF_OK) {
		ring_judge(&key, &r, k, hf_time_now());
		rc = vault_check_usable(&key, false, e);
	}
	ring_clear(&r);
	return rc != HF_OK ? rc : vault_why(v, error, fpr, e);
}

static enum hf_code
blame_conf(struct hf_err *e, const char *fpr, const char *what, const char *line)
{
	enum hf_code rc = hf_fail(e, HF_SYSTEM, "%s: %s", fpr, what);

	hf_hint(e, "is there a line with %s in your gpg.conf?", line);
	return rc;
}

/* Lines in gpg.conf can make signatures that others would refuse, or that would not last. */
static enum hf_code
check_form(const struct armor_sig *sig, const char *signer, const char *fpr, struct hf_err *e)
{
	const char *line = NULL;

	if (sig->type != ARMOR_SIG_BINARY)
		line = "textmode";
	else if (!armor_hash_strong(sig->hash))
		line = "digest-algo";
	else if (sig->expires)
		line = "default-sig-expire";
	else if (sig->strange)
		line = "sig-notation";
	else if (sig->issuer[0] != '\0' && strcmp(sig->issuer, signer) != 0)
		return hf_fail(e, HF_NOKEY, "%s: the signature names another key, %s", fpr, sig->issuer);
	return line == NULL ? HF_OK : blame_conf(e, fpr, "gpg made a signature that others would not accept", line);
}

/* Is the signer a subkey of that key, and not made later than its signature? The members' keys know; before there are any, gpg does. */
static enum hf_code
check_signer(struct hf_vault *v, const char *signer, const char *fpr, int64_t made_at, struct hf_err *e)
{
	struct ring            r = { 0 };
	const struct ring     *from = &v->home.ring;
	const struct ring_sub *sub;
	struct facts           f;
	enum hf_code           rc = HF_OK;

	if ((sub = ring_find_sub(from, signer)) == NULL) {
		from = &r;
		if ((rc = vault_list_secret(&r, &f, v, fpr, e)) == HF_OK)
			sub = ring_find_sub(from, signer);
	}
	if (rc == HF_OK && (sub == NULL || strcmp(from->keys[sub->key].fpr, fpr) != 0))
		rc = hf_fail(e, HF_NOKEY, "%s: gpg signed with another key, %s", fpr, signer);
	else if (rc == HF_OK && made_at < sub->created) {
		rc = hf_fail(e, HF_NOKEY, "%s: your clock says a time before this key was made", fpr);
		hf_hint(e, "set the clock of this computer");
	}
	ring_clear(&r);
	return rc;
}

static enum hf_code
check_made(struct hf_vault *v, const struct outcome *o, const char *fpr, const char *text, size_t len, struct hf_err *e)
{
	struct armor_sig sig;
	enum hf_code     rc;

	if (len == 0)
		return blame_conf(e, fpr, "gpg gave no signature", "output");
	if (o->signatures != 1) /* GPGME gives none when they are not as many as it asked for */
		return blame_conf(e, fpr, "gpg signed with another key, too", "local-user");
	if (armor_read_sig(&sig, text, len, e) != HF_OK)
		return blame_conf(e, fpr, "gpg gave something else than a signature", "clear-sign");
	if ((rc = check_form(&sig, o->key, fpr, e)) != HF_OK)
		return rc;
	return check_signer(v, o->key, fpr, sig.made_at, e);
}

enum hf_code
hf_vault_sign(struct hf_buf *out, struct hf_vault *v, const char *fpr, const void *data, size_t len, struct hf_err *e)
{
	struct outcome o;
	struct sink    sink;
	enum hf_code   rc;
	unsigned       error;

	if (!hf_fpr_valid(fpr))
		return hf_fail(e, HF_BAD, "%s: not a full fingerprint", fpr);
	if ((rc = vault_look(v, e)) != HF_OK || (rc = vault_need_user(v, e)) != HF_OK)
		return rc;
	sink_open(&sink, out, SIG_MAX);
	error = run_sign(&o, &sink, v->user, fpr, data, len);
	if ((rc = sink_check(&sink, fpr, e)) == HF_OK)
		rc = error != 0 ? why_not(v, fpr, error, e) :
				  check_made(v, &o, fpr, hf_buf_str(out) + sink.start, out->len - sink.start, e);
	/* "Comment:" and "Version:" are lines of the user's gpg.conf; a commit's signature has none. */
	if (rc == HF_OK)
		armor_strip(out, sink.start);
	return sink_close(&sink, rc);
}

/* ---- verify ---- */

void
vault_judge(struct hf_signature *out, const struct ring *r, const struct armor_sig *sig, const struct outcome *o)
{
	const struct ring_sub *sub = ring_find_sub(r, o->key);

	out->status = vault_sig_status(o->status);
	out->made_at = sig->made_at;
	if (out->status == HF_SIG_UNKNOWN_KEY || out->status == HF_SIG_BAD)
		return;
	if (sub == NULL || sig->type != ARMOR_SIG_BINARY || !armor_hash_strong(sig->hash) || o->lapses ||
	    sig->made_at < sub->created || o->made_at != sig->made_at) {
		out->status = HF_SIG_BAD;
		return;
	}
	memcpy(out->fpr, r->keys[sub->key].fpr, sizeof(out->fpr));
	out->key_expires = ring_expiry(r, sub);
}

enum hf_code
hf_vault_verify(
    struct hf_signature *out, struct hf_vault *v, const void *sig, size_t sig_len, const void *data, size_t len, struct hf_err *e)
{
	struct armor_sig facts;
	struct outcome   o;
	enum hf_code     rc;
	unsigned         error;

	memset(out, 0, sizeof(*out));
	out->status = HF_SIG_BAD;
	if ((rc = armor_read_sig(&facts, sig, sig_len, e)) != HF_OK || (rc = vault_need_home(v, e)) != HF_OK ||
	    (rc = vault_need_private(v, e)) != HF_OK)
		return rc;
	if ((error = run_verify(&o, v->private, sig, sig_len, data, len)) != 0)
		return vault_why(v, error, "signature", e);
	if (o.signatures != 1)
		return hf_fail(e, HF_DAMAGED, "signature: not exactly one");
	vault_judge(out, &v->home.ring, &facts, &o);
	return HF_OK;
}
