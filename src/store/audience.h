/* Inside src/store: who may read what (the design's audience rules). */
#ifndef STORE_AUDIENCE_H
#define STORE_AUDIENCE_H

#include "impl.h"

struct audience {
	const char **fprs; /* sorted; the strings belong to the register's members */
	size_t       n;    /* at least one: the admins */
};

/*
 * The members that a file is encrypted to, by its path (records/…, runs/…, blobs/…), from what the index holds at this moment: a write puts its
 * changes into the index first, inside a transaction that is undone when the commit fails. Admins, responders and auditors read
 * everything; an owner reads the organisation, units, documents and persons, their own accounts (owner or deputy), what hangs on those, and the runs
 * of those and the runs they began; evidence and records with restricted_to only those members (and nobody else, not even admins), blobs what
 * refers to them.
 */
enum hf_code audience_of(struct audience *out, struct hf_register *r, const char *path, struct hf_err *e);
void         audience_clear(struct audience *a);

/* Is the account, or what this record hangs on, the member's own? From the index, as above. */
enum hf_code audience_owns(bool *out, struct hf_register *r, const char *fpr, const struct hf_json *record, struct hf_err *e);

#endif
