/*
 * SQLite in memory (the door to SQLite). Nothing is ever written to a file.
 *
 * Two kinds of SQL: ours, through hf_db_exec and statements; and what a person wrote (policies, query, "for each"), through hf_db_ask,
 * which is read-only, one statement, under an authorizer, with limits on steps, heap and value length.
 *
 * Functions registered on every connection: fold(text) case folded for searching; ours(address) true when the address is at one of the
 * organisation's domains or numbers (set with hf_db_ours); secret(kind, body) the field of a record that looks like a secret, and as what ("notes a
 * password"), NULL when none does.
 */
#ifndef HOLDFAST_DB_H
#define HOLDFAST_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"
#include "holdfast/json.h"

struct hf_db;
struct hf_stmt;

enum hf_code hf_db_open(struct hf_db **out, struct hf_err *e);
void         hf_db_close(struct hf_db *db);

enum hf_code hf_db_exec(struct hf_db *db, const char *sql, struct hf_err *e);

/*
 * The whole database as bytes, which are handed to fn and then wiped; and a database from len such bytes, which fn writes to where they will
 * stay. Both return what fn does. HF_DAMAGED when they are no database.
 */
typedef enum hf_code hf_db_take_fn(void *arg, const void *data, size_t len, struct hf_err *e);
typedef enum hf_code hf_db_fill_fn(void *arg, void *data, size_t len, struct hf_err *e);
enum hf_code         hf_db_dump(struct hf_db *db, hf_db_take_fn *fn, void *arg, struct hf_err *e);
enum hf_code         hf_db_load(struct hf_db *db, size_t len, hf_db_fill_fn *fn, void *arg, struct hf_err *e);

/* Statements of ours: compiled once, used often. A failure sticks until hf_stmt_check. */
enum hf_code hf_db_prepare(struct hf_stmt **out, struct hf_db *db, const char *sql, struct hf_err *e);
void         hf_stmt_free(struct hf_stmt *s);
void         hf_stmt_text(struct hf_stmt *s, int i, const char *text); /* parameters from 1; NULL is NULL; copied */
void         hf_stmt_int(struct hf_stmt *s, int i, int64_t n);
void         hf_stmt_json(struct hf_stmt *s, int i, const struct hf_json *j); /* scalars as themselves, arrays as JSON text */
bool         hf_stmt_step(struct hf_stmt *s);                                 /* true: there is a row */
const char  *hf_stmt_col(struct hf_stmt *s, int i); /* columns from 0; NULL is NULL; until the next step */
int64_t      hf_stmt_num(struct hf_stmt *s, int i);
int          hf_stmt_cols(struct hf_stmt *s);
const char  *hf_stmt_name(struct hf_stmt *s, int i);             /* of a column, from 0 */
enum hf_code hf_stmt_reset(struct hf_stmt *s, struct hf_err *e); /* ready for the next use; says what failed since the last */

/* The last use: frees s, which may be NULL. rc when that is a failure, which e holds already; else what failed since the last reset. */
enum hf_code hf_stmt_end(struct hf_stmt *s, enum hf_code rc, struct hf_err *e);

/* Addresses that are ours: domains ("agency.example") and numbers. Both are arrays of strings, or NULL. */
enum hf_code hf_db_ours(struct hf_db *db, const struct hf_json *domains, const struct hf_json *numbers, struct hf_err *e);

/*
 * Views and tables of the temp schema, each made when a statement first names it: "CREATE TEMP VIEW name AS …", "CREATE TEMP TABLE name(…", ending with
 * NULL, which must live as long as db. They may name each other.
 */
void hf_db_later(struct hf_db *db, const char *const *sql);

/*
 * Tables of the temp schema that are empty until a person's SQL reads them: at most 32 groups ("provider route asks"), ending with NULL, which must
 * live as long as db. The supplier is called then, once for each group, and fills all of it; it may ask in its turn. hf_db_stale: what they
 * hold is old, ask the supplier again.
 */
typedef enum hf_code hf_db_supply_fn(void *arg, const char *group, struct hf_err *e);
void                 hf_db_lazy(struct hf_db *db, const char *const *groups);
void                 hf_db_supply(struct hf_db *db, hf_db_supply_fn *fn, void *arg);
void                 hf_db_stale(struct hf_db *db);

struct hf_ask {
	const char *sql;
	const struct hf_json
	      *params;   /* object: ":name" parameters by name; may be NULL. Unknown parameters are HF_BAD with the nearest */
	size_t max_rows; /* 0: 1,000,000 */
};

/*
 * Run a person's SQL. *out is an array of row objects (columns in order); columns (may be NULL) gets the names, also when there is no row.
 * HF_BAD with SQLite's words when it does not prepare, is not a single SELECT, or goes over a limit.
 */
enum hf_code hf_db_ask(
    struct hf_json **out, struct hf_json **columns, struct hf_db *db, const struct hf_ask *ask, struct hf_err *e);

/* The same, row by row, for answers that may be long. fn reads the row with hf_stmt_col and must not ask; what it returns but HF_OK ends it. */
typedef enum hf_code hf_db_row_fn(void *arg, struct hf_stmt *row, struct hf_err *e);
enum hf_code         hf_db_each(
	    struct hf_json **columns, struct hf_db *db, const struct hf_ask *ask, hf_db_row_fn *fn, void *arg, struct hf_err *e);

/* Does it prepare? HF_BAD with SQLite's words. */
enum hf_code hf_db_try(struct hf_db *db, const char *sql, struct hf_err *e);

#endif
