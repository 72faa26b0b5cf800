/* Verify: what a commit did under members/. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "proof.h"

#define KEYFILE_MAX (256u * 1024)

/* Who vouches for it is who signs it, and it is of now: an older file that is put back says another time. */
static enum hf_code
judge_member(struct proof *p, const struct deed *d, const struct hf_diff *f, const char *fpr, struct hf_err *e)
{
	struct hf_buf    b = HF_BUF_INIT;
	struct hf_member m;
	int64_t          added = 0;
	enum hf_code     rc;

	if ((rc = hf_repo_blob(&b, p->r->repo, &f->after, 4096, e)) != HF_OK ||
	    (rc = hf_member_read(&m, fpr, hf_buf_str(&b), b.len, e)) != HF_OK)
		goto done;
	hf_time_parse(&added, NULL, m.added, NULL);
	added /= HF_SECOND;
	if (strcmp(m.added_by, d->who.fpr) != 0)
		rc = proof_problem(p, e, d->oid.hex, "%s: it says that another member added it", f->path);
	else if (added < d->parent_at - PROOF_SLACK)
		rc = proof_problem(p, e, d->oid.hex, "%s: an older one was put back: it says %s", f->path, m.added);
	else if (added > d->at + PROOF_SLACK)
		rc = proof_problem(p, e, d->oid.hex, "%s: it says a time after the commit, %s", f->path, m.added);
done:
	hf_buf_clear(&b);
	return rc;
}

static enum hf_code
judge_key(struct proof *p, const struct deed *d, const struct hf_diff *f, const char *fpr, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	struct hf_key key;
	enum hf_code  rc;

	if ((rc = hf_repo_blob(&b, p->r->repo, &f->after, KEYFILE_MAX, e)) == HF_OK)
		rc = hf_vault_inspect(&key, p->vault, hf_buf_str(&b), b.len, e);
	if (rc == HF_BAD || rc == HF_DAMAGED)
		rc = proof_problem(p, e, d->oid.hex, "%s: %s", f->path, e->msg);
	else if (rc == HF_OK && strcmp(key.fpr, fpr) != 0)
		rc = proof_problem(p, e, d->oid.hex, "%s: it holds another key, %s", f->path, key.fpr);
	hf_buf_clear(&b);
	return rc;
}

/* A member has two files, or none. */
static enum hf_code
judge_pair(struct proof *p, const struct deed *d, const char *fpr, struct hf_err *e)
{
	struct hf_oid found;
	char          path[2][PATH_SIZE];
	bool          there[2];
	enum hf_code  rc;

	snprintf(path[0], PATH_SIZE, "members/%s.json", fpr);
	snprintf(path[1], PATH_SIZE, "members/%s.asc", fpr);
	for (int i = 0; i < 2; i++) {
		rc = hf_repo_lookup(&found, p->r->repo, &d->tree, path[i], e);
		if (rc != HF_OK && rc != HF_NOTFOUND)
			return rc;
		there[i] = rc == HF_OK;
		hf_err_clear(e);
	}
	if (there[0] == there[1])
		return HF_OK;
	return proof_problem(p, e, d->oid.hex, "%s: it stands alone; a member has a file and a key", path[there[0] ? 0 : 1]);
}

enum hf_code
proof_member_file(struct proof *p, const struct deed *d, const struct hf_diff *f, struct hf_err *e)
{
	char         fpr[HF_FPR_SIZE];
	enum hf_code rc = HF_OK;

	snprintf(fpr, sizeof(fpr), "%.40s", f->path + strlen("members/"));
	if (f->after.hex[0] != '\0')
		rc = hf_text_suffix(f->path, ".asc") ? judge_key(p, d, f, fpr, e) : judge_member(p, d, f, fpr, e);
	return rc == HF_OK ? judge_pair(p, d, fpr, e) : rc;
}
