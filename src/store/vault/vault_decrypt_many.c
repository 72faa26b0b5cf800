/*
 * The vault: many messages decrypted, one gpg. Its --decrypt-files makes of "N.gpg" a file "N" beside it. In a folder of ours both names are symbolic links
 * to what gpg was handed, files without a name: so no plaintext comes near a disk. Only what it says to be right, in words that leave no question, is taken
 * from there; GPGME judges all others.
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

#define PROGRAM    "gpg"
#define FOLDER     "many"
#define SEALED_MAX (8u * 1024 * 1024) /* a larger one goes alone */
#define PLAIN_MAX  (64u * 1024 * 1024)

/* One message on its way through gpg. */
struct opening {
	struct outcome o;
	unsigned       begun, known, okay;
	int            out; /* where its plaintext is written; -1 */
};

struct openings {
	struct opening     of[HF_DECRYPT_MANY];
	struct batch_pairs p;
};

/* ---- into gpg ---- */

static bool
may_go(const struct hf_vault *v, const struct hf_opened *m)
{
	struct hf_packets p;

	return m->len <= SEALED_MAX && hf_packets_read(&p, m->data, m->len, NULL) == HF_OK && vault_may_be_mine(v, &p);
}

/* Compression may blow a message up. */
static uint64_t
room_of(const struct hf_buf *out)
{
	size_t room = out->max == 0 ? PLAIN_MAX : out->max - out->len;

	return (room < PLAIN_MAX ? room : PLAIN_MAX) + 1; /* a byte too many is noticed */
}

/* ---- what it says ---- */

/* DECRYPTION_INFO mdc-method cipher aead: of others than the one that gpg itself writes, GPGME says what they are. */
static bool
take_info(struct opening *p, const char *args)
{
	unsigned mdc, cipher, aead = 0;

	p->known++;
	if (sscanf(args, "%u %u %u", &mdc, &cipher, &aead) < 2 || mdc != 2 || aead != 0)
		return false;
	snprintf(p->o.algo, sizeof(p->o.algo), "%u.CFB", cipher);
	return true;
}

static bool
take_line(void *arg, size_t i, const char *word, const char *args)
{
	static const char *const quiet[] = { "ENC_TO", "NO_SECKEY", "KEY_CONSIDERED", "DECRYPTION_KEY", "PLAINTEXT",
		"PLAINTEXT_LENGTH", "GOODMDC", "END_DECRYPTION", "DECRYPTION_COMPLIANCE_MODE" };
	struct opening          *p = &((struct openings *)arg)->of[i];

	facts_note(&p->o.facts, word, args);
	if (strcmp(word, "BEGIN_DECRYPTION") == 0)
		p->begun++;
	else if (strcmp(word, "DECRYPTION_OKAY") == 0)
		p->okay++;
	else if (strcmp(word, "DECRYPTION_INFO") == 0)
		return take_info(p, args);
	else
		return hf_text_is_one_of(word, quiet, sizeof(quiet) / sizeof(quiet[0]));
	return true;
}

/*
 * The user's home, for their agent; nothing that stands in their gpg.conf. An agent that it started would have no terminal, and would stay.
 */
static void
open_all(struct openings *all, struct hf_vault *v, const char *folder, struct hf_opened *const *list, size_t n)
{
	const char              *own[] = { "--no-options", v->user_home == NULL ? NULL : "--homedir", v->user_home };
	const char              *options[20] = { v->program };
	size_t                   at = 1;
	struct batch             b = { .options = options, .env = v->env, .fds = all->p.fds, .heard = take_line, .arg = all };
	static const char *const rest[] = { "--batch", "--yes", "--no-tty", "--quiet", "--no-autostart", "--pinentry-mode", "error",
		"--trust-model", "always", "--no-use-embedded-filename", "--status-fd", "1", "--decrypt-files", "--" };

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]) && own[i] != NULL; i++)
		options[at++] = own[i];
	memcpy(&options[at], rest, sizeof(rest));
	for (size_t i = 0; i < n; i++) {
		facts_init(&all->of[i].o.facts);
		all->of[i].out = -1;
		if (may_go(v, list[i])) {
			all->of[i].out = batch_pair(&all->p, i, folder, true, batch_file(NULL, 0, list[i]->data, list[i]->len));
			b.file_max = room_of(list[i]->out) > b.file_max ? room_of(list[i]->out) : b.file_max;
		}
	}
	b.n_fds = all->p.n_fds;
	batch_run(all->p.list, n, &b);
}

/* ---- out of it ---- */

static bool
is_plainly_right(const struct openings *all, size_t i, size_t got)
{
	const struct opening *p = &all->of[i];
	const struct course  *c = &all->p.list[i];

	return c->done && !c->odd && p->begun == 1 && p->known == 1 && p->okay == 1 && p->o.facts.intact && got <= PLAIN_MAX &&
	    vault_check_plain(&p->o, got, NULL) == HF_OK;
}

/* True: it is in m->out. */
static bool
take_out(const struct openings *all, size_t i, struct hf_opened *m)
{
	struct sink sink;
	struct stat st;
	void       *plain;
	bool        all_of_it = true;

	if (!all->p.list[i].done || fstat(all->of[i].out, &st) != 0 || !is_plainly_right(all, i, (size_t)st.st_size))
		return false;
	sink_open(&sink, m->out, HF_VAULT_MAX);
	if (st.st_size > 0) {
		if ((plain = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, all->of[i].out, 0)) == MAP_FAILED)
			return false;
		all_of_it = sink_put(&sink, plain, (size_t)st.st_size);
		munmap(plain, (size_t)st.st_size);
	}
	return sink_close(&sink, all_of_it ? HF_OK : HF_BAD) == HF_OK;
}

/* ---- all of them ---- */

struct hf_opened
hf_opened_of(const struct hf_buf *sealed, struct hf_buf *out)
{
	return (struct hf_opened){ hf_buf_str(sealed), sealed->len, out, HF_OK, HF_ERR_INIT };
}

static bool
is_for_all(enum hf_code rc)
{
	return rc != HF_OK && rc != HF_SEALED && rc != HF_DAMAGED && rc != HF_BAD;
}

static enum hf_code
alone(struct hf_vault *v, struct hf_opened *m, struct hf_err *e)
{
	m->rc = hf_vault_decrypt(m->out, v, m->data, m->len, &m->err);
	if (!is_for_all(m->rc))
		return HF_OK;
	if (e != NULL)
		*e = m->err;
	return m->rc;
}

/* The folder and the program; without one of them, they go alone. */
static char *
need_way(struct hf_vault *v, size_t n)
{
	char *folder;

	if (v->env == NULL || v->alone || (v->program == NULL && (v->program = hf_child_find(PROGRAM, v->env)) == NULL))
		return NULL;
	if ((folder = batch_folder(v->home.base, FOLDER, n)) == NULL)
		v->alone = true;
	return folder;
}

enum hf_code
hf_vault_decrypt_many(struct hf_vault *v, struct hf_opened *const *list, size_t n, struct hf_err *e)
{
	struct openings *all = NULL;
	char            *folder;
	size_t           right = 0;
	bool             opened = v->opened;
	enum hf_code     rc;

	if (n > HF_DECRYPT_MANY)
		return hf_fail(e, HF_INTERNAL, "messages: %zu at once", n);
	if (n == 0 || (rc = vault_look(v, e)) != HF_OK)
		return n == 0 ? HF_OK : rc;
	if ((folder = need_way(v, n)) != NULL && (all = calloc(1, sizeof(*all))) != NULL)
		open_all(all, v, folder, list, n);
	for (size_t i = 0; rc == HF_OK && i < n; i++) {
		list[i]->rc = HF_OK;
		if (all != NULL && take_out(all, i, list[i]))
			right++;
		else
			rc = alone(v, list[i], e);
	}
	v->opened = v->opened || right > 0;
	v->alone = v->alone || (opened && all != NULL && all->p.n_fds > 0 && right == 0);
	if (all != NULL)
		batch_drop(&all->p);
	free(all);
	free(folder);
	return rc;
}
