/* Inside src/store: the tables and views behind hf_register_db. */
#ifndef STORE_INDEX_H
#define STORE_INDEX_H

#include <stdbool.h>

#include "holdfast/buf.h"
#include "holdfast/commit.h"
#include "holdfast/db.h"
#include "holdfast/json.h"
#include "holdfast/schema.h"

struct index;

extern const char
    *const index_views[];              /* index_views.c: views and tables, made when they are named (hf_db_later); ends with NULL */
extern const char *const index_lazy[]; /* the tables that are filled when they are read (hf_db_lazy) */

/* Empty tables for every kind of the schema, in a fresh database. */
enum hf_code index_create(struct index **out, struct hf_db *db, struct hf_err *e);
/* The same over a database that was loaded; HF_DAMAGED when it was made by another schema. */
enum hf_code index_attach(struct index **out, struct hf_db *db, struct hf_err *e);
void         index_free(struct index *ix);

/* Put a record or an entry in place of what has its id. */
enum hf_code index_put(struct index *ix, const struct hf_json *record, const char *oid, struct hf_err *e);
enum hf_code index_put_entry(struct index *ix, const struct hf_json *entry, const char *oid, struct hf_err *e);
enum hf_code index_put_sealed(struct index *ix, const char *path, const char *oid, struct hf_err *e);
enum hf_code index_put_problem(struct index *ix, const char *path, const char *what, struct hf_err *e);
/* The blob that a record or entry that is there was read from. */
enum hf_code index_oid(struct index *ix, const char *path, const char *oid, struct hf_err *e);
/* Take out whatever lies at a path: records/<x>/<id>.gpg or runs/<run>/<id>.gpg */
enum hf_code index_drop(struct index *ix, const char *path, struct hf_err *e);

/* The kind of a record, NULL when there is none of that id. */
const struct hf_kind *index_kind(struct index *ix, const char *id);
/* What people call a record, appended; false when it is not there. */
bool index_ref(struct hf_buf *out, struct index *ix, const char *id);
bool index_ref_of(struct hf_buf *out, struct index *ix, const struct hf_kind *kind, const char *id); /* one of that kind */

enum hf_code index_meta_set(struct index *ix, const char *key, const char *value, struct hf_err *e);
/* The value, or "" ; valid until the next call. */
const char *index_meta(struct index *ix, const char *key);

/* The derived columns that hang on the day (gone, in_use) and the views' own clock. */
enum hf_code index_today(struct index *ix, const char *today, struct hf_err *e);

enum hf_code index_begin(struct index *ix, struct hf_err *e);
enum hf_code index_end(struct index *ix, struct hf_err *e);
void         index_undo(struct index *ix); /* what was put since index_begin is as it was before */

#endif
