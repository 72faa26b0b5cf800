/* Verify, second half: what the branch holds now. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proof.h"

/* ---- places and versions: what opening found, and what history counted ---- */

static enum hf_code
from_index(struct proof *p, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc, done;

	if ((rc = hf_db_prepare(&s, p->r->db, "SELECT path, what FROM problem ORDER BY path", e)) != HF_OK)
		return rc;
	while (rc == HF_OK && hf_stmt_step(s))
		rc = proof_problem(p, e, hf_stmt_col(s, 0), "%s", hf_stmt_col(s, 1));
	if ((done = hf_stmt_reset(s, e)) != HF_OK)
		rc = done;
	hf_stmt_free(s);
	return rc;
}

static enum hf_code
judge_record(struct proof *p, const char *id, const char *body, struct hf_err *e)
{
	struct hf_json       *j = NULL;
	const struct hf_kind *kind;
	struct hf_err         why = HF_ERR_INIT;
	char                  path[PATH_SIZE];
	int64_t               version, writes;
	enum hf_code          rc;

	path_record(path, id);
	if ((rc = hf_json_parse(&j, body, strlen(body), e)) != HF_OK)
		return rc;
	kind = hf_schema_kind(hf_json_get_str(j, "kind"));
	version = hf_json_num(hf_json_get(j, "version"));
	writes = hf_json_num(hf_json_get(p->writes, path));
	if (version != writes)
		rc = proof_problem(p, e, path,
		    "it says version %lld, but it was written %lld times: an older one was put back, or one left out",
		    (long long)version, (long long)writes);
	if (rc == HF_OK && hf_schema_judge_record(kind, j, &why) != HF_OK)
		rc = proof_problem(p, e, path, "%s", why.msg);
	hf_json_free(j);
	return rc;
}

static enum hf_code
records(struct proof *p, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc, done;

	if ((rc = hf_db_prepare(&s, p->r->db, "SELECT id, body FROM record ORDER BY id", e)) != HF_OK)
		return rc;
	for (; rc == HF_OK && hf_stmt_step(s); p->records++)
		rc = judge_record(p, hf_stmt_col(s, 0), hf_stmt_col(s, 1), e);
	if ((done = hf_stmt_reset(s, e)) != HF_OK)
		rc = done;
	hf_stmt_free(s);
	return rc;
}

/* ---- recipients ---- */

static bool
in_recipients(char (*list)[HF_FPR_SIZE], size_t n, const char *fpr)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], fpr) == 0)
			return true;
	return false;
}

static enum hf_code
judge_recipients(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct proof *p = arg;
	struct hf_buf b = HF_BUF_INIT;
	struct hf_err why = HF_ERR_INIT;
	char          id[HF_ID_SIZE], run[HF_ID_SIZE];
	char(*to)[HF_FPR_SIZE] = NULL;
	enum path_kind kind = path_read(d->path, id, run);
	size_t         n = 0;
	enum hf_code   rc;

	if (kind != PATH_RECORD && kind != PATH_ENTRY && kind != PATH_BLOB)
		return HF_OK;
	if ((rc = hf_repo_blob(&b, p->r->repo, &d->after, HF_REPO_BLOB_MAX, &why)) != HF_OK ||
	    (rc = hf_vault_recipients(&to, &n, p->r->vault, b.data, b.len, &why)) != HF_OK) {
		rc = rc == HF_NOMEM ? hf_nomem(e) : proof_problem(p, e, d->path, "%s", why.msg);
		goto done;
	}
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		if (hf_members_find(&p->r->members, to[i]) == NULL)
			rc = proof_problem(p, e, d->path, "it is encrypted to %s, who is not a member", to[i]);
	for (size_t i = 0; rc == HF_OK && i < p->r->members.n; i++)
		if (!in_recipients(to, n, p->r->members.list[i].fpr))
			rc = proof_problem(
			    p, e, d->path, "it is not encrypted to %s, who should read it", p->r->members.list[i].fpr);
done:
	free(to);
	hf_buf_clear(&b);
	return rc;
}

/* ---- runs ---- */

static enum hf_code
judge_entry(struct proof *p, const struct hf_json *entry, const struct hf_json *known, size_t i, struct hf_err *e)
{
	const struct hf_json *prev = hf_json_get(entry, "prev");
	const char           *actor = hf_json_get_str(entry, "actor"), *author;
	char                  path[PATH_SIZE];
	enum hf_code          rc = HF_OK;

	path_entry(path, hf_json_get_str(entry, "run"), hf_json_get_str(entry, "id"));
	author = hf_json_get_str(p->author, path);
	if (actor == NULL || author == NULL || strcmp(actor, author) != 0)
		rc = proof_problem(p, e, path, "it names another author than the commit that brought it");
	if (rc == HF_OK && i > 0 && hf_json_len(prev) == 0)
		rc = proof_problem(p, e, path, "it names nothing before it");
	for (size_t k = 0; rc == HF_OK && k < hf_json_len(prev); k++) {
		const char *sum = hf_json_str(hf_json_at(prev, k));

		if (sum == NULL || hf_json_get(known, sum) == NULL)
			rc = proof_problem(p, e, path, "an entry before it is missing or was changed");
	}
	return rc;
}

static enum hf_code
judge_run(struct proof *p, const char *run, struct hf_err *e)
{
	struct hf_json *entries = NULL, *known = hf_json_object();
	char            sum[HF_SHA256_SIZE];
	enum hf_code    rc;

	if ((rc = hf_register_entries(&entries, p->r, run, e)) != HF_OK)
		goto done;
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(entries); i++)
		if ((rc = judge_entry(p, hf_json_at(entries, i), known, i, e)) == HF_OK &&
		    (rc = hf_entry_hash(sum, hf_json_at(entries, i), e)) == HF_OK &&
		    hf_json_set(known, sum, hf_json_bool(true)) != 0)
			rc = hf_nomem(e);
	p->entries += hf_json_len(entries);
done:
	hf_json_free(entries);
	hf_json_free(known);
	return rc;
}

static enum hf_code
runs(struct proof *p, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc, done;

	if ((rc = hf_db_prepare(&s, p->r->db, "SELECT DISTINCT run FROM entry ORDER BY run", e)) != HF_OK)
		return rc;
	while (rc == HF_OK && hf_stmt_step(s))
		rc = judge_run(p, hf_stmt_col(s, 0), e);
	if ((done = hf_stmt_reset(s, e)) != HF_OK)
		rc = done;
	hf_stmt_free(s);
	return rc;
}

/* ---- evidence ---- */

static enum hf_code
evidence(struct proof *p, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	struct hf_err   why = HF_ERR_INIT;
	enum hf_code    rc, done;

	rc = hf_db_prepare(&s, p->r->db,
	    "SELECT blob, sha256 FROM evidence WHERE blob IS NOT NULL UNION SELECT json_extract(body, '$.evidence'), json_extract(body, '$.sha256')"
	    " FROM entry WHERE json_extract(body, '$.type') = 'evidence'",
	    e);
	if (rc != HF_OK)
		return rc;
	while (rc == HF_OK && hf_stmt_step(s)) {
		struct hf_buf b = HF_BUF_SECRET(HF_VAULT_MAX);
		char          path[PATH_SIZE];
		enum hf_code  one;

		if (hf_stmt_col(s, 0) == NULL || !hf_id_valid(hf_stmt_col(s, 0)))
			continue;
		path_blob(path, hf_stmt_col(s, 0));
		one = hf_register_blob(&b, p->r, hf_stmt_col(s, 0), hf_stmt_col(s, 1), &why);
		if (one != HF_OK && one != HF_SEALED)
			rc = proof_problem(p, e, path, "%s", why.msg);
		hf_buf_clear(&b);
	}
	if ((done = hf_stmt_reset(s, e)) != HF_OK)
		rc = done;
	hf_stmt_free(s);
	return rc;
}

enum hf_code
proof_state(struct proof *p, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = from_index(p, e)) != HF_OK || (rc = records(p, e)) != HF_OK || (rc = runs(p, e)) != HF_OK ||
	    (rc = evidence(p, e)) != HF_OK)
		return rc;
	return hf_repo_diff(p->r->repo, NULL, &p->r->tree, judge_recipients, p, e);
}
