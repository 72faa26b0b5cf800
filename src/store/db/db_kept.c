/* Statements that people wrote, kept compiled for the next time that the same is asked. */
#include <stdlib.h>
#include <string.h>

#include "db_impl.h"

static void
drop(struct db_kept *k)
{
	sqlite3_finalize(k->st);
	free(k->text);
	*k = (struct db_kept){ NULL, NULL, 0, false };
}

void
db_kept_drop(struct hf_db *db)
{
	for (size_t i = 0; i < DB_KEPT; i++)
		drop(&db->kept[i]);
}

static void
rolled_back(void *arg)
{
	((struct hf_db *)arg)->rolled_back = true;
}

void
db_kept_watch(struct hf_db *db)
{
	sqlite3_rollback_hook(db->sql, rolled_back, db);
}

struct db_kept *
db_kept_find(struct hf_db *db, const char *text)
{
	struct db_kept *found = NULL;
	bool            busy = false;

	for (size_t i = 0; i < DB_KEPT; i++) {
		struct db_kept *k = &db->kept[i];

		busy = busy || k->busy;
		if (db->rolled_back && !k->busy)
			drop(k);
		else if (k->st != NULL && !k->busy && strcmp(k->text, text) == 0)
			found = k;
	}
	db->rolled_back = db->rolled_back && busy;
	return found;
}

struct db_kept *
db_kept_add(struct hf_db *db, const char *text, sqlite3_stmt *st)
{
	struct db_kept *k = &db->kept[db->kept_next];

	if (k->busy)
		return NULL;
	drop(k);
	if ((k->text = strdup(text)) == NULL)
		return NULL;
	k->st = st;
	k->read = db->read;
	db->kept_next = (db->kept_next + 1) % DB_KEPT;
	return k;
}
