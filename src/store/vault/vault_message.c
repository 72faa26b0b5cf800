/* The vault: messages encrypted, and for whom they are. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "vault_parts.h"

#define CIPHER_MAX (2 * (size_t)HF_VAULT_MAX) /* a plaintext of the greatest size, encrypted */

enum hf_code
vault_check_recipients(struct hf_vault *v, const char *const *fprs, size_t n, struct hf_err *e)
{
	struct hf_key key;
	enum hf_code  rc = HF_OK;

	if (n == 0 || n > HF_PACKET_KEYS_MAX)
		return hf_fail(e, HF_BAD, "message: for 1 to %d members, not %zu", HF_PACKET_KEYS_MAX, n);
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		if ((rc = hf_vault_member(&key, v, fprs[i], e)) == HF_NOTFOUND)
			rc = hf_fail(e, HF_NOKEY, "%s: no member has this key", fprs[i]);
		else if (rc == HF_OK)
			rc = vault_check_usable(&key, true, e);
	return rc;
}

/* "--", then the full fingerprints. */
static enum hf_code
put_recipients(struct hf_buf *out, const char *const *fprs, size_t n, struct hf_err *e)
{
	hf_buf_adds(out, "--");
	for (size_t i = 0; i < n; i++)
		hf_buf_addf(out, "\n%s", fprs[i]);
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

enum hf_code
vault_check_sealed(const struct hf_vault *v, const char *const *fprs, size_t n, const void *message, size_t len, struct hf_err *e)
{
	struct hf_packets p;
	enum hf_code      rc;

	if ((rc = hf_packets_read(&p, message, len, e)) != HF_OK)
		return rc;
	return check_audience(&v->home.ring, &p, fprs, n, e);
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
	struct hf_buf to = HF_BUF_INIT;
	struct sink   sink;
	enum hf_code  rc;

	if (len > HF_VAULT_MAX)
		return hf_fail(e, HF_BAD, "message: over %u bytes", HF_VAULT_MAX);
	if ((rc = vault_need_home(v, e)) != HF_OK || (rc = vault_need_private(v, e)) != HF_OK)
		return rc;
	sink_open(&sink, out, CIPHER_MAX);
	if ((rc = vault_check_recipients(v, fprs, n, e)) == HF_OK && (rc = put_recipients(&to, fprs, n, e)) == HF_OK &&
	    (rc = encrypt(&sink, v, to.data, data, len, e)) == HF_OK)
		rc = vault_check_sealed(v, fprs, n, hf_buf_str(out) + sink.start, out->len - sink.start, e);
	hf_buf_clear(&to);
	return sink_close(&sink, rc);
}

/* ---- for whom it is ---- */

enum hf_code
vault_check_known(const struct ring *r, const struct hf_packets *p, struct hf_err *e)
{
	for (size_t i = 0; i < p->n; i++)
		if (ring_find_keyid(r, p->keyid[i]) == NULL)
			return hf_fail(
			    e, HF_DAMAGED, "message: encrypted to %016" PRIX64 ", which is no member's key", p->keyid[i]);
	return HF_OK;
}

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
	    (rc = vault_check_known(r, &p, e)) != HF_OK)
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
