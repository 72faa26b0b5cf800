/*
 * Accounts and other records from a CSV file with a header row, into a batch.
 *
 * A column is taken into the field that how->map names for it, else into the field that is called like it ("Display name" is display_name).
 * What can be neither is refused. A cell that is empty leaves the field as it is. A record that is there already is changed; which one that is,
 * its kind's key says (of an account: provider and handle); a person is the one of that e-mail address, else of that name; of any other
 * kind without a key, a record with the same values in all columns.
 *
 * References are names as people write them, whole, or ids. Errors name line and column: "line 12, column division: …".
 */
#ifndef HOLDFAST_IMPORT_H
#define HOLDFAST_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/err.h"
#include "holdfast/json.h"
#include "holdfast/progress.h"
#include "holdfast/register.h"

#define HF_IMPORT_MAX (64u * 1024 * 1024) /* bytes of a file */

enum hf_duplicates {
	HF_DUPLICATES_REFUSE, /* a record that stands twice in the file is an error, naming both lines */
	HF_DUPLICATES_SKIP,   /* the first is taken */
	HF_DUPLICATES_KEEP    /* the first is taken, and what the others say differently is written into its notes */
};

struct hf_import {
	const char               *kind;
	const struct hf_json     *map;    /* array of "column=field"; "column=" leaves the column out. May be NULL */
	bool                      create; /* make the units and persons that are named and missing */
	enum hf_duplicates        duplicates;
	const struct hf_progress *progress;
};

/* Records of the kind that the file holds, and what came with them. */
struct hf_imported {
	size_t added, changed, unchanged;
	size_t repeated;       /* rows that were not taken: the record stood further up */
	size_t units, persons; /* made because they were named */
};

/* Nothing is written: the batch holds it all, for hf_batch_commit (or hf_batch_check). HF_BAD, HF_NOTFOUND, HF_AMBIGUOUS with the line. */
enum hf_code hf_import(struct hf_imported *out, struct hf_register *r, struct hf_batch *b, const char *data, size_t len,
    const struct hf_import *how, struct hf_err *e);

#endif
