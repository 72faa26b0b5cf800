/*
 * Playbooks that nobody wrote: fields of every sort in any company, on steps that name steps before them. Such a book has no defect, so it can be begun;
 * what has to hold of it is in check_run_random.c and check_run_apart.c. It lies on the shelf with the head of run_aid.h (an account, lead and owner).
 *
 *	random_book(&b, &seed);
 *	book("incident/random", hf_buf_str(&b));
 *	book("incident/small", random_small);
 */
#ifndef HOLDFAST_RANDOM_BOOK_H
#define HOLDFAST_RANDOM_BOOK_H

#include <stdint.h>

#include "holdfast/buf.h"

/* What its answers may begin alongside, or instead of it. */
extern const char random_small[];

/* Its phases are p1-x, p2-x…, its steps s0-x, s1-x…; a value of step 3 is v3_x, a Keep k3-x. Queries are one of random_live and random_red. */
void random_book(struct hf_buf *b, uint64_t *seed);

/* What a query of it asks: is the account live; is this row the red one. */
#define RANDOM_LIVE "SELECT 1 FROM account WHERE id = :account AND state = 'live'"
#define RANDOM_RED  "SELECT 1 WHERE :hue = 'red'"

#endif
