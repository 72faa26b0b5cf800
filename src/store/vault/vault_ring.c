#include "vault_ring.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
ring_clear(struct ring *r)
{
	free(r->keys);
	free(r->subs);
	memset(r, 0, sizeof(*r));
}

/* Room for one more; the array grows when its length is a power of two. */
static void *
room(void *array, size_t n, size_t size)
{
	if ((n & (n - 1)) != 0)
		return array;
	return n > SIZE_MAX / 2 / size ? NULL : realloc(array, (n == 0 ? 1 : n * 2) * size);
}

enum hf_code
ring_add_key(struct ring *r, const struct ring_key *key, struct hf_err *e)
{
	struct ring_key *keys = room(r->keys, r->n_keys, sizeof(*keys));

	if (keys == NULL)
		return hf_nomem(e);
	r->keys = keys;
	keys[r->n_keys++] = *key;
	return HF_OK;
}

enum hf_code
ring_add_sub(struct ring *r, const struct ring_sub *sub, struct hf_err *e)
{
	struct ring_sub *subs = room(r->subs, r->n_subs, sizeof(*subs));

	if (subs == NULL)
		return hf_nomem(e);
	r->subs = subs;
	subs[r->n_subs] = *sub;
	subs[r->n_subs++].key = r->n_keys - 1;
	return HF_OK;
}

enum hf_code
ring_copy(struct ring *out, const struct ring *r, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	memset(out, 0, sizeof(*out));
	for (size_t k = 0, s = 0; rc == HF_OK && k < r->n_keys; k++) {
		rc = ring_add_key(out, &r->keys[k], e);
		for (; rc == HF_OK && s < r->n_subs && r->subs[s].key == k; s++)
			rc = ring_add_sub(out, &r->subs[s], e);
	}
	if (rc != HF_OK)
		ring_clear(out);
	return rc;
}

const struct ring_key *
ring_find(const struct ring *r, const char *fpr)
{
	for (size_t i = 0; i < r->n_keys; i++)
		if (strcmp(r->keys[i].fpr, fpr) == 0)
			return &r->keys[i];
	return NULL;
}

const struct ring_sub *
ring_find_sub(const struct ring *r, const char *fpr)
{
	for (size_t i = 0; i < r->n_subs; i++)
		if (strcmp(r->subs[i].fpr, fpr) == 0)
			return &r->subs[i];
	return NULL;
}

uint64_t
ring_keyid(const char *fpr)
{
	return strlen(fpr) == HF_FPR_SIZE - 1 ? strtoull(fpr + HF_FPR_SIZE - 1 - 16, NULL, 16) : 0;
}

const struct ring_sub *
ring_find_keyid(const struct ring *r, uint64_t keyid)
{
	for (size_t i = 0; i < r->n_subs; i++)
		if (ring_keyid(r->subs[i].fpr) == keyid)
			return &r->subs[i];
	return NULL;
}

const struct ring_sub *
ring_primary(const struct ring *r, const struct ring_key *key)
{
	return ring_find_sub(r, key->fpr);
}

static int64_t
sooner(int64_t a, int64_t b)
{
	if (a == 0 || b == 0)
		return a == 0 ? b : a;
	return a < b ? a : b;
}

int64_t
ring_expiry(const struct ring *r, const struct ring_sub *sub)
{
	const struct ring_sub *primary = ring_primary(r, &r->keys[sub->key]);

	return primary == NULL ? sub->expires : sooner(sub->expires, primary->expires);
}

static bool
is_past(int64_t expires, int64_t now)
{
	return expires != 0 && expires <= now;
}

/* gpg takes the newest subkey that can be used; when none can, the one that lasted longest tells most. */
static const struct ring_sub *
encryption_sub(const struct ring *r, size_t key, int64_t now)
{
	const struct ring_sub *best = NULL, *last = NULL;

	for (const struct ring_sub *s = r->subs; s < r->subs + r->n_subs; s++) {
		if (s->key != key || !s->can_encrypt || s->revoked)
			continue;
		if (last == NULL || s->expires > last->expires)
			last = s;
		if (!is_past(s->expires, now) && (best == NULL || s->created > best->created))
			best = s;
	}
	return best != NULL ? best : last;
}

static bool
any_signs(const struct ring *r, size_t key, int64_t now)
{
	for (size_t i = 0; i < r->n_subs; i++)
		if (r->subs[i].key == key && r->subs[i].can_sign && !r->subs[i].revoked && !is_past(r->subs[i].expires, now))
			return true;
	return false;
}

void
ring_judge(struct hf_key *out, const struct ring *r, const struct ring_key *key, int64_t now)
{
	size_t                 at = (size_t)(key - r->keys);
	const struct ring_sub *primary = ring_primary(r, key), *enc = encryption_sub(r, at, now);
	int64_t                lasts = primary == NULL ? 0 : primary->expires;
	bool                   good;

	memset(out, 0, sizeof(*out));
	memcpy(out->fpr, key->fpr, sizeof(out->fpr));
	memcpy(out->uid, key->uid, sizeof(out->uid));
	out->created = primary == NULL ? 0 : primary->created;
	out->expires = enc == NULL ? lasts : sooner(lasts, enc->expires);
	out->expired = is_past(out->expires, now);
	out->revoked = key->revoked;
	out->disabled = key->disabled;
	out->secret = key->secret;
	good = !key->revoked && !key->disabled && !is_past(lasts, now);
	out->can_encrypt = good && enc != NULL && !is_past(enc->expires, now);
	out->can_sign = good && any_signs(r, at, now);
}

static int
by_keyid(const void *a, const void *b)
{
	const struct ring_sub *const *x = a, *const *y = b;

	return strcmp((*x)->fpr + HF_FPR_SIZE - 1 - 16, (*y)->fpr + HF_FPR_SIZE - 1 - 16);
}

enum hf_code
ring_check_ids(const struct ring *r, struct hf_err *e)
{
	const struct ring_sub **list;
	enum hf_code            rc = HF_OK;

	if (r->n_subs == 0)
		return HF_OK;
	if ((list = calloc(r->n_subs, sizeof(*list))) == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < r->n_subs; i++)
		list[i] = &r->subs[i];
	qsort(list, r->n_subs, sizeof(*list), by_keyid);
	for (size_t i = 1; rc == HF_OK && i < r->n_subs; i++)
		if (by_keyid(&list[i - 1], &list[i]) == 0)
			rc = hf_fail(e, HF_BAD, "%s: it shares the key id %s with %s", r->keys[list[i]->key].fpr,
			    list[i]->fpr + HF_FPR_SIZE - 1 - 16, r->keys[list[i - 1]->key].fpr);
	free(list);
	return rc;
}

void
ring_write(struct hf_buf *out, const struct ring *r)
{
	size_t s = 0;

	for (size_t k = 0; k < r->n_keys; k++) {
		const struct ring_key *key = &r->keys[k];

		hf_buf_addf(out, "key %s %c%c%c %s\n", key->fpr, key->revoked ? 'r' : '-', key->disabled ? 'd' : '-',
		    key->secret ? 's' : '-', key->uid);
		for (; s < r->n_subs && r->subs[s].key == k; s++)
			hf_buf_addf(out, "sub %s %c%c%c %" PRId64 " %" PRId64 "\n", r->subs[s].fpr, r->subs[s].revoked ? 'r' : '-',
			    r->subs[s].can_sign ? 's' : '-', r->subs[s].can_encrypt ? 'e' : '-', r->subs[s].created,
			    r->subs[s].expires);
	}
}

static bool
read_key(struct ring *r, const char *line)
{
	struct ring_key key = { 0 };
	char            flags[4];
	int             at = 0;

	if (sscanf(line, "key %40[0-9A-F] %3[rds-]%n", key.fpr, flags, &at) != 2 || line[at] != ' ' || !hf_fpr_valid(key.fpr) ||
	    strlen(flags) != 3 || strlen(line + at + 1) >= sizeof(key.uid))
		return false;
	memcpy(key.uid, line + at + 1, strlen(line + at + 1));
	key.revoked = flags[0] == 'r';
	key.disabled = flags[1] == 'd';
	key.secret = flags[2] == 's';
	return ring_add_key(r, &key, NULL) == HF_OK;
}

static bool
read_sub(struct ring *r, const char *line)
{
	struct ring_sub sub = { 0 };
	char            flags[4];
	int             at = 0, n;

	n = sscanf(line, "sub %40[0-9A-F] %3[rse-] %" SCNd64 " %" SCNd64 "%n", sub.fpr, flags, &sub.created, &sub.expires, &at);
	if (n != 4 || line[at] != '\0' || !hf_fpr_valid(sub.fpr) || strlen(flags) != 3 || r->n_keys == 0)
		return false;
	sub.revoked = flags[0] == 'r';
	sub.can_sign = flags[1] == 's';
	sub.can_encrypt = flags[2] == 'e';
	return ring_add_sub(r, &sub, NULL) == HF_OK;
}

bool
ring_read_line(struct ring *r, const char *line)
{
	return strncmp(line, "key ", 4) == 0 ? read_key(r, line) : read_sub(r, line);
}
