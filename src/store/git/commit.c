#include "holdfast/commit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../vault/armor.h"
#include "commit_write.h"
#include "object.h"

#define WORD_MAX 32
#define TIME_MAX INT64_C(253402300799) /* the end of the year 9999 */

/* What is left to read. */
struct cursor {
	const char *p, *end;
};

static enum hf_code
refuse(struct hf_err *e, const char *why)
{
	return hf_fail(e, HF_DAMAGED, "commit: %s", why);
}

static bool
take(struct cursor *c, const char *literal)
{
	size_t n = strlen(literal);

	if ((size_t)(c->end - c->p) < n || memcmp(c->p, literal, n) != 0)
		return false;
	c->p += n;
	return true;
}

static bool
take_oid(struct cursor *c, struct hf_oid *out)
{
	char hex[HF_OID_SIZE];

	if ((size_t)(c->end - c->p) < HF_OID_SIZE - 1)
		return false;
	memcpy(hex, c->p, HF_OID_SIZE - 1);
	hex[HF_OID_SIZE - 1] = '\0';
	c->p += HF_OID_SIZE - 1;
	return hf_oid_set(out, hex);
}

static bool
is_fpr(const char *s)
{
	return strspn(s, "0123456789ABCDEF") == 40 && s[40] == '\0';
}

static bool
take_fpr(struct cursor *c, char out[41])
{
	if (c->end - c->p < 40)
		return false;
	memcpy(out, c->p, 40);
	out[40] = '\0';
	c->p += 40;
	return is_fpr(out);
}

/* Digits without a leading zero. */
static bool
take_time(struct cursor *c, int64_t *out)
{
	const char *start = c->p;

	for (*out = 0; c->p < c->end && *c->p >= '0' && *c->p <= '9' && *out <= TIME_MAX; c->p++)
		*out = *out * 10 + (*c->p - '0');
	return c->p > start && (*start != '0' || c->p == start + 1) && *out <= TIME_MAX;
}

static bool
take_person(struct cursor *c, const char *header, char fpr[41], int64_t *at)
{
	return take(c, header) && take(c, " holdfast <") && take_fpr(c, fpr) && take(c, "@holdfast.invalid> ") &&
	    take_time(c, at) && take(c, " +0000\n");
}

/* The next line of the signature, unfolded, with its newline; only printable ASCII. */
static bool
take_folded(struct cursor *c, char *out, size_t *len)
{
	const char *nl = memchr(c->p, '\n', (size_t)(c->end - c->p));
	const char *q;

	if (nl == NULL)
		return false;
	for (q = c->p; q < nl; q++)
		if (*q < ' ' || *q > '~')
			return false;
	memcpy(out + *len, c->p, (size_t)(nl - c->p) + 1);
	*len += (size_t)(nl - c->p) + 1;
	c->p = nl + 1;
	return true;
}

/* gpgsig: one armored block, nothing before, between or after. out has room for everything that is left. */
static enum hf_code
take_signature(struct cursor *c, char *out, size_t *len, struct hf_err *e)
{
	const char *why;

	*len = 0;
	if (!take(c, "gpgsig "))
		return refuse(e, "no signature after the committer");
	do {
		if (!take_folded(c, out, len))
			return refuse(e, "its signature does not end, or is no plain text");
	} while (take(c, " "));
	if ((why = armor_untidy("SIGNATURE", out, *len)) != NULL)
		return hf_fail(e, HF_DAMAGED, "commit: its signature %s", why);
	return HF_OK;
}

static enum hf_code
take_parents(struct cursor *c, struct hf_commit *out, struct hf_err *e)
{
	while (take(c, "parent ")) {
		if (out->n_parents == HF_COMMIT_PARENTS)
			return refuse(e, "more than two parents");
		if (!take_oid(c, &out->parent[out->n_parents]) || !take(c, "\n"))
			return refuse(e, "a parent that is no object name");
		out->n_parents++;
	}
	if (out->n_parents == 2 && hf_oid_equal(&out->parent[0], &out->parent[1]))
		return refuse(e, "the same parent twice");
	return HF_OK;
}

static enum hf_code
take_message(struct cursor *c, struct hf_commit *out, struct hf_err *e)
{
	const char *p = c->p;

	if (!take(c, "\n"))
		return refuse(e, "a header that does not belong");
	for (p = c->p; p < c->end && *p >= 'a' && *p <= 'z'; p++)
		continue;
	if (p == c->p || p - c->p > WORD_MAX || c->end - p != 1 || *p != '\n')
		return refuse(e, "its message is not one word");
	out->message = c->p;
	out->message_len = (size_t)(c->end - c->p);
	return HF_OK;
}

/* What was signed is the raw bytes without the signature's lines. */
static void
set_payload(struct hf_commit *out, const char *raw, const char *sig, const char *after, const char *end)
{
	size_t head = (size_t)(sig - raw), tail = (size_t)(end - after);

	memcpy(out->payload, raw, head);
	memcpy(out->payload + head, after, tail);
	out->payload_len = head + tail;
	out->payload[out->payload_len] = '\0';
}

static enum hf_code
read_commit(struct hf_commit *out, const char *raw, size_t len, struct hf_err *e)
{
	struct cursor c = { raw, raw + len };
	const char   *sig;
	enum hf_code  rc;

	if (!take(&c, "tree ") || !take_oid(&c, &out->tree) || !take(&c, "\n"))
		return refuse(e, "it does not begin with a tree");
	if ((rc = take_parents(&c, out, e)) != HF_OK)
		return rc;
	if (!take_person(&c, "author", out->author, &out->author_time))
		return refuse(e, "its author is not as holdfast writes it");
	if (!take_person(&c, "committer", out->committer, &out->committer_time))
		return refuse(e, "its committer is not as holdfast writes it");
	sig = c.p;
	if ((rc = take_signature(&c, out->signature, &out->signature_len, e)) != HF_OK)
		return rc;
	out->signature[out->signature_len] = '\0';
	set_payload(out, raw, sig, c.p, raw + len);
	return take_message(&c, out, e);
}

enum hf_code
hf_commit_read(struct hf_commit *out, const void *raw, size_t len, struct hf_err *e)
{
	enum hf_code rc;

	memset(out, 0, sizeof(*out));
	if (len > HF_COMMIT_MAX)
		return refuse(e, "too large");
	if (len == 0 || memchr(raw, '\0', len) != NULL)
		return refuse(e, "a NUL byte, or nothing at all");
	out->signature = malloc(len + 1);
	out->payload = malloc(len + 1);
	if (out->signature == NULL || out->payload == NULL)
		rc = hf_nomem(e);
	else
		rc = read_commit(out, raw, len, e);
	if (rc != HF_OK)
		hf_commit_clear(out);
	return rc;
}

bool
hf_commit_says(const struct hf_commit *c, const char *word)
{
	size_t n = strlen(word);

	return c->message_len == n + 1 && memcmp(c->message, word, n) == 0 && c->message[n] == '\n';
}

void
hf_commit_clear(struct hf_commit *c)
{
	free(c->signature);
	free(c->payload);
	memset(c, 0, sizeof(*c));
}

static void
add_person(struct hf_buf *out, const char *header, const struct hf_commit_spec *spec)
{
	hf_buf_addf(out, "%s holdfast <%s@holdfast.invalid> %lld +0000\n", header, spec->fpr, (long long)(spec->at / 1000));
}

static bool
is_word(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz");

	return n > 0 && n <= WORD_MAX && s[n] == '\0';
}

/* The headers up to the signature. */
static enum hf_code
add_headers(struct hf_buf *out, const struct hf_oid *tree, const struct hf_commit_spec *spec, struct hf_err *e)
{
	if (spec->fpr == NULL || !is_fpr(spec->fpr) || spec->message == NULL || !is_word(spec->message) || spec->at < 0)
		return hf_fail(e, HF_INTERNAL, "commit: no fingerprint, no word or no time");
	hf_buf_addf(out, "tree %s\n", tree->hex);
	if (spec->base != NULL)
		hf_buf_addf(out, "parent %s\n", spec->base->hex);
	if (spec->other != NULL)
		hf_buf_addf(out, "parent %s\n", spec->other->hex);
	add_person(out, "author", spec);
	add_person(out, "committer", spec);
	return hf_buf_check(out, e);
}

/* A header of several lines: every line but the first begins with a space. */
static void
add_folded(struct hf_buf *out, const char *header, const char *text)
{
	size_t n;

	hf_buf_adds(out, header);
	while (*text != '\0') {
		n = strcspn(text, "\n");
		hf_buf_addc(out, ' ');
		hf_buf_add(out, text, n);
		hf_buf_addc(out, '\n');
		text += n + (text[n] == '\n');
	}
}

enum hf_code
hf_commit_write(struct hf_buf *out, const struct hf_oid *tree, const struct hf_commit_spec *spec, struct hf_err *e)
{
	struct hf_commit back = { .n_parents = 0 };
	struct hf_buf    payload = HF_BUF_INIT, sig = HF_BUF_INIT;
	size_t           headers;
	enum hf_code     rc;

	if ((rc = add_headers(&payload, tree, spec, e)) != HF_OK)
		goto done;
	headers = payload.len;
	hf_buf_addf(&payload, "\n%s\n", spec->message);
	if ((rc = hf_buf_check(&payload, e)) != HF_OK || (rc = spec->sign(spec->arg, &sig, payload.data, payload.len, e)) != HF_OK)
		goto done;
	hf_buf_add(out, payload.data, headers);
	add_folded(out, "gpgsig", hf_buf_str(&sig));
	hf_buf_add(out, payload.data + headers, payload.len - headers);
	if ((rc = hf_buf_check(out, e)) != HF_OK)
		goto done;
	if ((rc = hf_commit_read(&back, out->data, out->len, e)) != HF_OK)
		rc = hf_fail(e, HF_INTERNAL, "commit: the signature is not one armored block");
done:
	hf_commit_clear(&back);
	hf_buf_clear(&sig);
	hf_buf_clear(&payload);
	return rc;
}
