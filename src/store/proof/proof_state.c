/* Verify, second half: what the branch holds now. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../register/audience.h"
#include "proof.h"

struct state {
	struct proof   *p;
	struct hf_json *touched; /* paths that differ from what was verified before */
	struct hf_json *runs;    /* those whose log grew */
	bool            all;     /* who reads what hangs on what was touched: look at every file */
};

/* ---- what opening found ---- */

enum hf_code
proof_said(struct proof *p, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, p->r->db, "SELECT path, what FROM problem ORDER BY path", e)) != HF_OK)
		return rc;
	while (rc == HF_OK && hf_stmt_step(s))
		rc = proof_problem(p, e, hf_stmt_col(s, 0), "%s", hf_stmt_col(s, 1));
	return hf_stmt_end(s, rc, e);
}

/* ---- records ---- */

static enum hf_code
judge_record(struct proof *p, const char *path, const char *body, bool *owned, struct hf_err *e)
{
	struct hf_json *j = NULL;
	struct hf_err   why = HF_ERR_INIT;
	const char     *kind;
	enum hf_code    rc;

	if ((rc = hf_json_parse(&j, body, strlen(body), e)) != HF_OK)
		return rc;
	kind = hf_json_get_str(j, "kind");
	*owned = *owned || strcmp(kind, "account") == 0 || strcmp(kind, "person") == 0;
	if (hf_schema_judge_record(hf_schema_kind(kind), j, &why) != HF_OK)
		rc = proof_problem(p, e, path, "%s", why.msg);
	hf_json_free(j);
	return rc;
}

static enum hf_code
records(struct state *s, struct hf_err *e)
{
	struct hf_stmt *q = NULL;
	enum hf_code    rc;
	char            path[PATH_SIZE];

	if ((rc = hf_db_prepare(&q, s->p->r->db, "SELECT id, body FROM record ORDER BY id", e)) != HF_OK)
		return rc;
	for (; rc == HF_OK && hf_stmt_step(q); s->p->records++) {
		path_record(path, hf_stmt_col(q, 0));
		if (hf_json_get(s->touched, path) != NULL)
			rc = judge_record(s->p, path, hf_stmt_col(q, 1), &s->all, e);
	}
	return hf_stmt_end(q, rc, e);
}

/* ---- for whom ---- */

static enum hf_code
compare(struct proof *p, const char *path, const struct audience *a, char (*to)[HF_FPR_SIZE], size_t n, struct hf_err *e)
{
	struct audience is = { NULL, n };
	enum hf_code    rc = HF_OK;

	if ((is.fprs = calloc(n + 1, sizeof(*is.fprs))) == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < n; i++)
		is.fprs[i] = to[i];
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		if (!audience_has(a, to[i]))
			rc = proof_problem(p, e, path, "it is encrypted to %s, who %s: holdfast member refresh", to[i],
			    hf_members_find(&p->r->members, to[i]) == NULL ? "is not a member" : "should not read it");
	for (size_t i = 0; rc == HF_OK && i < a->n; i++)
		if (!audience_has(&is, a->fprs[i]))
			rc = proof_problem(
			    p, e, path, "it is not encrypted to %s, who should read it: holdfast member refresh", a->fprs[i]);
	free(is.fprs);
	return rc;
}

/* What was for one who left alone cannot be opened, nor encrypted anew, by anybody who is here. */
static enum hf_code
judge_sealed(struct proof *p, const char *path, char (*to)[HF_FPR_SIZE], size_t n, struct hf_err *e)
{
	for (size_t i = 0; i < n; i++)
		if (hf_members_find(&p->r->members, to[i]) != NULL)
			return HF_OK;
	if (n == 0)
		return HF_OK;
	return proof_note(p, e, path, "nobody can read it any more: it is encrypted to %s alone, who is not a member now", to[0]);
}

static enum hf_code
judge_recipients(struct proof *p, const char *path, const struct hf_oid *blob, struct hf_err *e)
{
	struct hf_buf   b = HF_BUF_INIT;
	struct hf_err   why = HF_ERR_INIT;
	struct audience a = { NULL, 0 };
	char(*to)[HF_FPR_SIZE] = NULL;
	size_t       n = 0;
	enum hf_code rc;

	if ((rc = hf_repo_blob(&b, p->r->repo, blob, HF_REPO_BLOB_MAX, &why)) != HF_OK ||
	    (rc = hf_vault_recipients(&to, &n, p->vault, b.data, b.len, &why)) != HF_OK) {
		rc = rc == HF_NOMEM ? hf_nomem(e) : proof_problem(p, e, path, "%s", why.msg);
		goto done;
	}
	/* Sealed: it cannot be told from here who should read it. */
	if ((rc = audience_of(&a, p->r, path, e)) == HF_OK)
		rc = compare(p, path, &a, to, n, e);
	else if (rc == HF_SEALED)
		rc = judge_sealed(p, path, to, n, e);
done:
	audience_clear(&a);
	free(to);
	hf_buf_clear(&b);
	return rc;
}

static enum hf_code
recipients(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct state  *s = arg;
	char           id[HF_ID_SIZE], run[HF_ID_SIZE];
	enum path_kind kind = path_read(d->path, id, run);

	if ((kind != PATH_RECORD && kind != PATH_ENTRY && kind != PATH_BLOB) ||
	    (!s->all && hf_json_get(s->touched, d->path) == NULL))
		return HF_OK;
	return judge_recipients(s->p, d->path, &d->after, e);
}

/* ---- runs ---- */

static enum hf_code
judge_entry(struct proof *p, const struct hf_json *entry, const struct hf_json *known, size_t i, struct hf_err *e)
{
	const struct hf_json *prev = hf_json_get(entry, "prev");
	char                  path[PATH_SIZE];
	enum hf_code          rc = HF_OK;

	path_entry(path, hf_json_get_str(entry, "run"), hf_json_get_str(entry, "id"));
	if (i > 0 && hf_json_len(prev) == 0)
		rc = proof_problem(p, e, path, "it names nothing before it");
	for (size_t k = 0; rc == HF_OK && k < hf_json_len(prev); k++) {
		const char *sum = hf_json_str(hf_json_at(prev, k));

		if (sum == NULL || hf_json_get(known, sum) == NULL)
			return proof_problem(p, e, path, "an entry before it is missing or was changed");
	}
	return rc;
}

/* Something in this run is sealed: its chain cannot be followed. */
static enum hf_code
is_partly_sealed(bool *out, struct proof *p, const char *run, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, p->r->db, "SELECT 1 FROM sealed WHERE path GLOB 'runs/' || ? || '/*' LIMIT 1", e)) != HF_OK)
		return rc;
	hf_stmt_text(s, 1, run);
	*out = hf_stmt_step(s);
	return hf_stmt_end(s, HF_OK, e);
}

static enum hf_code
judge_run(struct proof *p, const char *run, struct hf_err *e)
{
	struct hf_json *entries = NULL, *known = hf_json_object();
	char            sum[HF_SHA256_SIZE];
	bool            partly = false;
	enum hf_code    rc;

	if ((rc = is_partly_sealed(&partly, p, run, e)) != HF_OK || partly ||
	    (rc = hf_register_entries(&entries, p->r, run, e)) != HF_OK)
		goto done;
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(entries); i++)
		if ((rc = judge_entry(p, hf_json_at(entries, i), known, i, e)) == HF_OK &&
		    (rc = hf_entry_hash(sum, hf_json_at(entries, i), e)) == HF_OK &&
		    hf_json_set(known, sum, hf_json_bool(true)) != 0)
			rc = hf_nomem(e);
done:
	hf_json_free(entries);
	hf_json_free(known);
	return rc;
}

static enum hf_code
runs(struct state *s, struct hf_err *e)
{
	struct hf_stmt *q = NULL;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&q, s->p->r->db, "SELECT run, count(*) FROM main.entry GROUP BY run ORDER BY run", e)) != HF_OK)
		return rc;
	while (rc == HF_OK && hf_stmt_step(q)) {
		s->p->entries += (size_t)hf_stmt_num(q, 1);
		if (hf_json_get(s->runs, hf_stmt_col(q, 0)) != NULL)
			rc = judge_run(s->p, hf_stmt_col(q, 0), e);
	}
	return hf_stmt_end(q, rc, e);
}

/* ---- evidence ---- */

static enum hf_code
judge_evidence(struct proof *p, const char *path, const char *blob, const char *sum, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_SECRET(HF_VAULT_MAX);
	struct hf_err why = HF_ERR_INIT;
	enum hf_code  rc;

	rc = hf_register_blob(&b, p->r, blob, sum, &why);
	hf_buf_clear(&b);
	if (rc == HF_OK || rc == HF_SEALED)
		return HF_OK;
	if (rc == HF_DAMAGED || rc == HF_NOTFOUND || rc == HF_BAD)
		return proof_problem(p, e, path, "%s", why.msg);
	*e = why;
	return rc;
}

/* What names a file names its sum, too: looked at when the file, or what names it, is new. */
static enum hf_code
evidence(struct state *s, struct hf_err *e)
{
	struct hf_stmt *q = NULL;
	enum hf_code    rc;

	rc = hf_db_prepare(&q, s->p->r->db,
	    "SELECT blob, sha256, id, NULL FROM evidence WHERE blob IS NOT NULL"
	    " UNION SELECT json_extract(body, '$.evidence'), json_extract(body, '$.sha256'), id, run FROM entry"
	    " WHERE type = 'evidence' ORDER BY 1",
	    e);
	if (rc != HF_OK)
		return rc;
	while (rc == HF_OK && hf_stmt_step(q)) {
		const char *blob = hf_stmt_col(q, 0), *id = hf_stmt_col(q, 2), *run = hf_stmt_col(q, 3);
		char        path[PATH_SIZE], by[PATH_SIZE];

		if (blob == NULL || !hf_id_valid(blob))
			continue;
		path_blob(path, blob);
		if (run == NULL)
			path_record(by, id);
		else
			path_entry(by, run, id);
		if (hf_json_get(s->touched, path) != NULL || hf_json_get(s->touched, by) != NULL)
			rc = judge_evidence(s->p, path, blob, hf_stmt_col(q, 1), e);
	}
	return hf_stmt_end(q, rc, e);
}

/* ---- all of it ---- */

static enum hf_code
touch(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct state  *s = arg;
	char           id[HF_ID_SIZE], run[HF_ID_SIZE];
	enum path_kind kind = path_read(d->path, id, run);

	s->all = s->all || kind == PATH_MEMBER || kind == PATH_KEY;
	if (d->after.hex[0] == '\0') {
		s->all = s->all || kind == PATH_RECORD;
		return HF_OK;
	}
	if (hf_json_set(s->touched, d->path, hf_json_bool(true)) != 0 ||
	    (kind == PATH_ENTRY && hf_json_set(s->runs, run, hf_json_bool(true)) != 0))
		return hf_nomem(e);
	return HF_OK;
}

enum hf_code
proof_state(struct proof *p, const struct hf_oid *known, struct hf_err *e)
{
	struct state s = { p, hf_json_object(), hf_json_object(), known == NULL };
	enum hf_code rc;

	if (s.touched == NULL || s.runs == NULL)
		rc = hf_nomem(e);
	else if ((rc = hf_repo_diff(p->r->repo, known, &p->r->tree, touch, &s, e)) == HF_OK && (rc = proof_said(p, e)) == HF_OK &&
	    (rc = records(&s, e)) == HF_OK && (rc = runs(&s, e)) == HF_OK && (rc = evidence(&s, e)) == HF_OK)
		rc = hf_repo_diff(p->r->repo, NULL, &p->r->tree, recipients, &s, e);
	hf_json_free(s.touched);
	hf_json_free(s.runs);
	return rc;
}
