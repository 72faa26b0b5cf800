/*
 * Names of a book and what stands under them: a hash table, since a name may be looked up from every step.
 */
#ifndef HOLDFAST_BOOK_IDS_H
#define HOLDFAST_BOOK_IDS_H

#include "holdfast/doc.h"
#include "pool.h"

#define NOWHERE ((size_t)-1)

struct hf_id {
	const char   *name;
	unsigned      what; /* a bit: the caller's own meaning */
	size_t        at;   /* which one, NOWHERE when it belongs to the whole book */
	const void   *thing;
	struct hf_pos pos;
	struct hf_id *next; /* in the order of adding */
};

struct hf_ids;

struct hf_ids *hf_ids_new(struct pool *pool, size_t expected);
void           hf_ids_add(struct hf_ids *ids, struct pool *pool, const struct hf_id *entry);
/* The first entry of that name that is one of what, after a given one (NULL: from the start); NULL when there is none. */
const struct hf_id *hf_ids_find(const struct hf_ids *ids, const char *name, unsigned what, const struct hf_id *after);
/* The nearest name of one of what, or NULL. */
const char *hf_ids_nearest(const struct hf_ids *ids, const char *name, unsigned what);

#endif
