/*
 * The vault: many signatures, one gpg. Starting gpg costs ten times what a signature does, and GPGME starts one for each. So the signatures and what
 * they sign are put together as signed messages (RFC 4880, 11.3), each in a pipe of its own, and one gpg --verify-files reads them all. Only what it
 * says to be good, in words that leave no question, is taken from there; GPGME judges all others.
 */
#define _GNU_SOURCE /* pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holdfast/child.h"
#include "holdfast/text.h"
#include "holdfast/time.h"
#include "vault_parts.h"

#define SAID_MAX (1024u * 1024)
#define SILENT   60 /* s */
#define STATUS   "[GNUPG:] "
#define N_FIXED  13

/* One signature on its way through gpg. */
struct passing {
	struct armor_sig facts;
	int              fd; /* the end of the pipe that gpg reads; -1: it does not go this way */
	char             name[16];
	struct outcome   o;
	unsigned         begun, good, valid;
	bool             odd; /* gpg had something else to say */
	bool             done;
};

/* ---- into gpg ---- */

/* All of it fits into the pipe, or it does not go this way. */
static void
fill_pipe(struct passing *p, const struct hf_buf *message)
{
	int both[2];

	if (pipe2(both, O_CLOEXEC | O_NONBLOCK) != 0)
		return;
	if (both[0] > STDERR_FILENO && write(both[1], message->data, message->len) == (ssize_t)message->len &&
	    fcntl(both[0], F_SETFL, 0) == 0 && fcntl(both[0], F_SETFD, 0) == 0) {
		p->fd = both[0];
		snprintf(p->name, sizeof(p->name), "-&%d", p->fd);
	} else
		close(both[0]);
	close(both[1]);
}

static void
put_in(struct passing *p, const struct hf_signed *s)
{
	struct hf_buf message = HF_BUF_INIT;
	char          head[VAULT_LITERAL];

	p->fd = -1;
	if (armor_read_sig(&p->facts, s->sig, s->sig_len, NULL) != HF_OK ||
	    armor_decode(&message, "SIGNATURE", s->sig, s->sig_len, NULL) != HF_OK)
		goto done;
	vault_literal(head, s->len);
	hf_buf_add(&message, head, sizeof(head));
	hf_buf_add(&message, s->data, s->len);
	if (hf_buf_check(&message, NULL) == HF_OK)
		fill_pipe(p, &message);
done:
	hf_buf_clear(&message);
}

/* ---- what it says ---- */

/* VALIDSIG fingerprint date made-at expires-at version reserved algorithm hash class primary */
static void
take_valid(struct passing *p, const char *args)
{
	char fpr[HF_FPR_SIZE] = "";
	long made, expires;
	unsigned class;

	if (sscanf(args, "%40s %*s %ld %ld %*s %*s %*s %*s %2x", fpr, &made, &expires, &class) != 4 || !hf_fpr_valid(fpr) ||
	    made <= 0 || expires != 0 || class != ARMOR_SIG_BINARY) {
		p->odd = true;
		return;
	}
	memcpy(p->o.key, fpr, sizeof(fpr));
	p->o.made_at = made * HF_SECOND;
	p->valid++;
}

static bool
says(const char **args, const char *line, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(line, word, n) != 0 || (line[n] != ' ' && line[n] != '\0'))
		return false;
	*args = line + n + (line[n] == ' ');
	return true;
}

static void
take_line(struct passing *p, const char *line)
{
	static const char *const quiet[] = { "KEY_CONSIDERED", "SIG_ID", "PLAINTEXT", "PLAINTEXT_LENGTH", "TRUST_UNDEFINED",
		"TRUST_NEVER", "TRUST_MARGINAL", "TRUST_FULLY", "TRUST_ULTIMATE", "VERIFICATION_COMPLIANCE_MODE" };
	const char              *args;

	if (says(&args, line, "NEWSIG"))
		p->begun++;
	else if (says(&args, line, "GOODSIG"))
		p->good++;
	else if (says(&args, line, "VALIDSIG"))
		take_valid(p, args);
	else if (says(&args, line, "FILE_DONE"))
		p->done = true;
	else {
		for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++)
			if (says(&args, line, quiet[i]))
				return;
		p->odd = true;
	}
}

/* Of which of them it speaks from now on; NULL: of none that it was given. */
static struct passing *
find_begun(struct passing *list, size_t n, const char *args)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].fd >= 0 && list[i].begun == 0 && hf_text_prefix(args, "1 ") && strcmp(args + 2, list[i].name) == 0)
			return &list[i];
	return NULL;
}

/* Each is told of between a FILE_START and a FILE_DONE, in their order. */
static void
listen_to(struct passing *list, size_t n, char *said)
{
	struct passing *p = NULL;
	const char     *args;
	char           *line, *rest = said;

	while ((line = strsep(&rest, "\n")) != NULL && rest != NULL) {
		if (!hf_text_prefix(line, STATUS)) {
			if (p != NULL)
				p->odd = true;
		} else if (says(&args, line + strlen(STATUS), "FILE_START")) {
			if (p != NULL)
				p->odd = true;
			p = find_begun(list, n, args);
		} else if (p != NULL) {
			take_line(p, line + strlen(STATUS));
			if (p->done)
				p = NULL;
		}
	}
}

/* ---- one gpg ---- */

static bool
is_plainly_good(const struct passing *p)
{
	return p->done && !p->odd && p->begun == 1 && p->good == 1 && p->valid == 1;
}

static void
ask(struct hf_vault *v, struct passing *list, size_t n)
{
	static const char *const env[] = { "LC_ALL=C", NULL };
	const char *argv[N_FIXED + HF_VERIFY_MANY + 1] = { run_program(v->private), "--homedir", v->home.dir, "--batch", "--no-tty",
		"--quiet", "--status-fd", "1", "--trust-model", "always", "--enable-special-filenames", "--verify-files", "--" };
	struct hf_child     c = { .argv = argv, .env = (char *const *)(uintptr_t)env, .silent = SILENT };
	struct hf_buf       said = HF_BUF_INIT;
	struct hf_child_end end;
	size_t              args = N_FIXED;

	said.max = SAID_MAX;
	for (size_t i = 0; i < n; i++)
		if (list[i].fd >= 0)
			argv[args++] = list[i].name;
	if (argv[0] != NULL && args > N_FIXED && hf_child_run(&end, &said, NULL, &c, NULL) == HF_OK && !end.timed_out &&
	    said.len > 0)
		listen_to(list, n, said.data);
	hf_buf_clear(&said);
}

static void
pass_all(struct hf_vault *v, struct passing *list, struct hf_signed *of, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_in(&list[i], &of[i]);
	ask(v, list, n);
	for (size_t i = 0; i < n; i++)
		if (list[i].fd >= 0)
			close(list[i].fd);
}

/* ---- all of them ---- */

static enum hf_code
judge_one(struct hf_signed *s, const struct passing *p, struct hf_vault *v, struct hf_err *e)
{
	memset(&s->is, 0, sizeof(s->is));
	s->rc = HF_OK;
	if (p != NULL && is_plainly_good(p)) {
		vault_judge(&s->is, &v->home.ring, &p->facts, &p->o);
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
	struct passing *passing = NULL;
	enum hf_code    rc;

	if (n > HF_VERIFY_MANY)
		return hf_fail(e, HF_INTERNAL, "signatures: %zu at once", n);
	if ((rc = vault_need_home(v, e)) != HF_OK || (rc = vault_need_private(v, e)) != HF_OK)
		return rc;
	if (n > 1 && (passing = calloc(n, sizeof(*passing))) != NULL)
		pass_all(v, passing, list, n);
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		rc = judge_one(&list[i], passing == NULL ? NULL : &passing[i], v, e);
	free(passing);
	return rc;
}
