#include "holdfast/impact.h"

#include <string.h>

#include "holdfast/text.h"

/* Each gives accounts and why. ?1 is the id, or the address. */

static const char *const of_person =
    "SELECT account, CASE what WHEN 'duty' THEN 'is its ' || replace(detail, '_', ' ') WHEN 'grant' THEN 'may ' || detail || ' there'"
    "  WHEN 'factor' THEN 'holds a second factor' WHEN 'pack' THEN 'can open the recovery pack' WHEN 'reader' THEN 'is an extra reader'"
    "  WHEN 'contact' THEN 'recovery contact: ' || detail WHEN 'share' THEN 'knows the password' WHEN 'password' THEN 'knows the shared login'"
    "  WHEN 'risk' THEN 'accepted the risk ' || detail WHEN 'restricted' THEN 'may read its ' || detail || ' with few others'"
    "  WHEN 'conflict' THEN 'unsettled conflict about ' || replace(detail, '_', ' ')"
    "  WHEN 'address' THEN CASE detail WHEN 'registered_email' THEN 'registered with their mailbox' WHEN 'registered_phone' THEN 'registered with their number'"
    "   WHEN 'alerts_to' THEN 'alerts go to their mailbox' ELSE 'recovery contact: their own address or number' END"
    "  ELSE detail END FROM tie WHERE person = ?1 AND account IS NOT NULL"
    " UNION SELECT g.account, 'device ' || d.tag FROM live_grant g JOIN device d ON d.id = g.device WHERE d.holder = ?1";

static const char *const of_device = "SELECT account, 'run from it: ' || role FROM live_grant WHERE device = ?1";

static const char *const of_supplier =
    "SELECT account, 'may ' || role || ' there' FROM live_grant WHERE supplier = ?1"
    " UNION SELECT account, 'knows the password' FROM share WHERE supplier = ?1 AND (rotated_on IS NULL OR rotated_on < shared_on)";

static const char *const of_unit =
    "WITH RECURSIVE u(id) AS (SELECT ?1 UNION SELECT unit.id FROM unit JOIN u ON unit.parent = u.id)"
    " SELECT account.id, 'belongs to ' || unit.name FROM account JOIN u ON account.unit = u.id JOIN unit ON unit.id = u.id";

static const char *const of_account = "SELECT ?1, 'it is the one' UNION SELECT other, because FROM impact WHERE account = ?1";

static const char *const of_mailbox = "SELECT id, 'registered with it' FROM account WHERE fold(registered_email) = fold(?1)"
				      " UNION SELECT id, 'alerts go to it' FROM account WHERE fold(alerts_to) = fold(?1)"
				      " UNION SELECT account, 'recovery contact' FROM contact WHERE fold(value) = fold(?1)"
				      " UNION SELECT id, 'it is the one' FROM account WHERE fold(handle) = fold(?1)";

static const char *const of_number =
    "SELECT id, 'registered with it' FROM account WHERE registered_phone = ?1"
    " UNION SELECT account, 'recovery contact' FROM contact WHERE replace(replace(value, ' ', ''), '-', '') = ?1"
    " UNION SELECT id, 'it is the one' FROM account WHERE replace(replace(handle, ' ', ''), '-', '') = ?1";

/* An address is at a domain when it ends in "@domain", "/domain", or in ".domain" for what lies below. */
static const char *const of_domain =
    "WITH d(at, below) AS (SELECT '%@' || fold(?1), '%@%.' || fold(?1))"
    " SELECT id, 'registered with ' || registered_email FROM account, d WHERE fold(registered_email) LIKE at OR fold(registered_email) LIKE below"
    " UNION SELECT id, 'alerts go to ' || alerts_to FROM account, d WHERE fold(alerts_to) LIKE at OR fold(alerts_to) LIKE below"
    " UNION SELECT account, 'recovery contact ' || value FROM contact, d WHERE fold(value) LIKE at OR fold(value) LIKE below"
    " UNION SELECT id, 'its address is there' FROM account WHERE fold(url) LIKE '%://' || fold(?1) || '/%' OR fold(url) LIKE '%.' || fold(?1) || '/%'"
    "  OR fold(url) LIKE '%://' || fold(?1) OR fold(url) LIKE '%.' || fold(?1)"
    " UNION SELECT id, 'it is the one' FROM account WHERE fold(handle) = fold(?1)";

/* What falls with an account: what depends on it, and what is registered with the address that it is. */
static const char *const falls_with =
    "SELECT l.account, 'depends on ' || a.ref || ': ' || l.how FROM link l JOIN account a ON a.id = l.depends_on WHERE l.depends_on = ?1"
    " UNION SELECT b.id, 'registered with ' || a.handle FROM account a JOIN account b ON b.id <> a.id AND (fold(b.registered_email) = fold(a.handle)"
    "  OR b.registered_phone = replace(replace(a.handle, ' ', ''), '-', '')) WHERE a.id = ?1 AND a.class IN ('mailbox', 'phone')"
    " UNION SELECT b.id, 'registered at ' || a.handle FROM account a JOIN account b ON b.id <> a.id"
    "  AND fold(b.registered_email) LIKE '%@' || fold(a.handle) WHERE a.id = ?1 AND a.class = 'domain'";

bool
hf_impact_is_address(const char *text)
{
	if (text[0] == '+')
		return strpbrk(text, "0123456789") != NULL;
	if (strpbrk(text, " :/") != NULL || text[0] == '@')
		return false;
	return strchr(text, '@') != NULL || strchr(text, '.') != NULL;
}

/* ---- gathering ---- */

struct impact {
	struct hf_register *r;
	struct hf_json     *because; /* account → array of texts, in the order found */
	struct hf_json     *queue;   /* accounts whose dependants are to be looked for */
};

static enum hf_code
note(struct impact *im, const char *account, const char *why, struct hf_err *e)
{
	struct hf_json *list = hf_json_get(im->because, account);

	if (list == NULL) {
		if (hf_json_set(im->because, account, hf_json_array()) != 0 ||
		    hf_json_push(im->queue, hf_json_string(account)) != 0)
			return hf_nomem(e);
		list = hf_json_get(im->because, account);
	}
	for (size_t i = 0; i < hf_json_len(list); i++)
		if (strcmp(hf_json_str(hf_json_at(list, i)), why) == 0)
			return HF_OK;
	return hf_json_push(list, hf_json_string(why)) == 0 ? HF_OK : hf_nomem(e);
}

static enum hf_code
gather(struct impact *im, const char *sql, const char *param, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, hf_register_db(im->r), sql, e)) != HF_OK)
		return rc;
	hf_stmt_text(s, 1, param);
	while (rc == HF_OK && hf_stmt_step(s))
		if (hf_stmt_col(s, 0) != NULL)
			rc = note(im, hf_stmt_col(s, 0), hf_stmt_col(s, 1) == NULL ? "" : hf_stmt_col(s, 1), e);
	return hf_stmt_end(s, rc, e);
}

static enum hf_code
begin_record(struct impact *im, const char *id, struct hf_err *e)
{
	static const struct {
		const char *kind, *const *sql;
	} starts[] = { { "person", &of_person }, { "device", &of_device }, { "supplier", &of_supplier }, { "unit", &of_unit },
		{ "account", &of_account } };
	struct hf_json *record = NULL;
	const char     *kind;
	enum hf_code    rc;

	if ((rc = hf_register_get(&record, im->r, id, e)) != HF_OK)
		return rc;
	kind = hf_json_get_str(record, "kind");
	rc = HF_BAD;
	for (size_t i = 0; rc == HF_BAD && i < sizeof(starts) / sizeof(starts[0]); i++)
		if (strcmp(starts[i].kind, kind) == 0)
			rc = gather(im, *starts[i].sql, id, e);
	if (rc == HF_BAD) {
		hf_fail(e, HF_BAD, "%s: no account hangs on a record of kind %s", id, kind);
		hf_hint(e, "name a person, device, supplier, unit or account, or an e-mail address, number or domain");
	}
	hf_json_free(record);
	return rc;
}

static enum hf_code
begin_address(struct impact *im, const char *address, struct hf_err *e)
{
	struct hf_buf number = HF_BUF_INIT;
	enum hf_code  rc;

	if (strchr(address, '@') != NULL)
		return gather(im, of_mailbox, address, e);
	if (address[0] != '+')
		return gather(im, of_domain, address, e);
	for (const char *p = address; *p != '\0'; p++)
		if (strchr(" -.()/", *p) == NULL)
			hf_buf_addc(&number, *p);
	rc = hf_buf_check(&number, e) == HF_OK ? gather(im, of_number, number.data, e) : HF_NOMEM;
	hf_buf_clear(&number);
	return rc;
}

/* ---- the answer ---- */

static enum hf_code
add_row(struct hf_json *rows, struct impact *im, const char *account, struct hf_err *e)
{
	struct hf_json *row = hf_json_object();
	struct hf_buf   ref = HF_BUF_INIT;
	int             bad;

	hf_register_ref(&ref, im->r, account);
	bad = hf_json_set(row, "account", hf_json_string(account)) != 0 ||
	    hf_json_set(row, "ref", hf_json_string(hf_buf_str(&ref))) != 0 ||
	    hf_json_set(row, "because", hf_json_ref(hf_json_get(im->because, account))) != 0;
	hf_buf_clear(&ref);
	if (bad) {
		hf_json_free(row);
		return hf_nomem(e);
	}
	return hf_json_push(rows, row) == 0 ? HF_OK : hf_nomem(e);
}

/* 0 critical … 5 not said; a closed account last of all. */
static int64_t
rank_of(struct hf_stmt *s, const char *account)
{
	int64_t n = 9;

	hf_stmt_text(s, 1, account);
	if (hf_stmt_step(s))
		n = hf_stmt_num(s, 0);
	hf_stmt_reset(s, NULL);
	return n;
}

static const char *const rank_sql =
    "SELECT CASE WHEN gone THEN 8 ELSE coalesce(instr('critical high medium low', criticality) / 6, 5) END FROM account WHERE id = ?";

/* The queue holds every account in the order found: those touched directly first. The one that was asked for is not among them. */
static enum hf_code
rows_of(struct hf_json **out, struct impact *im, const char *asked, struct hf_err *e)
{
	struct hf_json *rows = hf_json_array(), *ranks = hf_json_object();
	struct hf_stmt *s = NULL;
	size_t          all = hf_json_len(im->queue);
	enum hf_code    rc;

	rc = hf_db_prepare(&s, hf_register_db(im->r), rank_sql, e);
	for (size_t i = 0; rc == HF_OK && i < all; i++) {
		const char *account = hf_json_str(hf_json_at(im->queue, i));

		if (hf_json_set(ranks, account, hf_json_int(rank_of(s, account))) != 0)
			rc = hf_nomem(e);
	}
	for (int64_t n = 0; rc == HF_OK && n <= 9; n++)
		for (size_t i = 0; rc == HF_OK && i < all; i++) {
			const char *account = hf_json_str(hf_json_at(im->queue, i));

			if (hf_json_num(hf_json_get(ranks, account)) == n && (asked == NULL || strcmp(account, asked) != 0))
				rc = add_row(rows, im, account, e);
		}
	hf_stmt_free(s);
	hf_json_free(ranks);
	if (rc != HF_OK) {
		hf_json_free(rows);
		rows = NULL;
	}
	*out = rows;
	return rc;
}

enum hf_code
hf_impact(struct hf_json **out, struct hf_register *r, const char *id, const char *address, struct hf_err *e)
{
	struct impact im = { r, hf_json_object(), hf_json_array() };
	enum hf_code  rc = im.because == NULL || im.queue == NULL ? hf_nomem(e) : HF_OK;

	*out = NULL;
	if (rc == HF_OK && id != NULL)
		rc = begin_record(&im, id, e);
	if (rc == HF_OK && address != NULL)
		rc = begin_address(&im, address, e);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(im.queue); i++)
		rc = gather(&im, falls_with, hf_json_str(hf_json_at(im.queue, i)), e);
	if (rc == HF_OK)
		rc = rows_of(out, &im, id, e);
	hf_json_free(im.because);
	hf_json_free(im.queue);
	return rc;
}
