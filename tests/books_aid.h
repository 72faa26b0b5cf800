/*
 * A run carried by two people on a small register of its own: what the walks through whole playbooks have in common. On top of run_aid.h.
 *
 *	books_world_make();          once: two keys, and what books_world.h adds
 *	books_world_open(0);         for each walk: a fresh copy of it, on the clock
 *	run = books_agree(run, "sign", NULL);
 */
#ifndef HOLDFAST_BOOKS_AID_H
#define HOLDFAST_BOOKS_AID_H

#include "run_aid.h"

#define BOOKS_TEXT "as-it-was" /* what is given for a text */

void books_world_make(void);
/* The register as it was made, with the books of HOLDFAST_TOP on world.shelf; now as in run_clock. */
void books_world_open(int64_t now);
void books_world_close(void);

/* The clock goes on to that moment. The run is given back and read anew, as in the next two. */
struct hf_run *books_clock(struct hf_run *run, int64_t now);
/* The second person agrees to what is pending there; why not NULL: refuses. */
struct hf_run *books_agree(struct hf_run *run, const char *address, const char *why);

/* What a step about a row asks to be done by another command is done: a role of another run is handed over, two values that met are settled. */
struct hf_run *books_by_hand(struct hf_run *run, const char *address);

/* The record of a kind that comes first (skip: after so many); false when there is none. Not the second person, who could not agree to what is about them. */
bool books_record(char id[HF_ID_SIZE], const char *kind, unsigned skip);

/* The record that people call so. */
void books_named(char id[HF_ID_SIZE], const char *ref);

/* A generator of numbers: the same seed, the same walk. */
unsigned books_dice(uint64_t *seed, unsigned below);

/* What is asked for and not given yet, of the right type. False, and said on stderr, when it is refused. Not more than two acts but one for each file. */
bool books_give_first(struct hf_run *run, uint64_t *seed); /* Ask first */
bool books_give(struct hf_run *run, const char *address, uint64_t *seed);

#endif
