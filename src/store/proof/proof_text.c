/* Verify: what lies in a blob, as far as it can be read here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../vault/workers.h"
#include "proof.h"

void
text_clear(struct text *t)
{
	hf_json_free(t->json);
	t->json = NULL;
	t->state = TEXT_NONE;
}

/* ---- from the index ---- */

static enum hf_code
ask(struct hf_stmt **s, struct hf_db *db, const char *sql, struct hf_err *e)
{
	return *s != NULL ? HF_OK : hf_db_prepare(s, db, sql, e);
}

/* *found: the index has the text of just this blob. */
static enum hf_code
from_index(bool *found, struct hf_json **out, struct proof *p, const char *path, const struct hf_oid *blob, struct hf_err *e)
{
	char            id[HF_ID_SIZE], run[HF_ID_SIZE];
	enum path_kind  kind = path_read(path, id, run);
	struct hf_stmt *s;
	enum hf_code    rc = HF_OK, done;

	*found = false;
	if (p->r->db == NULL || (kind != PATH_RECORD && kind != PATH_ENTRY))
		return HF_OK;
	if ((rc = ask(&p->body, p->r->db, "SELECT body FROM record WHERE id = ? AND oid = ?", e)) != HF_OK ||
	    (rc = ask(&p->entry, p->r->db, "SELECT body FROM entry WHERE id = ? AND oid = ?", e)) != HF_OK)
		return rc;
	s = kind == PATH_RECORD ? p->body : p->entry;
	hf_stmt_text(s, 1, id);
	hf_stmt_text(s, 2, blob->hex);
	if ((*found = hf_stmt_step(s))) {
		const char *body = hf_stmt_col(s, 0);

		rc = hf_json_parse(out, body, strlen(body), e);
	}
	done = hf_stmt_reset(s, e);
	return rc != HF_OK ? rc : done;
}

/* ---- from the repository ---- */

static bool
is_evidence(const char *path)
{
	return strncmp(path, "blobs/", 6) == 0;
}

static void
say_bad(struct text *t, const char *why)
{
	t->state = TEXT_BAD;
	snprintf(t->why, sizeof(t->why), "%s", why);
}

static void
take_plain(struct fetch *f, const struct hf_buf *plain)
{
	struct hf_err why = HF_ERR_INIT;

	f->text.state = TEXT_PLAIN;
	if (is_evidence(f->path))
		hf_sha256(f->text.sum, hf_buf_str(plain), plain->len);
	else if (hf_json_parse(&f->text.json, hf_buf_str(plain), plain_len(hf_buf_str(plain), plain->len), &why) != HF_OK)
		say_bad(&f->text, why.msg);
	else if (!hf_json_is(f->text.json, HF_JSON_OBJECT))
		say_bad(&f->text, "it is no record");
}

static void
take_opened(struct fetch *f)
{
	hf_buf_clear(&f->sealed);
	if (f->m.rc == HF_OK)
		take_plain(f, &f->plain);
	else if (f->m.rc == HF_SEALED)
		f->text.state = TEXT_SEALED;
	else
		say_bad(&f->text, f->m.err.msg);
	if (is_evidence(f->path))
		hf_buf_clear(&f->plain);
}

/* Evidence may be large, and no more than its sum is wanted: one at a time. */
static enum hf_code
decrypt(struct hf_vault *v, void *items, size_t n, struct hf_err *e)
{
	struct hf_opened *list[HF_DECRYPT_MANY] = { NULL };
	struct fetch     *f = items;
	size_t            wanted = 0;
	enum hf_code      rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < n; i++) {
		struct hf_opened *m = &f[i].m;
		bool              large = is_evidence(f[i].path);

		if (!f[i].wanted)
			continue;
		f[i].plain = (struct hf_buf)HF_BUF_SECRET(large ? HF_VAULT_MAX : RECORD_MAX);
		*m = hf_opened_of(&f[i].sealed, &f[i].plain);
		if (!large)
			list[wanted++] = m;
		else if ((rc = hf_vault_decrypt_many(v, &m, 1, e)) == HF_OK)
			take_opened(&f[i]);
	}
	if (rc == HF_OK)
		rc = hf_vault_decrypt_many(v, list, wanted, e);
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		if (f[i].wanted && !is_evidence(f[i].path))
			take_opened(&f[i]);
	return rc;
}

static bool
from_kept(struct fetch *f, const struct proof *p)
{
	struct hf_buf plain = HF_BUF_SECRET(RECORD_MAX);
	bool          found = kept_find(&plain, p->r, f->blob);

	if (found)
		take_plain(f, &plain);
	hf_buf_clear(&plain);
	return found;
}

static enum hf_code
prepare(struct fetch *f, struct proof *p, struct hf_err *e)
{
	bool         found = false;
	enum hf_code rc;

	f->text.state = TEXT_NONE;
	if (f->blob->hex[0] == '\0' || f->as != 0)
		return HF_OK;
	if ((rc = from_index(&found, &f->text.json, p, f->path, f->blob, e)) != HF_OK)
		return rc;
	if (found) {
		f->text.state = TEXT_PLAIN;
		return HF_OK;
	}
	if (from_kept(f, p))
		return HF_OK;
	if ((rc = hf_repo_blob(&f->sealed, p->r->repo, f->blob, HF_REPO_BLOB_MAX, e)) == HF_DAMAGED) {
		say_bad(&f->text, e->msg);
		return HF_OK;
	}
	f->wanted = rc == HF_OK;
	return rc;
}

/* Most blobs are after to one commit and before to the next. */
static enum hf_code
find_twins(struct fetch *list, size_t n, struct hf_err *e)
{
	struct hf_json *seen = hf_json_object();
	enum hf_code    rc = seen == NULL ? hf_nomem(e) : HF_OK;

	for (size_t i = 0; rc == HF_OK && i < n; i++) {
		const struct hf_json *at = hf_json_get(seen, list[i].blob->hex);

		list[i].as = (size_t)hf_json_num(at);
		if (at == NULL && hf_json_set(seen, list[i].blob->hex, hf_json_int((int64_t)i + 1)) != 0)
			rc = hf_nomem(e);
	}
	hf_json_free(seen);
	return rc;
}

static void
copy_twin(struct text *out, const struct text *t)
{
	*out = *t;
	out->json = hf_json_ref(t->json);
}

enum hf_code
proof_texts(struct proof *p, struct fetch *list, size_t n, struct hf_err *e)
{
	const struct work w = { decrypt, list, sizeof(*list), n, HF_DECRYPT_MANY, NULL, "", 0, n };
	enum hf_code      rc = n > 1 ? find_twins(list, n, e) : HF_OK;
	size_t            wanted = 0;

	for (size_t i = 0; rc == HF_OK && i < n; i++) {
		rc = prepare(&list[i], p, e);
		wanted += list[i].wanted;
	}
	if (rc == HF_OK && wanted > 0)
		rc = work_all(p->vault, &w, e);
	for (size_t i = 0; i < n; i++) {
		hf_buf_clear(&list[i].sealed);
		if (rc == HF_OK && p->incoming && list[i].plain.len > 0)
			kept_put(p->r, list[i].blob, &list[i].plain);
		hf_buf_clear(&list[i].plain);
		if (rc != HF_OK)
			text_clear(&list[i].text);
		else if (list[i].as != 0)
			copy_twin(&list[i].text, &list[list[i].as - 1].text);
	}
	return rc;
}

enum hf_code
proof_text(struct text *out, struct proof *p, const char *path, const struct hf_oid *blob, struct hf_err *e)
{
	struct fetch f = { .path = path, .blob = blob };
	enum hf_code rc = proof_texts(p, &f, 1, e);

	*out = f.text;
	return rc;
}

/* ---- for whom ---- */

enum hf_code
proof_seal(struct proof *p, const struct deed *d, const char *path, const struct hf_oid *blob, struct hf_err *e)
{
	const struct hf_members *m;
	struct hf_buf            b = HF_BUF_INIT;
	struct hf_err            why = HF_ERR_INIT;
	char(*to)[HF_FPR_SIZE] = NULL;
	size_t       n = 0;
	enum hf_code rc;

	if ((rc = proof_members(&m, p, &d->tree, e)) != HF_OK)
		return rc == HF_DAMAGED ? HF_OK : rc; /* said already */
	if ((rc = hf_repo_blob(&b, p->r->repo, blob, HF_REPO_BLOB_MAX, &why)) != HF_OK ||
	    (rc = hf_vault_recipients(&to, &n, p->vault, b.data, b.len, &why)) != HF_OK) {
		if (rc == HF_DAMAGED)
			rc = proof_problem(p, e, d->oid.hex, "%s: %s", path, why.msg);
		else if (e != NULL)
			*e = why;
		goto done;
	}
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		if (hf_members_find(m, to[i]) == NULL)
			rc = proof_problem(p, e, d->oid.hex, "%s: encrypted to %s, who is not a member", path, to[i]);
done:
	free(to);
	hf_buf_clear(&b);
	return rc;
}

bool
proof_could_read(struct proof *p, const char *fpr, const struct hf_oid *blob)
{
	struct hf_buf b = HF_BUF_INIT;
	char(*to)[HF_FPR_SIZE] = NULL;
	size_t n = 0;
	bool   found = false;

	if (hf_repo_blob(&b, p->r->repo, blob, HF_REPO_BLOB_MAX, NULL) == HF_OK)
		hf_vault_recipients(&to, &n, p->vault, b.data, b.len, NULL);
	for (size_t i = 0; i < n; i++)
		found = found || strcmp(to[i], fpr) == 0;
	free(to);
	hf_buf_clear(&b);
	return found;
}
