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
 * everything. An owner reads the organisation, units, documents, desks and persons; their own accounts (owner or deputy) and what hangs on those
 * (links, contacts, grants, shares, evidence; exceptions and conflicts about what they read; devices and suppliers with a grant or share there);
 * declarations and answers of their own; the runs of all those, and the runs they began. Evidence and records with restricted_to only those
 * members (and nobody else, not even admins; when none of them is a member any more, the admins). Blobs: what refers to them.
 *
 * HF_SEALED when it cannot be told from here: a record or entry that the index does not hold, a blob that nothing there refers to.
 */
enum hf_code audience_of(struct audience *out, struct hf_register *r, const char *path, struct hf_err *e);
/* Those who read everything: for evidence that nothing refers to. */
enum hf_code audience_whole(struct audience *out, struct hf_register *r, struct hf_err *e);
void         audience_clear(struct audience *a);
bool         audience_has(const struct audience *a, const char *fpr);

/* Are these (each once, in any order) exactly the members of the audience? */
bool audience_is(const struct audience *a, char (*fprs)[HF_FPR_SIZE], size_t n);

/* 0: the same members. Otherwise an order of audiences. */
int audience_compare(const struct audience *a, const struct audience *b);

/* Is the account, or what this record hangs on, the member's own? From the index, as above; the record itself need not be in it. */
enum hf_code audience_owns(bool *out, struct hf_register *r, const char *fpr, const struct hf_json *record, struct hf_err *e);

#endif
