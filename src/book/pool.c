#include "pool.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE 16384
#define ALIGN      16

/* Under AddressSanitizer each allocation is its own, so that a step over its end is seen. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POOL_EXACT true
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define POOL_EXACT true
#endif
#ifndef POOL_EXACT
#define POOL_EXACT false
#endif

struct chunk {
	struct chunk *next;
	size_t        used, size;
	_Alignas(ALIGN) unsigned char data[];
};

static struct chunk *
add_chunk(struct pool *p, size_t size)
{
	struct chunk *c;

	if (!POOL_EXACT && size < CHUNK_SIZE)
		size = CHUNK_SIZE;
	if (size > SIZE_MAX - sizeof(*c) || (c = calloc(1, sizeof(*c) + size)) == NULL)
		return NULL;
	c->size = size;
	c->next = p->chunks;
	p->chunks = c;
	return c;
}

void *
hf_pool_alloc(struct pool *p, size_t size)
{
	struct chunk *c = p->chunks;
	size_t        at;

	if (p->failed)
		return NULL;
	if (c != NULL && !POOL_EXACT) {
		at = (c->used + ALIGN - 1) & ~(size_t)(ALIGN - 1);
		if (at <= c->size && size <= c->size - at) {
			c->used = at + size;
			return c->data + at;
		}
	}
	if ((c = add_chunk(p, size)) == NULL) {
		p->failed = true;
		return NULL;
	}
	c->used = size;
	return c->data;
}

char *
hf_pool_strn(struct pool *p, const char *s, size_t len)
{
	char *copy;

	if (len == 0 || (copy = hf_pool_alloc(p, len + 1)) == NULL)
		return p->nothing;
	memcpy(copy, s, len);
	return copy;
}

char *
hf_pool_str(struct pool *p, const char *s)
{
	return hf_pool_strn(p, s, strlen(s));
}

void *
hf_pool_push(struct pool *p, void *list, size_t *n, size_t size)
{
	unsigned char *old, *bigger;
	size_t         cap = *n == 0 ? 1 : *n * 2;

	memcpy(&old, list, sizeof(old));
	if ((*n & (*n - 1)) == 0) { /* 0 or a power of two: it is full */
		if (cap > SIZE_MAX / size || (bigger = hf_pool_alloc(p, cap * size)) == NULL)
			return NULL;
		if (*n > 0)
			memcpy(bigger, old, *n * size);
		memcpy(list, &bigger, sizeof(bigger));
		old = bigger;
	}
	return old + size * (*n)++;
}

void
hf_pool_name(struct pool *p, struct hf_names *list, const char *s, size_t len)
{
	char **v = hf_pool_push(p, &list->v, &list->n, sizeof(*v));

	if (v != NULL)
		*v = hf_pool_strn(p, s, len);
}

void
hf_pool_clear(struct pool *p)
{
	struct chunk *c, *next;

	for (c = p->chunks; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	p->chunks = NULL;
}
