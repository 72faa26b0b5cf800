/*
 * The vault: many signatures, one gpg. A signature and what it signs are put together as a signed message (RFC 4880, 11.3), and one gpg --verify-files
 * reads them all. Only what it says to be good, in words that leave no question, is taken from there; GPGME judges all others.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holdfast/text.h"
#include "holdfast/time.h"
#include "vault_batch.h"
#include "vault_parts.h"

/* One signature on its way through gpg. */
struct passing {
	struct armor_sig facts;
	struct outcome   o;
	unsigned         begun, good, valid;
};

struct pass {
	struct passing of[HF_VERIFY_MANY];
	struct course  list[HF_VERIFY_MANY];
	char           names[HF_VERIFY_MANY][16];
	int            fds[HF_VERIFY_MANY];
	size_t         n_fds;
};

/* ---- into gpg ---- */

static void
put_in(struct pass *all, size_t i, const struct hf_signed *s)
{
	struct hf_buf message = HF_BUF_INIT;
	char          head[VAULT_LITERAL];

	if (armor_read_sig(&all->of[i].facts, s->sig, s->sig_len, NULL) != HF_OK ||
	    armor_decode(&message, "SIGNATURE", s->sig, s->sig_len, NULL) != HF_OK)
		goto done;
	vault_literal(head, s->len);
	hf_buf_add(&message, head, sizeof(head));
	hf_buf_add(&message, s->data, s->len);
	if (hf_buf_check(&message, NULL) != HF_OK || (all->fds[all->n_fds] = batch_file(NULL, 0, message.data, message.len)) < 0)
		goto done;
	snprintf(all->names[i], sizeof(all->names[i]), "-&%zu", HF_CHILD_FD + all->n_fds++);
	all->list[i].name = all->names[i];
done:
	hf_buf_clear(&message);
}

/* ---- what it says ---- */

/* VALIDSIG fingerprint date made-at expires-at version reserved algorithm hash class primary */
static bool
take_valid(struct passing *p, const char *args)
{
	char fpr[HF_FPR_SIZE] = "";
	long made, expires;
	unsigned class;

	if (sscanf(args, "%40s %*s %ld %ld %*s %*s %*s %*s %2x", fpr, &made, &expires, &class) != 4 || !hf_fpr_valid(fpr) ||
	    made <= 0 || expires != 0 || class != ARMOR_SIG_BINARY)
		return false;
	memcpy(p->o.key, fpr, sizeof(fpr));
	p->o.made_at = made * HF_SECOND;
	p->valid++;
	return true;
}

static bool
take_line(void *arg, size_t i, const char *word, const char *args)
{
	static const char *const quiet[] = { "KEY_CONSIDERED", "SIG_ID", "PLAINTEXT", "PLAINTEXT_LENGTH", "TRUST_UNDEFINED",
		"TRUST_NEVER", "TRUST_MARGINAL", "TRUST_FULLY", "TRUST_ULTIMATE", "VERIFICATION_COMPLIANCE_MODE" };
	struct passing          *p = &((struct pass *)arg)->of[i];

	if (strcmp(word, "NEWSIG") == 0)
		p->begun++;
	else if (strcmp(word, "GOODSIG") == 0)
		p->good++;
	else if (strcmp(word, "VALIDSIG") == 0)
		return take_valid(p, args);
	else
		return hf_text_is_one_of(word, quiet, sizeof(quiet) / sizeof(quiet[0]));
	return true;
}

static void
pass_all(struct pass *all, struct hf_vault *v, const struct hf_signed *of, size_t n)
{
	static char        plain[] = "LC_ALL=C";
	static char *const env[] = { plain, NULL };
	const char *const  options[] = { run_program(v->private), "--homedir", v->home.dir, "--batch", "--no-tty", "--quiet",
		 "--status-fd", "1", "--trust-model", "always", "--enable-special-filenames", "--verify-files", "--", NULL };
	struct batch       b = { .options = options, .env = env, .fds = all->fds, .heard = take_line, .arg = all };

	for (size_t i = 0; i < n; i++)
		put_in(all, i, &of[i]);
	b.n_fds = all->n_fds;
	batch_run(all->list, n, &b);
	for (size_t i = 0; i < all->n_fds; i++)
		close(all->fds[i]);
}

static bool
is_plainly_good(const struct pass *all, size_t i)
{
	const struct passing *p = &all->of[i];
	const struct course  *c = &all->list[i];

	return c->done && !c->odd && p->begun == 1 && p->good == 1 && p->valid == 1;
}

/* ---- all of them ---- */

static enum hf_code
judge_one(struct hf_signed *s, const struct passing *plainly, struct hf_vault *v, struct hf_err *e)
{
	memset(&s->is, 0, sizeof(s->is));
	s->rc = HF_OK;
	if (plainly != NULL) {
		vault_judge(&s->is, &v->home.ring, &plainly->facts, &plainly->o);
		return HF_OK;
	}
	s->rc = hf_vault_verify(&s->is, v, s->sig, s->sig_len, s->data, s->len, &s->err);
	if (s->rc != HF_OK && s->rc != HF_DAMAGED && s->rc != HF_BAD) {
		*e = s->err;
		return s->rc;
	}
	return HF_OK;
}

enum hf_code
hf_vault_verify_many(struct hf_vault *v, struct hf_signed *list, size_t n, struct hf_err *e)
{
	struct pass *all = NULL;
	enum hf_code rc;

	if (n > HF_VERIFY_MANY)
		return hf_fail(e, HF_INTERNAL, "signatures: %zu at once", n);
	if ((rc = vault_need_home(v, e)) != HF_OK || (rc = vault_need_private(v, e)) != HF_OK)
		return rc;
	if (n > 1 && (all = calloc(1, sizeof(*all))) != NULL)
		pass_all(all, v, list, n);
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		rc = judge_one(&list[i], all != NULL && is_plainly_good(all, i) ? &all->of[i] : NULL, v, e);
	free(all);
	return rc;
}
