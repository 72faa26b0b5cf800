/*
 * Plaintexts of files that were judged before the branch moves: what takes them into the index need not decrypt them again, which is most of what a
 * merge and a clone cost. In memory only, wiped when they are dropped.
 */
#include <stdlib.h>
#include <string.h>

#include "impl.h"

#define KEPT_MAX (32u * 1024 * 1024) /* bytes; what does not fit is decrypted once more */

struct kept {
	struct hf_buf   text; /* of each its length, then itself */
	struct hf_json *at;   /* name of the blob → place in text */
};

static struct kept *
kept_new(void)
{
	struct kept *k = calloc(1, sizeof(*k));

	if (k == NULL)
		return NULL;
	k->text = (struct hf_buf)HF_BUF_SECRET(KEPT_MAX);
	if ((k->at = hf_json_object()) != NULL)
		return k;
	free(k);
	return NULL;
}

void
kept_put(struct hf_register *r, const struct hf_oid *oid, const struct hf_buf *plain)
{
	size_t       n = plain_len(hf_buf_str(plain), plain->len), at;
	struct kept *k;

	if (r->kept == NULL && (r->kept = kept_new()) == NULL)
		return;
	k = r->kept;
	at = k->text.len;
	if (KEPT_MAX - at < sizeof(n) + n || hf_json_get(k->at, oid->hex) != NULL)
		return;
	hf_buf_add(&k->text, &n, sizeof(n));
	hf_buf_add(&k->text, hf_buf_str(plain), n);
	if (hf_buf_check(&k->text, NULL) != HF_OK || hf_json_set(k->at, oid->hex, hf_json_int((int64_t)at)) != 0)
		kept_drop(r);
}

bool
kept_find(struct hf_buf *out, const struct hf_register *r, const struct hf_oid *oid)
{
	const struct hf_json *place = r->kept == NULL ? NULL : hf_json_get(r->kept->at, oid->hex);
	const char           *at;
	size_t                n;

	if (place == NULL)
		return false;
	at = r->kept->text.data + hf_json_num(place);
	memcpy(&n, at, sizeof(n));
	hf_buf_add(out, at + sizeof(n), n);
	return !out->failed;
}

void
kept_drop(struct hf_register *r)
{
	if (r->kept == NULL)
		return;
	hf_buf_clear(&r->kept->text);
	hf_json_free(r->kept->at);
	free(r->kept);
	r->kept = NULL;
}
