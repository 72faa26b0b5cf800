/* Inside src/store: the door to SQLite. Only db.c, db_ask.c and db_kept.c come through it. */
#ifndef STORE_DB_IMPL_H
#define STORE_DB_IMPL_H

#include <sqlite3.h>

#include "holdfast/db.h"

#define DB_KEPT 32

/* A statement that a person wrote, compiled. A playbook asks the same of each of its steps, and compiling takes longer than asking. */
struct db_kept {
	char         *text;
	sqlite3_stmt *st;
	unsigned      read; /* as of hf_db, when it was compiled */
	bool          busy; /* what it reads is being supplied, which may ask the same */
};

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

	struct db_kept kept[DB_KEPT];
	unsigned       kept_next;   /* the place that the next one takes */
	bool           rolled_back; /* what they read may be gone: what was made since, is */
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

/* db_kept.c: the place of a statement with that text that can be used now; NULL: there is none. */
struct db_kept *db_kept_find(struct hf_db *db, const char *text);
/* Takes st over, in place of the one that was kept longest. NULL: it could not, and st stays the caller's. */
struct db_kept *db_kept_add(struct hf_db *db, const char *text, sqlite3_stmt *st);
void            db_kept_drop(struct hf_db *db);
void            db_kept_watch(struct hf_db *db); /* for what makes all of them worthless */

/* db_ask.c: the authorizer and the limit on steps, which hold while a person's SQL runs. */
void db_guard_set(struct hf_db *db);

#endif
