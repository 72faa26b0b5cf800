/* Verify: every key that ever was a member, so that what its holder once signed can still be judged. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "proof.h"

#define KEYFILE_MAX (256u * 1024)

static bool
has(const struct proof_keys *k, const char *fpr, const struct hf_oid *file)
{
	for (size_t i = 0; i < k->n; i++)
		if (strcmp(k->list[i].file.hex, file->hex) == 0 && strcmp(k->list[i].fpr, fpr) == 0)
			return true;
	return false;
}

static enum hf_code
take_file(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct proof_keys *k = &((struct proof *)arg)->keys;
	struct proof_key  *list, one;

	if (d->after.hex[0] == '\0' || !hf_text_suffix(d->path, ".asc") || strlen(d->path) != HF_FPR_SIZE - 1 + 4)
		return HF_OK;
	snprintf(one.fpr, sizeof(one.fpr), "%.40s", d->path);
	one.file = d->after;
	if (has(k, one.fpr, &one.file))
		return HF_OK;
	if (k->n == k->cap) {
		size_t cap = k->cap == 0 ? 16 : 2 * k->cap;

		if ((list = realloc(k->list, cap * sizeof(*list))) == NULL)
			return hf_nomem(e);
		k->list = list;
		k->cap = cap;
	}
	k->list[k->n++] = one;
	return HF_OK;
}

enum hf_code
proof_keys_take(struct proof *p, const struct hf_oid *tree, struct hf_err *e)
{
	struct hf_oid members;
	enum hf_code  rc;

	if ((rc = hf_repo_lookup(&members, p->r->repo, tree, "members", e)) != HF_OK)
		return rc;
	return hf_repo_diff(p->r->repo, NULL, &members, take_file, p, e);
}

struct past_keys {
	struct proof *p;
	struct hf_oid last; /* members/ of the commit before */
};

static enum hf_code
past_commit(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	struct past_keys *past = arg;
	struct hf_oid     members;

	(void)oid;
	if (c == NULL || hf_repo_lookup(&members, past->p->r->repo, &c->tree, "members", e) != HF_OK ||
	    hf_oid_equal(&members, &past->last))
		return HF_OK;
	past->last = members;
	return hf_repo_diff(past->p->r->repo, NULL, &members, take_file, past->p, e);
}

enum hf_code
proof_keys_past(struct proof *p, const struct hf_oid *known, const struct hf_oid *tip, struct hf_err *e)
{
	struct past_keys past = { p, { "" } };

	return hf_repo_walk(p->r->repo, tip, known, true, past_commit, &past, e);
}

bool
proof_keys_new(const struct proof *p, const char *fpr)
{
	for (size_t i = p->keys.built; i < p->keys.n; i++)
		if (strcmp(p->keys.list[i].fpr, fpr) == 0)
			return true;
	return false;
}

/* ---- the home ---- */

static int
by_name(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct proof_key));
}

/* One name for the set, whatever order it was gathered in. */
static enum hf_code
stamp_of(char out[HF_SHA256_SIZE], const struct proof_keys *k, struct hf_err *e)
{
	struct proof_key *sorted = calloc(k->n + 1, sizeof(*sorted));

	if (sorted == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < k->n; i++) {
		strcpy(sorted[i].fpr, k->list[i].fpr);
		sorted[i].file = k->list[i].file;
	}
	qsort(sorted, k->n, sizeof(*sorted), by_name);
	hf_sha256(out, sorted, k->n * sizeof(*sorted));
	free(sorted);
	return HF_OK;
}

static enum hf_code
build(struct proof *p, size_t n, const char *stamp, struct hf_err *e)
{
	struct hf_keyfile *files = calloc(n + 1, sizeof(*files));
	struct hf_buf     *armor = calloc(n + 1, sizeof(*armor));
	enum hf_code       rc = files == NULL || armor == NULL ? hf_nomem(e) : HF_OK;

	for (size_t i = 0; rc == HF_OK && i < n; i++) {
		rc = hf_repo_blob(&armor[i], p->r->repo, &p->keys.list[i].file, KEYFILE_MAX, e);
		files[i] = (struct hf_keyfile){ p->keys.list[i].fpr, hf_buf_str(&armor[i]), armor[i].len };
	}
	if (rc == HF_OK)
		rc = hf_vault_members(p->vault, stamp, files, n, e);
	for (size_t i = 0; armor != NULL && i < n; i++)
		hf_buf_clear(&armor[i]);
	free(armor);
	free(files);
	return rc;
}

enum hf_code
proof_keys_home(struct proof *p, struct hf_err *e)
{
	char         stamp[HF_SHA256_SIZE];
	enum hf_code rc;

	if (p->keys.built == p->keys.n)
		return HF_OK;
	if ((rc = stamp_of(stamp, &p->keys, e)) != HF_OK)
		return rc;
	if ((rc = build(p, p->keys.n, stamp, e)) == HF_BAD || rc == HF_DAMAGED) {
		p->keys.n = p->keys.built;
		return HF_BAD;
	}
	if (rc == HF_OK)
		p->keys.built = p->keys.n;
	return rc;
}
