#include "books_cover.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

#define ENDING 8 /* turns of another answer for one that ends the run */
#define LATER  2 /* the first walks go to the end of the book */
#define DEPTH  8 /* steps that hang on each other's answers */

struct cover cover = { NULL };

size_t
cover_index(const char *step)
{
	return (size_t)(hf_playbook_step(cover.pb, step) - cover.pb->steps);
}

void
cover_open(const char *name)
{
	struct hf_defects defects = { NULL, 0, 0, false };
	struct hf_buf     text = HF_BUF_INIT;

	memset(&cover, 0, sizeof(cover));
	ck_ok(hf_shelf_read(&text, NULL, world.shelf, name, &e));
	ck_ok(hf_playbook_parse(&cover.pb, text.data, text.len, &defects, &e));
	hf_defects_clear(&defects);
	hf_buf_clear(&text);
	cover.taken = calloc(cover.pb->n_steps, sizeof(*cover.taken));
	cover.reached = calloc(cover.pb->n_steps, sizeof(*cover.reached));
	cover.forced = calloc(cover.pb->n_steps, sizeof(*cover.forced));
	ck_assert(cover.taken != NULL && cover.reached != NULL && cover.forced != NULL);
}

void
cover_close(void)
{
	hf_playbook_free(cover.pb);
	free(cover.taken);
	free(cover.reached);
	free(cover.forced);
}

/* Its row is gone in the moment that its gate opens: nobody passes it. */
static bool
goes_away(const struct hf_step *step)
{
	return strcmp(cover.pb->id, "leaver") == 0 && strcmp(step->id, "left") == 0;
}

size_t
cover_gaps(FILE *to)
{
	size_t gaps = 0;

	for (size_t s = 0; s < cover.pb->n_steps; s++) {
		const struct hf_step *step = &cover.pb->steps[s];

		if (cover.reached[s] == 0 && ++gaps > 0 && to != NULL)
			fprintf(to, "    never reached: %s\n", step->id);
		if (cover.reached[s] != 0 && cover.reached[s] == cover.forced[s] && !goes_away(step) && ++gaps > 0 && to != NULL)
			fprintf(to, "    only through a closed gate: %s\n", step->id);
		for (size_t k = 0; cover.reached[s] != 0 && k < step->n_routes; k++)
			if (cover.taken[s][k] == 0 && ++gaps > 0 && to != NULL)
				fprintf(to, "    never answered: %s %s\n", step->id, step->routes[k].key);
	}
	return gaps;
}

bool
cover_lacks(size_t s)
{
	for (size_t k = 0; k < cover.pb->steps[s].n_routes; k++)
		if (cover.taken[s][k] == 0)
			return true;
	return cover.reached[s] == 0;
}

static bool
hangs_on(const struct hf_step *later, const struct hf_step *step, size_t k)
{
	for (size_t c = 0; c < later->n_only; c++) {
		const struct hf_cond *only = &later->only[c];

		if (only->kind == HF_COND_IS && strcmp(only->name, step->id) == 0 && strcmp(only->answer, step->routes[k].key) == 0)
			return true;
	}
	return false;
}

/* Does this answer open a step that lacks something, or one whose answers do, and so on? */
static bool
leads_on(const struct hf_step *step, size_t k, unsigned depth)
{
	for (size_t s = 0; k != COVER_DONE && depth > 0 && s < cover.pb->n_steps; s++) {
		const struct hf_step *later = &cover.pb->steps[s];

		if (!hangs_on(later, step, k))
			continue;
		if (cover_lacks(s))
			return true;
		for (size_t n = 0; n < later->n_routes; n++)
			if (leads_on(later, n, depth - 1))
				return true;
	}
	return false;
}

unsigned
cover_gone(const struct hf_step *step, size_t k)
{
	unsigned n = cover.taken[cover_index(step->id)][k];

	for (size_t t = 0; k != COVER_DONE && t < step->routes[k].n_to; t++)
		if (step->routes[k].to[t].verb == HF_STOP)
			return n * ENDING + LATER;
	return leads_on(step, k, DEPTH) ? n / 8 : n;
}
