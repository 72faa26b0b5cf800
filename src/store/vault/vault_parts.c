#include "vault_parts.h"

#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"

void
sink_open(struct sink *s, struct hf_buf *out, size_t max)
{
	size_t left = out->max == 0 ? max : out->max - out->len;

	s->out = out;
	s->start = out->len;
	s->room = left < max ? left : max;
	s->over = false;
}

bool
sink_put(struct sink *s, const void *data, size_t len)
{
	s->over = s->over || len > s->room - (s->out->len - s->start);
	if (!s->over)
		hf_buf_add(s->out, data, len);
	return !s->over && !s->out->failed;
}

enum hf_code
sink_check(const struct sink *s, const char *subject, struct hf_err *e)
{
	if (s->over)
		return hf_fail(e, HF_BAD, "%s: over %zu bytes", subject, s->room);
	return s->out->failed ? hf_nomem(e) : HF_OK;
}

enum hf_code
sink_close(struct sink *s, enum hf_code rc)
{
	if (rc != HF_OK) {
		hf_buf_cut(s->out, s->start);
		s->out->failed = s->out->over = false;
	}
	return rc;
}

void
facts_init(struct facts *f)
{
	memset(f, 0, sizeof(*f));
	f->length = -1;
}

static void
note_error(struct facts *f, const char *args)
{
	if (hf_text_prefix(args, "keylist.getkey "))
		f->no_agent = vault_is_no_agent((unsigned)strtoul(args + strlen("keylist.getkey "), NULL, 10));
	else if (!hf_text_prefix(args, "pkdecrypt_failed ")) /* of two secret keys the first may fail */
		f->wrong = true;
}

void
facts_note(struct facts *f, const char *word, const char *args)
{
	static const char *const begun[] = { "ENC_TO", "BEGIN_DECRYPTION", "NODATA" };
	static const char *const wrong[] = { "FAILURE", "BADMDC", "DECRYPTION_FAILED", "UNEXPECTED", "NODATA", "BADSIG" };

	f->tried = f->tried || hf_text_is_one_of(word, begun, sizeof(begun) / sizeof(begun[0]));
	f->wrong = f->wrong || hf_text_is_one_of(word, wrong, sizeof(wrong) / sizeof(wrong[0]));
	if (strcmp(word, "DECRYPTION_INFO") == 0)
		f->opened = true;
	else if (strcmp(word, "GOODMDC") == 0)
		f->intact = true;
	else if (strcmp(word, "PLAINTEXT_LENGTH") == 0)
		f->length = strtoll(args, NULL, 10);
	else if (strcmp(word, "PLAINTEXT") == 0) {
		f->plaintexts++;
		f->mode = (char)strtoul(args, NULL, 16);
	} else if (strcmp(word, "ERROR") == 0)
		note_error(f, args);
}

enum hf_code
vault_look(struct hf_vault *v, struct hf_err *e)
{
	enum hf_code rc;

	if (v->looked)
		return HF_OK;
	if ((rc = home_load(&v->home, e)) == HF_OK)
		v->looked = true;
	return rc;
}

enum hf_code
vault_need_home(struct hf_vault *v, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = vault_look(v, e)) != HF_OK)
		return rc;
	return v->home.dir != NULL ? HF_OK : hf_fail(e, HF_INTERNAL, "members' keys: not loaded");
}

enum hf_code
vault_need_user(struct hf_vault *v, struct hf_err *e)
{
	return v->user != NULL ? HF_OK : run_open(&v->user, v, v->user_home, e);
}

enum hf_code
vault_need_private(struct hf_vault *v, struct hf_err *e)
{
	enum hf_code rc;

	if (v->private != NULL)
		return HF_OK;
	if ((rc = vault_look(v, e)) != HF_OK)
		return rc;
	if (v->home.dir == NULL && (rc = home_conf(&v->home, e)) != HF_OK)
		return rc;
	return run_open(&v->private, v, v->home.dir != NULL ? v->home.dir : v->home.base, e);
}

enum hf_code
vault_list_secret(struct ring *out, struct facts *f, struct hf_vault *v, const char *pattern, struct hf_err *e)
{
	enum hf_code rc;
	unsigned     error;

	facts_init(f);
	if ((rc = vault_need_user(v, e)) != HF_OK)
		return rc;
	if ((error = run_list(out, f, v->user, pattern, true)) != 0)
		return vault_why(v, error, "secret keys", e);
	return HF_OK;
}
