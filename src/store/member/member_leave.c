/* Somebody leaves: what they could read, and what they may know that only a change at the provider takes from them. */
#include <stdlib.h>
#include <string.h>

#include "member_change.h"

static enum hf_code
push_row(struct hf_json *list, struct hf_register *r, const char *id, const char *kind, struct hf_err *e)
{
	struct hf_json *row = hf_json_object();
	struct hf_buf   ref = HF_BUF_INIT;
	int             bad;

	hf_register_ref(&ref, r, id);
	bad = hf_json_set(row, "id", hf_json_string(id)) | hf_json_set(row, "kind", hf_json_string(kind)) |
	    hf_json_set(row, "ref", hf_json_string(hf_buf_str(&ref)));
	hf_buf_clear(&ref);
	if (!bad)
		return hf_json_push(list, row) == 0 ? HF_OK : hf_nomem(e);
	hf_json_free(row);
	return hf_nomem(e);
}

static enum hf_code
reads(bool *out, struct hf_register *r, const char *path, const char *fpr, struct hf_err *e)
{
	struct audience a;
	enum hf_code    rc;

	*out = false;
	if ((rc = audience_of(&a, r, path, e)) == HF_OK)
		*out = audience_has(&a, fpr);
	audience_clear(&a);
	return rc;
}

static enum hf_code
records(struct hf_json *list, struct hf_register *r, const char *fpr, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	char            path[PATH_SIZE];
	bool            could;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, r->db, "SELECT id, kind FROM record ORDER BY kind, id", e)) != HF_OK)
		return rc;
	while (rc == HF_OK && hf_stmt_step(s)) {
		path_record(path, hf_stmt_col(s, 0));
		if ((rc = reads(&could, r, path, fpr, e)) == HF_OK && could)
			rc = push_row(list, r, hf_stmt_col(s, 0), hf_stmt_col(s, 1), e);
	}
	return hf_stmt_end(s, rc, e);
}

static enum hf_code
runs(struct hf_json *list, struct hf_register *r, const char *fpr, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	char            path[PATH_SIZE];
	bool            could;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, r->db, "SELECT run, min(id) FROM entry GROUP BY run ORDER BY run", e)) != HF_OK)
		return rc;
	while (rc == HF_OK && hf_stmt_step(s)) {
		path_entry(path, hf_stmt_col(s, 0), hf_stmt_col(s, 1));
		if ((rc = reads(&could, r, path, fpr, e)) == HF_OK && could)
			rc = push_row(list, r, hf_stmt_col(s, 0), "run", e);
	}
	return hf_stmt_end(s, rc, e);
}

enum hf_code
member_could_read(struct hf_json **out, struct hf_register *r, const char *fpr, struct hf_err *e)
{
	enum hf_code rc;

	if ((*out = hf_json_array()) == NULL)
		return hf_nomem(e);
	if ((rc = records(*out, r, fpr, e)) != HF_OK)
		return rc;
	return runs(*out, r, fpr, e);
}

/* ---- what nobody else can read ---- */

/* Is it for them alone, or for them and others who left? */
static enum hf_code
is_only_theirs(bool *out, struct hf_register *r, const char *path, const char *fpr, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	struct hf_oid blob;
	char(*to)[HF_FPR_SIZE] = NULL;
	size_t       n = 0;
	enum hf_code rc;

	*out = false;
	if ((rc = hf_repo_lookup(&blob, r->repo, &r->tree, path, e)) == HF_OK &&
	    (rc = hf_repo_blob(&b, r->repo, &blob, HF_REPO_BLOB_MAX, e)) == HF_OK &&
	    (rc = hf_vault_recipients(&to, &n, r->vault, b.data, b.len, e)) == HF_OK) {
		*out = n > 0;
		for (size_t i = 0; i < n; i++)
			*out = *out && (strcmp(to[i], fpr) == 0 || hf_members_find(&r->members, to[i]) == NULL);
	}
	free(to);
	hf_buf_clear(&b);
	if (rc != HF_NOTFOUND && rc != HF_DAMAGED)
		return rc;
	hf_err_clear(e); /* verify says what is wrong with it */
	return HF_OK;
}

enum hf_code
member_only_theirs(struct hf_json **out, struct hf_register *r, const char *fpr, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	bool            only;
	enum hf_code    rc;

	if ((*out = hf_json_array()) == NULL)
		return hf_nomem(e);
	if ((rc = hf_db_prepare(&s, r->db, "SELECT path FROM sealed ORDER BY path", e)) != HF_OK)
		return rc;
	while (rc == HF_OK && hf_stmt_step(s))
		if ((rc = is_only_theirs(&only, r, hf_stmt_col(s, 0), fpr, e)) == HF_OK && only &&
		    hf_json_push(*out, hf_json_string(hf_stmt_col(s, 0))) != 0)
			rc = hf_nomem(e);
	return hf_stmt_end(s, rc, e);
}

/* ---- what to rotate ---- */

/*
 * record, ref, why. A shared login is known to whoever worked with the account; without a person we cannot tell, so all that they could read are
 * named (?2 is NULL then). What was told to a person stands until it was changed after that.
 */
static const char *const known[] = {
	"SELECT a.id, a.ref, 'shared login' || coalesce(', vault entry ' || a.vault_ref, '') FROM main.account a"
	" WHERE a.login_model = 'shared' AND NOT a.gone AND (?1 IS NULL OR a.id IN (SELECT account FROM temp.tie WHERE person = ?1))"
	" ORDER BY a.ref",
	"SELECT s.id, a.ref, 'the password was told to them' || coalesce(' on ' || s.shared_on, '') ||"
	" coalesce(', vault entry ' || a.vault_ref, '') FROM main.share s JOIN main.account a ON a.id = s.account"
	" WHERE s.person = ?1 AND (s.rotated_on IS NULL OR s.rotated_on < s.shared_on) ORDER BY a.ref",
	"SELECT a.id, a.ref, 'vault entry ' || a.vault_ref FROM main.account a WHERE a.vault_ref IS NOT NULL AND NOT a.gone"
	" AND coalesce(a.login_model, '') <> 'shared' AND a.id IN (SELECT account FROM temp.tie WHERE person = ?1) ORDER BY a.ref",
	"SELECT a.id, a.ref, 'backup codes, ' || a.backup_codes_ref FROM main.account a"
	" WHERE a.backup_codes_ref IS NOT NULL AND NOT a.gone AND a.id IN (SELECT account FROM temp.tie WHERE person = ?1) ORDER BY a.ref",
	"SELECT a.id, a.ref, t.detail || ' that they hold' FROM temp.tie t JOIN main.account a ON a.id = t.account"
	" WHERE t.person = ?1 AND t.what IN ('factor', 'pack') AND NOT a.gone ORDER BY a.ref",
};

static enum hf_code
push_known(struct hf_json *list, struct hf_stmt *s, struct hf_err *e)
{
	static const char *const keys[] = { "record", "ref", "why" };
	struct hf_json          *row = hf_json_object();

	for (int i = 0; i < 3; i++)
		if (hf_json_set(row, keys[i], hf_json_string(hf_stmt_col(s, i))) != 0) {
			hf_json_free(row);
			return hf_nomem(e);
		}
	return hf_json_push(list, row) == 0 ? HF_OK : hf_nomem(e);
}

static enum hf_code
known_to(struct hf_json *list, struct hf_register *r, const char *sql, const char *person, const char *fpr, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	char            path[PATH_SIZE];
	bool            could = true;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, r->db, sql, e)) != HF_OK)
		return rc;
	hf_stmt_text(s, 1, person);
	while (rc == HF_OK && hf_stmt_step(s)) {
		path_record(path, hf_stmt_col(s, 0));
		if (person == NULL)
			rc = reads(&could, r, path, fpr, e);
		if (rc == HF_OK && could)
			rc = push_known(list, s, e);
	}
	return hf_stmt_end(s, rc, e);
}

enum hf_code
member_to_rotate(struct hf_json **out, struct hf_register *r, const char *fpr, struct hf_err *e)
{
	struct hf_json *ids = NULL;
	enum hf_code    rc;

	if ((*out = hf_json_array()) == NULL)
		return hf_nomem(e);
	if ((rc = member_persons(&ids, r, fpr, e)) == HF_OK && hf_json_len(ids) == 0)
		rc = known_to(*out, r, known[0], NULL, fpr, e);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(ids); i++)
		for (size_t k = 0; rc == HF_OK && k < sizeof(known) / sizeof(known[0]); k++)
			rc = known_to(*out, r, known[k], hf_json_str(hf_json_at(ids, i)), fpr, e);
	hf_json_free(ids);
	return rc;
}
