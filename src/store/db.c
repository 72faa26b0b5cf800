#include "holdfast/db.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"

#define ASK_STEPS      200000000 /* virtual machine steps a person's query may take: some seconds */
#define ASK_STEP_CHUNK 100000
#define ASK_HEAP       (256 * 1024 * 1024)
#define ASK_VALUE      (4 * 1024 * 1024)
#define ASK_SQL        (64 * 1024)
#define ASK_ROWS       1000000
#define ASK_JSON       (64u * 1024 * 1024) /* text of all values together */

struct hf_db {
	sqlite3        *sql;
	struct hf_json *domains, *numbers; /* for ours() */
	long            steps_left;
	bool            guarded;
};

struct hf_stmt {
	struct hf_db *db;
	sqlite3_stmt *st;
	int           rc; /* first failure since the last reset */
};

static enum hf_code
translate(struct hf_db *db, int rc, struct hf_err *e)
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
sql_fold(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct hf_buf b = HF_BUF_INIT;
	const char   *s = (const char *)sqlite3_value_text(v[0]);

	(void)n;
	if (s == NULL)
		return;
	hf_text_fold(&b, s);
	if (b.failed)
		sqlite3_result_error_nomem(ctx);
	else
		sqlite3_result_text(ctx, hf_buf_str(&b), (int)b.len, SQLITE_TRANSIENT);
	hf_buf_clear(&b);
}

/* At one of the domains, or at a host below one of them. */
static bool
at_domain(const char *address, const struct hf_json *domains)
{
	const char *host = strrchr(address, '@');
	size_t      hl, dl;

	host = host == NULL ? address : host + 1;
	hl = strlen(host);
	for (size_t i = 0; i < hf_json_len(domains); i++) {
		const char *d = hf_json_str(hf_json_at(domains, i));

		if (d == NULL || (dl = strlen(d)) > hl)
			continue;
		if (hf_text_equal_nocase(host + (hl - dl), d) && (hl == dl || host[hl - dl - 1] == '.'))
			return true;
	}
	return false;
}

static bool
at_number(const char *address, const struct hf_json *numbers)
{
	for (size_t i = 0; i < hf_json_len(numbers); i++) {
		const char *d = hf_json_str(hf_json_at(numbers, i));

		if (d != NULL && strcmp(d, address) == 0)
			return true;
	}
	return false;
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
	sqlite3_result_int(ctx, at_domain(s, db->domains) || at_number(s, db->numbers));
}

static int
progress(void *arg)
{
	struct hf_db *db = arg;

	if (!db->guarded)
		return 0;
	db->steps_left -= ASK_STEP_CHUNK;
	return db->steps_left <= 0;
}

/* While a person's SQL runs: reading, functions that only compute, and nothing else. */
static int
authorize(void *arg, int action, const char *a, const char *b, const char *c, const char *d)
{
	const struct hf_db *db = arg;

	(void)c;
	(void)d;
	if (!db->guarded)
		return SQLITE_OK;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_READ:
		return a != NULL && strncmp(a, "sqlite_", 7) == 0 ? SQLITE_DENY : SQLITE_OK;
	case SQLITE_FUNCTION:
		return b != NULL &&
			(strcmp(b, "load_extension") == 0 || strcmp(b, "randomblob") == 0 || strcmp(b, "zeroblob") == 0) ?
		    SQLITE_DENY :
		    SQLITE_OK;
	default:
		return SQLITE_DENY;
	}
}

static const char *const pragmas =
    "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON;"
    "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; PRAGMA cache_size=-65536;";

enum hf_code
hf_db_open(struct hf_db **out, struct hf_err *e)
{
	struct hf_db *db;
	enum hf_code  rc = HF_INTERNAL;
	const int     det = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

	*out = NULL;
	if ((db = calloc(1, sizeof(*db))) == NULL)
		return hf_nomem(e);
	if (sqlite3_open_v2(":memory:", &db->sql, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK) {
		rc = hf_fail(e, HF_NOMEM, "index: cannot be opened");
		goto done;
	}
	sqlite3_extended_result_codes(db->sql, 1);
	sqlite3_db_config(db->sql, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->sql, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_db_config(db->sql, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, NULL);
	sqlite3_limit(db->sql, SQLITE_LIMIT_ATTACHED, 0);
	if (sqlite3_create_function_v2(db->sql, "fold", 1, det, db, sql_fold, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_create_function_v2(db->sql, "ours", 1, det, db, sql_ours, NULL, NULL, NULL) != SQLITE_OK) {
		rc = translate(db, SQLITE_ERROR, e);
		goto done;
	}
	if ((rc = hf_db_exec(db, pragmas, e)) != HF_OK)
		goto done;
	sqlite3_set_authorizer(db->sql, authorize, db);
	sqlite3_progress_handler(db->sql, ASK_STEP_CHUNK, progress, db);
	*out = db;
	db = NULL;
done:
	hf_db_close(db);
	return rc;
}

void
hf_db_close(struct hf_db *db)
{
	if (db == NULL)
		return;
	sqlite3_close(db->sql);
	hf_json_free(db->domains);
	hf_json_free(db->numbers);
	free(db);
}

enum hf_code
hf_db_exec(struct hf_db *db, const char *sql, struct hf_err *e)
{
	return translate(db, sqlite3_exec(db->sql, sql, NULL, NULL, NULL), e);
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
	if ((rc = sqlite3_deserialize(db->sql, "main", data, (sqlite3_int64)len, (sqlite3_int64)len, flags)) != SQLITE_OK)
		return translate(db, rc, e);
	return hf_db_exec(db, "SELECT count(*) FROM sqlite_schema", e);
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
	if ((rc = sqlite3_prepare_v2(db->sql, sql, -1, &s->st, NULL)) != SQLITE_OK) {
		free(s);
		return translate(db, rc, e);
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

static int
bind_json(sqlite3_stmt *st, int i, const struct hf_json *j)
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
	keep(s, bind_json(s->st, i, j));
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
		translate(s->db, rc, e);
	sqlite3_reset(s->st);
	sqlite3_clear_bindings(s->st);
	return rc == SQLITE_OK ? HF_OK : translate(s->db, rc, NULL);
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

/* ---- what a person wrote ---- */

/* SQLite makes these tables when they are first named, which would be forbidden to a person's SQL. */
static void
know_json(struct hf_db *db)
{
	sqlite3_stmt *st = NULL;

	sqlite3_prepare_v2(db->sql, "SELECT 1 FROM json_each('[]'), json_tree('[]')", -1, &st, NULL);
	sqlite3_finalize(st);
}

static void
guard(struct hf_db *db, bool on)
{
	if (on)
		know_json(db);
	db->guarded = on;
	db->steps_left = ASK_STEPS;
	sqlite3_limit(db->sql, SQLITE_LIMIT_LENGTH, on ? ASK_VALUE : 1000000000);
	sqlite3_limit(db->sql, SQLITE_LIMIT_SQL_LENGTH, on ? ASK_SQL : 1000000);
	sqlite3_hard_heap_limit64(on ? ASK_HEAP + sqlite3_memory_used() : 0);
}

static enum hf_code
complain(struct hf_db *db, int rc, struct hf_err *e)
{
	switch (rc & 0xff) {
	case SQLITE_INTERRUPT:
		return hf_fail(e, HF_BAD, "query: it takes too long");
	case SQLITE_AUTH:
		return hf_fail(e, HF_BAD, "query: only reading is allowed");
	case SQLITE_TOOBIG:
		return hf_fail(e, HF_BAD, "query: a value is too large");
	case SQLITE_NOMEM:
		return hf_fail(e, HF_BAD, "query: it needs too much memory");
	default:
		return hf_fail(e, HF_BAD, "query: %s", sqlite3_errmsg(db->sql));
	}
}

static bool
only_space(const char *s)
{
	for (;;) {
		s += strspn(s, " \t\r\n;");
		if (s[0] == '-' && s[1] == '-') {
			s += strcspn(s, "\n");
		} else if (s[0] == '/' && s[1] == '*') {
			const char *end = strstr(s + 2, "*/");

			if (end == NULL)
				return true;
			s = end + 2;
		} else {
			return *s == '\0';
		}
	}
}

static enum hf_code
compile(sqlite3_stmt **st, struct hf_db *db, const char *sql, struct hf_err *e)
{
	const char *tail = NULL;
	int         rc;

	*st = NULL;
	if ((rc = sqlite3_prepare_v3(db->sql, sql, -1, 0, st, &tail)) != SQLITE_OK)
		return complain(db, rc, e);
	if (*st == NULL)
		return hf_fail(e, HF_BAD, "query: it is empty");
	if (!only_space(tail) || !sqlite3_stmt_readonly(*st) || sqlite3_stmt_isexplain(*st) != 0) {
		sqlite3_finalize(*st);
		*st = NULL;
		return hf_fail(e, HF_BAD, "query: one SELECT and no more");
	}
	return HF_OK;
}

static enum hf_code
bind_named(sqlite3_stmt *st, const struct hf_json *params, struct hf_err *e)
{
	int n = sqlite3_bind_parameter_count(st);

	for (int i = 1; i <= n; i++) {
		const char           *name = sqlite3_bind_parameter_name(st, i);
		const struct hf_json *v;

		if (name == NULL || name[0] != ':')
			return hf_fail(e, HF_BAD, "query: parameters are written :name");
		if ((v = hf_json_get(params, name + 1)) == NULL)
			return hf_fail(e, HF_BAD, "query: nothing is known as %s", name);
		if (bind_json(st, i, v) != SQLITE_OK)
			return hf_nomem(e);
	}
	return HF_OK;
}

static struct hf_json *
column(sqlite3_stmt *st, int i)
{
	switch (sqlite3_column_type(st, i)) {
	case SQLITE_INTEGER:
		return hf_json_int(sqlite3_column_int64(st, i));
	case SQLITE_FLOAT:
		return hf_json_real(sqlite3_column_double(st, i));
	case SQLITE_NULL:
		return hf_json_null();
	default:
		return hf_json_stringn((const char *)sqlite3_column_text(st, i), (size_t)sqlite3_column_bytes(st, i));
	}
}

static enum hf_code
add_row(struct hf_json *rows, sqlite3_stmt *st, size_t *bytes, struct hf_err *e)
{
	struct hf_json *row = hf_json_object();

	for (int i = 0; row != NULL && i < sqlite3_column_count(st); i++) {
		*bytes += (size_t)sqlite3_column_bytes(st, i) + 16;
		if (hf_json_set(row, sqlite3_column_name(st, i), column(st, i)) != 0) {
			hf_json_free(row);
			return hf_fail(e, HF_BAD, "query: column %s holds no text", sqlite3_column_name(st, i));
		}
	}
	if (*bytes > ASK_JSON) {
		hf_json_free(row);
		return hf_fail(e, HF_BAD, "query: the answer is too large");
	}
	return hf_json_push(rows, row) == 0 ? HF_OK : hf_nomem(e);
}

static enum hf_code
collect(struct hf_json *rows, struct hf_db *db, sqlite3_stmt *st, size_t max, struct hf_err *e)
{
	enum hf_code rc;
	size_t       bytes = 0;
	int          step;

	while ((step = sqlite3_step(st)) == SQLITE_ROW) {
		if (hf_json_len(rows) >= max)
			return hf_fail(e, HF_BAD, "query: over %zu rows", max);
		if ((rc = add_row(rows, st, &bytes, e)) != HF_OK)
			return rc;
	}
	return step == SQLITE_DONE ? HF_OK : complain(db, step, e);
}

static enum hf_code
names_of(struct hf_json **out, sqlite3_stmt *st, struct hf_err *e)
{
	struct hf_json *names = hf_json_array();

	for (int i = 0; names != NULL && i < sqlite3_column_count(st); i++) {
		if (hf_json_push(names, hf_json_string(sqlite3_column_name(st, i))) != 0) {
			hf_json_free(names);
			return hf_nomem(e);
		}
	}
	*out = names;
	return names == NULL ? hf_nomem(e) : HF_OK;
}

enum hf_code
hf_db_ask(struct hf_json **out, struct hf_json **columns, struct hf_db *db, const struct hf_ask *ask, struct hf_err *e)
{
	sqlite3_stmt   *st = NULL;
	struct hf_json *rows = NULL;
	enum hf_code    rc;

	*out = NULL;
	if (columns != NULL)
		*columns = NULL;
	guard(db, true);
	if ((rc = compile(&st, db, ask->sql, e)) != HF_OK || (rc = bind_named(st, ask->params, e)) != HF_OK)
		goto done;
	if ((rows = hf_json_array()) == NULL) {
		rc = hf_nomem(e);
		goto done;
	}
	if ((rc = collect(rows, db, st, ask->max_rows == 0 ? ASK_ROWS : ask->max_rows, e)) != HF_OK)
		goto done;
	if (columns != NULL && (rc = names_of(columns, st, e)) != HF_OK)
		goto done;
	*out = rows;
	rows = NULL;
done:
	sqlite3_finalize(st);
	guard(db, false);
	hf_json_free(rows);
	return rc;
}

enum hf_code
hf_db_try(struct hf_db *db, const char *sql, struct hf_err *e)
{
	sqlite3_stmt *st = NULL;
	enum hf_code  rc;

	guard(db, true);
	rc = compile(&st, db, sql, e);
	sqlite3_finalize(st);
	guard(db, false);
	return rc;
}
