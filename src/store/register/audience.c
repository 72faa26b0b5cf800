#include "audience.h"
#include "holdfast/share.h"

#include <stdlib.h>
#include <string.h>

#define ALL_READERS (HF_ROLE_ADMIN | HF_ROLE_RESPONDER | HF_ROLE_AUDITOR)
#define DEPTH       4 /* a conflict about an exception about a contact */

/* Who is let in, one flag for each member. */
struct circle {
	struct hf_register *r;
	bool               *in;
	bool                open; /* of what was asked last: every owner reads it */
};

static void
let_in(struct circle *c, const char *fpr)
{
	for (size_t i = 0; fpr != NULL && i < c->r->members.n; i++)
		if (strcmp(c->r->members.list[i].fpr, fpr) == 0)
			c->in[i] = true;
}

static void
let_role(struct circle *c, unsigned roles)
{
	for (size_t i = 0; i < c->r->members.n; i++)
		if (c->r->members.list[i].roles & roles)
			c->in[i] = true;
}

static bool
anybody(const struct circle *c)
{
	for (size_t i = 0; i < c->r->members.n; i++)
		if (c->in[i])
			return true;
	return false;
}

/* When there is nobody who reads less than everything, most questions need not be asked. */
static bool
everybody(const struct circle *c)
{
	for (size_t i = 0; i < c->r->members.n; i++)
		if (!c->in[i])
			return false;
	return true;
}

/* ---- asking the index ---- */

/* Each row's first column is the key of somebody who is let in. *some (may be NULL): there was a row. */
static enum hf_code
let_rows(struct circle *c, bool *some, const char *sql, const char *param, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, c->r->db, sql, e)) != HF_OK)
		return rc;
	hf_stmt_text(s, 1, param);
	while (hf_stmt_step(s)) {
		let_in(c, hf_stmt_col(s, 0));
		if (some != NULL)
			*some = true;
	}
	return hf_stmt_end(s, HF_OK, e);
}

/* The first column of the first row into out, "" when there is none or it is NULL. */
static enum hf_code
one_text(struct hf_buf *out, struct hf_register *r, const char *sql, const char *param, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, r->db, sql, e)) != HF_OK)
		return rc;
	hf_stmt_text(s, 1, param);
	if (hf_stmt_step(s) && hf_stmt_col(s, 0) != NULL)
		hf_buf_adds(out, hf_stmt_col(s, 0));
	rc = hf_stmt_end(s, HF_OK, e);
	return rc == HF_OK ? hf_buf_check(out, e) : rc;
}

/* ---- whose a record is ---- */

#define OWNERS " JOIN main.person p ON p.id IN (a.owner, a.deputy) WHERE p.key_fpr IS NOT NULL AND "

/*
 * By kind: the keys of those who read it because it is theirs, or hangs on what is. NULL: every owner reads it. What is not here is read by nobody
 * but those who read everything, or is found through the record it is about.
 */
static const struct {
	const char *kind, *sql;
} theirs[] = {
	{ "org", NULL },
	{ "unit", NULL },
	{ "person", NULL },
	{ "document", NULL },
	{ "desk", NULL },
	{ "account", "SELECT p.key_fpr FROM main.account a" OWNERS "a.id = ?1" },
	{ "link", "SELECT p.key_fpr FROM main.link h JOIN main.account a ON a.id = h.account" OWNERS "h.id = ?1" },
	{ "contact", "SELECT p.key_fpr FROM main.contact h JOIN main.account a ON a.id = h.account" OWNERS "h.id = ?1" },
	{ "grant", "SELECT p.key_fpr FROM main.\"grant\" h JOIN main.account a ON a.id = h.account" OWNERS "h.id = ?1" },
	{ "share", "SELECT p.key_fpr FROM main.share h JOIN main.account a ON a.id = h.account" OWNERS "h.id = ?1" },
	{ "evidence", "SELECT p.key_fpr FROM main.evidence h JOIN main.account a ON a.id = h.account" OWNERS "h.id = ?1" },
	{ "declaration", "SELECT p.key_fpr FROM main.declaration h JOIN main.person p ON p.id = h.person WHERE h.id = ?1" },
	{ "attestation",
	    "SELECT p.key_fpr FROM main.attestation h LEFT JOIN main.unit u ON u.id = h.unit"
	    " JOIN main.person p ON p.id IN (h.answered_by, u.director, u.deputy_director) WHERE h.id = ?1" },
	{ "device",
	    "SELECT p.key_fpr FROM main.device h JOIN main.person p ON p.id = h.holder WHERE h.id = ?1"
	    " UNION SELECT p.key_fpr FROM main.\"grant\" h JOIN main.account a ON a.id = h.account" OWNERS "h.device = ?1" },
	{ "supplier",
	    "SELECT p.key_fpr FROM main.\"grant\" h JOIN main.account a ON a.id = h.account" OWNERS "h.supplier = ?1"
	    " UNION SELECT p.key_fpr FROM main.share h JOIN main.account a ON a.id = h.account" OWNERS "h.supplier = ?1" },
};

/* What a record of this kind is about, or NULL. */
static const char *
about_sql(const char *kind)
{
	if (strcmp(kind, "exception") == 0)
		return "SELECT subject FROM main.exception WHERE id = ?";
	return strcmp(kind, "conflict") == 0 ? "SELECT record FROM main.conflict WHERE id = ?" : NULL;
}

static enum hf_code let_owners(struct circle *c, const char *id, int depth, struct hf_err *e);

static enum hf_code
let_owners_of_subject(struct circle *c, const char *sql, const char *id, int depth, struct hf_err *e)
{
	struct hf_buf subject = HF_BUF_INIT;
	enum hf_code  rc;

	if ((rc = one_text(&subject, c->r, sql, id, e)) == HF_OK && subject.len > 0)
		rc = let_owners(c, hf_buf_str(&subject), depth - 1, e);
	hf_buf_clear(&subject);
	return rc;
}

/* Let in those whose it is. c->open says whether every owner reads it, who are not let in here. */
static enum hf_code
let_owners(struct circle *c, const char *id, int depth, struct hf_err *e)
{
	const struct hf_kind *k = index_kind(c->r->index, id);
	const char           *about;

	c->open = false;
	if (k == NULL || depth == 0)
		return HF_OK;
	if ((about = about_sql(k->name)) != NULL)
		return let_owners_of_subject(c, about, id, depth, e);
	for (size_t i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++) {
		if (strcmp(theirs[i].kind, k->name) != 0)
			continue;
		c->open = theirs[i].sql == NULL;
		return c->open ? HF_OK : let_rows(c, NULL, theirs[i].sql, id, e);
	}
	return HF_OK;
}

/* ---- restricted_to ---- */

/* Only those it names; when none of them is a member (any more), the admins. */
static enum hf_code
only_named(bool *restricted, struct circle *c, const struct hf_kind *k, const char *id, struct hf_err *e)
{
	struct hf_buf sql = HF_BUF_INIT;
	bool         *before = c->in, *named;
	enum hf_code  rc = HF_OK;

	*restricted = false;
	if (hf_schema_field(k, "restricted_to") == NULL)
		return HF_OK;
	if ((named = calloc(c->r->members.n, sizeof(*named))) == NULL)
		return hf_nomem(e);
	hf_buf_addf(&sql, "SELECT j.value FROM main.\"%s\" h, json_each(h.restricted_to) j WHERE h.id = ?", k->name);
	c->in = named;
	if ((rc = hf_buf_check(&sql, e)) == HF_OK)
		rc = let_rows(c, restricted, hf_buf_str(&sql), id, e);
	if (*restricted && !anybody(c))
		let_role(c, HF_ROLE_ADMIN);
	c->in = before;
	if (rc == HF_OK && *restricted)
		memcpy(c->in, named, c->r->members.n * sizeof(*named));
	free(named);
	hf_buf_clear(&sql);
	return rc;
}

/* A conflict holds values of its record: it is as restricted as that. */
static enum hf_code
restrict_to(bool *restricted, struct circle *c, const char *id, int depth, struct hf_err *e)
{
	const struct hf_kind *k = index_kind(c->r->index, id);
	struct hf_buf         subject = HF_BUF_INIT;
	enum hf_code          rc;

	*restricted = false;
	if (k == NULL || depth == 0)
		return HF_OK;
	if (strcmp(k->name, "conflict") != 0)
		return only_named(restricted, c, k, id, e);
	if ((rc = one_text(&subject, c->r, about_sql(k->name), id, e)) == HF_OK && subject.len > 0)
		rc = restrict_to(restricted, c, hf_buf_str(&subject), depth - 1, e);
	hf_buf_clear(&subject);
	return rc;
}

/* ---- the three sorts of file ---- */

static enum hf_code
of_record(struct circle *c, const char *id, struct hf_err *e)
{
	enum hf_code rc;
	bool         restricted;

	if (index_kind(c->r->index, id) == NULL)
		return hf_fail(e, HF_SEALED, "%s: not to be read here", id);
	if ((rc = restrict_to(&restricted, c, id, DEPTH, e)) != HF_OK || restricted || everybody(c))
		return rc;
	if ((rc = let_owners(c, id, DEPTH, e)) == HF_OK && c->open && strcmp(index_kind(c->r->index, id)->name, "exception") != 0)
		let_role(c, HF_ROLE_OWNER);
	return rc;
}

/* Who signs for a unit reads what is signed. */
static const char signs_for_unit[] =
    "SELECT p.key_fpr FROM main.unit u JOIN main.person p ON p.id IN (u.director, u.deputy_director) WHERE u.id = ?";

/* Those whose subject it is, and who began it. That a unit or a person can be read by all does not open the runs about them. */
static enum hf_code
of_run(struct circle *c, const char *run, struct hf_err *e)
{
	static const char start[] = "SELECT json_extract(body, '$.%s') FROM entry WHERE run = ? AND"
				    " type = 'start' ORDER BY id LIMIT 1";
	struct hf_buf     sql = HF_BUF_INIT, text = HF_BUF_INIT;
	enum hf_code      rc;

	if (everybody(c))
		return HF_OK;
	hf_buf_addf(&sql, start, "actor");
	if ((rc = hf_buf_check(&sql, e)) != HF_OK || (rc = let_rows(c, NULL, hf_buf_str(&sql), run, e)) != HF_OK)
		goto done;
	hf_buf_cut(&sql, 0);
	hf_buf_addf(&sql, start, "subject");
	if ((rc = one_text(&text, c->r, hf_buf_str(&sql), run, e)) == HF_OK && text.len > 0 &&
	    (rc = let_owners(c, hf_buf_str(&text), DEPTH, e)) == HF_OK)
		rc = let_rows(c, NULL, signs_for_unit, hf_buf_str(&text), e);
done:
	hf_buf_clear(&sql);
	hf_buf_clear(&text);
	return rc;
}

static enum hf_code
of_entry(struct circle *c, const char *id, const char *run, struct hf_err *e)
{
	struct hf_buf there = HF_BUF_INIT;
	enum hf_code  rc;

	if ((rc = one_text(&there, c->r, "SELECT '1' FROM entry WHERE id = ?", id, e)) == HF_OK && there.len == 0)
		rc = hf_fail(e, HF_SEALED, "%s: not to be read here", id);
	hf_buf_clear(&there);
	return rc == HF_OK ? of_run(c, run, e) : rc;
}

struct referrers {
	char (*list)[HF_ID_SIZE];
	size_t n;
};

static enum hf_code
referring(struct referrers *out, struct hf_register *r, const char *sql, const char *blob, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	memset(out, 0, sizeof(*out));
	if ((rc = hf_db_prepare(&s, r->db, sql, e)) != HF_OK)
		return rc;
	hf_stmt_text(s, 1, blob);
	while (rc == HF_OK && hf_stmt_step(s)) {
		char(*list)[HF_ID_SIZE] = realloc(out->list, (out->n + 1) * sizeof(*list));

		if (list == NULL) {
			rc = hf_nomem(e);
			break;
		}
		out->list = list;
		strncpy(list[out->n], hf_stmt_col(s, 0), HF_ID_SIZE - 1);
		list[out->n++][HF_ID_SIZE - 1] = '\0';
	}
	return hf_stmt_end(s, rc, e);
}

/* A restricted record that refers to it counts for all; else everybody who reads one of those that do. */
static enum hf_code
of_blob(struct circle *c, const char *blob, struct hf_err *e)
{
	struct referrers records, runs = { NULL, 0 };
	enum hf_code     rc;
	bool             restricted = false;

	if ((rc = referring(&records, c->r, "SELECT id FROM main.evidence WHERE blob = ?", blob, e)) != HF_OK)
		goto done;
	for (size_t i = 0; rc == HF_OK && !restricted && i < records.n; i++)
		rc = restrict_to(&restricted, c, records.list[i], DEPTH, e);
	if (rc != HF_OK || restricted || (records.n > 0 && everybody(c)))
		goto done;
	rc = referring(&runs, c->r,
	    "SELECT DISTINCT run FROM entry WHERE instr(body, ?1) > 0 AND type = 'evidence'"
	    " AND json_extract(body, '$.evidence') = ?1",
	    blob, e);
	if (rc == HF_OK && records.n + runs.n == 0)
		rc = hf_fail(e, HF_SEALED, "%s: nothing that can be read here refers to it", blob);
	for (size_t i = 0; rc == HF_OK && i < records.n; i++)
		rc = let_owners(c, records.list[i], DEPTH, e);
	for (size_t i = 0; rc == HF_OK && i < runs.n; i++)
		rc = of_run(c, runs.list[i], e);
done:
	free(records.list);
	free(runs.list);
	return rc;
}

/* ---- the answer ---- */

static enum hf_code
answer(struct audience *out, const struct circle *c, struct hf_err *e)
{
	if ((out->fprs = calloc(c->r->members.n, sizeof(*out->fprs))) == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < c->r->members.n; i++)
		if (c->in[i])
			out->fprs[out->n++] = c->r->members.list[i].fpr;
	return HF_OK;
}

enum hf_code
audience_of(struct audience *out, struct hf_register *r, const char *path, struct hf_err *e)
{
	struct circle  c = { r, NULL, false };
	char           id[HF_ID_SIZE], run[HF_ID_SIZE];
	enum path_kind kind = path_read(path, id, run);
	enum hf_code   rc;

	memset(out, 0, sizeof(*out));
	if ((rc = register_members(r, e)) != HF_OK)
		return rc;
	if ((c.in = calloc(r->members.n, sizeof(*c.in))) == NULL)
		return hf_nomem(e);
	let_role(&c, ALL_READERS);
	rc = kind == PATH_RECORD ? of_record(&c, id, e) :
	    kind == PATH_ENTRY   ? of_entry(&c, id, run, e) :
	    kind == PATH_BLOB    ? of_blob(&c, id, e) :
				   hf_fail(e, HF_INTERNAL, "%s: not an encrypted file", path);
	if (rc == HF_OK)
		rc = answer(out, &c, e);
	free(c.in);
	return rc;
}

enum hf_code
hf_run_workers(struct hf_json **out, struct hf_register *r, const char *run, struct hf_err *e)
{
	struct circle   c = { r, NULL, false };
	struct hf_json *list = hf_json_array();
	enum hf_code    rc = list == NULL ? hf_nomem(e) : register_members(r, e);

	*out = NULL;
	if (rc == HF_OK && (c.in = calloc(r->members.n + 1, sizeof(*c.in))) == NULL)
		rc = hf_nomem(e);
	if (rc == HF_OK) {
		let_role(&c, HF_ROLE_ADMIN | HF_ROLE_RESPONDER);
		rc = of_run(&c, run, e);
	}
	for (size_t i = 0; rc == HF_OK && i < r->members.n; i++)
		if (c.in[i] && hf_json_push(list, hf_json_string(r->members.list[i].fpr)) != 0)
			rc = hf_nomem(e);
	if (rc == HF_OK)
		*out = hf_json_ref(list);
	hf_json_free(list);
	free(c.in);
	return rc;
}

enum hf_code
audience_whole(struct audience *out, struct hf_register *r, struct hf_err *e)
{
	struct circle c = { r, NULL, false };
	enum hf_code  rc;

	memset(out, 0, sizeof(*out));
	if ((c.in = calloc(r->members.n, sizeof(*c.in))) == NULL)
		return hf_nomem(e);
	let_role(&c, ALL_READERS);
	rc = answer(out, &c, e);
	free(c.in);
	return rc;
}

void
audience_clear(struct audience *a)
{
	free(a->fprs);
	a->fprs = NULL;
	a->n = 0;
}

bool
audience_has(const struct audience *a, const char *fpr)
{
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->fprs[i], fpr) == 0)
			return true;
	return false;
}

bool
audience_is(const struct audience *a, char (*fprs)[HF_FPR_SIZE], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!audience_has(a, fprs[i]))
			return false;
	return n == a->n;
}

int
audience_compare(const struct audience *a, const struct audience *b)
{
	int order = (a->n > b->n) - (a->n < b->n);

	for (size_t i = 0; order == 0 && i < a->n; i++)
		order = strcmp(a->fprs[i], b->fprs[i]);
	return order;
}

/* ---- whose is it? ---- */

static enum hf_code
has_key(bool *out, struct hf_register *r, const char *person, const char *fpr, struct hf_err *e)
{
	struct hf_buf key = HF_BUF_INIT;
	enum hf_code  rc;

	if (person == NULL || *out)
		return HF_OK;
	if ((rc = one_text(&key, r, "SELECT key_fpr FROM main.person WHERE id = ?", person, e)) == HF_OK)
		*out = strcmp(hf_buf_str(&key), fpr) == 0;
	hf_buf_clear(&key);
	return rc;
}

/* The record itself, in the index: does the member read it because it, or what it hangs on, is theirs? */
static enum hf_code
owns_there(bool *out, struct hf_register *r, const char *fpr, const char *id, struct hf_err *e)
{
	struct circle c = { r, NULL, false };
	enum hf_code  rc;

	if (id == NULL)
		return HF_OK;
	if ((c.in = calloc(r->members.n, sizeof(*c.in))) == NULL)
		return hf_nomem(e);
	rc = let_owners(&c, id, DEPTH, e);
	for (size_t i = 0; i < r->members.n; i++)
		if (c.in[i] && strcmp(r->members.list[i].fpr, fpr) == 0)
			*out = true;
	free(c.in);
	return rc;
}

enum hf_code
audience_owns(bool *out, struct hf_register *r, const char *fpr, const struct hf_json *record, struct hf_err *e)
{
	static const char *const hanging[] = { "link", "contact", "grant", "share", "evidence" };
	const char              *kind = hf_json_get_str(record, "kind");
	enum hf_code             rc;

	*out = false;
	if (kind == NULL)
		return HF_OK;
	if ((rc = register_members(r, e)) != HF_OK)
		return rc;
	if (strcmp(kind, "account") == 0)
		return (rc = has_key(out, r, hf_json_get_str(record, "owner"), fpr, e)) != HF_OK ?
		    rc :
		    has_key(out, r, hf_json_get_str(record, "deputy"), fpr, e);
	for (size_t i = 0; i < sizeof(hanging) / sizeof(hanging[0]); i++)
		if (strcmp(kind, hanging[i]) == 0)
			return owns_there(out, r, fpr, hf_json_get_str(record, "account"), e);
	if (strcmp(kind, "exception") == 0)
		return owns_there(out, r, fpr, hf_json_get_str(record, "subject"), e);
	return strcmp(kind, "conflict") == 0 ? owns_there(out, r, fpr, hf_json_get_str(record, "record"), e) : HF_OK;
}
