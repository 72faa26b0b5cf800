#include "index.h"

#include <stdlib.h>
#include <string.h>

#include "holdfast/hash.h"
#include "holdfast/id.h"
#include "holdfast/time.h"

enum {
	PUT_RECORD,
	DROP_RECORD,
	PUT_ENTRY,
	DROP_ENTRY,
	PUT_SEALED,
	DROP_SEALED,
	PUT_PROBLEM,
	DROP_PROBLEM,
	KIND_OF,
	SET_OID,
	SET_ENTRY_OID,
	META_SET,
	META_GET,
	N_STMTS
};

static const char *const texts[N_STMTS] = {
	[PUT_RECORD] = "INSERT OR REPLACE INTO record(id, kind, oid, body) VALUES (?, ?, ?, ?)",
	[DROP_RECORD] = "DELETE FROM record WHERE id = ?",
	[PUT_ENTRY] =
	    "INSERT OR REPLACE INTO main.entry SELECT ?1, ?2, ?3, ?4, json_extract(?4, '$.type'), json_extract(?4, '$.step'),"
	    " json_extract(?4, '$.visit'), json_extract(?4, '$.answer'), json_extract(?4, '$.recorded_at'),"
	    " coalesce(json_extract(?4, '$.occurred_at'), json_extract(?4, '$.recorded_at')), json_extract(?4, '$.actor'),"
	    " json_extract(?4, '$.acting_as'), json_extract(?4, '$.on_behalf_of'), json_extract(?4, '$.text'),"
	    " json_extract(?4, '$.captured'), json_extract(?4, '$.playbook'), json_extract(?4, '$.subject'), json_extract(?4, '$.person'),"
	    " json_extract(?4, '$.role')",
	[DROP_ENTRY] = "DELETE FROM main.entry WHERE id = ?",
	[PUT_SEALED] = "INSERT OR REPLACE INTO sealed(path, oid) VALUES (?, ?)",
	[DROP_SEALED] = "DELETE FROM sealed WHERE path = ?",
	[PUT_PROBLEM] = "INSERT OR REPLACE INTO problem(path, what) VALUES (?, ?)",
	[DROP_PROBLEM] = "DELETE FROM problem WHERE path = ?",
	[KIND_OF] = "SELECT kind FROM record WHERE id = ?",
	[SET_OID] = "UPDATE record SET oid = ?2 WHERE id = ?1",
	[SET_ENTRY_OID] = "UPDATE entry SET oid = ?2 WHERE id = ?1",
	[META_SET] = "INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)",
	[META_GET] = "SELECT value FROM meta WHERE key = ?",
};

struct index {
	struct hf_db    *db;
	struct hf_stmt  *st[N_STMTS];
	struct hf_stmt **put; /* one for each kind, made when first needed */
	struct hf_stmt **derive;
	struct hf_stmt **ref;
	char             meta[1024];
};

/* What rules ask of an entry is a column; the rest is in its body. */
static const char *const base_tables =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
    "CREATE TABLE record(id TEXT PRIMARY KEY, kind TEXT, oid TEXT, body TEXT) WITHOUT ROWID;"
    "CREATE TABLE entry(id TEXT PRIMARY KEY, run TEXT, oid TEXT, body TEXT, type TEXT, step TEXT, visit INTEGER, answer TEXT,"
    " recorded_at TEXT, occurred_at TEXT, actor TEXT, acting_as TEXT, on_behalf_of TEXT, text TEXT, captured TEXT,"
    " playbook TEXT, subject TEXT, person TEXT, role TEXT) WITHOUT ROWID;"
    "CREATE INDEX entry_run ON entry(run, type);"
    "CREATE INDEX entry_type ON entry(type);"
    "CREATE INDEX entry_subject ON entry(subject, type) WHERE subject IS NOT NULL;"
    "CREATE INDEX entry_person ON entry(person, type) WHERE person IS NOT NULL;"
    "CREATE TABLE sealed(path TEXT PRIMARY KEY, oid TEXT) WITHOUT ROWID;"
    "CREATE TABLE problem(path TEXT PRIMARY KEY, what TEXT) WITHOUT ROWID;";

static void
column_sql(struct hf_buf *b, const struct hf_field *f)
{
	bool number = !(f->flags & HF_FIELD_LIST) && (f->type == HF_FIELD_INT || f->type == HF_FIELD_BOOL);

	hf_buf_addf(b, ", \"%s\" %s", f->name, number ? "INTEGER" : "TEXT");
}

static void
kind_sql(struct hf_buf *b, const struct hf_kind *k)
{
	hf_buf_addf(b, "CREATE TABLE \"%s\"(id TEXT PRIMARY KEY, ref TEXT, in_use INTEGER, gone INTEGER", k->name);
	for (size_t i = 0; i < k->n_fields; i++)
		column_sql(b, &k->fields[i]);
	hf_buf_adds(b, ") WITHOUT ROWID;");
	for (size_t i = 0; i < k->n_fields; i++)
		if (k->fields[i].type == HF_FIELD_REF && !(k->fields[i].flags & HF_FIELD_LIST))
			hf_buf_addf(b, "CREATE INDEX \"%s_%s\" ON \"%s\"(\"%s\") WHERE \"%s\" IS NOT NULL;", k->name,
			    k->fields[i].name, k->name, k->fields[i].name, k->fields[i].name);
}

/* The columns impact joins over, the order in which accounts are listed, and what refers to an evidence file; references have theirs. */
static const char *const more_indexes =
    "CREATE INDEX account_email ON account(registered_email) WHERE registered_email IS NOT NULL;"
    "CREATE INDEX account_phone ON account(registered_phone) WHERE registered_phone IS NOT NULL;"
    "CREATE INDEX account_vault ON account(vault_ref) WHERE vault_ref IS NOT NULL;"
    "CREATE INDEX account_ref ON account(ref COLLATE NOCASE);"
    "CREATE INDEX evidence_blob ON evidence(blob) WHERE blob IS NOT NULL;"
    "CREATE INDEX person_name ON person(name);"
    "CREATE INDEX person_email ON person(email) WHERE email IS NOT NULL;";

static void
tables_sql(struct hf_buf *b)
{
	hf_buf_adds(b, base_tables);
	for (size_t i = 0; i < hf_n_kinds; i++)
		kind_sql(b, &hf_kinds[i]);
	hf_buf_adds(b, more_indexes);
}

static const char *
in_use_sql(const struct hf_kind *k)
{
	if (strcmp(k->name, "account") == 0)
		return "coalesce(state, 'live') IN ('live', 'hijacked')";
	return "1";
}

static const char *
gone_sql(const struct hf_kind *k)
{
	if (strcmp(k->name, "account") == 0)
		return "coalesce(state, 'live') = 'closed'";
	if (strcmp(k->name, "person") == 0)
		return "coalesce(last_day < (SELECT today FROM temp.clock), 0)";
	if (strcmp(k->name, "supplier") == 0)
		return "coalesce(contract_ends_on < (SELECT today FROM temp.clock), 0)";
	if (strcmp(k->name, "grant") == 0)
		return "coalesce(until <= (SELECT today FROM temp.clock), 0)";
	return "0";
}

/* Fill the derived columns of one record. */
static void
derive_sql(struct hf_buf *b, const struct hf_kind *k)
{
	hf_buf_addf(b, "UPDATE \"%s\" SET ref = coalesce(%s, id), in_use = %s, gone = %s WHERE id = ?;", k->name,
	    k->label == NULL ? "NULL" : k->label, in_use_sql(k), gone_sql(k));
}

/* A snapshot made by another schema is of no use: its tables are named by the sum of what makes and fills them. */
static enum hf_code
layout(char out[HF_SHA256_SIZE], struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	enum hf_code  rc;

	tables_sql(&b);
	for (size_t i = 0; i < hf_n_kinds; i++)
		derive_sql(&b, &hf_kinds[i]);
	if ((rc = hf_buf_check(&b, e)) == HF_OK)
		hf_sha256(out, b.data, b.len);
	hf_buf_clear(&b);
	return rc;
}

/* What is put in from here on is derived for this day: of an index that was kept, for the day that the rest of it was derived for. */
static enum hf_code
clock_set(struct index *ix, const char *today, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	enum hf_code  rc;

	hf_buf_addf(&b, "UPDATE temp.clock SET today = '%s'", today);
	rc = hf_buf_check(&b, e) == HF_OK ? hf_db_exec(ix->db, hf_buf_str(&b), e) : HF_NOMEM;
	hf_buf_clear(&b);
	return rc;
}

static enum hf_code
prepare(struct index **out, struct hf_db *db, struct hf_err *e)
{
	struct index *ix;
	enum hf_code  rc;

	*out = NULL;
	if ((ix = calloc(1, sizeof(*ix))) == NULL)
		return hf_nomem(e);
	ix->db = db;
	ix->put = calloc(hf_n_kinds, sizeof(struct hf_stmt *));
	ix->derive = calloc(hf_n_kinds, sizeof(struct hf_stmt *));
	ix->ref = calloc(hf_n_kinds, sizeof(struct hf_stmt *));
	if (ix->put == NULL || ix->derive == NULL || ix->ref == NULL) {
		rc = hf_nomem(e);
		goto done;
	}
	if ((rc = hf_db_exec(db, "CREATE TEMP TABLE clock(today TEXT); INSERT INTO clock VALUES ('')", e)) != HF_OK)
		goto done;
	hf_db_later(db, index_views);
	hf_db_lazy(db, index_lazy);
	for (size_t i = 0; i < N_STMTS; i++)
		if ((rc = hf_db_prepare(&ix->st[i], db, texts[i], e)) != HF_OK)
			goto done;
	*out = ix;
	ix = NULL;
done:
	index_free(ix);
	return rc;
}

enum hf_code
index_create(struct index **out, struct hf_db *db, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	char          sum[HF_SHA256_SIZE];
	enum hf_code  rc;

	*out = NULL;
	tables_sql(&b);
	if ((rc = hf_buf_check(&b, e)) != HF_OK || (rc = hf_db_exec(db, hf_buf_str(&b), e)) != HF_OK)
		goto done;
	if ((rc = layout(sum, e)) != HF_OK || (rc = prepare(out, db, e)) != HF_OK)
		goto done;
	rc = index_meta_set(*out, "layout", sum, e);
done:
	hf_buf_clear(&b);
	return rc;
}

enum hf_code
index_attach(struct index **out, struct hf_db *db, struct hf_err *e)
{
	char         sum[HF_SHA256_SIZE];
	enum hf_code rc;

	*out = NULL;
	if ((rc = layout(sum, e)) != HF_OK || (rc = prepare(out, db, e)) != HF_OK)
		return rc;
	if (strcmp(index_meta(*out, "layout"), sum) != 0)
		rc = hf_fail(e, HF_DAMAGED, "index: made by another release");
	else
		rc = clock_set(*out, hf_day_valid(index_meta(*out, "today")) ? (*out)->meta : "", e);
	if (rc != HF_OK) {
		index_free(*out);
		*out = NULL;
	}
	return rc;
}

void
index_free(struct index *ix)
{
	if (ix == NULL)
		return;
	for (size_t i = 0; i < N_STMTS; i++)
		hf_stmt_free(ix->st[i]);
	for (size_t i = 0; i < hf_n_kinds; i++) {
		if (ix->put != NULL)
			hf_stmt_free(ix->put[i]);
		if (ix->derive != NULL)
			hf_stmt_free(ix->derive[i]);
		if (ix->ref != NULL)
			hf_stmt_free(ix->ref[i]);
	}
	free(ix->put);
	free(ix->derive);
	free(ix->ref);
	free(ix);
}

static enum hf_code
run(struct hf_stmt *s, struct hf_err *e)
{
	while (hf_stmt_step(s))
		continue;
	return hf_stmt_reset(s, e);
}

/* ---- one table for each kind ---- */

static enum hf_code
put_stmt(struct hf_stmt **out, struct index *ix, size_t k, struct hf_err *e)
{
	const struct hf_kind *kind = &hf_kinds[k];
	struct hf_buf         b = HF_BUF_INIT;
	enum hf_code          rc;

	if ((*out = ix->put[k]) != NULL)
		return HF_OK;
	hf_buf_addf(&b, "INSERT OR REPLACE INTO \"%s\"(id", kind->name);
	for (size_t i = 0; i < kind->n_fields; i++)
		hf_buf_addf(&b, ", \"%s\"", kind->fields[i].name);
	hf_buf_adds(&b, ") VALUES (?");
	for (size_t i = 0; i < kind->n_fields; i++)
		hf_buf_adds(&b, ", ?");
	hf_buf_adds(&b, ")");
	if ((rc = hf_buf_check(&b, e)) == HF_OK)
		rc = hf_db_prepare(&ix->put[k], ix->db, hf_buf_str(&b), e);
	hf_buf_clear(&b);
	*out = ix->put[k];
	return rc;
}

static enum hf_code
derive_one(struct index *ix, size_t k, const char *id, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	enum hf_code  rc;

	if (ix->derive[k] == NULL) {
		derive_sql(&b, &hf_kinds[k]);
		if ((rc = hf_buf_check(&b, e)) == HF_OK)
			rc = hf_db_prepare(&ix->derive[k], ix->db, hf_buf_str(&b), e);
		hf_buf_clear(&b);
		if (rc != HF_OK)
			return rc;
	}
	hf_stmt_text(ix->derive[k], 1, id);
	return run(ix->derive[k], e);
}

/* The views unfold lists: one record whose list is none must not break every query. NULL then. */
static const struct hf_json *
fitting(const struct hf_field *f, const struct hf_json *value)
{
	bool list = hf_json_is(value, HF_JSON_ARRAY);

	return list == ((f->flags & HF_FIELD_LIST) != 0) && !hf_json_is(value, HF_JSON_OBJECT) ? value : NULL;
}

enum hf_code
index_put(struct index *ix, const struct hf_json *record, const char *oid, struct hf_err *e)
{
	const struct hf_kind *kind = hf_schema_kind(hf_json_get_str(record, "kind"));
	const char           *id = hf_json_get_str(record, "id");
	struct hf_buf         body = HF_BUF_INIT;
	struct hf_stmt       *s;
	enum hf_code          rc;

	hf_db_stale(ix->db);
	hf_json_dump(&body, record, HF_JSON_COMPACT);
	if ((rc = hf_buf_check(&body, e)) != HF_OK || (rc = put_stmt(&s, ix, (size_t)(kind - hf_kinds), e)) != HF_OK)
		goto done;
	hf_stmt_text(s, 1, id);
	for (size_t i = 0; i < kind->n_fields; i++)
		hf_stmt_json(s, (int)i + 2, fitting(&kind->fields[i], hf_json_get(record, kind->fields[i].name)));
	if ((rc = run(s, e)) != HF_OK || (rc = derive_one(ix, (size_t)(kind - hf_kinds), id, e)) != HF_OK)
		goto done;
	s = ix->st[PUT_RECORD];
	hf_stmt_text(s, 1, id);
	hf_stmt_text(s, 2, kind->name);
	hf_stmt_text(s, 3, oid);
	hf_stmt_text(s, 4, hf_buf_str(&body));
	rc = run(s, e);
done:
	hf_buf_clear(&body);
	return rc;
}

enum hf_code
index_put_entry(struct index *ix, const struct hf_json *entry, const char *oid, struct hf_err *e)
{
	struct hf_buf   body = HF_BUF_INIT;
	struct hf_stmt *s = ix->st[PUT_ENTRY];
	enum hf_code    rc;

	hf_db_stale(ix->db);
	hf_json_dump(&body, entry, HF_JSON_COMPACT);
	if ((rc = hf_buf_check(&body, e)) == HF_OK) {
		hf_stmt_text(s, 1, hf_json_get_str(entry, "id"));
		hf_stmt_text(s, 2, hf_json_get_str(entry, "run"));
		hf_stmt_text(s, 3, oid);
		hf_stmt_text(s, 4, hf_buf_str(&body));
		rc = run(s, e);
	}
	hf_buf_clear(&body);
	return rc;
}

const struct hf_kind *
index_kind(struct index *ix, const char *id)
{
	struct hf_stmt       *s = ix->st[KIND_OF];
	const struct hf_kind *k = NULL;

	hf_stmt_text(s, 1, id);
	if (hf_stmt_step(s))
		k = hf_schema_kind(hf_stmt_col(s, 0));
	hf_stmt_reset(s, NULL);
	return k;
}

static struct hf_stmt *
ref_stmt(struct index *ix, const struct hf_kind *k)
{
	struct hf_stmt **s = &ix->ref[k - hf_kinds];
	struct hf_buf    b = HF_BUF_INIT;

	if (*s == NULL) {
		hf_buf_addf(&b, "SELECT ref FROM \"%s\" WHERE id = ?", k->name);
		if (!b.failed)
			hf_db_prepare(s, ix->db, hf_buf_str(&b), NULL);
		hf_buf_clear(&b);
	}
	return *s;
}

bool
index_ref_of(struct hf_buf *out, struct index *ix, const struct hf_kind *kind, const char *id)
{
	struct hf_stmt *s = ref_stmt(ix, kind);
	bool            found = false;

	if (s == NULL)
		return false;
	hf_stmt_text(s, 1, id);
	if (hf_stmt_step(s) && hf_stmt_col(s, 0) != NULL) {
		hf_buf_adds(out, hf_stmt_col(s, 0));
		found = true;
	}
	hf_stmt_reset(s, NULL);
	return found;
}

bool
index_ref(struct hf_buf *out, struct index *ix, const char *id)
{
	const struct hf_kind *k = index_kind(ix, id);

	return k != NULL && index_ref_of(out, ix, k, id);
}

static enum hf_code
two(struct index *ix, int which, const char *a, const char *b, struct hf_err *e)
{
	hf_stmt_text(ix->st[which], 1, a);
	if (b != NULL)
		hf_stmt_text(ix->st[which], 2, b);
	return run(ix->st[which], e);
}

enum hf_code
index_put_sealed(struct index *ix, const char *path, const char *oid, struct hf_err *e)
{
	return two(ix, PUT_SEALED, path, oid, e);
}

enum hf_code
index_put_problem(struct index *ix, const char *path, const char *what, struct hf_err *e)
{
	return two(ix, PUT_PROBLEM, path, what, e);
}

static enum hf_code
drop_record(struct index *ix, const char *id, struct hf_err *e)
{
	const struct hf_kind *k = index_kind(ix, id);
	struct hf_buf         b = HF_BUF_INIT;
	enum hf_code          rc = HF_OK;

	if (k == NULL)
		return HF_OK;
	hf_buf_addf(&b, "DELETE FROM \"%s\" WHERE id = '%s'", k->name, id);
	if ((rc = hf_buf_check(&b, e)) == HF_OK)
		rc = hf_db_exec(ix->db, hf_buf_str(&b), e);
	hf_buf_clear(&b);
	return rc == HF_OK ? two(ix, DROP_RECORD, id, NULL, e) : rc;
}

/* The id in a path; false when it has none. */
static bool
id_of(char id[HF_ID_SIZE], const char *path)
{
	const char *base = strrchr(path, '/');

	if (base == NULL || strlen(base + 1) < HF_ID_SIZE - 1)
		return false;
	memcpy(id, base + 1, HF_ID_SIZE - 1);
	id[HF_ID_SIZE - 1] = '\0';
	return hf_id_valid(id);
}

enum hf_code
index_oid(struct index *ix, const char *path, const char *oid, struct hf_err *e)
{
	char id[HF_ID_SIZE];

	if (!id_of(id, path))
		return HF_OK;
	return two(ix, strncmp(path, "runs/", 5) == 0 ? SET_ENTRY_OID : SET_OID, id, oid, e);
}

enum hf_code
index_drop(struct index *ix, const char *path, struct hf_err *e)
{
	char         id[HF_ID_SIZE];
	enum hf_code rc;

	hf_db_stale(ix->db);
	if ((rc = two(ix, DROP_SEALED, path, NULL, e)) != HF_OK || (rc = two(ix, DROP_PROBLEM, path, NULL, e)) != HF_OK)
		return rc;
	if (!id_of(id, path))
		return HF_OK;
	return strncmp(path, "runs/", 5) == 0 ? two(ix, DROP_ENTRY, id, NULL, e) : drop_record(ix, id, e);
}

enum hf_code
index_meta_set(struct index *ix, const char *key, const char *value, struct hf_err *e)
{
	return two(ix, META_SET, key, value, e);
}

const char *
index_meta(struct index *ix, const char *key)
{
	struct hf_stmt *s = ix->st[META_GET];
	const char     *v = NULL;

	hf_stmt_text(s, 1, key);
	if (hf_stmt_step(s))
		v = hf_stmt_col(s, 0);
	ix->meta[0] = '\0';
	if (v != NULL && strlen(v) < sizeof(ix->meta))
		strcpy(ix->meta, v);
	if (hf_stmt_reset(s, NULL) != HF_OK)
		ix->meta[0] = '\0';
	return ix->meta;
}

enum hf_code
index_today(struct index *ix, const char *today, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	enum hf_code  rc;

	if ((rc = clock_set(ix, today, e)) != HF_OK || strcmp(index_meta(ix, "today"), today) == 0)
		return rc;
	/* The other derived columns do not hang on the day. */
	for (size_t i = 0; rc == HF_OK && i < hf_n_kinds; i++) {
		const char *gone = gone_sql(&hf_kinds[i]);

		if (strstr(gone, "today") == NULL)
			continue;
		hf_buf_addf(&b, "UPDATE \"%s\" SET gone = %s WHERE gone IS NOT %s", hf_kinds[i].name, gone, gone);
		rc = hf_buf_check(&b, e) == HF_OK ? hf_db_exec(ix->db, hf_buf_str(&b), e) : HF_NOMEM;
		hf_buf_clear(&b);
	}
	return rc == HF_OK ? index_meta_set(ix, "today", today, e) : rc;
}

enum hf_code
index_begin(struct index *ix, struct hf_err *e)
{
	return hf_db_exec(ix->db, "BEGIN", e);
}

enum hf_code
index_end(struct index *ix, struct hf_err *e)
{
	return hf_db_exec(ix->db, "COMMIT", e);
}

void
index_undo(struct index *ix)
{
	hf_db_exec(ix->db, "ROLLBACK", NULL);
}
