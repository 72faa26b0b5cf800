/* What a person wrote: read-only, one statement, within limits. */
#include <string.h>

#include "db_impl.h"
#include "db_text.h"

#define ASK_STEPS      200000000 /* virtual machine steps a person's query may take: some seconds */
#define ASK_STEP_CHUNK 100000
#define ASK_HEAP       (256 * 1024 * 1024)
#define ASK_VALUE      (4 * 1024 * 1024)
#define ASK_SQL        (64 * 1024)
#define ASK_ROWS       1000000
#define ASK_JSON       (64u * 1024 * 1024) /* text of all values together */

static int
progress(void *arg)
{
	struct hf_db *db = arg;

	if (!db->guarded)
		return 0;
	db->steps_left -= ASK_STEP_CHUNK;
	return db->steps_left <= 0;
}

static void
note_read(struct hf_db *db, const char *table)
{
	for (unsigned i = 0; db->lazy != NULL && db->lazy[i] != NULL; i++)
		if (db_has_word(db->lazy[i], table))
			db->read |= 1u << i;
}

/* While a person's SQL runs: reading, functions that only compute, and nothing else. */
static int
authorize(void *arg, int action, const char *a, const char *b, const char *c, const char *d)
{
	struct hf_db *db = arg;

	(void)d;
	if (!db->guarded)
		return SQLITE_OK;
	if (action == SQLITE_READ && a != NULL && (c == NULL || strcmp(c, "temp") == 0)) /* count(*) names no schema */
		note_read(db, a);
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

void
db_guard_set(struct hf_db *db)
{
	sqlite3_set_authorizer(db->sql, authorize, db);
	sqlite3_progress_handler(db->sql, ASK_STEP_CHUNK, progress, db);
	db_kept_watch(db);
}

void
hf_db_lazy(struct hf_db *db, const char *const *groups)
{
	db->lazy = groups;
}

void
hf_db_supply(struct hf_db *db, hf_db_supply_fn *fn, void *arg)
{
	db->supply = fn;
	db->supply_arg = arg;
}

void
hf_db_stale(struct hf_db *db)
{
	db->full = 0;
}

static void
guard(struct hf_db *db, bool on)
{
	db->guarded = on;
	db->steps_left = ASK_STEPS;
	sqlite3_limit(db->sql, SQLITE_LIMIT_LENGTH, on ? ASK_VALUE : 1000000000);
	sqlite3_limit(db->sql, SQLITE_LIMIT_SQL_LENGTH, on ? ASK_SQL : 1000000);
	sqlite3_hard_heap_limit64(on ? ASK_HEAP + sqlite3_memory_used() : 0);
}

/* ---- what is made when it is named ---- */

void
hf_db_later(struct hf_db *db, const char *const *sql)
{
	db->later = sql;
}

static bool
makes(const char *sql, const char *name)
{
	static const char *const heads[] = { "CREATE TEMP VIEW ", "CREATE TEMP TABLE " };
	size_t                   n = strlen(name);

	for (size_t i = 0; i < 2; i++) {
		const char *at = sql + strlen(heads[i]);

		if (strncmp(sql, heads[i], strlen(heads[i])) == 0 && sqlite3_strnicmp(at, name, (int)n) == 0 &&
		    (at[n] == ' ' || at[n] == '('))
			return true;
	}
	return false;
}

bool
db_made(struct hf_db *db)
{
	static const char missing[] = "no such table: ";
	const char       *name = sqlite3_errmsg(db->sql);
	bool              guarded = db->guarded, made = false;

	if (strncmp(name, missing, strlen(missing)) != 0)
		return false;
	name += strlen(missing);
	if (sqlite3_strnicmp(name, "temp.", 5) == 0)
		name += 5;
	for (size_t i = 0; db->later != NULL && db->later[i] != NULL; i++)
		if (makes(db->later[i], name)) {
			if (guarded)
				guard(db, false);
			made = sqlite3_exec(db->sql, db->later[i], NULL, NULL, NULL) == SQLITE_OK;
			if (guarded)
				guard(db, true);
			break;
		}
	return made;
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

static enum hf_code
compile(sqlite3_stmt **st, struct hf_db *db, const char *sql, struct hf_err *e)
{
	const char *tail = NULL;
	int         rc;

	*st = NULL;
	while ((rc = sqlite3_prepare_v3(db->sql, sql, -1, 0, st, &tail)) == SQLITE_ERROR && db_made(db))
		continue;
	if (rc != SQLITE_OK)
		return complain(db, rc, e);
	if (*st == NULL)
		return hf_fail(e, HF_BAD, "query: it is empty");
	if (!db_only_space(tail) || !sqlite3_stmt_readonly(*st) || sqlite3_stmt_isexplain(*st) != 0) {
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
		if (db_bind_json(st, i, v) != SQLITE_OK)
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

/* Fill the tables that the statement reads and that are not filled. What fills them may ask in its turn. */
static enum hf_code
supply_read(struct hf_db *db, struct hf_err *e)
{
	enum hf_code rc = HF_OK;
	unsigned     missing = db->read & ~db->full;

	if (missing == 0 || db->supply == NULL)
		return HF_OK;
	guard(db, false);
	for (unsigned i = 0; rc == HF_OK && db->lazy[i] != NULL; i++)
		if ((missing & ~db->full & 1u << i) != 0) {
			db->full |= 1u << i;
			if ((rc = db->supply(db->supply_arg, db->lazy[i], e)) != HF_OK)
				db->full &= ~(1u << i);
		}
	guard(db, true);
	return rc;
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

static enum hf_code
each_row(struct hf_stmt *s, size_t max, hf_db_row_fn *fn, void *arg, struct hf_err *e)
{
	size_t       n = 0;
	int          step;
	enum hf_code rc;

	while ((step = sqlite3_step(s->st)) == SQLITE_ROW) {
		if (n++ >= max)
			return hf_fail(e, HF_BAD, "query: over %zu rows", max);
		if ((rc = fn(arg, s, e)) != HF_OK)
			return rc;
	}
	return step == SQLITE_DONE ? HF_OK : complain(s->db, step, e);
}

/* As it was compiled before, or anew. What is made or filled for it meanwhile may ask in its turn. */
static enum hf_code
need(sqlite3_stmt **st, struct db_kept **kept, struct hf_db *db, const char *sql, struct hf_err *e)
{
	enum hf_code rc;

	if ((*kept = db_kept_find(db, sql)) != NULL) {
		*st = (*kept)->st;
		db->read = (*kept)->read;
	} else {
		db->read = 0;
		if ((rc = compile(st, db, sql, e)) != HF_OK)
			return rc;
		*kept = db_kept_add(db, sql, *st);
	}
	if (*kept != NULL)
		(*kept)->busy = true;
	return HF_OK;
}

static void
give_back(sqlite3_stmt *st, struct db_kept *kept)
{
	if (kept == NULL) {
		sqlite3_finalize(st);
		return;
	}
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	kept->busy = false;
}

enum hf_code
hf_db_each(struct hf_json **columns, struct hf_db *db, const struct hf_ask *ask, hf_db_row_fn *fn, void *arg, struct hf_err *e)
{
	struct hf_stmt  s = { .db = db };
	struct db_kept *kept = NULL;
	enum hf_code    rc;

	if (columns != NULL)
		*columns = NULL;
	guard(db, true);
	if ((rc = need(&s.st, &kept, db, ask->sql, e)) == HF_OK && (rc = bind_named(s.st, ask->params, e)) == HF_OK &&
	    (rc = supply_read(db, e)) == HF_OK &&
	    (rc = each_row(&s, ask->max_rows == 0 ? ASK_ROWS : ask->max_rows, fn, arg, e)) == HF_OK && columns != NULL)
		rc = names_of(columns, s.st, e);
	give_back(s.st, kept);
	guard(db, false);
	return rc;
}

struct rows {
	struct hf_json *list;
	size_t          bytes;
};

static enum hf_code
add_row(void *arg, struct hf_stmt *s, struct hf_err *e)
{
	struct rows    *rows = arg;
	struct hf_json *row = hf_json_object();

	for (int i = 0; row != NULL && i < sqlite3_column_count(s->st); i++) {
		rows->bytes += (size_t)sqlite3_column_bytes(s->st, i) + 16;
		if (hf_json_set(row, sqlite3_column_name(s->st, i), column(s->st, i)) != 0) {
			hf_json_free(row);
			return hf_fail(e, HF_BAD, "query: column %s holds no text", sqlite3_column_name(s->st, i));
		}
	}
	if (rows->bytes > ASK_JSON) {
		hf_json_free(row);
		return hf_fail(e, HF_BAD, "query: the answer is too large");
	}
	return hf_json_push(rows->list, row) == 0 ? HF_OK : hf_nomem(e);
}

enum hf_code
hf_db_ask(struct hf_json **out, struct hf_json **columns, struct hf_db *db, const struct hf_ask *ask, struct hf_err *e)
{
	struct rows  rows = { hf_json_array(), 0 };
	enum hf_code rc;

	*out = NULL;
	if (columns != NULL)
		*columns = NULL;
	if (rows.list == NULL)
		return hf_nomem(e);
	if ((rc = hf_db_each(columns, db, ask, add_row, &rows, e)) == HF_OK)
		*out = rows.list;
	else
		hf_json_free(rows.list);
	return rc;
}

enum hf_code
hf_db_try(struct hf_db *db, const char *sql, struct hf_err *e)
{
	sqlite3_stmt *st;
	enum hf_code  rc;

	guard(db, true);
	rc = compile(&st, db, sql, e);
	sqlite3_finalize(st);
	guard(db, false);
	return rc;
}
