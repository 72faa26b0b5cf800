#include "holdfast/member.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/json.h"
#include "holdfast/text.h"
#include "holdfast/time.h"

static const struct {
	const char *word;
	unsigned    role;
} roles[] = { { "admin", HF_ROLE_ADMIN }, { "responder", HF_ROLE_RESPONDER }, { "owner", HF_ROLE_OWNER },
	{ "auditor", HF_ROLE_AUDITOR } };

#define N_ROLES (sizeof(roles) / sizeof(roles[0]))

unsigned
hf_role_parse(const char *word)
{
	for (size_t i = 0; word != NULL && i < N_ROLES; i++)
		if (strcmp(roles[i].word, word) == 0)
			return roles[i].role;
	return 0;
}

void
hf_role_words(struct hf_buf *out, unsigned set)
{
	const char *sep = "";

	for (size_t i = 0; i < N_ROLES; i++) {
		if (!(set & roles[i].role))
			continue;
		hf_buf_addf(out, "%s%s", sep, roles[i].word);
		sep = ", ";
	}
}

void
hf_member_write(struct hf_buf *out, const struct hf_member *m)
{
	const char *sep = "";

	hf_buf_addf(out, "{\n  \"added\": \"%s\",\n  \"added_by\": \"%s\",\n  \"fingerprint\": \"%s\",\n  \"roles\": [", m->added,
	    m->added_by, m->fpr);
	for (size_t i = 0; i < N_ROLES; i++) {
		if (!(m->roles & roles[i].role))
			continue;
		hf_buf_addf(out, "%s\"%s\"", sep, roles[i].word);
		sep = ", ";
	}
	hf_buf_adds(out, "]\n}\n");
}

static bool
take_roles(struct hf_member *out, const struct hf_json *list)
{
	for (size_t i = 0; i < hf_json_len(list); i++) {
		unsigned role = hf_role_parse(hf_json_str(hf_json_at(list, i)));

		if (role == 0)
			return false;
		out->roles |= role;
	}
	return out->roles != 0;
}

static bool
take(struct hf_member *out, const char *fpr, const struct hf_json *j)
{
	const char *f = hf_json_get_str(j, "fingerprint"), *by = hf_json_get_str(j, "added_by"), *at = hf_json_get_str(j, "added");

	if (f == NULL || by == NULL || at == NULL || hf_json_len(j) != 4 || strcmp(f, fpr) != 0 || !hf_fpr_valid(f) ||
	    !hf_fpr_valid(by))
		return false;
	if (hf_time_parse(&(int64_t){ 0 }, NULL, at, NULL) != HF_OK || strlen(at) >= sizeof(out->added))
		return false;
	strcpy(out->fpr, f);
	strcpy(out->added_by, by);
	strcpy(out->added, at);
	return take_roles(out, hf_json_get(j, "roles"));
}

enum hf_code
hf_member_read(struct hf_member *out, const char *fpr, const void *data, size_t len, struct hf_err *e)
{
	struct hf_json *j = NULL;
	enum hf_code    rc;

	memset(out, 0, sizeof(*out));
	if ((rc = hf_json_parse(&j, data, len, e)) != HF_OK)
		return hf_fail(e, HF_DAMAGED, "members/%s.json: not JSON", fpr);
	if (!take(out, fpr, j))
		rc = hf_fail(e, HF_DAMAGED, "members/%s.json: not what a member's file must be", fpr);
	hf_json_free(j);
	return rc;
}

struct loading {
	struct hf_members *m;
	struct hf_repo    *repo;
};

static enum hf_code
load_one(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct loading   *l = arg;
	struct hf_member *list;
	struct hf_buf     b = HF_BUF_INIT;
	char              fpr[HF_FPR_SIZE];
	enum hf_code      rc;

	if (strlen(d->path) < HF_FPR_SIZE - 1)
		return hf_fail(e, HF_DAMAGED, "members/%s: no member's file", d->path);
	if (!hf_text_suffix(d->path, ".json"))
		return HF_OK;
	snprintf(fpr, sizeof(fpr), "%.40s", d->path);
	if ((list = realloc(l->m->list, (l->m->n + 1) * sizeof(*list))) == NULL)
		return hf_nomem(e);
	l->m->list = list;
	if ((rc = hf_repo_blob(&b, l->repo, &d->after, 4096, e)) == HF_OK)
		rc = hf_member_read(&list[l->m->n], fpr, hf_buf_str(&b), b.len, e);
	if (rc == HF_OK)
		l->m->n++;
	hf_buf_clear(&b);
	return rc;
}

enum hf_code
hf_members_load(struct hf_members *out, struct hf_repo *repo, const struct hf_oid *tree, struct hf_err *e)
{
	struct loading l = { out, repo };
	enum hf_code   rc;

	memset(out, 0, sizeof(*out));
	if ((rc = hf_repo_lookup(&out->tree, repo, tree, "members", e)) != HF_OK)
		return hf_fail(e, HF_DAMAGED, "members: the register has none");
	if ((rc = hf_repo_diff(repo, NULL, &out->tree, load_one, &l, e)) != HF_OK) {
		hf_members_clear(out);
		return rc;
	}
	for (size_t i = 0; i < out->n; i++)
		if (out->list[i].roles & HF_ROLE_ADMIN)
			return HF_OK;
	hf_members_clear(out);
	return hf_fail(e, HF_DAMAGED, "members: nobody is admin");
}

void
hf_members_clear(struct hf_members *m)
{
	free(m->list);
	m->list = NULL;
	m->n = 0;
}

const struct hf_member *
hf_members_find(const struct hf_members *m, const char *fpr)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->list[i].fpr, fpr) == 0)
			return &m->list[i];
	return NULL;
}
