#include "ids.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"

struct hf_ids {
	struct hf_id **first, **last;
	size_t         size; /* a power of two */
	size_t         n;
};

static size_t
slot(const struct hf_ids *ids, const char *name)
{
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */

	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * UINT64_C(1099511628211);
	return (size_t)(h ^ (h >> 32)) & (ids->size - 1);
}

struct hf_ids *
hf_ids_new(struct pool *pool, size_t expected)
{
	struct hf_ids *ids = hf_pool_alloc(pool, sizeof(*ids));

	if (ids == NULL)
		return NULL;
	for (ids->size = 64; ids->size < expected * 2; ids->size *= 2)
		;
	ids->first = hf_pool_alloc(pool, ids->size * sizeof(struct hf_id *));
	ids->last = hf_pool_alloc(pool, ids->size * sizeof(struct hf_id *));
	return ids->first == NULL || ids->last == NULL ? NULL : ids;
}

void
hf_ids_add(struct hf_ids *ids, struct pool *pool, const struct hf_id *entry)
{
	struct hf_id *e = hf_pool_alloc(pool, sizeof(*e));
	size_t        i = slot(ids, entry->name);

	if (e == NULL)
		return;
	*e = *entry;
	e->next = NULL;
	if (ids->last[i] == NULL)
		ids->first[i] = e;
	else
		ids->last[i]->next = e;
	ids->last[i] = e;
	ids->n++;
}

const struct hf_id *
hf_ids_find(const struct hf_ids *ids, const char *name, unsigned what, const struct hf_id *after)
{
	const struct hf_id *e = after != NULL ? after->next : ids->first[slot(ids, name)];

	for (; e != NULL; e = e->next)
		if ((e->what & what) != 0 && strcmp(e->name, name) == 0)
			return e;
	return NULL;
}

const char *
hf_ids_nearest(const struct hf_ids *ids, const char *name, unsigned what)
{
	const struct hf_id *e;
	const char        **names, *near;
	size_t              i, n = 0;

	if (ids->n == 0 || (names = malloc(ids->n * sizeof(*names))) == NULL)
		return NULL;
	for (i = 0; i < ids->size; i++)
		for (e = ids->first[i]; e != NULL; e = e->next)
			if ((e->what & what) != 0)
				names[n++] = e->name;
	near = hf_text_nearest(name, names, n);
	free(names);
	return near;
}
