/* The vault: one message decrypted. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "vault_parts.h"

#define GPG_BLOCK 32768 /* what gpg writes of a plaintext at a time */

static enum hf_code
kept_back(struct hf_err *e)
{
	enum hf_code rc = hf_fail(e, HF_SYSTEM, "message: gpg did not hand over the whole of it");

	hf_hint(e, "is there a line with max-output, list-only or unwrap in your gpg.conf?");
	return rc;
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

	if (v->home.dir != NULL && (rc = vault_check_known(&v->home.ring, p, e)) != HF_OK)
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

enum hf_code
vault_check_plain(const struct outcome *o, size_t got, struct hf_err *e)
{
	const char *mode = strrchr(o->algo, '.');

	if (mode == NULL || strcmp(mode, ".PGPCFB") == 0)
		return hf_fail(e, HF_DAMAGED, "message: encrypted without integrity protection");
	if (o->facts.wrong || o->facts.plaintexts > 1 || (strcmp(mode, ".CFB") == 0 && !o->facts.intact))
		return hf_fail(e, HF_DAMAGED, "message: it is not what was written");
	return is_whole(&o->facts, got) ? HF_OK : kept_back(e);
}

bool
vault_may_be_mine(const struct hf_vault *v, const struct hf_packets *p)
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
	if (!vault_may_be_mine(v, &p))
		return why_sealed(v, &p, e);
	sink_open(&sink, out, HF_VAULT_MAX);
	error = run_decrypt(&o, &sink, v->user, data, len);
	if ((rc = sink_check(&sink, "message", e)) == HF_OK)
		rc = error != 0 ? why_not(v, &p, &o, error, e) : vault_check_plain(&o, out->len - sink.start, e);
	v->opened = v->opened || rc == HF_OK;
	return sink_close(&sink, rc);
}
