/* Inside src/store: the door to SQLite. Only db.c and db_ask.c come through it. */
#ifndef STORE_DB_IMPL_H
#define STORE_DB_IMPL_H

#include <sqlite3.h>

#include "holdfast/db.h"

struct hf_db {
	sqlite3        *sql;
	struct hf_json *domains, *numbers; /* for ours() */
	long            steps_left;
	bool            guarded;

	const char *const *later; /* views and tables that are made when they are first named; ends with NULL */
	const char *const *lazy;  /* groups of tables that are filled when first read; ends with NULL */
	unsigned           read;  /* bits: those that the statement in hand reads */
	unsigned           full;  /* bits: those that are filled */
	hf_db_supply_fn   *supply;
	void              *supply_arg;
};

struct hf_stmt {
	struct hf_db *db;
	sqlite3_stmt *st;
	int           rc; /* first failure since the last reset */
};

enum hf_code db_translate(struct hf_db *db, int rc, struct hf_err *e);

/* Scalars as themselves, arrays and objects as JSON text: SQLite's own return value. */
int db_bind_json(sqlite3_stmt *st, int i, const struct hf_json *j);

/* db_ask.c: what the statement that just failed named and was not there is there now: prepare it again. */
bool db_made(struct hf_db *db);

/* db_ask.c: the authorizer and the limit on steps, which hold while a person's SQL runs. */
void db_guard_set(struct hf_db *db);

#endif
