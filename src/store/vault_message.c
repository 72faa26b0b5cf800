/* The vault: encrypted messages. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "vault_parts.h"

#define GPG_BLOCK  32768                      /* what gpg writes of a plaintext at a time */
#define CIPHER_MAX (2 * (size_t)HF_VAULT_MAX) /* a plaintext of the greatest size, encrypted */

/* ---- decrypt ---- */

static enum hf_code
kept_back(struct hf_err *e)
{
	enum hf_code rc = hf_fail(e, HF_SYSTEM, "message: gpg did not hand over the whole of it");

	hf_hint(e, "is there a line with max-output, list-only or unwrap in your gpg.conf?");
	return rc;
}

/* Session keys must be for keys that members have or had; another one is damage, and not somebody else's. */
static enum hf_code
check_known(const struct ring *r, const struct hf_packets *p, struct hf_err *e)
{
	for (size_t i = 0; i < p->n; i++)
		if (ring_find_keyid(r, p->keyid[i]) == NULL)
			return hf_fail(
			    e, HF_DAMAGED, "message: encrypted to %016" PRIX64 ", which is no member's key", p->keyid[i]);
	return HF_OK;
}

/* No secret key fits: is it for others, or is there something wrong here? */
static enum hf_code
why_sealed(struct hf_vault *v, const struct hf_packets *p, struct hf_err *e)
{
	struct facts f;
	struct ring  any = { 0 };
	enum hf_code rc;
	bool         no_agent = false;
	char         id[17];

	if (v->home.dir != NULL && (rc = check_known(&v->home.ring, p, e)) != HF_OK)
		return rc;
	if (!v->asked && (rc = vault_list_secret(&v->mine, &f, v, NULL, e)) != HF_OK)
		return rc;
	v->asked = v->mine.n_keys > 0;
	if (v->asked)
		return hf_fail(e, HF_SEALED, "message: encrypted to others, not to you");
	for (size_t i = 0; i < p->n && !no_agent; i++) {
		snprintf(id, sizeof(id), "%016" PRIX64, p->keyid[i]);
		vault_list_secret(&any, &f, v, id, NULL);
		no_agent = f.no_agent;
	}
	ring_clear(&any);
	return vault_no_secret(v, no_agent, "message", e);
}

/*
 * Once the session key is known, nothing that follows is about the key: damaged data can look like a packet for which gpg asks a password.
 */
static enum hf_code
why_not(struct hf_vault *v, const struct hf_packets *p, const struct outcome *o, unsigned error, struct hf_err *e)
{
	enum vault_trouble trouble = vault_trouble(error);

	if (trouble == TROUBLE_KEY && !o->facts.opened)
		return vault_why(v, error, "message", e);
	if (!o->facts.tried && trouble != TROUBLE_NO_DATA)
		return vault_why(v, error, "gpg", e);
	if (o->facts.tried && o->sealed == p->n && o->recipients == p->n)
		return why_sealed(v, p, e);
	if (!o->facts.tried || !o->facts.wrong)
		return kept_back(e);
	return hf_fail(e, HF_DAMAGED, "message: it is not what was written");
}

/*
 * Our own messages say how long they are. Of one that does not, gpg may have written only a beginning (max-output): whole blocks of it, so
 * one that does not end on a block is complete. Text mode counts otherwise.
 */
static bool
is_whole(const struct facts *f, size_t got)
{
	if (f->plaintexts != 1)
		return false;
	return f->length >= 0 ? (uint64_t)f->length == got : f->mode == 'b' && got % GPG_BLOCK != 0;
}

/*
 * GPGME returns no error for some messages that are not right: of an old cipher without integrity protection (ignore-mdc-error in gpg.conf),
 * and where a line there cut the plaintext (max-output) or handed over something else (unwrap).
 */
static enum hf_code
check_plain(const struct outcome *o, size_t got, struct hf_err *e)
{
	const char *mode = strrchr(o->algo, '.');

	if (mode == NULL || strcmp(mode, ".PGPCFB") == 0)
		return hf_fail(e, HF_DAMAGED, "message: encrypted without integrity protection");
	if (o->facts.wrong || o->facts.plaintexts > 1 || (strcmp(mode, ".CFB") == 0 && !o->facts.intact))
		return hf_fail(e, HF_DAMAGED, "message: it is not what was written");
	return is_whole(&o->facts, got) ? HF_OK : kept_back(e);
}

/* Does any of the session keys belong to a secret key of the user's? True when we do not know. */
static bool
may_be_mine(const struct hf_vault *v, const struct hf_packets *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->keyid[i] == 0 || ring_find_keyid(&v->mine, p->keyid[i]) != NULL)
			return true;
	return !v->asked;
}

enum hf_code
hf_vault_decrypt(struct hf_buf *out, struct hf_vault *v, const void *data, size_t len, struct hf_err *e)
{
	struct hf_packets p;
	struct outcome    o;
	struct sink       sink;
	enum hf_code      rc;
	unsigned          error;

	if ((rc = hf_packets_read(&p, data, len, e)) != HF_OK || (rc = vault_look(v, e)) != HF_OK ||
	    (rc = vault_need_user(v, e)) != HF_OK)
		return rc;
	if (!may_be_mine(v, &p))
		return why_sealed(v, &p, e);
	sink_open(&sink, out, HF_VAULT_MAX);
	error = run_decrypt(&o, &sink, v->user, data, len);
	if ((rc = sink_check(&sink, "message", e)) == HF_OK)
		rc = error != 0 ? why_not(v, &p, &o, error, e) : check_plain(&o, out->len - sink.start, e);
	return sink_close(&sink, rc);
}

/* ---- encrypt ---- */

/* "--", then the full fingerprints. Every key is looked at first, so that the one that stands in the way is named. */
static enum hf_code
put_recipients(struct hf_buf *out, struct hf_vault *v, const char *const *fprs, size_t n, struct hf_err *e)
{
	struct hf_key key;
	enum hf_code  rc;

	if (n == 0 || n > HF_PACKET_KEYS_MAX)
		return hf_fail(e, HF_BAD, "message: for 1 to %d members, not %zu", HF_PACKET_KEYS_MAX, n);
	hf_buf_adds(out, "--");
	for (size_t i = 0; i < n; i++) {
		if ((rc = hf_vault_member(&key, v, fprs[i], e)) == HF_NOTFOUND)
			return hf_fail(e, HF_NOKEY, "%s: no member has this key", fprs[i]);
		if (rc != HF_OK || (rc = vault_check_usable(&key, true, e)) != HF_OK)
			return rc;
		hf_buf_addf(out, "\n%s", key.fpr);
	}
	return hf_buf_check(out, e);
}

/* The place of fpr in the list; n when it is not there. */
static size_t
place_of(const char *fpr, const char *const *fprs, size_t n)
{
	size_t i = 0;

	while (i < n && strcmp(fprs[i], fpr) != 0)
		i++;
	return i;
}

/* Do the session keys belong to exactly these members, one each? What could add another one is /etc/gnupg/gpg.conf. */
static enum hf_code
check_audience(const struct ring *r, const struct hf_packets *p, const char *const *fprs, size_t n, struct hf_err *e)
{
	const struct ring_sub *sub;
	bool                   seen[HF_PACKET_KEYS_MAX] = { false };
	size_t                 i, at;

	for (i = 0; i < p->n; i++) {
		sub = ring_find_keyid(r, p->keyid[i]);
		at = sub == NULL || !sub->can_encrypt ? n : place_of(r->keys[sub->key].fpr, fprs, n);
		if (at == n || seen[at])
			return hf_fail(e, HF_SYSTEM, "message: gpg encrypted it to somebody else, %016" PRIX64, p->keyid[i]);
		seen[at] = true;
	}
	for (i = 0; i < n; i++)
		if (!seen[i] && place_of(fprs[i], fprs, n) == i)
			return hf_fail(e, HF_SYSTEM, "message: gpg did not encrypt it to %s", fprs[i]);
	return HF_OK;
}

static enum hf_code
encrypt(struct sink *sink, struct hf_vault *v, const char *to, const void *data, size_t len, struct hf_err *e)
{
	struct outcome o;
	enum hf_code   rc;
	unsigned       error = run_encrypt(&o, sink, v->private, to, data, len);

	if ((rc = sink_check(sink, "message", e)) != HF_OK || error == 0)
		return rc;
	if (o.key[0] != '\0')
		return hf_fail(e, HF_NOKEY, "%s: gpg cannot encrypt to this key", o.key);
	return vault_why(v, error, "message", e);
}

enum hf_code
hf_vault_encrypt(
    struct hf_buf *out, struct hf_vault *v, const char *const *fprs, size_t n, const void *data, size_t len, struct hf_err *e)
{
	struct hf_buf     to = HF_BUF_INIT;
	struct hf_packets p;
	struct sink       sink;
	enum hf_code      rc;

	if (len > HF_VAULT_MAX)
		return hf_fail(e, HF_BAD, "message: over %u bytes", HF_VAULT_MAX);
	if ((rc = vault_need_home(v, e)) != HF_OK || (rc = vault_need_private(v, e)) != HF_OK)
		return rc;
	sink_open(&sink, out, CIPHER_MAX);
	if ((rc = put_recipients(&to, v, fprs, n, e)) == HF_OK && (rc = encrypt(&sink, v, to.data, data, len, e)) == HF_OK &&
	    (rc = hf_packets_read(&p, hf_buf_str(out) + sink.start, out->len - sink.start, e)) == HF_OK)
		rc = check_audience(&v->home.ring, &p, fprs, n, e);
	hf_buf_clear(&to);
	return sink_close(&sink, rc);
}

/* ---- for whom it is ---- */

enum hf_code
hf_vault_recipients(char (**out)[HF_FPR_SIZE], size_t *n, struct hf_vault *v, const void *data, size_t len, struct hf_err *e)
{
	const struct ring *r = &v->home.ring;
	struct hf_packets  p;
	const char        *list[HF_PACKET_KEYS_MAX];
	enum hf_code       rc;

	*out = NULL;
	*n = 0;
	if ((rc = vault_need_home(v, e)) != HF_OK || (rc = hf_packets_read(&p, data, len, e)) != HF_OK ||
	    (rc = check_known(r, &p, e)) != HF_OK)
		return rc;
	for (size_t i = 0; i < p.n; i++) {
		list[i] = r->keys[ring_find_keyid(r, p.keyid[i])->key].fpr;
		if (place_of(list[i], list, i) < i)
			return hf_fail(e, HF_DAMAGED, "message: encrypted to %s twice", list[i]);
	}
	if ((*out = calloc(p.n, sizeof(**out))) == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < p.n; i++)
		memcpy((*out)[i], list[i], HF_FPR_SIZE);
	*n = p.n;
	return HF_OK;
}
