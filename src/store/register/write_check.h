/* Inside src/store: may this member write this batch, and what follows from it for other files? */
#ifndef STORE_WRITE_CHECK_H
#define STORE_WRITE_CHECK_H

#include "audience.h"
#include "batch.h"

/* After batch_check: HF_DENIED says what the roles do not allow and whom to ask. HF_BAD: a record restricted to somebody who is no member. */
enum hf_code write_allowed(struct hf_batch *b, struct hf_err *e);

/* Nobody writes what they could not read afterwards, but for admins. */
enum hf_code write_readable(struct hf_register *r, const char *path, const struct audience *to, struct hf_err *e);

/*
 * Does the batch move the audience of files that it does not write? *all: of any; else *paths (free it, NULL: none) are those that may be.
 */
enum hf_code write_shifts(bool *all, struct hf_json **paths, struct hf_batch *b, struct hf_err *e);

/* After the commit: what it moved is encrypted anew in one more commit, or it is said that somebody else must. Never a failure of the write. */
void write_settle(struct hf_batch *b);

/* Is somebody's key about to expire? Said once a day. */
void write_warn(struct hf_register *r);

#endif
