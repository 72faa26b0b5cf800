#include "seal.h"

#include <stdlib.h>

#include "../vault/workers.h"

#define FEW 2 /* so many are not worth a second gpg */

/* Buffers grow by doubling, and of these there may be thousands. */
static enum hf_code
fit(struct hf_buf *b, struct hf_err *e)
{
	struct hf_buf exact = HF_BUF_INIT;

	if (b->cap <= b->len + 1)
		return HF_OK;
	hf_buf_reserve(&exact, b->len);
	hf_buf_add(&exact, hf_buf_str(b), b->len);
	hf_buf_clear(b);
	*b = exact;
	return hf_buf_check(b, e);
}

/* The first of the list and all that are for the same members, taken off it. The plaintexts are there for this moment only. */
static enum hf_code
seal_first(struct hf_vault *v, struct sealing **list, size_t *n, struct hf_err *e)
{
	struct hf_buf         plain[HF_ENCRYPT_MANY];
	struct hf_sealed      m[HF_ENCRYPT_MANY], *together[HF_ENCRYPT_MANY];
	const struct audience to = list[0]->to;
	size_t                taken = 0, left = 0;
	enum hf_code          rc = HF_OK;

	for (size_t i = 0; i < *n; i++) {
		struct sealing *s = list[i];

		if (audience_compare(&s->to, &to) != 0) {
			list[left++] = s;
			continue;
		}
		plain[taken] = (struct hf_buf)HF_BUF_SECRET(0);
		if (rc == HF_OK && s->json != NULL)
			rc = plain_write(&plain[taken], s->json, e);
		m[taken] = s->json == NULL ? (struct hf_sealed){ s->data, s->len, s->out } :
					     (struct hf_sealed){ plain[taken].data, plain[taken].len, s->out };
		together[taken] = &m[taken];
		taken++;
	}
	*n = left;
	if (rc == HF_OK)
		rc = hf_vault_encrypt_many(v, to.fprs, to.n, together, taken, e);
	for (size_t i = 0; i < taken; i++) {
		hf_buf_clear(&plain[i]);
		if (rc == HF_OK)
			rc = fit(m[i].out, e);
	}
	return rc;
}

enum hf_code
seal_some(struct hf_vault *v, struct sealing *list, size_t n, struct hf_err *e)
{
	struct sealing *left[HF_ENCRYPT_MANY];
	enum hf_code    rc = HF_OK;

	if (n > HF_ENCRYPT_MANY)
		return hf_fail(e, HF_INTERNAL, "files: %zu at once", n);
	for (size_t i = 0; i < n; i++)
		left[i] = &list[i];
	while (rc == HF_OK && n > 0)
		rc = seal_first(v, left, &n, e);
	return rc;
}

/* ---- any number ---- */

static enum hf_code
seal_items(struct hf_vault *v, void *items, size_t n, struct hf_err *e)
{
	return seal_some(v, items, n, e);
}

static int
by_audience(const void *a, const void *b)
{
	const struct sealing *x = a, *y = b;

	return audience_compare(&x->to, &y->to);
}

/* Both workers have something to do. */
static size_t
together(size_t n)
{
	size_t half = (n + 1) / 2;

	return half < FEW ? FEW : half < HF_ENCRYPT_MANY ? half : HF_ENCRYPT_MANY;
}

enum hf_code
seal_all(struct hf_register *r, struct sealing *list, size_t n, struct hf_err *e)
{
	const struct work w = { seal_items, list, sizeof(*list), n, together(n), r->progress, "encrypting", 0, n };

	qsort(list, n, sizeof(*list), by_audience);
	return work_all(r->vault, &w, e);
}
