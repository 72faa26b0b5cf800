/*
 * The vault: many messages encrypted, one gpg. Its --encrypt-files makes of "N" a file "N.gpg" beside it. In a folder of ours both names are symbolic links
 * to what gpg was handed, files without a name: so no plaintext comes near a disk. What it makes is read again as that of one message is, and must be as
 * long as such a message is to the byte; all others GPGME encrypts, and explains what is the matter.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "holdfast/text.h"
#include "vault_batch.h"
#include "vault_parts.h"

#define FOLDER    "seal"
#define PLAIN_MAX (1024u * 1024) /* a larger one goes alone */
#define KEY_MAX   4096           /* more than one recipient's session key takes */
#define OPTIONS   24             /* of gpg, without the recipients */

/* How much longer than its plaintext the integrity-protected data is: version, the cipher's first block and two bytes more, the literal's head, a hash. */
#define AROUND (1 + 18 + VAULT_LITERAL + 22)

/* One message on its way through gpg. */
struct sealing {
	unsigned begun, ended;
	int      made; /* what gpg wrote */
};

struct sealings {
	struct sealing     of[HF_ENCRYPT_MANY];
	struct batch_pairs p;
	const char *const *fprs;
	size_t             n_fprs;
};

/* ---- into gpg ---- */

static int
put_in(struct sealings *all, size_t i, const char *folder, const struct hf_sealed *m)
{
	char head[VAULT_LITERAL];

	vault_literal(head, m->len);
	return batch_pair(&all->p, i, folder, false, batch_file(head, sizeof(head), m->data, m->len));
}

/* ---- what it says ---- */

/* BEGIN_ENCRYPTION mdc-method cipher [aead]: of another than mdc alone, the length is not known here. */
static bool
take_line(void *arg, size_t i, const char *word, const char *args)
{
	static const char *const quiet[] = { "KEY_CONSIDERED", "ENCRYPTION_COMPLIANCE_MODE" };
	struct sealing          *s = &((struct sealings *)arg)->of[i];

	if (strcmp(word, "BEGIN_ENCRYPTION") == 0) {
		s->begun++;
		return hf_text_prefix(args, "2 ");
	}
	if (strcmp(word, "END_ENCRYPTION") == 0) {
		s->ended++;
		return true;
	}
	return hf_text_is_one_of(word, quiet, sizeof(quiet) / sizeof(quiet[0]));
}

/* As GPGME asks for it; our gpg.conf says the rest. */
static const char **
put_options(const struct hf_vault *v, const char *const *fprs, size_t n)
{
	static const char *const own[] = { "--trust-model", "always", "--disable-dirmngr", "--batch", "--yes", "--no-tty",
		"--quiet", "--status-fd", "1", "--no-literal", "--compress-algo", "none", "--no-encrypt-to" };
	const char             **options = calloc(OPTIONS + 2 * n, sizeof(*options));
	size_t                   at = 0;

	if (options == NULL)
		return NULL;
	options[at++] = run_program(v->private);
	options[at++] = "--homedir";
	options[at++] = v->home.dir;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		options[at++] = own[i];
	for (size_t i = 0; i < n; i++) {
		options[at++] = "-r";
		options[at++] = fprs[i];
	}
	options[at++] = "--encrypt-files";
	options[at++] = "--";
	return options;
}

static void
seal_all(struct sealings *all, struct hf_vault *v, const char *folder, struct hf_sealed *const *list, size_t n)
{
	static char        plain[] = "LC_ALL=C";
	static char *const env[] = { plain, NULL };
	const char       **options = put_options(v, all->fprs, all->n_fprs);
	struct batch       b = { .options = options, .env = env, .fds = all->p.fds, .heard = take_line, .arg = all };

	for (size_t i = 0; options != NULL && i < n; i++)
		if (list[i]->len <= PLAIN_MAX)
			all->of[i].made = put_in(all, i, folder, list[i]);
	b.n_fds = all->p.n_fds;
	b.file_max = PLAIN_MAX + (all->n_fprs + 1) * KEY_MAX;
	if (options != NULL)
		batch_run(all->p.list, n, &b);
	free(options);
}

/* ---- out of it ---- */

/* gpg does not say when the last of it could not be written; and nothing may have been made shorter, or longer. */
static bool
is_all_of_it(const void *message, size_t len, size_t plain)
{
	const unsigned char *at = message;
	struct hf_packet     p = { 0 };

	while (len > 0)
		if (hf_packet_next(&p, &at, &len, NULL) != HF_OK)
			return false;
	return p.tag == HF_TAG_MDC_DATA && !p.parts && p.len == plain + AROUND;
}

static bool
is_plainly_right(const struct sealings *all, size_t i)
{
	const struct sealing *s = &all->of[i];
	const struct course  *c = &all->p.list[i];

	return c->done && !c->odd && s->begun == 1 && s->ended == 1;
}

/* True: it is in m->out. */
static bool
take_out(const struct sealings *all, size_t i, const struct hf_vault *v, const struct hf_sealed *m)
{
	struct sink sink;
	struct stat st;
	const char *message;
	void       *made;
	bool        right;

	if (!is_plainly_right(all, i) || fstat(all->of[i].made, &st) != 0 || st.st_size == 0 ||
	    (made = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, all->of[i].made, 0)) == MAP_FAILED)
		return false;
	sink_open(&sink, m->out, HF_VAULT_MAX);
	hf_buf_reserve(m->out, (size_t)st.st_size);
	right = sink_put(&sink, made, (size_t)st.st_size);
	munmap(made, (size_t)st.st_size);
	message = hf_buf_str(m->out) + sink.start;
	right = right && is_all_of_it(message, (size_t)st.st_size, m->len) &&
	    vault_check_sealed(v, all->fprs, all->n_fprs, message, (size_t)st.st_size, NULL) == HF_OK;
	return sink_close(&sink, right ? HF_OK : HF_DAMAGED) == HF_OK;
}

/* ---- all of them ---- */

/* right: whose message is in its out. */
static void
together(bool *right, struct hf_vault *v, const char *const *fprs, size_t n_fprs, struct hf_sealed *const *list, size_t n)
{
	struct sealings *all = NULL;
	char            *folder;
	size_t           n_right = 0;

	if ((folder = batch_folder(v->home.base, FOLDER, n)) != NULL && (all = calloc(1, sizeof(*all))) != NULL) {
		all->fprs = fprs;
		all->n_fprs = n_fprs;
		seal_all(all, v, folder, list, n);
	}
	for (size_t i = 0; all != NULL && i < n; i++)
		n_right += right[i] = take_out(all, i, v, list[i]);
	v->singly = n_right == 0 && (folder == NULL || (all != NULL && all->p.n_fds > 0));
	if (all != NULL)
		batch_drop(&all->p);
	free(all);
	free(folder);
}

enum hf_code
hf_vault_encrypt_many(
    struct hf_vault *v, const char *const *fprs, size_t n_fprs, struct hf_sealed *const *list, size_t n, struct hf_err *e)
{
	bool         right[HF_ENCRYPT_MANY] = { false };
	size_t       before[HF_ENCRYPT_MANY], i;
	enum hf_code rc;

	if (n > HF_ENCRYPT_MANY)
		return hf_fail(e, HF_INTERNAL, "messages: %zu at once", n);
	if (n == 0)
		return HF_OK;
	if ((rc = vault_need_home(v, e)) != HF_OK || (rc = vault_need_private(v, e)) != HF_OK ||
	    (rc = vault_check_recipients(v, fprs, n_fprs, e)) != HF_OK)
		return rc;
	for (i = 0; i < n; i++)
		before[i] = list[i]->out->len;
	if (n > 1 && !v->singly)
		together(right, v, fprs, n_fprs, list, n);
	for (i = 0; rc == HF_OK && i < n; i++)
		if (!right[i])
			rc = hf_vault_encrypt(list[i]->out, v, fprs, n_fprs, list[i]->data, list[i]->len, e);
	for (i = 0; rc != HF_OK && i < n; i++)
		hf_buf_cut(list[i]->out, before[i]);
	return rc;
}
