/*
 * What was seen of one playbook by the walks through it so far: every step, and every answer that a step names. The walks choose by it where to go next.
 */
#ifndef HOLDFAST_BOOKS_COVER_H
#define HOLDFAST_BOOKS_COVER_H

#include <stdio.h>

#include "books_aid.h"

#define COVER_ROUTES 12                 /* of a step, failing and plain done among them */
#define COVER_DONE   (COVER_ROUTES - 1) /* done without an answer */

extern struct cover {
	struct hf_playbook *pb;
	unsigned (*taken)[COVER_ROUTES]; /* by step and route; the last is "done" */
	unsigned *reached, *forced;      /* by step: it came up; only through a gate that stood closed */
	unsigned  walks, acts, stopped, closed, left_out;
} cover;

void cover_open(const char *name); /* of the shelf */
void cover_close(void);

size_t cover_index(const char *step);
/* Something about that step is still to be seen: it was never reached, or never answered in one of its ways. */
bool cover_lacks(size_t s);
/* How often that way was gone; one that ends the run counts for more, or the rest would hardly be seen, and one that opens what lacks for less. */
unsigned cover_gone(const struct hf_step *step, size_t k);
/* How much no walk came to, told one a line; to may be NULL. */
size_t cover_gaps(FILE *to);

#endif
