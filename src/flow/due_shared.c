/* What is due, from the members and from what two people changed at once. */
#include <stdio.h>
#include <string.h>

#include "due_in.h"
#include "holdfast/share.h"
#include "holdfast/time.h"

#define SETTLE_DAYS 7 /* to settle what sync could not */

/* The first column of the first row, or "". */
static enum hf_code
look_up(char out[HF_ID_SIZE], struct due *d, const char *sql, const char *a, const char *b, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	out[0] = '\0';
	if ((rc = hf_db_prepare(&s, hf_register_db(d->r), sql, e)) != HF_OK)
		return rc;
	hf_stmt_text(s, 1, a);
	hf_stmt_text(s, 2, b);
	if (hf_stmt_step(s) && hf_stmt_col(s, 0) != NULL)
		snprintf(out, HF_ID_SIZE, "%s", hf_stmt_col(s, 0));
	return hf_stmt_end(s, HF_OK, e);
}

/* ---- keys ---- */

/* The day from which it is of no use; a revoked one is so today. False: it lasts. */
static bool
last_day_of(char out[HF_DAY_SIZE], struct due *d, const struct hf_json *row)
{
	const char *expires = hf_json_get_str(row, "expires");
	int64_t     at;

	if (strcmp(hf_json_get_str(row, "state"), "revoked") == 0)
		snprintf(out, HF_DAY_SIZE, "%s", d->today);
	else if (expires == NULL || hf_time_parse(&at, NULL, expires, NULL) != HF_OK)
		return false;
	else
		hf_day_of(out, at, hf_register_zone(d->r));
	return true;
}

/* Whoever holds it gives a newer copy; that of somebody who left, and a revoked one, is taken out by whoever looks after the register. */
static enum hf_code
put_key(struct due *d, const struct hf_json *row, struct hf_err *e)
{
	const char     *fpr = hf_json_get_str(row, "fingerprint"), *name = hf_json_get_str(row, "name");
	char            day[HF_DAY_SIZE], person[HF_ID_SIZE];
	struct hf_buf   ref = HF_BUF_INIT, how = HF_BUF_INIT;
	struct due_item it = { .what = "key", .day = day };
	bool            revoked = strcmp(hf_json_get_str(row, "state"), "revoked") == 0;
	enum hf_code    rc;

	if (!last_day_of(day, d, row))
		return HF_OK;
	rc = look_up(person, d,
	    "SELECT coalesce((SELECT id FROM person WHERE id = ?1 AND NOT gone AND ?2 IS NULL), (SELECT security FROM org))",
	    hf_json_get_str(row, "person"), revoked ? "revoked" : NULL, e);
	if (rc != HF_OK)
		return rc;
	hf_buf_addf(&ref, "%s, key %s", name, fpr + strlen(fpr) - 16);
	hf_buf_addf(&how, revoked ? "holdfast member remove %s" : "holdfast member refresh %s FILE", fpr);
	if ((rc = hf_buf_check(&ref, e)) == HF_OK && (rc = hf_buf_check(&how, e)) == HF_OK) {
		it.ref = ref.data;
		it.how = how.data;
		it.person = person[0] == '\0' ? NULL : person;
		rc = due_put(d, &it, e);
	}
	hf_buf_clear(&ref);
	hf_buf_clear(&how);
	return rc;
}

enum hf_code
due_keys(struct due *d, struct hf_err *e)
{
	struct hf_json *rows = NULL;
	enum hf_code    rc = hf_member_list(&rows, d->r, e);

	for (size_t i = 0; rc == HF_OK && i < hf_json_len(rows); i++)
		rc = put_key(d, hf_json_at(rows, i), e);
	hf_json_free(rows);
	return rc;
}

/* ---- conflicts ---- */

/* It is for the owner of the account to say which value is right; of anything else, for whoever wrote the one that stands. */
#define SETTLER                                                                                        \
	"SELECT coalesce((SELECT p.id FROM account a JOIN person p ON p.id = a.owner WHERE NOT p.gone" \
	" AND a.id IN (?1, (SELECT json_extract(body, '$.account') FROM record WHERE id = ?1))),"      \
	" (SELECT id FROM person WHERE key_fpr = ?2 AND NOT gone), (SELECT security FROM org))"

static enum hf_code
put_conflict(struct due *d, const struct hf_json *row, struct hf_err *e)
{
	char            day[HF_DAY_SIZE], person[HF_ID_SIZE];
	struct hf_buf   ref = HF_BUF_INIT;
	struct due_item it = { .what = "conflict", .record = hf_json_get_str(row, "id"), .day = day, .how = "holdfast conflicts" };
	int64_t         at;
	enum hf_code    rc;

	if ((rc = hf_time_parse(&at, NULL, hf_json_get_str(row, "at"), e)) != HF_OK ||
	    (rc = look_up(person, d, SETTLER, hf_json_get_str(row, "record"), hf_json_get_str(row, "kept_by"), e)) != HF_OK)
		return rc;
	hf_day_of(day, at, hf_register_zone(d->r));
	hf_day_add(day, day, SETTLE_DAYS);
	hf_buf_addf(&ref, "%s, %s", hf_json_get_str(row, "ref"), hf_json_get_str(row, "field"));
	if ((rc = hf_buf_check(&ref, e)) == HF_OK) {
		it.ref = ref.data;
		it.person = person[0] == '\0' ? NULL : person;
		rc = due_put(d, &it, e);
	}
	hf_buf_clear(&ref);
	return rc;
}

enum hf_code
due_conflicts(struct due *d, struct hf_err *e)
{
	struct hf_json *rows = NULL;
	enum hf_code    rc = hf_conflicts(&rows, d->r, e);

	for (size_t i = 0; rc == HF_OK && i < hf_json_len(rows); i++)
		rc = put_conflict(d, hf_json_at(rows, i), e);
	hf_json_free(rows);
	return rc;
}
