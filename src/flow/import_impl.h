/* Inside src/flow: the parts of an import. */
#ifndef FLOW_IMPORT_IMPL_H
#define FLOW_IMPORT_IMPL_H

#include "holdfast/csv.h"
#include "holdfast/import.h"

struct column {
	char                  *name;
	const struct hf_field *field; /* NULL: left out */
};

struct import {
	struct hf_register     *r;
	struct hf_batch        *b;
	const struct hf_import *how;
	const struct hf_kind   *kind;
	struct column          *columns;
	size_t                  n_columns;
	size_t                  lines; /* of the file, about */
	struct hf_json         *refs;  /* "kinds\ntext" → id: what texts came to */
	struct hf_json         *there; /* who → id: records of the kind in the register and in this file */
	struct hf_json         *seen;  /* id → line that it stood on */
	struct hf_json         *named; /* id → true: made because a row named it */
	struct hf_imported      count;
};

/* ---- import_columns.c ---- */

/* Read the header row. */
enum hf_code columns_read(struct import *im, const struct hf_csv_row *row, struct hf_err *e);
void         columns_free(struct import *im);
bool         columns_have(const struct import *im, const char *field);

/* ---- import_refs.c ---- */

/* What a reference field names, as id. make: what is missing is made, where how->create says so. */
enum hf_code refs_resolve(
    struct hf_json **out, struct import *im, const struct hf_field *f, const char *typed, bool make, struct hf_err *e);

/* ---- import_who.c ---- */

/* Does this field tell which record a row is? */
bool who_needs(const struct import *im, const char *field);
/* Which record a row is: its id, or HF_NOTFOUND (e is not touched). values: field → value, canonical; those that who_needs suffice. */
enum hf_code who_find(char id[HF_ID_SIZE], struct import *im, const struct hf_json *values, struct hf_err *e);
/* Remember that record id has these values. */
enum hf_code who_note(struct import *im, const struct hf_json *values, const char *id, struct hf_err *e);
/* The records of the kind that are in the register. */
enum hf_code who_load(struct import *im, struct hf_err *e);

#endif
