/*
 * Memory that is given back all at once: everything read from one book lives in one pool. Allocations are zeroed.
 *
 * Callers do not check each call: the first failure sticks in `failed`, strings are then "" and lists do not grow.
 */
#ifndef HOLDFAST_BOOK_POOL_H
#define HOLDFAST_BOOK_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/playbook.h"

struct chunk;

struct pool {
	struct chunk *chunks;
	char          nothing[1]; /* the empty string; so the pool may not move once used */
	bool          failed;
};

void *hf_pool_alloc(struct pool *p, size_t size);              /* NULL when out of memory */
char *hf_pool_strn(struct pool *p, const char *s, size_t len); /* never NULL */
char *hf_pool_str(struct pool *p, const char *s);

/* A new zeroed element at the end of a list: list is the address of its pointer. NULL when out of memory. */
void *hf_pool_push(struct pool *p, void *list, size_t *n, size_t size);

/* A new name at the end of a list of names. */
void hf_pool_name(struct pool *p, struct hf_names *list, const char *s, size_t len);

void hf_pool_clear(struct pool *p);

#endif
