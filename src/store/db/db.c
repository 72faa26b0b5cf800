#include <stdlib.h>
#include <string.h>

#include "../schema/leak.h"
#include "db_impl.h"
#include "db_text.h"
#include "holdfast/text.h"

enum hf_code
db_translate(struct hf_db *db, int rc, struct hf_err *e)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return HF_OK;
	case SQLITE_NOMEM:
		return hf_nomem(e);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return hf_fail(e, HF_DAMAGED, "index: %s", sqlite3_errmsg(db->sql));
	default:
		return hf_fail(e, HF_INTERNAL, "index: %s", sqlite3_errmsg(db->sql));
	}
}

/* ---- functions that SQL may use ---- */

static void
give(sqlite3_context *ctx, struct hf_buf *b)
{
	if (b->failed)
		sqlite3_result_error_nomem(ctx);
	else
		sqlite3_result_text(ctx, hf_buf_str(b), (int)b->len, SQLITE_TRANSIENT);
	hf_buf_clear(b);
}

static void
sql_fold(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct hf_buf b = HF_BUF_INIT;
	const char   *s = (const char *)sqlite3_value_text(v[0]);

	(void)n;
	if (s == NULL)
		return;
	hf_text_fold(&b, s);
	give(ctx, &b);
}

/* ours(NULL) is NULL, so that NOT ours(…) does not hold for what nobody recorded. */
static void
sql_ours(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	const struct hf_db *db = sqlite3_user_data(ctx);
	const char         *s = (const char *)sqlite3_value_text(v[0]);

	(void)n;
	if (s == NULL)
		return;
	sqlite3_result_int(ctx, db_ours_address(s, db->domains, db->numbers));
}

static void
sql_secret(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	const char   *kind = (const char *)sqlite3_value_text(v[0]), *body = (const char *)sqlite3_value_text(v[1]);
	struct hf_buf b = HF_BUF_INIT;

	(void)n;
	if (kind != NULL && body != NULL && leak_find(&b, kind, body))
		give(ctx, &b);
	hf_buf_clear(&b);
}

static const char *const pragmas =
    "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON;"
    "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; PRAGMA cache_size=-65536;";

/* A connection with nothing in it but what is set once and for all. */
static enum hf_code
open_empty(struct hf_db *db, struct hf_err *e)
{
	const int det = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

	if (sqlite3_open_v2(":memory:", &db->sql, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK)
		return hf_fail(e, HF_NOMEM, "index: cannot be opened");
	sqlite3_extended_result_codes(db->sql, 1);
	sqlite3_db_config(db->sql, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->sql, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_db_config(db->sql, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, NULL);
	sqlite3_limit(db->sql, SQLITE_LIMIT_ATTACHED, 0);
	if (sqlite3_create_function_v2(db->sql, "fold", 1, det, db, sql_fold, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_create_function_v2(db->sql, "secret", 2, det, db, sql_secret, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_create_function_v2(db->sql, "ours", 1, det, db, sql_ours, NULL, NULL, NULL) != SQLITE_OK)
		return db_translate(db, SQLITE_ERROR, e);
	return hf_db_exec(db, pragmas, e);
}

/*
 * SQLite makes these two tables when they are first read, which the authorizer would refuse. They point to the schema that "main" has at that moment, and
 * loading gives it another one: so it has to be loaded before.
 */
static enum hf_code
guard(struct hf_db *db, struct hf_err *e)
{
	enum hf_code rc = hf_db_exec(db, "SELECT 1 FROM json_each('[]'), json_tree('[]')", e);

	if (rc == HF_OK)
		db_guard_set(db);
	return rc;
}

enum hf_code
hf_db_open(struct hf_db **out, struct hf_err *e)
{
	struct hf_db *db;
	enum hf_code  rc;

	*out = NULL;
	if ((db = calloc(1, sizeof(*db))) == NULL)
		return hf_nomem(e);
	if ((rc = open_empty(db, e)) == HF_OK && (rc = guard(db, e)) == HF_OK) {
		*out = db;
		db = NULL;
	}
	hf_db_close(db);
	return rc;
}

void
hf_db_close(struct hf_db *db)
{
	if (db == NULL)
		return;
	db_kept_drop(db);
	sqlite3_close(db->sql);
	hf_json_free(db->domains);
	hf_json_free(db->numbers);
	free(db);
}

enum hf_code
hf_db_exec(struct hf_db *db, const char *sql, struct hf_err *e)
{
	int rc;

	while ((rc = sqlite3_exec(db->sql, sql, NULL, NULL, NULL)) == SQLITE_ERROR && db_made(db))
		continue;
	return db_translate(db, rc, e);
}

enum hf_code
hf_db_dump(struct hf_db *db, hf_db_take_fn *fn, void *arg, struct hf_err *e)
{
	sqlite3_int64  size;
	unsigned char *data;
	enum hf_code   rc;

	if ((data = sqlite3_serialize(db->sql, "main", &size, 0)) == NULL)
		return hf_nomem(e);
	rc = fn(arg, data, (size_t)size, e);
	explicit_bzero(data, (size_t)size);
	sqlite3_free(data);
	return rc;
}

enum hf_code
hf_db_load(struct hf_db *db, size_t len, hf_db_fill_fn *fn, void *arg, struct hf_err *e)
{
	const unsigned flags = SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE;
	unsigned char *data;
	enum hf_code   hf;
	int            rc;

	if ((data = sqlite3_malloc64(len)) == NULL)
		return hf_nomem(e);
	if ((hf = fn(arg, data, len, e)) != HF_OK) {
		sqlite3_free(data);
		return hf;
	}
	db_kept_drop(db);
	sqlite3_close(db->sql); /* see guard */
	db->sql = NULL;
	if ((hf = open_empty(db, e)) != HF_OK) {
		sqlite3_free(data);
		return hf;
	}
	if ((rc = sqlite3_deserialize(db->sql, "main", data, (sqlite3_int64)len, (sqlite3_int64)len, flags)) != SQLITE_OK)
		return db_translate(db, rc, e);
	if ((hf = hf_db_exec(db, "SELECT count(*) FROM sqlite_schema", e)) != HF_OK)
		return hf;
	return guard(db, e);
}

/* ---- statements ---- */

enum hf_code
hf_db_prepare(struct hf_stmt **out, struct hf_db *db, const char *sql, struct hf_err *e)
{
	struct hf_stmt *s;
	int             rc;

	*out = NULL;
	if ((s = calloc(1, sizeof(*s))) == NULL)
		return hf_nomem(e);
	s->db = db;
	while ((rc = sqlite3_prepare_v2(db->sql, sql, -1, &s->st, NULL)) == SQLITE_ERROR && db_made(db))
		continue;
	if (rc != SQLITE_OK) {
		free(s);
		return db_translate(db, rc, e);
	}
	*out = s;
	return HF_OK;
}

void
hf_stmt_free(struct hf_stmt *s)
{
	if (s == NULL)
		return;
	sqlite3_finalize(s->st);
	free(s);
}

static void
keep(struct hf_stmt *s, int rc)
{
	if (s->rc == SQLITE_OK && rc != SQLITE_OK && rc != SQLITE_ROW && rc != SQLITE_DONE)
		s->rc = rc;
}

void
hf_stmt_text(struct hf_stmt *s, int i, const char *text)
{
	keep(s, text == NULL ? sqlite3_bind_null(s->st, i) : sqlite3_bind_text(s->st, i, text, -1, SQLITE_TRANSIENT));
}

void
hf_stmt_int(struct hf_stmt *s, int i, int64_t n)
{
	keep(s, sqlite3_bind_int64(s->st, i, n));
}

int
db_bind_json(sqlite3_stmt *st, int i, const struct hf_json *j)
{
	struct hf_buf b = HF_BUF_INIT;
	int           rc;

	switch (hf_json_type(j)) {
	case HF_JSON_NULL:
		return sqlite3_bind_null(st, i);
	case HF_JSON_BOOL:
		return sqlite3_bind_int(st, i, hf_json_true(j));
	case HF_JSON_INT:
		return sqlite3_bind_int64(st, i, hf_json_num(j));
	case HF_JSON_REAL:
		return sqlite3_bind_double(st, i, hf_json_float(j));
	case HF_JSON_STRING:
		return sqlite3_bind_text(st, i, hf_json_str(j), -1, SQLITE_TRANSIENT);
	case HF_JSON_ARRAY:
	case HF_JSON_OBJECT:
		break;
	}
	hf_json_dump(&b, j, HF_JSON_COMPACT);
	rc = b.failed ? SQLITE_NOMEM : sqlite3_bind_text(st, i, hf_buf_str(&b), (int)b.len, SQLITE_TRANSIENT);
	hf_buf_clear(&b);
	return rc;
}

void
hf_stmt_json(struct hf_stmt *s, int i, const struct hf_json *j)
{
	keep(s, db_bind_json(s->st, i, j));
}

bool
hf_stmt_step(struct hf_stmt *s)
{
	int rc;

	if (s->rc != SQLITE_OK)
		return false;
	rc = sqlite3_step(s->st);
	keep(s, rc);
	return rc == SQLITE_ROW;
}

const char *
hf_stmt_col(struct hf_stmt *s, int i)
{
	return (const char *)sqlite3_column_text(s->st, i);
}

int
hf_stmt_cols(struct hf_stmt *s)
{
	return sqlite3_column_count(s->st);
}

const char *
hf_stmt_name(struct hf_stmt *s, int i)
{
	return sqlite3_column_name(s->st, i);
}

int64_t
hf_stmt_num(struct hf_stmt *s, int i)
{
	return sqlite3_column_int64(s->st, i);
}

enum hf_code
hf_stmt_reset(struct hf_stmt *s, struct hf_err *e)
{
	int rc = s->rc;

	s->rc = SQLITE_OK;
	if (rc != SQLITE_OK)
		db_translate(s->db, rc, e);
	sqlite3_reset(s->st);
	sqlite3_clear_bindings(s->st);
	return rc == SQLITE_OK ? HF_OK : db_translate(s->db, rc, NULL);
}

enum hf_code
hf_stmt_end(struct hf_stmt *s, enum hf_code rc, struct hf_err *e)
{
	enum hf_code failed = s != NULL ? hf_stmt_reset(s, rc == HF_OK ? e : NULL) : HF_OK;

	hf_stmt_free(s);
	return rc != HF_OK ? rc : failed;
}

enum hf_code
hf_db_ours(struct hf_db *db, const struct hf_json *domains, const struct hf_json *numbers, struct hf_err *e)
{
	(void)e;
	hf_json_free(db->domains);
	hf_json_free(db->numbers);
	db->domains = hf_json_ref(domains);
	db->numbers = hf_json_ref(numbers);
	return HF_OK;
}
